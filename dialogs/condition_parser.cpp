#include "dialogs/condition_parser.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <limits>
#include <optional>

namespace advisor::dialogs {
namespace {

using Op = ConditionNode::Op;

/// Parentheses and `not` may nest this deep; evaluate() has a stack of 64.
constexpr int max_nesting = 24;

bool is_word_char(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-';
}

std::vector<std::string_view> split_tokens(std::string_view text) {
    std::vector<std::string_view> tokens;
    for (std::size_t at = 0; at < text.size();) {
        if (std::isspace(static_cast<unsigned char>(text[at])) != 0) {
            ++at;
            continue;
        }
        std::size_t end = at;
        while (end < text.size() && is_word_char(text[end])) ++end;
        if (end == at) {
            end = at + 1;
            if (end < text.size() && text[end] == '=' &&
                std::string_view("<>!=").find(text[at]) != std::string_view::npos)
                ++end;
        }
        tokens.push_back(text.substr(at, end - at));
        at = end;
    }
    return tokens;
}

class Parser {
public:
    Parser(std::string_view text, const std::vector<Question>& questions, std::size_t visible)
        : tokens_(split_tokens(text)), questions_(questions), visible_(visible) {
        result_.condition.text = std::string(text);
    }

    ConditionResult parse() {
        disjunction(0);
        if (result_.errors.empty() && at_ < tokens_.size()) syntax("\"and\" or \"or\"");
        if (!result_.errors.empty()) result_.condition.nodes.clear();
        return std::move(result_);
    }

private:
    // A failed parse stops at its first error: everything below returns at once when there is one.
    [[nodiscard]] bool failed() const { return !result_.errors.empty(); }
    [[nodiscard]] std::string_view peek() const {
        return at_ < tokens_.size() ? tokens_[at_] : std::string_view();
    }
    bool accept(std::string_view word) {
        if (peek() != word) return false;
        ++at_;
        return true;
    }
    void fail(Finding finding, std::string message) {
        if (!failed()) result_.errors.push_back({finding, std::move(message)});
    }
    void syntax(const std::string& expected) {
        const std::string found =
            at_ < tokens_.size() ? "\"" + std::string(peek()) + "\"" : "the end";
        fail(Finding::condition_syntax, "expected " + expected + " but found " + found + " in \"" +
                                            result_.condition.text + "\"");
    }
    void expect(std::string_view word) {
        if (!accept(word)) syntax("\"" + std::string(word) + "\"");
    }
    void emit(Op op) {
        ConditionNode node;
        node.op = op;
        result_.condition.nodes.push_back(node);
    }

    /// Jumps over the right side of `and` and `or` when the left one has decided; land() says to
    /// where.
    std::size_t emit_skip(Op op) {
        emit(op);
        return result_.condition.nodes.size() - 1;
    }
    void land(std::size_t skip) {
        result_.condition.nodes[skip].skip_to =
            static_cast<std::uint32_t>(result_.condition.nodes.size());
    }

    void disjunction(int depth) {
        conjunction(depth);
        while (!failed() && accept("or")) {
            const std::size_t skip = emit_skip(Op::skip_if_yes);
            conjunction(depth);
            emit(Op::or_);
            land(skip);
        }
    }
    void conjunction(int depth) {
        negation(depth);
        while (!failed() && accept("and")) {
            const std::size_t skip = emit_skip(Op::skip_if_no);
            negation(depth);
            emit(Op::and_);
            land(skip);
        }
    }
    void negation(int depth) {
        if (depth > max_nesting)
            return fail(Finding::condition_syntax,
                        "nests deeper than 24; split it into several rules");
        if (accept("not")) {
            negation(depth + 1);
            return emit(Op::not_);
        }
        if (accept("(")) {
            disjunction(depth + 1);
            return expect(")");
        }
        if (accept("always")) return emit(Op::always);
        atom();
    }

    void atom() {
        const std::optional<QuestionIndex> question = question_name();
        if (!question) return;
        if (accept("is")) return is_atom(*question);
        if (accept("includes")) return includes_atom(*question);
        comparison(*question);
    }

    std::optional<QuestionIndex> question_name() {
        const std::string_view name = peek();
        if (name.empty() || !is_word_char(name.front())) {
            syntax("the id of a question");
            return std::nullopt;
        }
        ++at_;
        std::vector<std::string> known;
        for (std::size_t i = 0; i < questions_.size(); ++i) {
            if (questions_[i].id == name) {
                if (i < visible_) return i;
                fail(Finding::later_question, "question \"" + std::string(name) +
                                                  "\" comes later in the file; a \"when\" of a "
                                                  "question may only look at earlier ones");
                return std::nullopt;
            }
            known.push_back(questions_[i].id);
        }
        fail(Finding::unknown_question,
             "no question \"" + std::string(name) + "\";" + remedy(name, known));
        return std::nullopt;
    }

    static std::string remedy(std::string_view word, const std::vector<std::string>& known) {
        std::string hint = did_you_mean(word, known);
        return hint.empty() ? " add it or correct the name" : hint;
    }

    void is_atom(QuestionIndex question) {
        if (accept("known")) return emit_on(Op::is_known, question);
        if (accept("unknown")) return emit_on(Op::is_unknown, question);
        if (accept("empty")) {
            if (!require(question, QuestionKind::multi, "is empty")) return;
            return emit_on(Op::is_empty, question);
        }
        const bool negated = accept("not");
        if (questions_[question].kind == QuestionKind::boolean) {
            yes_or_no(question);
        } else if (peek() == "one" && at_ + 1 < tokens_.size() && tokens_[at_ + 1] == "of") {
            at_ += 2;
            emit_choices(Op::one_of, question, QuestionKind::choice, "is one of", true);
        } else {
            emit_choices(Op::one_of, question, QuestionKind::choice, "is", false);
        }
        if (negated) emit(Op::not_);
    }

    void yes_or_no(QuestionIndex question) {
        if (accept("yes")) return emit_on(Op::is_yes, question);
        if (accept("no")) return emit_on(Op::is_no, question);
        syntax("\"yes\" or \"no\"");
    }

    void includes_atom(QuestionIndex question) {
        const bool several = accept("any");
        if (several) expect("of");
        emit_choices(Op::includes_any, question, QuestionKind::multi, "includes", several);
    }

    void emit_choices(Op op, QuestionIndex question, QuestionKind kind, const std::string& words,
                      bool several) {
        if (failed() || !require(question, kind, words)) return;
        std::uint32_t mask = 0;
        if (several) expect("(");
        do {
            mask |= choice_bit(question);
        } while (!failed() && several && accept(","));
        if (several) expect(")");
        if (failed()) return;
        emit_on(op, question);
        result_.condition.nodes.back().mask = mask;
    }

    std::uint32_t choice_bit(QuestionIndex question) {
        const std::string_view name = peek();
        std::vector<std::string> known;
        const std::vector<ChoiceSpec>& choices = questions_[question].choices;
        for (std::size_t i = 0; i < choices.size(); ++i) {
            if (choices[i].id == name) {
                ++at_;
                return 1U << i;
            }
            known.push_back(choices[i].id);
        }
        if (name.empty() || !is_word_char(name.front())) {
            syntax("one of the choices of \"" + questions_[question].id + "\"");
        } else {
            fail(Finding::unknown_choice, "question \"" + questions_[question].id +
                                              "\" has no choice \"" + std::string(name) + "\";" +
                                              remedy(name, known));
        }
        return 0;
    }

    void comparison(QuestionIndex question) {
        static constexpr std::string_view comparisons[] = {"<", "<=", ">", ">=", "=", "!="};
        const std::string_view sign = peek();
        if (std::find(std::begin(comparisons), std::end(comparisons), sign) ==
            std::end(comparisons)) {
            return syntax("\"is\", \"includes\" or a comparison");
        }
        ++at_;
        const QuestionKind kind = questions_[question].kind;
        if (kind != QuestionKind::number && kind != QuestionKind::scale) {
            return fail(Finding::wrong_comparison, "question \"" + questions_[question].id +
                                                       "\" is not a number; write \"" +
                                                       questions_[question].id + " is ...\"");
        }
        const std::optional<std::int64_t> number = integer();
        if (!number) return;
        using Limits = std::numeric_limits<std::int64_t>;
        emit_on(Op::within, question);
        ConditionNode& node = result_.condition.nodes.back();
        node.low = sign == ">" ? *number + 1 : sign.front() == '<' ? Limits::min() : *number;
        node.high = sign == "<" ? *number - 1 : sign.front() == '>' ? Limits::max() : *number;
        if (sign == "!=") emit(Op::not_);
    }

    std::optional<std::int64_t> integer() {
        const std::string_view digits = peek();
        std::int64_t number = 0;
        const auto [end, error] =
            std::from_chars(digits.data(), digits.data() + digits.size(), number);
        constexpr std::int64_t largest = 1'000'000'000'000;
        if (error != std::errc() || end != digits.data() + digits.size() || digits.empty() ||
            number > largest || number < -largest) {
            syntax("a whole number");
            return std::nullopt;
        }
        ++at_;
        return number;
    }

    bool require(QuestionIndex question, QuestionKind kind, const std::string& words) {
        if (questions_[question].kind == kind) return true;
        const std::string wanted = kind == QuestionKind::choice ? "choices" : "many";
        fail(Finding::wrong_comparison, "\"" + words + "\" needs a question with \"" + wanted +
                                            "\", and \"" + questions_[question].id +
                                            "\" is of kind " +
                                            std::string(to_text(questions_[question].kind)));
        return false;
    }

    void emit_on(Op op, QuestionIndex question) {
        emit(op);
        result_.condition.nodes.back().question = static_cast<std::uint32_t>(question);
        result_.condition.questions |= std::uint64_t{1} << question;
    }

    std::vector<std::string_view> tokens_;
    std::size_t at_ = 0;
    const std::vector<Question>& questions_;
    std::size_t visible_;
    ConditionResult result_;
};

}  // namespace

ConditionResult parse_condition(std::string_view text, const std::vector<Question>& questions,
                                std::size_t visible) {
    if (text.size() > max_condition_bytes) {
        ConditionResult result;
        result.errors.push_back({Finding::condition_syntax,
                                 "longer than 2,000 characters; split it into several rules"});
        return result;
    }
    return Parser(text, questions, visible).parse();
}

}  // namespace advisor::dialogs
