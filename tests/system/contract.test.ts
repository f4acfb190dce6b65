// docs/asyncapi.json and docs/openapi.json against the real server: a tour meets every frame and every route, every one of
// them is held against its schema on arrival (support/contract.ts), and here nothing may be left over on either side.
import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  asyncapi,
  frames_seen,
  hold_against,
  hold_against_message,
  hold_response,
  openapi,
  responses_seen,
} from "./support/contract.ts";
import { fitting_value, type Frame } from "./support/frames.ts";
import { call } from "./support/http.ts";
import { product_scripts, repository_path, Server } from "./support/server.ts";
import { Talker } from "./support/talker.ts";

const codes_seen = new Set<string>();
const kinds_seen = new Set<string>();

async function refusals(talker: Talker): Promise<void> {
  const frames: { type: string; [field: string]: unknown }[] = [
    { type: "shout" },
    { type: "say" },
    { type: "resume", session: "nope", token: "t" },
    { type: "resume", session: talker.session, token: "t" },
    { type: "start", script: "nope" },
    { type: "answer", question: "nope", value: 1 },
    { type: "answer", question: "sure", value: true },
    { type: "change", question: "sure", value: true },
    { type: "answer", question: "pick", value: "middle" },
    { type: "answer", question: "pick", value: "unknown" },
  ];
  for (const frame of frames) codes_seen.add((await talker.refusal(frame)) ?? "");
  codes_seen.add((await talker.send("{")).frame.code ?? "");
  codes_seen.add((await talker.send(Buffer.from("{}"))).frame.code ?? "");
  const other = await Talker.open(talker.server);
  codes_seen.add((await other.refusal({ type: "back" })) ?? "");
  codes_seen.add((await other.send(" ".repeat(20_000))).frame.code ?? "");
  await other.closed;
}

async function tour_of_frames(server: Server): Promise<void> {
  const talker = await Talker.start(server, { script: "kinds", locale: "en" });
  await refusals(talker);
  const other = await Talker.open(server);
  await other.resume(talker, 0);
  for (const pick of ["right", "left"]) {
    await talker.request({ type: "restart" });
    await talker.answer(pick);
    while (talker.question) {
      kinds_seen.add(talker.question.kind);
      await talker.answer(fitting_value(talker.question));
    }
  }
  kinds_seen.add("choice");
  await other.next_event();
  await talker.request({ type: "change", question: "pick", value: "right" });
  await other.resume(talker);
  await talker.request({ type: "change", question: "pick", value: "right", confirm: true });
  for (const text of ["why?", "help", "blah blah", "yes", "back"]) await talker.request({ type: "say", text });
  await tour_of_facts(talker);
  await other.resume(talker);
  await talker.request({ type: "facts", accept: true });
  await talker.request({ type: "skip" });
  await talker.request({ type: "back" });
  await other.close();
}

/** An answer that states more than was asked, and the offer to take the rest over. */
async function tour_of_facts(talker: Talker): Promise<void> {
  await talker.request({ type: "restart" });
  const reply = await talker.request({ type: "say", text: "The port side, and I need 40 pieces" });
  expect(reply.facts).toEqual([{ question: "amount", label: "Amount", value: 40, text: "40 pieces" }]);
}

async function tour_of_routes(server: Server): Promise<void> {
  // The whole of a recommendation: reasons without a question, open questions, changes, roles.
  const opened = JSON.parse(
    (await call(server, "POST", "/api/v1/sessions", { json: { id: randomUUID(), type: "start" } })).text,
  ) as Frame;
  const { token } = opened;
  const path = `/api/v1/sessions/${opened.session}`;
  let { question, recommendation } = opened;
  const values: Record<string, unknown> = { concurrency: { min: 200, max: 4999 }, team_size: "unknown" };
  while (question) {
    const json = {
      type: "answer",
      id: randomUUID(),
      question: question.id,
      value: values[question.id] ?? fitting_value(question),
    };
    const answer = await call(server, "POST", `${path}/turns`, { token: token ?? "", json });
    ({ question, recommendation } = JSON.parse(answer.text) as Frame);
  }
  await call(server, "GET", path, { token: token ?? "" });
  const moved = await call(server, "POST", `${path}/code`, { token: token ?? "", json: {} });
  const { code: move_code } = JSON.parse(moved.text) as { code: string };
  await call(server, "POST", "/api/v1/codes", { json: { code: move_code } });
  const report = recommendation?.report ?? "";
  const code = report.slice("/r/".length);
  for (const target of [
    `/api/v1/reports/${code}`,
    `/api/v1/reports/${code}.md`,
    `/api/v1/reports/${code}/record.json`,
    `/api/v1/reports/${code}/record.md`,
    `/api/v1/reports/${code}/record.html`,
    ...(recommendation?.hiring?.roles ?? []).filter((role) => role.verdict !== "none").map((role) => `/api/v1/reports/${code}/roles/${role.id}.md`),
    report,
    "/healthz",
    "/readyz",
    "/api/v1/scripts",
  ]) {
    expect((await call(server, "GET", target)).status, target).toBe(200);
  }
  const page = await call(server, "GET", "/");
  const file = /"(\/assets\/[^"]+)"/.exec(page.text)?.[1] ?? "";
  for (const target of ["/", report, "/review", "/review/analytics", "/review/session/x", file]) {
    const { headers } = await call(server, "GET", target);
    await call(server, "GET", target, { headers: { "If-None-Match": String(headers["etag"]) } });
  }
}

beforeAll(async () => {
  const kinds = await Server.kinds();
  await tour_of_frames(kinds);
  const last = await Talker.start(kinds);
  responses_seen.add("get /ws 101");
  await kinds.stop();
  await last.closed;
  const server = await Server.start({ flags: ["--scripts", product_scripts] });
  await tour_of_routes(server);
  await server.stop();
});

describe("asyncapi.json", () => {
  test("has every frame that there is, and no other", () => {
    expect([...frames_seen.keys()].sort()).toEqual(Object.keys(asyncapi.channels.conversation.messages).sort());
  });

  test("the tour met every kind of question", () => {
    expect([...kinds_seen].sort()).toEqual(["boolean", "choice", "multi", "number", "scale", "text"]);
  });

  test("the tour met every error that does not need a broken server", () => {
    const rare = ["busy", "storage_unavailable", "draining", "internal"];
    const all = asyncapi.components.schemas["error_code"]?.enum ?? [];
    expect([...codes_seen].sort()).toEqual(all.filter((code) => !rare.includes(code)).sort());
  });
});

describe("openapi.json", () => {
  const operations = Object.entries(openapi.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );

  test("has every success that there is, and no other", () => {
    const documented = operations.flatMap(({ path, method, operation }) =>
      Object.keys(operation.responses)
        .filter((status) => Number(status) < 400)
        .map((status) => `${method} ${path} ${status}`),
    );
    const met = [...responses_seen].filter((entry) => Number(entry.split(" ")[2]) < 400);
    expect(met.sort()).toEqual(documented.sort());
  });

  test("has every route of the server, and no other", () => {
    const files = readdirSync(repository_path("server"), { encoding: "utf8", recursive: true });
    const sources = files.filter((name) => name.endsWith(".cpp"));
    const text = sources.map((name) => readFileSync(repository_path(`server/${name}`), "utf8")).join("\n");
    const routes = [...text.matchAll(/\badd\(\s*\{?"([A-Z]+)",\s*"([^"]+)"/g)].map(
      ([, method = "", path = ""]) => `${method.toLowerCase()} ${path}`,
    );
    expect(routes.length).toBeGreaterThan(8);
    // Not in the table of routes: the WebSocket, the files, and Markdown, which is a report with another ending.
    const elsewhere = new Set(["get /ws", "get /assets/{}", "get /api/v1/reports/{}.md"]);
    const review = JSON.parse(readFileSync(repository_path("docs/review-openapi.json"), "utf8")) as {
      paths: Record<string, Record<string, unknown>>;
    };
    const all = [openapi.paths, review.paths].flatMap((paths) =>
      Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`)),
    );
    const documented = all.map((route) => route.replaceAll(/\{\w+\}/g, "{}"));
    expect(documented.filter((route) => !elsewhere.has(route)).sort()).toEqual(routes.sort());
  });
});

/** The two groups of every match. */
const pairs = (text: string, pattern: RegExp) =>
  new Map([...text.matchAll(pattern)].map(([, code = "", status = ""]) => [code, status]));
const enum_of = (schema: { enum?: string[] } | undefined) => (schema?.enum ?? []).toSorted();

describe("the codes of errors", () => {
  const protocol = readFileSync(repository_path("docs/protocol.md"), "utf8");
  /** Code to HTTP status, or "-", by the table in docs/protocol.md, and those of HTTP alone by the sentence behind it. */
  const in_table = pairs(protocol, /^\| `(\w+)` \| (\d{3}|-) \|/gm);
  const in_sentence = pairs(/^Over HTTP also [^]*?\n\n/m.exec(protocol)?.[0] ?? "", /`(\w+)` \((\d{3})\)/g);
  const in_code = pairs(
    readFileSync(repository_path("server/net/error_code.hpp"), "utf8"),
    /\{ErrorCode::\w+, "(\w+)", (\d+)\}/g,
  );

  test("of the WebSocket are those that docs/protocol.md lists", () => {
    expect(in_table.size).toBeGreaterThan(15);
    expect(enum_of(asyncapi.components.schemas["error_code"])).toEqual([...in_table.keys()].sort());
  });

  test("of HTTP are those that it does not keep for the WebSocket alone", () => {
    const over_http = [...in_table, ...in_sentence].filter(([, status]) => status !== "-").map(([code]) => code);
    expect(enum_of(openapi.components.schemas["error_code"])).toEqual(over_http.sort());
  });

  test("and those of the server are the same, with the same HTTP status", () => {
    const documented = [...in_table, ...in_sentence];
    expect([...in_code.keys()].sort()).toEqual(documented.map(([code]) => code).sort());
    for (const [code, status] of documented)
      if (status !== "-") expect(`${code} ${in_code.get(code)}`).toBe(`${code} ${status}`);
  });

  test("the kinds of messages are those that docs/protocol.md lists", () => {
    const sentence = /`kind` is one of ((?:`\w+`[^`.]*)+)\./.exec(protocol)?.[1] ?? "";
    const listed = [...sentence.matchAll(/`([a-z]+)`/g)].map(([, kind]) => kind);
    const schema = asyncapi.components.schemas["message"] as { properties?: { kind?: { enum: string[] } } };
    expect(schema.properties?.kind?.enum.toSorted()).toEqual(listed.sort());
  });
});

test("every reference leads somewhere, and every schema can be compiled", () => {
  const documents: Record<string, unknown> = { "asyncapi.json": asyncapi, "openapi.json": openapi };
  const walk = (node: unknown, document: string): void => {
    if (typeof node !== "object" || node === null) return;
    const { $ref } = node as { $ref?: string };
    if (typeof $ref === "string") {
      const [file = "", pointer = ""] = $ref.split("#");
      const parts = pointer.slice(1).split("/");
      const target = parts.reduce<unknown>(
        (at, part) => (at as Record<string, unknown> | undefined)?.[part],
        documents[file || document],
      );
      expect(target, `${document}: ${$ref}`).toBeDefined();
    }
    for (const value of Object.values(node)) walk(value, document);
  };
  for (const [name, document] of Object.entries(documents)) walk(document, name);
  for (const [name, { components }] of Object.entries({ "asyncapi.json": asyncapi, "openapi.json": openapi })) {
    for (const schema of Object.keys(components.schemas)) {
      // Nothing fits every schema; it only has to be one.
      expect(() => hold_against(`${name}#/components/schemas/${schema}`, Symbol.iterator, schema)).toThrow(/is not/);
    }
  }
});

describe("a broken frame is found (the control of all of this):", () => {
  /** Objects whose members have names of the script's choosing. */
  const open_maps = new Set(["answers", "scores", "points", "set"]);
  const optional = new Set(["confirm", "facts", "script", "locale", "after", "value", "early"]);

  /** Copies of `value` in each of which one object has a member too many. */
  function with_surplus(value: unknown): unknown[] {
    if (Array.isArray(value)) {
      return value.flatMap((item: unknown, index) =>
        with_surplus(item).map((broken) => value.toSpliced(index, 1, broken)),
      );
    }
    if (typeof value !== "object" || value === null) return [];
    const inside = Object.entries(value)
      .filter(([key]) => !open_maps.has(key))
      .flatMap(([key, member]) => with_surplus(member).map((broken) => ({ ...value, [key]: broken })));
    return [{ ...value, surplus: 1 }, ...inside];
  }

  test.each(Object.keys(asyncapi.channels.conversation.messages))("%s", (name) => {
    const frame = frames_seen.get(name) as Record<string, unknown>;
    hold_against_message(name, structuredClone(frame));
    for (const broken of with_surplus(frame))
      expect(() => hold_against_message(name, broken)).toThrow(/additional|must/);
    for (const key of Object.keys(frame).filter(
      (member) => !optional.has(member) || (/reply/.test(name) && member === "script"),
    )) {
      const { [key]: _, ...rest } = frame;
      expect(() => hold_against_message(name, rest), `without ${key}`).toThrow(/required/);
      expect(() => hold_against_message(name, { ...frame, [key]: Symbol.iterator }), `a wrong ${key}`).toThrow(/must/);
    }
    frames_seen.set(name, frame);
  });

  test.each([
    ["an undocumented status", "GET", "/healthz", { status: 204, text: "" }, /does not have this status/],
    ["an undocumented address", "GET", "/nope", { status: 200, text: "" }, /does not have it/],
    ["an undocumented method", "DELETE", "/healthz", { status: 200, text: "{}" }, /does not have it/],
    ["another body", "GET", "/healthz", { status: 200, text: '{"status":"fine"}' }, /must be equal to constant/],
    [
      "an error without its form",
      "GET",
      "/nope",
      { status: 404, text: '{"code":"not_found"}' },
      /required property 'error'/,
    ],
    [
      "an unknown error code",
      "GET",
      "/nope",
      { status: 404, text: '{"error":{"code":"gone","message":"x"}}' },
      /allowed values/,
    ],
    ["503 without Retry-After", "GET", "/readyz", { status: 503, text: "{}" }, /no Retry-After/],
    ["a body to a HEAD", "HEAD", "/healthz", { status: 200, text: "{}" }, /has a body/],
  ])("%s", (_, method, target, { status, text }, says) => {
    expect(() =>
      hold_response(method, target, { status, text, headers: { "content-type": "application/json" } }),
    ).toThrow(says);
  });
});

afterAll(() => frames_seen.clear());
