#include "server/script_registry.hpp"

#include <gmock/gmock.h>
#include <stdlib.h>

#include <fstream>

#include "db/sqlite_store.hpp"
#include "tests/dialogs/support.hpp"

namespace advisor::server {
namespace {

namespace fs = std::filesystem;
using dialogs::Finding;

class ScriptFolder : public testing::Test {
protected:
    ScriptFolder() {
        std::string name = (fs::temp_directory_path() / "advisor-scripts-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
        folder_ = name;
    }
    ~ScriptFolder() override {
        std::error_code ignored;  // what is left in the temporary folder fails no test
        fs::remove_all(folder_, ignored);
    }
    void write(const std::string& name, const std::string& text) const {
        std::ofstream(folder_ / name, std::ios::binary) << text;
    }
    static std::string script(const std::string& id) {
        std::string text =
            dialogs::small_script(R"({"id":"a","label":"A","ask":"?","yes_no":true})");
        return text.replace(text.find("\"small\""), 7, "\"" + id + "\"");
    }
    [[nodiscard]] std::vector<std::pair<Finding, std::string>> findings() const {
        std::vector<std::pair<Finding, std::string>> result;
        for (const auto& diagnostic : read_scripts(folder_).diagnostics) {
            result.emplace_back(diagnostic.finding, diagnostic.file);
        }
        return result;
    }

    fs::path folder_;
};

TEST_F(ScriptFolder, EveryScriptIsReadInTheOrderOfItsName) {
    write("b.json", script("one"));
    write("a.json", script("two"));
    write("script.schema.json", "{}");
    write(".hidden.json", "{}");
    write("notes.txt", "{}");
    const ScriptSources sources = read_scripts(folder_);
    EXPECT_TRUE(sources.diagnostics.empty());
    ASSERT_EQ(sources.scripts.size(), 2U);
    EXPECT_EQ(sources.scripts[0].script.id, "two");
    EXPECT_EQ(sources.scripts[1].file, "b.json");
}

TEST_F(ScriptFolder, WithoutScriptsItIsUnreadable) {
    using testing::ElementsAre;
    using testing::Pair;
    EXPECT_THAT(findings(), ElementsAre(Pair(Finding::unreadable, folder_.string())));
    const ScriptSources missing = read_scripts(folder_ / "nosuch");
    ASSERT_EQ(missing.diagnostics.size(), 1U);
    EXPECT_EQ(missing.diagnostics[0].finding, Finding::unreadable);
    EXPECT_EQ(missing.diagnostics[0].line, 0);
}

TEST_F(ScriptFolder, AFolderInPlaceOfAFileIsUnreadable) {
    fs::create_directory(folder_ / "a.json");
    write("b.json", script("one"));
    EXPECT_THAT(findings(), testing::ElementsAre(testing::Pair(Finding::unreadable, "a.json")));
}

TEST_F(ScriptFolder, TwoFilesWithOneIdAreAnError) {
    write("a.json", script("same"));
    write("b.json", script("same"));
    const ScriptSources sources = read_scripts(folder_);
    ASSERT_EQ(sources.diagnostics.size(), 1U);
    EXPECT_EQ(sources.diagnostics[0].finding, Finding::duplicate_script);
    EXPECT_EQ(sources.diagnostics[0].file, "b.json");
    EXPECT_EQ(sources.diagnostics[0].pointer, "/script");
    EXPECT_TRUE(dialogs::has_errors(sources.diagnostics));
}

TEST_F(ScriptFolder, WhatIsWrongInAFileIsToldWithItsName) {
    write("broken.json", "{");
    EXPECT_THAT(findings(), testing::ElementsAre(testing::Pair(Finding::not_json, "broken.json")));
}

TEST_F(ScriptFolder, TheBuiltInScriptsAreSound) {
    const ScriptSources sources = read_scripts({});
    for (const auto& diagnostic : sources.diagnostics) ADD_FAILURE() << to_text(diagnostic);
    EXPECT_EQ(sources.scripts.size(), 2U);
}

TEST_F(ScriptFolder, ARegistryOffersByIdAndKeepsWhatWasAdopted) {
    write("a.json", script("one"));
    write("b.json", script("two"));
    const auto writer = db::open_sqlite_writer(folder_ / "advisor.db");
    ScriptRegistry registry(read_scripts(folder_), "two", *writer);
    EXPECT_EQ(registry.offered("one")->script.id, "one");
    EXPECT_EQ(registry.offered("")->script.id, "two") << "the default one";
    EXPECT_EQ(registry.offered("nosuch"), nullptr);
    EXPECT_EQ(registry.all_offered().size(), 2U);
    const ScriptPtr one = registry.offered("one");
    EXPECT_EQ(registry.loaded(one->row), one);
    EXPECT_EQ(registry.loaded(one->row + 100), nullptr);

    db::StoredScript old;
    old.id = one->row + 100;
    old.name = "old";
    old.body = script("old");
    const ScriptPtr adopted = registry.adopt(old);
    ASSERT_TRUE(adopted);
    EXPECT_EQ(registry.loaded(old.id), adopted);
    EXPECT_EQ(registry.adopt(old), adopted) << "the same for everybody";
    EXPECT_EQ(registry.offered("old"), nullptr) << "it can be gone on with, not begun";
    old.id += 1;
    old.body = "{";
    EXPECT_EQ(registry.adopt(old), nullptr);
}

}  // namespace
}  // namespace advisor::server
