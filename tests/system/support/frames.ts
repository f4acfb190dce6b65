// What travels between client and server, as far as the tests look into it. The schemas in docs/asyncapi.json say it in full.
export interface Question {
  id: string;
  kind: string;
  text: string;
  options: { id: string; label: string }[];
  ranges?: { min: number; max: number }[];
  min?: number;
  max?: number;
}

export interface Message {
  text: string;
  kind?: string;
  from?: "user" | "advisor";
  seq?: number;
  question?: string;
  active?: boolean;
}

export interface Recommendation {
  hiring?: { roles: { id: string; verdict: string }[] };
  outcome: string;
  firmness: string;
  scores: Record<string, number>;
  reasons: { points: Record<string, number> }[];
  report: string;
}

/** A reply or an error. */
export interface Frame {
  type: "reply" | "error";
  id: string | null;
  code?: string;
  message?: string;
  session: string;
  seq: number;
  token?: string;
  script?: { id: string };
  messages: Message[];
  answers?: Record<string, unknown>;
  confirm?: { question: string; value: unknown; kept: string[]; dropped: string[]; asked: string[] };
  facts?: { question: string; label: string; value: unknown; text: string }[];
  question: Question | null;
  progress: { answered: number; remaining: number };
  recommendation: Recommendation | null;
}

export interface EventFrame {
  type: "event";
  event: string;
  session?: string;
  seq?: number;
}

export interface ClientFrame {
  type: string;
  id: string;
  [field: string]: unknown;
}

/** Both forms of a server's frame: bytes matter for repeated ids. */
export interface Answer {
  text: string;
  frame: Frame;
}

/** Some value that fits the question. */
export function fitting_value(question: Question): unknown {
  switch (question.kind) {
    case "choice":
      return question.options[0]?.id;
    case "multi":
      return question.options.slice(0, 2).map((option) => option.id);
    case "boolean":
      return true;
    case "text":
      return "Some words";
    default:
      return question.min;
  }
}
