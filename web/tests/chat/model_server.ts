// A small server with the promises of docs/protocol.md, for tests of the reducer: every turn has one number without holes,
// the same id gets the same reply, a resume only reads.
import type { ClientFrame, PastMessage, Question, Reply, ServerFrame, TurnFrame } from "../../src/shared/protocol.ts";

interface Stored {
  frame: TurnFrame;
  reply: Reply;
}

export class ModelServer {
  /** Every turn that was taken, in order. */
  readonly log: Stored[] = [];
  private readonly session = "session-1";

  handle(frame: ClientFrame): ServerFrame {
    if (frame.type === "resume") return this.resume(frame);
    const stored = this.log.find((turn) => turn.frame.id === frame.id);
    if (stored) return structuredClone(stored.reply);
    if (frame.type !== "start" && this.log.length === 0) return { type: "error", id: frame.id, code: "no_session", message: "" };
    const reply: Reply = {
      type: "reply", id: frame.id, session: this.session, seq: this.log.length + 1,
      messages: [{ text: `reply to ${frame.id}`, kind: frame.type === "start" ? "intro" : "react" }],
      question: this.question(this.log.length + 1), progress: { answered: this.log.length, remaining: 3 }, recommendation: null,
    };
    if (frame.type === "start") reply.token = "secret";
    this.log.push({ frame: structuredClone(frame), reply });
    return structuredClone(reply);
  }

  private question(seq: number): Question {
    return { id: `question_${seq}`, text: `Question ${seq}?`, kind: "text" };
  }

  private resume(frame: ClientFrame & { type: "resume" }): ServerFrame {
    if (frame.session !== this.session || this.log.length === 0) return { type: "error", id: frame.id, code: "session_not_found", message: "" };
    const messages: PastMessage[] = [];
    for (const { frame: taken, reply } of this.log.slice(frame.after ?? 0)) {
      if (taken.type === "say") messages.push({ text: taken.text, from: "user", seq: reply.seq });
      if (taken.type === "answer") {
        messages.push({ text: String(taken.value), from: "user", seq: reply.seq, question: taken.question, active: true });
      }
      for (const message of reply.messages) messages.push({ ...message, from: "advisor", seq: reply.seq });
    }
    const last = this.log[this.log.length - 1]?.reply as Reply;
    return structuredClone({ ...last, id: frame.id, messages });
  }
}
