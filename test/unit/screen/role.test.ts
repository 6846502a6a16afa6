import { businessRoles, roleScreen, technicalRoles } from "porchlight/screen/role";
import { describe, expect, it } from "vitest";
import { candidate } from "./candidate.js";

const refused = { refuse: "email_of_role", field: "email" };

describe("roleScreen", () => {
  it.each(["postmaster", "ABUSE", "Admin", "no-reply", "hostmaster", "root", "noreply+x", "webmaster+a+b"])(
    "refuses %s@",
    async (local) => {
      expect(await roleScreen(technicalRoles)(candidate(`${local}@example.com`))).toEqual(refused);
    },
  );

  it.each(["ada", "admina", "ad.min", "info", "+admin", "x+admin", "adminadmin"])("lets %s@ pass", async (local) => {
    expect(await roleScreen(technicalRoles)(candidate(`${local}@example.com`))).toBe("pass");
  });

  it("goes by the names that the host chooses", async () => {
    const screen = roleScreen([...businessRoles.filter((name) => name !== "info"), "Vorstand"]);
    expect(await screen(candidate("sales@example.com"))).toEqual(refused);
    expect(await screen(candidate("vorstand@example.com"))).toEqual(refused);
    expect(await screen(candidate("info@example.com"))).toBe("pass");
    expect(await screen(candidate("admin@example.com"))).toBe("pass");
  });

  it("lets every phone pass", async () => {
    expect(await roleScreen(["+447400123461"])(candidate("+447400123461"))).toBe("pass");
  });

  it("knows all names of RFC 2142", async () => {
    const rfc =
      "info marketing sales support abuse noc security postmaster hostmaster usenet news webmaster www uucp ftp";
    const screen = roleScreen([...technicalRoles, ...businessRoles]);
    for (const name of rfc.split(" ")) expect(await screen(candidate(`${name}@example.com`)), name).toEqual(refused);
  });

  it("tells at start-up of a list that is empty, and of a whole address", () => {
    expect(() => roleScreen([])).toThrow(TypeError);
    expect(() => roleScreen(["abuse@example.com"])).toThrow('such as "abuse"; abuse@example.com was given');
    expect(() => roleScreen([" "])).toThrow(TypeError);
  });
});
