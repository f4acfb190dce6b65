#include "server/channels/mattermost_message.hpp"

#include <array>

#include "server/channels/body.hpp"
#include "server/channels/escape.hpp"
#include "server/channels/fit.hpp"
#include "server/channels/signature.hpp"
#include "server/channels/view.hpp"

namespace advisor::channels {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t mac_digits = 32;
constexpr Limit text_limit{7000, LengthUnit::code_points};  // a post has 16,383
constexpr Limit label_limit{60, LengthUnit::code_points};
constexpr std::string_view blue = "#2f6fde";
constexpr std::string_view green = "#2e7d32";

// Options of answer tokens that are no letters, as the ids of buttons may only have letters and
// digits: with anything else the button shows, but a click goes nowhere.
constexpr std::array<std::pair<std::string_view, std::string_view>, 8> names{{
    {submit_option, "done"},
    {back_option, "back"},
    {skip_option, "skip"},
    {unknown_option, "unknown"},
    {cancel_option, "cancel"},
    {yes_option, "yes"},
    {no_option, "no"},
    {menu_option, "sel"},
}};

/// Which punctuation can be escaped differs between its clients: nothing is left to escape.
constexpr Markup markup{neutral, code_escape, "**", "**", "_",  "_",   "`",
                        "`",     marked_link, "- ", ". ", "\n", "\n\n"};

/// For labels, titles and fall-back texts.
std::string plain_label(std::string_view text, Limit limit) {
    return neutral(cut(text, limit));
}

ordered_json integration(const QuestionView& question, const Hook& hook, std::string_view option) {
    const std::string name = mattermost_name(option);
    const std::string number = std::to_string(question.number);
    return {{"url", hook.url("action")},
            {"context",
             {{"sid", question.session},
              {"q", question.number},
              {"opt", name},
              {"mac", mattermost_mac(hook, question.session, number, name)}}}};
}

ordered_json button(const QuestionView& question, const Hook& hook, std::string_view option,
                    const std::string& label, std::string_view style) {
    return {{"id", "opt" + mattermost_name(option)},
            {"type", "button"},
            {"name", label},
            {"style", style},
            {"integration", integration(question, hook, option)}};
}

ordered_json menu(const QuestionView& question, const Hook& hook) {
    ordered_json options = ordered_json::array();
    for (std::size_t i = 0; i < question.options.size(); ++i) {
        const std::string label = control_label(question, i, label_limit);
        options.push_back(
            {{"text", plain_label(label, label_limit)}, {"value", question.options[i].key}});
    }
    return {{"id", "optsel"},
            {"type", "select"},
            {"name", "Pick one"},
            {"options", std::move(options)},
            {"integration", integration(question, hook, menu_option)}};
}

ordered_json actions_of(const QuestionView& question, const Hook& hook) {
    constexpr std::string_view ticked = "\xe2\x98\x91 ";
    constexpr std::string_view open = "\xe2\x98\x90 ";
    ordered_json actions = ordered_json::array();
    const Shape shape = shape_of(question);
    if (shape == Shape::menu) actions.push_back(menu(question, hook));
    const bool buttons = shape == Shape::buttons || shape == Shape::ticks;
    for (std::size_t i = 0; buttons && i < question.options.size(); ++i) {
        const OptionView& option = question.options[i];
        std::string label = plain_label(control_label(question, i, label_limit), label_limit);
        if (shape == Shape::ticks) label.insert(0, option.selected ? ticked : open);
        actions.push_back(button(question, hook, option.key, label, "default"));
    }
    for (const Control& control : controls(question)) {
        const std::string_view style = control.primary                   ? "primary"
                                       : control.option == cancel_option ? "danger"
                                                                         : "default";
        actions.push_back(button(question, hook, control.option, control.label, style));
    }
    return actions;
}

/// What stands before typed answers: "/advise ".
std::string command_of(const Event& event) {
    const std::string word = event.carried("command");
    return word.empty() ? "/advise " : word + " ";
}

ordered_json question_card(const QuestionView& question, const Event& event, const Hook& hook) {
    QuestionTextWishes wishes{command_of(event),
                              shape_of(question) == Shape::numbers || should_list(question), true};
    Text text = question_text(question, wishes);
    text.erase(text.begin());  // the title has its own place
    Text fallback{paragraph(question.text)};
    for (std::size_t i = 0; i < question.options.size(); ++i)
        fallback.push_back(paragraph(std::to_string(i + 1) + ") " + question.options[i].label));
    std::string plain;
    for (const Block& block : fallback) plain += (plain.empty() ? "" : " ") + block.spans[0].text;
    return {{"fallback", plain_label(plain, {1000, LengthUnit::code_points})},
            {"color", blue},
            {"title", progress_title(question)},
            {"text", write(text, markup, text_limit)},
            {"actions", actions_of(question, hook)}};
}

ordered_json advice_card(const Advice& advice) {
    Text text = advice_text(advice, Detail::usual);
    text.erase(text.begin());
    ordered_json fields = ordered_json::array();
    for (const Fact& fact : advice_facts(advice)) {
        fields.push_back({{"title", plain_label(fact.name, label_limit)},
                          {"value", plain_label(fact.value, {200, LengthUnit::code_points})},
                          {"short", true}});
    }
    const std::string title = "Recommendation: " + advice.name;
    ordered_json card{{"fallback", plain_label(title, {300, LengthUnit::code_points})},
                      {"color", green},
                      {"title", plain_label(title, {200, LengthUnit::code_points})}};
    if (std::string url = link_target(advice.report_url); !url.empty())
        card["title_link"] = std::move(url);
    card["text"] = write(text, markup, text_limit);
    card["fields"] = std::move(fields);
    return card;
}

ordered_json cards_of(const View& view, const Event& event, const Hook& hook) {
    ordered_json cards = ordered_json::array();
    if (view.question) cards.push_back(question_card(*view.question, event, hook));
    if (view.advice) cards.push_back(advice_card(*view.advice));
    return cards;
}

Rendered render_action(const Event& event, const View& view, const Hook& hook) {
    ordered_json body;
    if (!view.private_note.empty()) {
        body["ephemeral_text"] = write(note_text(view, hook), markup, text_limit);
    } else if (!view.is_silent()) {
        // Without `props` the old buttons would stay.
        body["update"]["message"] = write(view.messages, markup, text_limit);
        body["update"]["props"]["attachments"] = cards_of(view, event, hook);
        body["ephemeral_text"] = view.is_stale ? "That question was already answered." : "";
    }
    if (body.empty()) body = ordered_json::object();
    body["skip_slack_parsing"] = true;
    return {json_reply(body), {}};
}

}  // namespace

std::string mattermost_name(std::string_view option) {
    for (const auto& [key, name] : names) {
        if (key == option) return std::string(name);
    }
    return std::string(option);
}

std::string mattermost_option(std::string_view name) {
    for (const auto& [key, known] : names) {
        if (known == name) return std::string(key);
    }
    return std::string(name);
}

std::string mattermost_mac(const Hook& hook, const std::string& session,
                           const std::string& question, const std::string& option) {
    return to_hex(hmac_sha256(hook.mac_key, "mm1|" + session + "|" + question + "|" + option))
        .substr(0, mac_digits);
}

Rendered mattermost_message(const Event& event, const View& view, const Hook& hook) {
    const std::string way = event.carried("way");
    if (way == "action") return render_action(event, view, hook);
    if (view.is_silent() && way == "outgoing") return {empty_reply(), {}};
    const bool secret = !view.private_note.empty();
    const bool alone = secret || hook.option("visibility") == "private";
    ordered_json body;
    if (way == "outgoing")
        body["response_type"] = event.text == "start" ? "comment" : "post";
    else
        body["response_type"] = alone ? "ephemeral" : "in_channel";
    body["text"] = write(secret ? note_text(view, hook) : view.messages, markup, text_limit);
    body["attachments"] = secret ? ordered_json::array() : cards_of(view, event, hook);
    body["skip_slack_parsing"] = true;
    return {json_reply(body), {}};
}

}  // namespace advisor::channels
