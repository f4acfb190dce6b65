// Microsoft Teams: an outgoing webhook, signed with HMAC-SHA256 over the body. Every answer is
// typed after a mention, as its cards have no buttons that come back. What is shown is written in
// teams_message.cpp.

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>

#include "server/channels/body.hpp"
#include "server/channels/channels.hpp"
#include "server/channels/request_parts.hpp"
#include "server/channels/signature.hpp"
#include "server/channels/teams_message.hpp"
#include "server/channels/view.hpp"

namespace advisor::channels {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr std::string_view scheme = "HMAC ";
constexpr std::size_t least_key_bytes = 16;

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
    set_text(event, read.text);
    event.carry["name"] = plain_name(own_name.empty() ? read.name : own_name);
    return {std::nullopt, {std::move(event)}};
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
        .render = teams_message::render,
        .check = check,
        .steps = steps,
        .sample = sample,
    };
    return channel;
}

}  // namespace advisor::channels
