// Which of "what would change it" is shown: everything that one answer does, and the few best pairs.
import type { Recommendation } from "./protocol.ts";

type Change = NonNullable<Recommendation["changes"]>[number];

export const max_shown_pairs = 3;

/**
 * All single answers and at most `max_shown_pairs` pairs, in their order: first the pairs that lead where nothing before them does.
 * The server's Markdown and the chat tools show the same.
 */
export function shown_changes(changes: Change[]): { shown: Change[]; more: string | null } {
  const is_pair = ({ set }: Change): boolean => Object.keys(set).length > 1;
  const reached = new Set(changes.filter((change) => !is_pair(change)).map(({ outcome }) => outcome));
  const pairs = changes.filter(is_pair);
  const fresh = pairs.filter(({ outcome }) => !reached.has(outcome) && reached.add(outcome));
  const best = new Set([...new Set([...fresh, ...pairs])].slice(0, max_shown_pairs));
  const more = pairs.length - best.size;
  return {
    shown: changes.filter((change) => !is_pair(change) || best.has(change)),
    more: more === 0 ? null : `And ${more} more ${more === 1 ? "pair" : "pairs"} of answers.`,
  };
}
