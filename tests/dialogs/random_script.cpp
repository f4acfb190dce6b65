#include "random_script.hpp"

#include <algorithm>

namespace advisor::dialogs::model {
namespace {

using Op = Tree::Op;

// Numbers and scales both run from 0 to 9, so that all values can be tried.
constexpr std::int64_t lowest = 0;
constexpr std::int64_t highest = 9;

std::string question_id(std::size_t index) {
    return "q" + std::to_string(index);
}
std::string choice_id(std::size_t index) {
    return std::string(1, static_cast<char>('a' + index));
}

Three truth(bool value) {
    return value ? Three::yes : Three::no;
}

Three turned(Three value) {
    if (value == Three::cannot_say) return value;
    return value == Three::yes ? Three::no : Three::yes;
}

bool compares(std::int64_t left, const std::string& sign, std::int64_t right) {
    if (sign == "<") return left < right;
    if (sign == "<=") return left <= right;
    if (sign == ">") return left > right;
    if (sign == ">=") return left >= right;
    return sign == "=" ? left == right : left != right;
}

/// "For a range: when it holds for every number in it."
Three read_compare(const Tree& tree, const Amount& amount) {
    bool some = false;
    bool all = true;
    for (std::int64_t number = amount.min; number <= amount.max; ++number) {
        const bool holds = compares(number, tree.sign, tree.number);
        some = some || holds;
        all = all && holds;
    }
    if (all) return Three::yes;
    return some ? Three::cannot_say : Three::no;
}

bool chosen(const Tree& tree, const Value& value) {
    return std::any_of(tree.choices.begin(), tree.choices.end(), [&](std::size_t choice) {
        if (const auto* one = std::get_if<Choice>(&value)) return one->index == choice;
        return (std::get<Choices>(value).mask >> choice & 1U) != 0;
    });
}

Three read_atom(const Tree& tree, const Known& known) {
    // "... answers every condition on it with no, except `not ...`": `!=` is one of those, too.
    if (known.status == Known::Status::not_asked)
        return truth(tree.op == Op::compare && tree.sign == "!=");
    if (known.status == Known::Status::open) return Three::cannot_say;
    const bool is_value = is_known(known.value);
    if (tree.op == Op::known) return truth(is_value);
    if (tree.op == Op::unknown) return truth(!is_value);
    if (!is_value) return Three::cannot_say;
    switch (tree.op) {
        case Op::is:
        case Op::one_of:
        case Op::includes:
            return truth(chosen(tree, known.value));
        case Op::empty:
            return truth(std::get<Choices>(known.value).mask == 0);
        case Op::compare:
            return read_compare(tree, std::get<Amount>(known.value));
        default:
            return truth(std::get<bool>(known.value) == (tree.op == Op::yes));
    }
}

bool looks_at_open(const Tree& tree, const std::vector<Known>& known) {
    if (!tree.parts.empty()) {
        return std::any_of(tree.parts.begin(), tree.parts.end(),
                           [&](const Tree& part) { return looks_at_open(part, known); });
    }
    return tree.op != Op::always && known[tree.question].status == Known::Status::open;
}

Tree random_atom(Dice& dice, const std::vector<Asked>& questions, std::size_t visible) {
    Tree tree;
    tree.question = dice.roll(visible);
    const Asked& asked = questions[tree.question];
    if (dice.chance(20)) {
        tree.op = dice.chance(50) ? Op::known : Op::unknown;
        return tree;
    }
    const std::size_t first = asked.choices > 0 ? dice.roll(asked.choices) : 0;
    switch (asked.kind) {
        case QuestionKind::choice:
            tree.op = dice.chance(50) ? Op::is : Op::one_of;
            tree.choices = {first};
            if (tree.op == Op::one_of) tree.choices.push_back(dice.roll(asked.choices));
            break;
        case QuestionKind::multi:
            tree.op = dice.chance(30) ? Op::empty : Op::includes;
            if (tree.op == Op::includes) tree.choices = {first};
            if (tree.op == Op::includes && dice.chance(40))
                tree.choices.push_back(dice.roll(asked.choices));
            break;
        case QuestionKind::boolean:
            tree.op = dice.chance(50) ? Op::yes : Op::no;
            break;
        default: {
            static const std::vector<std::string> signs{"<", "<=", ">", ">=", "=", "!="};
            tree.op = Op::compare;
            tree.sign = signs[dice.roll(signs.size())];
            tree.number = static_cast<std::int64_t>(dice.roll(12)) - 1;
        }
    }
    return tree;
}

std::string choice_list(const Tree& tree) {
    std::string text;
    for (const std::size_t choice : tree.choices)
        text += (text.empty() ? "" : ", ") + choice_id(choice);
    return text;
}

std::string atom_text(const Tree& tree) {
    const std::string name = question_id(tree.question);
    switch (tree.op) {
        case Op::always:
            return "always";
        case Op::is:
            return name + " is " + choice_list(tree);
        case Op::one_of:
            return name + " is one of (" + choice_list(tree) + ")";
        case Op::includes:
            return name + (tree.choices.size() == 1
                               ? " includes " + choice_list(tree)
                               : " includes any of (" + choice_list(tree) + ")");
        case Op::empty:
            return name + " is empty";
        case Op::compare:
            return name + " " + tree.sign + " " + std::to_string(tree.number);
        case Op::yes:
            return name + " is yes";
        case Op::no:
            return name + " is no";
        case Op::known:
            return name + " is known";
        default:
            return name + " is unknown";
    }
}

std::string question_text(Dice& dice, std::size_t index, Asked& asked,
                          const std::vector<Asked>& before) {
    std::string text = R"({"id":")" + question_id(index) + R"(","label":"L","ask":"?")";
    const std::size_t kind = dice.roll(5);
    if (kind < 2) {
        asked.kind = kind == 0 ? QuestionKind::choice : QuestionKind::multi;
        asked.choices = 2 + dice.roll(2);
        text += kind == 0 ? R"(,"choices":[)" : R"(,"many":[)";
        for (std::size_t i = 0; i < asked.choices; ++i)
            text += (i > 0 ? "," : "") + (R"({"id":")" + choice_id(i) + R"(","say":"S"})");
        text += "]";
    } else if (kind == 2) {
        asked.kind = QuestionKind::boolean;
        text += R"(,"yes_no":true)";
    } else {
        asked.kind = kind == 3 ? QuestionKind::number : QuestionKind::scale;
        text += kind == 3 ? R"(,"number":{"min":0,"max":9})"
                          : R"(,"scale":{"min":0,"max":9,"low":"l","high":"h"})";
    }
    asked.required = dice.chance(15);
    asked.allow_unknown = !dice.chance(15);
    if (asked.required) text += R"(,"required":true)";
    if (!asked.allow_unknown) text += R"(,"allow_unknown":false)";
    if (index > 0 && dice.chance(60)) {
        asked.when = random_condition(dice, before, index, 2);
        text += R"(,"when":")" + text_of(*asked.when, before) + "\"";
    }
    return text + "}";
}

std::string rule_text(Dice& dice, std::size_t index, Scored& rule, const RandomScript& script) {
    rule.when = dice.chance(10)
                    ? Tree{}
                    : random_condition(dice, script.questions, script.questions.size(), 2);
    rule.points.assign(script.options, 0);
    rule.team = dice.chance(30);
    std::string points;
    for (std::size_t option = 0; option < script.options; ++option) {
        rule.points[option] = static_cast<int>(dice.roll(9)) - 3;
        if (option == 0 && rule.points[option] == 0) rule.points[option] = 1;
        if (rule.points[option] != 0)
            points += (points.empty() ? "\"o" : ",\"o") + std::to_string(option) +
                      "\":" + std::to_string(rule.points[option]);
    }
    return R"({"id":"r)" + std::to_string(index) + R"(","axis":")" +
           (rule.team ? "team" : "other") + R"(","when":")" + text_of(rule.when, script.questions) +
           R"(","points":{)" + points + R"(},"because":"B","evidence":["e"]})";
}

struct Ranking {
    std::size_t best = 0;
    int lead = 0;
    std::vector<int> totals;
};

Ranking rank(const std::vector<int>& totals) {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < totals.size(); ++i) order.push_back(i);
    std::stable_sort(order.begin(), order.end(), [&](std::size_t left, std::size_t right) {
        return totals[left] > totals[right];
    });
    return {order[0], totals[order[0]] - totals[order[1]], totals};
}

/// Two of the named ones, one with the most points and one with the next most.
bool close_pair(const RandomScript& script, const Ranking& ranking) {
    const int most = ranking.totals[ranking.best];
    for (const std::size_t one : script.between) {
        for (const std::size_t other : script.between) {
            if (one != other && ranking.lead <= script.margin && ranking.totals[one] == most &&
                ranking.totals[other] == most - ranking.lead)
                return true;
        }
    }
    return false;
}

}  // namespace

Three read(const Tree& tree, const std::vector<Known>& known) {
    switch (tree.op) {
        case Op::always:
            return Three::yes;
        case Op::not_:
            return turned(read(tree.parts[0], known));
        case Op::and_:
            return std::min(read(tree.parts[0], known), read(tree.parts[1], known));
        case Op::or_:
            return std::max(read(tree.parts[0], known), read(tree.parts[1], known));
        default:
            return read_atom(tree, known[tree.question]);
    }
}

Tree random_condition(Dice& dice, const std::vector<Asked>& questions, std::size_t visible,
                      int depth) {
    if (depth == 0 || dice.chance(40)) return random_atom(dice, questions, visible);
    Tree tree;
    const std::size_t kind = dice.roll(3);
    tree.op = kind == 0 ? Op::not_ : kind == 1 ? Op::and_ : Op::or_;
    tree.parts.push_back(random_condition(dice, questions, visible, depth - 1));
    if (kind > 0) tree.parts.push_back(random_condition(dice, questions, visible, depth - 1));
    return tree;
}

std::string text_of(const Tree& tree, const std::vector<Asked>& questions) {
    if (tree.parts.empty()) return atom_text(tree);
    // Only as many parentheses as the grammar needs, so that precedence is tested.
    const auto inner = [&](const Tree& part) {
        const std::string text = text_of(part, questions);
        const bool loose = tree.op == Op::not_ ? part.op == Op::and_ || part.op == Op::or_
                                               : tree.op == Op::and_ && part.op == Op::or_;
        return loose ? "(" + text + ")" : text;
    };
    if (tree.op == Op::not_) return "not " + inner(tree.parts[0]);
    return inner(tree.parts[0]) + (tree.op == Op::and_ ? " and " : " or ") + inner(tree.parts[1]);
}

std::vector<Known> RandomScript::settle(const Answers& answers) const {
    std::vector<Known> known;
    for (std::size_t i = 0; i < questions.size(); ++i) {
        Known entry;
        const Three applies = questions[i].when ? read(*questions[i].when, known) : Three::yes;
        const bool may_come =
            applies == Three::cannot_say && looks_at_open(*questions[i].when, known);
        if (applies != Three::yes && !may_come) {
            entry.status = Known::Status::not_asked;
        } else if (answers[i]) {
            entry = {Known::Status::answered, *answers[i]};
        }
        known.push_back(entry);
    }
    return known;
}

RandomScript random_script(Dice& dice) {
    RandomScript script;
    script.options = 2 + dice.roll(3);
    script.margin = static_cast<int>(dice.roll(3));
    script.clear_margin = script.margin + 1 + static_cast<int>(dice.roll(4));
    script.between = {0, 1};
    std::string options;
    for (std::size_t i = 0; i < script.options; ++i) {
        const std::string id = "o" + std::to_string(i);
        options +=
            (i > 0 ? "," : "") + (R"({"id":")" + id + R"(","name":")" + id + R"(","say":"S"})");
    }
    std::string questions;
    const std::size_t count = 3 + dice.roll(3);
    for (std::size_t i = 0; i < count; ++i) {
        Asked asked;
        questions += (i > 0 ? "," : "") + question_text(dice, i, asked, script.questions);
        script.questions.push_back(asked);
    }
    std::string rules;
    const std::size_t rule_count = 3 + dice.roll(5);
    for (std::size_t i = 0; i < rule_count; ++i) {
        Scored rule;
        rules += (i > 0 ? "," : "") + rule_text(dice, i, rule, script);
        script.rules.push_back(rule);
    }
    script.text =
        R"({"script":"random","title":"T","intro":"I","options":[)" + options +
        R"(],"tie":{"outcome":"tie","name":"Tie","say":"S","margin":)" +
        std::to_string(script.margin) +
        R"(,"between":["o0","o1"],"tie_breakers":["team"]},"clear_margin":)" +
        std::to_string(script.clear_margin) + R"(,"questions":[)" + questions + R"(],"rules":[)" +
        rules +
        R"(],"evidence":[{"id":"e","claim":"C","stance":"supports","source":"S","as_of":"2026-01","review_by":"2027-01"}]})";
    return script;
}

std::vector<Value> all_values(const Question& question) {
    std::vector<Value> values;
    switch (question.kind) {
        case QuestionKind::choice:
            for (std::uint32_t i = 0; i < question.choices.size(); ++i)
                values.emplace_back(Choice{i});
            break;
        case QuestionKind::multi:
            for (std::uint32_t mask = 0; mask < 1U << question.choices.size(); ++mask)
                values.emplace_back(Choices{mask});
            break;
        case QuestionKind::boolean:
            values.emplace_back(true);
            values.emplace_back(false);
            break;
        case QuestionKind::number:
        case QuestionKind::scale:
            for (std::int64_t number = question.limits.min; number <= question.limits.max; ++number)
                values.emplace_back(Amount{number, number});
            break;
        case QuestionKind::text:
            break;
    }
    if (question.allow_unknown) values.emplace_back(Unknown{});
    return values;
}

Value random_value(Dice& dice, const Question& question) {
    if (question.allow_unknown && dice.chance(10)) return Unknown{};
    if (!question.required && dice.chance(10)) return Skipped{};
    if (question.kind == QuestionKind::number && dice.chance(40)) {
        const auto span = static_cast<std::size_t>(highest - lowest + 1);
        const auto one = static_cast<std::int64_t>(dice.roll(span));
        const auto other = static_cast<std::int64_t>(dice.roll(span));
        return Amount{std::min(one, other), std::max(one, other)};
    }
    const std::vector<Value> values = all_values(question);
    return values[dice.roll(values.size() - (question.allow_unknown ? 1 : 0))];
}

Verdict judge(const RandomScript& script, const Answers& answers) {
    Verdict verdict;
    const std::vector<Known> known = script.settle(answers);
    verdict.totals.assign(script.options, 0);
    std::vector<int> without_team = verdict.totals;
    for (std::size_t i = 0; i < script.rules.size(); ++i) {
        if (read(script.rules[i].when, known) != Three::yes) continue;
        verdict.fired.push_back(i);
        for (std::size_t option = 0; option < script.options; ++option) {
            verdict.totals[option] += script.rules[i].points[option];
            if (!script.rules[i].team) without_team[option] += script.rules[i].points[option];
        }
    }
    const Ranking ranking = rank(verdict.totals);
    const bool tie = ranking.lead == 0 || close_pair(script, ranking);
    verdict.outcome = tie ? script.options : ranking.best;
    if (tie || ranking.lead <= script.margin)
        verdict.firmness = Firmness::too_close;
    else
        verdict.firmness =
            ranking.lead >= script.clear_margin ? Firmness::clear : Firmness::leaning;
    verdict.either_works = !tie && close_pair(script, rank(without_team));
    if (verdict.either_works && verdict.firmness == Firmness::clear)
        verdict.firmness = Firmness::leaning;
    return verdict;
}

}  // namespace advisor::dialogs::model
