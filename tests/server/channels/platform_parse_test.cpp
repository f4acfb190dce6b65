// Whatever an authentic request holds, parsing it ends in an answer or in events, and rendering
// them in a response: requests from the samples with parts changed, taken away or put elsewhere.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>

#include "server/channels/channels.hpp"
#include "tests/server/channels/sample_views.hpp"

namespace advisor::channels {
namespace {

using nlohmann::json;
using Random = std::mt19937;

struct Sample {
    const char* platform;
    const char* name;
};

const std::vector<Sample> samples{{"discord", "command"},
                                  {"discord", "component_button"},
                                  {"discord", "component_select"},
                                  {"discord", "modal_submit"},
                                  {"discord", "ping"},
                                  {"telegram", "update_command"},
                                  {"telegram", "update_group_reply"},
                                  {"telegram", "update_callback_query"},
                                  {"teams", "outgoing_webhook"}};

json odd_value(Random& random) {
    const std::vector<json> values{nullptr,
                                   true,
                                   -1,
                                   18446744073709551615ULL,
                                   1.5e300,
                                   "",
                                   "\xff\xfe",
                                   "a1.k3f9x2.4.t",
                                   "a1.k3f9x2.4.*",
                                   "a1.k3f9x2.4.M9",
                                   "<at></at>",
                                   "<at",
                                   "/",
                                   "/@",
                                   "@",
                                   "\xe2\x91\xa0 x",
                                   std::string(3000, '@'),
                                   json::array(),
                                   json::object(),
                                   json::array({nullptr, 1, "x"})};
    return values[random() % values.size()];
}

/// Changes some node of the tree: to an odd value, to another node, or away.
void change(json& root, Random& random) {
    std::vector<json*> nodes;
    const auto collect = [&](auto&& self, json& node) -> void {
        nodes.push_back(&node);
        if (node.is_structured())
            for (json& child : node) self(self, child);
    };
    collect(collect, root);
    json& node = *nodes[random() % nodes.size()];
    if (random() % 4 == 0 && node.is_object() && !node.empty()) {
        node.erase(std::next(node.begin(), static_cast<std::ptrdiff_t>(random() % node.size())));
        return;
    }
    json value = random() % 3 == 0 ? *nodes[random() % nodes.size()] : odd_value(random);
    node = std::move(value);
}

class Parse : public testing::TestWithParam<Sample> {};

TEST_P(Parse, TakesWhateverComes) {
    const auto [platform, name] = GetParam();
    const Channel& channel = *find_channel(platform);
    Hook hook = sample_hook(platform, "tg_secret-Example_01");
    const json whole = json::parse(channel_fixture(std::string(platform) + "/" + name + ".json"));
    const std::vector<View> views{View{}, sample_view(sample_question(QuestionForm::choice, 3)),
                                  sample_view(sample_question(QuestionForm::multi, 30)),
                                  sample_view(sample_question(QuestionForm::text, 0)),
                                  advice_view(long_advice(20, 2))};
    Random random(17);
    std::size_t events = 0;
    for (int i = 0; i < 3000; ++i) {
        json body = whole;
        for (std::size_t changes = random() % 4; changes > 0; --changes) change(body, random);
        http::Request request;
        request.method = "POST";
        request.headers = {{"Content-Type", "application/json"}};
        request.body = body.dump(-1, ' ', false, json::error_handler_t::ignore);
        if (random() % 5 == 0) request.body.resize(random() % (request.body.size() + 1));
        const Incoming incoming = channel.parse({request, ""}, hook);
        ASSERT_NE(incoming.at_once.has_value(), !incoming.events.empty()) << request.body;
        for (const Event& event : incoming.events) {
            ++events;
            const Rendered rendered = channel.render(event, views[random() % views.size()], hook);
            ASSERT_EQ(rendered.response.status, 200) << request.body;
            ASSERT_TRUE(rendered.response.body.empty() || json::accept(rendered.response.body));
        }
    }
    EXPECT_TRUE(events > 100 || std::string(name) == "ping") << events;
}

INSTANTIATE_TEST_SUITE_P(Samples, Parse, testing::ValuesIn(samples), [](const auto& test) {
    return std::string(test.param.platform) + "_" + test.param.name;
});

}  // namespace
}  // namespace advisor::channels
