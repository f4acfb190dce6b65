// The turns of one conversation as this page knows them, and how news about them is merged. Pure.
// Invariant: at most one turn for each `seq`, in ascending order; merging the same news twice changes nothing.
import type { Message, PastMessage } from "../shared/protocol.ts";

export interface UserSaid {
  text: string;
  /** The question that this answered. */
  question?: string;
  /** Whether the answer still counts; only such an answer can be changed. */
  active?: boolean;
}

export interface Turn {
  seq: number;
  /** Stable for the life of the page, so that a turn that was shown before its number was known is not drawn anew. */
  key: string;
  user: UserSaid | null;
  advisor: Message[];
  /** The text of the question that was asked at the end, where the server told it. */
  asked?: string;
}

/** Groups the messages of a `resume` reply by turn. Turns that said nothing are left out. */
export function turns_of(messages: PastMessage[]): Turn[] {
  const by_seq = new Map<number, Turn>();
  for (const message of messages) {
    if (typeof message.seq !== "number") continue;
    let turn = by_seq.get(message.seq);
    if (!turn) {
      turn = { seq: message.seq, key: `turn-${message.seq}`, user: null, advisor: [] };
      by_seq.set(message.seq, turn);
    }
    if (message.from === "user") {
      turn.user = { text: message.text };
      if (message.question !== undefined) {
        turn.user.question = message.question;
        turn.user.active = message.active ?? true;
      }
    } else if (message.kind === "question") {
      turn.asked = message.text;
    } else {
      turn.advisor.push(message.kind === undefined ? { text: message.text } : { text: message.text, kind: message.kind });
    }
  }
  return [...by_seq.values()].sort((left, right) => left.seq - right.seq);
}

/** Puts `news` over `turns`: what the server says about a turn replaces what the page thought, the key stays. */
export function merge_turns(turns: readonly Turn[], news: readonly Turn[]): Turn[] {
  const by_seq = new Map(turns.map((turn) => [turn.seq, turn]));
  for (const turn of news) by_seq.set(turn.seq, { ...turn, key: by_seq.get(turn.seq)?.key ?? turn.key });
  return [...by_seq.values()].sort((left, right) => left.seq - right.seq);
}

/** Marks every answer to `question` before turn `seq` as replaced. */
export function replace_answers(turns: readonly Turn[], question: string, seq: number): Turn[] {
  return turns.map((turn) =>
    turn.seq < seq && turn.user?.question === question && turn.user.active
      ? { ...turn, user: { ...turn.user, active: false } }
      : turn,
  );
}

/** A plain answer cannot make other answers void; after any other turn the page has to ask which ones still count. */
export function is_plain(turn: Turn): boolean {
  if (turn.user === null) return !begins_again(turn);
  return turn.user.question !== undefined && turn.user.active === true && !turn.advisor.some(({ kind }) => kind === "changed");
}

/** Whether the conversation was restarted with this turn. */
export function begins_again(turn: Turn): boolean {
  return turn.seq > 1 && turn.advisor.some(({ kind }) => kind === "intro");
}
