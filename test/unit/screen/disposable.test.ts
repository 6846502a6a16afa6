import {
  disposableEmailBlocklist,
  disposableEmailBlocklistSet,
  isDisposableEmailDomain,
} from "disposable-email-domains-js";
import { disposableScreen } from "porchlight/screen/disposable";
import { describe, expect, it } from "vitest";
import { candidate } from "./candidate.js";

const refused = { refuse: "email_disposable", field: "email" };

describe("disposableScreen", () => {
  it.each([
    ["the package's list", disposableEmailBlocklist()],
    ["its set", disposableEmailBlocklistSet()],
    ["its predicate", isDisposableEmailDomain],
  ])("refuses a domain of %s and what lies below it, and nobody else", async (_, domains) => {
    const screen = disposableScreen(domains);
    for (const mail of ["x@mailinator.com", "X@MAILINATOR.COM", "x@a.b.mailinator.com"]) {
      expect(await screen(candidate(mail)), mail).toEqual(refused);
    }
    for (const mail of ["x@example.com", "x@my-mailinator.example.com", "mailinator.com@example.com", "x@gmail.com"]) {
      expect(await screen(candidate(mail)), mail).toBe("pass");
    }
  });

  it("knows a domain in any spelling, of the list and of the visitor", async () => {
    const screen = disposableScreen(["Bücher.example.com", "THROWAWAY.example.com"]);
    expect(await screen(candidate("x@xn--bcher-kva.example.com"))).toEqual(refused);
    expect(await screen(candidate("x@BÜCHER.example.com"))).toEqual(refused);
    expect(await screen(candidate("x@throwaway.example.com"))).toEqual(refused);
    expect(await screen(candidate("x@example.com"))).toBe("pass");
  });

  it("lets every phone pass", async () => {
    expect(await disposableScreen(() => true)(candidate("+447400123461"))).toBe("pass");
  });

  it("asks a function about the domain, then about those above it, and never about a top-level domain", async () => {
    const asked: string[] = [];
    const screen = disposableScreen((domain) => {
      asked.push(domain);
      return false;
    });
    await screen(candidate("x@a.b.example.com"));
    expect(asked).toEqual(["a.b.example.com", "b.example.com", "example.com"]);
  });

  it("keeps none of the great providers out, by the package's list", async () => {
    const screen = disposableScreen(disposableEmailBlocklist());
    for (const domain of [
      "gmail.com",
      "outlook.com",
      "gmx.de",
      "web.de",
      "qq.com",
      "163.com",
      "proton.me",
      "icloud.com",
    ]) {
      expect(await screen(candidate(`x@${domain}`)), domain).toBe("pass");
    }
  });

  it("tells at start-up of a list that is empty, and of a line that is no domain", () => {
    expect(() => disposableScreen([])).toThrow(
      new TypeError("disposableScreen: the list is empty; it would refuse nobody."),
    );
    expect(() => disposableScreen(["a.example.com", "# comment"])).toThrow(
      new TypeError('disposableScreen: "# comment" is no domain.'),
    );
    expect(() => disposableScreen(["a.example.com", ""])).toThrow('"" is no domain');
  });
});
