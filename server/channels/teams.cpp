// Microsoft Teams: an outgoing webhook, signed with HMAC-SHA256 over the body. Every answer is
// typed after a mention, as its cards have no buttons that come back; the result is a card.

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>

#include "server/channels/body.hpp"
#include "server/channels/channels.hpp"
#include "server/channels/fit.hpp"
#include "server/channels/signature.hpp"
#include "server/channels/view.hpp"

namespace advisor::channels {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr std::string_view scheme = "HMAC ";
constexpr std::size_t least_key_bytes = 16;
/// Teams refuses messages of about 28 KB; 21 KB have been found to be safe.
constexpr std::size_t message_bytes = 21'000;
constexpr Limit text_limit{16'000, LengthUnit::bytes};

std::string escape(std::string_view plain) {
    const std::string text =
        backslashed(without_mentions(without_links(without_domains(plain))), "\\`*_~[]<>|");
    // At the beginning of a line these would make a list.
    const bool is_list = text.starts_with("- ") || text.starts_with("+ ");
    return is_list ? "\\" + text : text;
}

std::string escape_code(std::string_view plain) {
    std::string text = without_mentions(plain);
    std::replace(text.begin(), text.end(), '`', '\'');
    return text;
}

std::string write_link(std::string_view label, std::string_view url) {
    std::string target = link_target(url);
    return target.empty() ? escape(label) : "[" + escape(label) + "](" + target + ")";
}

constexpr Markup markup{.escape = escape,
                        .escape_code = escape_code,
                        .bold_open = "**",
                        .bold_close = "**",
                        .italic_open = "_",
                        .italic_close = "_",
                        .code_open = "`",
                        .code_close = "`",
                        .link = write_link};

bool verify(const Delivery& delivery, const Hook& hook, TimePoint now) {
    const auto given = single_header(delivery.request, "Authorization");
    if (!given || !given->starts_with(scheme)) return false;
    std::vector<std::string> wanted;
    for (const std::string& secret : hook.secrets) {
        const std::optional<std::string> key = from_base64(secret);
        if (key && !key->empty())
            wanted.push_back(to_base64(hmac_sha256(*key, delivery.request.body)));
    }
    if (!equals_any(given->substr(scheme.size()), wanted)) return false;
    // The clock is inside of what is signed.
    const std::optional<json> activity = read_json(delivery.request.body);
    const json& timestamp = activity ? value_at(*activity, "timestamp") : json();
    if (timestamp.is_null()) return true;
    const std::optional<TimePoint> at =
        timestamp.is_string() ? read_time(timestamp.get_ref<const std::string&>()) : std::nullopt;
    return at && is_fresh(*at, now);
}

/// `&nbsp;`, `&lt;`, `&#39;` and the like as what they stand for.
std::string without_entities(std::string_view text) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 7> names{{
        {"&nbsp;", " "},
        {"&lt;", "<"},
        {"&gt;", ">"},
        {"&quot;", "\""},
        {"&apos;", "'"},
        {"&#39;", "'"},
        {"&amp;", "&"},
    }};
    std::string out;
    while (!text.empty()) {
        const auto found = std::find_if(names.begin(), names.end(), [&](const auto& entry) {
            return text.starts_with(entry.first);
        });
        out += found == names.end() ? text.substr(0, 1) : found->second;
        text.remove_prefix(found == names.end() ? 1 : found->first.size());
    }
    return out;
}

/// The tag at the beginning of `text` when its name is one of a message's layout, else 0: its size.
std::size_t layout_tag(std::string_view text) {
    static constexpr std::array<std::string_view, 5> names{"p", "div", "br", "span", "at"};
    std::size_t begin = 1;
    if (text.substr(begin).starts_with('/')) ++begin;
    std::size_t end = begin;
    while (end < text.size() && std::isalpha(static_cast<unsigned char>(text[end])) != 0) ++end;
    const std::size_t close = text.find('>', end);
    const bool known = std::any_of(names.begin(), names.end(), [&](std::string_view name) {
        return http::same_word(text.substr(begin, end - begin), name);
    });
    return known && close != std::string_view::npos ? close + 1 : 0;
}

/// A message without its mention of us: the first one, or those of our name when it is known.
struct Mentioned {
    std::string text;
    std::string name;  ///< how we were called
};

Mentioned read_text(std::string_view text, std::string_view own_name) {
    Mentioned read;
    while (!text.empty()) {
        const std::size_t tag = text.front() == '<' ? layout_tag(text) : 0;
        if (tag == 0) {
            read.text += text.front();
            text.remove_prefix(1);
            continue;
        }
        const bool is_mention = http::same_word(text.substr(1, 2), "at");
        const std::size_t end = text.find("</at>");
        if (is_mention && end != std::string_view::npos && end >= tag) {
            const std::string name = trimmed(without_entities(text.substr(tag, end - tag)));
            const bool is_ours =
                own_name.empty() ? read.name.empty() : http::same_word(name, own_name);
            if (is_ours) read.name = name;
            read.text += is_ours ? " " : name;
            text.remove_prefix(end + 5);
            continue;
        }
        read.text += ' ';
        text.remove_prefix(tag);
    }
    read.text = trimmed(without_entities(read.text));
    return read;
}

/// A name as it may stand in our own text, else the usual one.
std::string plain_name(const std::string& name) {
    const bool plain = !name.empty() && name.size() <= 60 &&
                       std::all_of(name.begin(), name.end(), [](unsigned char c) {
                           return std::isalnum(c) != 0 || c == ' ' || c == '-' || c == '.';
                       });
    return plain ? name : "Advisor";
}

Incoming parse(const Delivery& delivery, const Hook& hook) {
    if (!has_type(delivery.request, "application/json"))
        return {wrong_type("application/json"), {}};
    const std::optional<json> activity = read_json(delivery.request.body);
    if (!activity)
        return {
            http::error_response({server::ErrorCode::bad_request, "The body is no JSON object."}),
            {}};
    const bool is_bot = text_at(*activity, "from.role") == "bot";
    if (text_at(*activity, "type") != "message" || is_bot) return {empty_reply(), {}};
    Event event;
    const std::string conversation = text_at(*activity, "conversation.id");
    const std::size_t end = std::min(conversation.find(';'), conversation.size());
    std::string tenant = text_at(*activity, "channelData.tenant.id");
    if (tenant.empty()) tenant = text_at(*activity, "conversation.tenantId");
    event.address.workspace = tenant + "/" + text_at(*activity, "channelData.team.id");
    event.address.channel = conversation.substr(0, end);
    constexpr std::string_view mark = "messageid=";
    const std::size_t thread = conversation.find(mark, end);
    if (thread != std::string::npos) {
        const std::size_t begin = thread + mark.size();
        event.address.thread = conversation.substr(begin, conversation.find(';', begin) - begin);
    }
    event.address.user = text_at(*activity, "from.aadObjectId");
    if (event.address.user.empty()) event.address.user = text_at(*activity, "from.id");
    event.address.user_label = text_at(*activity, "from.name");
    event.dedupe_id = text_at(*activity, "id");
    const std::string own_name = hook.option("name");
    const Mentioned read = read_text(text_at(*activity, "text"), own_name);
    event.text = read.text;
    event.carry["name"] = plain_name(own_name.empty() ? read.name : own_name);
    event.kind = event.text.empty() ? EventKind::open : EventKind::text;
    return {std::nullopt, {std::move(event)}};
}

ordered_json text_block(std::string text) {
    return {{"type", "TextBlock"}, {"text", std::move(text)}, {"wrap", true}};
}

ordered_json title_block(std::string text, const char* size) {
    ordered_json block{{"type", "TextBlock"}, {"text", std::move(text)}, {"size", size}};
    block["weight"] = "Bolder";
    block["wrap"] = true;
    return block;
}

std::string written(std::string_view plain, std::size_t most) {
    return write({paragraph(std::string(plain))}, markup, {most, LengthUnit::code_points});
}

ordered_json fact_set(const Advice& advice, std::size_t most) {
    ordered_json facts = ordered_json::array();
    const auto add = [&](std::string_view title, std::string_view value) {
        if (value.empty()) return;
        ordered_json fact{{"title", written(title, most)}, {"value", written(value, most)}};
        facts.push_back(std::move(fact));
    };
    for (const Fact& fact : advice_facts(advice)) add(fact.name, fact.value);
    std::string points;
    for (const Fact& fact : advice.points)
        points += (points.empty() ? "" : ", ") + fact.name + " " + fact.value;
    add("Points", points);
    ordered_json set{{"type", "FactSet"}};
    set["facts"] = std::move(facts);
    return set;
}

/// A heading of the text begins a block of its own; what follows it is one block.
void add_sections(const Text& text, std::size_t most, ordered_json& body) {
    Text section;
    const auto flush = [&] {
        if (!section.empty())
            body.push_back(text_block(write(section, markup, {most * 4, LengthUnit::code_points})));
        section.clear();
    };
    for (const Block& block : text) {
        if (block.kind != BlockKind::heading) {
            section.push_back(block);
            continue;
        }
        flush();
        body.push_back(title_block(written(block.spans.front().text, most), "Medium"));
    }
    flush();
}

/// `most`: code points of one text.
ordered_json card(const View& view, Detail detail, std::size_t most) {
    const Advice& advice = *view.advice;
    ordered_json body = ordered_json::array();
    if (!view.messages.empty())
        body.push_back(
            text_block(write(view.messages, markup, {most * 4, LengthUnit::code_points})));
    body.push_back(title_block("Recommendation", "Large"));
    body.push_back(title_block(written(advice.name, most), "Medium"));
    if (!advice.headline.empty()) body.push_back(text_block(written(advice.headline, most)));
    ordered_json facts = fact_set(advice, most);
    if (!facts.at("facts").empty()) body.push_back(std::move(facts));
    Advice rest = advice;
    rest.headline.clear();
    rest.firmness.clear();
    rest.points.clear();
    rest.report_url.clear();
    Text text = advice_text(rest, detail);
    text.erase(text.begin());  // the title is there
    add_sections(text, most, body);
    ordered_json content{{"type", "AdaptiveCard"},
                         {"$schema", "http://adaptivecards.io/schemas/adaptive-card.json"},
                         {"version", "1.4"}};
    content["body"] = std::move(body);
    if (const std::string url = link_target(advice.report_url); !url.empty()) {
        ordered_json action{{"type", "Action.OpenUrl"}, {"title", "Full report"}, {"url", url}};
        content["actions"] = ordered_json::array({std::move(action)});
    }
    ordered_json attachment{{"contentType", "application/vnd.microsoft.card.adaptive"}};
    attachment["content"] = std::move(content);
    ordered_json message{{"type", "message"}};
    message["attachments"] = ordered_json::array({std::move(attachment)});
    return message;
}

/// The fullest card that Teams takes.
http::Response card_reply(const View& view) {
    struct Size {
        Detail detail;
        std::size_t most;
    };
    static constexpr std::array<Size, 4> sizes{
        {{Detail::full, 2000}, {Detail::usual, 1000}, {Detail::brief, 400}, {Detail::brief, 100}}};
    http::Response reply;
    for (const Size& size : sizes) {
        reply = json_reply(card(view, size.detail, size.most));
        if (reply.body.size() <= message_bytes) break;
    }
    return reply;
}

/// What to type here. Our own words: the mention in them is to be read as one.
std::string hint(const QuestionView& question, const std::string& name) {
    std::string text = "Reply in this thread. " + typing_hint(question, "@" + name + " ");
    std::string words;
    for (const Control& control : controls(question)) {
        if (control.option == submit_option) continue;
        const bool is_word = control.option != unknown_option;
        words +=
            (words.empty() ? "" : ", ") + (is_word ? control.label : "\"" + control.label + "\"");
    }
    return words.empty() ? text : text + " Also: " + words + ".";
}

Rendered render(const Event& event, const View& view, const Hook&) {
    if (view.is_silent()) return {empty_reply(), {}};
    if (view.advice && view.private_note.empty()) return {card_reply(view), {}};
    ordered_json message{{"type", "message"}};
    if (!view.private_note.empty() || !view.question) {
        const Text text =
            view.private_note.empty() ? view.messages : Text{paragraph(view.private_note)};
        message["text"] = write(text, markup, text_limit);
        return {json_reply(message), {}};
    }
    const std::string last = "\n\n" + hint(*view.question, event.carried("name"));
    const Text question = question_text(*view.question, {{}, true, false});
    const Limit limit{text_limit.size - last.size(), text_limit.unit};
    message["text"] = write_stacked(view.messages, question, markup, limit, false) + last;
    return {json_reply(message), {}};
}

std::optional<std::string> check(const Hook& hook) {
    for (const std::string& secret : hook.secrets) {
        const std::optional<std::string> key = from_base64(secret);
        if (!key || key->size() < least_key_bytes)
            return "The secret of Microsoft Teams is the security token that Teams shows once when "
                   "the outgoing webhook is created: base64, usually 44 characters that end in =.";
    }
    return std::nullopt;
}

std::vector<std::string> steps(const Hook& hook) {
    const std::string name = plain_name(hook.option("name"));
    return {
        "In Teams, open \"Manage team\" of the team, then \"Apps\", \"Create an outgoing webhook\" "
        "(at the bottom).",
        "Name: " + name + ". Callback URL: the URL below. Any description.",
        "Teams shows a security token once: it is the secret of this hook. If you created this "
        "hook with another one: \"advisor hook rotate\".",
        "Type @" + name + " in a standard channel of that team.",
        "Answers are typed: @" + name + " 2. Teams does not show buttons in such answers.",
    };
}

std::string iso_time(TimePoint at) {
    const auto day = std::chrono::floor<std::chrono::days>(at);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss time(at - day);
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
                  static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                  static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()),
                  static_cast<int>(time.minutes().count()),
                  static_cast<int>(time.seconds().count()),
                  static_cast<int>(time.subseconds().count()));
    return text.data();
}

http::Request sample(const Hook& hook, TimePoint now) {
    const ordered_json from{{"id", "test"}, {"name", "Test"}};
    const ordered_json activity{{"type", "message"},
                                {"id", "test-" + std::to_string(now.time_since_epoch().count())},
                                {"timestamp", iso_time(now)},
                                {"from", from},
                                {"conversation", {{"id", "test"}, {"conversationType", "channel"}}},
                                {"text", "<at>Advisor</at> help"}};
    http::Request request;
    request.method = "POST";
    request.path = "/hooks/teams/" + hook.id;
    request.body = activity.dump();
    const std::string key =
        from_base64(hook.secrets.empty() ? "" : hook.secrets.front()).value_or("");
    request.headers = {
        {"Content-Type", "application/json; charset=utf-8"},
        {"Authorization", std::string(scheme) + to_base64(hmac_sha256(key, request.body))}};
    return request;
}

}  // namespace

const Channel& teams() {
    static const Channel channel{
        .name = "teams",
        .title = "Microsoft Teams",
        .parts = {""},
        .options = {{"name",
                     "the outgoing webhook's name, which is mentioned: @NAME; without it "
                     "the first mention of a message is taken for ours"}},
        .hosts = {},
        .verify = verify,
        .parse = parse,
        .render = render,
        .check = check,
        .steps = steps,
        .sample = sample,
    };
    return channel;
}

}  // namespace advisor::channels
