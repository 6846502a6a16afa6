import { describe, expect, it } from "vitest";
import { memoryStore } from "../../../src/store/memory.js";
import { activatedStub, activationOf, messageOf, newYear, pendingRegistration } from "../../../src/testing/examples.js";

const ada = pendingRegistration();

describe("memoryStore", () => {
  it("says that it lives in one process", () => {
    expect(memoryStore().singleProcess).toBe(true);
  });

  it("writes nothing of a commit that it cannot copy", async () => {
    const store = memoryStore();
    const registration = pendingRegistration({ profile: { greet: () => "hello" } });
    await expect(store.commit({ base: 0, registration, outbox: [messageOf(ada)] })).rejects.toThrow();
    expect(await store.find(ada.id)).toBeUndefined();
    expect(await store.lease(newYear, newYear + 1, 10, "email")).toEqual([]);
  });

  it("writes a change as it was handed in, whatever becomes of it while inTransaction runs", async () => {
    const store = memoryStore();
    const profile = { name: "Ada" };
    const commit = store.commit({
      base: 0,
      registration: pendingRegistration({ profile }),
      outbox: [],
      inTransaction: async () => {
        profile.name = "Eve";
      },
    });
    expect(await commit).toBe("committed");
    expect(await store.find(ada.id)).toMatchObject({ registration: { profile: { name: "Ada" } } });
  });

  it("takes an account id that is in use for taken", async () => {
    const store = memoryStore();
    const eve = pendingRegistration({
      id: "2",
      identifier: { channel: "email", address: "e@x.example", key: "e@x.example" },
    });
    await store.commit({ base: 0, registration: ada, outbox: [] });
    await store.commit({ base: 0, registration: eve, outbox: [] });
    await store.commit(activationOf(ada, "user-1"));
    expect(await store.commit(activationOf(eve, "user-1"))).toBe("taken");
  });

  it("drops the notice of an activation with the account that is erased", async () => {
    const store = memoryStore();
    await store.commit({ base: 0, registration: ada, outbox: [] });
    const notice = messageOf(ada, { entry: { kind: "activated", channel: "email", serial: 1, locale: "en" } });
    await store.commit({ ...activationOf(ada, "account-1"), outbox: [notice] });
    await store.erase(ada.identifier.key);
    expect(await store.lease(newYear, newYear + 1, 10, "email")).toEqual([]);
    expect((await store.find(ada.id))?.registration).toEqual(activatedStub(ada, "account-1"));
  });
});
