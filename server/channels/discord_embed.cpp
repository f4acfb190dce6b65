#include "server/channels/discord_embed.hpp"

#include <algorithm>

#include "server/channels/escape.hpp"
#include "server/channels/view.hpp"

namespace advisor::channels::discord_message {
namespace {

using json = nlohmann::ordered_json;

constexpr Limit field_limit{1024, LengthUnit::utf16};
constexpr std::size_t embeds_limit = 6000;  ///< all texts of all embeds together
constexpr int accent_colour = 0x2e7cf6;

std::string escape(std::string_view plain) {
    return backslashed(unlinked(unblocked(plain)), "&\\*_~`|>#[]()-:<");
}

std::string write_link(std::string_view label, std::string_view url) {
    const std::string target = link_target(url);
    if (target.empty()) return escape(label);
    return "[" + escape(label) + "](" + target + ")";
}

}  // namespace

constinit const Markup markup{.escape = escape,
                              .escape_code = code_escape,
                              .bold_open = "**",
                              .bold_close = "**",
                              .italic_open = "*",
                              .italic_close = "*",
                              .code_open = "`",
                              .code_close = "`",
                              .link = write_link};

namespace {

/// A text of an embed, cut to its own limit and to what is left for all of them.
std::string embed_text(const Text& text, std::size_t limit, std::size_t& left) {
    std::string written = write(text, markup, {std::min(limit, left), LengthUnit::utf16});
    left -= std::min(left, length_of(written, LengthUnit::utf16));
    return written;
}

json field(const char* name, const std::string& value, bool is_inline, std::size_t& left) {
    left -= std::min(left, length_of(name, LengthUnit::utf16));
    json entry{{"name", name}, {"value", embed_text({paragraph(value)}, field_limit.size, left)}};
    if (is_inline) entry["inline"] = true;
    return entry;
}

json fact_fields(const Advice& advice, std::size_t& left) {
    json fields = json::array();
    std::string hiring;
    for (const Fact& fact : advice_facts(advice)) {
        if (!fact.name.starts_with("Role: ")) {
            fields.push_back(field(fact.name.c_str(), fact.value, true, left));
            continue;
        }
        hiring += (hiring.empty() ? "" : ", ") + fact.value + " (" + fact.name.substr(6) + ")";
    }
    std::string points;
    for (const Fact& fact : advice.points)
        points += (points.empty() ? "" : ", ") + fact.name + " " + fact.value;
    if (!points.empty()) fields.push_back(field("Points", points, true, left));
    if (!hiring.empty()) fields.push_back(field("Hiring", hiring, false, left));
    std::erase_if(fields.get_ref<json::array_t&>(),
                  [](const json& entry) { return entry.at("value") == ""; });
    return fields;
}

/// The reasons, or the hiring plan, with as much detail as the limit allows.
std::string part_text(const Advice& part, std::size_t limit, std::size_t& left) {
    const std::size_t most = std::min(limit, left);
    for (const Detail detail : {Detail::full, Detail::usual, Detail::brief}) {
        Text text = advice_text(part, detail);
        // The title is the embed's.
        text.erase(text.begin());
        if (part.name.empty())
            text.erase(text.begin());
        else
            text.insert(text.begin(), heading(part.name));
        const std::string whole = write(text, markup, {embeds_limit * 16, LengthUnit::utf16});
        if (detail == Detail::brief || length_of(whole, LengthUnit::utf16) <= most)
            return embed_text(text, most, left);
    }
    return {};
}

}  // namespace

json advice_embeds(const Advice& advice) {
    constexpr std::size_t most_reasons = 2800;
    std::size_t left = embeds_limit;
    const std::string title = "Recommendation";
    const std::string plan_title = "Hiring plan";
    left -= title.size() + plan_title.size();
    json fields = fact_fields(advice, left);
    Advice reasons = advice;
    reasons.roles.clear();
    reasons.hiring_summary.clear();
    reasons.firmness.clear();
    reasons.points.clear();
    reasons.report_url.clear();
    Advice hiring;
    hiring.hiring_summary = advice.hiring_summary;
    hiring.roles = advice.roles;
    hiring.notes = advice.notes;
    std::string last;
    if (const std::string url = link_target(advice.report_url); !url.empty()) {
        last = "\n\n" + write_link("Full report", url);
        left -= std::min(left, length_of(last, LengthUnit::utf16));
    }
    json embed{{"title", title}};
    if (!last.empty()) embed["url"] = link_target(advice.report_url);
    embed["description"] = part_text(reasons, most_reasons, left) + last;
    embed["color"] = accent_colour;
    embed["fields"] = std::move(fields);
    json embeds = json::array({std::move(embed)});
    if (advice.roles.empty() && advice.hiring_summary.empty()) return embeds;
    const std::string plan = part_text(hiring, field_limit.size * 4, left);
    if (!plan.empty())
        embeds.push_back({{"title", plan_title}, {"description", plan}, {"color", accent_colour}});
    return embeds;
}

}  // namespace advisor::channels::discord_message
