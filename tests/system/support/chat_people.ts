// Somebody who types in each chat tool: what the tool would send for it, and the texts that it would show of the answer.
import { createHmac, generateKeyPairSync, randomUUID, sign } from "node:crypto";
import { add_hook, fixture, type Json, Receiver, send, vendor } from "./chat_hook.ts";
import type { Server } from "./server.ts";

/** How a text is read by the tool. */
export type Format = "markdown" | "html" | "mrkdwn" | "rocketchat" | "plain";

export interface Shown {
  format: Format;
  text: string;
}

export interface Person {
  /** Types the words, as somebody with that name; what comes back is the answer as the tool gets it. */
  say(words: string): Promise<Json>;
  /** Every text of an answer that people see. */
  shown(answer: Json): Shown[];
  leave?(): void;
}

/** A person of each tool in one place of it, by a hook that is added with these flags. */
export type Entrance = (server: Server, name: string, ...flags: string[]) => Promise<Person>;

const texts = (format: Format, ...found: unknown[]): Shown[] =>
  found.flat(3).flatMap((text) => (typeof text === "string" && text ? [{ format, text }] : []));
const answered = async (sent: Promise<{ status: number; text: string }>): Promise<Json> => {
  const { status, text } = await sent;
  if (status !== 200) throw new Error(`answered with ${status}: ${text}`);
  return text ? (JSON.parse(text) as Json) : {};
};
const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
const list = (value: unknown): Json[] => (value ?? []) as Json[];
const form = { "content-type": "application/x-www-form-urlencoded" };
const seconds = () => String(Math.floor(Date.now() / 1000));
let count = 100_000;

const slack: Entrance = async (server, name, ...flags) => {
  const secret = "8f742231b10e8888abcd99example00";
  const path = `${await add_hook(server, "slack", secret, ...flags)}/command`;
  return {
    say: (text) => {
      const fields = { ...fixture("slack/slash_command"), text, user_name: name, trigger_id: randomUUID() };
      const body = new URLSearchParams(fields as Record<string, string>).toString();
      const at = seconds();
      const digest = createHmac("sha256", secret).update(`v0:${at}:${body}`).digest("hex");
      const signed = { ...form, "x-slack-request-timestamp": at, "x-slack-signature": `v0=${digest}` };
      return answered(send(server, path, body, signed));
    },
    shown: (answer) => {
      const parts = list(answer["blocks"]).flatMap((block) => [block["text"], ...list(block["elements"])]);
      const told = parts.filter((part) => typeof part?.text === "string");
      return [
        ...texts("mrkdwn", answer["text"], told.filter((part) => part.type === "mrkdwn").map((part) => part.text)),
        ...texts("plain", told.filter((part) => part.type === "plain_text").map((part) => part.text)),
      ];
    },
  };
};

const mattermost: Entrance = async (server, name, ...flags) => {
  const token = "qzgakf1nx3yt9dr4n8585ihbxy";
  const path = `${await add_hook(server, "mattermost", token, ...flags)}/command`;
  return {
    say: (text) => {
      const fields = { ...fixture("mattermost/slash_command"), token, text, user_name: name, trigger_id: randomUUID() };
      const body = new URLSearchParams(fields as Record<string, string>).toString();
      return answered(send(server, path, body, form));
    },
    shown: (answer) => {
      const cards = list(answer["attachments"]);
      const fields = cards.flatMap((card) => list(card["fields"]));
      return texts(
        "markdown",
        answer["text"],
        cards.map((card) => [card["title"], card["text"], card["fallback"]]),
        fields.map((field) => [field["title"], field["value"]]),
      );
    },
  };
};

const discord: Entrance = async (server, name, ...flags) => {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const key = publicKey.export({ format: "der", type: "spki" }).subarray(-32).toString("hex");
  const path = await add_hook(server, "discord", key, ...flags);
  return {
    say: (value) => {
      const body = fixture("discord/command");
      body["id"] = String(200_000_000_000_000_000n + BigInt((count += 1)));
      body["member"].user.global_name = name;
      body["data"].options[0].value = value;
      const text = JSON.stringify(body);
      const at = seconds();
      const signature = sign(null, Buffer.from(at + text), privateKey).toString("hex");
      return answered(send(server, path, text, { "x-signature-ed25519": signature, "x-signature-timestamp": at }));
    },
    shown: ({ data }) => {
      const embeds = list(data.embeds);
      const fields = embeds.flatMap((embed) => list(embed["fields"]));
      return texts(
        "markdown",
        data.content,
        embeds.map((embed) => [embed["title"], embed["description"]]),
        fields.map((field) => [field["name"], field["value"]]),
      );
    },
  };
};

const telegram: Entrance = async (server, name, ...flags) => {
  const secret = "tg_secret-Example_01";
  const path = await add_hook(server, "telegram", secret, ...flags);
  return {
    say: (text) => {
      const body = fixture("telegram/update_command");
      body["update_id"] = count += 1;
      Object.assign(body["message"], { message_id: count, text, entities: [] });
      body["message"].from.first_name = name;
      return answered(send(server, path, body, { "x-telegram-bot-api-secret-token": secret }));
    },
    shown: (answer) => texts("html", answer["text"]),
  };
};

const teams: Entrance = async (server, name, ...flags) => {
  const secret = "vqF0En+Z0ucuRTM/01o2GuhMH3hKKk/N2bOmlM31zaA=";
  const path = await add_hook(server, "teams", secret, ...flags);
  const blocks = (value: unknown): string[] => {
    if (Array.isArray(value)) return value.flatMap(blocks);
    if (typeof value !== "object" || value === null) return [];
    return Object.entries(value).flatMap(([key, inner]) =>
      ["text", "title", "value"].includes(key) && typeof inner === "string" ? [inner] : blocks(inner),
    );
  };
  return {
    say: (words) => {
      const text = `<at>Advisor</at>&nbsp;${escaped(words)}\n`;
      const body = { ...fixture("teams/outgoing_webhook"), id: String((count += 1)), timestamp: new Date().toISOString(), text };
      const from = { ...(body as Json)["from"], name };
      const bytes = JSON.stringify({ ...body, from });
      const digest = createHmac("sha256", Buffer.from(secret, "base64")).update(bytes).digest("base64");
      return answered(send(server, path, bytes, { authorization: `HMAC ${digest}` }));
    },
    shown: (answer) => texts("markdown", answer["text"], list(answer["attachments"]).map((one) => blocks(one["content"]))),
  };
};

const google_chat: Entrance = async (server, name, ...flags) => {
  const jws = vendor("jws") as { sign: (options: Json) => string };
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const keys = JSON.stringify({ k1: publicKey.export({ type: "spki", format: "pem" }) });
  const path = await add_hook(server, "google-chat", keys, "--option", "audience=1234567890", ...flags);
  const at = Number(seconds());
  const payload = { iss: "chat@system.gserviceaccount.com", aud: "1234567890", iat: at, exp: at + 3600 };
  const key = privateKey.export({ type: "pkcs8", format: "pem" });
  const token = jws.sign({ header: { alg: "RS256", kid: "k1" }, payload, privateKey: key });
  return {
    say: (words) => {
      const event = fixture("google_chat/message");
      event["message"].name = `spaces/A/messages/${(count += 1)}`;
      event["message"].argumentText = ` ${words}`;
      event["user"].displayName = name;
      return answered(send(server, path, event, { authorization: `Bearer ${token}` }));
    },
    shown: (answer) => {
      const cards = list(answer["cardsV2"]).map((one) => one["card"]);
      const widgets = cards.flatMap((card) => list(card.sections).flatMap((section) => list(section["widgets"])));
      return [
        ...texts("mrkdwn", answer["text"]),
        ...texts("plain", cards.map((card) => [card.header?.title, card.header?.subtitle])),
        ...texts("html", widgets.map((widget) => [widget["textParagraph"]?.text, widget["decoratedText"]?.text])),
      ];
    },
  };
};

const rocketchat: Entrance = async (server, name, ...flags) => {
  const token = "rcExampleToken00000000aa";
  const path = await add_hook(server, "rocketchat", token, ...flags);
  return {
    say: (words) => {
      const more = { text: `!advise ${words}`, message_id: `m${(count += 1)}`, user_name: name, token };
      return answered(send(server, path, { ...fixture("rocketchat/outgoing"), ...more }));
    },
    shown: (answer) => {
      const fields = list(answer["attachments"]).flatMap((one) => list(one["fields"]));
      return texts("rocketchat", answer["text"], fields.map((field) => [field["title"], field["value"]]));
    },
  };
};

const zulip: Entrance = async (server, name, ...flags) => {
  const token = "xvExampleZulipBotToken0000000000";
  const path = await add_hook(server, "zulip", token, ...flags);
  return {
    say: (words) => {
      const body = fixture("zulip/outgoing");
      const content = `@**Advisor** ${words}`;
      Object.assign(body["message"], { id: (count += 1), content, sender_full_name: name });
      return answered(send(server, path, { ...body, token, data: content }));
    },
    shown: (answer) => texts("markdown", answer["content"]),
  };
};

/** What is said in the response elsewhere is a call of the server here. */
const matrix: Entrance = async (server, _name, ...flags) => {
  const bridge = await Receiver.start();
  const path = await add_hook(server, "matrix", `tok1\ninbound_url: ${bridge.url}/webhook/abc`, ...flags);
  return {
    say: async (words) => {
      const [event] = fixture("matrix/transaction")["events"];
      const content = { ...event.content, body: `!advise ${words}` };
      const body = { ...event, event_id: `$e${(count += 1)}:example.org`, content };
      await answered(send(server, path, body, { "x-matrix-hookshot-token": "tok1" }, "PUT"));
      return (await bridge.next()).json;
    },
    shown: (answer) => [...texts("markdown", answer["text"]), ...texts("html", answer["html"])],
    leave: () => bridge.stop(),
  };
};

const xmpp: Entrance = async (server, _name, ...flags) => {
  const jabber = await Receiver.start();
  const options = ["--option", "jid=advisor@example.org", "--option", `api_url=${jabber.url}`];
  const path = await add_hook(server, "xmpp", "sec1", ...options, ...flags);
  return {
    say: async (words) => {
      const stanza =
        `<message xml:lang='en' to='team@rooms.example.org' from='anna@example.org/1' type='groupchat' id='i${(count += 1)}' ` +
        `xmlns='jabber:client'><body>!advise ${escaped(words)}</body></message>`;
      await answered(send(server, `${path}?token=sec1`, stanza, { "content-type": "text/xml" }));
      return (await jabber.next()).json;
    },
    shown: (answer) => texts("mrkdwn", answer["body"]),
    leave: () => jabber.stop(),
  };
};

export const entrances: Record<string, Entrance> = {
  slack,
  mattermost,
  discord,
  telegram,
  teams,
  "google-chat": google_chat,
  rocketchat,
  zulip,
  matrix,
  xmpp,
};
