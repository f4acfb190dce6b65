// What people type calls nobody, breaks no markup and plants no link in any chat tool. Each hostile text goes through a whole talk, and
// so does a harmless one of the same place: what a reader can press, and what is set off from the text, must be the same for both.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Json, vendor } from "./support/chat_hook.ts";
import { entrances, type Format, type Person, type Shown } from "./support/chat_people.ts";
import { Server } from "./support/server.ts";

interface Token {
  type: string;
  content: string;
  attrs: [string, string][] | null;
  children: Token[] | null;
}
const MarkdownIt = vendor("markdown-it") as new (options: object) => {
  parse: (text: string, env: object) => Token[];
  linkify: { match: (text: string) => { url: string }[] | null };
};
const { parse: parse_rocketchat } = vendor("@rocket.chat/message-parser") as { parse: (text: string, options: object) => unknown };
const markdown = new MarkdownIt({ html: true, linkify: true });

/** At most 50 characters each: the question for free text takes no more. */
const hostile: Record<string, string> = {
  "Slack's everybody": "evil <!channel> <!here> <!everyone>",
  "Slack's people": "evil <@U0003ANNA> <#C0002TEAM> <!subteam^S1>",
  "Slack's links": "evil <https://evil.com|Click here>",
  everybody: "evil @everyone @here @channel @all @room",
  "Discord's ids": "evil <@123> <@!123> <@&5> <#77> <t:1:R> <:x:1>",
  "Zulip's mentions": "evil @**all** @_**Anna** #**general** @*team*",
  "Matrix's people": "evil @anna:example.org #room:example.org",
  "a pill": "evil https://matrix.to/#/@anna:example.org",
  "Teams' mentions": "evil <at>Anna</at> <at id=0>all</at>",
  "a Telegram user": "evil <a href=\"tg://user?id=5\">x</a> t.me/evil",
  commands: "evil /cancel /start@bot $EVIL #evil",
  "a link in Markdown": "evil [click](https://evil.com) ![i](//evil.com)",
  "a reference": "evil [x][1]\n\n[1]: https://evil.com",
  "an automatic link": "evil <https://evil.com> <mailto:e@evil.com>",
  addresses: "evil https://evil.com www.evil.com evil.com/x",
  "other addresses": "evil me@evil.com xmpp:e@evil.com HTTP://EVIL.COM",
  "our own address, nearly": "evil http://127.0.0.1:8080.evil.com/r/x",
  "bold and italic": "evil **bold** *b* __u__ _it_ ***x***",
  "struck and hidden": "evil ~~gone~~ ~g~ ||spoiler|| |x|",
  code: "evil `code` ``c`` ```block``` $$x$$ $y$",
  "a code block": "evil\n```js\nevil()\n```",
  "an indented block": "evil\n\n    evil()",
  headings: "evil\n# head\n## head\nevil\n====",
  quotes: "evil\n> quote\n>>> more\n\u2014",
  lists: "evil\n- one\n* two\n1. three\n+ four\n-# small",
  "a table": "evil\n| a | b |\n| - | - |\n| c | d |",
  html: "evil <b>x</b><script>evil()</script><img src=x>",
  "what ends a tag": 'evil "> </b></a></i> \' --> ]]> <!-- x',
  entities: "evil &lt;b&gt; &#64;all &amp;amp; &commat;here",
  backslashes: "evil \\*x\\* \\[l\\](https://evil.com) \\\\",
  "marks that are left open": "evil ** _ ~~ ` [ ( < ||",
  "turning marks": "evil \u202egro.live\u202c \u2066x\u2069 \u200f",
  "hidden characters": "evil @\u200ball ht\u200btps://evil.com *\u200bx\u200b*",
  emoji: "evil :smile: :+1: :tada:",
  "an out-of-band address": "evil <x xmlns='jabber:x:oob'><url>x</url></x>",
};
const harmless = "evil harmless words";

const linked = (text: string): string[] => (markdown.linkify.match(text) ?? []).map(({ url }) => `link ${url}`);
/** A mention, a channel, a command or an emoji that a client makes of plain text. */
const called = (text: string): string[] =>
  [...text.matchAll(/@(?=[\p{L}\p{N}*_])|#(?=[\p{L}\p{N}*])|<(?=[@#!:at])|(?<![\p{L}\p{N}]):[a-z_+][\w+]*:/gu)].map(([sign]) => `call ${sign}`);
const marked = (text: string): string[] =>
  [...text.matchAll(/(?<![\p{L}\p{N}\\])([*_~`])(?=\S)([^\n]*?\S)\1(?![\p{L}\p{N}])/gu)].map(([, mark]) => `mark ${mark}`);

/** HTML has no emoji by name, and `<` as an entity is only a sign. */
function html(text: string): string[] {
  const tags = text.match(/<[^<>]*>/g) ?? [];
  const plain = text.replaceAll(/<[^<>]*>/g, "\n").replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&amp;", "&");
  return [...tags.filter((tag) => tag !== "<br>"), ...linked(plain), ...called(plain.replaceAll(/[<:]/g, " "))];
}

function commonmark(text: string): string[] {
  const found: string[] = [];
  const read = (token: Token): void => {
    if (token.children) token.children.forEach(read);
    else if (!/^(text|text_special|softbreak|hardbreak|paragraph_.*|inline)$/.test(token.type)) found.push(token.type, ...(token.attrs ?? []).map(String));
  };
  markdown.parse(text, {}).forEach(read);
  const unescaped = text.replaceAll(/\\[^\p{L}\p{N}\s]/gu, "x");
  if (/\|\||~~/.test(unescaped)) found.push("Discord's and Zulip's own marks");
  if (/&(#\w+|\w+);/.test(unescaped)) found.push("an entity");
  return [...found, ...called(unescaped)];
}

/** Slack's, Google's and XEP-0393's: no escape but entities. */
function mrkdwn(text: string): string[] {
  const controls = text.match(/<[^<>\u200b][^<>]*>/g) ?? [];
  const lines = text.split("\n").filter((line) => /^(&gt;|>|```)/.test(line));
  const rest = text.replaceAll(/<[^<>]*>/g, "x").replaceAll(/&(lt|gt|amp);/g, "x");
  return [...controls, ...lines, ...marked(rest), ...linked(rest), ...called(rest)];
}

function rocketchat(text: string): string[] {
  const found: string[] = [];
  const walk = (node: unknown): void => {
    if (Array.isArray(node)) return node.forEach(walk);
    if (typeof node !== "object" || node === null) return;
    const { type, value } = node as { type?: string; value?: Json };
    if (type === "LINK") found.push(`link ${String(value?.["src"]?.value)}`);
    else if (type && !/^(PLAIN_TEXT|PARAGRAPH|LINE_BREAK)$/.test(type)) found.push(type);
    Object.values(node).forEach(walk);
  };
  walk(parse_rocketchat(text, { colors: true, emoticons: true, katex: { dollarSyntax: true, parenthesisSyntax: true } }));
  return found;
}

const readers: Record<Format, (text: string) => string[]> = {
  html,
  markdown: commonmark,
  mrkdwn,
  rocketchat,
  plain: (text) => [...linked(text), ...called(text)],
};

/** What is active in the texts. Addresses of reports differ from talk to talk, and Teams' hints begin with our own mention. */
const active = (shown: Shown[]): string[][] =>
  shown.map(({ format, text }) => readers[format](text.replaceAll("@Advisor ", "")).map((one) => one.replace(/\/r\/[\w-]+/, "/r/CODE")));

/** The places where what somebody typed comes back: not understood, as an answer, among the answers, in the result. */
async function talk(person: Person, words: string): Promise<Record<string, { shown: Shown[]; active: string[][] }>> {
  const told: Record<string, { shown: Shown[]; active: string[][] }> = {};
  const keep = (place: string, answer: Json): void => {
    const shown = person.shown(answer);
    told[place] = { shown, active: active(shown) };
  };
  await person.say("start");
  await person.say("restart");
  keep("not understood", await person.say(words));
  for (const answer of ["1", "flat", "1 3", "40", "yes", "3"]) await person.say(answer);
  keep("the result", await person.say(words));
  keep("the answers", await person.say("status"));
  keep("after the result", await person.say(words));
  return told;
}

let server: Server;
beforeAll(async () => {
  server = await Server.kinds();
});
afterAll(() => server.stop());

describe.each(Object.entries(entrances))("%s", (_, enter) => {
  let plain: Awaited<ReturnType<typeof talk>>;
  let person: Person;
  beforeAll(async () => {
    person = await enter(server, "Anna <@1> **B** @all [x](https://evil.com)", "--shared");
    plain = await talk(person, harmless);
  });
  afterAll(() => person.leave?.());

  test("the words come back, and nothing of the name is active", () => {
    for (const place of ["not understood", "the answers"]) {
      expect(JSON.stringify(plain[place]?.shown), place).toContain("harmless words");
    }
    expect(JSON.stringify(Object.values(plain).map((one) => one.active))).not.toMatch(/evil|call/);
  });

  test.each(Object.entries(hostile))("%s", async (_name, words) => {
    const told = await talk(person, words);
    for (const [place, { shown, active: found }] of Object.entries(told)) {
      expect(found, `${place}: ${JSON.stringify(shown)}`).toEqual(plain[place]?.active);
    }
  });
});

test("the readers know what is active", () => {
  for (const format of ["markdown", "mrkdwn", "rocketchat", "html", "plain"] as const) {
    const read = readers[format];
    expect(read("see https://evil.com"), format).not.toEqual([]);
    expect(read("harmless words"), format).toEqual([]);
  }
  for (const words of ["**b**", "@all", "<@1>", "[x](https://evil.com)", "> q", "# h", "`c`", "|| s ||"]) expect(commonmark(words), words).not.toEqual([]);
  for (const words of ["*b*", "<!channel>", "<https://evil.com|x>", "> q", "`c`", ":smile:"]) expect(mrkdwn(words), words).not.toEqual([]);
});
