#pragma once
// What can be wrong with a script: numbered findings with a place and a remedy.

#include <string>
#include <string_view>
#include <vector>

namespace advisor::dialogs {

/// Every kind of finding. The number is stable: documents and CI rules name it.
enum class Finding {
    unreadable = 1,
    too_large = 2,
    too_deep = 3,
    not_json = 4,
    duplicate_key = 5,
    missing_field = 10,
    wrong_type = 11,
    unknown_field = 12,
    bad_id = 13,
    unknown_question = 14,
    unknown_choice = 15,
    condition_syntax = 16,
    later_question = 17,
    wrong_comparison = 18,
    duplicate_id = 19,
    unknown_option = 20,
    unknown_evidence = 21,
    empty_range = 22,
    wrong_count = 23,
    open_verdicts = 24,
    no_points = 25,
    question_kind = 26,
    unused_evidence = 27,
    empty_text = 28,
    unknown_word = 29,
    bad_date = 30,
    duplicate_script = 31,
    impossible_order = 32,
    order_without_effect = 33,
    same_phrasing = 40,
    phrasing_without_words = 41,
    knowledge_without_script = 42,
    // What the proof finds (dialogs/proof.hpp).
    question_never_asked = 50,
    outcome_never_reached = 51,
    rule_never_counts = 52,
    text_never_shown = 53,
    verdict_never_reached = 54,
    condition_always_holds = 55,
    same_condition = 56,
    contradictory_rules = 57,
    question_without_effect = 58,
    number_cannot_matter = 59,
    range_across_border = 60,
    missing_text = 61,
    stale_evidence = 62,
    not_proved = 63,
    ranges_overlap = 64,
    order_not_worked_out = 65,
    years_as_skill = 66,
};

/// One finding in one file.
struct Diagnostic {
    Finding finding = Finding::unreadable;
    bool error = true;  ///< false: a warning; the script can still be served
    std::string file;
    int line = 0;         ///< from 1; 0 when the whole file is meant
    std::string pointer;  ///< JSON pointer to the value
    std::string message;  ///< what is wrong, and what to do about it
    /// A talk that shows it, as `advisor play --answers` takes it: "kind=shop,users=3000". Empty:
    /// none.
    std::string witness = {};
};

/// `D014 technology.json:12 /rules/3/when: no question "team_sise"; did you mean "team_size"?`
[[nodiscard]] std::string to_text(const Diagnostic& diagnostic);

[[nodiscard]] bool has_errors(const std::vector<Diagnostic>& diagnostics);

/// ` did you mean "x"?` for the nearest of `known` when it is near enough, else an empty text.
[[nodiscard]] std::string did_you_mean(std::string_view word,
                                       const std::vector<std::string>& known);

}  // namespace advisor::dialogs
