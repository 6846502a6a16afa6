import { type ErrorCode, PorchlightError } from "../errors.js";
import type { BreachCheck, Captcha, Hasher, Limiter, Mailer, Store, Texter } from "../ports.js";
import type { Signal } from "../signal.js";
import { members, type Verbs, wrapped } from "./wrapped.js";

type Attributes = Record<string, string | string[]>;

/** The sliver of OpenTelemetry's `Span` that is used; `@opentelemetry/api` itself is never imported. */
export interface OtelSpan {
  setAttribute(name: string, value: string | string[]): unknown;
  /** 2 is ERROR. */
  setStatus(status: { code: 2 }): unknown;
  end(): void;
}

/** The sliver of OpenTelemetry's `Tracer` that is used. */
export interface OtelTracer {
  startActiveSpan<T>(name: string, options: { attributes: Attributes }, work: (span: OtelSpan) => T): T;
}

/** The sliver of OpenTelemetry's `Meter` that is used. */
export interface OtelMeter {
  createCounter(
    name: string,
    options: { description: string; unit: string },
  ): { add(times: number, attributes: Attributes): void };
  createHistogram(
    name: string,
    options: { description: string; unit: string; advice: { explicitBucketBoundaries: number[] } },
  ): { record(value: number, attributes: Attributes): void };
}

/** What {@link otelTelemetry} makes: a listener, and what puts spans around verbs and ports. */
export interface OtelTelemetry {
  /** Counts steps, refusals, limits and faults. For the option `onSignal`. */
  onSignal(signal: Signal): void;
  /** A span for each call of a verb; those of its port calls lie within it. */
  registrar<R extends Verbs>(registrar: R): R;
  store<Tx>(store: Store<Tx>): Store<Tx>;
  hasher(hasher: Hasher): Hasher;
  limiter(limiter: Limiter): Limiter;
  captcha(captcha: Captcha): Captcha;
  breach(breach: BreachCheck): BreachCheck;
  mailer(mailer: Mailer): Mailer;
  texter(texter: Texter): Texter;
}

// As the semantic conventions advise for the duration of a request; in seconds.
const seconds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/**
 * Tells OpenTelemetry of sign-ups: a span for each verb and each call of a port, counters and durations.
 *
 * No span and no metric carries an address, an id, a secret, or a word of an error: only verbs, methods, channels,
 * countries and codes, of which there are few. `docs/telemetry.md` names them all. Spans nest by the context manager
 * that the host has registered.
 *
 * @example
 * ```ts
 * import { metrics, trace } from "@opentelemetry/api";
 * import { otelTelemetry } from "porchlight/telemetry/otel";
 * import { testPorts } from "porchlight/testing";
 * const telemetry = otelTelemetry({ tracer: trace.getTracer("porchlight"), meter: metrics.getMeter("porchlight") });
 * const store = telemetry.store(testPorts().store);
 * ```
 * @see https://opentelemetry.io/docs/specs/semconv/general/recording-errors/ for `error.type`
 */
export function otelTelemetry(api: { readonly tracer: OtelTracer; readonly meter: OtelMeter }): OtelTelemetry {
  const { tracer, meter } = api;
  const duration = (name: string, description: string) => {
    const advice = { explicitBucketBoundaries: seconds };
    return meter.createHistogram(`porchlight.${name}.duration`, { description, unit: "s", advice });
  };
  const verbSeconds = duration("verb", "How long a verb took.");
  const portSeconds = duration("port", "How long a call of a port took.");

  /** One call: a span and a duration, with what it came to. */
  function traced(
    call: { readonly name: string; readonly attributes: Attributes; readonly histogram: typeof verbSeconds },
    work: () => unknown,
    cameTo: (answer: unknown) => Attributes,
    broken: ErrorCode | "_OTHER",
  ): unknown {
    const begun = performance.now();
    return tracer.startActiveSpan(call.name, { attributes: call.attributes }, async (span) => {
      let outcome: Attributes = {};
      try {
        const answer = await work();
        outcome = cameTo(answer);
        return answer;
      } catch (error) {
        // The code alone: a port's own words may quote what it was given.
        outcome = { "error.type": error instanceof PorchlightError ? error.code : broken };
        span.setStatus({ code: 2 });
        throw error;
      } finally {
        for (const [key, value] of Object.entries(outcome)) span.setAttribute(key, value);
        span.end();
        const { [problems]: _, ...few } = outcome;
        call.histogram.record((performance.now() - begun) / 1_000, { ...call.attributes, ...few });
      }
    });
  }

  const port = <P extends object>(name: Exclude<keyof typeof members, "registrar">, broken: ErrorCode, target: P): P =>
    wrapped(target, members[name], (method, work) => {
      const attributes = { "porchlight.port": name, "porchlight.method": method };
      const call = { name: `porchlight.${name}.${method}`, attributes, histogram: portSeconds };
      return traced(call, work, () => ({}), broken);
    });

  return {
    onSignal: createListener(meter),
    registrar: (registrar) =>
      wrapped(registrar, members.registrar, (verb, work) => {
        const call = { name: `porchlight.${verb}`, attributes: { "porchlight.verb": verb }, histogram: verbSeconds };
        return traced(call, work, verb === "inspect" ? looked : answered, "_OTHER");
      }),
    store: (store) => port("store", "ERR_STORE", store),
    hasher: (hasher) => port("hasher", "ERR_HASHER", hasher),
    limiter: (limiter) => port("limiter", "ERR_LIMITER", limiter),
    captcha: (captcha) => port("captcha", "ERR_CAPTCHA", captcha),
    breach: (breach) => port("breach", "ERR_BREACH_CHECK", breach),
    mailer: (mailer) => port("mailer", "ERR_MAILER", mailer),
    texter: (texter) => port("texter", "ERR_TEXTER", texter),
  };
}

function createListener(meter: OtelMeter): (signal: Signal) => void {
  const counter = (name: string, description: string, unit: string) =>
    meter.createCounter(`porchlight.${name}`, { description, unit });
  const steps = counter("steps", "What came about, from the start of a sign-up to a sign-in.", "{step}");
  const refusals = counter("refusals", "Problems that visitors met.", "{problem}");
  const limits = counter("limits", "Calls past a budget, by whose it is.", "{call}");
  const faults = counter("faults", "What broke.", "{fault}");
  return (signal) => {
    const { verb, channel, country } = signal;
    const by = { "porchlight.verb": verb };
    const where = {
      ...(channel && { "porchlight.channel": channel }),
      ...(country && { "porchlight.country": country }),
    };
    switch (signal.type) {
      case "refused":
        for (const code of new Set(signal.codes)) refusals.add(1, { ...by, ...where, "porchlight.problem": code });
        return;
      case "limited":
        return limits.add(1, { ...by, ...where, "porchlight.limit": signal.by });
      case "fault":
        return faults.add(1, { ...by, "error.type": signal.error.code });
      case "sent":
      case "dropped":
      case "given_up":
        return steps.add(1, { ...where, "porchlight.step": signal.type, "porchlight.message": signal.message });
      default:
        return steps.add(1, { ...where, "porchlight.step": signal.type });
    }
  };
}

const problems = "porchlight.problems";

/** What an answer says of itself, and nothing of whom it is about. */
function answered(answer: unknown): Attributes {
  const { ok, problems: told } = membersOf(answer);
  if (ok !== false) return { "porchlight.outcome": "ok" };
  return refused(Array.isArray(told) ? told.map((problem) => membersOf(problem).code) : []);
}

/** A link that is looked at has a state instead. */
function looked(answer: unknown): Attributes {
  const { state } = membersOf(answer);
  return state === "ready" ? { "porchlight.outcome": "ok" } : refused([`link_${state}`]);
}

function refused(codes: readonly unknown[]): Attributes {
  return { "porchlight.outcome": "refused", [problems]: [...new Set(codes)].filter(isCode) };
}

function isCode(code: unknown): code is string {
  return typeof code === "string" && /^[a-z_]{1,40}$/.test(code);
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
