#pragma once
// Which version of a script is offered: the file's, or one that was published in the console. A
// publication holds until the file of its script changes; see docs/scripts.md.

#include <string>
#include <variant>

#include "db/script_versions.hpp"
#include "server/net/error_code.hpp"
#include "server/script_registry.hpp"

namespace advisor::server {

/// At the start: offers what was published last where the file is still what it was then, and notes
/// a file that is new or has changed as a publication of its own. A published version that this
/// program cannot read is logged, and the file is offered.
/// Errors: StoreError.
void take_up_publications(ScriptRegistry& registry, db::Writer& writer);

/// A version to be offered, loaded and proved before.
struct Candidate {
    db::StoredScript stored;  ///< `id` is not read
    dialogs::Script script;   ///< of the stored text
    /// The hash of the version that is offered now, as whoever decided saw it; empty: any.
    std::string replaces;
    std::string note;
};

/// Stores the publication and offers the version; new sessions on every thread begin with it from
/// then on. A refusal, and nothing changed, when another version is offered than the one to
/// replace, or this one already. Thread: the writer's, so that what is stored last is what is
/// offered. Errors: StoreError.
[[nodiscard]] std::variant<ScriptPtr, Refusal> publish_script(db::sqlite::Connection& connection,
                                                              ScriptRegistry& registry,
                                                              const Candidate& candidate,
                                                              const db::Change& change);

}  // namespace advisor::server
