// The talks of tests/conversations, driven through Mattermost and through Slack: by buttons where
// there are some, else by typed words. Each ends in the state that the file says.

#include <gmock/gmock.h>

#include <ctime>
#include <set>
#include <sstream>

#include "chat_rig.hpp"
#include "dialogs/json.hpp"
#include "dialogs/wire.hpp"
#include "server/channels/body.hpp"
#include "server/channels/view.hpp"
#include "server/talk_view.hpp"

namespace advisor::server {
namespace {

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

/// Mattermost answers in the response.
class MattermostTalk : public ChatTalk {
protected:
    MattermostTalk() { add_hook("mattermost", "m1"); }

    void type(const std::string& text) override { answer_ = ask(command(text)); }
    void press(const std::vector<std::string>& options, bool multi) override {
        if (multi) {
            for (const std::string& option : options) tap("opt" + option, {});
            return tap("optdone", {});
        }
        static const std::map<std::string, std::string> names{
            {"-", "optback"}, {"S", "optskip"}, {"U", "optunknown"}, {"Y", "optyes"}};
        const auto named = names.find(options[0]);
        if (named != names.end()) {
            // After the result there are no buttons any more.
            if (options[0] == "-" && !card_of(answer_).contains("actions")) return type("back");
            return tap(named->second, {});
        }
        for (const json& action : card_of(answer_).at("actions")) {
            if (action.at("id") == "optsel") return tap("optsel", options[0]);
        }
        tap("opt" + options[0], {});
    }

private:
    void tap(const std::string& id, const std::string& chosen) {
        for (const json& action : card_of(answer_).at("actions")) {
            if (action.at("id") == id) {
                answer_ = ask(ChatRig::press(answer_, id, "anna", {}, chosen));
                return;
            }
        }
        if (id == "optback") return type("back");
        FAIL() << "no " << id << " in " << card_of(answer_).dump();
    }
    json answer_;
};

/// Slack answers a press by a call to `response_url`, so the buttons are pressed by their tokens.
class SlackTalk : public ChatTalk {
protected:
    SlackTalk() { add_hook("slack", "s1"); }

    void type(const std::string& text) override {
        json fields = fixture("slack/slash_command.json");
        fields["text"] = text;
        fields["trigger_id"] = "t" + std::to_string(++count_);
        const http::Response response = send(signed_request("command", form_body(fields)));
        ASSERT_EQ(response.status, 200) << response.body;
        const std::size_t token = response.body.find("\"a1.");
        if (token == std::string::npos) return;
        const std::size_t end = response.body.find('.', token + 4);
        handle_ = response.body.substr(token + 4, end - token - 4);
    }
    void press(const std::vector<std::string>& options, bool multi) override {
        const Live now = live();
        const auto pending = dialogs::pending_question(now.script->script, now.state);
        if (!pending && !now.state.proposed) return type("back");
        const bool confirms = options.size() == 1 && options[0] == "Y";
        const std::size_t number = token_number(confirms ? now.state.proposed->question : *pending);
        const std::string lead = "a1." + handle_ + "." + std::to_string(number) + ".";
        json payload = fixture("slack/block_actions_submit_multi.json");
        payload["trigger_id"] = "t" + std::to_string(++count_);
        payload["response_url"] = "";  // nobody listens
        payload["actions"][0]["action_id"] = multi ? "submit" : "ans:" + options[0];
        payload["actions"][0]["value"] = lead + (multi ? "*" : options[0]);
        json& selected = payload["state"]["values"]["q5"]["multi"]["selected_options"];
        selected = json::array();
        for (std::size_t i = 0; multi && i < options.size(); ++i)
            selected.push_back({{"value", lead + options[i]}});
        const http::Response response =
            send(signed_request("interactive", "payload=" + url_escaped(payload.dump())));
        ASSERT_EQ(response.status, 200) << response.body;
        EXPECT_EQ(response.body, "") << "Slack ignores what it says";
    }

private:
    static http::Request signed_request(const std::string& part, const std::string& body) {
        http::Request request;
        request.method = "POST";
        request.path = "/hooks/slack/s1/" + part;
        request.body = body;
        const std::string stamp = std::to_string(std::time(nullptr));
        const std::string text = "v0:" + stamp + ":" + body;
        request.headers = {
            {"Content-Type", "application/x-www-form-urlencoded"},
            {"X-Slack-Request-Timestamp", stamp},
            {"X-Slack-Signature", "v0=" + channels::to_hex(channels::hmac_sha256(secret, text))}};
        return request;
    }
    std::string handle_;
};

/// A tool whose buttons say something that others can read, with the token in brackets.
class SpokenTalk : public ChatTalk {
protected:
    [[nodiscard]] virtual http::Request said(const std::string& text) = 0;

    void type(const std::string& text) override {
        const http::Response response = send(said(text));
        ASSERT_EQ(response.status, 200) << response.body;
        const std::size_t token = response.body.find("(a1.");
        if (token == std::string::npos) return;
        const std::size_t end = response.body.find('.', token + 4);
        handle_ = response.body.substr(token + 4, end - token - 4);
    }
    void press(const std::vector<std::string>& options, bool multi) override {
        const Live now = live();
        const auto pending = dialogs::pending_question(now.script->script, now.state);
        if (!pending && !now.state.proposed) return type("back");
        if (multi) return type(numbers_of(options));
        const bool confirms = options.size() == 1 && options[0] == "Y";
        const std::size_t number = token_number(confirms ? now.state.proposed->question : *pending);
        type("What it shows (a1." + handle_ + "." + std::to_string(number) + "." + options[0] +
             ")");
    }

private:
    /// "1 3"
    static std::string numbers_of(const std::vector<std::string>& options) {
        std::string numbers;
        for (const std::string& option : options) {
            std::size_t index = 0;
            while (channels::option_key(index) != option) ++index;
            numbers += (numbers.empty() ? "" : " ") + std::to_string(index + 1);
        }
        return numbers.empty() ? "none" : numbers;
    }
    std::string handle_;
};

http::Request json_request(const std::string& path, const json& body) {
    http::Request request;
    request.method = "POST";
    request.path = path;
    request.headers = {{"Content-Type", "application/json"}};
    request.body = body.dump();
    return request;
}

class RocketTalk : public SpokenTalk {
protected:
    RocketTalk() { add_hook("rocketchat", "r1"); }

    http::Request said(const std::string& text) override {
        json body = fixture("rocketchat/outgoing.json");
        body["token"] = secret;
        body["message_id"] = "m" + std::to_string(++count_);
        body["text"] = "!advise " + text;
        return json_request("/hooks/rocketchat/r1", body);
    }
};

class ZulipTalk : public SpokenTalk {
protected:
    ZulipTalk() { add_hook("zulip", "z1"); }

    http::Request said(const std::string& text) override {
        json body = fixture("zulip/outgoing.json");
        body["token"] = secret;
        body["message"]["id"] = ++count_;
        body["data"] = "@**Advisor** " + text;
        return json_request("/hooks/zulip/z1", body);
    }
};

/// All but the ones about frames that no chat tool can send.
std::vector<std::string> talk_files() {
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

std::string test_name(const testing::TestParamInfo<std::string>& talk) {
    std::string name = talk.param;
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
}

TEST_P(MattermostTalk, GoesAsWritten) {
    play(dialogs::read_source("tests/conversations/" + GetParam() + ".talk"));
}
TEST_P(SlackTalk, GoesAsWritten) {
    play(dialogs::read_source("tests/conversations/" + GetParam() + ".talk"));
}
TEST_P(RocketTalk, GoesAsWritten) {
    play(dialogs::read_source("tests/conversations/" + GetParam() + ".talk"));
}
TEST_P(ZulipTalk, GoesAsWritten) {
    play(dialogs::read_source("tests/conversations/" + GetParam() + ".talk"));
}
INSTANTIATE_TEST_SUITE_P(Conversations, RocketTalk, testing::ValuesIn(talk_files()), test_name);
INSTANTIATE_TEST_SUITE_P(Conversations, ZulipTalk, testing::ValuesIn(talk_files()), test_name);
INSTANTIATE_TEST_SUITE_P(Conversations, MattermostTalk, testing::ValuesIn(talk_files()), test_name);
INSTANTIATE_TEST_SUITE_P(Conversations, SlackTalk, testing::ValuesIn(talk_files()), test_name);

TEST(ChatTalks, ThereAreMany) {
    EXPECT_GE(talk_files().size(), 12U);
}

}  // namespace
}  // namespace advisor::server
