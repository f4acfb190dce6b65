// What the chat page knows, and how every event changes it: reduce(state, event) -> state. Pure: no clock, no socket, no
// random numbers, no storage. The outgoing queue is part of it, because "nothing lost, nothing doubled" is decided here.
import type { ClientFrame, Confirm, Early, OfferedFact, Progress, Question, Recommendation, TurnFrame } from "../shared/protocol.ts";
import type { Failure, Reply, ServerFrame } from "../shared/protocol.ts";
import { is_plain, merge_turns, replace_answers, turns_of, type Turn } from "./transcript.ts";

export interface Session {
  id: string;
  token: string;
  title?: string;
  /** Of the script's texts, as a language tag. */
  language?: string;
}

/** A turn on its way. It stays in the queue, and is sent again with the same id, until a reply or error names that id. */
export interface Outgoing {
  frame: TurnFrame;
  /** The words in the user's bubble. */
  shown: string;
  /** It may have been taken before: by this page, or by another tab that began the same conversation. */
  repeated?: boolean;
}

/** What the latest turn left on the table. */
export interface Head {
  seq: number;
  question: Question | null;
  progress: Progress | null;
  recommendation: Recommendation | null;
  confirm: Confirm | null;
  /** Offered to be taken over. */
  facts: readonly OfferedFact[];
  /** Absent while an answer can still change the outcome. */
  early?: Early;
}

export interface Flight {
  id: string;
  /** Set for a `resume`: the turns after this one were asked for. */
  after?: number;
}

export type NoticeKind = "error" | "info";

export interface State {
  link: "closed" | "connecting" | "open";
  /** Connections lost, and refusals to come back later, since the last reply; the driver waits longer each time. */
  failures: number;
  refusals: number;
  /** The last close was a restart of the server: coming back soon is welcome. */
  restarting: boolean;
  /** Waiting before the same frame is sent again. */
  holding: boolean;
  session: Session | null;
  /** Whether this connection has been told which session it is for. */
  bound: boolean;
  outbox: readonly Outgoing[];
  /** The one frame that was sent on this connection and has no reply yet. */
  flight: Flight | null;
  turns: readonly Turn[];
  /** Every turn up to this one is here. */
  known: number;
  /** The highest turn that an event told about since the last `resume` went out. */
  heard: number;
  /** What has to be fetched: nothing, the turns after `known`, or everything (which answers count has changed). */
  stale: "nothing" | "tail" | "all";
  head: Head;
  /** Every question seen, and which one was pending after which turn: the server does not repeat past ones. */
  questions: Readonly<Record<string, Question>>;
  asked: Readonly<Record<number, string>>;
  /** The questions that had an answer when everything was last fetched; answers taken over belong to no turn. */
  answered: readonly string[];
  notice: { text: string; kind: NoticeKind; serial: number } | null;
  /** Typed text that was refused, to go back into the input. */
  returned: { text: string; serial: number } | null;
  /** The conversation could not be opened; nothing happens until the user chooses. */
  refused: { code: string; message: string } | null;
  serial: number;
  /** What a new conversation is opened with. */
  opening: Opening;
}

export interface Opening {
  script?: string;
  locale?: string;
}

export type Event =
  | { type: "connecting" }
  | { type: "opened" }
  | { type: "closed"; code: number }
  | { type: "sent"; frame: ClientFrame }
  /** `fresh_id` names the new session, should this frame say that the old one is gone. */
  | { type: "received"; frame: ServerFrame; fresh_id: string }
  | { type: "hold_over" }
  | { type: "submit"; frame: TurnFrame; shown: string }
  | { type: "adopt"; session: Session }
  | { type: "start_anew"; id: string; opening: Opening }
  | { type: "dismiss_notice" }
  | { type: "notify"; text: string; kind: NoticeKind };

const empty_head: Head = { seq: 0, question: null, progress: null, recommendation: null, confirm: null, facts: [] };

export function initial_state(opening: Opening = {}): State {
  return {
    opening,
    link: "closed", failures: 0, refusals: 0, restarting: false, holding: false, session: null, bound: false, outbox: [],
    flight: null, turns: [], known: 0, heard: 0, stale: "nothing", head: empty_head, questions: {}, asked: {}, answered: [], notice: null,
    returned: null, refused: null, serial: 0,
  };
}

export function opening_turn(id: string, opening: Opening): Outgoing {
  return { frame: { type: "start", id, ...opening }, shown: "" };
}

/** One turn at a time: an answer to a question that the user has not seen yet must not be possible. */
export function may_submit(state: State): boolean {
  return state.outbox.length === 0 && state.session !== null && state.known > 0;
}

/** The frame to send now, or null. `fresh_id` is used when a `resume` is due. */
export function next_frame(state: State, fresh_id: string): ClientFrame | null {
  if (state.link !== "open" || state.flight || state.holding) return null;
  const first = state.outbox[0]?.frame ?? null;
  if (!state.session) return first?.type === "start" ? first : null;
  if (state.bound && state.stale === "nothing") return first;
  const after = state.stale === "all" ? 0 : state.known;
  return { type: "resume", id: fresh_id, session: state.session.id, token: state.session.token, after };
}

export function reduce(state: State, event: Event): State {
  switch (event.type) {
    case "connecting":
      return { ...state, link: "connecting" };
    case "opened":
      return { ...state, link: "open", bound: false, flight: null, holding: false };
    case "closed":
      return {
        ...state, link: "closed", bound: false, flight: null, holding: false, failures: state.failures + 1,
        restarting: event.code === 1012, outbox: state.outbox.map((outgoing) => ({ ...outgoing, repeated: true })),
      };
    case "sent":
      if (event.frame.type !== "resume") return { ...state, flight: { id: event.frame.id } };
      return { ...state, heard: 0, flight: { id: event.frame.id, after: event.frame.after ?? 0 } };
    case "received":
      return receive(state, event.frame, event.fresh_id);
    case "hold_over":
      return { ...state, holding: false };
    case "submit":
      if (!may_submit(state)) return state;
      return { ...state, outbox: [{ frame: event.frame, shown: event.shown }], notice: null, returned: null };
    case "adopt":
      if (state.session?.id === event.session.id) return state;
      return { ...give_back(without_session(state), state.outbox[0]), session: event.session };
    case "start_anew":
      return { ...without_session({ ...state, opening: event.opening }), outbox: [opening_turn(event.id, event.opening)], notice: null };
    case "dismiss_notice":
      return { ...state, notice: null };
    case "notify":
      return notify(state, event.text, event.kind);
  }
}

function without_session(state: State): State {
  return {
    ...initial_state(state.opening), link: state.link, failures: state.failures, refusals: state.refusals, restarting: state.restarting,
    holding: state.holding, notice: state.notice, serial: state.serial,
  };
}

function notify(state: State, text: string, kind: NoticeKind): State {
  return { ...state, notice: { text, kind, serial: state.serial + 1 }, serial: state.serial + 1 };
}

function receive(state: State, frame: ServerFrame, fresh_id: string): State {
  if (frame.type === "event") {
    // Before the reply to `start`, this page does not know yet that the session is its own.
    const ours = frame.event === "turn" && (!state.session || frame.session === state.session.id);
    return ours ? catch_up({ ...state, heard: Math.max(state.heard, frame.seq ?? 0) }) : state;
  }
  // A refusal that names no frame can only be about the one in flight.
  const id = frame.id ?? state.flight?.id;
  const resume = state.flight?.after !== undefined && state.flight.id === id ? state.flight : null;
  const own = state.outbox.find((outgoing) => outgoing.frame.id === id);
  if (!resume && !own) return state;  // a second reply to something that is settled
  const settled: State = state.flight?.id === id ? { ...state, flight: null } : state;
  if (frame.type === "error") return fail(settled, frame, own, fresh_id);
  const answered: State = { ...settled, failures: 0, refusals: 0, restarting: false };
  if (resume) return catch_up(resumed(answered, frame, resume.after ?? 0));
  return own ? catch_up(replied(answered, frame, own)) : answered;
}

/** An event may overtake a reply that was made before it: what it told about is still to be fetched. */
function catch_up(state: State): State {
  return state.heard > state.known && state.stale === "nothing" ? { ...state, stale: "tail" } : state;
}

/** The reply to a turn of this page. */
function replied(state: State, reply: Reply, own: Outgoing): State {
  const starts = own.frame.type === "start";
  if (!starts && reply.session !== state.session?.id) return state;
  let next: State = { ...state, outbox: state.outbox.filter((outgoing) => outgoing !== own) };
  if (starts) {
    const session: Session = { id: reply.session, token: reply.token ?? "" };
    if (reply.script) session.title = reply.script.title;
    if (reply.script?.language) session.language = reply.script.language;
    // The stored reply to a repeated `start` does not tell what has happened since.
    next = { ...next, session, bound: true, stale: own.repeated ? "tail" : next.stale };
  }
  if (reply.seq > next.known) {
    const turn: Turn = {
      seq: reply.seq,
      key: own.frame.id,
      user: starts ? null : { text: own.shown },
      advisor: reply.messages.map(({ text, kind }) => (kind === undefined ? { text } : { text, kind })),
    };
    let turns = merge_turns(next.turns, [turn]);
    // An answer that would drop later ones is only a proposal: it counts once it is confirmed.
    if (own.frame.type === "answer" && turn.user && !reply.confirm) {
      turn.user = { ...turn.user, question: own.frame.question, active: true };
      turns = replace_answers(merge_turns(next.turns, [turn]), own.frame.question, reply.seq);
    }
    next = { ...next, turns };
    if (reply.seq === next.known + 1) next = { ...next, known: reply.seq };
    else if (next.stale === "nothing") next = { ...next, stale: "tail" };
    if (!is_plain(turn) && !reply.confirm) next = { ...next, stale: "all" };
  }
  return with_head(next, reply);
}

/** The reply to a `resume` for the turns after `after`. What it says is the truth, also when it says less than we had. */
function resumed(state: State, reply: Reply, after: number): State {
  if (reply.session !== state.session?.id) return state;
  const news = turns_of(reply.messages);
  const kept = state.turns.filter((turn) => turn.seq <= after && turn.seq <= reply.seq);
  const keys = new Map(state.turns.map((turn) => [turn.seq, turn.key]));
  let turns = merge_turns(kept, news.map((turn) => ({ ...turn, key: keys.get(turn.seq) ?? turn.key })));
  for (const turn of news) if (turn.user?.question && turn.user.active) turns = replace_answers(turns, turn.user.question, turn.seq);
  const shrank = reply.seq < after;
  const partial = after > 0 && (shrank || news.some((turn) => !is_plain(turn)));
  const next: State = {
    ...state, turns, known: reply.seq, bound: true, stale: partial ? "all" : "nothing",
    head: shrank ? { ...empty_head } : state.head,
    answered: reply.answers ? Object.keys(reply.answers) : state.answered,
  };
  return with_head(next, reply);
}

/** A late reply must not put an older question back on the table. */
function with_head(state: State, reply: Reply): State {
  const questions = reply.question ? { ...state.questions, [reply.question.id]: reply.question } : state.questions;
  const asked = reply.question ? { ...state.asked, [reply.seq]: reply.question.id } : state.asked;
  if (reply.seq < state.head.seq) return { ...state, questions, asked };
  const { seq, question, progress, recommendation } = reply;
  // A `resume` only reads: it does not take a proposal off the table.
  const proposed = seq === state.head.seq ? state.head.confirm : null;
  const offered = seq === state.head.seq ? state.head.facts : [];
  return { ...state, questions, asked, head: { seq, question, progress, recommendation, confirm: reply.confirm ?? proposed, facts: reply.facts ?? offered, ...(reply.early ? { early: reply.early } : {}) } };
}

const come_back_later = new Set(["busy", "storage_unavailable", "draining", "too_many_requests"]);
const out_of_step = new Set(["question_not_pending", "not_answered", "unknown_question"]);

/** An error means that nothing changed. What can succeed later stays in the queue; the rest goes back to the user. */
function fail(state: State, failure: Failure, own: Outgoing | undefined, fresh_id: string): State {
  const later: State = { ...state, holding: true, refusals: state.refusals + 1 };
  if (come_back_later.has(failure.code)) return later;
  if (failure.code === "no_session") return { ...later, bound: false };
  if (state.session && (failure.code === "session_not_found" || failure.code === "wrong_token")) {
    const lost = give_back(without_session(state), state.outbox[0]);
    return notify(
      { ...lost, outbox: [opening_turn(fresh_id, state.opening)] },
      "The earlier conversation is no longer available here, so we begin a new one.", "info",
    );
  }
  if (!own) return later;  // a resume: there is nobody to give it back to, and nothing works without it
  const rest: State = { ...state, outbox: state.outbox.filter((outgoing) => outgoing !== own) };
  const text = failure.message || "That could not be sent. Please try once more.";
  if (own.frame.type === "start") return { ...rest, refused: { code: failure.code, message: text } };
  const noticed = notify(give_back(rest, own), text, "error");
  return out_of_step.has(failure.code) ? { ...noticed, stale: "all" } : noticed;
}

function give_back(state: State, own: Outgoing | undefined): State {
  if (own?.frame.type !== "say") return state;
  return { ...state, returned: { text: own.frame.text, serial: state.serial + 1 }, serial: state.serial + 1 };
}
