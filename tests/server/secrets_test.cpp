#include "server/secrets.hpp"

#include <gtest/gtest.h>

#include <set>

namespace advisor::server {
namespace {

/// RFC 4648 base32 in small letters, without padding.
std::string base32_of_hex(const std::string& hex) {
    static constexpr std::string_view alphabet = "abcdefghijklmnopqrstuvwxyz234567";
    std::string bits;
    for (const char c : hex) {
        const auto digit = static_cast<unsigned>(std::stoul(std::string(1, c), nullptr, 16));
        for (unsigned bit = 8; bit > 0; bit /= 2) bits += (digit & bit) != 0 ? '1' : '0';
    }
    while (bits.size() % 5 != 0) bits += '0';
    std::string text;
    for (std::size_t at = 0; at < bits.size(); at += 5)
        text += alphabet[std::stoul(bits.substr(at, 5), nullptr, 2)];
    return text;
}

TEST(Secrets, Sha256OfTheKnownVectors) {
    EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(sha256_hex("abc"),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    EXPECT_EQ(sha256_hex(std::string(1000000, 'a')),
              "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Secrets, HmacOfTheVectorsOfRfc4231) {
    const auto check = [](const std::string& key, const std::string& text, const std::string& hex) {
        for (const std::size_t bytes :
             {std::size_t{5}, std::size_t{15}, std::size_t{16}, std::size_t{32}}) {
            EXPECT_EQ(keyed_text(key, text, bytes), base32_of_hex(hex.substr(0, 2 * bytes)))
                << bytes;
        }
    };
    check(std::string(20, '\x0b'), "Hi There",
          "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    check("Jefe", "what do ya want for nothing?",
          "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    check(std::string(20, '\xaa'), std::string(50, '\xdd'),
          "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
    check(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First",
          "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(Secrets, AnEmptyTextOrKeyIsFine) {
    EXPECT_EQ(keyed_text("", "", 32),
              base32_of_hex("b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"));
    EXPECT_EQ(keyed_text("key", "x", 99).size(), 52U) << "at most the whole digest";
}

TEST(Secrets, TextsAreOfSmallLettersAndDigits) {
    const std::string text = random_text(64) + keyed_text("k", "t", 32);
    EXPECT_EQ(text.find_first_not_of("abcdefghijklmnopqrstuvwxyz234567"), std::string::npos);
    EXPECT_EQ(random_text(16).size(), 26U);
    EXPECT_EQ(random_text(0), "");
}

TEST(Secrets, RandomTextsDiffer) {
    std::set<std::string> texts;
    for (int i = 0; i < 1000; ++i) texts.insert(random_text(16));
    EXPECT_EQ(texts.size(), 1000U);
}

TEST(Secrets, EqualMeansEqual) {
    EXPECT_TRUE(equal_secrets("", ""));
    EXPECT_TRUE(equal_secrets("abc", "abc"));
    EXPECT_FALSE(equal_secrets("abc", "abd"));
    EXPECT_FALSE(equal_secrets("abc", "ab"));
    EXPECT_FALSE(equal_secrets("", "a"));
    EXPECT_FALSE(equal_secrets(std::string_view("a\0b", 3), std::string_view("a\0c", 3)));
}

}  // namespace
}  // namespace advisor::server
