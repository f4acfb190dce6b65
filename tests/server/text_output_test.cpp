// The log and times as text.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <thread>

#include "server/log.hpp"
#include "server/time_text.hpp"

namespace advisor::server {
namespace {

TEST(TimeText, IsUtcWithMilliseconds) {
    using namespace std::chrono;
    using Time = sys_time<milliseconds>;
    EXPECT_EQ(utc_text(Time{}), "1970-01-01T00:00:00.000Z");
    EXPECT_EQ(utc_text(Time{milliseconds{1}}), "1970-01-01T00:00:00.001Z");
    EXPECT_EQ(utc_text(Time{milliseconds{-1}}), "1969-12-31T23:59:59.999Z");
    EXPECT_EQ(utc_text(sys_days{2026y / November / 23} + 16h + 20min + 123ms),
              "2026-11-23T16:20:00.123Z");
    EXPECT_EQ(utc_text(sys_days{2028y / February / 29} + 23h + 59min + 59s),
              "2028-02-29T23:59:59.000Z");
}

/// What is written to standard error while `action` runs.
template <typename Action>
std::string standard_error(Action action) {
    testing::internal::CaptureStderr();
    action();
    return testing::internal::GetCapturedStderr();
}

TEST(Log, ALineIsOneJsonObject) {
    const std::string text = standard_error([] {
        log(LogLevel::error, "store_failed", {{"turns", 3}, {"reason", "disk full"}});
    });
    ASSERT_EQ(text.back(), '\n');
    const nlohmann::json line = nlohmann::json::parse(text);
    EXPECT_EQ(line["level"], "error");
    EXPECT_EQ(line["event"], "store_failed");
    EXPECT_EQ(line["turns"], 3);
    EXPECT_EQ(line["reason"], "disk full");
    EXPECT_EQ(line["at"].get<std::string>().size(), 24U);
}

TEST(Log, NothingInAFieldBreaksTheLine) {
    for (const std::string& field :
         {std::string("a\r\nb"), std::string("\x1b[31mred"), std::string("\xFF\xFE bad UTF-8"),
          std::string("nul\0nul", 7), std::string("\u2028\u2029\u0085"),
          std::string("\"},{\"level\":\"info"), std::string("\x7f")}) {
        const std::string text = standard_error([&] {
            log(LogLevel::error, "event", {{"field", field}});
        });
        EXPECT_EQ(text.find('\n'), text.size() - 1) << field;
        EXPECT_EQ(text.find('\r'), std::string::npos);
        EXPECT_EQ(text.find('\x1b'), std::string::npos);
        for (const char c : text)
            EXPECT_TRUE(static_cast<unsigned char>(c) < 0x80) << "plain ASCII for every terminal";
        EXPECT_TRUE(nlohmann::json::accept(text)) << text;
        EXPECT_EQ(nlohmann::json::parse(text)["level"], "error") << text;
    }
}

TEST(Log, LinesBelowTheLevelAreNotWritten) {
    set_log_level(LogLevel::warning);
    EXPECT_EQ(standard_error([] { log(LogLevel::info, "x"); }), "");
    EXPECT_NE(standard_error([] { log(LogLevel::warning, "x"); }), "");
    set_log_level(LogLevel::info);
    EXPECT_EQ(standard_error([] { log(LogLevel::debug, "x"); }), "");
}

TEST(Log, LinesOfSeveralThreadsDoNotMix) {
    const std::string text = standard_error([] {
        std::vector<std::thread> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([] {
                for (int n = 0; n < 100; ++n)
                    log(LogLevel::info, "event", {{"long", std::string(500, 'x')}});
            });
        }
        for (std::thread& thread : threads) thread.join();
    });
    std::size_t lines = 0;
    for (std::size_t at = 0; at < text.size(); ++lines) {
        const std::size_t end = text.find('\n', at);
        ASSERT_TRUE(nlohmann::json::accept(text.substr(at, end - at)));
        at = end + 1;
    }
    EXPECT_EQ(lines, 400U);
}

}  // namespace
}  // namespace advisor::server
