#include "server/commands/play_answers.hpp"

#include <algorithm>
#include <ostream>

#include "dialogs/answer_list.hpp"
#include "dialogs/engine.hpp"
#include "dialogs/explain.hpp"
#include "dialogs/markdown.hpp"
#include "server/script_choice.hpp"

namespace advisor::server {
namespace {

using dialogs::ListedAnswer;
using dialogs::Script;
using dialogs::StepResult;

void print_messages(const StepResult& result, std::ostream& out) {
    for (const dialogs::Message& message : result.outputs.messages) out << message.text << "\n";
}

/// Takes answers as long as the pending question has one in the list, which loses them.
StepResult talk(const Script& script, std::vector<ListedAnswer>& answers, std::ostream& out) {
    StepResult result = dialogs::step(script, dialogs::fresh_state(script), dialogs::Start{});
    print_messages(result, out);
    while (result.outputs.question) {
        const dialogs::QuestionIndex pending = *result.outputs.question;
        const auto found =
            std::find_if(answers.begin(), answers.end(),
                         [&](const ListedAnswer& answer) { return answer.question == pending; });
        if (found == answers.end()) return result;
        const dialogs::Question& question = script.questions[pending];
        out << "\n"
            << question.ask << "\n> " << dialogs::value_text(question, found->value) << "\n";
        const dialogs::GiveAnswer given{question.id, found->value};
        result = dialogs::step(script, std::move(result.state), given);
        print_messages(result, out);
        answers.erase(found);
    }
    return result;
}

}  // namespace

int play_answers(const std::filesystem::path& file, const std::string& list, std::ostream& out,
                 std::ostream& errors) {
    const std::optional<ScriptSource> chosen = choose_script(file, errors);
    if (!chosen) return 1;
    const Script& script = chosen->script;
    auto read = dialogs::read_answer_list(script, list);
    if (const auto* fault = std::get_if<dialogs::ListFault>(&read)) {
        errors << "advisor: --answers: " << fault->message << "\n";
        return 2;
    }
    std::vector<ListedAnswer> answers = std::get<std::vector<ListedAnswer>>(std::move(read));
    const StepResult result = talk(script, answers, out);
    if (result.outputs.result) {
        const dialogs::Recommendation recommendation = dialogs::explain(
            script, result.state.answers, *result.outputs.result, dialogs::Depth::full);
        out << "\noutcome: " << script.outcome_id(result.outputs.result->outcome) << " ("
            << dialogs::to_text(result.outputs.result->firmness) << ")\n\n"
            << dialogs::to_markdown(script, result.state.answers, recommendation);
    } else {
        const dialogs::Question& question = script.questions[*result.outputs.question];
        out << "\n" << question.ask << "\n\npending: " << question.id << "\n";
    }
    for (const ListedAnswer& answer : answers)
        errors << "advisor: \"" << script.questions[answer.question].id
               << "\" was not asked in this talk; leave it out\n";
    return answers.empty() ? 0 : 1;
}

}  // namespace advisor::server
