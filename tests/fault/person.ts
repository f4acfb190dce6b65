// One simulated person: talks without end, loses the server now and then, comes back and goes on as a good client does:
// resume with the token and the last seq, then the unanswered frame again with the same id. Records all of it.
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Connection, Lost, type Question, type ServerFrame, turns_of } from "./connection.ts";
import { fingerprint, heard_in } from "./fingerprint.ts";
import type { HistoryEvent, StoredTurn } from "./history.ts";

/** A small generator of random numbers (mulberry32), so that a run can be repeated from its seed. */
export function random_from(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

interface TurnFrame {
  type: string;
  id: string;
  [field: string]: unknown;
}

/** Errors that may come at any time and after which the same frame is sent again. */
const passing = new Set(["busy", "storage_unavailable", "draining"]);
/** Errors that a person may earn by asking for something that does not go. */
const earned = new Set(["not_answered"]);

const resends_at_end = 300;

export class Person {
  session = "";
  private token = "";
  private seq = 0;
  private question: Question | null = null;
  private readonly answered: string[] = [];
  private pending: TurnFrame | null = null;
  private readonly acknowledged: TurnFrame[] = [];
  private notes = 0;

  constructor(
    readonly number: number,
    private readonly port: number,
    private readonly history: HistoryEvent[],
    private readonly random: () => number,
    private readonly on_reply: () => void,
  ) {}

  /** Talks until `over`, then until the frame under way is answered. */
  async run(over: AbortSignal): Promise<void> {
    while (!over.aborted || this.pending) {
      let connection: Connection | undefined;
      try {
        connection = await Connection.open(this.port);
        if (this.session) await this.resume(connection, this.seq);
        while (!over.aborted || this.pending) {
          await this.turn(connection);
          await sleep(this.between(5, 45));
        }
      } catch (error) {
        if (!(error instanceof Lost)) throw error;
        await sleep(this.between(10, 60));
      } finally {
        connection?.close();
      }
    }
  }

  /** On a quiet server: sends frames that were acknowledged again, then reads the whole conversation. */
  async look_back(): Promise<StoredTurn[]> {
    const connection = await Connection.open(this.port);
    await this.resume(connection, this.seq);
    for (const frame of this.sample(this.acknowledged, resends_at_end)) {
      this.pending = frame;
      await this.turn(connection);
    }
    const turns = await this.resume(connection, 0);
    connection.close();
    await this.read_over_http();
    return turns.map((turn) => ({ ...turn, id: null }));
  }

  private async turn(connection: Connection): Promise<void> {
    const again = this.pending !== null;
    const sent = (this.pending ??= this.next_frame());
    const text = sent.type === "say" ? String(sent["text"]) : null;
    const session = sent.type === "start" ? "" : this.session;
    const { number: client, history } = this;
    const { id } = sent;
    history.push({ event: "invoke", at: performance.now(), client, id, session, text });
    const answer = await connection.request(sent);
    const { frame } = answer;
    const at = performance.now();
    if (frame.type === "error") {
      const code = frame.code ?? "";
      history.push({ event: "fail", at, client, id, code });
      if (!passing.has(code) && !earned.has(code)) throw new Error(`${JSON.stringify(sent)} got ${answer.text}`);
      if (!passing.has(code)) this.pending = null;
      return;
    }
    const { seq } = frame;
    const heard = heard_in(frame.messages);
    history.push({ event: "ok", at, client, id, session: frame.session, seq, reply: fingerprint(answer.text), heard });
    this.on_reply();
    this.pending = null;
    if (!again) this.acknowledged.push(sent);
    if (sent.type === "start") this.token = frame.token ?? "";
    this.session = frame.session;
    if (sent.type === "answer") this.answered.push(String(sent["question"]));
    if (seq < this.seq) return; // an old turn again
    this.seq = seq;
    this.question = frame.question;
  }

  /** Reads everything after turn `after`; also tells the server whose connection this is. */
  private async resume(connection: Connection, after: number) {
    const { session, token, number: client } = this;
    const asked_at = performance.now();
    const { frame, text } = await connection.request({ type: "resume", id: randomUUID(), session, token, after });
    if (frame.type === "error") throw new Error(`resume got ${text}`);
    const turns = turns_of(frame);
    const { seq } = frame;
    this.history.push({ event: "look", asked_at, at: performance.now(), client, session, after, seq, turns });
    return turns;
  }

  private async read_over_http(): Promise<void> {
    const { session, number: client } = this;
    const asked_at = performance.now();
    const response = await fetch(`http://127.0.0.1:${this.port}/api/v1/sessions/${session}?after=0`, {
      headers: { authorization: `Bearer ${this.token}` },
    });
    if (!response.ok) throw new Error(`reading ${session} got ${response.status}`);
    const frame = (await response.json()) as ServerFrame;
    const turns = turns_of(frame);
    this.history.push({ event: "look", asked_at, at: performance.now(), client, session, after: 0, seq: frame.seq, turns });
  }

  private next_frame(): TurnFrame {
    const id = randomUUID();
    const { question } = this;
    if (!this.session) return { type: "start", id };
    const dice = this.random();
    if (dice < 0.12) return { type: "say", id, text: `Note ${++this.notes} of person ${this.number}, zxqv ${id}` };
    if (dice < 0.18 && this.answered.length > 0) {
      return { type: "change", id, question: this.pick(this.answered) };
    }
    if (dice < 0.22 && this.answered.length > 0) return { type: "back", id };
    if (!question) {
      this.answered.length = 0;
      return { type: "restart", id };
    }
    if (dice < 0.3 && question.may_skip) return { type: "skip", id };
    return { type: "answer", id, question: question.id, value: this.value(question) };
  }

  private value(question: Question): unknown {
    const { kind, options = [], ranges = [], min = 0, max = 0 } = question;
    if (question.allow_unknown && this.random() < 0.1) return "unknown";
    if (kind === "choice") return this.pick(options).id;
    if (kind === "multi") return options.filter(() => this.random() < 0.4).map((option) => option.id);
    if (kind === "boolean") return this.random() < 0.5;
    if (kind === "text") return `Text of person ${this.number}`;
    if (kind === "number" && ranges.length > 0 && this.random() < 0.5) {
      const range = this.pick(ranges);
      return { min: range.min, max: range.max };
    }
    return Math.floor(this.between(min, max + 1));
  }

  private between(low: number, high: number): number {
    return low + this.random() * (high - low);
  }

  private pick<T>(list: readonly T[]): T {
    const found = list[Math.floor(this.random() * list.length)];
    if (found === undefined) throw new Error("nothing to choose from");
    return found;
  }

  /** At most `count` entries: the last ones, which were nearest to a crash, and some from before. */
  private sample<T>(list: readonly T[], count: number): T[] {
    const last = list.slice(-count / 2);
    const before = list.slice(0, list.length - last.length);
    return [...before.filter(() => this.random() < count / 2 / before.length), ...last];
  }
}
