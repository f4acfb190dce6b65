#include "dialogs/job_ad.hpp"

#include "dialogs/markdown_text.hpp"

namespace advisor::dialogs {
namespace {

void section(std::string& out, const std::string& title, const std::vector<std::string>& entries) {
    if (entries.empty()) return;
    out += "\n## " + title + "\n\n";
    for (const std::string& entry : entries) out += "- " + plain(entry) + "\n";
}

std::string opening(const RoleSpec& role, const VerdictSpec& verdict) {
    const std::string seniority =
        plain(verdict.seniority.empty() ? role.seniority : verdict.seniority);
    const int count = verdict.count.value_or(role.count);
    const std::string people = count == 1 ? "one person" : std::to_string(count) + " people";
    switch (verdict.verdict) {
        case Verdict::hire:
            return "[Company] in [place or remote] is looking for " + people + " (" + seniority +
                   ").\n\n[One or two sentences: what you build, for whom, and with how many "
                   "people.]\n";
        case Verdict::contract:
            return "[Company] is looking for " + people + " (" + seniority +
                   ") as a freelancer or through an agency.\n\n[One or two sentences: what you "
                   "build. Begin: date. Extent: days a week, for how long.]\n";
        case Verdict::train:
            return "A notice to our own people: " + people +
                   " can learn this, in working time.\n\n[How much time a week, from when, and "
                   "who helps.]\n";
        case Verdict::none:
            break;
    }
    return {};
}

std::string closing(Verdict verdict) {
    if (verdict == Verdict::train) return "Interested? Tell [name] until [date].\n";
    return "[Pay range, with place and date. Working hours, holidays, where to apply and until "
           "when.]\n\nEverybody gets the same questions and the same sample of work, and an answer "
           "either way. Years of experience do not count here; what you can show does.\n";
}

}  // namespace

std::optional<Role> find_role(const Script& script, const Recommendation& recommendation,
                              std::string_view id) {
    for (const Role& role : recommendation.roles) {
        if (script.hiring.roles[role.role].id == id) return role;
    }
    return std::nullopt;
}

std::optional<std::string> job_ad(const Script& script, const Role& role) {
    const RoleSpec& spec = script.hiring.roles[role.role];
    const VerdictSpec& verdict = spec.verdicts[role.verdict];
    if (verdict.verdict == Verdict::none) return std::nullopt;
    std::string out = "# " + plain(spec.title) + "\n\n" + opening(spec, verdict);
    if (!spec.first_90_days.empty())
        out += "\n## What you will do first\n\nAfter three months: " + plain(spec.first_90_days) +
               "\n";
    section(out,
            verdict.verdict == Verdict::train ? "What you should bring along" : "What you can do",
            spec.must_have);
    section(out, "What helps, but does not decide", spec.nice_to_have);
    // What the sample is stays with the interviewers, like the answers that they look for.
    if (verdict.verdict != Verdict::train) {
        out += "\n## How we choose\n\nAn interview with the same questions for everybody";
        out += spec.work_sample.empty() ? ".\n" : ", and a small sample of real work.\n";
    }
    return out + "\n## What we offer\n\n" + closing(verdict.verdict);
}

}  // namespace advisor::dialogs
