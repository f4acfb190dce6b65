#include "dialogs/description.hpp"

#include <algorithm>

#include "dialogs/engine.hpp"
#include "dialogs/question_words.hpp"
#include "dialogs/readers.hpp"
#include "dialogs/scope.hpp"

namespace advisor::dialogs {
namespace {

// Nobody asked, so more is wanted than for an answer (see decide()).
constexpr double sure = 0.6;
constexpr double sure_number = 0.84;  // only one that words beside it confirm gets there

/// A sentence with its structure. What a correction takes back is left to the reader of the whole.
struct Sentence {
    std::vector<Token> tokens;
    Scope scope;
};

std::vector<Sentence> sentences_of(std::string_view text) {
    std::vector<Sentence> sentences(1);
    for (Token& token : tokenize(text)) {
        const bool end = ends_sentence(token);
        sentences.back().tokens.push_back(std::move(token));
        if (end) sentences.emplace_back();
    }
    std::erase_if(sentences, [](const Sentence& one) { return one.tokens.empty(); });
    for (Sentence& sentence : sentences) {
        sentence.scope = find_scope(sentence.tokens);
        // "We are six, but none of us knows Python": what stands before the "but" is a fact as
        // well.
        for (double& weight : sentence.scope.weight) weight = weight > 0 ? 1 : 0;
    }
    return sentences;
}

Decision read_sentence(const Question& question, const Sentence& sentence,
                       std::vector<std::string>* trace) {
    // "We know a bit of React" holds "we know React": what is inside of a wide phrase may say more.
    const Reading reading{question, *question.told,       sentence.tokens, sentence.scope,
                          {},       sentence.scope.begin, trace,           true};
    switch (question.kind) {
        case QuestionKind::choice:
        case QuestionKind::boolean:  // a bare yes or no answers nothing that was not asked
            return read_choice(reading);
        case QuestionKind::multi:
            return read_multi(reading);
        case QuestionKind::number:
            return read_number(reading);
        case QuestionKind::scale:
        case QuestionKind::text:
            break;
    }
    return {};
}

bool is_number(const Question& question) {
    return question.kind == QuestionKind::number;
}

/// Adds what one sentence says to what the sentences before it said.
void gather(const Question& question, const Decision& said, std::vector<Candidate>& all) {
    for (const Candidate& one : said.candidates) {
        if (is_number(question) && one.score < sure_number) continue;
        const auto known = std::find_if(all.begin(), all.end(), [&](const Candidate& other) {
            return other.value == one.value;
        });
        if (known == all.end())
            all.push_back(one);
        else
            known->score = 1 - (1 - known->score) * (1 - one.score);
    }
}

/// What a reader of choices found, as an answer to the question.
Value as_answer(const Question& question, const Value& value) {
    const auto* choice = std::get_if<Choice>(&value);
    if (question.kind == QuestionKind::boolean && choice) return choice->index == 0;
    return value;
}

std::optional<Value> read_question(const Question& question, const std::vector<Sentence>& text,
                                   std::vector<std::string>* trace) {
    const bool listed =
        question.told && (question.told->phrases.size() > 0 || question.told->numbers.size() > 0);
    if (!listed) return std::nullopt;
    if (trace) trace->push_back(question.id);
    std::vector<Candidate> candidates;
    for (const Sentence& sentence : text)
        gather(question, read_sentence(question, sentence, trace), candidates);
    const Decision decision = decide(std::move(candidates));
    for (const Candidate& one : decision.candidates) {
        if (trace)
            trace->push_back("score    " + value_text(question, as_answer(question, one.value)) +
                             " " + two_places(one.score));
    }
    if (decision.kind != Decision::Kind::accept) return std::nullopt;
    if (decision.candidates[0].score < sure) return std::nullopt;
    return as_answer(question, decision.candidates[0].value);
}

}  // namespace

std::vector<FoundFact> read_description(const Script& script, std::string_view text,
                                        std::vector<std::string>* trace) {
    const std::vector<Sentence> sentences = sentences_of(text);
    std::vector<FoundFact> found;
    for (QuestionIndex i = 0; i < script.questions.size(); ++i) {
        if (std::optional<Value> value = read_question(script.questions[i], sentences, trace))
            found.push_back({i, std::move(*value)});
    }
    return found;
}

bool is_description(std::string_view text) {
    std::size_t words = 0;
    std::size_t sentences = 1;
    for (const Token& token : tokenize(text)) {
        words += token.kind == Token::Kind::mark ? 0 : 1;
        sentences += ends_sentence(token) ? 1 : 0;
    }
    return words >= 40 || (sentences >= 2 && words >= 25);
}

std::vector<FoundFact> fitting_facts(const Script& script, const Answers& answers,
                                     const std::vector<FoundFact>& found) {
    Answers after = answers;
    std::vector<FoundFact> kept;
    for (const FoundFact& fact : found) {
        std::string why;
        if (after[fact.question] || !fits(script.questions[fact.question], fact.value, why))
            continue;
        after[fact.question] = fact.value;
        kept.push_back(fact);
    }
    prune(script, after);
    std::erase_if(kept, [&](const FoundFact& fact) { return !after[fact.question]; });
    return kept;
}

std::string list_facts(const Script& script, const std::vector<FoundFact>& facts) {
    std::string text;
    for (const FoundFact& fact : facts) {
        const Question& question = script.questions[fact.question];
        if (!text.empty()) text += "; ";
        text += question.label + ": “" + value_text(question, fact.value) + "”";
    }
    return text;
}

}  // namespace advisor::dialogs
