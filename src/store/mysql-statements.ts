export const selectRegistration: string = "select * from porchlight_registration where id = ?";

/** The row that was read, plus one, or nothing where anybody was faster; the version stands for serial and state. */
const chargeOne = (count: "guesses" | "password_tries"): string => `update porchlight_registration
set ${count} = ${count} + 1
where id = ? and version = ? and guesses = ? and password_tries = ? and delivery = ?`;

export const charge: { readonly guesses: string; readonly password_tries: string } = {
  guesses: chargeOne("guesses"),
  password_tries: chargeOne("password_tries"),
};

export const accountColumns: string = `a.id as account, i.address_key as account_key, i.channel, i.address, i.country, i.phone_type,
  a.password, a.profile, a.metadata, a.activated_at, (
    select cast(coalesce(json_arrayagg(json_array(c.position, c.document, c.version, c.locale, c.agreed_at)), '[]')
      as char character set utf8mb4)
    from porchlight_consent as c where c.account_id = a.id
  ) as consents`;

export const selectAccount: string = `select ${accountColumns}
from porchlight_account as a join porchlight_identifier as i on i.account_id = a.id`;

/** The new hash, the account, and twice the hash that must be there, or null for any. */
export const setPassword: string =
  "update porchlight_account set password = ? where id = ? and (? is null or password = ?)";
export const hasPassword: string = "select 1 from porchlight_account where id = ? and password = ?";

const named = "json_table(?, '$[*]' columns (id varchar(40) path '$')) as named";

/** The notice of an activation finds its account through the stub, which waits for it. */
export const ended: string = `select id from porchlight_registration as r force index (porchlight_registration_ends_at)
where ends_at <= ? and not exists (
  select 1 from porchlight_message as m where m.registration_id = r.id and m.kind = 'activated')
order by ends_at limit ? for update skip locked`;
export const purge: string = `delete r, m from ${named} straight_join porchlight_registration as r on r.id = named.id
left join porchlight_message as m on m.registration_id = r.id`;

export const pendingOf: string = `select id from porchlight_registration force index (porchlight_registration_address_key)
where address_key = ? for update`;
/** A stub stays of each, so that no old ticket inserts its id anew. */
export const closePending: string = `update ${named} straight_join porchlight_registration as r force index (primary)
  on r.id = named.id
set r.version = r.version + 1, r.state = 'closed', r.outcome = 'cancelled', r.address_key = null, r.serial = null,
  r.guesses = null, r.password_tries = null, r.delivery = null, r.body = null`;
export const silence: string = `delete m from ${named}
straight_join porchlight_message as m on m.registration_id = named.id`;
export const silenceAccount: string = `delete m from porchlight_identifier as i
join porchlight_registration as r on r.account_id = i.account_id
join porchlight_message as m on m.registration_id = r.id
where i.address_key = ?`;
/** Identifier and consents go with the account. */
export const eraseAccount: string = `delete a from porchlight_identifier as i
join porchlight_account as a on a.id = i.account_id
where i.address_key = ?`;
