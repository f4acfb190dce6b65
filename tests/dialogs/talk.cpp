#include "talk.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>

#include "dialogs/engine.hpp"
#include "dialogs/json.hpp"

namespace advisor::dialogs {
namespace {

using nlohmann::json;

std::string_view trim(std::string_view text) {
    const auto is_blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

/// A deviation from what the talk says.
[[noreturn]] void fail(const std::string& what) {
    throw std::runtime_error(what);
}

/// "QUESTION = JSON" or "QUESTION".
struct Assignment {
    std::string question;
    std::optional<json> value;
};

json parse_json(std::string_view text) {
    json value = json::parse(text, nullptr, false);
    if (value.is_discarded()) fail("not JSON: " + std::string(text));
    return value;
}

Assignment parse_assignment(std::string_view text) {
    Assignment result;
    const std::size_t equals = text.find('=');
    result.question = trim(text.substr(0, equals));
    if (result.question.empty()) fail("expected the id of a question");
    if (equals != std::string_view::npos) result.value = parse_json(trim(text.substr(equals + 1)));
    return result;
}

std::string code_of(Rejection::Code code) {
    static constexpr std::array<const char*, 5> names{"unknown_question", "question_not_pending",
                                                      "not_answered", "bad_value",
                                                      "unknown_not_allowed"};
    return names[static_cast<std::size_t>(code)];
}

class Player {
public:
    explicit Player(const std::vector<Script>& scripts) : scripts_(scripts) {}

    void play(std::string_view line) {
        const std::size_t space = std::min(line.find(' '), line.size());
        const std::string_view word = line.substr(0, space);
        const std::string_view rest = trim(line.substr(space));
        if (word == "script") return begin(rest);
        if (!script_) begin({});
        if (word != "refused" && !refused_.empty())
            fail("the input before was refused: " + refused_);
        if (!expectation(word, rest) && !input(word, rest))
            fail("no directive: " + std::string(word));
    }

    void end() {
        if (!script_) fail("the talk is empty");
        if (!refused_.empty()) fail("the last input was refused: " + refused_);
    }

private:
    void begin(std::string_view id) {
        if (script_) fail("\"script\" comes first");
        for (const Script& script : scripts_) {
            if (!script_ && (id.empty() || script.id == id)) script_ = &script;
        }
        if (!script_) fail("no script " + std::string(id));
        state_ = fresh_state(*script_);
        send({{"type", "start"}});
    }

    bool input(std::string_view word, std::string_view rest) {
        if (word == ">") {
            send({{"type", "say"}, {"text", rest}});
        } else if (word == "=") {
            if (!outputs_.question) fail("no question is pending");
            const std::string& question = script_->questions[*outputs_.question].id;
            send({{"type", "answer"}, {"question", question}, {"value", parse_json(rest)}});
        } else if (word == "change") {
            const Assignment wanted = parse_assignment(rest);
            change_ = {{"type", "change"}, {"question", wanted.question}};
            if (wanted.value) change_["value"] = *wanted.value;
            send(change_);
        } else if (word == "confirm") {
            if (change_.is_null()) fail("no change to confirm");
            json confirmed = change_;
            confirmed["confirm"] = true;
            send(confirmed);
        } else if (word == "back" || word == "skip" || word == "restart") {
            send({{"type", word}});
        } else {
            return false;
        }
        return true;
    }

    bool expectation(std::string_view word, std::string_view rest) {
        if (word == "ask") {
            expect_question(rest);
        } else if (word == "took") {
            const Assignment wanted = parse_assignment(rest);
            if (!wanted.value) fail("\"took\" needs a value");
            const json answers = answers_of_state();
            if (!answers.contains(wanted.question))
                fail("\"" + wanted.question + "\" has no answer");
            const json& value = answers[wanted.question];
            if (value != *wanted.value) fail("the answer is " + value.dump());
        } else if (word == "open") {
            const json answers = answers_of_state();
            if (!script_->find_question(rest)) fail("no question " + std::string(rest));
            if (answers.contains(rest)) fail("the answer is " + answers[std::string(rest)].dump());
        } else if (word == "says") {
            expect_message(rest);
        } else if (word == "refused") {
            if (refused_ != rest) fail("refused: " + (refused_.empty() ? "nothing" : refused_));
            refused_.clear();
        } else if (word == "recommend") {
            expect_recommendation(rest);
        } else {
            return false;
        }
        return true;
    }

    void send(const json& frame) {
        auto read = read_input(*script_, frame);
        if (const auto* fault = std::get_if<FrameFault>(&read)) {
            refused_ = fault->unknown_type ? "unknown_type" : "bad_frame";
            return;
        }
        if (const auto* rejection = std::get_if<Rejection>(&read)) {
            refused_ = code_of(rejection->code);
            return;
        }
        StepResult next = step(*script_, state_, std::get<Input>(read));
        if (next.rejected) {
            refused_ = code_of(next.rejected->code);
            return;
        }
        state_ = std::move(next.state);
        outputs_ = std::move(next.outputs);
        check_snapshot();
    }

    /// Holds for every conversation, whatever a talk expects.
    void check_snapshot() const {
        const std::optional<State> read = read_state(*script_, to_json(*script_, state_));
        if (!read || !(*read == state_)) fail("the state does not survive its JSON");
        if (outputs_.question != pending_question(*script_, state_)) fail("asks another question");
        if (outputs_.question.has_value() == outputs_.result.has_value()) {
            fail("neither question nor result, or both");
        }
    }

    [[nodiscard]] json answers_of_state() const {
        return json::parse(answers_json(*script_, state_.answers));
    }

    void expect_question(std::string_view id) const {
        const std::string now =
            outputs_.question ? script_->questions[*outputs_.question].id : "nothing";
        if (now != id) fail("the pending question is " + now);
    }

    void expect_message(std::string_view text) const {
        std::string all;
        for (const Message& message : outputs_.messages) {
            if (message.text.find(text) != std::string::npos) return;
            all += "\n    " + message.text;
        }
        fail("no message says so:" + all);
    }

    void expect_recommendation(std::string_view rest) const {
        const std::size_t space = std::min(rest.find(' '), rest.size());
        const std::string_view firmness = trim(rest.substr(space));
        if (!outputs_.result) fail("there is no recommendation yet");
        const std::string outcome = script_->outcome_id(outputs_.result->outcome);
        if (outcome != rest.substr(0, space)) fail("the recommendation is " + outcome);
        const std::string got = "firmness " + std::string(to_text(outputs_.result->firmness));
        if (!firmness.empty() && firmness != got) fail("the recommendation has " + got);
    }

    const std::vector<Script>& scripts_;
    const Script* script_ = nullptr;
    State state_;
    Outputs outputs_;
    json change_;
    std::string refused_;
};

}  // namespace

std::vector<std::string> play_talk(std::string_view talk, const std::vector<Script>& scripts) {
    Player player(scripts);
    std::vector<std::string> deviations;
    int number = 0;
    try {
        while (!talk.empty()) {
            const std::string_view line = talk.substr(0, talk.find('\n'));
            talk.remove_prefix(std::min(line.size() + 1, talk.size()));
            ++number;
            const std::string_view directive = trim(line);
            if (directive.empty() || directive.front() == '#') continue;
            player.play(directive);
        }
        player.end();
    } catch (const std::exception& deviation) {
        deviations.push_back("line " + std::to_string(number) + ": " + deviation.what());
    }
    return deviations;
}

}  // namespace advisor::dialogs
