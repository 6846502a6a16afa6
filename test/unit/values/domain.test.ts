import { describe, expect, it } from "vitest";
import { toALabels } from "../../../src/values/domain.js";

describe("toALabels", () => {
  it.each([
    ["Example.COM", "example.com"],
    ["bücher.example.com", "xn--bcher-kva.example.com"],
    ["xn--bcher-kva.example.com", "xn--bcher-kva.example.com"],
    ["ｅｘａｍｐｌｅ．com", "example.com"],
    ["a｡b。com", "a.b.com"],
    ["faß.de", "xn--fa-hia.de"],
    ["test.example.com", "test.example.com"],
    ["пример.рф", "xn--e1afmkfd.xn--p1ai"],
    ["abc--d.com", "abc--d.com"],
    ["a.testing", "a.testing"],
    ["a.latest", "a.latest"],
    ["localhost.invalid.com", "localhost.invalid.com"],
  ])("spells %s as %s", (typed, host) => {
    expect(toALabels(typed)).toBe(host);
    expect(toALabels(host)).toBe(host);
  });

  it.each([
    "",
    "com",
    "example.com.",
    ".example.com",
    "a..com",
    "example.c",
    "example.123",
    "example.c0m",
    "example.1com",
    "example.com1",
    "test",
    ".",
  ])("refuses %j, which is no name that mail is sent to", (typed) => expect(toALabels(typed)).toBeUndefined());

  it.each(["1.2.3.4", "0x7f.1", "１.２.３.４", "127.1", "[::1]", "example.0x10"])(
    "refuses the IP address %j in every spelling",
    (typed) => expect(toALabels(typed)).toBeUndefined(),
  );

  it.each(["a:80.com", "a/b.com", "a\\b.com", "a?b.com", "a#b.com", "a%41.com", "a_b.com", "u@a.com", "ａ％41.com"])(
    "refuses %j, in which a URL would see more than a name",
    (typed) => expect(toALabels(typed)).toBeUndefined(),
  );

  it.each(["⒈example.com", "a․com", "a‥b.com", "a…com"])("refuses %j, one label that would become two", (typed) =>
    expect(toALabels(typed)).toBeUndefined(),
  );

  it.each(["-a.com", "a-.com", "ab--cd.com", "xn--.com", "xn--a.com", "xn--zzzzzzzz.com", "\u0301a.com", "aאb.com"])(
    "refuses the label of %j",
    (typed) => expect(toALabels(typed)).toBeUndefined(),
  );

  it.each(["a.test", "a.example", "a.INVALID", "a.localhost", "a.ｔｅｓｔ"])("refuses %s, kept for tests", (typed) => {
    expect(toALabels(typed)).toBeUndefined();
  });

  it("takes labels of 63 octets and no longer ones", () => {
    expect(toALabels(`${"d".repeat(63)}.com`)).toBeDefined();
    expect(toALabels(`${"d".repeat(64)}.com`)).toBeUndefined();
  });
});
