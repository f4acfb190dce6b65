#pragma once
// The proof of a script: that every talk ends, that everything in it can happen, and what is
// doubtful. Findings are diagnostics; those about talks carry one that `advisor play --answers`
// replays.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dialogs/diagnostic.hpp"
#include "dialogs/script.hpp"

namespace advisor::dialogs {

struct ProofOptions {
    std::string date;  ///< YYYY-MM-DD; sources to be reviewed before are stale. Empty: none is
    /// Only what is an error, for loading: a question, an option or a rule that can never come to
    /// be. Warnings are work for the author, not for the server.
    bool only_errors = false;
    std::size_t max_points = 300'000;  ///< of one search; beyond it a finding says "not proved"
};

/// How many questions a talk asks, over all talks.
struct TalkLength {
    std::size_t shortest = 0;
    std::size_t longest = 0;
};

struct Proof {
    std::vector<Diagnostic> diagnostics;  ///< in the order of the file
    /// Unset when the bound was reached; every talk ends all the same, as a `when` only looks back
    /// and no question is asked twice.
    std::optional<TalkLength> length;
};

/// Proves a script. `text` is what it was loaded from, for lines; `file` is only named.
/// An error is what can never happen although the author wrote it: a question that is never asked,
/// an option that never wins, a rule that never counts; and a source past its review date, when a
/// date is given. All else is a warning: such a script works, but perhaps not as it was meant.
/// Deterministic; no clock.
[[nodiscard]] Proof prove(const Script& script, std::string_view text, const std::string& file,
                          const ProofOptions& options);

}  // namespace advisor::dialogs
