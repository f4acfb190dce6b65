// Nothing lost, nothing doubled: whatever the network does, the server takes every turn of the user exactly once, and the
// page ends with the server's transcript.
import fc from "fast-check";
import { expect, test } from "vitest";
import { from_saved, to_saved } from "../../src/chat/memory.ts";
import { next_frame, reduce, type Event, type State } from "../../src/chat/state.ts";
import type { ClientFrame, ServerFrame } from "../../src/shared/protocol.ts";
import { ModelServer } from "./model_server.ts";

type Act =
  | "connect" | "send" | "serve" | "deliver" | "deliver_twice" | "repeat_last" | "drop" | "drop_request" | "restart" | "reload"
  | "say" | "answer" | "other_tab" | "busy" | "hold_over";

/** One page, one wire and the server. The wire keeps order, as TCP does, but may break anywhere. */
class World {
  readonly server = new ModelServer();
  state: State = from_saved(null, null, "start-0001-0001-0001", {});
  accepted: string[] = [];
  private requests: ClientFrame[] = [];
  private replies: ServerFrame[] = [];
  private last: ServerFrame | null = null;
  /** The server's side of the connection knows its session and tells about turns of others. */
  private followed = false;
  private ids = 0;
  private others = 0;

  private dispatch(event: Event): void {
    this.state = reduce(this.state, event);
  }

  private fresh_id(): string {
    this.ids += 1;
    return `frame-${this.ids}`;
  }

  private receive(frame: ServerFrame): void {
    this.last = frame;
    this.dispatch({ type: "received", frame, fresh_id: this.fresh_id() });
  }

  private disconnect(code: number): void {
    if (this.state.link === "closed") return;
    this.requests = [];
    this.replies = [];
    this.followed = false;
    this.dispatch({ type: "closed", code });
  }

  private submit(make: (id: string) => Event & { type: "submit" }): void {
    const id = this.fresh_id();
    this.dispatch(make(id));
    if (this.state.outbox.some(({ frame }) => frame.id === id)) this.accepted.push(id);
  }

  act(act: Act): void {
    switch (act) {
      case "connect":
        if (this.state.link === "closed") {
          this.dispatch({ type: "connecting" });
          this.dispatch({ type: "opened" });
        }
        break;
      case "send": {
        const frame = next_frame(this.state, this.fresh_id());
        if (!frame) break;
        this.requests.push(structuredClone(frame));
        this.dispatch({ type: "sent", frame });
        break;
      }
      case "serve": {
        const frame = this.requests.shift();
        if (!frame) break;
        this.replies.push(this.server.handle(frame));
        this.followed = true;
        break;
      }
      case "busy": {
        const frame = this.requests.shift();
        if (frame) this.replies.push({ type: "error", id: frame.id, code: "busy", message: "" });
        break;
      }
      case "deliver": {
        const frame = this.replies.shift();
        if (frame) this.receive(frame);
        break;
      }
      case "deliver_twice": {
        const frame = this.replies.shift();
        if (!frame) break;
        this.receive(frame);
        this.receive(structuredClone(frame));
        break;
      }
      case "repeat_last":
        if (this.last && this.state.link === "open") this.receive(structuredClone(this.last));
        break;
      case "drop":
        this.disconnect(1006);
        break;
      case "drop_request":
        // The server took the turn, its reply never left.
        for (const frame of this.requests) this.server.handle(frame);
        this.disconnect(1006);
        break;
      case "restart":
        this.disconnect(1012);
        break;
      case "reload": {
        this.disconnect(1001);
        const saved = structuredClone(to_saved(this.state));
        this.state = from_saved(saved.shared, saved.own, this.fresh_id(), {});
        break;
      }
      case "say":
        this.submit((id) => ({ type: "submit", frame: { type: "say", id, text: `said ${id}` }, shown: `said ${id}` }));
        break;
      case "answer": {
        const question = this.state.head.question?.id;
        if (question) this.submit((id) => ({ type: "submit", frame: { type: "answer", id, question, value: `answer ${id}` }, shown: `answer ${id}` }));
        break;
      }
      case "other_tab":
        if (this.server.log.length === 0) break;
        this.others += 1;
        this.server.handle({ type: "say", id: `other-${this.others}`, text: `other ${this.others}` });
        // An event may overtake the replies that wait to be written.
        if (this.followed) this.replies[this.others % 2 ? "push" : "unshift"]({ type: "event", event: "turn", session: "session-1", seq: this.server.log.length });
        break;
      case "hold_over":
        this.dispatch({ type: "hold_over" });
        break;
    }
  }

  /** The network behaves from here on. */
  settle(): void {
    for (let round = 0; round < 60; round++) {
      for (const act of ["hold_over", "connect", "send", "serve", "deliver"] as const) this.act(act);
    }
  }
}

const acts: Act[] = [
  "connect", "connect", "send", "send", "send", "serve", "serve", "serve", "deliver", "deliver", "deliver", "deliver_twice",
  "repeat_last", "drop", "drop_request", "restart", "reload", "say", "answer", "say", "answer", "other_tab", "busy", "hold_over",
];

function check(script: Act[]): void {
  const world = new World();
  for (const act of script) {
    world.act(act);
    const seqs = world.state.turns.map(({ seq }) => seq);
    expect(seqs, "one turn for each number, in order").toEqual([...new Set(seqs)].sort((left, right) => left - right));
  }
  world.settle();
  const taken = world.server.log.map(({ frame }) => frame.id);
  for (const id of world.accepted) expect(taken.filter((other) => other === id), `turn ${id}`).toHaveLength(1);
  expect(world.state.outbox).toEqual([]);
  expect(world.state.known).toBe(taken.length);
  expect(world.state.turns.map(({ advisor }) => advisor.map(({ text }) => text))).toEqual(
    world.server.log.map(({ reply }) => reply.messages.map(({ text }) => text)),
  );
  expect(world.state.turns.map(({ user }) => user?.text ?? null)).toEqual(
    world.server.log.map(({ frame }) => (frame.type === "say" ? frame.text : frame.type === "answer" ? String(frame.value) : null)),
  );
  expect(world.state.head.question?.id).toBe(`question_${taken.length}`);
}

test("every turn is taken exactly once, whatever happens on the way", () => {
  fc.assert(fc.property(fc.array(fc.constantFrom(...acts), { maxLength: 120 }), check), { numRuns: 3000 });
});

test("also when the connection breaks all the time", () => {
  const breaking = fc.array(fc.constantFrom<Act>("connect", "send", "serve", "deliver", "drop", "drop_request", "reload", "say", "answer"), { minLength: 40, maxLength: 200 });
  fc.assert(fc.property(breaking, check), { numRuns: 1500 });
});
