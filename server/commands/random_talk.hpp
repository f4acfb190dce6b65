#pragma once
// Made-up conversations: random but valid answers, played through the engine. The same seed and
// number give the same talk on every machine.

#include <cstdint>
#include <string>
#include <vector>

#include "db/store.hpp"
#include "dialogs/engine.hpp"

namespace advisor::server {

/// Random numbers that are the same everywhere (SplitMix64); those of the standard library are not.
class SteadyRandom {
public:
    explicit SteadyRandom(std::uint64_t seed) : state_(seed) {}
    std::uint64_t next();
    /// 0 to `end` - 1. Requires: `end` > 0.
    std::uint64_t below(std::uint64_t end) { return next() % end; }
    /// True in `percent` of a hundred cases.
    bool chance(unsigned percent) { return below(100) < percent; }

private:
    std::uint64_t state_;
};

/// What a made-up talk needs besides its number.
struct TalkPlan {
    const dialogs::Script& script;
    db::RowId script_row = 0;  ///< of `script` in the store
    std::string secret;        ///< the database's, from which keys and report codes are derived
    std::uint64_t seed = 1;
    db::TimePoint since;  ///< begin of the first talk
    db::TimePoint until;  ///< every talk begins before
    std::uint64_t talks = 1;
};

/// The turns of talk `number` (from 0): the first one opens the session, the others have no session
/// row yet. Talks with higher numbers begin later.
[[nodiscard]] std::vector<db::Turn> random_talk(const TalkPlan& plan, std::uint64_t number);

}  // namespace advisor::server
