// Plays a talk of tests/conversations against a server; README.md there says what the lines mean.
import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { Frame } from "./frames.ts";
import { call } from "./http.ts";
import type { Server } from "./server.ts";
import { Talker } from "./talker.ts";

/** One of the two doors to a session. Frames go as text, so that numbers stay as they are written. */
export interface Door {
  start: (script: string | undefined) => Promise<Frame>;
  send: (type: string, members: string) => Promise<Frame>;
  answers: () => Promise<Record<string, unknown>>;
  close: () => Promise<void>;
}

const frame_text = (type: string, members: string) =>
  `{"type":"${type}","id":"${randomUUID()}"${members === "" ? "" : `,${members}`}}`;

export async function websocket_door(server: Server): Promise<Door> {
  const talker = await Talker.open(server);
  return {
    start: (script) => talker.request({ type: "start", ...(script === undefined ? {} : { script }) }),
    send: async (type, members) => {
      const text = frame_text(type, members);
      return (await talker.send(text, JSON.parse(text) as Record<string, unknown>)).frame;
    },
    answers: async () => (await talker.resume(talker)).answers ?? {},
    close: () => talker.close(),
  };
}

export function http_door(server: Server): Door {
  let path = "";
  let token = "";
  const headers = { "Content-Type": "application/json" };
  return {
    start: async (script) => {
      const json = { id: randomUUID(), ...(script === undefined ? {} : { script }) };
      const frame = JSON.parse((await call(server, "POST", "/api/v1/sessions", { json })).text) as Frame;
      path = `/api/v1/sessions/${frame.session}`;
      token = frame.token ?? "";
      return frame;
    },
    send: async (type, members) => {
      const answer = await call(server, "POST", `${path}/turns`, { token, headers, body: frame_text(type, members) });
      const body = JSON.parse(answer.text) as Frame & { error?: { code: string } };
      return body.error ? ({ type: "error", code: body.error.code } as Frame) : body;
    },
    answers: async () => (JSON.parse((await call(server, "GET", path, { token })).text) as Frame).answers ?? {},
    close: async () => {},
  };
}

/** Plays the talk; fails at the first line that goes otherwise than written, with its number. */
export async function play(talk: string, door: Door): Promise<void> {
  const player = new Player(door);
  for (const [index, line] of talk.split("\n").entries()) {
    const directive = line.trim();
    if (directive === "" || directive.startsWith("#")) continue;
    try {
      await player.play(directive);
    } catch (error) {
      throw new Error(`line ${index + 1}: ${directive}\n  ${(error as Error).message}`, { cause: error });
    }
  }
  player.end();
}

class Player {
  private frame: Frame | undefined;
  private refused: string | undefined;
  private change: string | undefined;

  constructor(private readonly door: Door) {}

  async play(directive: string): Promise<void> {
    const [word = ""] = directive.split(" ", 1);
    const rest = directive.slice(word.length).trim();
    if (word === "script" && this.frame) throw new Error('"script" comes first');
    this.frame ??= await this.door.start(word === "script" ? rest : undefined);
    if (word === "script") return;
    if (word !== "refused" && this.refused !== undefined)
      throw new Error(`the input before was refused: ${this.refused}`);
    if (!(await this.expect(word, rest)) && !(await this.input(word, rest)))
      throw new Error("there is no such directive");
  }

  end(): void {
    if (!this.frame) throw new Error("the talk is empty");
    if (this.refused !== undefined) throw new Error(`the last input was refused: ${this.refused}`);
  }

  private async input(word: string, rest: string): Promise<boolean> {
    if (word === ">") {
      await this.send("say", `"text":${JSON.stringify(rest)}`);
    } else if (word === "=") {
      if (!this.frame?.question) throw new Error("no question is pending");
      await this.send("answer", `"question":"${this.frame.question.id}","value":${rest}`);
    } else if (word === "change") {
      const [question, value] = assignment(rest);
      this.change = `"question":"${question}"${value === undefined ? "" : `,"value":${value}`}`;
      await this.send("change", this.change);
    } else if (word === "confirm") {
      if (this.change === undefined) throw new Error("no change to confirm");
      await this.send("change", `${this.change},"confirm":true`);
    } else if (word === "back" || word === "skip" || word === "restart") {
      await this.send(word, "");
    } else {
      return false;
    }
    return true;
  }

  private async send(type: string, members: string): Promise<void> {
    const frame = await this.door.send(type, members);
    if (frame.type === "error") this.refused = frame.code ?? "";
    else this.frame = frame;
  }

  private async expect(word: string, rest: string): Promise<boolean> {
    if (word === "ask") expect_text("the pending question", this.frame?.question?.id ?? "nothing", rest);
    else if (word === "took") await this.expect_answer(...assignment(rest));
    else if (word === "open") await this.expect_answer(rest, undefined);
    else if (word === "says") this.expect_message(rest);
    else if (word === "refused") this.expect_refusal(rest);
    else if (word === "recommend") this.expect_recommendation(rest);
    else return false;
    return true;
  }

  private async expect_answer(question: string, value: string | undefined): Promise<void> {
    const answers = await this.door.answers();
    const wanted: unknown = value === undefined ? undefined : JSON.parse(value);
    if (!isDeepStrictEqual(answers[question], wanted))
      throw new Error(`the answer is ${JSON.stringify(answers[question])}`);
  }

  private expect_message(text: string): void {
    const messages = this.frame?.messages.map((message) => message.text) ?? [];
    if (!messages.some((message) => message.includes(text)))
      throw new Error(`nothing says so: ${messages.join(" | ")}`);
  }

  private expect_refusal(code: string): void {
    expect_text("the refusal", this.refused ?? "nothing", code);
    this.refused = undefined;
  }

  private expect_recommendation(rest: string): void {
    const { recommendation } = this.frame ?? {};
    if (!recommendation) throw new Error("there is no recommendation");
    const { outcome, firmness } = recommendation;
    expect_text("the recommendation", rest.includes(" ") ? `${outcome} firmness ${firmness}` : outcome, rest);
  }
}

function assignment(text: string): [string, string | undefined] {
  const at = text.indexOf("=");
  return at < 0 ? [text, undefined] : [text.slice(0, at).trim(), text.slice(at + 1).trim()];
}

function expect_text(what: string, found: string, wanted: string): void {
  if (found !== wanted) throw new Error(`${what} is ${found}`);
}
