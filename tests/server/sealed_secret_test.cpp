// Secrets sealed for the database, with a real key file.

#include "server/sealed_secret.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <fstream>
#include <thread>
#include <vector>

#include "server/net/base64.hpp"

namespace advisor::server {
namespace {

namespace fs = std::filesystem;

class SealedSecret : public testing::Test {
protected:
    SealedSecret() {
        std::string name = (fs::temp_directory_path() / "advisor-seal-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
        folder_ = name;
    }
    ~SealedSecret() override {
        std::error_code ignored;  // what is left in the temporary folder fails no test
        fs::remove_all(folder_, ignored);
    }
    fs::path folder_;
};

TEST_F(SealedSecret, OpensForWhoeverHasTheFolder) {
    const std::string sealed = SecretBox(folder_).seal("whsec_abc", "webhook a secret");
    EXPECT_EQ(sealed.find("abc"), std::string::npos);
    EXPECT_EQ(SecretBox(folder_).open(sealed, "webhook a secret"), "whsec_abc");
    EXPECT_EQ(SecretBox(folder_).open(SecretBox(folder_).seal("", "x"), "x"), "");
}

TEST_F(SealedSecret, IsSealedAnewEachTime) {
    const SecretBox box(folder_);
    EXPECT_NE(box.seal("same", "label"), box.seal("same", "label"));
}

TEST_F(SealedSecret, DoesNotOpenUnderAnotherLabelOrKey) {
    const SecretBox box(folder_);
    const std::string sealed = box.seal("text", "webhook a url");
    EXPECT_FALSE(box.open(sealed, "webhook b url"));
    fs::remove(secret_key_file(folder_));
    EXPECT_FALSE(SecretBox(folder_).open(sealed, "webhook a url"));
}

TEST_F(SealedSecret, DoesNotOpenWhenAnyByteWasChanged) {
    const SecretBox box(folder_);
    const std::string sealed = box.seal("text", "label");
    const std::string bytes = base64_decode(sealed.substr(3)).value();
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        std::string changed = bytes;
        changed[i] = static_cast<char>(changed[i] ^ 1);
        EXPECT_FALSE(box.open("s1." + base64(changed), "label")) << i;
    }
    for (const std::string& text : {std::string(), std::string("s1."), std::string("s1.AAAA"),
                                    sealed.substr(3), "s2." + sealed.substr(3)})
        EXPECT_FALSE(box.open(text, "label")) << text;
}

TEST_F(SealedSecret, TheKeyIsForItsOwnerAlone) {
    const SecretBox box(folder_);
    struct stat about {};
    ASSERT_EQ(::stat(secret_key_file(folder_).c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777, 0600U);
    EXPECT_EQ(about.st_size, 32);
    ASSERT_EQ(::chmod(secret_key_file(folder_).c_str(), 0644), 0);
    EXPECT_THROW(SecretBox{folder_}, std::runtime_error);
}

TEST_F(SealedSecret, ADamagedKeyIsNotReplaced) {
    std::ofstream(secret_key_file(folder_)) << "short";
    ASSERT_EQ(::chmod(secret_key_file(folder_).c_str(), 0600), 0);
    EXPECT_THROW(SecretBox{folder_}, std::runtime_error);
    EXPECT_EQ(fs::file_size(secret_key_file(folder_)), 5U);
}

TEST_F(SealedSecret, AllWhoMakeTheKeyAtOnceGetTheSameOne) {
    std::vector<std::string> sealed(8);
    std::vector<std::thread> threads;
    for (std::string& text : sealed)
        threads.emplace_back([&] { text = SecretBox(folder_).seal("text", "label"); });
    for (std::thread& thread : threads) thread.join();
    const SecretBox box(folder_);
    for (const std::string& text : sealed) EXPECT_EQ(box.open(text, "label"), "text");
    EXPECT_EQ(std::distance(fs::directory_iterator(folder_), fs::directory_iterator{}), 1);
}

TEST(Base64, IsTheStandardOne) {
    EXPECT_EQ(base64(""), "");
    EXPECT_EQ(base64("f"), "Zg==");
    EXPECT_EQ(base64("fo"), "Zm8=");
    EXPECT_EQ(base64("foo"), "Zm9v");
    EXPECT_EQ(base64("\xFB\xEF\xFF"), "++//");
    EXPECT_EQ(base64_decode("Zm8="), "fo");
    EXPECT_EQ(base64_decode(""), "");
    for (const char* text :
         {"Z", "Zg", "Zg=", "Zg= ", " Zg==", "Zg==\n", "Zh==", "--__", "Zm9=", "====", "Zg==Zg=="})
        EXPECT_FALSE(base64_decode(text)) << text;
}

}  // namespace
}  // namespace advisor::server
