#include "tests/fuzz/targets.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "dialogs/condition_parser.hpp"
#include "dialogs/condition_words.hpp"
#include "dialogs/early_words.hpp"
#include "dialogs/engine.hpp"
#include "dialogs/knowledge.hpp"
#include "dialogs/understand.hpp"
#include "server/net/client_frame.hpp"
#include "server/net/http.hpp"
#include "server/net/http_gate.hpp"
#include "server/net/url.hpp"

namespace advisor::fuzz {
namespace {

using namespace dialogs;

std::string read_source(const std::string& path) {
    std::ifstream stream(std::filesystem::path(ADVISOR_SOURCE_DIR) / path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

/// A script with a question of every kind.
const Script& kinds() {
    static const Script script = [] {
        LoadResult loaded = load_script(read_source("tests/system/scripts/kinds.json"), "kinds");
        expect(loaded.script.has_value(), "tests/system/scripts/kinds.json is a script");
        return std::move(*loaded.script);
    }();
    return script;
}

const Knowledge& knowledge() {
    static const Knowledge read = [] {
        KnowledgeResult loaded = load_knowledge(
            read_source("dialogs/scripts/nodejs-vs-python.knowledge.json"), "knowledge");
        expect(loaded.knowledge.has_value(), "the product's knowledge file can be read");
        return std::move(*loaded.knowledge);
    }();
    return read;
}

/// Says the rest of the bytes to the script, line by line.
void talk(const Script& script, std::string_view bytes) {
    StepResult now = step(script, fresh_state(script), Start{});
    expect(!now.rejected, "a talk begins");
    while (!bytes.empty()) {
        const std::string_view line = bytes.substr(0, bytes.find('\n'));
        bytes.remove_prefix(std::min(line.size() + 1, bytes.size()));
        StepResult next = step(script, now.state, Say{.text = std::string(line)});
        expect(!next.rejected, "what is typed is always a turn");
        expect(next.state.answers.size() == script.questions.size(), "one place for each answer");
        expect(next.outputs.question || next.outputs.result, "a turn asks or advises");
        now = std::move(next);
    }
}

void fuzz_script(std::string_view bytes) {
    const LoadResult loaded = load_script(bytes, "fuzz.json");
    expect(loaded.script.has_value() != has_errors(loaded.diagnostics), "a script or its errors");
    for (const Diagnostic& diagnostic : loaded.diagnostics)
        expect(!to_text(diagnostic).empty(), "a diagnostic has a text");
    if (loaded.script) talk(*loaded.script, "help\n1\nyes\n");
}

void fuzz_condition(std::string_view bytes) {
    const ConditionResult result =
        parse_condition(bytes, kinds().questions, kinds().questions.size());
    expect(result.errors.empty() || result.condition.empty(), "an error leaves no condition");
    if (!result.errors.empty()) return;
    const std::vector<Fact> facts(kinds().questions.size());
    static_cast<void>(evaluate(result.condition, facts));
    static_cast<void>(mentioned(result.condition));
    expect(!condition_words(kinds(), result.condition).empty(), "a condition can be told");
}

void fuzz_client_frame(std::string_view bytes) {
    const auto read = server::read_frame(bytes);
    if (const auto* bad = std::get_if<server::BadFrame>(&read)) {
        expect(!server::error_frame(bad->id, bad->refusal).empty(), "a refusal is a frame");
        return;
    }
    const auto& frame = std::get<server::ClientFrame>(read);
    expect(!frame.id.empty() && frame.id.size() <= server::max_id_bytes, "a frame has a usable id");
    expect(!frame.type.empty() && frame.body.is_object(), "a frame has a type");
    for (const char* key : {"session", "token", "text", "question"})
        static_cast<void>(frame.text(key));
}

void fuzz_http_gate(std::string_view bytes) {
    const std::size_t end = bytes.find("\r\n\r\n");
    const std::string_view head = end == std::string_view::npos ? bytes : bytes.substr(0, end + 4);
    if (http::check_head(head)) return;
    expect(end != std::string_view::npos, "a head that is let through has its empty line");
    expect(head.find('\0') == std::string_view::npos, "and no NUL");
    const std::size_t target = head.find(' ') + 1;
    const std::string_view path = head.substr(target, head.find(' ', target) - target);
    expect(path.starts_with('/'), "and a path");
    std::string decoded;
    if (http::percent_decode(path, decoded))
        expect(decoded.find('\0') == std::string::npos, "a path holds no NUL");
    static_cast<void>(http::parse_url("http://host" + std::string(path)));
    static_cast<void>(http::parse_url(bytes));
}

/// The first byte chooses the question, the rest is typed.
void fuzz_free_text(std::string_view bytes) {
    if (bytes.empty()) return;
    const auto& questions = kinds().questions;
    const Question& question = questions[static_cast<unsigned char>(bytes[0]) % questions.size()];
    const std::string_view text = bytes.substr(1);
    std::vector<std::string> trace;
    const Understood understood = understand(question, text, &trace);
    if (const auto* value = std::get_if<UnderstoodValue>(&understood)) {
        std::string why;
        if (!fits(question, value->value, why))  // out of range, for instance: the person is told
            expect(!why.empty(), "what does not fit has a reason");
    }
    static_cast<void>(understand_command(text));
    static_cast<void>(understand_early(text));
    static_cast<void>(understand_position(text, 5));
}

void fuzz_talk(std::string_view bytes) {
    talk(kinds(), bytes);
}

void fuzz_side_question(std::string_view bytes) {
    static_cast<void>(is_clear_question(bytes));
    static_cast<void>(answer_side_question(knowledge(), bytes));
}

constexpr std::array<Target, 7> core{{
    {"script", fuzz_script},
    {"condition", fuzz_condition},
    {"client_frame", fuzz_client_frame},
    {"http_gate", fuzz_http_gate},
    {"free_text", fuzz_free_text},
    {"talk", fuzz_talk},
    {"side_question", fuzz_side_question},
}};

}  // namespace

std::span<const Target> core_targets() {
    return core;
}

std::vector<Target> all_targets() {
    std::vector<Target> all(core.begin(), core.end());
    const std::span<const Target> channels = channel_targets();
    all.insert(all.end(), channels.begin(), channels.end());
    return all;
}

void expect(bool holds, std::string_view what) {
    if (holds) return;
    std::fprintf(stderr, "does not hold: %.*s\n", static_cast<int>(what.size()), what.data());
    std::abort();
}

}  // namespace advisor::fuzz
