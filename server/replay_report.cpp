#include "server/replay_report.hpp"

namespace advisor::server {
namespace {

using nlohmann::ordered_json;

ordered_json text_or_null(const std::string& text) {
    return text.empty() ? ordered_json() : ordered_json(text);
}

}  // namespace

void keep_first(std::map<db::RowId, ReplayedSession>& list, ReplayedSession entry,
                std::size_t most) {
    const db::RowId id = entry.id;
    list.emplace(id, std::move(entry));
    if (list.size() > most) list.erase(std::prev(list.end()));
}

void ReplayReport::add(db::RowId id, const std::string& key, dialogs::ReplayComparison found,
                       std::size_t most_listed) {
    using Kind = dialogs::ReplayComparison::Kind;
    switch (found.kind) {
        case Kind::same:
            ++same;
            if (found.firmness_before != found.firmness_after) ++other_firmness;
            break;
        case Kind::open:
            ++open;
            break;
        case Kind::flip:
            ++flip_count;
            ++flip_groups[{found.before, found.after, found.cause->question, found.cause->rules}];
            keep_first(flips, {id, key, std::move(found), {}}, most_listed);
            break;
        case Kind::misfit:
            ++misfit_count;
            ++misfit_groups[{std::string(to_text(found.misfit->kind)), found.misfit->question}];
            keep_first(misfits, {id, key, std::move(found), {}}, most_listed);
            break;
    }
}

ordered_json cause_json(const dialogs::FlipCause& cause) {
    return {{"question", text_or_null(cause.question)},
            {"answer", text_or_null(cause.answer)},
            {"rules", cause.rules},
            {"alone", cause.alone},
            {"reason", cause.reason}};
}

ordered_json misfit_json(const dialogs::Misfit& misfit) {
    return {{"kind", to_text(misfit.kind)},
            {"question", text_or_null(misfit.question)},
            {"reason", misfit.reason}};
}

ordered_json flips_json(const ReplayReport& report) {
    ordered_json groups = ordered_json::array();
    for (const auto& [group, count] : report.flip_groups) {
        groups.push_back({{"from", std::get<0>(group)},
                          {"to", std::get<1>(group)},
                          {"question", text_or_null(std::get<2>(group))},
                          {"rules", std::get<3>(group)},
                          {"count", count}});
    }
    ordered_json list = ordered_json::array();
    for (const auto& [id, session] : report.flips) {
        ordered_json entry{{"session", session.key},
                           {"from", session.comparison.before},
                           {"to", session.comparison.after}};
        entry.update(cause_json(*session.comparison.cause));
        list.push_back(std::move(entry));
    }
    return {{"count", report.flip_count}, {"groups", groups}, {"sessions", list}};
}

ordered_json misfits_json(const ReplayReport& report) {
    ordered_json groups = ordered_json::array();
    for (const auto& [group, count] : report.misfit_groups) {
        groups.push_back(
            {{"kind", group.first}, {"question", text_or_null(group.second)}, {"count", count}});
    }
    ordered_json list = ordered_json::array();
    for (const auto& [id, session] : report.misfits) {
        ordered_json entry{{"session", session.key}};
        entry.update(misfit_json(*session.comparison.misfit));
        list.push_back(std::move(entry));
    }
    return {{"count", report.misfit_count}, {"groups", groups}, {"sessions", list}};
}

}  // namespace advisor::server
