// Telegram against the real program: updates as they come and, with an emulated Bot API between, a client that taps keys.
import { readFileSync } from "node:fs";
import { createServer, request, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Bot, webhookCallback } from "grammy";
import TelegramServer from "telegram-test-api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { add_hook, post, type Posted, session_count, type_errors } from "./support/hooks.ts";
import { product_scripts, repository_path, Server } from "./support/server.ts";
import { eventually, within } from "./support/time.ts";

const secret = "tg_secret-Example_01";
const bot_token = "7770001:AbC-dE_f";
const sample = (name: string) =>
  JSON.parse(readFileSync(repository_path(`tests/fixtures/channels/telegram/${name}.json`), "utf8"));

/** Everything that the server has answered, for the check of types. */
const answers: Record<string, unknown>[] = [];
let last_id = 880_000_100;

class Person {
  // oxlint-disable-next-line no-explicit-any
  last: any;

  constructor(
    readonly server: Server,
    readonly path: string,
    readonly user = ++last_id,
    readonly chat = user,
  ) {}

  body(text: string, update_id = ++last_id): string {
    const in_group = this.chat !== this.user;
    const update = sample(in_group ? "update_group_reply" : "update_command");
    update.update_id = update_id;
    update.message.message_id = ++last_id;
    update.message.text = text;
    update.message.chat.id = this.chat;
    update.message.from.id = this.user;
    update.message.from.first_name = `<b>@anna${this.user}</b>`;
    return JSON.stringify(update);
  }

  send = (body: string, headers: Record<string, string | string[]> = {}): Promise<Posted> =>
    post(this.server, this.path, body, {
      "Content-Type": "application/json",
      "X-Telegram-Bot-Api-Secret-Token": secret,
      ...headers,
    });

  async take(body: string) {
    const answer = await this.send(body);
    expect(answer.status, answer.text).toBe(200);
    expect(answer.type).toMatch(/^application\/json/);
    const { json } = answer;
    answers.push(json);
    if (json.text !== undefined) {
      expect(json.text.length).toBeGreaterThan(0);
      expect(json.text.length).toBeLessThanOrEqual(4096);
    }
    this.last = json;
    return json;
  }

  say = (text: string) => this.take(this.body(text));
  press = (data: string) => {
    const update = sample("update_callback_query");
    update.update_id = ++last_id;
    const query = update.callback_query;
    query.data = data;
    query.from.id = this.user;
    query.message.chat.id = this.chat;
    query.message.chat.type = this.chat === this.user ? "private" : "supergroup";
    query.message.is_topic_message = this.chat !== this.user;
    return this.take(JSON.stringify(update));
  };

  // oxlint-disable-next-line no-explicit-any
  get keys(): any[] {
    return this.last.reply_markup.keyboard.flat();
  }
  tap(label: string) {
    const key = this.keys.find(({ text }) => text === label);
    if (!key) throw new Error(`no key ${label}: ${JSON.stringify(this.keys)}`);
    return this.say(key.text);
  }
  button(label: string): string {
    const found = this.last.reply_markup.inline_keyboard.flat().find(({ text }: { text: string }) => text.endsWith(label));
    if (!found) throw new Error(`no button ${label}: ${JSON.stringify(this.last.reply_markup)}`);
    return found.callback_data;
  }
}

let server: Server;
let path: string;
beforeAll(async () => {
  server = await Server.kinds();
  path = await add_hook(server, "telegram", secret);
});
afterAll(async () => void (await server.stop()));

const without_link = (text: string) => text.replace(/<a href="[^"]*">/, "");

describe("a whole talk", () => {
  test("by keys and by typed words has the same result", async () => {
    const taps = new Person(server, path);
    await taps.say("/start");
    expect(taps.last.text).toContain("<b>Question 1 of");
    await taps.tap("The left one");
    expect(taps.last.text).toContain("Left it is");
    await taps.tap("Flat");
    expect(taps.last.text).toContain("1. Red\n2. Green\n3. Blue");
    await taps.say("1 3");
    await taps.tap("A few");
    await taps.tap("Yes");
    await taps.tap("4");
    await taps.say("nothing <b>else</b>");
    expect(taps.last.text).toContain("Recommendation:");
    expect(taps.last.reply_markup).toEqual({ remove_keyboard: true });

    const types = new Person(server, path);
    for (const text of ["/advise", "/advise 1", "flat", "red and blue", "a few", "yes", "4", "nothing <b>else</b>"])
      await types.say(text);
    expect(without_link(types.last.text)).toBe(without_link(taps.last.text));
    expect(taps.last.text).toMatch(/<a href="https:\/\/advisor\.example\.org\/[^"]*">Full report<\/a>$/);
  });

  test("goes back, skips, changes, starts anew, tells where it stands and ends", async () => {
    const anna = new Person(server, path);
    await anna.say("/start");
    await anna.tap("The left one");
    await anna.tap("Back");
    expect(anna.last.text).toContain("Which one");
    await anna.tap("The left one");
    await anna.tap("Skip");
    expect(anna.last.text).toContain("Which of these");
    await anna.tap("None of these");
    expect(anna.last.text).toContain("How many");
    await anna.tap("I don't know");
    expect(anna.last.text).toContain("Are you sure");
    expect((await anna.say("/status")).text).toContain("<b>Pick:</b> The left one");
    expect((await anna.say("/help")).text).toContain("restart");
    await anna.say("/change 1");
    expect(anna.last.text).toContain("Which one");
    await anna.tap("The right one");
    await anna.say("/restart");
    expect(anna.last.text).toContain("Question 1 of");
    await anna.tap("Cancel");
    expect(anna.last.text).toContain("Ended");
    expect(anna.last.reply_markup).toEqual({ remove_keyboard: true });
  });

  test("moves to another tool by a code, and the address beside it can be pressed", async () => {
    const anna = new Person(server, path);
    await anna.say("/start");
    await anna.tap("The left one");
    await anna.say("/code");
    const [, code = ""] = /<a href="https:\/\/advisor\.example\.org\/\?code=([A-Z0-9-]+)">this page<\/a>/.exec(anna.last.text) ?? [];
    const ben = new Person(server, path);
    await ben.say(`/start join_${code}`);
    expect(ben.last.text).toContain("How deep");
    await ben.say(`/start join_${code}`);
    expect(ben.last.text, "it works once").toContain("There is no such code");
  });

  test("in a group's topic answers there, to the person", async () => {
    const anna = new Person(server, path, ++last_id, -1_001_234_567_890);
    await anna.say("/advise@advisor_example_bot");
    expect(anna.last.chat_id).toBe(-1_001_234_567_890);
    expect(anna.last.message_thread_id).toBe(12);
    expect(anna.last.reply_markup.selective).toBe(true);
    await anna.tap("The left one");
    await anna.tap("Deep");
    expect(anna.last.reply_markup.force_reply).toBe(true);
    const ben = new Person(server, path, ++last_id, anna.chat);
    await ben.say("/advise");
    expect(ben.last.text, "a talk of his own").toContain("Which one");
    await anna.say("2");
    expect(anna.last.text).toContain("How many");
  });

  test("in a shared talk everybody answers, and names cannot mention anybody", async () => {
    const shared = await add_hook(server, "telegram", secret, { shared: true });
    const anna = new Person(server, shared, ++last_id, -1_001_234_567_891);
    await anna.say("/advise");
    const ben = new Person(server, shared, ++last_id, anna.chat);
    await ben.say("The left one");
    expect(ben.last.text).toContain("How deep");
    expect(ben.last.text).not.toContain("@anna");
    expect(ben.last.text).not.toContain("<b>@");
  });
});

test("with the bot's token, by buttons: several picks are ticked one by one", async () => {
  const called: { url: string | undefined; id: string }[] = [];
  const bot_api = createServer((incoming, response) => {
    let text = "";
    incoming.on("data", (part: Buffer) => (text += part.toString()));
    incoming.on("end", () => {
      called.push({ url: incoming.url, id: JSON.parse(text).callback_query_id });
      response.end('{"ok":true,"result":true}');
    });
  });
  await new Promise<void>((resolve) => bot_api.listen(0, "127.0.0.1", resolve));
  const api_url = `http://127.0.0.1:${(bot_api.address() as AddressInfo).port}`;
  const options = { api_url, allowed_hosts: "127.0.0.1" };
  const buttons = await add_hook(server, "telegram", `${secret} ${bot_token}`, { options });
  const anna = new Person(server, buttons);
  await anna.say("/start");
  const old = anna.button("The right one");
  await anna.press(anna.button("The left one"));
  expect(anna.last.method).toBe("editMessageText");
  await anna.press(old);
  expect(anna.last.text, "a stale press").toContain("How deep");
  await anna.press(anna.button("Deep"));
  await anna.press(anna.button("Red"));
  await anna.press(anna.button("Blue"));
  await anna.press(anna.button("Red"));
  expect(anna.button("Blue")).toBe(anna.last.reply_markup.inline_keyboard[2][0].callback_data);
  expect(anna.last.reply_markup.inline_keyboard[2][0].text).toBe("☑ Blue");
  expect(anna.last.reply_markup.inline_keyboard[0][0].text).toBe("☐ Red");
  const ben = new Person(server, buttons, ++last_id, anna.chat);
  const refused = await ben.press(anna.button("Continue"));
  expect(refused.method).toBe("answerCallbackQuery");
  await anna.press(anna.button("Continue"));
  expect(anna.last.text).toContain("How many");
  expect((await anna.say("status")).text).toContain("<b>Several:</b> Blue");
  const calls = await eventually("a call for each press that was taken", async () => (called.length >= 7 ? called : undefined));
  expect(calls).toHaveLength(7);
  for (const call of calls) expect(call).toEqual({ url: `/bot${bot_token}/answerCallbackQuery`, id: "23842000111222333" });
  expect(server.log).not.toContain(bot_token);
  bot_api.close();
});

describe("deliveries", () => {
  test("the same one, also at once, is one step with one answer", async () => {
    const anna = new Person(server, path);
    await anna.say("/start");
    const body = anna.body("The left one");
    const [first, ...others] = await Promise.all(Array.from({ length: 8 }, () => anna.send(body)));
    for (const other of others) expect(other.text).toBe(first?.text);
    expect((await anna.say("/status")).text).toContain("Answered so far: 1 of");
  });

  test("without the secret are refused with 401, and leave nothing", async () => {
    const anna = new Person(server, path);
    const before = await session_count(server);
    const body = anna.body("/start");
    for (const wrong of ["tg_secret-Example_02", "", secret.toUpperCase(), `${secret}x`, [secret, secret]])
      expect((await anna.send(body, { "X-Telegram-Bot-Api-Secret-Token": wrong })).status).toBe(401);
    const plain = await post(server, path, body, { "Content-Type": "application/json" });
    expect(plain.status).toBe(401);
    expect(await session_count(server)).toBe(before);
    expect((await anna.send(body)).status, "with it, the same is taken").toBe(200);
    expect(await session_count(server)).toBe(before + 1);
  });

  test("that are authentic and of no use are acknowledged, so that none is repeated", async () => {
    const anna = new Person(server, path);
    for (const body of ["{", "[]", "", '{"update_id":1}', '{"update_id":2,"message":null}']) {
      const answer = await anna.send(body);
      expect([answer.status, answer.text], body).toEqual([200, ""]);
    }
    expect((await anna.send(`"${"x".repeat(300_000)}"`)).status).toBe(413);
  });

  test("grammY refuses and takes the same requests", async () => {
    const bot = new Bot(bot_token, { botInfo: { id: 7770001, is_bot: true, first_name: "A", username: "a_bot" } as never, client: { canUseWebhookReply: () => true } });
    bot.on("message", (context) => context.reply("ok"));
    const handler = webhookCallback(bot, "http", { secretToken: secret });
    const theirs = createServer((incoming, response) => void handler(incoming, response));
    await new Promise<void>((resolve) => theirs.listen(0, "127.0.0.1", resolve));
    const other = { port: (theirs.address() as AddressInfo).port } as Server;
    const anna = new Person(server, path);
    for (const [given, status] of [[secret, 200], ["wrong", 401]] as const) {
      const headers = { "Content-Type": "application/json", "X-Telegram-Bot-Api-Secret-Token": given };
      const body = anna.body("/start");
      const [ours, grammy] = await Promise.all([post(server, path, body, headers), post(other, "/", body, headers)]);
      expect([ours.status, grammy.status]).toEqual([status, status]);
      if (status === 200) expect(Object.keys(ours.json)).toEqual(expect.arrayContaining(Object.keys(JSON.parse(grammy.text))));
    }
    theirs.close();
  });
});

/** Adds the secret's header, which the emulator does not send, and makes the call in the answer, which it ignores. */
async function relay(to: Server, hook: string, bot_api: () => string): Promise<HttpServer> {
  const between = createServer((incoming, response) => {
    const parts: Buffer[] = [];
    incoming.on("data", (part: Buffer) => parts.push(part));
    incoming.on("end", () => {
      void (async () => {
        const answer = await post(to, hook, Buffer.concat(parts), {
          "Content-Type": "application/json",
          "X-Telegram-Bot-Api-Secret-Token": secret,
        });
        response.end("{}");
        if (!answer.json) return;
        const { method, ...fields } = answer.json;
        const call = request(`${bot_api()}/bot${bot_token}/${method}`, {
          method: "POST",
          headers: { "Content-Type": "application/json" },
          agent: false,
        });
        call.on("response", (given) => given.resume());
        call.on("error", () => {});
        call.end(JSON.stringify(fields));
      })();
    });
  });
  await new Promise<void>((resolve) => between.listen(0, "127.0.0.1", resolve));
  return between;
}

test("a client of the emulated Bot API talks the whole talk", async () => {
  const emulator = new TelegramServer({ port: 0, host: "127.0.0.1", protocol: "http" } as never);
  const free = createServer();
  await new Promise<void>((resolve) => free.listen(0, "127.0.0.1", resolve));
  const port = (free.address() as AddressInfo).port;
  await new Promise((resolve) => free.close(resolve));
  emulator.config.port = port;
  (emulator.config as { apiURL?: string }).apiURL = `http://127.0.0.1:${port}`;
  await emulator.start();
  const between = await relay(server, path, () => `http://127.0.0.1:${port}`);
  try {
    emulator.setWebhook({ url: `http://127.0.0.1:${(between.address() as AddressInfo).port}/` }, bot_token);
    const client = emulator.getClient(bot_token, { timeout: 20_000, userId: 4242, chatId: 4242, type: "private" } as never);
    let seen = 0;
    const answer_to = async (text: string) => {
      const message = text.startsWith("/") ? client.makeCommand(text) : client.makeMessage(text);
      await (text.startsWith("/") ? client.sendCommand(message as never) : client.sendMessage(message as never));
      return await eventually(`an answer to ${text}`, async () => {
        const history = emulator.storage.botMessages;
        if (history.length <= seen) return undefined;
        seen = history.length;
        return (history.at(-1) as { message: { text: string } }).message.text;
      });
    };
    expect(await answer_to("/start")).toContain("Which one");
    expect(await answer_to("The left one")).toContain("How deep");
    expect(await answer_to("Flat")).toContain("Which of these");
    expect(await answer_to("1 3")).toContain("How many");
    expect(await answer_to("Many")).toContain("Are you sure");
    expect(await answer_to("No")).toContain("How good");
    expect(await answer_to("5")).toContain("Anything else");
    expect(await answer_to("no, thank you very much")).toContain("Recommendation");
  } finally {
    between.close();
    await within("the emulator's end", emulator.stop());
  }
});

test("the real recommendations fit", async () => {
  const product = await Server.start({ flags: ["--scripts", product_scripts] });
  const product_path = await add_hook(product, "telegram", secret);
  for (const choose of [0, 1, 2]) {
    const anna = new Person(product, product_path);
    await anna.say("/start");
    for (let left = 40; !anna.last.reply_markup.remove_keyboard; left--) {
      if (left === 0) throw new Error("40 questions and no end");
      const keyboard = anna.last.reply_markup.keyboard;
      const typed = keyboard[0][0].text === "None of these";
      await anna.say(typed ? "1 2" : keyboard[choose % (keyboard.length - 1)][0].text);
    }
    expect(anna.last.text).toContain("Hiring plan");
    expect(anna.last.text).toMatch(/Full report<\/a>$/);
  }
  await product.stop();
});

test("every answer is of the type of its method", () => {
  const imports = `import type { ApiMethods } from "@grammyjs/types";
type Call = { [M in "sendMessage" | "editMessageText" | "answerCallbackQuery"]: { method: M } & Parameters<ApiMethods<unknown>[M]>[0] };
type Reply = Call[keyof Call];`;
  expect(new Set(answers.map(({ method }) => method)).size).toBe(3);
  expect(type_errors(imports, "Reply", answers)).toBe("");
  expect(type_errors(imports, "Reply", [{ method: "sendMessage", chat_id: 1, txt: "x" }])).toContain("txt");
});
