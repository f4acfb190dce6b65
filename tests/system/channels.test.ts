// Chat tools against the real program: hooks are added beside a running server, whole talks go through it, and code that we did
// not write (Slack's own verifier, Mattermost's validators, both vendors' types) judges what it takes and says.
import { spawnSync } from "node:child_process";
import { createHmac, randomBytes, randomUUID } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { createRequire } from "node:module";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { repository_path, run, Server, temporary_folder } from "./support/server.ts";
import { within } from "./support/time.ts";

const require = createRequire(repository_path("web/package.json"));
const { isValidSlackRequest } = require("@slack/bolt") as {
  isValidSlackRequest: (options: object) => boolean;
};
const { isMessageAttachmentArray } = require("@mattermost/types/message_attachments") as {
  isMessageAttachmentArray: (value: unknown) => boolean;
};

type Json = Record<string, any>;
const fixture = (name: string): Json =>
  JSON.parse(readFileSync(repository_path(`tests/fixtures/channels/${name}.json`), "utf8"));

const secret = "8f742231b10e8888abcd99example00";
const folder = temporary_folder();
afterAll(folder.remove);
let server: Server;
/** What was posted to `response_url`, in order, and who waits for the next. */
const posts: Json[] = [];
let wake = () => {};
const receiver = createServer((request: IncomingMessage, response) => {
  let text = "";
  request.on("data", (chunk: Buffer) => (text += chunk.toString()));
  request.on("end", () => {
    posts.push(JSON.parse(text));
    response.end("ok");
    wake();
  });
});
let response_url = "";

async function next_post(count: number): Promise<Json> {
  while (posts.length < count) {
    await within("a post to response_url", new Promise<void>((done) => (wake = done)));
  }
  return posts[count - 1] ?? {};
}

/** Adds a hook beside the running server and returns the path of its address. */
async function add_hook(platform: string, ...more: string[]): Promise<string> {
  const words = ["hook", "add", platform, "--secret-file", "-", "--data", server.data, ...more];
  const { code, out, err } = await run(words, { input: `${secret}\n` });
  expect([code, err]).toEqual([0, ""]);
  const url = out.trimEnd().split("\n").at(-1) ?? "";
  expect(url).toMatch(new RegExp(`^http://127\\.0\\.0\\.1:8080/hooks/${platform}/[a-z0-9]+$`));
  expect(out).not.toContain(secret);
  return new URL(url).pathname;
}

beforeAll(async () => {
  server = await Server.start();
  await new Promise<void>((done) => receiver.listen(0, "127.0.0.1", done));
  response_url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/actions/x`;
});
afterAll(async () => {
  await server.stop();
  receiver.close();
});

const form = (fields: Record<string, string>): string => new URLSearchParams(fields).toString();
const now = () => String(Math.floor(Date.now() / 1000));

function slack_headers(body: string, stamp = now(), key = secret): Record<string, string> {
  const digest = createHmac("sha256", key).update(`v0:${stamp}:${body}`).digest("hex");
  return {
    "content-type": "application/x-www-form-urlencoded",
    "x-slack-request-timestamp": stamp,
    "x-slack-signature": `v0=${digest}`,
  };
}

const post = (path: string, headers: Record<string, string>, body: string): Promise<Response> =>
  fetch(`http://${server.host}${path}`, { method: "POST", headers, body });

class Slack {
  constructor(
    readonly path: string,
    readonly user: string,
  ) {}

  async command(text: string, trigger: string = randomUUID()): Promise<Json> {
    const fields = { ...fixture("slack/slash_command"), text, trigger_id: trigger, user_id: this.user, response_url };
    const body = form(fields as Record<string, string>);
    const response = await post(`${this.path}/command`, slack_headers(body), body);
    expect(response.status).toBe(200);
    return (await response.json()) as Json;
  }

  /** Presses a button; the new message comes by `response_url`. */
  async press(value: string, selected: string[] = [], trigger: string = randomUUID()): Promise<Json> {
    const payload = fixture("slack/block_actions_submit_multi");
    payload.trigger_id = trigger;
    payload.user = { ...payload.user, id: this.user };
    payload.response_url = response_url;
    payload.actions[0] = { ...payload.actions[0], action_id: "any", value };
    payload.state.values.q5.multi.selected_options = selected.map((one) => ({ value: one }));
    const body = form({ payload: JSON.stringify(payload) });
    const before = posts.length;
    const response = await post(`${this.path}/interactive`, slack_headers(body), body);
    expect([response.status, await response.text()]).toEqual([200, ""]);
    return next_post(before + 1);
  }
}

/** Every button and menu entry of a message. */
function values_of(message: Json): string[] {
  const values: string[] = [];
  for (const block of message.blocks ?? [])
    for (const element of [...(block.elements ?? []), ...(block.accessory ? [block.accessory] : [])]) {
      if (element.value) values.push(element.value);
      for (const option of element.options ?? []) values.push(option.value);
    }
  return values;
}

const is_multi = (message: Json): boolean => values_of(message).some((value) => value.endsWith(".*"));

/** From the first question to the recommendation, always by the first control; every message on the way. */
async function talk_through(slack: Slack): Promise<Json[]> {
  const messages = [await slack.command("start")];
  for (let turn = 0; turn < 40; ++turn) {
    const message = messages.at(-1) ?? {};
    const values = values_of(message);
    const first = values.find((value) => /\.[a-w]$/.test(value));
    if (is_multi(message)) {
      messages.push(await slack.press(values.find((value) => value.endsWith(".*")) ?? "", first ? [first] : []));
    } else if (first) {
      messages.push(await slack.press(first));
    } else if (message.blocks.some((block: Json) => block.type === "header")) {
      return messages;
    } else {
      messages.push(await slack.command("50"));
    }
  }
  throw new Error("the talk does not end");
}

/** The vendor's types decide whether the values are ones of theirs. */
function type_check(name: string, imports: string, type: string, values: unknown[]): string {
  const file = join(folder.path, `${name}.ts`);
  const lines = values.map((value, i) => `export const value${i}: ${type} = ${JSON.stringify(value)};`);
  writeFileSync(file, `${imports}\n${lines.join("\n")}\n`);
  const config = join(folder.path, `${name}.json`);
  const modules = repository_path("web/node_modules");
  writeFileSync(
    config,
    JSON.stringify({
      compilerOptions: {
        strict: true,
        noEmit: true,
        skipLibCheck: true,
        target: "ES2022",
        module: "ESNext",
        moduleResolution: "bundler",
        types: [],
        typeRoots: [`${modules}/@types`],
        paths: { "@mattermost/types/*": [`${modules}/@mattermost/types/lib/*`], "*": [`${modules}/*`] },
      },
      files: [file],
    }),
  );
  const tsc = spawnSync(process.execPath, [`${modules}/typescript/bin/tsc`, "-p", config], { encoding: "utf8" });
  return tsc.stdout + tsc.stderr;
}

describe("Slack", () => {
  let path = "";
  beforeAll(async () => {
    path = await add_hook("slack", "--option", "allowed_hosts=127.0.0.1");
  });

  test("takes and refuses what Slack's own verifier does", async () => {
    const good = form({ ...fixture("slack/slash_command"), text: "help", user_id: "U-differential" } as Record<string, string>);
    const cases: [string, Record<string, string>][] = [];
    cases.push([good, slack_headers(good)]);
    cases.push([`${good}&text=caf%C3%A9+%E2%9C%93`, slack_headers(`${good}&text=caf%C3%A9+%E2%9C%93`)]);
    cases.push([`${good} `, slack_headers(good)]);
    cases.push([`${good}\n`, slack_headers(`${good}\n`)]);
    cases.push([good.replaceAll("%2F", "%2f"), slack_headers(good)]);
    cases.push([good, slack_headers(good, now(), "another-secret-00000000")]);
    cases.push([good, slack_headers(good, String(Number(now()) - 400))]);
    for (let i = 0; i < 40; ++i) {
      const bytes = Buffer.from(good);
      const at = randomBytes(2).readUInt16LE() % bytes.length;
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      if (bytes[at] >= 0x20 && bytes[at] < 0x7f) cases.push([bytes.toString("latin1"), slack_headers(good)]);
    }
    const seen = new Set<boolean>();
    for (const [body, headers] of cases) {
      const wanted = isValidSlackRequest({
        signingSecret: secret,
        body,
        headers: {
          "x-slack-signature": headers["x-slack-signature"],
          "x-slack-request-timestamp": Number(headers["x-slack-request-timestamp"]),
        },
      });
      const { status } = await post(`${path}/command`, headers, body);
      expect(status).toBe(wanted ? 200 : 401);
      seen.add(wanted);
    }
    expect(seen.size).toBe(2);
  });

  test("a whole talk by buttons; Slack's types accept every message", async () => {
    const slack = new Slack(path, "U-whole");
    const messages = await talk_through(slack);
    expect(messages.length).toBeGreaterThan(5);
    const final = JSON.stringify(messages.at(-1));
    expect(final).toContain("Recommendation");
    expect(final).toContain("Hiring plan");
    expect(final).toMatch(/\/r\/[a-z0-9]+\|Full report/);
    for (const message of messages) {
      expect(message.blocks.length).toBeLessThanOrEqual(50);
      const ids = message.blocks.map((block: Json) => block.block_id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(JSON.stringify(message.blocks).length).toBeLessThan(20_000);
    }
    const replies = messages.map(({ text, blocks }) => ({ text, blocks }));
    expect(type_check("slack", `import type { RespondArguments } from "@slack/bolt";`, "RespondArguments", replies)).toBe("");
    const known = `import type { KnownBlock } from "@slack/types";`;
    expect(type_check("blocks", known, "KnownBlock[]", messages.map(({ blocks }) => blocks))).toBe("");
    expect(type_check("misspelt", known, "KnownBlock[]", [[{ type: "section", text: { type: "mrkdwn", txt: "x" } }]])).toContain("txt");
  });

  test("a repeated press is one turn, a late one shows the current question, somebody else's is refused", async () => {
    const slack = new Slack(path, "U-repeat");
    const first = values_of(await slack.command("start")).find((value) => value.endsWith(".a")) ?? "";
    const second = await slack.press(first, [], "trigger-1");
    expect(JSON.stringify(second)).toContain("Question 2 of");
    const before = posts.length;
    const body_of = async () => {
      const payload = fixture("slack/block_actions_button");
      payload.trigger_id = "trigger-1";
      payload.user.id = "U-repeat";
      payload.response_url = response_url;
      payload.actions[0].value = first;
      const body = form({ payload: JSON.stringify(payload) });
      return (await post(`${path}/interactive`, slack_headers(body), body)).status;
    };
    expect(await body_of()).toBe(200);
    const late = await slack.press(first.replace(/a$/, "b"));
    expect(JSON.stringify(late)).toContain("Question 2 of");
    expect(posts.length).toBe(before + 1);
    const refused = await new Slack(path, "U-other").press(first);
    expect(refused).toMatchObject({ replace_original: false, response_type: "ephemeral" });
    expect(refused.text).toContain("somebody else");
    expect(JSON.stringify(await slack.command("status"))).toContain("Answered so far: 1 of");
  });

  test("a press that was answered before the server was killed is not taken twice", async () => {
    const data = join(folder.path, "killed");
    const doomed = await Server.start({ data });
    const kept = server;
    server = doomed;
    const own = await add_hook("slack", "--option", "allowed_hosts=127.0.0.1");
    const slack = new Slack(own, "U-kill");
    await slack.command("start");
    await slack.command("1", "trigger-kill");
    await doomed.kill();
    server = await Server.start({ data });
    const again = await slack.command("1", "trigger-kill");
    expect(JSON.stringify(again)).toContain("Question 2 of");
    expect(JSON.stringify(await slack.command("status"))).toContain("Answered so far: 1 of");
    await server.stop();
    server = kept;
  });

  test("events: the challenge, typed answers, bots and retries", async () => {
    const send = async (event: Json, headers: Record<string, string> = {}) => {
      const body = JSON.stringify(event);
      const signed = { ...slack_headers(body), "content-type": "application/json", ...headers };
      return post(`${path}/events`, signed, body);
    };
    const challenge = await send(fixture("slack/url_verification"));
    expect(await challenge.json()).toEqual({ challenge: "9c1f2be77a0d4b6aa1f0c6a5d3e2" });
    const event = fixture("slack/event_app_mention");
    event.event.user = "U-event";
    delete event.event.thread_ts;
    const say = async (text: string, id: string, ts: string, headers = {}) => {
      const sent = structuredClone(event);
      Object.assign(sent.event, { text: `<@U0009BOTX> ${text}`, ts });
      sent.event_id = id;
      const response = await send(sent, headers);
      expect([response.status, await response.text()]).toEqual([200, ""]);
    };
    await say("start", "Ev1", "1.1");
    await say("1", "Ev2", "1.2");
    await say("1", "Ev2", "1.2", { "x-slack-retry-num": "1" });
    await say("1", "Ev2-other", "1.2", { "x-slack-retry-num": "2", "x-slack-retry-reason": "http_timeout" });
    const status = await new Slack(path, "U-event").command("status");
    expect(JSON.stringify(status)).toContain("Answered so far: 1 of");
    const bot = structuredClone(event);
    Object.assign(bot.event, { bot_id: "B1", text: "<@U0009BOTX> 1", ts: "1.9" });
    bot.event_id = "Ev9";
    await send(bot);
    expect(JSON.stringify(await new Slack(path, "U-event").command("status"))).toContain("Answered so far: 1 of");
  });

  test("a call goes only to hosts that are allowed", async () => {
    const strict = await add_hook("slack");
    const slack = new Slack(strict, "U-strict");
    const first = values_of(await slack.command("start")).find((value) => value.endsWith(".a")) ?? "";
    const payload = fixture("slack/block_actions_button");
    payload.user.id = "U-strict";
    payload.response_url = response_url;
    payload.actions[0].value = first;
    const body = form({ payload: JSON.stringify(payload) });
    const before = posts.length;
    expect((await post(`${strict}/interactive`, slack_headers(body), body)).status).toBe(200);
    expect(JSON.stringify(await slack.command("status"))).toContain("Answered so far: 1 of");
    expect(posts.length).toBe(before);
    expect(server.log).toContain("hook_call_refused");
    expect(server.log).not.toContain(secret);
  });
});

/** Presses a control of Mattermost, as Mattermost does. */
async function press(action: Json, user = "anna", more: Json = {}): Promise<Json> {
  const body: Json = { ...fixture("mattermost/action_request_button"), user_id: user, trigger_id: randomUUID() };
  body.context = { ...action.integration.context, ...more };
  const target = new URL(action.integration.url).pathname;
  const response = await post(target, { "content-type": "application/json" }, JSON.stringify(body));
  expect(response.status).toBe(200);
  return (await response.json()) as Json;
}

describe("Mattermost", () => {
  let path = "";
  const headers = { authorization: `Token ${secret}`, "content-type": "application/x-www-form-urlencoded" };
  beforeAll(async () => {
    path = await add_hook("mattermost");
  });

  async function command(text: string, user = "anna"): Promise<Json> {
    const fields = { ...fixture("mattermost/slash_command"), token: secret, text, user_id: user, trigger_id: randomUUID() };
    const response = await post(`${path}/command`, headers, form(fields as Record<string, string>));
    expect([response.status, response.headers.get("content-type")]).toEqual([200, "application/json"]);
    return (await response.json()) as Json;
  }

  test("a whole talk by buttons and menus; Mattermost's validators and types accept every message", async () => {
    const attachments: Json[][] = [];
    let cards: Json[] = (await command("start")).attachments;
    for (let turn = 0; turn < 40; ++turn) {
      attachments.push(cards);
      const actions: Json[] = cards[0]?.actions ?? [];
      if (actions.length === 0) break;
      const done = actions.find(({ id }) => id === "optdone");
      const menu = actions.find(({ type }) => type === "select");
      const first = actions.find(({ id }) => id === "opta");
      if (done) cards = (await press(done)).update.props.attachments;
      else if (menu) cards = (await press(menu, "anna", { selected_option: menu.options[0].value })).update.props.attachments;
      else if (first) cards = (await press(first)).update.props.attachments;
      else cards = (await command("50")).attachments;
    }
    const final = JSON.stringify(attachments.at(-1));
    expect(final).toContain("Recommendation");
    expect(final).toContain("Hiring plan");
    expect(attachments.length).toBeGreaterThan(5);
    for (const one of attachments) {
      expect(isMessageAttachmentArray(one)).toBe(true);
      expect(JSON.stringify(one).length).toBeLessThan(60_000);
      for (const action of one[0]?.actions ?? []) expect(action.id).toMatch(/^[A-Za-z0-9]+$/);
    }
    expect(isMessageAttachmentArray([{ fallback: 7 }])).toBe(false);
  });

  test("an outgoing webhook talks, as form and as JSON", async () => {
    const body = { ...fixture("mattermost/outgoing_webhook"), token: secret, user_id: "outgoing", text: "advise start", post_id: "p1" };
    const json = await post(`${path}/outgoing`, { "content-type": "application/json" }, JSON.stringify(body));
    expect(((await json.json()) as Json).attachments[0].title).toMatch(/^Question 1 of/);
    const fields = { ...body, text: "advise 1", post_id: "p2", timestamp: "1" } as unknown as Record<string, string>;
    const answer = await post(`${path}/outgoing`, { "content-type": "application/x-www-form-urlencoded" }, form(fields));
    expect(((await answer.json()) as Json).attachments[0].title).toMatch(/^Question 2 of/);
    const wrong = await post(`${path}/outgoing`, { "content-type": "application/json" }, JSON.stringify({ ...body, token: "x" }));
    expect(wrong.status).toBe(401);
  });

  test("too large, unknown and malformed requests", async () => {
    const large = `${form({ token: secret })}&text=${"x".repeat(256 * 1024)}`;
    expect((await post(`${path}/command`, headers, large)).status).toBe(413);
    const below = `${form({ token: secret, text: "help" })}&pad=${"x".repeat(200 * 1024)}`;
    expect((await post(`${path}/command`, headers, below)).status).toBe(200);
    expect((await post("/hooks/mattermost/nosuch/command", headers, "")).status).toBe(404);
    expect((await post("/hooks/nosuch/x", headers, "")).status).toBe(404);
    expect((await post(`${path}/action`, { "content-type": "application/json" }, "{")).status).toBe(401);
  });
});

describe("advisor hook", () => {
  test("test, rotate and remove count without a restart", async () => {
    const path = await add_hook("slack");
    const id = path.split("/").at(-1) ?? "";
    const there = ["--data", server.data, "--public-url", `http://${server.host}`];
    expect((await run(["hook", "test", id, ...there])).code).toBe(0);
    const body = form({ command: "/advise", text: "help", user_id: "U-rotate", channel_id: "C", trigger_id: randomUUID() });
    const fresh = "another-secret-of-slack-1";
    const rotated = await run(["hook", "rotate", id, "--secret-file", "-", "--data", server.data], { input: fresh });
    expect(rotated.code).toBe(0);
    expect((await post(`${path}/command`, slack_headers(body), body)).status).toBe(200);
    expect((await post(`${path}/command`, slack_headers(body, now(), fresh), body)).status).toBe(200);
    expect((await run(["hook", "rotate", id, "--finish", "--data", server.data])).code).toBe(0);
    expect((await post(`${path}/command`, slack_headers(body), body)).status).toBe(401);
    const list = await run(["hook", "list", "--json", "--data", server.data]);
    expect(JSON.parse(list.out).map((hook: Json) => hook.id)).toContain(id);
    expect(list.out).not.toContain(fresh);
    expect((await run(["hook", "remove", id, "--data", server.data])).code).toBe(0);
    expect((await post(`${path}/command`, slack_headers(body, now(), fresh), body)).status).toBe(404);
  });

  test("says on one line what is wrong", async () => {
    const data = ["--data", server.data];
    for (const words of [
      ["add", "nosuch", "--secret-file", "-"],
      ["add", "slack"],
      ["add", "slack", "--secret-file", "/no/such/file"],
      ["add", "slack", "--secret-file", "-"],
      ["add", "slack", "--secret-file", "-", "--option", "x"],
      ["add", "slack", "--secret-file", "-", "--option", "nosuch=1"],
      ["rotate", "nosuch", "--finish"],
      ["remove", "nosuch"],
      ["test", "nosuch"],
    ]) {
      const { code, out, err } = await run(["hook", ...words, ...data], { input: words.includes("--option") ? secret : "" });
      expect([words, code, out]).toEqual([words, 2, ""]);
      expect(err).toMatch(/^advisor: [^\n]+\n$/);
    }
  });

  test("a secret is nowhere in the data folder in plain text", async () => {
    await add_hook("mattermost");
    for (const file of ["advisor.db", "advisor.db-wal"])
      expect(readFileSync(join(server.data, file)).includes(secret)).toBe(false);
  });
});
