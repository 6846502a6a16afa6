import type { Verb } from "../../../src/signal.js";
import type { TestPorts } from "../../../src/testing/index.js";
import {
  ada,
  caller,
  form,
  type House,
  hour,
  minute,
  mobile,
  openAccount,
  type openHouse,
  otherPassword,
  password,
  phoneForm,
  signUp,
  signUpByPhone,
  tokenTo,
  wrong,
} from "./house.js";

export const mail = "ada@example.com";

/** One way through one verb, and what it tells: `"refused code_wrong"`, `"limited address"`, `"fault ERR_STORE"`. */
export interface Path {
  readonly verb: Verb;
  readonly when: string;
  readonly told: readonly string[];
  readonly host?: (ports: TestPorts) => Parameters<typeof openHouse>[0];
  /** Everything that comes before the call; gives the ticket or the token that the call takes. */
  readonly before?: (house: House) => Promise<string>;
  /** Ports that break before the call, as `store.commit`. */
  readonly breaks?: string;
  readonly call: (house: House, given: string) => Promise<unknown>;
}

const at = { email: { identifier: mail, password }, wrong: { identifier: mail, password: otherPassword } } as const;
const identifier = { channel: "email", address: mail, key: mail } as const;
const terms = { terms: { version: "1" } };

const open = async ({ registrar }: House): Promise<string> => (await registrar.start({ email: mail }, ada)).ticket;
const pending = (house: House): Promise<string> => signUp(house, mail);
const account = (house: House): Promise<string> => openAccount(house, mail);
const token = async (house: House): Promise<string> => {
  await signUp(house, mail);
  return tokenTo(house, mail);
};
const later = (ms: number, before: (house: House) => Promise<string>) => async (house: House) => {
  const given = await before(house);
  house.ports.clock.advance(ms);
  return given;
};
const activated = async (house: House): Promise<string> => {
  const ticket = await signUp(house, mail);
  await house.registrar.confirm(ticket, { code: house.ports.mailer.code(mail) }, ada);
  return ticket;
};
/** Two wait for one address, and the other one has proved it. */
const lost = async (house: House): Promise<string> => {
  const ticket = await signUp(house, mail, password, caller(7));
  house.ports.clock.advance(minute);
  await openAccount(house, mail);
  return ticket;
};
const spentAddress = async (house: House): Promise<string> => {
  for (const n of [1, 2, 3]) await house.registrar.start(form(mail), caller(n));
  return "";
};
const unsolved = async (house: House): Promise<string> => {
  for (let n = 0; n < 60; n += 1) await house.registrar.start({ email: mail }, ada);
  return "";
};
const guessed = (times: number) => async (house: House) => {
  const ticket = await signUpByPhone(house, mobile);
  for (let n = 0; n < times; n += 1)
    await house.registrar.confirm(ticket, { code: wrong(house.ports.texter.code(mobile)) }, ada);
  return ticket;
};
/** Five guesses at each of three codes of one address: the code of the fourth is not even compared. */
const guessedAway = async (house: House): Promise<string> => {
  const tickets: string[] = [];
  for (const n of [1, 2, 3, 4]) {
    tickets.push(await signUp(house, mail, password, caller(n)));
    house.ports.clock.advance(21 * minute);
  }
  const [waiting = "", ...spent] = tickets.toReversed();
  for (const ticket of spent)
    for (let guess = 0; guess < 5; guess += 1) await house.registrar.confirm(ticket, { code: "00000000" }, ada);
  return waiting;
};

export const paths: readonly Path[] = [
  { verb: "start", when: "the page is empty", told: ["started"], call: ({ registrar }) => registrar.start({}, ada) },
  {
    verb: "start",
    when: "an address is given",
    told: ["started", "filled"],
    call: ({ registrar }) => registrar.start({ email: mail }, ada),
  },
  {
    verb: "start",
    when: "all is given",
    told: ["started", "submitted"],
    call: ({ registrar }) => registrar.start(form(mail), ada),
  },
  {
    verb: "start",
    when: "all is given and the address has an account",
    told: ["started", "submitted"],
    before: account,
    call: ({ registrar }) => registrar.start(form(mail), ada),
  },
  {
    verb: "start",
    when: "the host pretends to take it",
    told: ["started", "submitted"],
    host: () => ({ screen: async () => "pretend" }),
    call: ({ registrar }) => registrar.start(form(mail), ada),
  },
  {
    verb: "start",
    when: "the host refuses it",
    told: ["started", "refused refused"],
    host: () => ({ screen: async () => ({ refuse: "by_invitation" }) }),
    call: ({ registrar }) => registrar.start(form(mail), ada),
  },
  {
    verb: "start",
    when: "two fields are wrong",
    told: ["started", "refused email_malformed password_too_short"],
    call: ({ registrar }) => registrar.start({ ...form("no address"), password: "short", confirmation: "short" }, ada),
  },
  {
    verb: "start",
    when: "the password is known from breaches",
    told: ["started", "refused password_breached"],
    host: () => ({ breach: { count: async () => 7 } }),
    call: ({ registrar }) => registrar.start(form(mail), ada),
  },
  {
    verb: "start",
    when: "the breach check is down",
    told: ["started", "fault ERR_BREACH_CHECK", "submitted"],
    host: () => ({ breach: { count: async () => Promise.reject(new Error("down")) } }),
    call: ({ registrar }) => registrar.start(form(mail), ada),
  },
  {
    verb: "start",
    when: "the captcha fails",
    told: ["started", "refused captcha_failed"],
    call: ({ registrar }) => registrar.start({ ...form(mail), captcha: "fail" }, ada),
  },
  {
    verb: "start",
    when: "the captcha was spent by another registration",
    told: ["started", "captcha_replayed", "refused captcha_failed"],
    before: async ({ registrar, ports }) => {
      const response = ports.captcha.solve({ challenge: "the only one" });
      await registrar.start({ ...form("bob@example.com"), captcha: response }, ada);
      return response;
    },
    call: ({ registrar }, captcha) => registrar.start({ ...form(mail), captcha }, ada),
  },
  {
    verb: "start",
    when: "the caller is past its calls",
    told: ["started", "limited caller", "refused too_many_attempts"],
    before: unsolved,
    call: ({ registrar }) => registrar.start(form(mail), ada),
  },
  {
    verb: "start",
    when: "the address is past its messages",
    told: ["started", "limited address", "refused too_many_messages"],
    before: spentAddress,
    call: ({ registrar }) => registrar.start(form(mail), caller(4)),
  },
  {
    verb: "start",
    when: "the texts of the day are spent",
    told: ["started", "limited day", "refused too_many_messages"],
    host: () => ({ phone: { smsPerDay: 1 } }),
    before: (house) => signUpByPhone(house, "+447400123462"),
    call: ({ registrar }) => registrar.start(phoneForm(mobile), ada),
  },
  {
    verb: "start",
    when: "text messages to its country rest",
    told: ["started", "limited breaker", "paused", "refused channel_not_offered too_many_messages"],
    host: () => ({ rules: { breaker: true } }),
    before: async ({ registrar }) => {
      for (let n = 0; n < 50; n += 1)
        await registrar.start(phoneForm(`+447400${String(n).padStart(2, "0")}0001`), caller(n));
      return "";
    },
    call: ({ registrar }) => registrar.start(phoneForm(mobile), ada),
  },
  {
    verb: "start",
    when: "the hasher's queue is full",
    told: ["started", "refused busy"],
    breaks: "hasher.hash ERR_OVERLOADED",
    call: ({ registrar }) => registrar.start(form(mail), ada),
  },
  ...["hasher.hash ERR_HASHER", "captcha.check ERR_CAPTCHA", "limiter.hit ERR_LIMITER", "store.commit ERR_STORE"].map(
    (breaks): Path => ({
      verb: "start",
      when: `${breaks.split(" ")[0]} breaks`,
      told: ["started", `fault ${breaks.split(" ")[1]}`],
      breaks,
      call: ({ registrar }) => registrar.start(form(mail), ada),
    }),
  ),
  {
    verb: "submit",
    when: "a page is right and others are missing",
    told: ["filled"],
    before: open,
    call: ({ registrar }, ticket) => registrar.submit(ticket, { password, confirmation: password }, ada),
  },
  {
    verb: "submit",
    when: "the page is empty",
    told: ["unchanged"],
    before: open,
    call: ({ registrar }, ticket) => registrar.submit(ticket, {}, ada),
  },
  {
    verb: "submit",
    when: "the last page comes",
    told: ["submitted"],
    before: open,
    call: ({ registrar }, ticket) => registrar.submit(ticket, form(mail), ada),
  },
  {
    verb: "submit",
    when: "a field is wrong",
    told: ["refused confirmation_mismatch"],
    before: open,
    call: ({ registrar }, ticket) => registrar.submit(ticket, { password, confirmation: otherPassword }, ada),
  },
  {
    verb: "submit",
    when: "half of the last page is left empty",
    told: ["refused consent_missing"],
    host: () => ({ consents: terms, captcha: "none" }),
    before: open,
    call: ({ registrar }, ticket) =>
      registrar.submit(ticket, { password, confirmation: password, consents: { terms: "" } }, ada),
  },
  {
    verb: "submit",
    when: "the same form comes with the ticket that it gave",
    told: ["unchanged"],
    before: pending,
    call: ({ registrar }, ticket) => registrar.submit(ticket, form(mail), ada),
  },
  {
    verb: "submit",
    when: "the same form comes with the ticket that it came with",
    told: ["unchanged"],
    before: async (house) => {
      const ticket = await open(house);
      await house.registrar.submit(ticket, form(mail), ada);
      return ticket;
    },
    call: ({ registrar }, ticket) => registrar.submit(ticket, form(mail), ada),
  },
  {
    verb: "submit",
    when: "the captcha runs out while the host thinks",
    told: ["filled"],
    host: ({ clock }) => ({
      screen: async () => {
        clock.advance(31 * minute);
        return "pass";
      },
    }),
    before: open,
    call: ({ registrar }, ticket) => registrar.submit(ticket, form(mail), ada),
  },
  {
    verb: "submit",
    when: "the ticket is late",
    told: ["refused ticket_expired"],
    before: later(hour, open),
    call: ({ registrar }, ticket) => registrar.submit(ticket, form(mail), ada),
  },
  {
    verb: "change",
    when: "nothing is pending yet",
    told: ["changed"],
    before: open,
    call: ({ registrar }, ticket) => registrar.change(ticket, { email: "bob@example.com" }, ada),
  },
  {
    verb: "change",
    when: "a registration is pending",
    told: ["changed"],
    before: pending,
    call: ({ registrar }, ticket) => registrar.change(ticket, { email: "bob@example.com" }, ada),
  },
  {
    verb: "change",
    when: "the new address is wrong",
    told: ["refused email_malformed"],
    before: pending,
    call: ({ registrar }, ticket) => registrar.change(ticket, { email: "bob" }, ada),
  },
  {
    verb: "change",
    when: "the new address is past its messages",
    told: ["limited address", "refused too_many_messages"],
    before: async (house) => {
      await spentAddress(house);
      return signUp(house, "bob@example.com");
    },
    call: ({ registrar }, ticket) => registrar.change(ticket, { email: mail }, ada),
  },
  {
    verb: "change",
    when: "the registration is activated",
    told: ["refused wrong_step"],
    before: activated,
    call: ({ registrar }, ticket) => registrar.change(ticket, { email: "bob@example.com" }, ada),
  },
  {
    verb: "resend",
    when: "a minute has gone",
    told: ["resent"],
    before: later(minute, pending),
    call: ({ registrar }, ticket) => registrar.resend(ticket, ada),
  },
  {
    verb: "resend",
    when: "it is too early",
    told: ["refused resend_too_early"],
    before: pending,
    call: ({ registrar }, ticket) => registrar.resend(ticket, ada),
  },
  {
    verb: "resend",
    when: "nothing is pending yet",
    told: ["refused wrong_step"],
    before: open,
    call: ({ registrar }, ticket) => registrar.resend(ticket, ada),
  },
  {
    verb: "resend",
    when: "the store breaks",
    told: ["fault ERR_STORE"],
    before: later(minute, pending),
    breaks: "store.commit ERR_STORE",
    call: ({ registrar }, ticket) => registrar.resend(ticket, ada),
  },
  {
    verb: "confirm",
    when: "the code is right",
    told: ["confirmed"],
    before: pending,
    call: ({ registrar, ports }, ticket) => registrar.confirm(ticket, { code: ports.mailer.code(mail) }, ada),
  },
  {
    verb: "confirm",
    when: "the code is right and the limiter cannot count that",
    told: ["fault ERR_LIMITER", "confirmed"],
    host: ({ limiter }) => ({
      rules: { breaker: true },
      limiter: {
        ...limiter,
        hit: (limits) =>
          limits.some(({ key }) => key.startsWith("breaker-confirmed"))
            ? Promise.reject(new Error("down"))
            : limiter.hit(limits),
      },
    }),
    before: (house) => signUpByPhone(house, mobile),
    call: ({ registrar, ports }, ticket) => registrar.confirm(ticket, { code: ports.texter.code(mobile) }, ada),
  },
  {
    verb: "confirm",
    when: "the code is wrong",
    told: ["refused code_wrong"],
    before: pending,
    call: ({ registrar, ports }, ticket) => registrar.confirm(ticket, { code: wrong(ports.mailer.code(mail)) }, ada),
  },
  {
    verb: "confirm",
    when: "the code is none",
    told: ["refused field_malformed"],
    before: pending,
    call: ({ registrar }, ticket) => registrar.confirm(ticket, { code: "no digits" }, ada),
  },
  {
    verb: "confirm",
    when: "the guesses at the code are spent",
    told: ["refused code_locked"],
    before: guessed(5),
    call: ({ registrar, ports }, ticket) => registrar.confirm(ticket, { code: ports.texter.code(mobile) }, ada),
  },
  {
    verb: "confirm",
    when: "the guesses at the address are spent",
    told: ["limited address", "refused code_locked"],
    before: guessedAway,
    call: ({ registrar }, ticket) => registrar.confirm(ticket, { code: "00000000" }, ada),
  },
  {
    verb: "confirm",
    when: "the code is late",
    told: ["refused code_expired"],
    before: later(9 * hour, pending),
    call: ({ registrar, ports }, ticket) => registrar.confirm(ticket, { code: ports.mailer.code(mail) }, ada),
  },
  {
    verb: "confirm",
    when: "it was confirmed before",
    told: ["refused wrong_step"],
    before: activated,
    call: ({ registrar, ports }, ticket) => registrar.confirm(ticket, { code: ports.mailer.code(mail) }, ada),
  },
  {
    verb: "confirm",
    when: "nothing is pending yet",
    told: ["refused wrong_step"],
    before: open,
    call: ({ registrar }, ticket) => registrar.confirm(ticket, { code: "12345678" }, ada),
  },
  {
    verb: "confirm",
    when: "the address was proved by another registration",
    told: ["refused already_registered"],
    before: lost,
    call: ({ registrar, ports }, ticket) => {
      const mine = ports.mailer.sent.find((letter) => letter.kind === "activation");
      return registrar.confirm(ticket, { code: mine?.kind === "activation" ? mine.code : "" }, caller(7));
    },
  },
  {
    verb: "cancel",
    when: "nothing is pending yet",
    told: ["cancelled"],
    before: open,
    call: ({ registrar }, ticket) => registrar.cancel(ticket, ada),
  },
  {
    verb: "cancel",
    when: "a registration is pending",
    told: ["cancelled"],
    before: pending,
    call: ({ registrar }, ticket) => registrar.cancel(ticket, ada),
  },
  {
    verb: "cancel",
    when: "it has ended",
    told: ["refused wrong_step"],
    before: activated,
    call: ({ registrar }, ticket) => registrar.cancel(ticket, ada),
  },
  ...(["open", "pending", "activated"] as const).map(
    (state): Path => ({
      verb: "status",
      when: `it is ${state}`,
      told: ["unchanged"],
      before: { open, pending, activated }[state],
      call: ({ registrar }, ticket) => registrar.status(ticket, ada),
    }),
  ),
  {
    verb: "status",
    when: "its life is over",
    told: ["refused ticket_expired"],
    before: later(25 * hour, pending),
    call: ({ registrar }, ticket) => registrar.status(ticket, ada),
  },
  ...(["submit", "change", "resend", "confirm", "cancel", "status"] as const).map(
    (verb): Path => ({
      verb,
      when: "the ticket is forged",
      told: ["refused ticket_invalid"],
      before: async (house) => `${await open(house)}x`,
      call: ({ registrar }, ticket) => {
        if (verb === "submit") return registrar.submit(ticket, form(mail), ada);
        if (verb === "change") return registrar.change(ticket, { email: mail }, ada);
        if (verb === "confirm") return registrar.confirm(ticket, { code: "12345678" }, ada);
        return registrar[verb](ticket, ada);
      },
    }),
  ),
  ...(["inspect", "activate", "disown"] as const).map(
    (verb): Path => ({
      verb,
      when: "the link is forged",
      told: ["refused link_invalid"],
      before: async (house) => (await token(house)).replace(/.{8}$/, "AAAAAAAA"),
      call: ({ registrar }, link) =>
        verb === "disown" ? registrar.disown(link, ada) : registrar[verb](link, { password }, ada),
    }),
  ),
  {
    verb: "inspect",
    when: "the link is ready",
    told: ["unchanged"],
    before: token,
    call: ({ registrar }, link) => registrar.inspect(link, {}, ada),
  },
  {
    verb: "inspect",
    when: "the link is late",
    told: ["refused link_expired"],
    before: later(9 * hour, token),
    call: ({ registrar }, link) => registrar.inspect(link, {}, ada),
  },
  {
    verb: "inspect",
    when: "the link was used",
    told: ["refused link_used"],
    before: async (house) => {
      const link = await token(house);
      await house.registrar.activate(link, { password }, ada);
      return link;
    },
    call: ({ registrar }, link) => registrar.inspect(link, {}, ada),
  },
  {
    verb: "activate",
    when: "the password is right",
    told: ["activated"],
    before: token,
    call: ({ registrar }, link) => registrar.activate(link, { password }, ada),
  },
  {
    verb: "activate",
    when: "the ticket is right",
    told: ["activated"],
    before: pending,
    call: (house, ticket) => house.registrar.activate(tokenTo(house, mail), { ticket }, ada),
  },
  {
    verb: "activate",
    when: "no proof comes",
    told: ["refused proof_required"],
    before: token,
    call: ({ registrar }, link) => registrar.activate(link, {}, ada),
  },
  {
    verb: "activate",
    when: "the password is wrong",
    told: ["refused proof_wrong"],
    before: token,
    call: ({ registrar }, link) => registrar.activate(link, { password: otherPassword }, ada),
  },
  {
    verb: "activate",
    when: "the password is none",
    told: ["refused field_malformed"],
    before: token,
    call: ({ registrar }, link) => registrar.activate(link, { password: 7 }, ada),
  },
  {
    verb: "activate",
    when: "the link is used again",
    told: ["refused link_used"],
    before: async (house) => {
      const link = await token(house);
      await house.registrar.activate(link, { password }, ada);
      return link;
    },
    call: ({ registrar }, link) => registrar.activate(link, { password }, ada),
  },
  {
    verb: "activate",
    when: "the link is late",
    told: ["refused link_expired"],
    before: later(9 * hour, token),
    call: ({ registrar }, link) => registrar.activate(link, { password }, ada),
  },
  {
    verb: "activate",
    when: "its registration is gone",
    told: ["refused link_expired"],
    before: async (house) => {
      const link = await later(49 * hour, token)(house);
      await house.registrar.purge();
      return link;
    },
    call: ({ registrar }, link) => registrar.activate(link, { password }, ada),
  },
  {
    verb: "activate",
    when: "the hasher's queue is full",
    told: ["refused busy"],
    before: token,
    breaks: "hasher.verify ERR_OVERLOADED",
    call: ({ registrar }, link) => registrar.activate(link, { password }, ada),
  },
  {
    verb: "activate",
    when: "the store breaks",
    told: ["fault ERR_STORE"],
    before: token,
    breaks: "store.commit ERR_STORE",
    call: ({ registrar }, link) => registrar.activate(link, { password }, ada),
  },
  {
    verb: "disown",
    when: "the link is ready",
    told: ["disowned"],
    before: token,
    call: ({ registrar }, link) => registrar.disown(link, ada),
  },
  {
    verb: "disown",
    when: "it was disowned before",
    told: ["unchanged"],
    before: async (house) => {
      const link = await token(house);
      await house.registrar.disown(link, ada);
      return link;
    },
    call: ({ registrar }, link) => registrar.disown(link, ada),
  },
  {
    verb: "disown",
    when: "its registration is gone",
    told: ["refused link_expired"],
    before: async (house) => {
      const link = await later(49 * hour, token)(house);
      await house.registrar.purge();
      return link;
    },
    call: ({ registrar }, link) => registrar.disown(link, ada),
  },
  {
    verb: "signIn",
    when: "the password is right",
    told: ["signed_in"],
    before: account,
    call: ({ registrar }) => registrar.signIn(at.email, ada),
  },
  {
    verb: "signIn",
    when: "the password is wrong",
    told: ["refused credentials_wrong"],
    before: account,
    call: ({ registrar }) => registrar.signIn(at.wrong, ada),
  },
  {
    verb: "signIn",
    when: "there is no such account",
    told: ["refused credentials_wrong"],
    call: ({ registrar }) => registrar.signIn(at.email, ada),
  },
  {
    verb: "signIn",
    when: "nothing is given",
    told: ["refused field_missing field_missing"],
    call: ({ registrar }) => registrar.signIn({}, ada),
  },
  {
    verb: "signIn",
    when: "the identifier is past its tries",
    told: ["limited address", "refused too_many_attempts"],
    before: async ({ registrar }) => {
      for (let n = 0; n < 10; n += 1) await registrar.signIn(at.wrong, ada);
      return "";
    },
    call: ({ registrar }) => registrar.signIn(at.email, ada),
  },
  {
    verb: "signIn",
    when: "the hasher's queue is full",
    told: ["refused busy"],
    before: account,
    breaks: "hasher.verify ERR_OVERLOADED",
    call: ({ registrar }) => registrar.signIn(at.email, ada),
  },
  {
    verb: "signIn",
    when: "the store breaks",
    told: ["fault ERR_STORE"],
    breaks: "store.accountByKey ERR_STORE",
    call: ({ registrar }) => registrar.signIn(at.email, ada),
  },
  {
    verb: "setPassword",
    when: "it will do",
    told: ["password_set"],
    before: account,
    call: ({ registrar }, id) => registrar.setPassword(id, { password: otherPassword, confirmation: otherPassword }),
  },
  {
    verb: "setPassword",
    when: "it is too short",
    told: ["refused password_too_short"],
    before: account,
    call: ({ registrar }, id) => registrar.setPassword(id, { password: "short", confirmation: "short" }),
  },
  {
    verb: "setPassword",
    when: "the hasher's queue is full",
    told: ["refused busy"],
    before: account,
    breaks: "hasher.hash ERR_OVERLOADED",
    call: ({ registrar }, id) => registrar.setPassword(id, { password: otherPassword, confirmation: otherPassword }),
  },
  {
    verb: "erase",
    when: "asked",
    told: ["erased"],
    before: account,
    call: ({ registrar }) => registrar.erase(identifier),
  },
  {
    verb: "clearLimits",
    when: "asked",
    told: ["limits_cleared"],
    call: ({ registrar }) => registrar.clearLimits(identifier),
  },
  {
    verb: "deliver",
    when: "a message is due",
    told: ["sent"],
    before: async ({ registrar }) => (await registrar.start(form(mail), ada)).ticket,
    call: ({ registrar }) => registrar.deliver(),
  },
  {
    verb: "deliver",
    when: "the address has an account by now",
    told: ["sent"],
    before: async (house) => {
      await account(house);
      house.ports.clock.advance(minute);
      return (await house.registrar.start(form(mail), ada)).ticket;
    },
    call: ({ registrar }) => registrar.deliver(),
  },
  {
    verb: "deliver",
    when: "a message is no longer true",
    told: ["dropped"],
    before: async ({ registrar }) => {
      const { ticket } = await registrar.start(form(mail), ada);
      await registrar.cancel(ticket, ada);
      return ticket;
    },
    call: ({ registrar }) => registrar.deliver(),
  },
  {
    verb: "deliver",
    when: "a try breaks",
    told: ["fault ERR_MAILER"],
    before: async ({ registrar }) => (await registrar.start(form(mail), ada)).ticket,
    breaks: "mailer.send ERR_MAILER",
    call: ({ registrar }) => registrar.deliver(),
  },
  {
    verb: "deliver",
    when: "the provider refuses for good",
    told: ["fault ERR_UNDELIVERABLE", "given_up"],
    before: async ({ registrar }) => (await registrar.start(form(mail), ada)).ticket,
    breaks: "mailer.send ERR_UNDELIVERABLE",
    call: ({ registrar }) => registrar.deliver(),
  },
  {
    verb: "deliver",
    when: "it is too late for its code",
    told: ["given_up"],
    before: async ({ registrar, ports }) => {
      const { ticket } = await registrar.start(form(mail), ada);
      ports.clock.advance(8 * hour);
      return ticket;
    },
    call: ({ registrar }) => registrar.deliver(),
  },
  {
    verb: "deliver",
    when: "the host's callback of events breaks",
    told: ["fault ERR_HOST_CALLBACK", "sent"],
    host: () => ({ onEvent: async () => Promise.reject(new Error("queue down")) }),
    before: async ({ registrar }) => (await registrar.start(form(mail), ada)).ticket,
    call: ({ registrar }) => registrar.deliver(),
  },
  {
    verb: "deliver",
    when: "the store breaks",
    told: ["fault ERR_STORE"],
    breaks: "store.lease ERR_STORE",
    call: ({ registrar }) => registrar.deliver(),
  },
  { verb: "deliver", when: "nothing is due", told: [], call: ({ registrar }) => registrar.deliver() },
  { verb: "purge", when: "it goes well", told: [], call: ({ registrar }) => registrar.purge() },
  {
    verb: "purge",
    when: "the store breaks",
    told: ["fault ERR_STORE"],
    breaks: "store.purge ERR_STORE",
    call: ({ registrar }) => registrar.purge(),
  },
  { verb: "account", when: "it goes well", told: [], call: ({ registrar }) => registrar.account("nobody") },
  {
    verb: "account",
    when: "the store breaks",
    told: ["fault ERR_STORE"],
    breaks: "store.account ERR_STORE",
    call: ({ registrar }) => registrar.account("nobody"),
  },
  { verb: "ready", when: "it goes well", told: [], call: ({ registrar }) => registrar.ready() },
  { verb: "challenge", when: "it goes well", told: [], call: ({ registrar }) => registrar.challenge(ada) },
];
