#include "bench/load/history.hpp"

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "bench/load/process_stats.hpp"

namespace advisor::bench {

using Json = nlohmann::ordered_json;

History::History(const std::string& file) {
    if (file.empty()) return;
    out_.open(file);
    if (!out_) throw std::runtime_error("cannot write " + file);
}

void History::invoke(std::size_t client, std::string_view id, std::string_view session,
                     std::string_view frame) {
    if (!is_on()) return;
    out_ << Json{{"event", "invoke"}, {"at", now_ns()},     {"client", client},
                 {"id", id},          {"session", session}, {"frame", frame}}
                .dump()
         << '\n';
}

void History::ok(std::size_t client, std::string_view id, std::string_view session,
                 std::int64_t seq, std::string_view reply) {
    if (!is_on()) return;
    out_ << Json{{"event", "ok"},      {"at", now_ns()}, {"client", client}, {"id", id},
                 {"session", session}, {"seq", seq},     {"reply", reply}}
                .dump()
         << '\n';
}

void History::fail(std::size_t client, std::string_view id, std::string_view reply) {
    if (!is_on()) return;
    out_ << Json{{"event", "fail"},
                 {"at", now_ns()},
                 {"client", client},
                 {"id", id},
                 {"reply", reply}}
                .dump()
         << '\n';
}

}  // namespace advisor::bench
