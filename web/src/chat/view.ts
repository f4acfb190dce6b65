// What the page shows, in order, worked out from the state. Pure.
import type { Message, Question } from "../shared/protocol.ts";
import type { State } from "./state.ts";
import { begins_again, type Turn } from "./transcript.ts";

export type Item =
  | { type: "divider"; key: string; text: string }
  | { type: "advisor"; key: string; message: Message; about: string | null }
  | { type: "question"; key: string; id: string | undefined; text: string; help: string | undefined; pending: boolean }
  | { type: "user"; key: string; text: string; question: string | null; sending: boolean };

/** The question that was on the table after `turn`, as far as this page can tell. */
function asked_after(state: State, turn: Turn): string | undefined {
  const seen = state.asked[turn.seq];
  if (seen !== undefined) return seen;
  const opens = turn.user === null || turn.user.question !== undefined || begins_again(turn);
  if (!opens) return undefined;
  return state.turns.find((later) => later.seq > turn.seq && later.user?.question !== undefined)?.user?.question;
}

export function items_of(state: State): Item[] {
  const items: Item[] = [];
  const last = state.turns[state.turns.length - 1];
  let shown: string | undefined;
  for (const turn of state.turns) {
    if (begins_again(turn)) {
      items.push({ type: "divider", key: `${turn.key}-again`, text: "Started again" });
      shown = undefined;
    }
    const answered = turn.user?.question;
    if (turn.user) {
      items.push({
        type: "user", key: `${turn.key}-user`, text: turn.user.text, sending: false,
        question: turn.user.active && answered !== undefined ? answered : null,
      });
      if (answered !== undefined) shown = undefined;
    }
    turn.advisor.forEach((message, index) => {
      items.push({ type: "advisor", key: `${turn.key}-${index}`, message, about: turn.user?.active && answered !== undefined ? answered : null });
    });
    const id = turn === last && turn.seq === state.head.seq ? state.head.question?.id : asked_after(state, turn);
    const question = id === undefined ? undefined : state.questions[id];
    const text = question?.text ?? turn.asked;
    if (text !== undefined && (question === undefined || id !== shown)) {
      items.push({ type: "question", key: `${turn.key}-question`, text, help: question?.help, id, pending: false });
      shown = id;
    }
  }
  if (state.head.question) mark_pending(items, state.head.question);
  const out = state.outbox[0];
  if (out && out.frame.type !== "start") {
    items.push({ type: "user", key: `${out.frame.id}-user`, text: out.shown, question: null, sending: true });
  }
  return items;
}

function mark_pending(items: Item[], question: Question): void {
  const index = items.findLastIndex((item) => item.type === "question" && item.id === question.id);
  const item = items[index];
  if (item?.type === "question") items[index] = { ...item, pending: true };
}

/** Whether an answer to `question` still counts and so can be changed. */
export function can_change(state: State, question: string): boolean {
  return state.turns.some((turn) => turn.user?.question === question && turn.user.active) || state.answered.includes(question);
}

/** A question's short name, for lists. */
export function label_of(state: State, question: string): string {
  return state.questions[question]?.label ?? question.replaceAll("_", " ");
}
