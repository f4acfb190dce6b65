#include "server/transcript.hpp"

#include <nlohmann/json.hpp>

#include "dialogs/json.hpp"
#include "dialogs/understand.hpp"

namespace advisor::server {
namespace {

using nlohmann::json;

json parse_members(const std::string& members) { return json::parse("{" + members + "}", nullptr, false); }

std::optional<dialogs::QuestionIndex> question_of(const dialogs::Script& script, const json& reply) {
    const auto question = reply.is_object() ? reply.find("question") : reply.end();
    if (question == reply.end() || !question->is_object()) return std::nullopt;
    return script.find_question(question->value("id", ""));
}

/// The question that an input answered, given the one that was pending.
std::optional<dialogs::QuestionIndex> answered_question(const dialogs::Script& script, const dialogs::Input& input, std::optional<dialogs::QuestionIndex> pending) {
    if (const auto* answer = std::get_if<dialogs::GiveAnswer>(&input)) return script.find_question(answer->question);
    if (const auto* change = std::get_if<dialogs::ChangeAnswer>(&input)) return change->value ? script.find_question(change->question) : std::nullopt;
    const auto* say = std::get_if<dialogs::Say>(&input);
    if (!say || !pending) return std::nullopt;
    const dialogs::Understood understood = dialogs::understand(script.questions[*pending], say->text);
    return std::holds_alternative<dialogs::UnderstoodValue>(understood) ? pending : std::nullopt;
}

void add_user_line(const dialogs::Script& script, const db::TurnRecord& turn, std::optional<dialogs::QuestionIndex> pending, std::vector<TranscriptLine>& lines) {
    auto read = dialogs::read_input(script, json::parse(turn.input, nullptr, false));
    const auto* input = std::get_if<dialogs::Input>(&read);
    if (!input) return;
    TranscriptLine line;
    line.seq = turn.seq;
    line.at = turn.at;
    line.from_user = true;
    line.text = dialogs::spoken(script, *input);
    line.question = answered_question(script, *input, pending);
    if (!line.text.empty()) lines.push_back(std::move(line));
}

void add_messages(const db::TurnRecord& turn, const json& reply, std::vector<TranscriptLine>& lines) {
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

std::vector<TranscriptLine> transcript(const dialogs::Script& script, const std::vector<db::TurnRecord>& turns, const db::TurnRecord* before) {
    std::vector<TranscriptLine> lines;
    std::optional<dialogs::QuestionIndex> pending;
    if (before) pending = question_of(script, parse_members(before->reply));
    for (std::size_t i = 0; i < turns.size(); ++i) {
        const db::TurnRecord& turn = turns[i];
        const json reply = parse_members(turn.reply);
        add_user_line(script, turn, pending, lines);
        add_messages(turn, reply, lines);
        const std::optional<dialogs::QuestionIndex> asked = question_of(script, reply);
        if (asked && asked != pending && i + 1 < turns.size()) {
            TranscriptLine line;
            line.seq = turn.seq;
            line.at = turn.at;
            line.kind = "question";
            line.text = script.questions[*asked].ask;
            lines.push_back(std::move(line));
        }
        pending = asked;
    }
    return lines;
}

}  // namespace advisor::server
