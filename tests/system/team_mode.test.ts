// Several people in one talk, with Slack and Mattermost as the other side: what each one says, where they differ, whether it matters,
// and how it is settled; the vendors' types and validators judge every message.
import { createHmac, randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { add_hook as add_slack, fixture, type Json, Receiver, vendor } from "./support/chat_hook.ts";
import { add_hook, post, type_errors } from "./support/hooks.ts";
import { Server } from "./support/server.ts";

const { isMessageAttachmentArray } = vendor("@mattermost/types/message_attachments") as {
  isMessageAttachmentArray: (value: unknown) => boolean;
};
const secret = "8f742231b10e8888abcd99example00";
const form = (fields: Record<string, string>): string => new URLSearchParams(fields).toString();
const urlencoded = { "Content-Type": "application/x-www-form-urlencoded" };
let server: Server;
beforeAll(async () => {
  server = await Server.start();
});
afterAll(() => server.stop());

/** From one question to the result, always by the words of one person. */
const answers = ["5000-50000", "1", "1", "1", "1", "1", "5"];

/** Slack's signed headers for a body. */
function signed(body: string): Record<string, string> {
  const stamp = String(Math.floor(Date.now() / 1000));
  const digest = createHmac("sha256", secret).update(`v0:${stamp}:${body}`).digest("hex");
  return { ...urlencoded, "X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": `v0=${digest}` };
}

/** What the controls of a Slack message carry. */
function tokens(message: Json): string[] {
  return JSON.stringify(message).match(/a1\.[a-z0-9]+\.\d+\.[A-Za-z0-9*-]+/g) ?? [];
}

/** The first of them whose option fits. */
function token(message: Json, option: RegExp): string {
  const found = tokens(message).find((one) => option.test(one.split(".").at(-1) ?? ""));
  if (!found) throw new Error(`no control ${option}: ${JSON.stringify(message)}`);
  return found;
}

/** The controls of a Mattermost message. */
function actions(message: Json): Json[] {
  const cards = message.attachments ?? message.update.props.attachments;
  return cards[0]?.actions ?? [];
}

describe("Slack", () => {
  let path = "";
  let receiver: Receiver;
  const messages: Json[] = [];
  beforeAll(async () => {
    receiver = await Receiver.start();
    path = await add_slack(server, "slack", secret, "--shared", "--option", "allowed_hosts=127.0.0.1");
  });
  afterAll(() => receiver.stop());

  async function command(user: string, text: string, channel = "C1"): Promise<Json> {
    const ids = { text, trigger_id: randomUUID(), user_id: `U-${user}`, user_name: user, channel_id: channel };
    const body = form({ ...(fixture("slack/slash_command") as Record<string, string>), ...ids });
    const { status, json } = await post(server, `${path}/command`, body, signed(body));
    expect(status).toBe(200);
    messages.push(json);
    return json;
  }
  function press_body(user: string, value: string, trigger: string, channel: string): string {
    const payload = fixture("slack/block_actions_button");
    payload.trigger_id = trigger;
    payload.user = { ...payload.user, id: `U-${user}`, username: user, name: user };
    payload.channel = { ...payload.channel, id: channel };
    payload.response_url = `${receiver.url}/actions/x`;
    payload.actions[0].value = value;
    return form({ payload: JSON.stringify(payload) });
  }
  async function press(user: string, value: string, trigger: string = randomUUID(), channel = "C1"): Promise<Json> {
    const body = press_body(user, value, trigger, channel);
    expect((await post(server, `${path}/interactive`, body, signed(body))).status).toBe(200);
    const { json } = await receiver.next();
    messages.push(json);
    return json;
  }

  test("two answers to one question: who says what, that it matters, settled by a button, and named in the result", async () => {
    const first = await command("ana", "start");
    await press("ana", token(first, /^a$/));
    const late = await press("ben", token(first, /^c$/));
    const text = JSON.stringify(late);
    expect(text).toContain("ana says");
    expect(text).toContain("ben says");
    expect(text).toMatch(/So far this (matters|does not matter)/);
    expect(text).toContain("Question 2 of");
    expect(JSON.stringify(await command("ana", "status"))).toContain("Answered so far: 1 of");
    // By the one who answered, an old button shows the current question, as in a talk of one's own.
    const own = JSON.stringify(await press("ana", token(first, /^b$/)));
    expect(own).toContain("Question 2 of");
    expect(own).not.toContain("says");

    let last: Json = {};
    for (let turn = 0; turn < 40 && !JSON.stringify(last).includes("Recommendation: "); ++turn)
      last = await command("ana", answers[turn] ?? "skip");
    const result = JSON.stringify(last);
    expect(result).toContain("Recommendation: ");
    expect(result).toContain("ben says");
    expect(result).toMatch(/This (matters|does not matter)/);

    const choice = await command("cy", "settle 1");
    expect(JSON.stringify(choice)).toContain("settle 1 = ben");
    const bens = tokens(choice).filter((one) => /\.E[0-9a-f]{8}$/.test(one))[1] ?? "";
    // What the other answer drops is named before it counts.
    const asked = await press("cy", bens);
    expect(JSON.stringify(asked)).toContain("Shall I?");
    await press("cy", token(asked, /^Y$/));
    expect(JSON.stringify(await command("dan", "who said what"))).toMatch(/Settled on .* by cy/);
  });

  test("a press that is sent twice is one answer; two at the same moment are both kept", async () => {
    const first = await command("ana", "start", "C2");
    const both = [
      press_body("ana", token(first, /^a$/), "both-1", "C2"),
      press_body("ben", token(first, /^c$/), "both-2", "C2"),
    ];
    await Promise.all(both.map((body) => post(server, `${path}/interactive`, body, signed(body))));
    for (const _ of both) await receiver.next();
    const again = press_body("ben", token(first, /^c$/), "both-2", "C2");
    expect((await post(server, `${path}/interactive`, again, signed(again))).status).toBe(200);
    const told = JSON.stringify(await command("cy", "differences", "C2"));
    expect(told).toContain("ana says");
    expect(told).toContain("ben says");
    expect(JSON.stringify(await command("cy", "status", "C2"))).toContain("Answered so far: 1 of");
    expect(receiver.waiting).toBe(0);
  });

  test("in a thread, by mentions: the bot answers there, and it is one talk of all who are in it", async () => {
    const lines = `${secret}\nbot_token: xoxb-made-up-token`;
    const own = await add_slack(server, "slack", lines, "--shared", "--option", `api_url=${receiver.url}/api`);
    let count = 0;
    const mention = async (user: string, text: string, thread?: string): Promise<Json> => {
      const body = fixture("slack/event_app_mention");
      Object.assign(body.event, { user: `U-${user}`, text: `<@U0009BOTX> ${text}`, ts: `1.${++count}` });
      delete body.event.thread_ts;
      if (thread) body.event.thread_ts = thread;
      body.event_id = randomUUID();
      const sent = JSON.stringify(body);
      const headers = { ...signed(sent), "Content-Type": "application/json" };
      expect((await post(server, `${own}/events`, sent, headers)).status).toBe(200);
      const call = await receiver.next();
      expect(call.path).toBe("/api/chat.postMessage");
      expect(call.headers.authorization).toBe("Bearer xoxb-made-up-token");
      return call.json;
    };
    const first = await mention("ana", "start");
    expect(first).toMatchObject({ thread_ts: "1.1", channel: fixture("slack/event_app_mention").event.channel });
    await mention("ana", "1", "1.1");
    await mention("ben", "I'd say 1 = 3", "1.1");
    const told = JSON.stringify(await mention("cy", "who said what", "1.1"));
    expect(told).toMatch(/Somebody says .*Somebody \(2\) says/);
    expect(JSON.stringify(await mention("ana", "status", "1.1"))).toContain("Answered so far: 1 of");
    expect(server.log).not.toContain("xoxb-");
  });

  test("Slack's types accept every message", () => {
    const known = `import type { KnownBlock } from "@slack/types";`;
    expect(type_errors(known, "KnownBlock[]", messages.map(({ blocks }) => blocks ?? []))).toBe("");
  });
});

describe("Mattermost", () => {
  let path = "";
  const messages: Json[] = [];
  beforeAll(async () => {
    path = await add_hook(server, "mattermost", secret, { shared: true });
  });

  async function command(user: string, text: string, channel = "c1"): Promise<Json> {
    const ids = { token: secret, text, trigger_id: randomUUID(), user_id: user, user_name: user, channel_id: channel };
    const body = form({ ...(fixture("mattermost/slash_command") as Record<string, string>), ...ids });
    const answer = await post(server, `${path}/command`, body, { ...urlencoded, Authorization: `Token ${secret}` });
    expect(answer.status).toBe(200);
    messages.push(answer.json);
    return answer.json;
  }
  async function press(user: string, message: Json, id: RegExp, channel = "c1", trigger: string = randomUUID()): Promise<Json> {
    const action = actions(message).find((one) => id.test(one.id));
    if (!action) throw new Error(`no control ${id}: ${JSON.stringify(message)}`);
    const body = { ...fixture("mattermost/action_request_button"), context: action.integration.context };
    Object.assign(body, { user_id: user, user_name: user, channel_id: channel, trigger_id: trigger });
    const answer = await post(server, `${path}/action`, JSON.stringify(body), { "Content-Type": "application/json" });
    expect(answer.status).toBe(200);
    messages.push(answer.json);
    return answer.json;
  }

  test("a difference is told, settled by a button, and opened again by who says something else", async () => {
    const first = await command("ana", "start");
    await press("ana", first, /^opta$/);
    const late = await press("ben", first, /^optc$/);
    expect(late.update.message).toMatch(/ana says .*ben says/);
    const choice = await press("cy", late, /^optD1$/);
    expect(choice.update.props.attachments[0].title).toBe("Settle a difference");
    const ids = actions(choice).map((one) => one.id as string);
    expect(ids.length).toBe(3);
    await press("cy", choice, new RegExp(`^${ids[1]}$`));
    const told = await command("dan", "differences");
    expect(told.text).toContain("Settled on");
    await command("dan", "I'd say 1 = 2");
    expect((await command("dan", "who said what?")).text).toMatch(/dan says .*To settle it/);
  });

  test("a person who has left is not waited for; what was said stays", async () => {
    const first = await command("ana", "start", "c2");
    await press("ana", first, /^opta$/, "c2");
    await press("ben", first, /^optc$/, "c2");
    let last: Json = {};
    for (let turn = 0; turn < 40 && !JSON.stringify(last).includes("Recommendation: "); ++turn)
      last = await command("ana", answers[turn] ?? "skip", "c2");
    expect(JSON.stringify(last)).toContain("Recommendation: ");
    expect(last.text).toContain("ben says");
  });

  test("Mattermost's validators accept every message", () => {
    const cards = messages.map((one) => one.attachments ?? one.update.props.attachments).filter((one) => one.length > 0);
    for (const one of cards) expect(isMessageAttachmentArray(one)).toBe(true);
    for (const one of cards) for (const action of one[0].actions ?? []) expect(action.id).toMatch(/^[A-Za-z0-9]+$/);
  });
});
