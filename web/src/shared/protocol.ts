// The frames of the wire protocol `advisor.v1` (docs/protocol.md) as types, and the one place that reads them.
// Unknown fields are ignored, so that a newer server can talk to an older page.

export interface NumberRange {
  min: number;
  max: number;
}

export type Value = string | string[] | number | boolean | NumberRange;

export interface Choice {
  id: string;
  label: string;
  help?: string;
}

export interface ReadyRange extends NumberRange {
  label: string;
}

export type QuestionKind = "choice" | "multi" | "number" | "boolean" | "scale" | "text";

export interface Question {
  id: string;
  topic?: string;
  label?: string;
  text: string;
  help?: string;
  why?: string;
  kind: QuestionKind;
  options?: Choice[];
  ranges?: ReadyRange[];
  min?: number;
  max?: number;
  unit?: string;
  low?: string;
  high?: string;
  max_length?: number;
  allow_unknown?: boolean;
  may_skip?: boolean;
}

export interface Message {
  text: string;
  kind?: string;
}

/** A message of a `resume` reply: who said it, in which turn, and for the user's which question it answered. */
export interface PastMessage extends Message {
  from?: "user" | "advisor";
  seq?: number;
  question?: string;
  active?: boolean;
}

export interface Progress {
  answered: number;
  remaining: number;
}

export interface Confirm {
  question: string;
  value: Value;
  kept: string[];
  dropped: string[];
  asked: string[];
}

/** A fact that was understood without being asked for; it counts once it is taken over. */
export interface OfferedFact {
  question: string;
  label: string;
  value: Value;
  /** The value in words. */
  text: string;
}

export type Firmness = "clear" | "leaning" | "too_close";

export interface Reason {
  rule: string;
  question: string;
  label: string;
  answer: string;
  points: Record<string, number>;
  because: string;
  evidence: string[];
}

export interface Evidence {
  id: string;
  claim: string;
  stance: "supports" | "qualifies" | "contradicts";
  source: string;
  url?: string;
  as_of?: string;
}

export interface Role {
  id?: string;
  title: string;
  seniority?: string;
  count?: number;
  verdict: "hire" | "train" | "contract" | "none";
  because?: string;
  confidence?: "high" | "medium" | "low";
  must_have?: string[];
  nice_to_have?: string[];
  interview?: { ask: string; good?: string }[];
  work_sample?: string;
  first_90_days?: string;
  risk?: string;
}

export interface Recommendation {
  outcome: string;
  name: string;
  headline?: string;
  firmness: Firmness;
  either_works?: boolean;
  scores?: Record<string, number>;
  options: { id: string; name: string; points: number }[];
  reasons: Reason[];
  tradeoffs?: string[];
  changes?: { set: Record<string, Value>; outcome: string; text: string }[];
  robustness?: { percent: number; against: string | null } | null;
  possible?: { outcomes: string[]; exact: boolean; find_out: { question: string; label: string } | null };
  open?: { question: string; label: string }[];
  evidence?: Evidence[];
  hiring?: { summary?: string; roles?: Role[]; notes?: string[] } | null;
  report?: string;
}

/** Nothing that is still to be answered can change the outcome. */
export interface Early {
  outcome: string;
  name: string;
  remaining: number;
  stopped: boolean;
}

/** A frame that takes a turn: it is sent again with the same `id` until its reply or error arrives. */
export type TurnFrame =
  | { type: "start"; id: string; script?: string; locale?: string }
  | { type: "answer"; id: string; question: string; value: Value }
  | { type: "say"; id: string; text: string }
  | { type: "change"; id: string; question: string; value?: Value; confirm?: boolean }
  | { type: "facts"; id: string; accept: boolean | string[] }
  | { type: "back"; id: string }
  | { type: "skip"; id: string }
  | { type: "restart"; id: string };

export interface ResumeFrame {
  type: "resume";
  id: string;
  session: string;
  token: string;
  after?: number;
}

export type ClientFrame = TurnFrame | ResumeFrame;

export interface Reply {
  type: "reply";
  id: string;
  session: string;
  seq: number;
  messages: PastMessage[];
  question: Question | null;
  progress: Progress | null;
  recommendation: Recommendation | null;
  confirm?: Confirm | null;
  facts?: OfferedFact[];
  /** In the reply to `resume`: what counts now. */
  answers?: Record<string, Value>;
  early?: Early | null;
  token?: string;
  script?: { id: string; title: string; language?: string };
}

export interface Failure {
  type: "error";
  id: string | null;
  code: string;
  message: string;
}

export interface ServerEvent {
  type: "event";
  event: string;
  session?: string;
  seq?: number;
}

export type ServerFrame = Reply | Failure | ServerEvent;

/** The words of the sender's own limit, also enforced by the server. */
export const max_text_length = 4000;

function is_object(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Reads one server frame; null for anything that is not one, which the caller ignores. */
export function read_frame(text: string): ServerFrame | null {
  let frame: unknown;
  try {
    frame = JSON.parse(text);
  } catch {
    return null;
  }
  if (!is_object(frame)) return null;
  switch (frame.type) {
    case "reply":
      if (typeof frame.id !== "string" || typeof frame.session !== "string" || typeof frame.seq !== "number") return null;
      return {
        ...(frame as unknown as Reply),
        messages: Array.isArray(frame.messages) ? (frame.messages as PastMessage[]) : [],
        question: (frame.question as Question | undefined) ?? null,
        progress: (frame.progress as Progress | undefined) ?? null,
        recommendation: (frame.recommendation as Recommendation | undefined) ?? null,
      };
    case "error":
      if (typeof frame.code !== "string") return null;
      return {
        type: "error",
        id: typeof frame.id === "string" ? frame.id : null,
        code: frame.code,
        message: typeof frame.message === "string" ? frame.message : "",
      };
    case "event":
      return typeof frame.event === "string" ? (frame as unknown as ServerEvent) : null;
    default:
      return null;
  }
}
