#include "server/review/synonym_preview.hpp"

#include <algorithm>
#include <cassert>

#include "dialogs/engine.hpp"
#include "dialogs/overloaded.hpp"
#include "dialogs/understand.hpp"
#include "server/review/review_fold.hpp"

namespace advisor::server {
namespace {

using dialogs::Question;

/// What a version makes of a text.
struct Reading {
    std::string words;                 ///< for people; empty: not understood
    std::vector<std::string> choices;  ///< ids; empty where it is no answer
    bool operator==(const Reading&) const = default;
};

Reading read(const Question& question, const std::string& text) {
    return std::visit(dialogs::overloaded{
                          [](const dialogs::NotUnderstood&) { return Reading(); },
                          [](const dialogs::UnderstoodCommand& wish) {
                              return Reading{std::string(dialogs::to_text(wish.command)), {}};
                          },
                          [&](const dialogs::UnderstoodValue& answer) {
                              return Reading{dialogs::value_text(question, answer.value),
                                             counted_answers(question, answer.value)};
                          },
                      },
                      dialogs::understand(question, text));
}

bool means(const Reading& reading, const std::string& choice) {
    return reading.choices == std::vector<std::string>{choice};
}

/// What the author says of the question's answers.
std::vector<LabelledPhrase> phrases_of(const Question& question) {
    std::vector<LabelledPhrase> phrases;
    for (const dialogs::ChoiceSpec& choice : question.choices) {
        phrases.push_back({choice.say, choice.id});
        for (const std::string& also : choice.also) phrases.push_back({also, choice.id});
    }
    return phrases;
}

}  // namespace

const Question* find_question(const dialogs::Script& script, const std::string& id) {
    const auto found = std::find_if(script.questions.begin(), script.questions.end(),
                                    [&](const Question& question) { return question.id == id; });
    return found == script.questions.end() ? nullptr : &*found;
}

SynonymPreview preview_synonym(const dialogs::Script& before, const dialogs::Script& after,
                               const dialogs::Synonym& synonym, const std::vector<TypedText>& texts,
                               const std::vector<LabelledPhrase>& labelled) {
    const Question* old_one = find_question(before, synonym.question);
    const Question* new_one = find_question(after, synonym.question);
    assert(old_one && new_one);
    SynonymPreview preview;
    const Reading phrase = read(*new_one, synonym.phrase);
    preview.understood = means(phrase, synonym.choice);
    preview.reading = phrase.words;
    for (const TypedText& typed : texts) {
        const Reading was = read(*old_one, typed.text);
        const Reading is = read(*new_one, typed.text);
        if (was != is) preview.changes.push_back({typed.text, typed.count, was.words, is.words});
    }
    std::vector<LabelledPhrase> known = phrases_of(*old_one);
    known.insert(known.end(), labelled.begin(), labelled.end());
    for (const LabelledPhrase& one : known) {
        const Reading was = read(*old_one, one.phrase);
        const Reading is = read(*new_one, one.phrase);
        if (means(was, one.choice) && !means(is, one.choice))
            preview.broken.push_back({one.phrase, 1, was.words, is.words});
    }
    preview.texts = texts.size();
    preview.phrases = known.size();
    return preview;
}

}  // namespace advisor::server
