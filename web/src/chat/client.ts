// The page's one connection: owns the WebSocket and the timers, feeds the reducer, sends what the reducer says is next.
// Every decision about turns is in state.ts; this file only talks to the browser.
import { new_id } from "../shared/id.ts";
import { read_frame, type TurnFrame } from "../shared/protocol.ts";
import { reconnect_delay_ms, retry_delay_ms } from "./delay.ts";
import { from_saved, type Memory } from "./memory.ts";
import { next_frame, reduce, type Event, type Opening, type State } from "./state.ts";

/** A reply that takes longer means a dead connection, whatever the browser believes. */
const reply_timeout_ms = 20_000;
const connect_timeout_ms = 10_000;

type Timer = ReturnType<typeof setTimeout> | undefined;

/** A turn without its id, which is made here. */
export type Intent = TurnFrame extends infer Frame ? (Frame extends TurnFrame ? Omit<Frame, "id"> : never) : never;

export class Client {
  state: State;
  private socket: WebSocket | null = null;
  private reconnect_timer: Timer;
  private reply_timer: Timer;
  private hold_timer: Timer;
  private readonly listeners = new Set<() => void>();

  constructor(private readonly url: string, private readonly memory: Memory, opening: Opening) {
    const { shared, own } = memory.load();
    this.state = from_saved(shared, own, new_id(), opening);
    memory.save(this.state);
    memory.watch((session) => this.dispatch({ type: "adopt", session }));
  }

  /** Connects and keeps connected for as long as the page lives. */
  run(): void {
    window.addEventListener("online", () => this.connect_now());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.connect_now();
    });
    // A page that comes back from the browser's back-forward cache has lost its socket without a word.
    window.addEventListener("pageshow", (event) => {
      if (event.persisted) this.connect_now();
    });
    this.connect();
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Takes a turn; `shown` are the words in the user's bubble. False when another turn is still on its way. */
  submit(intent: Intent, shown: string): boolean {
    const frame = { ...intent, id: new_id() } as TurnFrame;
    this.dispatch({ type: "submit", frame, shown });
    return this.state.outbox.some((outgoing) => outgoing.frame === frame);
  }

  /** Leaves the conversation that this page has and begins another. */
  begin(opening: Opening): void {
    this.dispatch({ type: "start_anew", id: new_id(), opening });
  }

  dispatch(event: Event): void {
    const before = this.state;
    this.state = reduce(before, event);
    if (this.state.session === null && before.session !== null && event.type === "received") this.adopt_other(before.session.id);
    this.memory.save(this.state);
    this.send_next();
    this.hold();
    for (const listener of this.listeners) listener();
  }

  connect_now(): void {
    if (this.state.link === "closed") this.connect();
  }

  /** When this session is gone, another tab may already have begun the next one: join it instead of opening a third. */
  private adopt_other(lost: string): void {
    const other = this.memory.load().shared?.session;
    if (other && other.id !== lost) this.state = reduce(this.state, { type: "adopt", session: other });
  }

  private connect(): void {
    clearTimeout(this.reconnect_timer);
    const socket = new WebSocket(this.url, "advisor.v1");
    this.socket = socket;
    let ended = false;
    // A socket that is being given up may stay in its closing handshake for a long time: it counts as gone at once.
    const end = (code: number): void => {
      if (ended) return;
      ended = true;
      clearTimeout(this.reply_timer);
      socket.close();
      if (this.socket === socket) this.socket = null;
      this.dispatch({ type: "closed", code });
      const wait = reconnect_delay_ms(this.state.failures - 1, this.state.restarting, Math.random());
      this.reconnect_timer = setTimeout(() => this.connect(), wait);
    };
    this.reply_timer = setTimeout(() => end(0), connect_timeout_ms);
    this.give_up = () => end(0);
    socket.addEventListener("open", () => {
      if (ended) return;
      clearTimeout(this.reply_timer);
      this.dispatch({ type: "opened" });
    });
    socket.addEventListener("message", (message: MessageEvent<unknown>) => {
      if (ended || typeof message.data !== "string") return;
      const frame = read_frame(message.data);
      if (!frame) return;
      if (frame.type !== "event") clearTimeout(this.reply_timer);
      this.dispatch({ type: "received", frame, fresh_id: new_id() });
    });
    socket.addEventListener("close", (event) => end(event.code));
    this.dispatch({ type: "connecting" });
  }

  private give_up: () => void = () => {};

  private send_next(): void {
    const frame = this.socket?.readyState === WebSocket.OPEN ? next_frame(this.state, new_id()) : null;
    if (!frame) return;
    this.state = reduce(this.state, { type: "sent", frame });
    clearTimeout(this.reply_timer);
    this.reply_timer = setTimeout(() => this.give_up(), reply_timeout_ms);
    this.socket?.send(JSON.stringify(frame));
  }

  private hold(): void {
    if (!this.state.holding) {
      clearTimeout(this.hold_timer);
      this.hold_timer = undefined;
    } else if (this.hold_timer === undefined) {
      const wait = retry_delay_ms(this.state.refusals, Math.random());
      this.hold_timer = setTimeout(() => {
        this.hold_timer = undefined;
        this.dispatch({ type: "hold_over" });
      }, wait);
    }
  }
}
