// The review API (docs/review-api.md) as types, and the one place that calls it.
import type { Question, Recommendation } from "../shared/protocol.ts";
import { api_root } from "./url.ts";

export type Role = "viewer" | "editor" | "admin";

export interface Me {
  name: string;
  role: Role;
}

export interface SessionRow {
  id: string;
  started_at: string;
  updated_at: string;
  state: "open" | "finished";
  script: string;
  script_version: string;
  channel: string;
  locale: string;
  outcome: string | null;
  firmness: string | null;
  left_at: string | null;
  turns: number;
  duration_s: number;
  edits: number;
  flips: number;
  unclear: number;
  unknown: number;
  opening: string;
  reviewed: { by: string; at: string } | null;
  rating: number | null;
  tags: string[];
  notes: number;
}

export interface SessionList {
  sessions: SessionRow[];
  next: string | null;
  total: number | null;
}

export interface TalkMessage {
  seq: number;
  at: string;
  from: "user" | "advisor";
  kind: string | null;
  text: string;
  question?: string;
}

export interface Understood {
  question: string;
  label?: string;
  answer?: string;
  confidence?: number;
  dropped?: boolean;
}

export interface TurnTiming {
  seq: number;
  at: string;
  elapsed_ms: number;
  type: string;
  question: string | null;
  understood: Understood[];
  unclear: boolean;
}

export interface Answer {
  question: string;
  label: string;
  answer: string;
  value: unknown;
}

export interface LedgerLine {
  rule: string;
  questions: string[];
  points: Record<string, number>;
  because: string;
  evidence: string[];
}

export interface Note {
  id: number;
  at: string;
  who: string;
  text: string;
}

export interface SessionDetail extends SessionRow {
  script_title: string;
  pending: { id: string; text: string } | null;
  messages: TalkMessage[];
  timing: TurnTiming[];
  answers: Answer[];
  ledger: LedgerLine[];
  recommendation: Recommendation | null;
  report: string | null;
  record: string | null;
  review_notes: Note[];
  /** What the session's script asks, where the server says it. */
  questions?: Question[];
}

export interface WhatIfResult {
  outcome: string | null;
  firmness: string | null;
  scores: Record<string, number>;
  margin: number;
  pending: string | null;
  recommendation: Recommendation | null;
}

export interface WhatIf {
  original: WhatIfResult;
  what_if: WhatIfResult;
  same_outcome: boolean;
  dropped: string[];
}

export interface QuestionFigures {
  question: string;
  label: string;
  reached: number;
  answered: number;
  left: number;
  drop_off: number;
  unknown: number;
  unknown_share: number;
  skipped: number;
  unclear: number;
  changed: number;
  mean_ms: number | null;
  median_ms: number | null;
  answers: { answer: string; label: string; count: number }[];
}

export interface InboxRow {
  id: number;
  script: string;
  question: string | null;
  text: string;
  example: string;
  count: number;
  first_at: string;
  last_at: string;
  session: string | null;
  dismissed: boolean;
}

/** A row of the inbox with what people did next, and what it can be accepted as. */
export interface InboxDetail extends InboxRow {
  became: { sessions: number; times: number; answered: { answer: string; count: number }[]; unclear_again: number; skipped: number; left: number; other: number };
  accepted: { option: string; phrase: string; draft: string; who: string; at: string }[];
  options: { id: string; label: string }[];
}

export interface ChangedReading {
  text: string;
  count: number;
  before: string | null;
  after: string | null;
}

/** The script with a phrase more; `draft` is its hash once it is saved. */
export interface AcceptPreview {
  script: string;
  phrase: string;
  good: boolean;
  understood: boolean;
  reading: string | null;
  texts: number;
  phrases: number;
  changed: number;
  changes: ChangedReading[];
  broken: ChangedReading[];
  diagnostics: { level: "error" | "warning"; line: number; message: string }[];
  text: string;
  draft: string | null;
}

export interface Figures {
  from: string | null;
  to: string | null;
  started: number;
  finished: number;
  open: number;
  completion: number;
  mean_duration_ms: number | null;
  mean_turns: number | null;
  edits: number;
  flips: number;
  flipped_sessions: number;
  unclear: number;
  satisfaction: { rated: number; mean: number | null } | null;
  outcomes: { outcome: string; firmness: string; sessions: number }[];
  by_channel: { channel: string; started: number; finished: number; outcomes: Record<string, number> }[];
  by: "day" | "month";
  over_time: { period: string; started: number; finished: number; outcomes: Record<string, number> }[];
  questions: QuestionFigures[];
}

export interface Analytics extends Figures {
  unclear_texts: InboxRow[];
  compare?: Figures;
}

export interface ScriptVersion {
  script: string;
  hash: string;
  state: "draft" | "published" | "earlier";
  author: string | null;
  note: string;
  added_at: string;
  published_at: string | null;
  published_by: string | null;
  from_file: boolean;
  sessions: number;
  first_used: string | null;
  last_used: string | null;
}

export interface Diagnostic {
  number: string;
  level: "error" | "warning";
  line: number;
  pointer: string;
  message: string;
  /** A talk that shows it, as `advisor play --answers` takes it. */
  answers?: string;
}

/** What was found in a text, and what was proved of it; `good`: it may be published. */
export interface CheckedScript {
  good: boolean;
  diagnostics: Diagnostic[];
  proof: { questions: number; rules: number; options: number; sources: number; shortest: number | null; longest: number | null } | null;
}

export interface VersionDetail extends ScriptVersion, CheckedScript {
  text: string;
}

export interface ScriptChange {
  part: string;
  id: string | null;
  change: "added" | "removed" | "changed" | "moved";
  fields: { field: string; before: string | null; after: string | null }[];
}

export interface ScriptDiff {
  same: boolean;
  changes: ScriptChange[] | null;
  hunks: { kind: "same" | "removed" | "added"; before: number | null; after: number | null; text: string }[][];
  cut: boolean;
}

export interface Shares {
  exact: boolean;
  samples: number;
  outcomes: Record<string, number>;
  names: Record<string, string>;
  never_matter: string[];
  questions: { question: string; label: string; asked: number; matters: boolean }[];
}

export interface FlipCause {
  question: string | null;
  answer: string | null;
  rules: string[];
  reason: string;
}

export interface Misfit {
  kind: string;
  question: string | null;
  reason: string;
}

export interface ReplayJob {
  id: string;
  state: "waiting" | "running" | "done" | "cancelled" | "failed";
  hash: string;
  filter: string;
  looked: number;
  total: number | null;
  sessions?: number;
  same?: number;
  other_firmness?: number;
  open?: number;
  flips?: { count: number; groups: { from: string; to: string; question: string | null; rules: string[]; count: number }[]; sessions: ({ session: string; from: string; to: string } & FlipCause)[] };
  misfits?: { count: number; groups: { kind: string; question: string | null; count: number }[]; sessions: ({ session: string } & Misfit)[] };
}

/** One session on another version. */
export interface SessionReplay {
  kind: "same" | "flip" | "misfit" | "open";
  before: string | null;
  firmness_before: string | null;
  after: string | null;
  firmness_after: string | null;
  cause: FlipCause | null;
  misfit: Misfit | null;
}

export interface PlayedTalk {
  title: string;
  steps: { said: string | null; messages: { kind: string; text: string }[] }[];
  reply: { question?: Question | null; recommendation?: Recommendation | null };
}

export interface Operations {
  status: string;
  version: string;
  uptime_s: number;
  connections: number;
  database: { bytes: number; log_bytes: number; disk_free_bytes: number | null };
  counted: { turns: number; behind: number };
  backup: Record<string, string> | null;
}

export interface Webhook {
  id: string;
  kind: string;
  host: string;
  enabled: boolean;
  state: string;
  last_success_at: string | null;
  last_error: string;
  pending: number;
  dead: number;
}

export interface WebhookDetail extends Webhook {
  dead_messages: { id: string; event: string; at: string; tries: number; error: string }[];
}

export interface Deliveries {
  webhooks: Webhook[];
  hooks: { id: string; platform: string; shared: boolean; added_at: string }[];
}

export interface AuditRow {
  at: string;
  who: string;
  action: string;
  subject: string;
  detail: string;
}

export interface Account {
  name: string;
  role: Role;
  added_at: string;
  has_password?: boolean;
}

/** What the server refused, in its own words. */
export class Refused extends Error {
  constructor(readonly status: number, readonly code: string, message: string) {
    super(message);
  }
}

let on_signed_out: () => void = () => {};

/** `then` runs when a request finds that nobody is logged in any more. */
export function when_signed_out(then: () => void): void {
  on_signed_out = then;
}

async function read(response: Response): Promise<unknown> {
  const body: unknown = await response.json().catch(() => null);
  if (response.ok) return body;
  const { code = "", message = "" } = (body as { error?: { code?: string; message?: string } } | null)?.error ?? {};
  if (response.status === 401 && code === "not_signed_in") on_signed_out();
  throw new Refused(response.status, code, message || `The server answered with ${response.status}.`);
}

async function call(path: string, init: RequestInit): Promise<unknown> {
  const response = await fetch(`${api_root}${path}`, { ...init, credentials: "same-origin" }).catch((problem: unknown) => {
    if (init.signal?.aborted) throw problem;
    throw new Refused(0, "unreachable", "The server cannot be reached just now.");
  });
  return read(response);
}

/** `path` lies below the API's root. Errors: `Refused`. */
export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return (await call(path, { headers: { Accept: "application/json" }, ...(signal && { signal }) })) as T;
}

/** A change; the header tells the server that this page and no other site's asks for it. Errors: `Refused`. */
export async function send<T>(method: "POST" | "PUT" | "DELETE", path: string, body?: unknown): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json", "X-Advisor": "1" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  return (await call(path, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) })) as T;
}

export function problem_words(problem: unknown): string {
  return problem instanceof Error ? problem.message : String(problem);
}
