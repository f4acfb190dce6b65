#include "server/transcript.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "dialogs/json.hpp"
#include "dialogs/typed_change.hpp"
#include "dialogs/understand.hpp"
#include "dialogs/wire.hpp"

namespace advisor::server {
namespace {

using nlohmann::json;

json parse_members(const dialogs::Script& script, const std::string& members) {
    return json::parse("{" + dialogs::expand(script.fragments, members) + "}", nullptr, false);
}

std::optional<dialogs::QuestionIndex> question_of(const dialogs::Script& script,
                                                  const json& reply) {
    const auto question = reply.is_object() ? reply.find("question") : reply.end();
    if (question == reply.end() || !question->is_object()) return std::nullopt;
    return script.find_question(question->value("id", ""));
}

/// What was open when an input came: a question, and perhaps a change that waited for a yes.
struct Pending {
    std::optional<dialogs::QuestionIndex> question;
    std::optional<dialogs::QuestionIndex> proposed;
    bool told = false;   ///< the input was a question, and got its answer
    bool facts = false;  ///< facts were offered to be taken over
    std::optional<dialogs::QuestionIndex> changed;  ///< an answer that the reply says was changed
};

Pending pending_of(const dialogs::Script& script, const json& reply) {
    Pending pending;
    pending.question = question_of(script, reply);
    const auto confirm = reply.is_object() ? reply.find("confirm") : reply.end();
    if (confirm != reply.end() && confirm->is_object())
        pending.proposed = script.find_question(confirm->value("question", ""));
    const auto messages = reply.is_object() ? reply.find("messages") : reply.end();
    if (messages != reply.end() && messages->is_array()) {
        pending.told = std::any_of(messages->begin(), messages->end(), [](const json& message) {
            return message.is_object() && message.value("kind", "") == "info";
        });
        for (const json& message : *messages) {
            const std::string text = message.is_object() ? message.value("text", "") : "";
            for (dialogs::QuestionIndex i = 0; i < script.questions.size(); ++i) {
                if (text.starts_with("Changed “" + script.questions[i].label + "”"))
                    pending.changed = i;
            }
        }
    }
    pending.facts = reply.is_object() && reply.contains("facts");
    return pending;
}

/// The question that an input answered, if it did and the answer was not put off by asking for a
/// yes.
std::optional<dialogs::QuestionIndex> answered_question(const dialogs::Script& script,
                                                        const dialogs::Input& input,
                                                        const Pending& before,
                                                        const Pending& after) {
    if (after.proposed) return std::nullopt;
    if (const auto* answer = std::get_if<dialogs::GiveAnswer>(&input))
        return script.find_question(answer->question);
    if (const auto* change = std::get_if<dialogs::ChangeAnswer>(&input))
        return change->value && !change->declined ? script.find_question(change->question)
                                                  : std::nullopt;
    const auto* say = std::get_if<dialogs::Say>(&input);
    if (!say || after.told) return std::nullopt;
    const dialogs::Understood command = dialogs::understand_command(say->text);
    const auto* wish = std::get_if<dialogs::UnderstoodCommand>(&command);
    if (before.proposed && wish && wish->command == dialogs::Command::yes) return before.proposed;
    if (before.proposed && wish && wish->command == dialogs::Command::no) return std::nullopt;
    if (before.facts && dialogs::is_plain_yes_or_no(say->text)) return std::nullopt;
    if (after.changed) return after.changed;
    // What answers a question takes it off the table.
    if (!before.question || before.question == after.question) return std::nullopt;
    const dialogs::Question& question = script.questions[*before.question];
    const dialogs::Understood understood = dialogs::understand(question, say->text);
    const auto* value = std::get_if<dialogs::UnderstoodValue>(&understood);
    std::string why;
    return value && dialogs::fits(question, value->value, why) ? before.question : std::nullopt;
}

void add_user_line(const dialogs::Script& script, const db::TurnRecord& turn, const Pending& before,
                   const Pending& after, std::vector<TranscriptLine>& lines) {
    auto read = dialogs::read_input(script, json::parse(turn.input, nullptr, false));
    const auto* input = std::get_if<dialogs::Input>(&read);
    if (!input) return;
    TranscriptLine line;
    line.seq = turn.seq;
    line.at = turn.at;
    line.from_user = true;
    line.text = dialogs::spoken(script, *input);
    line.question = answered_question(script, *input, before, after);
    if (!line.text.empty()) lines.push_back(std::move(line));
}

void add_messages(const db::TurnRecord& turn, const json& reply,
                  std::vector<TranscriptLine>& lines) {
    const auto messages = reply.is_object() ? reply.find("messages") : reply.end();
    if (messages == reply.end()) return;
    for (const json& message : *messages) {
        TranscriptLine line;
        line.seq = turn.seq;
        line.at = turn.at;
        line.kind = message.value("kind", "note");
        line.text = message.value("text", "");
        lines.push_back(std::move(line));
    }
}

}  // namespace

std::vector<TranscriptLine> transcript(const dialogs::Script& script,
                                       const std::vector<db::TurnRecord>& turns,
                                       const db::TurnRecord* before) {
    std::vector<TranscriptLine> lines;
    Pending pending;
    if (before) pending = pending_of(script, parse_members(script, before->reply));
    for (std::size_t i = 0; i < turns.size(); ++i) {
        const db::TurnRecord& turn = turns[i];
        const json reply = parse_members(script, turn.reply);
        const Pending next = pending_of(script, reply);
        add_user_line(script, turn, pending, next, lines);
        add_messages(turn, reply, lines);
        if (next.question && next.question != pending.question && i + 1 < turns.size()) {
            TranscriptLine line;
            line.seq = turn.seq;
            line.at = turn.at;
            line.kind = "question";
            line.text = script.questions[*next.question].ask;
            lines.push_back(std::move(line));
        }
        pending = next;
    }
    return lines;
}

}  // namespace advisor::server
