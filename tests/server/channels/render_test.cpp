// What is shown stays within the platforms' limits, and what is sent breaks nothing.

#include <gmock/gmock.h>

#include <random>

#include "chat_rig.hpp"
#include "server/channels/body.hpp"
#include "server/channels/view.hpp"

namespace advisor::channels {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

/// A label of 200 characters with everything that could do harm.
std::string harmful(std::size_t number) {
    std::string text = std::to_string(number) +
                       " @all <!here> <https://evil.example|x> **b** `c` [l](http://evil.example) "
                       "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d \xf0\x9f\x8d\xb5 ";
    while (length_of(text, LengthUnit::code_points) < 200) text += "w";
    return text;
}

View question_view(QuestionForm form, std::size_t options) {
    QuestionView question;
    question.session = "abcdefghijkl";
    question.number = 60;
    question.position = 4;
    question.total = 9;
    question.form = form;
    question.text = harmful(0);
    question.help = harmful(1);
    for (std::size_t i = 0; i < options; ++i)
        question.options.push_back({option_key(i), harmful(i), harmful(i), i % 2 == 0});
    question.max = 1000;
    question.unit = "people";
    question.allow_unknown = question.may_skip = question.may_go_back = true;
    View view;
    view.messages = {paragraph(harmful(2))};
    for (int i = 0; i < 40; ++i) view.messages.push_back(bullet(harmful(3)));
    view.question = question;
    view.session = question.session;
    return view;
}

View advice_view() {
    Advice advice;
    advice.name = harmful(0);
    advice.headline = harmful(1);
    advice.firmness = "clear";
    advice.hiring_summary = harmful(2);
    advice.report_url = "https://advisor.example.org/r/abcdef";
    for (int i = 0; i < 30; ++i) {
        advice.points.push_back({harmful(3), "7"});
        advice.reasons.push_back({harmful(4), harmful(5)});
        advice.changes.push_back(harmful(6));
        advice.tradeoffs.push_back(harmful(7));
        advice.roles.push_back({harmful(8), "senior", 2, "hire", harmful(9)});
        advice.notes.push_back(harmful(10));
    }
    View view;
    view.messages = {paragraph(harmful(11))};
    view.advice = advice;
    view.is_over = true;
    return view;
}

std::vector<View> views() {
    std::vector<View> all{advice_view(), View{}};
    all.back().private_note = harmful(12);
    for (const std::size_t count : {0U, 1U, 2U, 5U, 6U, 10U, 11U, 24U, 25U, 26U, 100U}) {
        for (const QuestionForm form :
             {QuestionForm::choice, QuestionForm::multi, QuestionForm::number, QuestionForm::scale,
              QuestionForm::text, QuestionForm::confirm})
            all.push_back(question_view(form, count));
    }
    return all;
}

Hook hook_of(const std::string& platform) {
    Hook hook;
    hook.id = "h1";
    hook.platform = platform;
    hook.secrets = {"kkkkkkkkkkkkkkkk"};
    hook.public_url = "https://advisor.example.org";
    hook.mac_key = "key";
    return hook;
}

Event event_of(const std::string& way) {
    Event event;
    event.kind = EventKind::press;
    event.carry["way"] = way;
    event.reply_url = "https://hooks.slack.com/actions/x";
    return event;
}

void expect_slack_limits(const json& message) {
    if (!message.contains("blocks")) return;
    const auto length = [](const json& text) {
        return length_of(text.at("text").get<std::string>(), LengthUnit::utf16);
    };
    EXPECT_LE(message["blocks"].size(), 50U);
    std::size_t all = 0;
    std::set<std::string> ids;
    for (const json& block : message["blocks"]) {
        EXPECT_TRUE(ids.insert(block.at("block_id")).second);
        if (block["type"] == "header") EXPECT_LE(length(block["text"]), 150U);
        if (block["type"] == "section") {
            EXPECT_LE(length(block["text"]), 3000U);
            EXPECT_GE(length(block["text"]), 1U);
            all += length(block["text"]);
        }
        json elements = block.value("elements", json::array());
        if (block.contains("accessory")) elements.push_back(block["accessory"]);
        EXPECT_LE(elements.size(), 25U);
        for (const json& element : elements) {
            const std::string type = element.at("type");
            if (type == "button") {
                EXPECT_LE(length(element["text"]), 75U);
                EXPECT_LE(element["value"].get<std::string>().size(), max_token_bytes);
            }
            const std::size_t most = type == "checkboxes" ? 10 : 100;
            if (element.contains("options")) EXPECT_LE(element["options"].size(), most);
            for (const json& option : element.value("options", json::array())) {
                EXPECT_LE(length(option["text"]), 75U);
                EXPECT_LE(option["value"].get<std::string>().size(), 75U);
            }
        }
    }
    EXPECT_LE(all, 13000U);
}

TEST(Render, SlackStaysWithinItsLimits) {
    for (const View& view : views()) {
        for (const char* way : {"command", "press"}) {
            const Rendered rendered =
                find_channel("slack")->render(event_of(way), view, hook_of("slack"));
            EXPECT_EQ(rendered.response.status, 200);
            const bool press = std::string(way) == "press";
            ASSERT_EQ(rendered.calls.size(), press ? 1U : 0U);
            const std::string& body = press ? rendered.calls[0].body : rendered.response.body;
            expect_slack_limits(json::parse(body));
            for (const char* harm : {"<!here>", "<https://evil", "@all"})
                EXPECT_THAT(body, Not(HasSubstr(harm)));
        }
    }
}

TEST(Render, MattermostStaysWithinItsLimits) {
    for (const View& view : views()) {
        for (const char* way : {"command", "outgoing", "action"}) {
            const Rendered rendered =
                find_channel("mattermost")->render(event_of(way), view, hook_of("mattermost"));
            EXPECT_TRUE(rendered.calls.empty());
            const json body = json::parse(rendered.response.body);
            for (const char* harm : {"@all", "<!here>", "[l]("})
                EXPECT_THAT(rendered.response.body, Not(HasSubstr(harm)));
            EXPECT_THAT(body.value("text", ""), Not(HasSubstr("**b**")));
            const json cards = body.contains("update") ? body["update"]["props"]["attachments"]
                                                       : body.value("attachments", json::array());
            std::size_t size = length_of(body.value("text", ""), LengthUnit::code_points);
            for (const json& card : cards) {
                EXPECT_THAT(card["text"].get<std::string>(), Not(HasSubstr("**b**")));
                size += length_of(card["text"].get<std::string>(), LengthUnit::code_points);
                for (const json& action : card.value("actions", json::array())) {
                    for (const char c : action["id"].get<std::string>())
                        EXPECT_TRUE(std::isalnum(static_cast<unsigned char>(c))) << c;
                    if (action.contains("options")) EXPECT_LE(action["options"].size(), 50U);
                }
            }
            EXPECT_LE(size, 16383U);
        }
    }
}

/// Authentic requests with any bytes changed: nothing crashes, and every event can be answered.
TEST(Parse, ChangedBodiesAreHarmless) {
    std::mt19937 random(11);
    const json file = json::parse(dialogs::read_source("tests/fixtures/channels/vectors.json"));
    const std::vector<View> shown{question_view(QuestionForm::multi, 5), View{}, advice_view()};
    for (int i = 0; i < 20000; ++i) {
        const json& entry = file["vectors"][random() % file["vectors"].size()];
        const std::string platform = entry["platform"];
        const Channel* channel = find_channel(platform == "google-chat" ? "google_chat" : platform);
        if (!channel) continue;
        http::Request request;
        request.method = "POST";
        request.headers = {{"Content-Type", entry["content_type"].is_string()
                                                ? entry["content_type"].get<std::string>()
                                                : "application/json"}};
        request.body = entry["raw_body"];
        for (std::size_t n = random() % 4; n > 0 && !request.body.empty(); --n) {
            const std::size_t at = random() % request.body.size();
            if (random() % 3 == 0)
                request.body.erase(at, random() % 40);
            else
                request.body[at] = static_cast<char>(random());
        }
        const std::string_view part = channel->parts[random() % channel->parts.size()];
        const Hook hook = hook_of(platform);
        static_cast<void>(channel->verify({request, part}, hook, TimePoint()));
        const Incoming incoming = channel->parse({request, part}, hook);
        for (const Event& event : incoming.events) {
            static_cast<void>(read_token(event.token));
            const Rendered rendered = channel->render(event, shown[random() % shown.size()], hook);
            ASSERT_GE(rendered.response.status, 200);
        }
    }
}

}  // namespace
}  // namespace advisor::channels
