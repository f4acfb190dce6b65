// Zulip's outgoing webhook bot against the real program: whole talks in a topic and in a direct message.
import { afterAll, beforeAll, expect, test } from "vitest";
import { add_hook, fixture, type Json, send } from "./support/chat_hook.ts";
import { Server } from "./support/server.ts";

const token = "xvExampleZulipBotToken0000000000";
let server: Server;
let path = "";
beforeAll(async () => {
  server = await Server.kinds();
  path = await add_hook(server, "zulip", token);
});
afterAll(() => server.stop());

let count = 1000;
class Person {
  last: Json = {};
  constructor(
    readonly user: number,
    readonly kind: "outgoing" | "outgoing_direct",
  ) {}

  event(text: string): Json {
    const body = fixture(`zulip/${this.kind}`);
    const message = { ...body["message"], id: (count += 1), sender_id: this.user, recipient_id: this.user, content: text };
    return { ...body, data: text, message };
  }
  async deliver(event: Json): Promise<Json> {
    const { status, text } = await send(server, path, event);
    expect(status).toBe(200);
    this.last = JSON.parse(text) as Json;
    expect(this.last["content"].length).toBeLessThanOrEqual(10_000);
    return this.last;
  }
  say(words: string): Promise<Json> {
    return this.deliver(this.event(this.kind === "outgoing" ? `@**Advisor** ${words}` : words));
  }
  choices(): Json[] {
    return this.last["widget_content"] ? JSON.parse(this.last["widget_content"]).extra_data.choices : [];
  }
  press(label: string): Promise<Json> {
    const choice = this.choices().find((one) => one["long_name"] === label);
    if (!choice) throw new Error(`no choice ${label}: ${JSON.stringify(this.choices())}`);
    return this.deliver(this.event(choice["reply"]));
  }
}

test.each(["outgoing", "outgoing_direct"] as const)("a whole talk by clicks: %s", async (kind) => {
  const anna = new Person(9, kind);
  expect((await anna.say("start"))["content"]).toContain("Which one?");
  const [first] = anna.choices();
  await anna.press("The right one");
  await anna.press("Yes");
  await anna.deliver(anna.event(first?.["reply"]));
  expect(anna.last["content"]).toContain("Which of these?");
  await anna.say("red, blue");
  await anna.press("Back");
  await anna.say("none");
  await anna.press("Many");
  await anna.press("No");
  await anna.press("2");
  expect((await anna.say("done"))["content"]).toMatch(/Recommendation: [\s\S]*\[Full report\]\(http/);
});

test("the same message again is one turn and has the same answer", async () => {
  const bob = new Person(10, "outgoing");
  await bob.say("start");
  const event = bob.event("@**Advisor** 1");
  const answers = await Promise.all([1, 2, 3, 4].map(() => send(server, path, event)));
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
});

test("what is not for us is answered with silence, what is forged with 401", async () => {
  const event = new Person(11, "outgoing").event("@**Advisor** start");
  const own = { ...event, message: { ...event["message"], sender_email: event["bot_email"] } };
  expect(await send(server, path, own)).toEqual({ status: 200, text: '{"response_not_required":true}' });
  expect((await send(server, path, { ...event, message: null })).text).toBe('{"response_not_required":true}');
  expect((await send(server, path, { ...event, token: "x" })).status).toBe(401);
  expect((await send(server, path, { ...event, token: null })).status).toBe(401);
  expect((await send(server, path, "{")).status).toBe(401);
  expect((await send(server, path, { ...event, data: "x".repeat(300_000) })).status).toBe(413);
});
