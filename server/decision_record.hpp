#pragma once
// Decision records of stored sessions, and their verification without a database.

#include <optional>
#include <string>
#include <string_view>

#include "db/store.hpp"
#include "dialogs/engine.hpp"
#include "dialogs/explain.hpp"

namespace advisor::server {

enum class RecordFormat { json, markdown, html };

/// A session that has a result.
struct Finished {
    dialogs::State state;
    dialogs::Recommendation recommendation;
};

/// Nothing while a question is pending. Errors: db::StoreError `corrupt` for a state that cannot be
/// read.
[[nodiscard]] std::optional<Finished> finished(const dialogs::Script& script,
                                               const db::SessionRecord& session);

/// `script` is `stored`, loaded. The same session gives the same bytes, whoever asks.
[[nodiscard]] std::string make_record(const dialogs::Script& script, const db::StoredScript& stored,
                                      const db::SessionRecord& session, const Finished& finished,
                                      RecordFormat format);

/// How a content security policy names the style of HTML records: `'sha256-...'`.
[[nodiscard]] const std::string& record_style_source();

struct Verified {
    enum class Result { identical, different, unreadable };
    Result result = Result::unreadable;
    std::string message;  ///< one line
};

/// Derives the record again from the script and the answers inside and compares every byte.
/// `script_text`: the record must have been made with this script.
[[nodiscard]] Verified verify_record(std::string_view text,
                                     const std::optional<std::string>& script_text = {});

}  // namespace advisor::server
