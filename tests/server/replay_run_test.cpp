#include "server/commands/replay_run.hpp"

#include "db/session_scan.hpp"
#include "db/sqlite.hpp"
#include "made_up_sessions.hpp"

namespace advisor::server {
namespace {

class Replay : public MadeUpSessions {
protected:
    ReplayReport run(const std::string& candidate, bool prove = false, unsigned threads = 2) {
        std::optional<PinnedScript> pinned;
        if (!candidate.empty())
            pinned = PinnedScript{0, sha256_hex(candidate), dialogs::parse_or_fail(candidate)};
        ReplayJob job;
        job.database = file_;
        job.candidate = pinned ? &*pinned : nullptr;
        job.prove = prove;
        job.most_listed = 100000;
        job.threads = threads;
        return run_replay(job, {});
    }

    /// The results that the stored answers give by the points alone, without the engine: for
    /// answers of drinks() and the points of "shops".
    std::map<std::string, std::string> flips_by_hand(int shop_points) {
        std::map<std::string, std::string> flips;
        const auto scan = db::open_session_scan(file_);
        for (const db::ScannedSession& session : scan->page({}, 0, 100000)) {
            if (session.outcome.empty()) continue;
            const auto answers = nlohmann::json::parse(*scan->snapshot(session.id))["answers"];
            const auto outcome = [&](int points) {
                int tea = 0, coffee = 0;
                if (answers.value("kind", "") == "shop") tea += points;
                if (answers.value("kind", "") == "blog") coffee += 5;
                if (answers.contains("stock") && lowest(answers["stock"]) > 50) coffee += 3;
                if (answers.contains("live") && answers["live"] == true) tea += 4;
                if (std::abs(tea - coffee) <= 1) return std::string("either");
                return std::string(tea > coffee ? "tea" : "coffee");
            };
            EXPECT_EQ(outcome(5), session.outcome);
            if (outcome(5) != outcome(shop_points)) flips[session.key] = outcome(shop_points);
        }
        return flips;
    }
    static int lowest(const nlohmann::json& amount) {
        if (amount.is_object()) return amount["min"];
        return amount.is_number() ? amount.get<int>() : 0;
    }
};

TEST_F(Replay, TheSameScriptFlipsNothingAndGivesTheSameStates) {
    store(400);
    const ReplayReport report = run(drinks(), true);
    EXPECT_EQ(report.sessions, 400U);
    EXPECT_EQ(report.proved, 400U);
    EXPECT_EQ(report.flip_count + report.misfit_count + report.fault_count, 0U);
    EXPECT_GT(report.same, 200U);
    EXPECT_EQ(report.same + report.open, 400U);
}

TEST_F(Replay, OtherPointsFlipExactlyWhatAnIndependentCountSays) {
    store(600);
    const std::map<std::string, std::string> wanted = flips_by_hand(1);
    ASSERT_GT(wanted.size(), 20U);
    const ReplayReport report = run(drinks(1));
    EXPECT_EQ(report.misfit_count, 0U);
    std::map<std::string, std::string> found;
    for (const auto& [id, session] : report.flips) {
        found[session.key] = session.comparison.after;
        EXPECT_EQ(session.comparison.cause->question, "kind");
        EXPECT_EQ(session.comparison.cause->rules, std::vector<std::string>{"shops"});
        EXPECT_TRUE(session.comparison.cause->alone);
    }
    EXPECT_EQ(found, wanted);
}

TEST_F(Replay, AnOptionThatIsGoneIsAMisfitForThoseWhoChoseIt) {
    store(200);
    const ReplayReport report = run(drinks(5, "diary"));
    ASSERT_GT(report.misfit_count, 10U);
    EXPECT_EQ(report.flip_count, 0U);
    const auto wanted = std::make_pair(std::string("option_gone"), std::string("kind"));
    EXPECT_EQ(report.misfit_groups.size(), 1U);
    EXPECT_EQ(report.misfit_groups.at(wanted), report.misfit_count);
}

TEST_F(Replay, AQuestionThatNobodyAnsweredIsAMisfit) {
    store(100);
    const ReplayReport report = run(
        drinks(5, "blog", R"(,{"id":"fresh","label":"Fresh","ask":"Is it new?","yes_no":true})"));
    EXPECT_EQ(report.same + report.flip_count, 0U);
    EXPECT_GT(report.misfit_count, 50U);
    for (const auto& [group, count] : report.misfit_groups) EXPECT_EQ(group.second, "fresh");
}

TEST_F(Replay, AQuestionThatMovedIsNoMisfit) {
    const std::string live = R"({"id":"live","label":"Live","ask":"Is it live?","yes_no":true})";
    std::string moved = drinks();
    // The same text with "live" first.
    const std::size_t at = moved.find(live);
    const std::size_t comma = moved.rfind(',', at);
    moved.erase(comma, at + live.size() - comma);
    moved.insert(moved.find(R"({"id":"kind")"), live + ",");
    store(200);
    const ReplayReport report = run(moved);
    EXPECT_EQ(report.misfit_count + report.flip_count, 0U);
    EXPECT_GT(report.same, 100U);
}

TEST_F(Replay, TheReportDoesNotDependOnTheThreads) {
    store(1500);
    const ReplayReport one = run(drinks(1), true, 1);
    const ReplayReport three = run(drinks(1), true, 3);
    EXPECT_EQ(one.flip_groups, three.flip_groups);
    EXPECT_EQ(one.turns, three.turns);
    ASSERT_EQ(one.flips.size(), three.flips.size());
    EXPECT_TRUE(std::equal(
        one.flips.begin(), one.flips.end(), three.flips.begin(),
        [](const auto& left, const auto& right) { return left.second.key == right.second.key; }));
}

TEST_F(Replay, ProofFindsAStateThatTheInputsDoNotGive) {
    store(50);
    ASSERT_EQ(run("", true).fault_count, 0U) << "the untouched database is proved";
    {
        db::sqlite::Connection connection(file_, db::sqlite::Access::read_write);
        connection.execute(
            "UPDATE turn SET state = replace(state, 'true', 'false') WHERE id = "
            "(SELECT t.id FROM turn t WHERE state LIKE '%\"live\":true%' AND seq = "
            "(SELECT max(seq) FROM turn WHERE session = t.session) LIMIT 1)");
        ASSERT_EQ(connection.changes(), 1);
    }
    const ReplayReport report = run("", true);
    ASSERT_EQ(report.fault_count, 1U);
    EXPECT_NE(report.faults.begin()->second.fault.find("another state"), std::string::npos);
}

}  // namespace
}  // namespace advisor::server
