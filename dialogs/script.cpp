#include "dialogs/script.hpp"

#include <array>

namespace advisor::dialogs {

std::optional<QuestionIndex> Script::find_question(std::string_view wanted) const {
    for (QuestionIndex i = 0; i < questions.size(); ++i) {
        if (questions[i].id == wanted) return i;
    }
    return std::nullopt;
}

const std::string& Script::outcome_id(std::size_t outcome) const {
    return outcome == tie_outcome() ? tie.outcome : options[outcome].id;
}

const std::string& Script::outcome_name(std::size_t outcome) const {
    return outcome == tie_outcome() ? tie.name : options[outcome].name;
}

const std::string& Script::outcome_say(std::size_t outcome) const {
    return outcome == tie_outcome() ? tie.say : options[outcome].say;
}

std::string_view to_text(QuestionKind kind) {
    static constexpr std::array<std::string_view, 6> names{"choice",  "multi", "number",
                                                           "boolean", "scale", "text"};
    return names[static_cast<std::size_t>(kind)];
}

std::string_view to_text(Stance stance) {
    static constexpr std::array<std::string_view, 3> names{"supports", "qualifies", "contradicts"};
    return names[static_cast<std::size_t>(stance)];
}

std::string_view to_text(Verdict verdict) {
    static constexpr std::array<std::string_view, 4> names{"hire", "train", "contract", "none"};
    return names[static_cast<std::size_t>(verdict)];
}

}  // namespace advisor::dialogs
