// The talks of tests/conversations, driven through Discord, Telegram and Teams.

#include <openssl/evp.h>

#include <array>
#include <ctime>

#include "chat_talk.hpp"

namespace advisor::server {
namespace {

class PlatformTalk : public ChatTalk {
protected:
    void add(const std::string& platform, const std::string& platform_secret) {
        channels::Hook hook;
        hook.id = "p1";
        hook.platform = platform;
        hook.secrets = {platform_secret};
        db::open_sqlite_talk_store(folder_ / "advisor.db")
            ->put_hook(seal_hook(hook, SecretBox(folder_)));
    }
    http::Request request_of(const std::string& platform, const json& body) {
        http::Request request;
        request.method = "POST";
        request.path = "/hooks/" + platform + "/p1";
        request.headers = {{"Content-Type", "application/json"}};
        request.body = body.dump();
        return request;
    }
    /// Where in the list of options an option of an answer token is, from 0.
    static std::size_t index_of(const std::string& option) {
        std::size_t index = 0;
        while (channels::option_key(index) != option) ++index;
        return index;
    }
    static std::string numbers_of(const std::vector<std::string>& options) {
        std::string numbers;
        for (const std::string& option : options)
            numbers += std::to_string(index_of(option) + 1) + " ";
        return numbers.empty() ? "none" : numbers;
    }
    json answer_;
};

class DiscordTalk : public PlatformTalk {
protected:
    // The key pair of RFC 8032, test 1.
    static constexpr const char* public_key =
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
    static constexpr const char* private_key =
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";

    DiscordTalk() { add("discord", public_key); }

    void type(const std::string& text) override {
        const json option{{"name", "topic"}, {"type", 3}, {"value", text}};
        json data;
        data["options"] = json::array({option});
        interact("command", data);
    }
    void press(const std::vector<std::string>& options, bool multi) override {
        if (multi && options.empty()) return tap("0", {});
        if (multi) return tap("*", options);
        // After the result there are no buttons any more.
        if (options[0] == "-" && answer_["data"]["components"].empty()) return type("back");
        tap(options[0], {});
    }

private:
    void tap(const std::string& option, const std::vector<std::string>& values) {
        for (const json& row : answer_["data"]["components"]) {
            for (const json& control : row["components"]) {
                const std::string id = control["custom_id"];
                if (id.ends_with("." + option)) {
                    json data{{"component_type", control["type"]}, {"custom_id", id}};
                    if (control["type"] == 3) data["values"] = values;
                    return interact("component_button", data);
                }
                if (id.ends_with(".M"))
                    return interact("component_select", {{"component_type", 3},
                                                         {"custom_id", id},
                                                         {"values", json::array({option})}});
            }
        }
        if (option == "-") return type("back");
        FAIL() << "no " << option << " in " << answer_.dump();
    }

    void interact(const std::string& name, const json& data) {
        json body = fixture("discord/" + name + ".json");
        body["id"] = "i" + std::to_string(++count_);
        for (const auto& [key, value] : data.items()) body["data"][key] = value;
        http::Request request = request_of("discord", body);
        const std::string stamp = std::to_string(std::time(nullptr));
        request.headers.emplace_back("X-Signature-Timestamp", stamp);
        request.headers.emplace_back("X-Signature-Ed25519", signature(stamp + request.body));
        answer_ = ask(request);
    }

    static std::string signature(const std::string& text) {
        const std::string seed = channels::from_hex(private_key).value();
        const auto* bytes = reinterpret_cast<const unsigned char*>(seed.data());
        EVP_PKEY* key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, bytes, seed.size());
        EVP_MD_CTX* context = EVP_MD_CTX_new();
        std::array<unsigned char, 64> out{};
        std::size_t size = out.size();
        EXPECT_EQ(EVP_DigestSignInit(context, nullptr, nullptr, nullptr, key), 1);
        EXPECT_EQ(EVP_DigestSign(context, out.data(), &size,
                                 reinterpret_cast<const unsigned char*>(text.data()), text.size()),
                  1);
        EVP_MD_CTX_free(context);
        EVP_PKEY_free(key);
        return channels::to_hex({reinterpret_cast<const char*>(out.data()), out.size()});
    }
};

/// Keys send their labels as messages.
class TelegramTalk : public PlatformTalk {
protected:
    TelegramTalk() { add("telegram", secret); }

    void type(const std::string& text) override {
        json update = fixture("telegram/update_command.json");
        update["update_id"] = ++count_;
        update["message"]["text"] = text;
        http::Request request = request_of("telegram", update);
        request.headers.emplace_back("X-Telegram-Bot-Api-Secret-Token", secret);
        answer_ = ask(request);
    }
    void press(const std::vector<std::string>& options, bool multi) override {
        static const std::map<std::string, std::string> names{
            {"-", "Back"}, {"U", "I don't know"}, {"Y", "Yes, change it"}};
        if (multi) return type(numbers_of(options));
        const auto named = names.find(options[0]);
        if (named != names.end()) return tap(named->second);
        const json& rows = answer_["reply_markup"]["keyboard"];
        std::vector<std::string> keys;
        for (const json& row : rows)
            for (const json& key : row) keys.push_back(key["text"]);
        type(keys.at(index_of(options[0])));
    }

private:
    void tap(const std::string& label) {
        const bool has_keys = answer_["reply_markup"].contains("keyboard");
        ASSERT_TRUE(!has_keys || answer_.dump().find(label) != std::string::npos || label == "Back")
            << answer_.dump();
        type(label);
    }
};

class TeamsTalk : public PlatformTalk {
protected:
    static constexpr const char* key = "vqF0En+Z0ucuRTM/01o2GuhMH3hKKk/N2bOmlM31zaA=";

    TeamsTalk() { add("teams", key); }

    void type(const std::string& text) override {
        json activity = fixture("teams/outgoing_webhook.json");
        activity["id"] = "a" + std::to_string(++count_);
        activity.erase("timestamp");
        activity["text"] = "<at>Advisor</at> " + text;
        http::Request request = request_of("teams", activity);
        const std::string mac =
            channels::hmac_sha256(channels::from_base64(key).value(), request.body);
        request.headers.emplace_back("Authorization", "HMAC " + channels::to_base64(mac));
        answer_ = ask(request);
    }
    void press(const std::vector<std::string>& options, bool multi) override {
        static const std::map<std::string, std::string> names{
            {"-", "back"}, {"U", "I don't know"}, {"Y", "yes"}};
        const auto named = multi ? names.end() : names.find(options[0]);
        type(named != names.end() ? named->second : numbers_of(options));
    }
};

TEST_P(DiscordTalk, GoesAsWritten) {
    play(dialogs::read_source("tests/conversations/" + GetParam() + ".talk"));
}
TEST_P(TelegramTalk, GoesAsWritten) {
    play(dialogs::read_source("tests/conversations/" + GetParam() + ".talk"));
}
TEST_P(TeamsTalk, GoesAsWritten) {
    play(dialogs::read_source("tests/conversations/" + GetParam() + ".talk"));
}
INSTANTIATE_TEST_SUITE_P(Conversations, DiscordTalk, testing::ValuesIn(talk_files()), test_name);
INSTANTIATE_TEST_SUITE_P(Conversations, TelegramTalk, testing::ValuesIn(talk_files()), test_name);
INSTANTIATE_TEST_SUITE_P(Conversations, TeamsTalk, testing::ValuesIn(talk_files()), test_name);

}  // namespace
}  // namespace advisor::server
