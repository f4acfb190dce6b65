#include "dialogs/engine_parts.hpp"

#include <utility>

#include "dialogs/numbers.hpp"

namespace advisor::dialogs::engine {
namespace {

std::string help_text(const Question& question) {
    std::string text = question.help.empty() ? how_to_answer(question)
                                             : question.help + "\n" + how_to_answer(question);
    if (question.allow_unknown) text += "\n“I don't know” is a fine answer, too.";
    return text;
}

StepResult repeat(const Script& script, State state) {
    const std::optional<QuestionIndex> pending = pending_question(script, state);
    if (!pending) {
        const Scorecard card = score(script, state.answers);
        return remark(script, std::move(state), MessageKind::result, closing_text(script, card));
    }
    return remark(script, std::move(state), MessageKind::note, "Once more:");
}

}  // namespace

std::string how_to_answer(const Question& question) {
    switch (question.kind) {
        case QuestionKind::choice:
            return "Pick one of the answers, or type its number.";
        case QuestionKind::multi:
            return "Pick any that fit, or type their numbers with commas; “none” is an answer, "
                   "too.";
        case QuestionKind::number:
            return "A whole number from " + grouped(question.limits.min) + " to " +
                   grouped(question.limits.max) +
                   ", such as “5000” or “5k”, or a range such as “3000-5000”.";
        case QuestionKind::boolean:
            return "A yes or a no is enough.";
        case QuestionKind::scale:
            return "A number from " + grouped(question.limits.min) + " (" + question.low + ") to " +
                   grouped(question.limits.max) + " (" + question.high + ").";
        case QuestionKind::text:
            return "Any words will do.";
    }
    return {};
}

std::string contact_text(const Script& script) {
    if (!script.contact.empty())
        return "Of course. This is how you reach a human: " + script.contact +
               "\nEverything that you have said here is kept, so you need not begin again.";
    return "I am a program, and no human is reading along just now. Whoever gave you this page "
           "can read our talk later and get in touch. I am glad to go on meanwhile.";
}

StepResult explain(const Script& script, State state, Command command) {
    const std::optional<QuestionIndex> pending = pending_question(script, state);
    if (!pending)
        return remark(script, std::move(state), MessageKind::help,
                      "You have your result. You can go back, change an answer, or restart.");
    const Question& question = script.questions[*pending];
    if (command == Command::help)
        return remark(script, std::move(state), MessageKind::help, help_text(question));
    return remark(
        script, std::move(state), MessageKind::why,
        question.why.empty() ? "The answer adds to the points of the options." : question.why);
}

StepResult obey(const Script& script, State state, Command command) {
    switch (command) {
        case Command::back:
            return back(script, std::move(state));
        case Command::skip:
            return skip(script, std::move(state));
        case Command::restart:
            return restart(script);
        case Command::repeat:
            return repeat(script, std::move(state));
        case Command::why:
        case Command::help:
            return explain(script, std::move(state), command);
        case Command::human:
            return remark(script, std::move(state), MessageKind::note, contact_text(script));
        case Command::quit:
            return remark(script, std::move(state), MessageKind::note,
                          "All right, let's stop here. Everything so far is kept: come back at any "
                          "time and we go on where we stopped. Goodbye!");
        case Command::side_question:
            return remark(script, std::move(state), MessageKind::note,
                          std::string(side_question_text) + " Now back to my question:");
        case Command::yes:
        case Command::no:
            break;
    }
    return remark(
        script, std::move(state), MessageKind::unclear,
        "There is nothing to agree to just now. You can go back, change an answer, or restart.");
}

StepResult end_or_go_on(const Script& script, State state, EarlyWish wish) {
    state.proposed.reset();
    state.offered.reset();
    state.facts.clear();
    const bool was_stopped = state.stopped;
    state.stopped = wish == EarlyWish::stop;
    if (wish == EarlyWish::go_on || was_stopped)
        return remark(script, std::move(state), MessageKind::note,
                      wish == EarlyWish::stop ? "You have your result; “go on” brings back the "
                                                "questions that are left."
                                              : "All right, let's go on.");
    return finish(
        script, std::move(state),
        {{MessageKind::note, "Here it is. Say “go on” if you want to answer the rest after all."}});
}

}  // namespace advisor::dialogs::engine
