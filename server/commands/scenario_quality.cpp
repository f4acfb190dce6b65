// How good the advice for scenarios is. The measures are those that labelled scenarios come with:
// docs/scripts.md, "Measuring the advice".

#include <algorithm>
#include <iomanip>
#include <map>
#include <ostream>

#include "dialogs/text.hpp"
#include "server/commands/scenarios.hpp"

namespace advisor::server {
namespace {

struct Rate {
    std::size_t of = 0;
    std::size_t count = 0;
    void add(bool holds) {
        ++of;
        count += holds ? 1 : 0;
    }
};

bool has(const std::vector<std::string>& list, const std::string& text) {
    return std::find(list.begin(), list.end(), text) != list.end();
}

bool is_exact(const ExpectedAdvice& expected, const Decided& got) {
    return got.means == expected.recommendation || got.outcome == expected.recommendation;
}

/// A tie is right where either is fine, and where all that it is between are.
bool is_acceptable(const ExpectedAdvice& expected, const Decided& got) {
    if (is_exact(expected, got) || has(expected.acceptable, got.means)) return true;
    if (got.between.empty()) return false;
    return expected.either_is_fine.value_or(false) ||
           std::all_of(got.between.begin(), got.between.end(), [&](const std::string& one) {
               return one == expected.recommendation || has(expected.acceptable, one);
           });
}

/// True when one of the alternatives ("A|B") begins a word of the text.
bool is_met(const std::string& entry, const std::string& text) {
    for (std::size_t at = 0; at <= entry.size();) {
        const std::size_t end = std::min(entry.find('|', at), entry.size());
        const std::string wanted = dialogs::fold(entry.substr(at, end - at));
        for (std::size_t place = text.find(wanted); !wanted.empty() && place != std::string::npos;
             place = text.find(wanted, place + 1)) {
            const bool starts_word =
                place == 0 || std::isalnum(static_cast<unsigned char>(text[place - 1])) == 0;
            if (starts_word) return true;
        }
        at = end + 1;
    }
    return false;
}

double mean_f1(const std::vector<std::pair<std::string, std::string>>& pairs) {
    struct Counts {
        double right = 0, missed = 0, wrongly = 0;
    };
    std::map<std::string, Counts> counts;
    for (const auto& [expected, got] : pairs) {
        if (expected == got) {
            ++counts[expected].right;
        } else {
            ++counts[expected].missed;
            ++counts[got].wrongly;
        }
    }
    double sum = 0;
    double classes = 0;
    for (const auto& [name, one] : counts) {
        if (one.right + one.missed == 0) continue;
        sum += 2 * one.right / (2 * one.right + one.missed + one.wrongly);
        ++classes;
    }
    return classes == 0 ? 0 : sum / classes;
}

void print(const char* name, const Rate& rate, std::ostream& out) {
    const double value =
        rate.of == 0 ? 0 : static_cast<double>(rate.count) / static_cast<double>(rate.of);
    out << "  " << std::left << std::setw(24) << name << std::right << value << "  (" << rate.count
        << " of " << rate.of << ")\n";
}

}  // namespace

void print_advice_quality(const std::vector<Scenario>& scenarios,
                          const std::vector<Decided>& decided, std::ostream& out) {
    Rate exact, acceptable, must_not, hire, either_said, either_not_said;
    std::vector<std::pair<std::string, std::string>> pairs;
    std::string differences;
    for (std::size_t i = 0; i < scenarios.size(); ++i) {
        if (!scenarios[i].expected) continue;
        const ExpectedAdvice& expected = *scenarios[i].expected;
        const Decided& got = decided[i];
        const bool harmful = has(expected.must_not, got.means);
        exact.add(is_exact(expected, got));
        acceptable.add(is_acceptable(expected, got));
        must_not.add(harmful);
        pairs.emplace_back(expected.recommendation,
                           is_exact(expected, got) ? expected.recommendation : got.means);
        const bool wrongly =
            expected.either_is_fine && got.either_is_fine != *expected.either_is_fine;
        if (expected.either_is_fine)
            (*expected.either_is_fine ? either_said : either_not_said).add(!wrongly);
        std::string missing;
        const std::string text = dialogs::fold(got.hiring_text);
        for (const std::string& entry : expected.hire) {
            hire.add(is_met(entry, text));
            if (!is_met(entry, text)) missing += " no \"" + entry + "\" in the hiring plan;";
        }
        if (!is_exact(expected, got))
            missing += " expected " + expected.recommendation + ", got " + got.means + ";";
        if (harmful) missing += " harmful;";
        if (wrongly)
            missing += *expected.either_is_fine ? " does not say that either works;"
                                                : " says that either works;";
        if (!missing.empty()) {
            missing.pop_back();
            differences += "  " + got.id + ":" + missing + "  " + got.answers + "\n";
        }
    }
    out << scenarios.size() << " scenarios, " << pairs.size() << " of them with the right advice\n";
    if (pairs.empty()) return;
    out << std::fixed << std::setprecision(3);
    print("exact", exact, out);
    print("acceptable", acceptable, out);
    print("must not", must_not, out);
    out << "  " << std::left << std::setw(24) << "macro-F1" << std::right << mean_f1(pairs) << "\n";
    print("hire", hire, out);
    print("either said", either_said, out);
    print("either rightly unsaid", either_not_said, out);
    if (!differences.empty()) out << "\ndifferences\n" << differences;
}

}  // namespace advisor::server
