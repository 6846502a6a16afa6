/** Far more than a process is asked in earnest; beyond it all is forgotten, so that nobody fills the memory. */
const most = 1_000;

/** The same function, which works out each answer once: the platform takes longer to read a tag than we to use it. */
export function remembered<Asked, Answer>(work: (asked: Asked) => Answer): (asked: Asked) => Answer {
  const answers = new Map<Asked, { readonly answer: Answer }>();
  return (asked) => {
    const known = answers.get(asked);
    if (known !== undefined) return known.answer;
    const answer = work(asked);
    if (answers.size === most) answers.clear();
    answers.set(asked, { answer });
    return answer;
  };
}
