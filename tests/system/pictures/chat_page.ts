// Answers to chat tools as a plain page: the texts, controls and cards that the tool would show, in nobody's design.
import { type Json, vendor } from "../support/chat_hook.ts";

const MarkdownIt = vendor("markdown-it") as new (options: object) => { render: (text: string) => string };
const markdown_it = new MarkdownIt({ html: false, linkify: false, breaks: true });
const list = (value: unknown): Json[] => (value ?? []) as Json[];
const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

const markdown = (text = ""): string => `<div class="text">${markdown_it.render(text)}</div>`;
const html = (text = ""): string => `<div class="text">${text.replaceAll("\n", "<br>")}</div>`;
const plain = (text = ""): string => html(escaped(text));

/** Slack's, Google's and XMPP's marks; `escapes` where the text has entities already. */
function mrkdwn(text = "", escapes = false): string {
  const linked = (escapes ? text : escaped(text))
    .replaceAll(/(?:&lt;|<)(https?:[^|<>&]+)\|([^<>]*?)(?:&gt;|>)/g, '<a href="$1">$2</a>')
    .replaceAll(/(?<![\p{L}\p{N}])\*(\S[^\n*]*?)\*(?![\p{L}\p{N}])/gu, "<b>$1</b>")
    .replaceAll(/(?<![\p{L}\p{N}])_(\S[^\n_]*?)_(?![\p{L}\p{N}])/gu, "<i>$1</i>");
  return html(linked);
}

/** Rocket.Chat's marks, and links as in Markdown. */
const rocket = (text = ""): string =>
  html(mrkdwn(text).slice('<div class="text">'.length, -"</div>".length).replaceAll(/\[([^\]]*)\]\((https?:[^)]*)\)/g, '<a href="$2">$1</a>'));

const button = (label: string, kind = ""): string => `<span class="button ${kind}">${escaped(label)}</span>`;
const row = (buttons: string[], kind = ""): string => (buttons.length > 0 ? `<div class="row ${kind}">${buttons.join("")}</div>` : "");
const card = (inner: string): string => `<div class="card">${inner}</div>`;
const fact = (name: string, value: string): string => `<div class="fact"><b>${name}</b>${value}</div>`;
const facts = (all: string[]): string => (all.length > 0 ? `<div class="facts">${all.join("")}</div>` : "");

function slack(answer: Json): string {
  const element = (one: Json): string => {
    if (one["type"] === "button") return button(one["text"].text, one["style"] ?? "");
    if (one["type"] === "checkboxes") return list(one["options"]).map((option) => `<div>\u2610 ${escaped(option["text"].text)}</div>`).join("");
    return button(`${one["placeholder"].text} \u25be`);
  };
  const block = (one: Json): string => {
    if (one["type"] === "header") return `<h3>${escaped(one["text"].text)}</h3>`;
    if (one["type"] === "actions") return row(list(one["elements"]).map(element));
    if (one["type"] === "context") return `<div class="small">${list(one["elements"]).map((part) => mrkdwn(part["text"], true)).join("")}</div>`;
    return mrkdwn(one["text"].text, true);
  };
  return list(answer["blocks"]).map(block).join("") || mrkdwn(answer["text"], true);
}

function mattermost(answer: Json): string {
  const cards = list(answer["attachments"]).map((one) => {
    const actions = list(one["actions"]).map((action) => button(action["name"] + (action["options"] ? " \u25be" : ""), action["style"]));
    const fields = list(one["fields"]).map((field) => fact(escaped(field["title"]), markdown(field["value"])));
    return card(`<h3>${escaped(one["title"] ?? "")}</h3>${markdown(one["text"])}${facts(fields)}${row(actions)}`);
  });
  return markdown(answer["text"]) + cards.join("");
}

function discord({ data }: Json): string {
  const rows = list(data.components).map((one) =>
    row(list(one["components"]).map((control) => button(control["label"] ?? `${control["placeholder"] ?? "Choose"} \u25be`, ["", "primary", "", "", "danger"][control["style"]] ?? ""))),
  );
  const embeds = list(data.embeds).map((embed) => {
    const fields = list(embed["fields"]).map((field) => fact(escaped(field["name"]), markdown(field["value"])));
    return card(`<h3>${escaped(embed["title"])}</h3>${markdown(embed["description"])}${facts(fields)}`);
  });
  return markdown(data.content) + embeds.join("") + rows.join("");
}

function telegram(answer: Json): string {
  const rows = list(answer["reply_markup"]?.keyboard) as unknown as Json[][];
  const keyboard = rows.map((keys) => row(keys.map((key) => button(key["text"] ?? String(key))), "keys"));
  return html(answer["text"]) + (keyboard.length > 0 ? `<div class="keyboard">${keyboard.join("")}</div>` : "");
}

function teams(answer: Json): string {
  const block = (one: Json): string => {
    if (one["type"] === "FactSet") return facts(list(one["facts"]).map((each) => fact(markdown(each["title"]), markdown(each["value"]))));
    return one["weight"] ? `<h3>${markdown(one["text"])}</h3>` : markdown(one["text"]);
  };
  const cards = list(answer["attachments"]).map(({ content }) =>
    card(list(content.body).map(block).join("") + row(list(content.actions).map((action) => button(action["title"])))),
  );
  return markdown(answer["text"]) + cards.join("");
}

function google_chat(answer: Json): string {
  const widget = (one: Json): string => {
    if (one["textParagraph"]) return html(one["textParagraph"].text);
    if (one["decoratedText"]) return fact(escaped(one["decoratedText"].topLabel), html(one["decoratedText"].text));
    if (one["buttonList"]) return row(list(one["buttonList"].buttons).map((each) => button(each["text"])));
    return `<div>${list(one["selectionInput"]?.items).map((item) => `\u2610 ${escaped(item["text"])}`).join("<br>")}</div>`;
  };
  const cards = list(answer["cardsV2"]).map((one) => {
    const { header, sections } = one["card"];
    const title = `<h3>${escaped(header.title)}</h3>${header.subtitle ? plain(header.subtitle) : ""}`;
    return card(title + list(sections).flatMap((section) => list(section["widgets"]).map(widget)).join(""));
  });
  return mrkdwn(answer["text"]) + cards.join("");
}

function rocketchat(answer: Json): string {
  const cards = list(answer["attachments"]).map((one) => {
    const fields = list(one["fields"]).map((field) => fact(escaped(field["title"]), rocket(field["value"])));
    const title = one["title"] ? `<a href="${one["title_link"]}">${escaped(one["title"])}</a>` : "";
    return card(title + facts(fields) + row(list(one["actions"]).map((action) => button(action["text"]))));
  });
  return rocket(answer["text"]) + cards.join("");
}

function zulip(answer: Json): string {
  const data = answer["widget_content"] ? JSON.parse(answer["widget_content"]).extra_data : undefined;
  // The web app shows the form in place of the text.
  if (!data) return markdown(answer["content"]);
  const choices = list(data.choices).map((choice) => `<div class="row">${button(choice["short_name"])} ${escaped(choice["long_name"])}</div>`);
  return plain(data.heading) + card(choices.join(""));
}

const pages: Record<string, (answer: Json) => string> = {
  slack,
  mattermost,
  discord,
  telegram,
  teams,
  "google-chat": google_chat,
  rocketchat,
  zulip,
  matrix: (answer) => html(answer["html"]),
  xmpp: (answer) => mrkdwn(answer["body"]),
};

const style = `
  * { box-sizing: border-box; margin: 0; }
  body { background: #f2f3f5; color: #1d1f23; font: 13px/1.45 "DejaVu Sans", sans-serif; padding: 12px; display: flex; gap: 12px; align-items: flex-start; width: 880px; }
  .message { background: #fff; border-radius: 6px; flex: 1; padding: 10px 12px; min-width: 0; max-height: 940px; overflow: hidden; overflow-wrap: break-word; }
  .who { font-weight: bold; margin-bottom: 4px; } .you { color: #555a63; margin-bottom: 8px; }
  .text > p + p, .text + .text, ul, ol { margin-top: 6px; } ul, ol { padding-left: 20px; } h3 { font-size: 14px; } h3 p { display: inline; }
  .card { border-left: 3px solid #2f6fde; margin-top: 8px; padding: 2px 0 2px 10px; }
  .facts { display: grid; grid-template-columns: 1fr 1fr; gap: 4px 10px; margin-top: 6px; }
  .row { display: flex; flex-wrap: wrap; gap: 6px; margin-top: 8px; } .small { color: #555a63; margin-top: 6px; }
  .button { border: 1px solid #b5bac2; border-radius: 4px; padding: 3px 9px; background: #fff; } .primary { background: #2f6fde; color: #fff; } .danger { color: #b3261e; }
  .keyboard { background: #e4e7eb; border-radius: 6px; margin-top: 12px; padding: 2px 8px 10px; } .keys .button { flex: 1; text-align: center; }
  a { color: #1a56c4; } code { background: #eef0f3; }
`;

/** The words that somebody said and the answers to them, side by side; the end of a long answer is cut off. */
export function chat_page(tool: string, talk: { said: string; answer: Json }[]): string {
  const messages = talk.map(
    ({ said, answer }) =>
      `<div class="message"><div class="you">Anna: ${escaped(said)}</div><div class="who">Advisor</div>${pages[tool]?.(answer) ?? ""}</div>`,
  );
  return `<!doctype html><meta charset="utf-8"><style>${style}</style><body>${messages.join("")}</body>`;
}
