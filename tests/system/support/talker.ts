// A person at a WebSocket. Checks what holds for every talk: one reply for every frame sent, in order, nothing besides
// but events, and every frame as documented.
import { randomUUID } from "node:crypto";
import { WebSocket } from "ws";
import { hold_frame } from "./contract.ts";
import { type Answer, type ClientFrame, type EventFrame, type Frame, fitting_value, type Question } from "./frames.ts";
import type { Server } from "./server.ts";
import { within } from "./time.ts";

interface Waiter {
  sent: Record<string, unknown> | undefined;
  resolve: (answer: Answer) => void;
  reject: (why: Error) => void;
}

/** The connection ended before the reply came. */
export class Lost extends Error {}

export class Talker {
  readonly events: EventFrame[] = [];
  /** What went wrong outside of any call; told by the next one. */
  private trouble: Error | undefined;
  private readonly waiting: Waiter[] = [];
  private wake_for_event = () => {};
  readonly closed: Promise<number>;
  session = "";
  token = "";
  question: Question | null = null;

  private constructor(
    readonly socket: WebSocket,
    readonly server: Server,
  ) {
    this.closed = new Promise((resolve) => socket.on("close", resolve));
    socket.on("message", (data: Buffer) => this.take(data.toString()));
    socket.on("error", () => {}); // "close" follows
    socket.on("close", (code) => {
      for (const waiter of this.waiting.splice(0)) waiter.reject(new Lost(`closed with ${code}`));
    });
  }

  static async open(server: Server, headers: Record<string, string> = {}): Promise<Talker> {
    const options = { perMessageDeflate: false, headers };
    const socket = new WebSocket(`ws://${server.host}/ws`, ["advisor.v1"], options);
    const talker = new Talker(socket, server);
    const opened = new Promise<void>((resolve, reject) => socket.once("open", resolve).once("error", reject));
    await within("the WebSocket", opened);
    return talker;
  }

  /** Opens a connection and a session. */
  static async start(server: Server, fields: Record<string, unknown> = {}): Promise<Talker> {
    const talker = await Talker.open(server);
    await talker.request({ type: "start", ...fields });
    return talker;
  }

  /** Sends any text or bytes. `sent` is the frame in them, when it is one. */
  async send(data: string | Buffer, sent?: Record<string, unknown>): Promise<Answer> {
    this.tell_trouble();
    const answer = new Promise<Answer>((resolve, reject) => this.waiting.push({ sent, resolve, reject }));
    this.socket.send(data);
    return await within("a reply", answer);
  }

  /** Sends a frame, under an id of its own unless it brings one. */
  async exchange(fields: { type: string; [field: string]: unknown }): Promise<Answer> {
    const frame: ClientFrame = { id: randomUUID(), ...fields };
    const answer = await this.send(JSON.stringify(frame), frame);
    const { frame: reply } = answer;
    if (reply.id !== frame.id) throw new Error(`a reply to ${String(reply.id)} instead of ${frame.id}`);
    if (reply.type === "reply") {
      this.session = reply.session;
      this.token = reply.token ?? this.token;
      this.question = reply.question;
    }
    return answer;
  }

  async request(fields: { type: string; [field: string]: unknown }): Promise<Frame> {
    const { frame, text } = await this.exchange(fields);
    if (frame.type === "error") throw new Error(`${JSON.stringify(fields)} got ${text}`);
    return frame;
  }

  /** The code of the error that the frame gets. */
  async refusal(fields: { type: string; [field: string]: unknown }): Promise<string | undefined> {
    return (await this.exchange(fields)).frame.code;
  }

  async answer(value: unknown): Promise<Frame> {
    return await this.request({ type: "answer", question: this.question?.id, value });
  }

  /** Answers whatever is asked until nothing is left, or until `question` is asked. */
  async answer_all(question?: string): Promise<Frame | undefined> {
    let frame: Frame | undefined;
    for (let left = 40; this.question && this.question.id !== question; left--) {
      if (left === 0) throw new Error("40 questions and no end");
      frame = await this.answer(fitting_value(this.question));
    }
    return frame;
  }

  async resume(from: { session: string; token: string }, after?: number): Promise<Frame> {
    return await this.request({
      type: "resume",
      session: from.session,
      token: from.token,
      ...(after === undefined ? {} : { after }),
    });
  }

  async next_event(): Promise<EventFrame> {
    while (this.events.length === 0) {
      this.tell_trouble();
      await within("an event", new Promise<void>((resolve) => (this.wake_for_event = resolve)));
    }
    return this.events.shift() as EventFrame;
  }

  /** Everything that the server has sent so far has arrived when its pong arrives. */
  async settle(): Promise<void> {
    const pong = new Promise((resolve) => this.socket.once("pong", resolve));
    this.socket.ping();
    await within("a pong", pong);
    this.tell_trouble();
    if (this.waiting.length > 0) throw new Error(`${this.waiting.length} frames without a reply`);
  }

  async close(): Promise<void> {
    await this.settle();
    this.socket.close();
    await within("the close", this.closed);
  }

  private take(text: string): void {
    try {
      const frame = JSON.parse(text) as Frame | EventFrame;
      if (frame.type === "event") {
        hold_frame(frame);
        this.events.push(frame);
        this.wake_for_event();
        return;
      }
      const waiter = this.waiting.shift();
      if (!waiter) throw new Error(`a reply to nothing: ${text}`);
      try {
        hold_frame(frame, waiter.sent);
        waiter.resolve({ text, frame });
      } catch (error) {
        waiter.reject(error as Error);
      }
    } catch (error) {
      this.trouble ??= error as Error;
      this.wake_for_event();
    }
  }

  private tell_trouble(): void {
    if (this.trouble) throw this.trouble;
  }
}
