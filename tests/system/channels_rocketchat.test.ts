// Rocket.Chat's outgoing integration against the real program; its own grammar reads every text.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { add_hook, type Json, send, vendor } from "./support/chat_hook.ts";
import { Server } from "./support/server.ts";

const { parse } = vendor("@rocket.chat/message-parser") as { parse: (text: string, options: object) => unknown };

const token = "rcExampleToken00000000aa";
let server: Server;
let path = "";
let shared = "";
beforeAll(async () => {
  server = await Server.kinds();
  path = await add_hook(server, "rocketchat", token);
  shared = await add_hook(server, "rocketchat", token, "--shared");
});
afterAll(() => server.stop());

const harmful = new Set(
  "MENTION_USER MENTION_CHANNEL STRIKE INLINE_CODE CODE EMOJI BIG_EMOJI KATEX INLINE_KATEX SPOILER TIMESTAMP QUOTE TASKS IMAGE".split(" "),
);
/** The kinds of nodes in what Rocket.Chat would show, and where its links lead. */
function shown(text: string): string[] {
  const found: string[] = [];
  const walk = (node: unknown): void => {
    if (Array.isArray(node)) return node.forEach(walk);
    if (typeof node !== "object" || node === null) return;
    const { type, value } = node as { type?: string; value?: Json };
    if (type === "LINK") found.push(`link ${String(value?.["src"]?.value)}`);
    else if (type && harmful.has(type)) found.push(type);
    Object.values(node).forEach(walk);
  };
  walk(parse(text, { colors: true, emoticons: true, katex: { dollarSyntax: true, parenthesisSyntax: true } }));
  return found;
}

let count = 0;
class Person {
  last: Json = {};
  constructor(
    readonly user: string,
    readonly hook = () => path,
  ) {}

  event(text: string, more: Json = {}): Json {
    return {
      token,
      bot: false,
      trigger_word: "!advise",
      channel_id: "GENERAL",
      channel_name: "platform",
      message_id: `m${(count += 1)}`,
      timestamp: "2026-01-01T00:00:00.000Z",
      user_id: this.user,
      user_name: this.user,
      text,
      siteUrl: "https://rocket.example.org",
      tmid: "root1",
      ...more,
    };
  }
  async deliver(event: Json): Promise<Json> {
    const { status, text } = await send(server, this.hook(), event);
    expect(status).toBe(200);
    const reply = JSON.parse(text) as Json;
    expect(reply["tmid"]).toBe("root1");
    expect(shown(reply["text"])).toEqual([]);
    return (this.last = reply);
  }
  say(words: string): Promise<Json> {
    return this.deliver(this.event(`!advise ${words}`));
  }
  buttons(): Json[] {
    return (this.last["attachments"] ?? []).flatMap((attachment: Json) => attachment["actions"] ?? []);
  }
  press(label: string): Promise<Json> {
    const button = this.buttons().find((one) => one["text"] === label);
    if (!button) throw new Error(`no button ${label}: ${JSON.stringify(this.buttons())}`);
    return this.deliver(this.event(button["msg"]));
  }
}

describe("a whole talk", () => {
  test("by buttons, with several answers and text typed", async () => {
    const anna = new Person("anna");
    expect((await anna.say("start"))["text"]).toContain("Which one?");
    await anna.press("The left one");
    await anna.press("Deep");
    await anna.say("1 3");
    await anna.press("A few");
    await anna.press("Yes");
    await anna.press("5");
    const end = await anna.say("that *is* all @all");
    expect(end["text"]).toContain("Recommendation: First");
    expect(end["attachments"].at(-1)["title_link"]).toMatch(/^http/);
  });

  test("by typed words alone, with a wrong answer, a step back and help", async () => {
    const bob = new Person("bob");
    await bob.say("start");
    expect((await bob.say("seven"))["text"]).toContain("Which one?");
    await bob.say("2");
    expect((await bob.say("back"))["text"]).toContain("Which one?");
    await bob.say("2");
    await bob.say("no");
    await bob.say("1, 2");
    expect((await bob.say("2000"))["text"]).toContain("1000");
    await bob.say("40");
    await bob.say("yes");
    expect((await bob.say("help"))["text"]).toContain("How good is it?");
    expect((await bob.say("status"))["text"]).toContain("40");
    await bob.say("3");
    expect((await bob.say("nothing more"))["text"]).toContain("Recommendation");
    expect((await bob.say("restart"))["text"]).toContain("Which one?");
  });
});

test("a button of an earlier question shows the current one and changes nothing", async () => {
  const carl = new Person("carl");
  await carl.say("start");
  const [first] = carl.buttons();
  await carl.press("The left one");
  await carl.deliver(carl.event(first?.["msg"]));
  expect(carl.last["text"]).toContain("How deep?");
});

test("the same message again, also at the same time, is one turn and has the same answer", async () => {
  const dora = new Person("dora");
  await dora.say("start");
  const event = dora.event("!advise 1");
  const answers = await Promise.all([1, 2, 3, 4].map(() => send(server, path, event)));
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  expect((await dora.say("status"))["text"]).toContain("How deep?");
});

test("a text that is too long is refused with a sentence, however often it comes", async () => {
  const ian = new Person("ian");
  await ian.say("start");
  for (let i = 0; i < 20; i += 1) expect((await ian.say("é".repeat(5_000)))["text"]).toContain("4,000");
  expect((await ian.say("1"))["text"]).toContain("How deep?");
});

test("a private talk is its owner's; a shared one is everybody's", async () => {
  const eve = new Person("eve");
  await eve.say("start");
  const button = eve.buttons()[0];
  const fay = new Person("fay");
  await fay.deliver(fay.event(button?.["msg"]));
  expect(fay.last["text"]).toContain("somebody else");
  expect((await eve.say("status"))["text"]).toContain("Which one?");
  await new Person("gus", () => shared).say("start");
  const hal = new Person("hal", () => shared);
  expect((await hal.say("1"))["text"]).toContain("How deep?");
});

test("forged, broken, foreign and oversized requests leave no talk", async () => {
  const eve = new Person("mallory");
  const good = eve.event("!advise start");
  const of = async (body: string | Json, where = path, headers = {}) => (await send(server, where, body, headers)).status;
  expect(await of({ ...good, token: `${token}x` })).toBe(401);
  expect(await of({ ...good, token: undefined })).toBe(401);
  expect(await of({ ...good, token: [token] })).toBe(401);
  expect(await of(JSON.stringify(good).slice(0, -1))).toBe(401);
  expect(await of("[".repeat(100_000))).toBe(401);
  expect(await of(good, `${path}x`)).toBe(404);
  expect(await of({ ...good, text: "x".repeat(300_000) })).toBe(413);
  expect(await of(good, path, { "content-type": "text/plain" })).toBe(415);
  const bot = await send(server, path, { ...good, bot: { i: "x" } });
  expect(bot).toEqual({ status: 200, text: "" });
});
