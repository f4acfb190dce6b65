#include "dialogs/engine.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <utility>

#include "dialogs/early_stop.hpp"
#include "dialogs/early_words.hpp"
#include "dialogs/fact_turns.hpp"
#include "dialogs/knowledge.hpp"
#include "dialogs/numbers.hpp"
#include "dialogs/overloaded.hpp"
#include "dialogs/typed_change.hpp"
#include "dialogs/understand.hpp"

namespace advisor::dialogs {
namespace {

using Messages = std::vector<Message>;

/// The first open question. Everything before it is settled, so its own guard is a plain yes.
std::optional<QuestionIndex> first_open(const std::vector<Fact>& facts) {
    for (QuestionIndex i = 0; i < facts.size(); ++i) {
        if (facts[i].status == Fact::Status::open) return i;
    }
    return std::nullopt;
}

Progress count(const std::vector<Fact>& facts, const State& state) {
    Progress progress;
    for (const Fact& fact : facts) {
        if (fact.status == Fact::Status::answered) ++progress.answered;
        if (fact.status == Fact::Status::open) ++progress.remaining;
    }
    if (state.reopened) ++progress.remaining;
    return progress;
}

/// The question to ask with these facts, or nothing: everything is answered, or the person stopped.
std::optional<QuestionIndex> pending_with(const State& state, const std::vector<Fact>& facts) {
    if (state.reopened) return state.reopened;
    return state.stopped ? std::nullopt : first_open(facts);
}

/// What is pending, how far the conversation is, and the result when it is finished. Returns the
/// facts, which point into `state`.
std::vector<Fact> fill_standing(const Script& script, const State& state, Outputs& outputs) {
    std::vector<Fact> facts = settle(script, state.answers);
    outputs.question = pending_with(state, facts);
    outputs.progress = count(facts, state);
    outputs.facts = state.facts;
    if (!outputs.question) outputs.result = score(script, state.answers);
    if (state.early && !state.reopened && outputs.progress.remaining > 0)
        outputs.early = EarlyResult{*state.early, outputs.progress.remaining};
    return facts;
}

/// Says once that the outcome is certain although questions are left.
void note_early(const Script& script, State& state, const std::vector<Fact>& facts,
                Outputs& outputs, Messages& messages) {
    // In the first half of a talk hardly anything is certain, and looking has its price.
    const bool too_soon = 2 * outputs.progress.remaining > script.questions.size() + 1;
    if (state.early || state.reopened || !outputs.question || too_soon ||
        *outputs.question < script.decided_from)
        return;
    const std::optional<std::size_t> certain = certain_outcome(script, facts);
    if (!certain) return;
    state.early = static_cast<std::uint8_t>(*certain);
    outputs.early = EarlyResult{*certain, outputs.progress.remaining};
    messages.push_back({MessageKind::note,
                        "I can tell already: whatever you answer from here on, the outcome is " +
                            script.outcome_name(*certain) +
                            ". Say “show me the result” to see it now, or just go on: your "
                            "answers still sharpen the reasons."});
}

/// After a change nothing is certain any more, and the talk goes on.
void reopen_end(State& state) {
    state.early.reset();
    state.stopped = false;
}

StepResult reject(Rejection::Code code, std::string message) {
    StepResult result;
    result.rejected = Rejection{code, std::move(message)};
    return result;
}

std::string list_labels(const Script& script, const std::vector<QuestionIndex>& questions) {
    std::string text;
    for (std::size_t i = 0; i < questions.size(); ++i) {
        if (i > 0) text += i + 1 == questions.size() ? " and " : ", ";
        text += "“" + script.questions[questions[i]].label + "”";
    }
    return text;
}

std::string closing_text(const Script& script, const Scorecard& card) {
    std::string text = script.outcome_say(card.outcome);
    if (!script.closing.empty()) text += "\n" + script.closing;
    return text;
}

/// Says whether a change made a difference, once the new outcome is known.
void note_difference(const Script& script, State& state, const Scorecard& card,
                     Messages& messages) {
    if (!state.earlier_outcome) return;
    const std::string& before = script.outcome_name(*state.earlier_outcome);
    const std::string& after = script.outcome_name(card.outcome);
    if (*state.earlier_outcome == card.outcome)
        messages.push_back(
            {MessageKind::changed, "Your change does not alter the result: still " + after + "."});
    else
        messages.push_back({MessageKind::changed, "Your change alters the result: it was " +
                                                      before + ", now it is " + after + "."});
    state.earlier_outcome.reset();
}

/// Completes a turn: what is asked next, or the result.
StepResult finish(const Script& script, State state, Messages messages) {
    StepResult result;
    const std::vector<Fact> facts = fill_standing(script, state, result.outputs);
    note_early(script, state, facts, result.outputs, messages);
    if (result.outputs.result) {
        note_difference(script, state, *result.outputs.result, messages);
        messages.push_back({MessageKind::result, closing_text(script, *result.outputs.result)});
    }
    result.outputs.messages = std::move(messages);
    result.state = std::move(state);
    return result;
}

/// A turn that only says something; what was pending stays pending.
StepResult remark(const Script& script, State state, MessageKind kind, std::string text) {
    StepResult result;
    result.outputs.messages.push_back({kind, std::move(text)});
    fill_standing(script, state, result.outputs);
    result.state = std::move(state);
    return result;
}

std::vector<QuestionIndex> still_open(const Script& script, const Answers& answers) {
    std::vector<QuestionIndex> open;
    const std::vector<Fact> facts = settle(script, answers);
    for (QuestionIndex i = 0; i < facts.size(); ++i) {
        if (facts[i].status == Fact::Status::open &&
            evaluate(script.questions[i].when, facts) == Truth::yes)
            open.push_back(i);
    }
    return open;
}

std::string kept_text(const Script& script, const std::vector<QuestionIndex>& kept) {
    constexpr std::size_t few = 3;
    if (kept.empty()) return {};
    if (kept.size() <= few) return " I keep " + list_labels(script, kept) + ".";
    return " The " + std::to_string(kept.size()) + " other answers stay.";
}

StepResult propose(const Script& script, State state, Consequences consequences) {
    const Question& question = script.questions[consequences.question];
    std::string text =
        "Changing “" + question.label + "” to “" + value_text(question, consequences.value) + "”";
    text += consequences.dropped.empty()
                ? " drops nothing."
                : " means that I forget " + list_labels(script, consequences.dropped) + ".";
    if (!consequences.asked.empty())
        text += " I would ask " + list_labels(script, consequences.asked) + " instead.";
    text += kept_text(script, consequences.kept) + " Shall I?";
    state.proposed = ProposedChange{consequences.question, consequences.value};
    StepResult result = remark(script, std::move(state), MessageKind::confirm, std::move(text));
    result.outputs.confirm = std::move(consequences);
    return result;
}

std::string reaction(const Question& question, const Value& value) {
    if (const auto* choice = std::get_if<Choice>(&value))
        return question.choices[choice->index].react;
    if (const auto* flag = std::get_if<bool>(&value)) return question.choices[*flag ? 0 : 1].react;
    return {};
}

/// Puts a checked value in place, together with what it drops.
StepResult apply(const Script& script, State state, const Consequences& change, Messages messages) {
    const Question& question = script.questions[change.question];
    const bool was_answered = state.answers[change.question].has_value();
    if (was_answered && (state.stopped || !first_open(settle(script, state.answers))))
        state.earlier_outcome = score(script, state.answers).outcome;
    if (was_answered && state.answers[change.question] != change.value) reopen_end(state);
    state.answers[change.question] = change.value;
    if (!change.dropped.empty()) prune(script, state.answers);
    state.reopened.reset();
    state.proposed.reset();
    std::erase_if(state.taken_over, [&](QuestionIndex question_index) {
        return question_index == change.question || !state.answers[question_index];
    });
    if (was_answered) {
        std::string text =
            "Changed “" + question.label + "” to “" + value_text(question, change.value) + "”.";
        if (!change.dropped.empty())
            text += " Forgotten: " + list_labels(script, change.dropped) + ".";
        messages.push_back({MessageKind::note, std::move(text)});
    } else {
        if (std::string text = reaction(question, change.value); !text.empty())
            messages.push_back({MessageKind::react, std::move(text)});
        if (!change.dropped.empty())
            messages.push_back({MessageKind::note, "With that I no longer need " +
                                                       list_labels(script, change.dropped) + "."});
    }
    return finish(script, std::move(state), std::move(messages));
}

/// Sets an answer that is known to fit; asks first when it would drop later ones.
StepResult set_answer(const Script& script, State state, QuestionIndex question, const Value& value,
                      bool confirmed, Messages messages) {
    const bool anything_later =
        std::any_of(state.answers.begin() + static_cast<std::ptrdiff_t>(question) + 1,
                    state.answers.end(), [](const auto& answer) { return answer.has_value(); });
    Consequences change;
    change.question = question;
    change.value = value;
    if (anything_later) change = consequences(script, state, {question, value});
    if (!change.dropped.empty() && !confirmed && !gives_way(state, change))
        return propose(script, std::move(state), std::move(change));
    return apply(script, std::move(state), change, std::move(messages));
}

std::optional<Rejection> check_value(const Question& question, const Value& value) {
    std::string why;
    if (fits(question, value, why)) return std::nullopt;
    const bool open = !is_known(value);
    return Rejection{open ? Rejection::Code::unknown_not_allowed : Rejection::Code::bad_value,
                     std::move(why)};
}

StepResult unknown_question(const std::string& id) {
    return reject(Rejection::Code::unknown_question, "This script has no question \"" + id + "\".");
}

StepResult answer(const Script& script, State state, const GiveAnswer& input) {
    const std::optional<QuestionIndex> question = script.find_question(input.question);
    if (!question) return unknown_question(input.question);
    const std::optional<QuestionIndex> pending = pending_question(script, state);
    if (pending != question) {
        const std::string now =
            pending ? "The question now is \"" + script.questions[*pending].id + "\""
                    : "All questions are answered";
        return reject(Rejection::Code::question_not_pending,
                      now + "; to revise \"" + input.question + "\" send a change.");
    }
    if (std::optional<Rejection> rejection = check_value(script.questions[*question], input.value))
        return reject(rejection->code, rejection->message);
    state.proposed.reset();
    return set_answer(script, std::move(state), *question, input.value, false, {});
}

StepResult change(const Script& script, State state, const ChangeAnswer& input) {
    const std::optional<QuestionIndex> question = script.find_question(input.question);
    if (!question) return unknown_question(input.question);
    // An answer after "back" may have been proposed as well: then there is something to agree to,
    // and nothing to change.
    const bool agreed =
        input.confirmed && input.value && state.proposed == ProposedChange{*question, *input.value};
    if (!state.answers[*question] && !agreed) {
        return reject(
            Rejection::Code::not_answered,
            "\"" + input.question + "\" has no answer yet, so there is nothing to change.");
    }
    state.proposed.reset();
    if (input.declined)
        return remark(script, std::move(state), MessageKind::note, "Nothing changed.");
    if (!input.value) {
        state.reopened = *question;
        const Question& asked = script.questions[*question];
        return remark(script, std::move(state), MessageKind::note,
                      "Let's look at “" + asked.label + "” again. So far: “" +
                          value_text(asked, *state.answers[*question]) + "”.");
    }
    if (std::optional<Rejection> rejection = check_value(script.questions[*question], *input.value))
        return reject(rejection->code, rejection->message);
    return set_answer(script, std::move(state), *question, *input.value, input.confirmed, {});
}

StepResult back(const Script& script, State state) {
    state.proposed.reset();
    if (state.reopened) {
        state.reopened.reset();
        return remark(script, std::move(state), MessageKind::note,
                      "All right, that answer stays as it was.");
    }
    const std::optional<QuestionIndex> pending = pending_question(script, state);
    QuestionIndex at = pending.value_or(script.questions.size());
    while (at > 0 && !state.answers[at - 1]) --at;
    if (at == 0)
        return remark(script, std::move(state), MessageKind::note,
                      "This is the first question; there is nothing before it.");
    const Question& question = script.questions[at - 1];
    std::string text =
        "One step back. You had answered “" + value_text(question, *state.answers[at - 1]) + "”.";
    if (!pending) state.earlier_outcome = score(script, state.answers).outcome;
    state.answers[at - 1].reset();
    reopen_end(state);
    return finish(script, std::move(state), {{MessageKind::note, std::move(text)}});
}

StepResult skip(const Script& script, State state) {
    state.proposed.reset();
    const std::optional<QuestionIndex> pending = pending_question(script, state);
    if (!pending)
        return remark(script, std::move(state), MessageKind::note,
                      "There is nothing left to skip: the result is above.");
    const Question& question = script.questions[*pending];
    if (question.required)
        return remark(script, std::move(state), MessageKind::note,
                      "I cannot do without this one, sorry." +
                          (question.why.empty() ? "" : " " + question.why));
    return set_answer(script, std::move(state), *pending, Skipped{}, false,
                      {{MessageKind::note, "Skipped. You can come back to it at any time."}});
}

StepResult restart(const Script& script) {
    return finish(script, fresh_state(script),
                  {{MessageKind::note, "Let's begin again."}, {MessageKind::intro, script.intro}});
}

/// What can be typed for this kind of question, in a sentence.
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

StepResult confirm_or_drop(const Script& script, State state, bool yes) {
    const ProposedChange proposed = *state.proposed;
    state.proposed.reset();
    if (!yes) return remark(script, std::move(state), MessageKind::note, "Nothing changed.");
    return set_answer(script, std::move(state), proposed.question, proposed.value, true, {});
}

constexpr std::string_view side_question_text =
    "That is a fair question, but I have no sourced answer to it here.";

std::string contact_text(const Script& script) {
    if (!script.contact.empty())
        return "Of course. This is how you reach a human: " + script.contact +
               "\nEverything that you have said here is kept, so you need not begin again.";
    return "I am a program, and no human is reading along just now. Whoever gave you this page "
           "can read our talk later and get in touch. I am glad to go on meanwhile.";
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

/// What is said to a question that came with an answer.
Message aside(const Script& script, std::string_view text) {
    const std::optional<SideAnswer> found =
        script.knowledge ? answer_side_question(*script.knowledge, text) : std::nullopt;
    if (found)
        return {MessageKind::info, text_with_source(script.knowledge->answers()[found->answer])};
    return {MessageKind::note, "You asked something, too. " + std::string(side_question_text)};
}

/// `text` is what was typed: a question in it is answered beside.
StepResult take_typed_value(const Script& script, State state, QuestionIndex pending,
                            const UnderstoodValue& understood, std::string_view text) {
    const Question& question = script.questions[pending];
    std::string why;
    if (!fits(question, understood.value, why))
        return remark(script, std::move(state), MessageKind::unclear, why);
    Messages messages;
    if (!understood.literal)
        messages.push_back({MessageKind::understood,
                            "I take that as “" + value_text(question, understood.value) + "”."});
    if (understood.also == Command::why && !question.why.empty())
        messages.push_back({MessageKind::why, question.why});
    if (understood.also == Command::help && !question.help.empty())
        messages.push_back({MessageKind::help, question.help});
    if (understood.also == Command::human)
        messages.push_back({MessageKind::note, contact_text(script)});
    if (understood.also == Command::side_question) messages.push_back(aside(script, text));
    state.proposed.reset();
    return set_answer(script, std::move(state), pending, understood.value, false,
                      std::move(messages));
}

/// Answers a question beside the talk. What was pending stays pending, also a change that waits for
/// a yes.
StepResult tell(const Script& script, State state, Messages messages) {
    StepResult result;
    if (state.proposed) {
        Consequences change = consequences(script, state, *state.proposed);
        result = propose(script, std::move(state), std::move(change));
    } else {
        fill_standing(script, state, result.outputs);
        result.state = std::move(state);
    }
    Messages& all = result.outputs.messages;
    all.insert(all.begin(), std::make_move_iterator(messages.begin()),
               std::make_move_iterator(messages.end()));
    return result;
}

/// The answer to a side question, or nothing when the text is to be read as an answer: `understood`
/// is what it would be taken as.
std::optional<Messages> side_messages(const Script& script, std::optional<QuestionIndex> pending,
                                      std::string_view text, const Understood& understood) {
    if (!script.knowledge) return std::nullopt;
    const auto* value = std::get_if<UnderstoodValue>(&understood);
    const auto* wish = std::get_if<UnderstoodCommand>(&understood);
    const bool wants_help = wish && wish->command == Command::help;
    const bool free_text = pending && script.questions[*pending].kind == QuestionKind::text;
    if (value && value->literal && !free_text) return std::nullopt;
    const std::optional<SideAnswer> found = answer_side_question(*script.knowledge, text);
    if (!found && !value && !wants_help && is_clear_question(text) &&
        !script.knowledge->unknown().empty())
        return Messages{{MessageKind::info, script.knowledge->unknown()}};
    if (!found || ((value || wants_help) && !found->sure)) return std::nullopt;
    const KnowledgeAnswer& answer = script.knowledge->answers()[found->answer];
    Messages messages{{MessageKind::info, text_with_source(answer)}};
    if (answer.explains_question && pending && !script.questions[*pending].why.empty())
        messages.push_back({MessageKind::why, script.questions[*pending].why});
    return messages;
}

/// Asks which of several answers was meant, or asks again when there is none to offer.
StepResult ask_back(const Script& script, State state, QuestionIndex pending,
                    const NotUnderstood& heard) {
    const Question& question = script.questions[pending];
    OfferedAnswers offered{pending, {}};
    std::string names;
    for (const Value& value : heard.candidates) {
        std::string why;
        if (!fits(question, value, why)) continue;
        if (!names.empty()) names += " or ";
        names += "“" + value_text(question, value) + "”";
        offered.values.push_back(value);
    }
    if (offered.values.empty())
        return remark(script, std::move(state), MessageKind::unclear,
                      "Sorry, I did not get that. " + how_to_answer(question));
    state.offered = std::move(offered);
    return remark(script, std::move(state), MessageKind::unclear,
                  "I am not sure that I got that. Did you mean " + names + "?");
}

/// The offered answer that the text picks: "yes" when there is one, "the second" when there are
/// several.
std::optional<Value> picked(const Question& question, const OfferedAnswers& offered,
                            const std::string& text, const Understood& command) {
    const auto* wish = std::get_if<UnderstoodCommand>(&command);
    if (offered.values.size() == 1 && wish && wish->command == Command::yes)
        return offered.values.front();
    const bool digits = text.find_first_of("0123456789") != std::string::npos;
    const bool numeric =
        question.kind == QuestionKind::number || question.kind == QuestionKind::scale;
    if (digits && numeric) return std::nullopt;  // then it is a number, not a position
    const auto position = understand_position(text, offered.values.size());
    if (!position) return std::nullopt;
    return offered.values[*position];
}

/// Shows the result now, or goes on with the questions that were left.
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

StepResult complete(const Script& script, FactTurn turn) {
    if (turn.rejected) return reject(turn.rejected->code, std::move(turn.rejected->message));
    return finish(script, std::move(turn.state), std::move(turn.messages));
}

/// Offers what a text states besides the answer that was taken from it.
StepResult offer_rest(const Script& script, StepResult taken, std::string_view text) {
    if (taken.rejected || taken.state.proposed || taken.outputs.result) return taken;
    std::vector<FoundFact> facts =
        fitting_facts(script, taken.state.answers, read_description(script, text));
    if (facts.empty()) return taken;
    return complete(script, offer_facts(script, std::move(taken.state), std::move(facts),
                                        std::move(taken.outputs.messages)));
}

StepResult change_typed(const Script& script, State state, TypedChange wanted) {
    if (!wanted.question) {
        std::vector<QuestionIndex> answered;
        for (QuestionIndex i = 0; i < state.answers.size(); ++i) {
            if (state.answers[i]) answered.push_back(i);
        }
        return remark(
            script, std::move(state), MessageKind::unclear,
            answered.empty()
                ? "There is no answer to change yet."
                : "Which answer would you like to change: " + list_labels(script, answered) + "?");
    }
    const QuestionIndex at = *wanted.question;
    const Question& question = script.questions[at];
    std::string why;
    if (wanted.value && !fits(question, *wanted.value, why))
        return remark(script, std::move(state), MessageKind::unclear, why);
    if (state.answers[at] && wanted.value && wanted.guessed)
        return propose(script, std::move(state), consequences(script, state, {at, *wanted.value}));
    if (state.answers[at])
        return change(script, std::move(state), ChangeAnswer{question.id, wanted.value});
    if (pending_question(script, state) == at) {
        if (wanted.value) return set_answer(script, std::move(state), at, *wanted.value, false, {});
        return remark(script, std::move(state), MessageKind::note, "That is my question just now:");
    }
    if (wanted.value) {
        std::vector<FoundFact> facts = fitting_facts(script, state.answers, {{at, *wanted.value}});
        if (!facts.empty())
            return complete(script, offer_facts(script, std::move(state), std::move(facts), {}));
    }
    return remark(script, std::move(state), MessageKind::note,
                  "“" + question.label + "” has no answer yet, so there is nothing to change.");
}

/// What a text can be before it is read as an answer: a word on what is offered or proposed, a wish
/// to revise, a description. Nothing when it is none of these; `state` is then without what is off
/// the table.
std::optional<StepResult> say_beside(const Script& script, State& state,
                                     std::optional<QuestionIndex> pending, const std::string& text,
                                     const Understood& command) {
    if (state.proposed) {
        const auto* agreed = std::get_if<UnderstoodCommand>(&command);
        if (agreed && (agreed->command == Command::yes || agreed->command == Command::no))
            return confirm_or_drop(script, std::move(state), agreed->command == Command::yes);
    }
    const std::vector<FoundFact> facts = std::exchange(state.facts, {});
    if (!facts.empty()) {
        if (const auto taken = is_plain_yes_or_no(text))
            return complete(script, take_over(script, std::move(state),
                                              *taken ? facts : std::vector<FoundFact>()));
    }
    if (auto wanted = read_typed_change(script, state.answers, pending, text)) {
        state.offered.reset();
        return change_typed(script, std::move(state), std::move(*wanted));
    }
    // Said once more, a text that was not taken over is read as an answer after all.
    if (!facts.empty() || !is_description(text)) return std::nullopt;
    std::vector<FoundFact> found =
        fitting_facts(script, state.answers, read_description(script, text));
    if (found.size() < 2) return std::nullopt;
    state.proposed.reset();
    state.offered.reset();
    return complete(script, offer_facts(script, std::move(state), std::move(found), {}));
}

/// The answer that the text picks from "did you mean A or B?", or what is said when it is neither.
std::optional<StepResult> say_to_offered(const Script& script, State& state,
                                         std::optional<QuestionIndex> pending,
                                         const std::string& text, const Understood& command) {
    if (!state.offered) return std::nullopt;
    const OfferedAnswers offered = *std::exchange(state.offered, std::nullopt);
    if (pending != offered.question) return std::nullopt;
    const Question& question = script.questions[*pending];
    if (std::optional<Value> value = picked(question, offered, text, command))
        return take_typed_value(script, std::move(state), *pending,
                                UnderstoodValue{std::move(*value), true}, text);
    const auto* wish = std::get_if<UnderstoodCommand>(&command);
    if (wish && wish->command == Command::no && question.kind != QuestionKind::boolean)
        return remark(script, std::move(state), MessageKind::unclear,
                      "I see, neither. " + how_to_answer(question));
    return std::nullopt;
}

/// In a text of several sentences most words are about something else, so only what is very likely
/// an answer is taken as one; the rest is asked back.
Understood understand_answer(const Question& question, const std::string& text) {
    constexpr double very_likely = 0.85;
    Understood understood = understand(question, text);
    const auto* value = std::get_if<UnderstoodValue>(&understood);
    const bool doubtful = value && !value->literal && value->confidence < very_likely &&
                          question.kind != QuestionKind::text && is_description(text);
    if (doubtful) return NotUnderstood{{value->value}};
    return understood;
}

StepResult say(const Script& script, State state, const Say& input) {
    if (state.early && !state.reopened && first_open(settle(script, state.answers))) {
        if (const std::optional<EarlyWish> wish = understand_early(input.text))
            return end_or_go_on(script, std::move(state), *wish);
    }
    const std::optional<QuestionIndex> pending = pending_question(script, state);
    const Understood command = understand_command(input.text);
    const std::vector<FoundFact> facts = state.facts;
    if (auto result = say_beside(script, state, pending, input.text, command)) return *result;
    if (auto result = say_to_offered(script, state, pending, input.text, command)) return *result;
    const Understood understood =
        pending ? understand_answer(script.questions[*pending], input.text) : command;
    const auto* value = std::get_if<UnderstoodValue>(&understood);
    const auto* wish = std::get_if<UnderstoodCommand>(&understood);
    // "What is V8?" is about the matter, "what do you mean?" about the pending question: the
    // knowledge file tells which. "Why?" is about the pending question as long as there is one.
    const bool may_ask = wish ? wish->command == Command::side_question ||
                                    wish->command == Command::help ||
                                    (wish->command == Command::why && !pending)
                              : !value || !value->also;
    if (may_ask) {
        if (auto messages = side_messages(script, pending, input.text, understood)) {
            state.facts = facts;  // a question beside the talk leaves everything on the table
            return tell(script, std::move(state), std::move(*messages));
        }
    }
    state.proposed.reset();
    if (wish) return obey(script, std::move(state), wish->command);
    if (value) {
        StepResult taken = take_typed_value(script, std::move(state), *pending, *value, input.text);
        return value->literal ? taken : offer_rest(script, std::move(taken), input.text);
    }
    if (!pending) return explain(script, std::move(state), Command::help);
    if (std::vector<FoundFact> found =
            fitting_facts(script, state.answers, read_description(script, input.text));
        !found.empty())
        return complete(script, offer_facts(script, std::move(state), std::move(found), {}));
    return ask_back(script, std::move(state), *pending, std::get<NotUnderstood>(understood));
}

}  // namespace

Consequences consequences(const Script& script, const State& state, const ProposedChange& change) {
    Consequences result;
    result.question = change.question;
    result.value = change.value;
    Answers after = state.answers;
    after[change.question] = change.value;
    result.dropped = prune(script, after);
    for (QuestionIndex i = 0; i < after.size(); ++i) {
        if (after[i] && i != change.question) result.kept.push_back(i);
    }
    const std::vector<QuestionIndex> before_open = still_open(script, state.answers);
    for (const QuestionIndex open : still_open(script, after)) {
        if (open != change.question &&
            std::find(before_open.begin(), before_open.end(), open) == before_open.end())
            result.asked.push_back(open);
    }
    return result;
}

StepResult step(const Script& script, State state, const Input& input) {
    assert(state.answers.size() == script.questions.size());
    if (!std::holds_alternative<Say>(input)) state.offered.reset();
    if (!std::holds_alternative<Say>(input) && !std::holds_alternative<TakeFacts>(input))
        state.facts.clear();
    return std::visit(
        overloaded{
            [&](const Start&) {
                return finish(script, fresh_state(script), {{MessageKind::intro, script.intro}});
            },
            [&](const GiveAnswer& given) { return answer(script, std::move(state), given); },
            [&](const Say& text) { return say(script, std::move(state), text); },
            [&](const ChangeAnswer& wanted) { return change(script, std::move(state), wanted); },
            [&](const Back&) { return back(script, std::move(state)); },
            [&](const Skip&) { return skip(script, std::move(state)); },
            [&](const Restart&) { return restart(script); },
            [&](const TakeFacts& facts) {
                return complete(script, take_facts(script, std::move(state), facts));
            },
        },
        input);
}

State fresh_state(const Script& script) {
    State state;
    state.answers.resize(script.questions.size());
    return state;
}

std::optional<QuestionIndex> pending_question(const Script& script, const State& state) {
    return pending_with(state, settle(script, state.answers));
}

Progress progress_of(const Script& script, const State& state) {
    return count(settle(script, state.answers), state);
}

std::string_view to_text(MessageKind kind) {
    static constexpr std::array<std::string_view, 11> names{
        "intro",   "react",   "understood", "note",   "help", "why",
        "unclear", "confirm", "changed",    "result", "info"};
    return names[static_cast<std::size_t>(kind)];
}

}  // namespace advisor::dialogs
