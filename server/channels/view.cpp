#include "server/channels/view.hpp"

#include <algorithm>
#include <cctype>

namespace advisor::channels {
namespace {

constexpr std::size_t brief_items = 3;
constexpr std::size_t usual_items = 6;
constexpr std::size_t all_items = 1000;

bool is_token_char(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '*' || c == '-';
}

bool is_token_part(std::string_view part) {
    return !part.empty() && std::all_of(part.begin(), part.end(), is_token_char);
}

std::string_view next_part(std::string_view& rest) {
    const std::string_view part = rest.substr(0, rest.find('.'));
    rest.remove_prefix(std::min(part.size() + 1, rest.size()));
    return part;
}

std::string range_text(const QuestionView& question) {
    return std::to_string(question.min) + " to " + std::to_string(question.max);
}

void add_options(Text& text, const QuestionView& question) {
    std::size_t number = 0;
    for (const OptionView& option : question.options) {
        Block block =
            question.is_numbered() ? numbered(++number, option.label) : bullet(option.label);
        if (option.selected)
            block.spans.insert(block.spans.begin(), {"\xe2\x98\x91 ", Style::plain, {}});
        if (!option.help.empty())
            block.spans.push_back({" \xe2\x80\x93 " + option.help, Style::plain, {}});
        text.push_back(std::move(block));
    }
}

void add_list(Text& text, const char* title, const std::vector<std::string>& items,
              std::size_t limit) {
    if (items.empty() || limit == 0) return;
    text.push_back(heading(title));
    for (std::size_t i = 0; i < std::min(items.size(), limit); ++i)
        text.push_back(bullet(items[i]));
}

std::string role_title(const RoleView& role) {
    std::string text = role.verdict == "none" ? std::string() : std::to_string(role.count) + " ";
    if (!role.seniority.empty() && role.verdict != "none") text += role.seniority + " ";
    return text + role.title;
}

std::string verdict_text(const std::string& verdict) {
    return verdict == "none" ? "not needed" : verdict;
}

void add_roles(Text& text, const Advice& advice, Detail detail) {
    text.push_back(heading("Hiring plan"));
    if (!advice.hiring_summary.empty()) text.push_back(paragraph(advice.hiring_summary));
    for (const RoleView& role : advice.roles) {
        Block block{BlockKind::bullet, {{role_title(role), Style::bold, {}}}, 0};
        block.spans.push_back({": " + verdict_text(role.verdict), Style::plain, {}});
        if (detail != Detail::brief && !role.because.empty())
            block.spans.push_back({". " + role.because, Style::plain, {}});
        text.push_back(std::move(block));
    }
    if (detail == Detail::full)
        for (const std::string& note : advice.notes) text.push_back(paragraph(note));
}

std::string example_numbers(const QuestionView& question, std::string_view command) {
    const std::size_t count = question.options.size();
    const std::string lead(command);
    if (question.form == QuestionForm::multi)
        return lead + (count > 2 ? "1 3" : "1") + ", or " + lead + "none";
    if (count < 2) return lead + "1";
    if (count == 2) return lead + "1 or " + lead + "2";
    return lead + "1 to " + lead + std::to_string(count);
}

/// "/advise settle 2 = Ana or /advise settle 2 = Ben"
std::string alternatives(const std::vector<std::string>& typed, const std::string& lead) {
    std::string text;
    for (std::size_t i = 0; i < typed.size(); ++i)
        text += (i == 0 ? "" : i + 1 < typed.size() ? ", " : " or ") + lead + typed[i];
    return text;
}

}  // namespace

std::string Hook::option(std::string_view name, std::string_view fallback) const {
    const auto found = options.find(name);
    return found == options.end() ? std::string(fallback) : found->second;
}

std::string Hook::url(std::string_view part) const {
    std::string text = public_url + "/hooks/" + platform + "/" + id;
    if (!part.empty()) text += "/" + std::string(part);
    return text;
}

std::string Event::carried(std::string_view name) const {
    const auto found = carry.find(name);
    return found == carry.end() ? std::string() : found->second;
}

std::string QuestionView::token(std::string_view option) const {
    return write_token({session, number, std::string(option)});
}

bool QuestionView::is_numbered() const {
    return form == QuestionForm::choice || form == QuestionForm::multi ||
           (form == QuestionForm::confirm && typed.empty());
}

std::optional<AnswerToken> read_token(std::string_view text) {
    if (text.size() > max_token_bytes) return std::nullopt;
    const std::string_view version = next_part(text);
    AnswerToken token;
    token.session = next_part(text);
    const std::string_view question = next_part(text);
    token.option = text;
    const bool number = !question.empty() && question.size() <= 4 &&
                        std::all_of(question.begin(), question.end(),
                                    [](unsigned char c) { return std::isdigit(c) != 0; });
    if (version != "a1" || !number || !is_token_part(token.session) || !is_token_part(token.option))
        return std::nullopt;
    token.question = static_cast<std::size_t>(std::stoul(std::string(question)));
    return token;
}

std::string write_token(const AnswerToken& token) {
    return "a1." + token.session + "." + std::to_string(token.question) + "." + token.option;
}

std::string option_key(std::size_t index) {
    static constexpr std::string_view letters = "abcdefghijklmnopqrsuvwyz";
    if (index < letters.size()) return {letters[index]};
    return {letters[index / letters.size() - 1], letters[index % letters.size()]};
}

std::vector<Control> controls(const QuestionView& question) {
    std::vector<Control> list;
    if (question.form == QuestionForm::confirm) return list;
    if (question.form == QuestionForm::multi)
        list.push_back({std::string(submit_option), "Continue", true});
    if (question.may_go_back) list.push_back({std::string(back_option), "Back", false});
    if (question.may_skip) list.push_back({std::string(skip_option), "Skip", false});
    if (question.allow_unknown)
        list.push_back({std::string(unknown_option), "I don't know", false});
    list.push_back({std::string(cancel_option), "Cancel", false});
    for (const OptionView& more : question.beside) list.push_back({more.key, more.label, false});
    return list;
}

Shape shape_of(const QuestionView& question) {
    const std::size_t count = question.options.size();
    if (question.form == QuestionForm::multi)
        return count <= max_menu ? Shape::ticks : Shape::numbers;
    if (count == 0) return Shape::nothing;
    if (count <= max_buttons) return Shape::buttons;
    return count <= max_menu ? Shape::menu : Shape::numbers;
}

bool should_list(const QuestionView& question) {
    if (question.form == QuestionForm::scale) return false;
    if (question.options.size() > max_buttons) return true;
    return std::any_of(question.options.begin(), question.options.end(), [](const auto& option) {
        return !option.help.empty() ||
               length_of(option.label, LengthUnit::code_points) > short_label;
    });
}

std::string control_label(const QuestionView& question, std::size_t index, Limit limit) {
    const std::string label = clean(question.options[index].label);
    if (length_of(label, limit.unit) <= limit.size || !question.is_numbered())
        return cut(label, limit);
    return cut(std::to_string(index + 1) + ". " + label, limit);
}

std::string progress_title(const QuestionView& question) {
    if (!question.title.empty()) return question.title;
    if (question.form == QuestionForm::confirm) return "Change this answer?";
    return "Question " + std::to_string(question.position) + " of " +
           std::to_string(question.total);
}

std::string typing_hint(const QuestionView& question, std::string_view command) {
    const std::string lead(command);
    switch (question.form) {
        case QuestionForm::confirm:
            if (!question.typed.empty()) return "Type " + alternatives(question.typed, lead) + ".";
            return "Type " + lead + "yes or " + lead + "no.";
        case QuestionForm::number: {
            const std::string unit = question.unit.empty() ? "" : " (" + question.unit + ")";
            return "Type a number from " + range_text(question) + unit + ", such as " + lead +
                   std::to_string(std::clamp<std::int64_t>(100, question.min, question.max)) + ".";
        }
        case QuestionForm::scale:
            return "Type a number from " + range_text(question) + ", such as " + lead +
                   std::to_string(question.min) + ".";
        case QuestionForm::text:
            return lead.empty() ? "Type your answer."
                                : "Type your answer after " +
                                      lead.substr(0, lead.find_last_not_of(' ') + 1) + ".";
        case QuestionForm::multi:
        case QuestionForm::choice:
            break;
    }
    return "Type " + example_numbers(question, command) + ", or your own words.";
}

Text question_text(const QuestionView& question, const QuestionTextWishes& wishes) {
    Text text{heading(progress_title(question)), paragraph(question.text)};
    if (!question.help.empty())
        text.push_back({BlockKind::paragraph, {{question.help, Style::italic, {}}}, 0});
    if (wishes.with_options) add_options(text, question);
    if (wishes.with_options && question.form == QuestionForm::scale && !question.low.empty())
        text.push_back(paragraph(std::to_string(question.min) + ": " + question.low + ", " +
                                 std::to_string(question.max) + ": " + question.high));
    if (wishes.with_hint) {
        text.push_back({BlockKind::paragraph,
                        {{typing_hint(question, wishes.command), Style::italic, {}}},
                        0});
    }
    return text;
}

Text advice_text(const Advice& advice, Detail detail) {
    const std::size_t limit = detail == Detail::brief   ? brief_items
                              : detail == Detail::usual ? usual_items
                                                        : all_items;
    Text text{heading("Recommendation: " + advice.name)};
    if (!advice.headline.empty()) text.push_back(paragraph(advice.headline));
    if (!advice.firmness.empty()) text.push_back(paragraph("Firmness: " + advice.firmness));
    if (!advice.points.empty()) {
        std::string points;
        for (const Fact& fact : advice.points)
            points += (points.empty() ? "" : ", ") + fact.name + " " + fact.value;
        text.push_back(paragraph("Points: " + points));
    }
    if (!advice.reasons.empty()) text.push_back(heading("Why"));
    for (std::size_t i = 0; i < std::min(advice.reasons.size(), limit); ++i) {
        Block block{BlockKind::bullet, {}, 0};
        if (!advice.reasons[i].name.empty())
            block.spans.push_back({advice.reasons[i].name + ": ", Style::bold, {}});
        block.spans.push_back({advice.reasons[i].value, Style::plain, {}});
        text.push_back(std::move(block));
    }
    add_list(text, "What would change it", advice.changes, limit);
    add_list(text, "What you give up", advice.tradeoffs, detail == Detail::brief ? 0 : limit);
    if (!advice.roles.empty() || !advice.hiring_summary.empty()) add_roles(text, advice, detail);
    if (!advice.report_url.empty()) text.push_back(link("Full report", advice.report_url));
    return text;
}

std::vector<Fact> advice_facts(const Advice& advice) {
    std::vector<Fact> facts;
    if (!advice.firmness.empty()) facts.push_back({"Firmness", advice.firmness});
    if (advice.points.size() > 1) facts.push_back({"Runner-up", advice.points[1].name});
    for (const RoleView& role : advice.roles) {
        if (role.verdict != "none") facts.push_back({"Role: " + role.verdict, role_title(role)});
    }
    return facts;
}

}  // namespace advisor::channels
