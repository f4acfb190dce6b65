// The conversation over plain HTTP, with its tokens, limits and errors.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { fitting_value, type Frame } from "./support/frames.ts";
import { call, error_code, type HttpAnswer } from "./support/http.ts";
import { Server } from "./support/server.ts";
import { Talker } from "./support/talker.ts";

let server: Server;
let session = "";
let token = "";
let question: Frame["question"] = null;

beforeAll(async () => void (server = await Server.kinds()));
afterAll(async () => void (await server.stop()));

beforeEach(async () => {
  const answer = await call(server, "POST", "/api/v1/sessions", { json: { id: randomUUID() } });
  expect(answer.status).toBe(201);
  const frame = JSON.parse(answer.text) as Frame;
  ({ session, question, token = "" } = frame);
});

const turns_path = () => `/api/v1/sessions/${session}/turns`;

function take_turn(json: Record<string, unknown>): Promise<HttpAnswer> {
  return call(server, "POST", turns_path(), { token, json: { id: randomUUID(), ...json } });
}

async function look(after = ""): Promise<Frame> {
  const answer = await call(server, "GET", `/api/v1/sessions/${session}${after}`, { token });
  expect(answer.status).toBe(200);
  return JSON.parse(answer.text) as Frame;
}

/** Runs a request that has to be refused and to change nothing. */
async function expect_refused(request: () => Promise<HttpAnswer>, status: number, code: string): Promise<void> {
  const before = JSON.stringify(await look());
  const answer = await request();
  expect([answer.status, error_code(answer)]).toEqual([status, code]);
  expect(JSON.stringify(await look())).toBe(before);
}

describe("the conversation", () => {
  test("goes from the first question to the report", async () => {
    let frame: Frame | undefined;
    for (let seq = 2; question; seq++) {
      const answer = await take_turn({ type: "answer", question: question.id, value: fitting_value(question) });
      expect(answer.status).toBe(200);
      frame = JSON.parse(answer.text) as Frame;
      expect(frame.seq).toBe(seq);
      question = frame.question;
    }
    const { recommendation } = await look();
    expect(recommendation).toEqual(frame?.recommendation);
    const code = recommendation?.report.slice("/r/".length) ?? "";
    const report = JSON.parse((await call(server, "GET", `/api/v1/reports/${code}`)).text) as Record<string, unknown>;
    expect(report["recommendation"]).toEqual(recommendation);
    const markdown = await call(server, "GET", `/api/v1/reports/${code}.md`);
    expect(markdown.text).toContain("Take the first.");
    expect(markdown.headers["content-disposition"]).toContain("attachment");
    expect((await call(server, "GET", `/r/${code}`)).text).toContain("<html");
  });

  test("a report is gone while the conversation is taken up again", async () => {
    while (question) {
      const answer = await take_turn({ type: "answer", question: question.id, value: fitting_value(question) });
      ({ question } = JSON.parse(answer.text) as Frame);
    }
    const code = (await look()).recommendation?.report.slice("/r/".length) ?? "";
    await take_turn({ type: "back" });
    for (const ending of ["", ".md"]) {
      const answer = await call(server, "GET", `/api/v1/reports/${code}${ending}`);
      expect([answer.status, error_code(answer)]).toEqual([404, "not_found"]);
    }
  });

  test.each(["nope", "a".repeat(24), "%2e%2e", "%00x"])("there is no report %s", async (code) => {
    for (const ending of ["", ".md"]) {
      expect([400, 404]).toContain((await call(server, "GET", `/api/v1/reports/${code}${ending}`)).status);
    }
  });

  test("the same id again gets the same bytes, and takes no turn", async () => {
    const turn = { type: "answer", question: "pick", value: "left", id: randomUUID() };
    const first = await take_turn(turn);
    const [second, third] = await Promise.all([take_turn(turn), take_turn(turn)]);
    expect([second.text, third.text]).toEqual([first.text, first.text]);
    expect((await look()).seq).toBe(2);
  });

  test("the same turn at once takes one turn", async () => {
    const turn = { type: "answer", question: "pick", value: "left", id: randomUUID() };
    const answers = await Promise.all(Array.from({ length: 8 }, () => take_turn(turn)));
    expect(new Set(answers.map((answer) => `${answer.status} ${answer.text}`)).size).toBe(1);
    expect((await look()).seq).toBe(2);
  });

  test("resume brings what happened after a turn", async () => {
    await take_turn({ type: "answer", question: "pick", value: "left" });
    await take_turn({ type: "answer", question: "depth", value: "deep" });
    for (const [after, seqs] of [
      ["", [1, 2, 3]],
      ["?after=1", [2, 3]],
      ["?after=3", []],
      ["?after=%33", []],
    ] as const) {
      const { messages } = await look(after);
      expect([...new Set(messages.map((message) => message.seq))], after).toEqual(seqs);
    }
  });

  test.each(["?after=-1", "?after=x", "?after=1.5", "?after=1x", "?after=99999999999999999999"])(
    "%s is refused",
    async (after) => {
      await expect_refused(
        () => call(server, "GET", `/api/v1/sessions/${session}${after}`, { token }),
        400,
        "bad_request",
      );
    },
  );

  test("goes on over the WebSocket, and back", async () => {
    await take_turn({ type: "answer", question: "pick", value: "left" });
    const talker = await Talker.open(server);
    expect((await talker.resume({ session, token })).question?.id).toBe("depth");
    await talker.answer("flat");
    await talker.close();
    expect(await look()).toMatchObject({ seq: 3, answers: { pick: "left", depth: "flat" } });
  });

  test("a short id over HTTP opens a session of its own each time", async () => {
    const answers = [1, 2].map(() => call(server, "POST", "/api/v1/sessions", { json: { id: "1" } }));
    const [one, two] = (await Promise.all(answers)).map((answer) => (JSON.parse(answer.text) as Frame).session);
    expect(one).not.toBe(two);
  });
});

describe("tokens", () => {
  test("are needed for a turn and for a look, and belong to one session", async () => {
    const other = JSON.parse(
      (await call(server, "POST", "/api/v1/sessions", { json: { id: randomUUID() } })).text,
    ) as Frame;
    const wrong = ["t", "", other.token ?? "", token.toUpperCase(), `${token}x`, token.slice(1)];
    for (const bad of wrong) {
      const turn = { token: bad, json: { type: "back", id: "x" } };
      await expect_refused(() => call(server, "POST", turns_path(), turn), 401, "wrong_token");
      await expect_refused(
        () => call(server, "GET", `/api/v1/sessions/${session}`, { token: bad }),
        401,
        "wrong_token",
      );
    }
  });

  test.each([undefined, "Basic abc", "Bearer", "bearer", "Token x"])(
    "Authorization: %s is none",
    async (authorization) => {
      const headers: Record<string, string> = authorization === undefined ? {} : { Authorization: authorization };
      await expect_refused(() => call(server, "GET", `/api/v1/sessions/${session}`, { headers }), 401, "wrong_token");
    },
  );

  test("are sent in the header alone: not in the address, not in the body", async () => {
    await expect_refused(() => call(server, "GET", `/api/v1/sessions/${session}?token=${token}`), 401, "wrong_token");
    const json = { type: "back", id: "x", token };
    await expect_refused(() => call(server, "POST", turns_path(), { json }), 401, "wrong_token");
  });

  test("the scheme may be written in any case", async () => {
    const headers = { Authorization: `bearer ${token}` };
    expect((await call(server, "GET", `/api/v1/sessions/${session}`, { headers })).status).toBe(200);
  });

  test("a session that there is not", async () => {
    for (const name of ["nope", "a".repeat(26), `${session}x`, session.toUpperCase()]) {
      const answer = await call(server, "GET", `/api/v1/sessions/${name}`, { token });
      expect([answer.status, error_code(answer)]).toEqual([404, "session_not_found"]);
    }
  });
});

describe("refused turns change nothing:", () => {
  const refusals: [Record<string, unknown>, number, string][] = [
    [{ type: "answer", question: "nope", value: 1 }, 422, "unknown_question"],
    [{ type: "answer", question: "sure", value: true }, 409, "question_not_pending"],
    [{ type: "change", question: "sure", value: true }, 409, "not_answered"],
    [{ type: "answer", question: "pick", value: "middle" }, 422, "bad_value"],
    [{ type: "answer", question: "pick", value: "unknown" }, 422, "unknown_not_allowed"],
    [{ type: "answer", question: "pick" }, 400, "bad_frame"],
    [{ type: "say" }, 400, "bad_frame"],
    [{ type: "shout" }, 400, "unknown_type"],
    [{ type: "start" }, 400, "unknown_type"],
    [{ type: "resume" }, 400, "unknown_type"],
    [{}, 400, "bad_frame"],
    [{ type: "back", id: "" }, 400, "bad_frame"],
    [{ type: "back", id: "i".repeat(65) }, 400, "bad_frame"],
  ];
  test.each(refusals)("%j", async (turn, status, code) => {
    await expect_refused(() => take_turn(turn), status, code);
  });

  test.each(["", "{", "[]", "null", '"x"', "{}x", `{"id":"x","type":"back","a":${"[".repeat(64)}${"]".repeat(64)}}`])(
    "the body %s",
    async (body) => {
      const headers = { "Content-Type": "application/json" };
      await expect_refused(() => call(server, "POST", turns_path(), { token, headers, body }), 400, "bad_json");
    },
  );

  test("a body that is no UTF-8", async () => {
    const headers = { "Content-Type": "application/json" };
    const body = Buffer.from('{"type":"say","id":"x","text":"\xff"}', "latin1");
    await expect_refused(() => call(server, "POST", turns_path(), { token, headers, body }), 400, "bad_json");
  });

  const media_types = [
    undefined,
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "application/jsonx",
    "text/json",
    "application/json2",
  ];
  test.each(media_types)("Content-Type: %s", async (type) => {
    const headers: Record<string, string> = type === undefined ? {} : { "Content-Type": type };
    const body = '{"type":"back","id":"x"}';
    await expect_refused(
      () => call(server, "POST", turns_path(), { token, headers, body }),
      415,
      "unsupported_media_type",
    );
  });

  test.each([
    "application/json",
    "application/json; charset=utf-8",
    "Application/JSON",
    "application/json ;charset=utf-8",
  ])("but Content-Type: %s is JSON", async (type) => {
    const headers = { "Content-Type": type };
    const body = JSON.stringify({ type: "answer", question: "pick", value: "left", id: randomUUID() });
    expect((await call(server, "POST", turns_path(), { token, headers, body })).status).toBe(200);
  });
});

describe("opening a session", () => {
  test.each([
    [{}, 400, "bad_frame"],
    [{ id: "x", script: "nope" }, 404, "unknown_script"],
    [{ id: "x", script: 1 }, 400, "bad_frame"],
    [{ id: "x", locale: "l".repeat(36) }, 400, "bad_frame"],
    [{ id: "x", type: "say" }, 400, "unknown_type"],
  ])("%j is refused", async (json, status, code) => {
    const answer = await call(server, "POST", "/api/v1/sessions", { json });
    expect([answer.status, error_code(answer)]).toEqual([status, code]);
  });

  test("a type of start may be written", async () => {
    expect((await call(server, "POST", "/api/v1/sessions", { json: { id: "x", type: "start" } })).status).toBe(201);
  });
});

/** A start frame in exactly so many bytes; what is behind the frame is blank. */
const body_of = (size: number) => '{"id":"size"}'.padEnd(size, " ");

describe("the size of a body", () => {
  const headers = { "Content-Type": "application/json" };

  test.each([
    [16 * 1024, 201],
    [16 * 1024 + 1, 413],
    [64 * 1024 - 1, 413],
    [64 * 1024, 413],
    [64 * 1024 + 1, 413],
    [1 << 20, 413],
  ])("%i bytes: %i", async (size, status) => {
    const answer = await call(server, "POST", "/api/v1/sessions", { headers, body: body_of(size) });
    expect(answer.status).toBe(status);
    if (status === 413) expect(error_code(answer)).toBe("message_too_large");
  });

  test("in chunks it is the same, and a client that still sends learns why it is refused", async () => {
    for (const [size, status] of [
      [16 * 1024, 201],
      [16 * 1024 + 1, 413],
      [64 * 1024 + 1, 413],
      [1 << 20, 413],
    ] as const) {
      const body = new Blob([body_of(size)]).stream();
      const sent: RequestInit & { duplex: "half" } = { method: "POST", headers, body, duplex: "half" };
      const answer = await fetch(`http://${server.host}/api/v1/sessions`, sent);
      expect(answer.status, `${size} bytes`).toBe(status);
      await answer.text();
    }
  });
});
