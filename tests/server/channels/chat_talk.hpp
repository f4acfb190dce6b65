#pragma once
// The talks of tests/conversations, driven through a chat tool: by controls where it has some, else
// by typed words. Each ends in the state that the file says.

#include <gmock/gmock.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "chat_rig.hpp"
#include "dialogs/json.hpp"
#include "dialogs/wire.hpp"
#include "server/channels/body.hpp"
#include "server/channels/view.hpp"
#include "server/team_chat/talk_view.hpp"

namespace advisor::server {

class ChatTalk : public ChatRig, public testing::WithParamInterface<std::string> {
protected:
    /// Types something; presses the control with an option of answer tokens, for a multiple choice
    /// several, which are ticked and submitted.
    virtual void type(const std::string& text) = 0;
    virtual void press(const std::vector<std::string>& options, bool multi) = 0;

    void play(const std::string& talk) {
        std::istringstream lines(talk);
        bool begun = false;
        for (std::string text; std::getline(lines, text);) {
            text = channels::trimmed(text);
            if (text.empty() || text.front() == '#') continue;
            const std::size_t space = std::min(text.find(' '), text.size());
            const std::string word = text.substr(0, space);
            const std::string rest = channels::trimmed(text.substr(space));
            SCOPED_TRACE(text);
            if (!begun) type(word == "script" ? "start " + rest : "start");
            begun = true;
            if (word != "script" && !expects(word, rest)) act(word, rest);
            if (HasFailure()) return;
        }
    }

    Live live() { return latest(); }
    json answers() {
        const Live now = live();
        return json::parse(dialogs::answers_json(now.script->script, now.state.answers));
    }

private:
    void act(const std::string& word, const std::string& rest) {
        if (word == ">") return type(rest);
        if (word == "=") return answer(json::parse(rest));
        if (word == "back") return press({"-"}, false);
        if (word == "skip") return type("skip");
        if (word == "restart") return type("restart");
        if (word == "confirm") return press({"Y"}, false);
        ASSERT_EQ(word, "change");
        const std::size_t equals = rest.find('=');
        const std::string id = channels::trimmed(rest.substr(0, equals));
        if (equals == std::string::npos) return type("change " + id);
        const dialogs::Script& script = live().script->script;
        const dialogs::Question& question = script.questions[script.find_question(id).value()];
        type("change " + id + " = " + typed(question, json::parse(rest.substr(equals + 1))));
    }

    /// An answer as somebody types it.
    static std::string typed(const dialogs::Question& question, const json& value) {
        if (value.is_object()) return value["min"].dump() + "-" + value["max"].dump();
        if (value.is_boolean()) return value.get<bool>() ? "1" : "2";
        if (value.is_number()) return value.dump();
        if (value == "unknown" || question.kind == dialogs::QuestionKind::text)
            return value.get<std::string>();
        std::string numbers;
        for (const json& id : value.is_array() ? value : json::array({value})) {
            for (std::size_t i = 0; i < question.choices.size(); ++i) {
                if (question.choices[i].id == id) numbers += std::to_string(i + 1) + " ";
            }
        }
        return numbers.empty() ? "none" : numbers;
    }

    void answer(const json& value) {
        const Live now = live();
        const auto pending = dialogs::pending_question(now.script->script, now.state);
        ASSERT_TRUE(pending);
        const dialogs::Question& question = now.script->script.questions[*pending];
        if (value == "unknown") return press({"U"}, false);
        if (value.is_boolean()) return press({value.get<bool>() ? "a" : "b"}, false);
        if (value.is_object() || value.is_number() || question.kind == dialogs::QuestionKind::text)
            return type(typed(question, value));
        std::vector<std::string> options;
        for (const json& id : value.is_array() ? value : json::array({value})) {
            for (std::size_t i = 0; i < question.choices.size(); ++i) {
                if (question.choices[i].id == id) options.push_back(channels::option_key(i));
            }
        }
        press(options, value.is_array());
    }

    bool expects(const std::string& word, const std::string& rest) {
        const Live now = live();
        const dialogs::Script& script = now.script->script;
        const std::size_t equals = rest.find('=');
        if (word == "ask") {
            const auto pending = dialogs::pending_question(script, now.state);
            EXPECT_EQ(pending ? script.questions[*pending].id : "nothing", rest);
        } else if (word == "took") {
            const std::string question = channels::trimmed(rest.substr(0, equals));
            EXPECT_EQ(answers()[question], json::parse(rest.substr(equals + 1)));
        } else if (word == "open") {
            EXPECT_FALSE(answers().contains(rest));
        } else if (word == "says") {
            std::string said;
            for (const db::TurnRecord& turn : await(store_->turns(now.row, now.seq - 1)))
                said += json::parse(dialogs_expand(now, turn.reply))
                            .at("messages")
                            .dump(-1, ' ', false);
            EXPECT_THAT(said, testing::HasSubstr(rest));
        } else if (word == "recommend") {
            const auto card = dialogs::score(script, now.state.answers);
            EXPECT_FALSE(dialogs::pending_question(script, now.state));
            EXPECT_EQ(script.outcome_id(card.outcome), rest.substr(0, rest.find(' ')));
        } else {
            return false;
        }
        return true;
    }

    static std::string dialogs_expand(const Live& now, const std::string& reply) {
        return "{" + dialogs::expand(now.script->script.fragments, reply) + "}";
    }
};

/// All but the ones about frames that no chat tool can send.
inline std::vector<std::string> talk_files() {
    std::set<std::string> names;
    for (const auto& entry :
         fs::directory_iterator(fs::path(ADVISOR_SOURCE_DIR) / "tests/conversations")) {
        if (entry.path().extension() != ".talk") continue;
        const std::string name = entry.path().stem().string();
        const std::string text = dialogs::read_source("tests/conversations/" + name + ".talk");
        if (text.find("\nrefused ") == std::string::npos) names.insert(name);
    }
    return {names.begin(), names.end()};
}

inline std::string test_name(const testing::TestParamInfo<std::string>& talk) {
    std::string name = talk.param;
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
}

}  // namespace advisor::server
