// SMS providers' guidance on pumped traffic: of the codes that people ask for, 60 to 80 % are entered; under 20 % is an
// attack. Fewer than fifty messages in an hour say too little either way.
const leastTold = 50;
const messagesPerConfirmation = 5;

/**
 * The most messages to one country in an hour, by how many of its numbers were confirmed in that hour.
 *
 * Fifty in any case; beyond them one more only while at least a fifth of what was sent is confirmed. So a breaker is a
 * budget that its own success enlarges: it needs no state of its own, and closes by itself as the hour slides.
 *
 * @param confirmed registrations by phone that a code confirmed, a whole number
 */
export function mostMessages(confirmed: number): number {
  return Math.max(leastTold, messagesPerConfirmation * confirmed + 1);
}

/** From how many confirmations on {@link mostMessages} is more than `messages`. */
export function confirmationsFor(messages: number): number {
  return Math.ceil(messages / messagesPerConfirmation);
}
