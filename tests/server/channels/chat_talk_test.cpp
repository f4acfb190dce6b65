// The talks of tests/conversations, driven through Mattermost and through Slack.

#include <ctime>

#include "chat_talk.hpp"

namespace advisor::server {
namespace {

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
