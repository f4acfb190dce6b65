#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "server/channels/json_web_token.hpp"
#include "server/channels/signature.hpp"
#include "tests/server/channel_views.hpp"

namespace advisor::channels {
namespace {

using namespace testing;
using nlohmann::json;

const Channel& chat = google_chat();
constexpr TimePoint now{std::chrono::seconds(1'780'000'000)};
const std::string account = "chat@system.gserviceaccount.com";

std::string base64url(std::string_view bytes) {
    std::string text = to_base64(bytes);
    while (text.ends_with('=')) text.pop_back();
    for (char& c : text) c = c == '+' ? '-' : c == '/' ? '_' : c;
    return text;
}

/// A key pair of our own, in Google's place.
class Signer {
public:
    explicit Signer(unsigned bits = 2048) : key_(EVP_RSA_gen(bits), EVP_PKEY_free) {}

    [[nodiscard]] std::string public_pem() const {
        const std::unique_ptr<BIO, int (*)(BIO*)> bio(BIO_new(BIO_s_mem()), BIO_free);
        PEM_write_bio_PUBKEY(bio.get(), key_.get());
        char* data = nullptr;
        const long size = BIO_get_mem_data(bio.get(), &data);
        return {data, static_cast<std::size_t>(size)};
    }

    [[nodiscard]] std::string jwk(const std::string& id) const {
        return json{{"keys",
                     {{{"kty", "RSA"},
                       {"kid", id},
                       {"n", base64url(number("n"))},
                       {"e", base64url(number("e"))}}}}}
            .dump();
    }

    [[nodiscard]] std::string token(const json& claims,
                                    const json& header = {{"alg", "RS256"}, {"kid", "k1"}}) const {
        const std::string text = base64url(header.dump()) + "." + base64url(claims.dump());
        const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(),
                                                                         EVP_MD_CTX_free);
        EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get());
        std::string signature(1024, '\0');
        std::size_t size = signature.size();
        EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                       reinterpret_cast<const unsigned char*>(text.data()), text.size());
        signature.resize(size);
        return text + "." + base64url(signature);
    }

private:
    [[nodiscard]] std::string number(const char* name) const {
        BIGNUM* value = nullptr;
        EVP_PKEY_get_bn_param(key_.get(), name, &value);
        std::string bytes(static_cast<std::size_t>(BN_num_bytes(value)), '\0');
        BN_bn2bin(value, reinterpret_cast<unsigned char*>(bytes.data()));
        BN_free(value);
        return bytes;
    }

    std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key_;
};

const Signer& signer() {
    static const Signer one;
    return one;
}

json project_claims() {
    return {
        {"iss", account}, {"aud", "1234567890"}, {"iat", 1'780'000'000}, {"exp", 1'780'003'600}};
}

Hook project_hook() {
    Hook hook = hook_for("google-chat", json{{"k1", signer().public_pem()}}.dump());
    hook.options["audience"] = "1234567890";
    return hook;
}

bool accepts(const std::string& token, const Hook& hook = project_hook(), TimePoint at = now) {
    const http::Request request = post("{}", {{"Authorization", "Bearer " + token}});
    return chat.verify({request, ""}, hook, at);
}

Event event_of(const std::string& body, const Hook& hook = project_hook()) {
    const http::Request request = post(body);
    const Incoming incoming = chat.parse({request, ""}, hook);
    EXPECT_EQ(incoming.events.size(), 1U) << body;
    return incoming.events.empty() ? Event{} : incoming.events.front();
}

json rendered(const Event& event, const View& view, const std::string& name = {}) {
    const Rendered answer = chat.render(event, view, project_hook());
    EXPECT_EQ(answer.response.status, 200);
    EXPECT_LE(answer.response.body.size(), 32'000U);
    if (!name.empty()) keep_payload("google_chat_" + name, answer.response.body);
    return json::parse(answer.response.body);
}

TEST(GoogleChatToken, PublishedVectors) {
    for (const json& vector : json::parse(fixture("google_chat/vectors.json"))) {
        Hook hook = hook_for("google-chat", vector.at("public_key_pem"));
        hook.options["audience"] = vector.at("audience");
        const http::Request request = post(
            vector.at("raw_body"), {{"Authorization", vector.at("headers").at("Authorization")}});
        EXPECT_EQ(chat.verify({request, ""}, hook, now), vector.at("expect") == "accept")
            << vector.at("name");
    }
}

TEST(GoogleChatToken, ForTheProjectNumber) {
    EXPECT_TRUE(accepts(signer().token(project_claims())));
    const auto with = [](const char* name, const json& value) {
        json claims = project_claims();
        claims[name] = value;
        return signer().token(claims);
    };
    EXPECT_FALSE(accepts(with("aud", "1234567891")));
    EXPECT_FALSE(accepts(with("aud", json::array({"1234567890"}))));
    EXPECT_FALSE(accepts(with("iss", "https://accounts.google.com")));
    EXPECT_FALSE(accepts(with("exp", 1'779'999'699)));
    EXPECT_TRUE(accepts(with("exp", 1'779'999'701))) << "300 seconds of leeway";
    EXPECT_FALSE(accepts(with("iat", 1'780'000'301)));
    EXPECT_FALSE(accepts(with("exp", "1780003600")));
    EXPECT_FALSE(accepts(with("exp", nullptr)));
    EXPECT_FALSE(accepts(with("iat", nullptr)));
}

TEST(GoogleChatToken, ForTheUrl) {
    Hook hook = project_hook();
    hook.options.clear();
    json claims{{"iss", "https://accounts.google.com"},
                {"aud", "https://advisor.example.org/hooks/google-chat/h1"},
                {"email", account},
                {"email_verified", true},
                {"iat", 1'780'000'000},
                {"exp", 1'780'003'600}};
    EXPECT_TRUE(accepts(signer().token(claims), hook));
    json other = claims;
    other["email"] = "me@gmail.com";
    EXPECT_FALSE(accepts(signer().token(other), hook)) << "anybody has an account";
    other = claims;
    other["email_verified"] = false;
    EXPECT_FALSE(accepts(signer().token(other), hook));
    other = claims;
    other["aud"] = "https://advisor.example.org/hooks/google-chat/h2";
    EXPECT_FALSE(accepts(signer().token(other), hook));
    other = claims;
    other["iss"] = account;
    EXPECT_FALSE(accepts(signer().token(other), hook));
}

TEST(GoogleChatToken, AlgorithmAndKey) {
    const json claims = project_claims();
    EXPECT_FALSE(accepts(signer().token(claims, {{"alg", "none"}, {"kid", "k1"}})));
    EXPECT_FALSE(accepts(signer().token(claims, {{"alg", "HS256"}, {"kid", "k1"}})));
    EXPECT_FALSE(accepts(signer().token(claims, {{"alg", "rs256"}, {"kid", "k1"}})));
    EXPECT_FALSE(accepts(signer().token(claims, {{"alg", "RS256"}, {"kid", "k2"}})));
    EXPECT_FALSE(
        accepts(signer().token(claims, {{"alg", "RS256"}, {"kid", "k1"}, {"crit", {"x"}}})));
    EXPECT_FALSE(accepts(Signer().token(claims))) << "somebody else's key";
    const std::string good = signer().token(claims);
    EXPECT_FALSE(accepts(good + "="));
    EXPECT_FALSE(accepts(good + ".x"));
    EXPECT_FALSE(accepts(good.substr(0, good.rfind('.')) + "."));
    EXPECT_FALSE(accepts(""));
    EXPECT_FALSE(accepts(std::string(300'000, 'a')));
}

TEST(GoogleChatToken, KeySets) {
    const std::string token = signer().token(project_claims());
    for (const std::string& set : {signer().public_pem(), signer().jwk("k1")}) {
        Hook hook = project_hook();
        hook.secrets = {Signer().public_pem(), set};
        EXPECT_TRUE(accepts(token, hook)) << set;
        EXPECT_FALSE(key_set_fault(set).has_value());
    }
    EXPECT_TRUE(key_set_fault(Signer(1024).public_pem()).has_value());
    EXPECT_TRUE(key_set_fault("{}").has_value());
    EXPECT_TRUE(key_set_fault("not a key").has_value());
    EXPECT_TRUE(key_set_fault(R"({"keys":[{"kty":"RSA","n":"","e":"AQAB"},null,7]})").has_value());
}

TEST(GoogleChatToken, Headers) {
    const std::string token = signer().token(project_claims());
    const auto verify = [](http::Headers headers) {
        const http::Request request = post("{}", std::move(headers));
        return chat.verify({request, ""}, project_hook(), now);
    };
    EXPECT_TRUE(verify({{"authorization", "bearer " + token}}));
    EXPECT_FALSE(verify({}));
    EXPECT_FALSE(verify({{"Authorization", token}}));
    EXPECT_FALSE(verify({{"Authorization", "Basic " + token}}));
    EXPECT_FALSE(
        verify({{"Authorization", "Bearer " + token}, {"Authorization", "Bearer " + token}}));
}

TEST(GoogleChatToken, NoFlippedBitIsAccepted) {
    const std::string token = signer().token(project_claims());
    std::mt19937 random(7);
    for (int i = 0; i < 10'000; ++i) ASSERT_FALSE(accepts(with_flipped_bit(token, random)));
    EXPECT_TRUE(accepts(token));
}

TEST(GoogleChatEvents, Message) {
    const Event event = event_of(fixture("google_chat/message.json"));
    EXPECT_EQ(event.kind, EventKind::text);
    EXPECT_EQ(event.text, "start");
    EXPECT_EQ(event.address.channel, "spaces/AAAAexample1");
    EXPECT_EQ(event.address.thread, "spaces/AAAAexample1/threads/thr00000001");
    EXPECT_EQ(event.address.user, "users/100000000000000000003");
    EXPECT_EQ(event.address.user_label, "Anna Berg");
    EXPECT_NE(event.dedupe_id.find("msg00000001"), std::string::npos);
}

TEST(GoogleChatEvents, DirectMessagesAreOneTalk) {
    json body = json::parse(fixture("google_chat/message.json"));
    body["space"]["type"] = "DM";
    body["message"]["argumentText"] = nullptr;
    body["message"]["text"] = " 2 ";
    const Event event = event_of(body.dump());
    EXPECT_EQ(event.address.thread, "");
    EXPECT_EQ(event.text, "2");
}

TEST(GoogleChatEvents, Clicks) {
    json body = json::parse(fixture("google_chat/card_clicked.json"));
    Event event = event_of(body.dump());
    EXPECT_EQ(event.kind, EventKind::submit);
    EXPECT_EQ(event.token, "a1.k3f9x2.5.*");
    EXPECT_EQ(event.values, (std::vector<std::string>{"a", "c"}));
    body["common"].erase("parameters");
    body["action"]["parameters"][0]["value"] = "a1.k3f9x2.4.b";
    event = event_of(body.dump());
    EXPECT_EQ(event.kind, EventKind::press);
    EXPECT_EQ(event.token, "a1.k3f9x2.4.b");
    body["action"]["parameters"][0]["value"] = "a1.k3f9x2.4.t";
    body["common"]["formInputs"] = {{"text", {{"stringInputs", {{"value", {" 42 "}}}}}}};
    event = event_of(body.dump());
    EXPECT_EQ(event.kind, EventKind::submit);
    EXPECT_EQ(event.text, "42");
    body["action"]["parameters"][0]["value"] = "a1.k3f9x2.4.M";
    body["common"]["formInputs"] = {{"menu", {{"stringInputs", {{"value", {"a1.k3f9x2.4.g"}}}}}}};
    event = event_of(body.dump());
    EXPECT_EQ(event.kind, EventKind::press);
    EXPECT_EQ(event.token, "a1.k3f9x2.4.g");
}

TEST(GoogleChatEvents, NothingForUs) {
    json body = json::parse(fixture("google_chat/message.json"));
    const auto answer = [&] {
        const http::Request request = post(body.dump());
        const Incoming incoming = chat.parse({request, ""}, project_hook());
        EXPECT_TRUE(incoming.events.empty());
        return incoming.at_once ? incoming.at_once->body : std::string("none");
    };
    body["type"] = "REMOVED_FROM_SPACE";
    EXPECT_EQ(answer(), "{}");
    body["type"] = "MESSAGE";
    body["user"]["type"] = "BOT";
    EXPECT_EQ(answer(), "{}");
    body["user"] = nullptr;
    EXPECT_EQ(answer(), "{}");
    body = {{"chat", {{"messagePayload", json::object()}}}};
    EXPECT_NE(answer().find("add-on"), std::string::npos);
    const http::Request form = post("a=b", {{"Content-Type", "text/plain"}});
    EXPECT_EQ(chat.parse({form, ""}, project_hook()).at_once->status, 415);
    const http::Request broken = post("{\"type\":");
    EXPECT_EQ(chat.parse({broken, ""}, project_hook()).at_once->status, 400);
}

TEST(GoogleChatCards, EveryQuestionHasItsControls) {
    const Event event = event_of(fixture("google_chat/message.json"));
    for (const auto& [name, view] : all_views()) {
        const json message = rendered(event, view, name);
        EXPECT_FALSE(message.contains("actionResponse"));
        const std::string text = message.dump();
        const bool in_text =
            view.question->options.size() > 25 && view.question->form != QuestionForm::multi;
        for (const OptionView& option : view.question->options) {
            const std::string wanted = view.question->form == QuestionForm::multi
                                           ? "\"value\":\"" + option.key + "\""
                                           : "\"" + view.question->token(option.key) + "\"";
            EXPECT_EQ(text.find(wanted) == std::string::npos, in_text) << name << wanted;
        }
        for (const Control& control : controls(*view.question))
            EXPECT_NE(text.find(view.question->token(control.option)), std::string::npos) << name;
    }
}

TEST(GoogleChatCards, AClickReplacesTheAppsOwnMessage) {
    const View view = all_views().front().second;
    json body = json::parse(fixture("google_chat/card_clicked.json"));
    EXPECT_EQ(rendered(event_of(body.dump()), view)["actionResponse"]["type"], "UPDATE_MESSAGE");
    body["message"]["sender"]["type"] = "HUMAN";
    EXPECT_EQ(rendered(event_of(body.dump()), view)["actionResponse"]["type"], "NEW_MESSAGE");
    View over;
    over.messages = {paragraph("Ended.")};
    over.is_over = true;
    body["message"]["sender"]["type"] = "BOT";
    EXPECT_EQ(rendered(event_of(body.dump()), over)["cardsV2"], json::array())
        << "the buttons are taken away";
}

TEST(GoogleChatCards, ARefusalIsForOneAndLeavesTheCard) {
    View view;
    view.private_note = "This is somebody else's talk.";
    const json message = rendered(event_of(fixture("google_chat/card_clicked.json")), view, "note");
    EXPECT_EQ(message["actionResponse"]["type"], "NEW_MESSAGE");
    EXPECT_EQ(message["privateMessageViewer"]["name"], "users/100000000000000000003");
    EXPECT_FALSE(message.contains("cardsV2"));
}

TEST(GoogleChatCards, TheLongestRecommendationFits) {
    const Event event = event_of(fixture("google_chat/message.json"));
    for (const std::size_t size : {1U, 5U, 40U}) {
        const std::string text(size * 40, size == 40 ? '"' : 'x');
        const json message =
            rendered(event, advice_view(size, text), "advice_" + std::to_string(size));
        EXPECT_NE(message.dump().find("https://advisor.example.org/report/k3f9x2?key=abc"),
                  std::string::npos);
    }
}

TEST(GoogleChatCards, TextOfUsersIsText) {
    View view = advice_view(1, nasty_text);
    view.messages = {paragraph(nasty_text)};
    const json message = rendered(event_of(fixture("google_chat/message.json")), view, "nasty");
    const std::string text = message["text"];
    for (const char* bad : {"<users/", "*b*", "_i_", "~s~", "`c`", "<https", "https://evil",
                            "www.evil", "@all", "evil.com", "\xe2\x80\xae"})
        EXPECT_EQ(text.find(bad), std::string::npos) << bad << " in " << text;
    const std::string card = message["cardsV2"].dump();
    for (const char* bad : {"<b>bold", "<script", "<users/", "https://evil", "evil.com/"})
        EXPECT_EQ(card.find(bad), std::string::npos) << bad << " in " << card;
}

TEST(GoogleChatHook, ChecksKeysAndAudience) {
    EXPECT_FALSE(chat.check(project_hook()).has_value());
    Hook hook = project_hook();
    hook.secrets = {"fetch"};
    EXPECT_FALSE(chat.check(hook).has_value());
    EXPECT_NE(chat.keys_url(hook).find("chat@system.gserviceaccount.com"), std::string::npos);
    hook.options.clear();
    EXPECT_NE(chat.keys_url(hook).find("/oauth2/"), std::string::npos);
    EXPECT_EQ(chat.keys_url(project_hook()), "");
    hook.secrets = {"abc"};
    EXPECT_TRUE(chat.check(hook).has_value());
    hook = project_hook();
    hook.options["audience"] = "my project";
    EXPECT_TRUE(chat.check(hook).has_value());
}

}  // namespace
}  // namespace advisor::channels
