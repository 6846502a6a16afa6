import type { Limit, Limiter } from "../ports.js";
import type { Clause } from "./clause.js";
import type { FixedClock } from "./clock.js";
import { expectEqual, expectThat, expectThrown } from "./expect.js";

/** A limiter and the clock that it reads. */
export interface LimiterUnderTest {
  readonly limiter: Limiter;
  readonly clock: FixedClock;
}

const once: Limit = { key: "once", max: 1, perSeconds: 60 };
const twice: Limit = { key: "twice", max: 2, perSeconds: 60 };
const read = (limit: Limit): Limit => ({ ...limit, cost: 0 });
const seconds = 1000;

async function allows({ limiter }: LimiterUnderTest, ...limits: readonly Limit[]): Promise<void> {
  expectEqual(await limiter.hit(limits), { allowed: true, retryAfterSeconds: 0 }, `hit of ${named(limits)}`);
}

async function refuses({ limiter }: LimiterUnderTest, ...limits: readonly Limit[]): Promise<number> {
  const { allowed, retryAfterSeconds } = await limiter.hit(limits);
  expectThat(!allowed, `hit of ${named(limits)} was allowed`);
  return retryAfterSeconds;
}

const named = (limits: readonly Limit[]): string => limits.map(({ key }) => key).join(", ");

/** What every limiter promises, at limits small enough that none may approximate. */
export const limiterContract: readonly Clause<LimiterUnderTest>[] = [
  {
    promise: "allows max hits and refuses the next",
    async check(make) {
      const subject = await make();
      await allows(subject, twice);
      await allows(subject, twice);
      await refuses(subject, twice);
    },
  },
  {
    promise: "a window slides: in no interval of its length are more than max allowed",
    async check(make) {
      const subject = await make();
      await allows(subject, twice);
      subject.clock.advance(59 * seconds);
      await allows(subject, twice);
      subject.clock.advance(seconds);
      await allows(subject, twice);
      await refuses(subject, twice);
      subject.clock.advance(59 * seconds - 1);
      await refuses(subject, twice);
      subject.clock.advance(1);
      await allows(subject, twice);
      await refuses(subject, twice);
    },
  },
  {
    promise: "a refused hit is not counted",
    async check(make) {
      const subject = await make();
      await allows(subject, once);
      subject.clock.advance(30 * seconds);
      await refuses(subject, once);
      subject.clock.advance(30 * seconds);
      await allows(subject, once);
    },
  },
  {
    promise: "retryAfterSeconds is the whole wait, rounded up, at least 1",
    async check(make) {
      const subject = await make();
      await allows(subject, once);
      expectEqual(await refuses(subject, once), 60, "the wait at once");
      subject.clock.advance(10_500);
      expectEqual(await refuses(subject, once), 50, "the wait after 10.5 s");
      subject.clock.advance(49_499);
      expectEqual(await refuses(subject, once), 1, "the wait in the last millisecond");
    },
  },
  {
    promise: "the wait ends when room comes, not when the window is empty",
    async check(make) {
      const subject = await make();
      await allows(subject, twice);
      subject.clock.advance(40 * seconds);
      await allows(subject, twice);
      expectEqual(await refuses(subject, twice), 20, "the wait");
      subject.clock.advance(20 * seconds);
      await allows(subject, twice);
    },
  },
  {
    promise: "a cost of 0 asks for room and counts nothing",
    async check(make) {
      const subject = await make();
      for (let i = 0; i < 3; i += 1) await allows(subject, read(once));
      await allows(subject, once);
      expectEqual(await refuses(subject, read(once)), 60, "the wait");
    },
  },
  {
    promise: "a call is all or nothing: a refused one counts on no key",
    async check(make) {
      const subject = await make();
      await allows(subject, once);
      await refuses(subject, twice, once);
      await refuses(subject, twice, read(once));
      await allows(subject, twice);
      await allows(subject, twice);
    },
  },
  {
    promise: "limits are taken in order, and the first refusal tells the wait",
    async check(make) {
      const subject = await make();
      const long: Limit = { key: "long", max: 1, perSeconds: 3600 };
      await allows(subject, once, long);
      expectEqual(await refuses(subject, once, long), 60, "the wait where the short one comes first");
      expectEqual(await refuses(subject, long, once), 3600, "the wait where the long one comes first");
    },
  },
  {
    promise: "of a hundred hits at once, exactly max are allowed",
    async check(make) {
      const { limiter } = await make();
      const ten: Limit = { key: "ten", max: 10, perSeconds: 60 };
      const answers = await Promise.all(Array.from({ length: 100 }, () => limiter.hit([ten])));
      expectEqual(answers.filter(({ allowed }) => allowed).length, 10, "how many were allowed");
    },
  },
  {
    promise: "max belongs to the call: a key is asked and hit at another one each time",
    async check(make) {
      const subject = await make();
      const at = (max: number): Limit => ({ ...twice, max });
      await allows(subject, at(5));
      await allows(subject, at(Number.POSITIVE_INFINITY));
      await refuses(subject, at(2));
      await refuses(subject, read(at(2)));
      await allows(subject, read(at(3)));
      await allows(subject, at(3));
      await refuses(subject, at(3));
      await allows(subject, at(101));
    },
  },
  {
    promise: "keys count apart and compare bytewise",
    async check(make) {
      const subject = await make();
      for (const key of ["a", "A", "a ", "á", "a\u0301", "' OR 1=1--", "%", "_"])
        await allows(subject, { ...once, key });
    },
  },
  {
    promise: "clear empties its key and no other",
    async check(make) {
      const subject = await make();
      const other: Limit = { ...once, key: "other" };
      await allows(subject, once, other);
      await subject.limiter.clear(once.key);
      await subject.limiter.clear("never seen");
      await refuses(subject, other);
      await allows(subject, once);
    },
  },
  {
    promise: "a call without limits is allowed",
    async check(make) {
      await allows(await make());
    },
  },
  {
    promise:
      "a max that is no whole number of at least 0, or a window that is no time, is a TypeError and counts nowhere",
    async check(make) {
      const subject = await make();
      const wrong: readonly Limit[] = [
        ...[2.5, -1, Number.NaN].map((max): Limit => ({ ...twice, max })),
        ...[0, -60, Number.NaN, Number.POSITIVE_INFINITY].map((perSeconds): Limit => ({ ...twice, perSeconds })),
      ];
      for (const limit of wrong) {
        const what = `hit at ${limit.max} per ${limit.perSeconds} s`;
        const thrown = await expectThrown(async () => subject.limiter.hit([once, limit]), what);
        expectThat(thrown instanceof TypeError, `${what}: what it threw was no TypeError`);
      }
      await allows(subject, once, twice);
    },
  },
  {
    promise: "a clock that jumps back makes a wait its own length at most",
    async check(make) {
      const subject = await make();
      await allows(subject, once);
      subject.clock.advance(-3600 * seconds);
      expectThat((await refuses(subject, once)) <= 60, "the wait was longer than its window");
      subject.clock.advance(60 * seconds);
      await allows(subject, once);
    },
  },
  {
    promise: "a clock that jumps back frees nothing early",
    async check(make) {
      const subject = await make();
      await allows(subject, once);
      subject.clock.advance(-3600 * seconds);
      await refuses(subject, once);
      subject.clock.advance(30 * seconds);
      await refuses(subject, once);
    },
  },
  {
    promise: "purge, where there is one, deletes no counter before its window is over",
    async check(make) {
      const subject = await make();
      const { limiter, clock } = subject;
      if (limiter.purge === undefined) return;
      const long: Limit = { key: "long", max: 1, perSeconds: 3600 };
      await allows(subject, twice, long);
      clock.advance(30 * seconds);
      await allows(subject, once, twice);
      clock.advance(60 * seconds - 1);
      expectEqual(await limiter.purge(clock.now(), 10), 0, "how many went a millisecond too early");
      await refuses(subject, once);
      clock.advance(1);
      expectEqual(await limiter.purge(clock.now(), 10), 2, "how many went when two windows were over");
      await refuses(subject, long);
      await allows(subject, once, twice);
    },
  },
  {
    promise: "purge deletes at most limit, and says how many",
    async check(make) {
      const subject = await make();
      const { limiter, clock } = subject;
      if (limiter.purge === undefined) return;
      for (const key of ["a", "b", "c"]) await allows(subject, { ...once, key });
      clock.advance(60 * seconds);
      expectEqual(await limiter.purge(clock.now(), 2), 2, "how many went of three");
      expectEqual(await limiter.purge(clock.now(), 2), 1, "how many went then");
      expectEqual(await limiter.purge(clock.now(), 2), 0, "how many went of none");
    },
  },
];
