#include "dialogs/hiring.hpp"

#include <algorithm>

namespace advisor::dialogs {

std::string_view confidence(const Script& script, const RoleSpec& role) {
    const auto supports = [&script](EvidenceIndex index) {
        return script.evidence[index].stance == Stance::supports;
    };
    const auto supporting = std::count_if(role.evidence.begin(), role.evidence.end(), supports);
    if (supporting == 0) return "low";
    return static_cast<std::size_t>(supporting) == role.evidence.size() ? "high" : "medium";
}

}  // namespace advisor::dialogs
