#include "server/decision_record.hpp"

#include "dialogs/job_ad.hpp"
#include "made_up_sessions.hpp"

namespace advisor::server {
namespace {

/// A finished conversation as the store would give it.
struct Talked {
    dialogs::Script script;
    db::StoredScript stored;
    db::SessionRecord session;
};

Talked talked(const std::string& text, const std::vector<std::string>& answers) {
    Talked talk;
    talk.script = dialogs::parse_or_fail(text);
    talk.stored = {1, sha256_hex(text), talk.script.id, text, "{}"};
    talk.session.key = "session";
    talk.session.channel = "web";
    talk.session.seq = 4;
    talk.session.started_at = talk.session.updated_at = first_day;
    talk.session.state = dialogs::to_json(talk.script, dialogs::answered(talk.script, answers));
    return talk;
}

std::string record_of(const Talked& talk, RecordFormat format = RecordFormat::json) {
    return make_record(talk.script, talk.stored, talk.session, *finished(talk.script, talk.session),
                       format);
}

TEST(DecisionRecord, IsDerivedAgainWithoutADatabase) {
    const std::string text = record_of(talked(drinks(), {R"("shop")", "7", "true"}));
    const Verified verified = verify_record(text);
    EXPECT_EQ(verified.result, Verified::Result::identical) << verified.message;
    EXPECT_EQ(verify_record(text, drinks()).result, Verified::Result::identical);
    EXPECT_EQ(verify_record(text, drinks(4)).result, Verified::Result::different);
}

TEST(DecisionRecord, NoFlippedByteIsVerified) {
    const std::string untouched = record_of(talked(drinks(), {R"("blog")", "false"}));
    ASSERT_EQ(verify_record(untouched).result, Verified::Result::identical);
    for (std::size_t at = 0; at < untouched.size(); ++at) {
        std::string flipped = untouched;
        flipped[at] = static_cast<char>(flipped[at] ^ (1 << (at % 8)));
        ASSERT_NE(verify_record(flipped).result, Verified::Result::identical) << "byte " << at;
    }
}

TEST(DecisionRecord, ALieWithAFreshHashIsNamed) {
    std::string text = record_of(talked(drinks(), {R"("blog")", "false"}));
    const std::string outcome = R"("recommendation":{"outcome":"coffee")";
    ASSERT_NE(text.find(outcome), std::string::npos);
    text.replace(text.find(outcome), outcome.size(), R"("recommendation":{"outcome":"tea")");
    const std::size_t record = text.find(R"(","record":)") + 11;
    const std::string digest = sha256_hex(text.substr(record, text.size() - record - 2));
    text.replace(text.find(R"("sha256":")") + 10, 64, digest);
    const Verified verified = verify_record(text);
    EXPECT_EQ(verified.result, Verified::Result::different);
    EXPECT_NE(verified.message.find(R"(/recommendation/outcome is "tea", derived "coffee")"),
              std::string::npos)
        << verified.message;
}

TEST(DecisionRecord, OtherFilesAreUnreadable) {
    for (const char* text : {"", "{}", "# Decision", "\xff\xfe", "[[[[[["})
        EXPECT_EQ(verify_record(text).result, Verified::Result::unreadable) << text;
}

TEST(DecisionRecord, AnUnfinishedTalkHasNone) {
    const Talked talk = talked(drinks(), {R"("blog")"});
    EXPECT_FALSE(finished(talk.script, talk.session).has_value());
}

TEST(DecisionRecord, TypedTextStaysTextInHtmlAndMarkdown) {
    const std::string script = dialogs::small_script(
        R"({"id":"note","label":"Note","ask":"?","text":{"max_length":200}})");
    const Talked talk =
        talked(script, {R"("<script>alert(1)</script> [x](javascript:1) </style>")"});
    const std::string html = record_of(talk, RecordFormat::html);
    EXPECT_EQ(html.find("<script"), std::string::npos);
    EXPECT_NE(html.find("&lt;script&gt;alert(1)&lt;/script&gt;"), std::string::npos);
    EXPECT_NE(html.find("style-src &#39;sha256-"), std::string::npos);
    const std::string markdown = record_of(talk, RecordFormat::markdown);
    EXPECT_EQ(markdown.find("<script>"), std::string::npos);
    for (const char* heading : {"## Status", "## Context", "## Decision", "## Consequences",
                                "## Alternatives", "## Record"})
        EXPECT_NE(markdown.find(heading), std::string::npos) << heading;
}

TEST(JobAd, EveryRoleToFillHasOneWithoutYearsOrAnswers) {
    const dialogs::Script script = dialogs::builtin_script("nodejs-vs-python");
    int ads = 0;
    for (std::size_t i = 0; i < script.hiring.roles.size(); ++i) {
        const dialogs::RoleSpec& spec = script.hiring.roles[i];
        EXPECT_LE(spec.must_have.size(), 6U) << spec.id;
        for (std::size_t verdict = 0; verdict < spec.verdicts.size(); ++verdict) {
            const std::optional<std::string> ad = dialogs::job_ad(script, {i, verdict});
            EXPECT_EQ(ad.has_value(), spec.verdicts[verdict].verdict != dialogs::Verdict::none);
            if (!ad) continue;
            ++ads;
            for (const dialogs::InterviewItem& item : spec.interview)
                EXPECT_EQ(ad->find(item.good), std::string::npos) << spec.id;
            EXPECT_EQ(ad->find("+ years"), std::string::npos) << spec.id;
        }
    }
    EXPECT_GT(ads, 20);
}

}  // namespace
}  // namespace advisor::server
