import { createRegistrar } from "porchlight";
import { invitationScreen } from "porchlight/screen/invitation";
import { migrate, postgresStore } from "porchlight/store/postgres";
import { testPorts } from "porchlight/testing";
import { beforeAll, expect, it } from "vitest";
import type { FreshPostgres } from "./fresh-postgres.js";
import { describePostgres } from "./servers.js";

const password = "harbour tulip nine cranes";
const people = Array.from({ length: 8 }, (_, n) => ({ email: `p${n}@example.com`, from: { ip: `192.0.2.${n + 1}` } }));

describePostgres("an invitation for one, spent in the activation's transaction", (database) => {
  beforeAll(async () => {
    await migrate(database().pool);
    await database().pool.query("create table invitation (code text primary key, account_id text)");
  });

  it("opens one account, however many confirm at once; each of the others hears why, and may go on", async () => {
    const { pool } = database();
    await pool.query("insert into invitation (code) values ('for one'), ('for another')");
    const { registrar, mailer } = openInvited(database());
    const pending = await Promise.all(
      people.map(({ email, from }) => registrar.start(form(email), from, { invitation: "for one" })),
    );
    expect(pending.map(({ registration }) => registration.step)).toEqual(people.map(() => "pending"));
    await registrar.deliver();
    const confirm = (n: number) => {
      const { email = "", from = { ip: undefined } } = people[n] ?? {};
      return registrar.confirm(pending[n]?.ticket, { code: mailer.code(email) }, from);
    };
    const answers = await Promise.all(people.map((_, n) => confirm(n)));
    const winners = answers.flatMap(({ registration }) =>
      registration.step === "activated" ? [registration.accountId] : [],
    );
    expect(winners).toHaveLength(1);
    const losers = answers.filter(({ registration }) => registration.step === "pending");
    expect(losers.map((answer) => !answer.ok && answer.problems)).toEqual(
      Array.from({ length: 7 }, () => [{ code: "refused", facts: { reason: "invitation_invalid" } }]),
    );
    const spent = await pool.query("select code, account_id from invitation order by code desc");
    expect(spent.rows).toEqual([
      { code: "for one", account_id: winners[0] },
      { code: "for another", account_id: null },
    ]);
    const accounts = await pool.query("select id from porchlight_account");
    expect(accounts.rows).toEqual([{ id: winners[0] }]);
    // From now on the door itself says so.
    const late = await registrar.start(form("late@example.com"), { ip: "192.0.2.99" }, { invitation: "for one" });
    expect(late.ok).toBe(false);
  });

  it("is not held against the other clicks of whoever spends it", async () => {
    const { registrar, mailer } = openInvited(database());
    const from = { ip: "198.51.100.1" };
    const { ticket } = await registrar.start(form("clicks@example.com"), from, { invitation: "for another" });
    await registrar.deliver();
    const code = mailer.code("clicks@example.com");
    const answers = await Promise.all(Array.from({ length: 4 }, () => registrar.confirm(ticket, { code }, from)));
    expect(answers.map(({ registration }) => registration.step)).toEqual(Array.from({ length: 4 }, () => "activated"));
    expect(answers.flatMap((answer) => (answer.ok ? [] : answer.problems)).map(({ code }) => code)).toEqual(
      Array.from({ length: 3 }, () => "wrong_step"),
    );
  });
});

const form = (email: string) => ({ email, password, confirmation: password, captcha: "pass" });

/** As docs/screens.md has it. */
function openInvited({ pool }: FreshPostgres) {
  const { mailer, texter, store: _, ...ports } = testPorts();
  const registrar = createRegistrar({
    ...ports,
    service: "Example",
    signInUrl: "https://app.example/login",
    channels: { email: { mailer, activationUrl: "https://app.example/activate#t={token}", by: ["link", "code"] } },
    unsafeSingleProcess: true,
    store: postgresStore(pool),
    screen: invitationScreen(async (invitation) => {
      const open = await pool.query("select 1 from invitation where code = $1 and account_id is null", [invitation]);
      return open.rowCount === 1;
    }),
    accounts: {
      async insert(tx, { id, metadata }) {
        const spend = "update invitation set account_id = $1 where code = $2 and account_id is null";
        const spent = await tx.query(spend, [id, metadata.invitation]);
        return spent.rowCount === 1 ? undefined : { refuse: "invitation_invalid" };
      },
    },
  });
  return { registrar, mailer };
}
