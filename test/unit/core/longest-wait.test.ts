import { expect, it } from "vitest";
import { longestWaitMs } from "../../../src/core/longest-wait.js";
import { hour, minute } from "./story.js";

it("the longest wait of an entry is an hour and a minute", () => {
  expect(longestWaitMs).toBe(hour + minute);
});
