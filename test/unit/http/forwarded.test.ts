import { describe, expect, it } from "vitest";
import { openSite } from "./site.js";

/** Headers by which somebody might claim to be another caller. */
const claims = [
  "X-Forwarded-For",
  "X-Real-IP",
  "Forwarded",
  "CF-Connecting-IP",
  "True-Client-IP",
  "X-Client-IP",
  "X-Cluster-Client-IP",
  "X-Originating-IP",
  "Via",
];

describe("a caller", () => {
  it("is who the host says, whatever the request claims (ASVS 15.3.4)", async () => {
    const { post } = openSite({ host: { rules: { callsPerHour: 2 } } });
    const codes = [];
    for (const [n, name] of claims.entries()) {
      const claimed = name === "Forwarded" ? `for=198.51.100.${n}` : `198.51.100.${n}`;
      const { body } = await post("start", { email: `visitor-${n}@example.com` }, { [name]: claimed, Cookie: "a=b" });
      codes.push(body.code);
    }
    expect(codes).toEqual([undefined, undefined, ...claims.slice(2).map(() => "too_many_attempts")]);
  });
});
