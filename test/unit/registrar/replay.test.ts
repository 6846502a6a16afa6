import { describe, expect, it } from "vitest";
import { ada, caller, codesOf, hour, kindsTo, minute, openHouse, password, signUp, tokenTo } from "./house.js";

const mail = "ada@example.com";
const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** Other texts that a careless reader takes for the same token, and ones that differ in one letter. */
function malleated(token: string): readonly string[] {
  const dressed = [
    `${token}=`,
    `${token}==`,
    `${token}\n`,
    ` ${token}`,
    `${token} `,
    `${token}.`,
    `${token}0`,
    token.toUpperCase(),
    token.toLowerCase(),
    token.replace(/(\d+)$/, "0$1"),
    token.replace(/(\d+)$/, "+$1"),
    token.replaceAll(".", "%2E"),
    token.replaceAll("-", "+").replaceAll("_", "/"),
    `${token}\0`,
    `\ufeff${token}`,
    token.normalize("NFKD").split("").join("\u200b"),
  ];
  const changed = [...token].flatMap((letter, at) =>
    [...letters].filter((one) => one !== letter).map((one) => token.slice(0, at) + one + token.slice(at + 1)),
  );
  return [...dressed, ...changed].filter((one) => one !== token);
}

describe("a link that is handed in again (T17)", () => {
  it("in any other spelling is invalid, before it was used and after, and counts for nothing", async () => {
    const house = openHouse();
    const { registrar } = house;
    const ticket = await signUp(house, mail);
    const token = tokenTo(house, mail);
    const others = malleated(token);
    expect(others.length).toBeGreaterThan(5_000);
    const tryAll = async (): Promise<ReadonlySet<string>> => {
      const states = new Set<string>();
      for (const other of others) {
        states.add((await registrar.inspect(other, { ticket }, ada)).state);
      }
      return states;
    };
    expect(await tryAll()).toEqual(new Set(["invalid"]));
    for (const other of others.slice(0, 300)) {
      expect(codesOf(await registrar.activate(other, { ticket }, ada))).toEqual(["link_invalid"]);
      expect(codesOf(await registrar.activate(other, { password }, ada))).toEqual(["link_invalid"]);
    }
    expect(await registrar.activate(token, { ticket }, ada)).toMatchObject({ ok: true });
    for (const other of [...others.slice(0, 300), token]) {
      const again = await registrar.activate(other, { ticket }, ada);
      expect(codesOf(again)).toEqual([other === token ? "link_used" : "link_invalid"]);
    }
    await registrar.deliver();
    expect(house.events.filter(({ type }) => type === "account.activated")).toHaveLength(1);
    expect(kindsTo(house, mail)).toEqual(["activation", "activated"]);
  });

  it.each([
    ["after its success, by another browser, a day later", hour, "link_used"],
    ["after its end", 9 * hour, "link_used"],
  ])("%s makes no second account", async (_, wait, problem) => {
    const house = openHouse();
    const { registrar, ports } = house;
    const ticket = await signUp(house, mail);
    const token = tokenTo(house, mail);
    await registrar.activate(token, { ticket }, ada);
    ports.clock.advance(wait);
    for (const proof of [{ ticket }, { password }, {}]) {
      expect(codesOf(await registrar.activate(token, proof, caller(3)))).toEqual([problem]);
    }
    await registrar.deliver();
    expect(house.events.filter(({ type }) => type === "account.activated")).toHaveLength(1);
  });

  it("after its end never activates, whatever the proof, and 100 times at once neither", async () => {
    const house = openHouse();
    const { registrar, ports } = house;
    const ticket = await signUp(house, mail);
    const token = tokenTo(house, mail);
    ports.clock.advance(8 * hour);
    const tries = Array.from({ length: 100 }, (_, n) =>
      registrar.activate(token, n % 2 === 0 ? { ticket } : { password }, ada),
    );
    expect(new Set((await Promise.all(tries)).flatMap(codesOf))).toEqual(new Set(["link_expired"]));
    expect(await ports.store.accountByKey(mail)).toBeUndefined();
  });

  it("of a former serial never activates beside the newest, 100 times at once, and the newest does so once", async () => {
    const house = openHouse();
    const { registrar, ports } = house;
    const ticket = await signUp(house, mail);
    const former = tokenTo(house, mail);
    ports.clock.advance(4 * hour + minute);
    await registrar.resend(ticket, ada);
    await registrar.deliver();
    const newest = tokenTo(house, mail);
    const tries = Array.from({ length: 100 }, (_, n) =>
      registrar.activate(n === 50 ? newest : former, { ticket }, ada),
    );
    const answers = await Promise.all(tries);
    expect(answers.flatMap(({ ok }, n) => (ok ? [n] : []))).toEqual([50]);
  });
});

describe("a clock that is set back a day after an activation (T25)", () => {
  it("leaves link, code and ticket used, and the account as it is", async () => {
    const house = openHouse();
    const { registrar, ports } = house;
    const ticket = await signUp(house, mail);
    const [token, code] = [tokenTo(house, mail), ports.mailer.code(mail)];
    await registrar.activate(token, { ticket }, ada);
    ports.clock.advance(-24 * hour);
    expect(await registrar.inspect(token, { ticket }, ada)).toEqual({ state: "used" });
    expect(codesOf(await registrar.activate(token, { password }, ada))).toEqual(["link_used"]);
    expect(codesOf(await registrar.confirm(ticket, { code }, ada))).toEqual(["wrong_step"]);
    expect(await registrar.status(ticket, ada)).toMatchObject({ registration: { step: "activated" } });
    await registrar.deliver();
    expect(house.events.filter(({ type }) => type === "account.activated")).toHaveLength(1);
  });
});
