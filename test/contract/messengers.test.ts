import { describe, it } from "vitest";
import { PorchlightError } from "../../src/errors.js";
import { memoryMailer } from "../../src/mailer/memory.js";
import { type NodemailerMessage, nodemailerMailer } from "../../src/mailer/nodemailer.js";
import { mailerContract } from "../../src/testing/mailer-contract.js";
import { texterContract } from "../../src/testing/texter-contract.js";
import { memoryTexter } from "../../src/texter/memory.js";

const failures = {
  undeliverable: () => new PorchlightError("ERR_UNDELIVERABLE"),
  rate_limited: () => new PorchlightError("ERR_RATE_LIMITED"),
  down: () => new Error("connection reset"),
};

describe("memoryMailer keeps the contract of a mailer:", () => {
  const subject = async () => {
    const mailer = memoryMailer();
    return {
      send: mailer.send,
      received: async () => mailer.sent.map(({ to, text, subject, html }) => ({ to, text, subject, html })),
      failNext: async (how: keyof typeof failures) => mailer.failNext(failures[how]()),
    };
  };
  for (const { promise, check } of mailerContract) it(promise, () => check(subject));
});

describe("memoryTexter keeps the contract of a texter:", () => {
  const subject = async () => {
    const texter = memoryTexter();
    return {
      send: texter.send,
      received: async () => texter.sent.map(({ to, text }) => ({ to, text })),
      failNext: async (how: keyof typeof failures) => texter.failNext(failures[how]()),
    };
  };
  for (const { promise, check } of texterContract) it(promise, () => check(subject));
});

describe("nodemailerMailer keeps the contract of a mailer:", () => {
  const replies = {
    undeliverable: { code: "EENVELOPE", responseCode: 550, response: "550 5.1.1 No such user", command: "RCPT TO" },
    rate_limited: { code: "EENVELOPE", responseCode: 450, response: "450 4.7.1 Slow down", command: "RCPT TO" },
    down: { code: "ECONNECTION" },
  };
  const subject = async () => {
    const accepted: NodemailerMessage[] = [];
    const errors: Error[] = [];
    const transport = {
      async sendMail(message: NodemailerMessage) {
        const error = errors.shift();
        if (error !== undefined) throw error;
        accepted.push(message);
      },
    };
    const mailer = nodemailerMailer(transport, { from: "Example <no-reply@app.example>" });
    return {
      send: mailer.send,
      received: async () => accepted.map(({ to, text, subject, html }) => ({ to: to.address, text, subject, html })),
      failNext: async (how: keyof typeof replies) => {
        errors.push(Object.assign(new Error("refused"), replies[how]));
      },
    };
  };
  for (const { promise, check } of mailerContract) it(promise, () => check(subject));
});
