#include "server/webhooks/webhook_posts.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "server/channels/escape.hpp"
#include "server/channels/view.hpp"

namespace advisor::server {
namespace {

using channels::cut;
using channels::Fact;
using channels::Limit;
using nlohmann::ordered_json;

// Below the limits of every platform, before anything is escaped: Slack's header has 150 and its
// fields 2,000, ten in a section.
constexpr Limit max_title{120, channels::LengthUnit::utf16};
constexpr Limit max_summary{600, channels::LengthUnit::utf16};
constexpr Limit max_label{80, channels::LengthUnit::utf16};
constexpr Limit max_value{200, channels::LengthUnit::utf16};
constexpr std::size_t max_facts = 8;
// Discord's, of which an embed has 6,000 in all, after escaping.
constexpr std::size_t discord_title = 256;
constexpr std::size_t discord_summary = 1200;
constexpr std::size_t discord_label = 180;
constexpr std::size_t discord_value = 380;
constexpr std::size_t discord_line = 2000;
constexpr std::size_t max_reasons = 3;
constexpr std::size_t max_typed = 2;

/// A post in plain texts.
struct Post {
    std::string line;  ///< all of it in one line, for notifications
    std::string title;
    std::string summary;
    struct Item {
        std::string label;
        std::string value;
        bool typed = false;  ///< by a person
    };
    std::vector<Item> items;
    std::string link;
    std::string thread;  ///< groups the posts of a session
};

void add_item(Post& post, const Fact& fact, bool typed) {
    if (post.items.size() == max_facts || fact.value.empty()) return;
    std::string value = cut(fact.value, max_value);
    std::ranges::replace(value, '\n', ' ');
    post.items.push_back({cut(fact.name, max_label), std::move(value), typed});
}

std::string in_words(const channels::RoleView& role) {
    return std::to_string(role.count) + " " + role.title + " (" + role.verdict + ")";
}

void add_advice(Post& post, const WebhookEvent& event) {
    const channels::Advice& advice = *event.advice;
    post.title = cut("Recommendation: " + advice.name, max_title);
    post.summary = cut(advice.headline, max_summary);
    post.link = advice.report_url;
    add_item(post, {"About", event.script_title}, false);
    add_item(post, {"Firmness", advice.firmness}, false);
    if (advice.points.size() > 1) add_item(post, {"Runner-up", advice.points[1].name}, false);
    for (std::size_t i = 0; i < std::min(advice.reasons.size(), max_reasons); ++i)
        add_item(post, advice.reasons[i], true);
    for (std::size_t i = 0; i < std::min(event.typed.size(), max_typed); ++i)
        add_item(post, event.typed[i], true);
    std::string hiring;
    for (const channels::RoleView& role : advice.roles) {
        if (role.verdict != "none") hiring += (hiring.empty() ? "" : ", ") + in_words(role);
    }
    add_item(post, {"Hiring", hiring}, false);
}

Post post_of(const WebhookEvent& event) {
    Post post;
    post.thread = "advisor-" + event.session_id;
    const std::string session = "Session " + event.session_id;
    if (event.advice) {
        post.line = cut(session + " completed: " + event.advice->name, max_value);
        add_advice(post, event);
    } else if (event.event == static_cast<db::EventSet>(db::TurnEvent::started)) {
        post.line = session + " started";
        post.title = "A conversation has begun";
    } else if (event.event == static_cast<db::EventSet>(db::TurnEvent::cancelled)) {
        post.line = session + " cancelled";
        post.title = "A conversation begins again";
    } else {
        post.line = "This webhook of the advisor works.";
        post.title = "Connectivity check";
        post.thread = "advisor-test";
    }
    if (post.items.empty() && !event.script_title.empty())
        add_item(post, {"About", event.script_title}, false);
    return post;
}

/// Puts U+200B where a chat would see a mention, a channel, an entity in angle brackets or a link.
std::string inert(std::string_view plain) {
    static constexpr std::string_view gap = "\xe2\x80\x8b";
    std::string out;
    for (std::size_t at = 0; at < plain.size(); ++at) {
        const char c = plain[at];
        out += c;
        const bool word = at + 1 < plain.size() && plain[at + 1] != ' ';
        if (c == '@' || c == '#' || c == '<' || (word && (c == '.' || c == ':'))) out += gap;
    }
    return out;
}

/// For between backticks, which no platform lets one escape.
std::string in_code(std::string_view plain) {
    std::string text = inert(plain);
    std::ranges::replace(text, '`', '\'');
    std::ranges::replace(text, '\n', ' ');
    return text;
}

using Escape = std::string (*)(std::string_view);

std::string escape_markdown(std::string_view plain) {
    return channels::backslashed(channels::unlinked(plain), "\\*_~`#|[]()<>@:-");
}

/// For texts of the script on platforms whose marks cannot be escaped.
std::string escape_by_gaps(std::string_view plain) {
    static constexpr std::string_view gap = "\xe2\x80\x8b";
    std::string out;
    for (const char c : plain) {
        const bool mark = std::string_view("*_~`[]<@#").find(c) != std::string_view::npos;
        if (mark) out += gap;
        out += c;
        if (mark) out += gap;
    }
    return out;
}

std::string value_of(const Post::Item& item, Escape escape) {
    return item.typed ? "`" + in_code(item.value) + "`" : escape(item.value);
}

ordered_json plain_text(const std::string& text) {
    return {{"type", "plain_text"}, {"text", text}, {"emoji", false}};
}

/// All but the link is plain text, where nothing works as markup.
ordered_json slack(const Post& post) {
    ordered_json blocks = ordered_json::array();
    blocks.push_back({{"type", "header"}, {"text", plain_text(post.title)}});
    if (!post.summary.empty())
        blocks.push_back({{"type", "section"}, {"text", plain_text(post.summary)}});
    ordered_json fields = ordered_json::array();
    for (const Post::Item& item : post.items)
        fields.push_back(plain_text(item.label + "\n" + inert(item.value)));
    if (!fields.empty()) blocks.push_back({{"type", "section"}, {"fields", fields}});
    if (!post.link.empty()) {
        const std::string link = "<" + channels::entities(post.link) + "|Full report>";
        blocks.push_back({{"type", "section"}, {"text", {{"type", "mrkdwn"}, {"text", link}}}});
    }
    return {{"text", channels::entities(channels::unlinked(post.line))},
            {"mrkdwn", false},
            {"blocks", blocks},
            {"unfurl_links", false},
            {"unfurl_media", false}};
}

/// Mattermost and Rocket.Chat have the same attachments.
ordered_json attachment(const Post& post, Escape escape) {
    ordered_json fields = ordered_json::array();
    for (const Post::Item& item : post.items)
        fields.push_back(
            {{"title", escape(item.label)}, {"value", value_of(item, escape)}, {"short", true}});
    ordered_json made{{"fallback", post.line},
                      {"color", "#2e7d32"},
                      {"title", escape(post.title)},
                      {"text", escape(post.summary)},
                      {"fields", fields}};
    if (!post.link.empty()) made["title_link"] = post.link;
    return made;
}

ordered_json mattermost(const Post& post) {
    ordered_json made = attachment(post, escape_markdown);
    made["title"] = post.title;  // no Markdown there
    return {{"username", "advisor"},
            {"text", escape_markdown(post.line)},
            {"attachments", ordered_json::array({made})}};
}

ordered_json rocketchat(const Post& post) {
    return {{"text", escape_by_gaps(post.line)},
            {"attachments", ordered_json::array({attachment(post, escape_by_gaps)})}};
}

/// Escaped, and cut so that it has at most `limit` UTF-16 units then.
std::string fitted(std::string_view plain, Escape escape, std::size_t limit) {
    for (std::size_t size = limit;; size -= size / 8 + 1) {
        std::string text = escape(cut(plain, {size, channels::LengthUnit::utf16}));
        if (size < 2 || channels::length_of(text, channels::LengthUnit::utf16) <= limit)
            return text;
    }
}

std::string code(std::string_view plain) {
    return "`" + in_code(plain) + "`";
}

ordered_json discord(const Post& post) {
    ordered_json fields = ordered_json::array();
    for (const Post::Item& item : post.items)
        fields.push_back(
            {{"name", fitted(item.label, escape_markdown, discord_label)},
             {"value", fitted(item.value, item.typed ? code : escape_markdown, discord_value)},
             {"inline", true}});
    ordered_json embed{{"title", fitted(post.title, escape_markdown, discord_title)},
                       {"description", fitted(post.summary, escape_markdown, discord_summary)},
                       {"color", 0x2e7d32},
                       {"fields", fields}};
    if (!post.link.empty()) embed["url"] = post.link;
    return {{"username", "Advisor"},
            {"content", fitted(post.line, escape_markdown, discord_line)},
            {"allowed_mentions", {{"parse", ordered_json::array()}}},
            {"embeds", ordered_json::array({embed})}};
}

ordered_json text_block(const std::string& text) {
    return {{"type", "TextBlock"}, {"text", text}, {"wrap", true}};
}

ordered_json teams(const Post& post) {
    ordered_json heading = text_block(escape_markdown(post.title));
    heading["size"] = "Large";
    heading["weight"] = "Bolder";
    ordered_json body = ordered_json::array({heading});
    if (!post.summary.empty()) body.push_back(text_block(escape_markdown(post.summary)));
    ordered_json facts = ordered_json::array();
    for (const Post::Item& item : post.items)
        facts.push_back({{"title", item.label},
                         {"value", escape_markdown(item.typed ? inert(item.value) : item.value)}});
    if (!facts.empty()) body.push_back({{"type", "FactSet"}, {"facts", facts}});
    body.push_back(text_block(escape_markdown(post.line)));
    ordered_json card{{"type", "AdaptiveCard"},
                      {"$schema", "http://adaptivecards.io/schemas/adaptive-card.json"},
                      {"version", "1.4"},
                      {"body", body}};
    if (!post.link.empty())
        card["actions"] = ordered_json::array(
            {{{"type", "Action.OpenUrl"}, {"title", "Full report"}, {"url", post.link}}});
    return {{"type", "message"},
            {"attachments",
             ordered_json::array({{{"contentType", "application/vnd.microsoft.card.adaptive"},
                                   {"contentUrl", nullptr},
                                   {"content", card}}})}};
}

/// A card takes HTML, whose escapes are certain; the text beside it has marks that have none.
ordered_json google_chat(const Post& post) {
    const auto html = [](std::string_view text) { return channels::entities(text, true); };
    ordered_json widgets = ordered_json::array();
    const auto add = [&](const std::string& text) {
        widgets.push_back({{"textParagraph", {{"text", text}}}});
    };
    if (!post.summary.empty()) add(html(post.summary));
    for (const Post::Item& item : post.items)
        add("<b>" + html(item.label) +
            "</b>: " + html(item.typed ? inert(item.value) : item.value));
    if (!post.link.empty()) add("<a href=\"" + html(post.link) + "\">Full report</a>");
    if (widgets.empty()) add(html(post.title));
    const ordered_json card{{"header", {{"title", post.title}}},
                            {"sections", ordered_json::array({{{"widgets", widgets}}})}};
    return {{"text", escape_by_gaps(post.line)},
            {"cardsV2", ordered_json::array({{{"cardId", "advisor"}, {"card", card}}})},
            {"thread", {{"threadKey", post.thread}}}};
}

/// One text, of which Zulip first translates what Slack would mean by it.
ordered_json zulip(const Post& post) {
    std::string text = escape_by_gaps(post.line);
    const auto add = [&](const std::string& line) { text += (text.empty() ? "" : "\n") + line; };
    if (!post.summary.empty()) add(escape_by_gaps(post.summary));
    for (const Post::Item& item : post.items)
        add("- " + escape_by_gaps(item.label) + ": " + value_of(item, escape_by_gaps));
    if (!post.link.empty()) add("<" + post.link + "|Full report>");
    return {{"text", text}};
}

}  // namespace

std::string chat_body(WebhookKind kind, const WebhookEvent& event) {
    using Render = ordered_json (*)(const Post&);
    static constexpr std::array<Render, 8> renders{nullptr, slack,       mattermost, discord,
                                                   teams,   google_chat, rocketchat, zulip};
    const ordered_json body = renders[static_cast<std::size_t>(kind)](post_of(event));
    return body.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace advisor::server
