#include "server/commands/commands.hpp"

#include <algorithm>
#include <iomanip>
#include <iostream>
#include <nlohmann/json.hpp>

#include "db/sqlite_store.hpp"
#include "dialogs/explain.hpp"
#include "dialogs/json.hpp"
#include "dialogs/markdown.hpp"
#include "server/script_registry.hpp"
#include "server/serve.hpp"
#include "server/time_text.hpp"
#include "server/transcript.hpp"

namespace advisor::server {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

void print(const std::vector<dialogs::Diagnostic>& diagnostics, std::ostream& out) {
    for (const dialogs::Diagnostic& diagnostic : diagnostics)
        out << dialogs::to_text(diagnostic) << "\n";
}

void print_question(const dialogs::Question& question, std::ostream& out) {
    out << "\n" << question.ask << "\n";
    if (!question.help.empty()) out << "  (" << question.help << ")\n";
    if (question.kind != dialogs::QuestionKind::boolean) {
        for (std::size_t i = 0; i < question.choices.size(); ++i)
            out << "  " << i + 1 << ". " << question.choices[i].say << "\n";
    }
    if (question.kind == dialogs::QuestionKind::scale)
        out << "  " << question.limits.min << " = " << question.low << ", " << question.limits.max
            << " = " << question.high << "\n";
}

/// `before` is the question that was pending: one that stays is not printed whole again.
void print_turn(const dialogs::Script& script, const dialogs::StepResult& result,
                std::optional<dialogs::QuestionIndex> before, std::ostream& out) {
    for (const dialogs::Message& message : result.outputs.messages)
        out << "\n" << message.text << "\n";
    if (result.outputs.question && result.outputs.question != before)
        print_question(script.questions[*result.outputs.question], out);
    else if (result.outputs.question)
        out << "\n" << script.questions[*result.outputs.question].ask << "\n";
    if (!result.outputs.result) return;
    const dialogs::Recommendation recommendation = dialogs::explain(
        script, result.state.answers, *result.outputs.result, dialogs::Depth::full);
    out << "\n" << dialogs::to_markdown(script, result.state.answers, recommendation);
}

/// A stored session with its script.
struct Stored {
    db::SessionRecord session;
    std::vector<db::TurnRecord> turns;
    dialogs::Script script;
    dialogs::State state;
};

std::optional<Stored> load_session(db::Reader& reader, const std::string& key) {
    std::optional<db::SessionRecord> session = reader.session(key);
    if (!session) return std::nullopt;
    const std::optional<db::StoredScript> kept = reader.script(session->script);
    if (!kept)
        throw db::StoreError(db::StoreError::Kind::corrupt,
                             "the script of session " + key + " is missing");
    dialogs::LoadResult loaded = dialogs::load_script(kept->body, kept->name);
    std::optional<dialogs::State> state;
    if (loaded.script) state = dialogs::read_state(*loaded.script, session->state);
    if (!state)
        throw db::StoreError(db::StoreError::Kind::corrupt,
                             "the state of session " + key + " cannot be read by this version");
    return Stored{*session, reader.turns(session->id, 0), std::move(*loaded.script),
                  std::move(*state)};
}

ordered_json summary_json(const db::SessionRecord& session) {
    return {
        {"session", session.key},
        {"started_at", utc_text(session.started_at)},
        {"updated_at", utc_text(session.updated_at)},
        {"channel", session.channel},
        {"turns", session.seq},
        {"outcome", session.outcome.empty() ? ordered_json() : ordered_json(session.outcome)},
        {"firmness", session.firmness.empty() ? ordered_json() : ordered_json(session.firmness)}};
}

/// All ASCII: JSON itself leaves some control characters as they are.
std::string safe_dump(const ordered_json& value) {
    return value.dump(2, ' ', true, ordered_json::error_handler_t::replace);
}

/// The bytes of the control character that UTF-8 `text` begins with; 0 when it begins with
/// something else, or with a line feed.
std::size_t control_size(std::string_view text) {
    const auto byte = [text](std::size_t at) {
        return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U;
    };
    const auto within = [](unsigned value, unsigned first, unsigned last) {
        return first <= value && value <= last;
    };
    if ((byte(0) < 0x20 && byte(0) != '\n') || byte(0) == 0x7F) return 1;
    if (byte(0) == 0xC2 && within(byte(1), 0x80, 0x9F))
        return 2;  // C1: U+009B begins a command as ESC [ does
    // The others turn the direction of text, or begin a line: U+061C, U+200E to 200F, U+2028 to
    // 202E, U+2066 to 2069.
    if (byte(0) == 0xD8 && byte(1) == 0x9C) return 2;
    if (byte(0) == 0xE2 && byte(1) == 0x80 &&
        (within(byte(2), 0x8E, 0x8F) || within(byte(2), 0xA8, 0xAE)))
        return 3;
    if (byte(0) == 0xE2 && byte(1) == 0x81 && within(byte(2), 0xA6, 0xA9)) return 3;
    return 0;
}

/// Typed text for a terminal: control characters would be commands to it, or would show a line as
/// something that it is not.
std::string printable(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    while (!text.empty()) {
        const std::size_t size = control_size(text);
        result += size > 0 ? ' ' : text.front();
        text.remove_prefix(std::max<std::size_t>(size, 1));
    }
    return result;
}

void show_json(const Stored& stored, const std::vector<TranscriptLine>& lines, std::ostream& out) {
    ordered_json document = summary_json(stored.session);
    document["script"] = stored.script.id;
    ordered_json messages = ordered_json::array();
    for (const TranscriptLine& line : lines) {
        messages.push_back({{"seq", line.seq},
                            {"at", utc_text(line.at)},
                            {"from", line.from_user ? "user" : "advisor"},
                            {"kind", line.kind},
                            {"text", line.text}});
    }
    document["messages"] = std::move(messages);
    out << safe_dump(document) << "\n";
}

void show_text(const Stored& stored, const std::vector<TranscriptLine>& lines, std::ostream& out) {
    out << "Session " << stored.session.key << ", " << stored.script.title << ", begun "
        << utc_text(stored.session.started_at) << " by " << stored.session.channel << "\n";
    for (const TranscriptLine& line : lines) {
        std::string text = printable(line.text);
        for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 12)
            text.replace(at, 1, "\n           ");
        out << std::setw(4) << line.seq << (line.from_user ? "  you:  " : "  adv:  ") << text
            << "\n";
    }
    const std::optional<dialogs::QuestionIndex> pending =
        dialogs::pending_question(stored.script, stored.state);
    if (pending) {
        out << "      waits for an answer to: " << stored.script.questions[*pending].ask << "\n";
        return;
    }
    const dialogs::Recommendation recommendation =
        dialogs::explain(stored.script, stored.state.answers,
                         dialogs::score(stored.script, stored.state.answers), dialogs::Depth::full);
    out << "\n"
        << printable(dialogs::to_markdown(stored.script, stored.state.answers, recommendation));
}

}  // namespace

int play_command(const fs::path& file, std::istream& in, std::ostream& out) {
    std::optional<dialogs::Script> script;
    if (file.empty()) {
        ScriptSources sources = read_scripts({});
        for (ScriptSource& source : sources.scripts) {
            if (source.script.id == Config().default_script) script = std::move(source.script);
        }
    } else {
        dialogs::LoadResult loaded = read_script_file(file);
        print(loaded.diagnostics, std::cerr);
        script = std::move(loaded.script);
    }
    if (!script) return 1;
    dialogs::StepResult result =
        dialogs::step(*script, dialogs::fresh_state(*script), dialogs::Start{});
    print_turn(*script, result, std::nullopt, out);
    std::string line;
    for (out << "\n> " << std::flush; std::getline(in, line); out << "\n> " << std::flush) {
        if (line == "quit" || line == "exit") break;
        if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
        const std::optional<dialogs::QuestionIndex> before = result.outputs.question;
        result = dialogs::step(*script, std::move(result.state), dialogs::Say{line});
        print_turn(*script, result, before, out);
    }
    out << "\n";
    return 0;
}

int sessions_command(const fs::path& data, std::size_t limit, bool json, std::ostream& out) {
    const std::unique_ptr<db::Reader> reader = db::open_sqlite_reader(database_file(data));
    const std::vector<db::SessionRecord> sessions = reader->latest_sessions(limit, 0);
    if (json) {
        ordered_json list = ordered_json::array();
        for (const db::SessionRecord& session : sessions) list.push_back(summary_json(session));
        out << safe_dump(list) << "\n";
        return 0;
    }
    if (sessions.empty()) out << "No sessions yet.\n";
    for (const db::SessionRecord& session : sessions) {
        out << session.key << "  " << utc_text(session.started_at) << "  " << std::setw(3)
            << session.seq << " turns  "
            << (session.outcome.empty() ? "open" : session.outcome + " (" + session.firmness + ")")
            << "\n";
    }
    return 0;
}

int show_command(const fs::path& data, const std::string& session, bool json, std::ostream& out) {
    const std::unique_ptr<db::Reader> reader = db::open_sqlite_reader(database_file(data));
    const std::optional<Stored> stored = load_session(*reader, session);
    if (!stored) {
        std::cerr << "advisor: there is no session " << session
                  << "; \"advisor sessions\" lists them\n";
        return 1;
    }
    const std::vector<TranscriptLine> lines = transcript(stored->script, stored->turns);
    if (json)
        show_json(*stored, lines, out);
    else
        show_text(*stored, lines, out);
    return 0;
}

}  // namespace advisor::server
