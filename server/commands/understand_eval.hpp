#pragma once
// How well typed text is understood: labelled records against what understand() makes of them.

#include <iosfwd>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "dialogs/script.hpp"

namespace advisor::server {

/// A text with the value that a careful person takes from it.
struct LabelledText {
    std::string id;
    std::string topic;
    std::string question;
    std::string text;
    nlohmann::json expected;  ///< a value, a number, {"min","max"}, "unclear" or "intent:<name>"
    bool also_intent = false;
    std::vector<std::string> phenomena;
};

/// What the program takes from it, in the same form.
struct Prediction {
    nlohmann::json value;
    nlohmann::json also_intent;  ///< a name, or null
};

/// Reads one JSON object a line. Throws std::runtime_error that names the line.
[[nodiscard]] std::vector<LabelledText> read_labelled(std::string_view text);

/// Understands the record's text as an answer to the script's question of the same topic; for
/// `yesno`, `number`, `scale_1_5` and `skip_unsure` to a plain question of that kind.
[[nodiscard]] Prediction predict(const dialogs::Script& script, const LabelledText& record);

/// True when a prediction is right: the same value, a number within 2 %, a touching range.
[[nodiscard]] bool is_right(const nlohmann::json& expected, const nlohmann::json& got);

/// A count of records, and of those for which something holds.
struct Share {
    std::size_t of = 0;
    std::size_t count = 0;
    [[nodiscard]] double value() const {
        return of == 0 ? 0 : static_cast<double>(count) / static_cast<double>(of);
    }
};

struct Quality {
    Share accuracy;
    double macro_f1 = 0;  ///< mean over topics of the mean F1 over the values expected
    Share wrong_value;    ///< answers understood wrongly
    Share false_accept;   ///< unclear or off-topic texts taken as an answer
    Share needless_ask;   ///< answers not understood
    Share digressions;    ///< wishes about the talk that were recognised
    Share also_noticed;   ///< second wishes beside an answer that were noticed
    struct Part {
        Share accuracy;
        Share wrong_value;
        Share false_accept;
        Share needless_ask;
    };
    std::map<std::string, Part> topics;
    std::map<std::string, Part> phenomena;
};

/// Requires: one prediction for each record, in order.
[[nodiscard]] Quality measure(const std::vector<LabelledText>& records,
                              const std::vector<Prediction>& predictions);

void print(const Quality& quality, std::ostream& out);

}  // namespace advisor::server
