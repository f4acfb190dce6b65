// One WebSocket connection that speaks advisor.v1, one request at a time.
import { WebSocket } from "ws";
import { heard_in, type Message } from "./fingerprint.ts";
import type { SeenTurn } from "./history.ts";

export interface Question {
  id: string;
  kind: string;
  options?: { id: string }[];
  ranges?: { min: number; max: number }[];
  min?: number;
  max?: number;
  allow_unknown?: boolean;
  may_skip?: boolean;
}

/** A server frame, as far as these tests look into it. */
export interface ServerFrame {
  type: "reply" | "error";
  id: string;
  code?: string;
  session: string;
  seq: number;
  token?: string;
  messages: (Message & { from?: "user" | "advisor"; seq?: number })[];
  question: Question | null;
}

/** The text as it came, and what it says. */
export interface Answer {
  text: string;
  frame: ServerFrame;
}

/** The connection is gone, and whether the last frame was taken is unknown. */
export class Lost extends Error {}

const reply_timeout_ms = 10_000;

export class Connection {
  private readonly waiting = new Map<string, { resolve: (answer: Answer) => void; reject: (why: Error) => void }>();

  private constructor(private readonly socket: WebSocket) {
    socket.on("message", (data: Buffer) => this.take(data.toString()));
    socket.on("close", (code) => this.give_up(`closed with ${code}`));
    socket.on("error", (error) => this.give_up(error.message));
  }

  /** Fails with Lost when nobody answers there. */
  static async open(port: number): Promise<Connection> {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, ["advisor.v1"], { perMessageDeflate: false });
    const connection = new Connection(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once("open", resolve);
      socket.once("close", () => reject(new Lost("not connected")));
    });
    return connection;
  }

  /** Sends a frame and waits for its reply or error. Fails with Lost when the connection ends before. */
  async request(frame: { id: string; type: string; [field: string]: unknown }): Promise<Answer> {
    return await new Promise<Answer>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no reply to ${frame.type} within 10 s`)), reply_timeout_ms);
      const done = () => {
        clearTimeout(timer);
        this.waiting.delete(frame.id);
      };
      this.waiting.set(frame.id, {
        resolve: (answer) => (done(), resolve(answer)),
        reject: (why) => (done(), reject(why)),
      });
      if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(frame));
      else this.give_up("not open");
    });
  }

  close(): void {
    this.socket.terminate();
  }

  private take(text: string): void {
    const frame = JSON.parse(text) as ServerFrame | { type: "event" };
    if (frame.type === "event") return;
    const waiter = this.waiting.get(frame.id);
    if (!waiter) throw new Error(`a reply to nothing: ${text}`);
    waiter.resolve({ text, frame });
  }

  private give_up(why: string): void {
    for (const waiter of this.waiting.values()) waiter.reject(new Lost(why));
  }
}

/** The turns in the reply to a `resume`, in the order in which they came. */
export function turns_of(frame: ServerFrame): SeenTurn[] {
  const turns: SeenTurn[] = [];
  let start = 0;
  frame.messages.forEach((message, index) => {
    if (message.seq === frame.messages[index + 1]?.seq) return;
    const messages = frame.messages.slice(start, index + 1);
    const advisor = messages.filter((entry) => entry.from === "advisor");
    const said = messages.find((entry) => entry.from === "user")?.text ?? null;
    turns.push({ seq: message.seq ?? 0, said, heard: heard_in(advisor) });
    start = index + 1;
  });
  return turns;
}
