// What lands in a team's chat: the posts of the real server to every kind of incoming webhook, held against the vendors' own
// parsers and limits. What a person typed is in them, and works nowhere.
import { EmbedBuilder } from "@discordjs/builders";
import { parse as parse_rocketchat } from "@rocket.chat/message-parser";
import { AdaptiveCard } from "adaptivecards";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Receiver } from "./support/receiver.ts";
import { run, Server, temporary_folder } from "./support/server.ts";
import { Talker } from "./support/talker.ts";

const folder = temporary_folder();
const kinds = ["slack", "mattermost", "discord", "teams", "google-chat", "rocketchat", "zulip"] as const;
type Kind = (typeof kinds)[number];

/** Each at most 50 characters long, which the question allows. */
const hostile = [
  "@channel @here @everyone @all @anna #general",
  "<!channel> <@U0001ANNA> <#C0002TEAM> <users/all>",
  "<https://evil.example|click> &lt;b&gt;",
  "[click](https://evil.example) http://evil.example",
  "**bold** __b__ *b* _i_ ~s~ ~~s~~ ||s|| ",
  "`code` ``` block ``` `",
  "# heading > quote - list 1. one",
  "<at>Anna</at> <b>b</b> <script>x()</script>",
  "@**all** @_**Anna|12** #**channel**",
  "www.evil.example evil.example mailto:a@b.example",
  ":smile: :tada: \\@all \\\\*x*",
  "$$ \\( \\) |a|b| {{x}} \"q\" 'q'",
  "\u202edrowssap \u2066x\u2069 e\u0301\u0301\u0301",
];

/** Every text in a JSON value. */
function* texts(value: unknown): Generator<string> {
  if (typeof value === "string") yield value;
  else if (value !== null && typeof value === "object") for (const part of Object.values(value)) yield* texts(part);
}

/** Only the letters: what is left when every escape is gone. */
const letters = (text: string) => text.replaceAll(/&(amp;)*(amp|lt|gt|quot);/g, "").replaceAll(/[^a-zA-Z]/g, "");

// oxlint-disable-next-line no-explicit-any -- the shapes are the vendors', and checked by their code
const json = (text: string) => JSON.parse(text) as any;

describe("posts", () => {
  let server: Server;
  let receiver: Receiver;
  beforeAll(async () => {
    receiver = await Receiver.open();
    server = await Server.kinds({ flags: ["--public-url", "https://advice.example.org"] });
    for (const kind of kinds) {
      const file = join(folder.path, kind);
      writeFileSync(file, receiver.url(`/${kind}`));
      const words = ["webhook", "add", kind, "--url-file", file, "--allow-host", "127.0.0.1", "--data", server.data];
      expect(await run([...words, "--id", kind])).toMatchObject({ code: 0, err: "" });
    }
  });
  afterAll(async () => {
    await server.stop();
    await receiver.close();
    folder.remove();
  });

  /** The posts of one talk, in which somebody typed `typed`. */
  async function posts_of(typed: string): Promise<Record<Kind, { text: string; headers: Record<string, string> }>> {
    const talker = await Talker.start(server);
    await talker.answer_all("words");
    await talker.answer(typed);
    const posts: Record<string, { text: string; headers: Record<string, string> }> = {};
    while (Object.keys(posts).length < kinds.length) {
      const { path, body, headers } = await receiver.next();
      posts[path.slice(1)] = { text: body, headers };
    }
    await talker.close();
    return posts as Record<Kind, { text: string; headers: Record<string, string> }>;
  }

  describe.each(hostile)("with %j typed by a person", (typed) => {
    let posts: Awaited<ReturnType<typeof posts_of>>;
    beforeAll(async () => {
      posts = await posts_of(typed);
    });

    test("are JSON in UTF-8, unsigned, minified, with the recommendation and the report", () => {
      for (const kind of kinds) {
        const { text, headers } = posts[kind];
        expect(headers["content-type"], kind).toBe("application/json");
        expect(headers["webhook-signature"], kind).toBeUndefined();
        expect(JSON.stringify(json(text)), kind).toBe(text);
        expect(text, kind).toContain("First");
        expect(letters(text), kind).toContain(letters(typed));
        expect(text, kind).toContain("https://advice.example.org/r/");
        expect(text, `${kind}: no mark that turns the direction of text`).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
      }
    });

    test("for Slack: all but the report's link is plain text, within the limits", () => {
      const { text, blocks, mrkdwn } = json(posts.slack.text);
      expect(mrkdwn).toBe(false);
      expect(text).not.toMatch(/[<>]|@(?!\u200b)/);
      expect(blocks.length).toBeLessThanOrEqual(50);
      for (const block of blocks) {
        if (block.type === "header") expect(block.text.text.length).toBeLessThanOrEqual(150);
        if (block.fields) expect(block.fields.length).toBeLessThanOrEqual(10);
        for (const part of [block.text, ...(block.fields ?? [])].filter(Boolean)) {
          expect(part.text.length).toBeLessThanOrEqual(block.fields ? 2000 : 3000);
          if (part.type === "mrkdwn")
            expect(part.text).toMatch(/^<https:\/\/advice\.example\.org\/r\/\w+\|Full report>$/);
          else expect(part).toMatchObject({ type: "plain_text", emoji: false });
        }
      }
    });

    test("for Discord: the builder takes the embed, and nobody is mentioned", () => {
      const post = json(posts.discord.text);
      expect(post.allowed_mentions).toEqual({ parse: [] });
      expect(post.content.length).toBeLessThanOrEqual(2000);
      for (const embed of post.embeds) {
        const built = new EmbedBuilder(embed).toJSON();
        const size = [built.title, built.description, ...(built.fields ?? []).flatMap((f) => [f.name, f.value])];
        expect(size.join("").length).toBeLessThanOrEqual(6000);
      }
      const value = post.embeds[0].fields.find((field: { name: string }) => field.name === "Words").value;
      expect(value).toMatch(/^`[^`\n]*`$/);
    });

    test("for Teams: the card is valid, and what was typed reads as typed", () => {
      const [attachment] = json(posts.teams.text).attachments;
      expect(attachment.contentType).toBe("application/vnd.microsoft.card.adaptive");
      const card = new AdaptiveCard();
      card.parse(attachment.content);
      const { validationEvents } = card.validateProperties();
      expect(validationEvents).toEqual([]);
      expect(posts.teams.text.length).toBeLessThan(21_000);
      const { value } = attachment.content.body
        .find((part: { type: string }) => part.type === "FactSet")
        .facts.find((fact: { title: string }) => fact.title === "Words");
      // Every character that Markdown knows has a backslash; what it stands for is the text without gaps.
      expect(value.replaceAll(/\\[\\*_~`#|[\]()<>@:-]/g, "")).not.toMatch(/[*_~`#|[\]()<>@]/);
    });

    test("for Rocket.Chat: its own parser finds no mention, link or mark in what was typed", () => {
      const [attachment] = json(posts.rocketchat.text).attachments;
      const { value } = attachment.fields.find((field: { title: string }) => field.title === "Words");
      const found = JSON.stringify(parse_rocketchat(value, { colors: true, emoticons: true }));
      const types = [...found.matchAll(/"type":"(\w+)"/g)].map(([, type]) => type);
      expect(new Set(types)).toEqual(new Set(["PARAGRAPH", "INLINE_CODE", "PLAIN_TEXT"]));
    });

    test("for Mattermost and Zulip: it is inline code without a way out", () => {
      const [attachment] = json(posts.mattermost.text).attachments;
      const { value } = attachment.fields.find((field: { title: string }) => field.title === "Words");
      expect(value).toMatch(/^`[^`\n]*`$/);
      expect(value).not.toMatch(/<(?!\u200b)|@(?!\u200b)/);
      const line = (json(posts.zulip.text).text as string).split("\n").find((text) => text.startsWith("- Words: "));
      expect(line).toMatch(/^- Words: `[^`]*`$/);
      expect(line).not.toMatch(/@(?!\u200b)|#(?!\u200b)|<(?!\u200b)/);
    });

    test("for Google Chat: it is escaped HTML in a card, in the session's own thread", () => {
      const post = json(posts["google-chat"].text);
      expect(post.thread.threadKey).toMatch(/^advisor-\w+$/);
      expect(Buffer.byteLength(posts["google-chat"].text)).toBeLessThan(32_000);
      const shown = [...texts(post.cardsV2)].filter((text) => text.includes("Words"));
      expect(shown).toHaveLength(1);
      expect(shown[0]?.replaceAll(/<\/?b>/g, "").replaceAll(/&(amp|lt|gt|quot);/g, "")).not.toMatch(/[<>&]/);
    });
  });

  test("a test message reaches each kind", async () => {
    for (const kind of kinds) {
      expect(await run(["webhook", "test", kind, "--data", server.data])).toMatchObject({ code: 0, err: "" });
      const { path, body } = await receiver.next();
      expect(path).toBe(`/${kind}`);
      expect(body).toContain("This webhook of the advisor works");
    }
  });
});
