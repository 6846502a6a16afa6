import type { PorchlightError } from "../errors.js";
import type { Channel } from "../values/identifier.js";

const second = 1_000;
/** RFC 9110 section 10.2.3: a provider need not say how long. */
const unsaidSeconds = 60;
/** A wait in the wrong unit, or until a quota's next day, is asked about again each hour: one message finds out. */
const longestSeconds = 60 * 60;

/** How long to wait after a provider asked to slow down, in milliseconds. */
export function askedWait({ retryAfterSeconds = unsaidSeconds }: PorchlightError): number {
  return Math.min(retryAfterSeconds, longestSeconds) * second;
}

/** Channels that rest in this process because their provider asked for it; the other channel goes on. */
export interface ChannelPauses {
  begin(channel: Channel, now: number, ms: number): void;
  /** When a resting channel goes on. */
  endOf(channel: Channel, now: number): number | undefined;
}

export function channelPauses(): ChannelPauses {
  const pauses = new Map<Channel, { readonly end: number; readonly ms: number }>();

  function endOf(channel: Channel, now: number): number | undefined {
    const pause = pauses.get(channel);
    if (pause === undefined || pause.end <= now) return undefined;
    // A clock that jumped back makes a wait at most its own length.
    const end = Math.min(pause.end, now + pause.ms);
    pauses.set(channel, { ...pause, end });
    return end;
  }

  return {
    begin(channel, now, ms) {
      const end = Math.max(now + ms, endOf(channel, now) ?? 0);
      pauses.set(channel, { end, ms: end - now });
    },
    endOf,
  };
}
