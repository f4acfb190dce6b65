#include "dialogs/numbers.hpp"

#include <gtest/gtest.h>

namespace advisor::dialogs {
namespace {

TEST(Numbers, AreGroupedByThousands) {
    EXPECT_EQ(grouped(0), "0");
    EXPECT_EQ(grouped(999), "999");
    EXPECT_EQ(grouped(1000), "1,000");
    EXPECT_EQ(grouped(1234567), "1,234,567");
    EXPECT_EQ(grouped(-999), "-999");
    EXPECT_EQ(grouped(-1000), "-1,000");
    EXPECT_EQ(grouped(INT64_MAX), "9,223,372,036,854,775,807");
    EXPECT_EQ(grouped(INT64_MIN), "-9,223,372,036,854,775,808");
}

void expect_amount(const char* text, std::int64_t min, std::int64_t max) {
    const std::optional<Amount> amount = read_amount(text);
    ASSERT_TRUE(amount) << text;
    EXPECT_EQ(amount->min, min) << text;
    EXPECT_EQ(amount->max, max) << text;
}

TEST(Numbers, AreReadAsPeopleWriteThem) {
    const std::vector<std::pair<const char*, std::int64_t>> table{
        {"5", 5},
        {" 5 ", 5},
        {"5.", 5},
        {"5000", 5000},
        {"5,000", 5000},
        {"1,234,567", 1234567},
        {"5k", 5000},
        {"5 K", 5000},
        {"around 5k people", 5000},
        {"1.5k", 1500},
        {"1.5 million", 1500000},
        {"2m", 2000000},
        {"five", 5},
        {"Twenty", 20},
        {"twenty five", 25},
        {"twenty-five", 25},
        {"two hundred", 200},
        {"three thousand", 3000},
        {"two hundred thousand", 200000},
        {"a dozen", 12},
        {"a couple", 2},
        {"zero", 0},
        {"~300", 300},
        {"300!", 300},
        {"2 billion", 2000000000},
        {"1bn", 1000000000},
        {"1 000", 1000},
        {"20 000 people", 20000},
        {"1.500 users", 1500},
        {"half a dozen", 6},
        {"half a million", 500000},
        {"a quarter million", 250000},
        {"a couple of hundred", 200},
        {"two hundred and fifty thousand", 250000},
        {"one and a half million", 1500000},
        {"a thousand", 1000},
    };
    for (const auto& [text, number] : table) expect_amount(text, number, number);
}

TEST(Numbers, RangesAreReadAsPeopleWriteThem) {
    expect_amount("3000-5000", 3000, 5000);
    expect_amount("3,000 - 5,000", 3000, 5000);
    expect_amount("3000\u20135000", 3000, 5000);
    expect_amount("3000 to 5000 people", 3000, 5000);
    expect_amount("between two and four", 2, 4);
    expect_amount("between 20 and 30 thousand", 20000, 30000);
    expect_amount("3-5k", 3000, 5000);
    expect_amount("3k-5k", 3000, 5000);
    expect_amount("500-1k", 500, 1000);
    expect_amount("5-5", 5, 5);
    expect_amount("around 5k, maybe 8k at launch", 5000, 8000);
    expect_amount("3 or 4", 3, 4);
    expect_amount("two to three hundred", 200, 300);
    expect_amount("tens of thousands", 20000, 99000);
    expect_amount("a few hundred", 200, 500);
}

TEST(Numbers, WhatCouldMeanTwoThingsIsNoNumber) {
    for (const char* text :
         {"", "   ", "many", "k", "3 4", "3, 4", "2 and 4", "5-3", "1-2-3", "between 1 and 2 and 3",
          "5k users and 3 servers", "99999999999999999999", "1e99", "2 million million"}) {
        EXPECT_FALSE(read_amount(text)) << text;
    }
}

TEST(Numbers, ACommaGroupsThousandsOrNothing) {
    for (const char* text : {"1,5", "3,5 million", "12,34", "1,2345", "1,23,456"})
        EXPECT_FALSE(read_amount(text)) << text;
}

TEST(Numbers, AFractionIsNotRoundedInSilence) {
    for (const char* text : {"1.5", "2.5 people", "0.4"}) EXPECT_FALSE(read_amount(text)) << text;
}

TEST(Numbers, AMinusIsNotLost) {
    expect_amount("-5", -5, -5);
    expect_amount(" -200 people", -200, -200);
    expect_amount(
        "\u2212"
        "5",
        -5, -5);
}

TEST(Numbers, NoTextOverflows) {
    EXPECT_FALSE(read_amount(std::string(4000, '9')));
    std::string zero = "0";
    for (int i = 0; i < 400; ++i) zero += " million";
    const std::optional<Amount> amount = read_amount(zero);
    EXPECT_EQ(amount.value_or(Amount{}).min, 0);
    EXPECT_FALSE(read_amount("0." + std::string(4000, '1')));
}

}  // namespace
}  // namespace advisor::dialogs
