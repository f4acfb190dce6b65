// Broken scripts of every sort: the loader says what is wrong, or takes them, and never falls over.

#include "random_script.hpp"
#include "support.hpp"

namespace advisor::dialogs {
namespace {

/// Loads a text and, when it is a script after all, talks it through for a few turns.
void load_and_talk(const std::string& text) {
    const LoadResult result = load_script(text, "mutant.json");
    if (!result.script) {
        EXPECT_TRUE(has_errors(result.diagnostics));
        for (const Diagnostic& diagnostic : result.diagnostics)
            EXPECT_FALSE(to_text(diagnostic).empty());
        return;
    }
    State state = take(*result.script, fresh_state(*result.script), Start{}).state;
    for (int turn = 0; turn < 30; ++turn) {
        const StepResult next =
            step(*result.script, state, turn % 7 == 6 ? Input(Back{}) : Input(Skip{}));
        if (!next.rejected) state = next.state;
    }
    recommendation_text(*result.script, state.answers);
}

std::string mutate(std::string text, model::Dice& dice) {
    static const std::vector<std::string> pieces{"\"",
                                                 "{",
                                                 "}",
                                                 "[",
                                                 "]",
                                                 ",",
                                                 ":",
                                                 "null",
                                                 "true",
                                                 "-1",
                                                 "1e999",
                                                 "\"when\":\"",
                                                 "\\u0000",
                                                 "//",
                                                 "/*",
                                                 "*/",
                                                 "\xFF",
                                                 "not ",
                                                 "999999999999999999999",
                                                 "\"id\":"};
    switch (dice.roll(5)) {
        case 0:
            text.resize(dice.roll(text.size()));
            break;
        case 1:
            text[dice.roll(text.size())] = static_cast<char>(dice.roll(256));
            break;
        case 2:
            text.erase(dice.roll(text.size()), 1 + dice.roll(20));
            break;
        case 3:
            text.insert(dice.roll(text.size()), pieces[dice.roll(pieces.size())]);
            break;
        default: {
            const std::size_t from = dice.roll(text.size());
            text.insert(dice.roll(text.size()), text.substr(from, dice.roll(200)));
        }
    }
    return text;
}

TEST(ScriptMutation, ADamagedDefaultScriptNeverCrashesTheLoader) {
    const std::string sound = read_source("dialogs/scripts/nodejs-vs-python.json");
    model::Dice dice(20261123);
    for (int i = 0; i < 700; ++i) load_and_talk(mutate(sound, dice));
}

TEST(ScriptMutation, DamagedSmallScriptsNeverCrashTheLoader) {
    model::Dice dice(7);
    for (int i = 0; i < 4000; ++i) {
        std::string text = model::random_script(dice).text;
        for (std::size_t times = 1 + dice.roll(3); times > 0 && !text.empty(); --times)
            text = mutate(text, dice);
        load_and_talk(text);
    }
}

TEST(ScriptMutation, ValuesOfTheWrongTypeNeverCrashTheLoader) {
    // Every value of a sound script in turn becomes something else.
    const nlohmann::json sound = nlohmann::json::parse(
        read_source("dialogs/scripts/sql-or-document.json"), nullptr, true, true);
    const std::vector<nlohmann::json> others{nullptr,
                                             true,
                                             5,
                                             -1.5,
                                             "text",
                                             "",
                                             nlohmann::json::array(),
                                             nlohmann::json::object(),
                                             nlohmann::json::array({1, "x", nullptr})};
    const nlohmann::json flat = sound.flatten();
    model::Dice dice(3);
    for (const auto& [pointer, value] : flat.items()) {
        nlohmann::json::json_pointer place(pointer);
        // The value itself, or something that holds it.
        for (std::size_t up = dice.roll(3); up > 0 && !place.parent_pointer().empty(); --up)
            place = place.parent_pointer();
        nlohmann::json mutant = sound;
        mutant[place] = others[dice.roll(others.size())];
        load_and_talk(mutant.dump());
    }
}

TEST(ScriptMutation, DamagedConditionsNeverCrashTheParser) {
    model::Dice dice(11);
    const model::RandomScript random = model::random_script(dice);
    const Script script = parse_or_fail(random.text);
    for (int i = 0; i < 8000; ++i) {
        std::string text = model::text_of(
            model::random_condition(dice, random.questions, random.questions.size(), 4),
            random.questions);
        text = mutate(text, dice);
        const std::string quoted =
            nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
        load_and_talk(small_script(
            R"({"id":"q0","label":"L","ask":"?","yes_no":true},{"id":"q1","label":"L","ask":"?","number":{"min":0,"max":9}})",
            R"({"id":"r","axis":"a","when":)" + quoted +
                R"(,"points":{"tea":1},"because":"B","evidence":["e"]})"));
    }
}

}  // namespace
}  // namespace advisor::dialogs
