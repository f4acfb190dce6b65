#include "db/sqlite_schema.hpp"

#include <array>

namespace advisor::db::sqlite {
namespace {

/// Stands in the header of every database of ours ("advs"). Never changes.
constexpr std::int64_t application_id = 0x61647673;

/// Entry i leads from version i to i + 1. Released entries never change: a correction is a new one.
constexpr std::array migrations{
    // Times are UTC milliseconds.
    // `turn` is only ever appended to, with a row number of its own: many live sessions then share
    // the last pages of the table instead of dirtying one page each. For the same reason the
    // snapshot
    // stands with the turn that it follows, and a session's row only changes when it is finished or
    // taken up again.
    R"sql(
CREATE TABLE setting (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE script (
    id INTEGER PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    body TEXT NOT NULL,
    fragments TEXT NOT NULL,
    added_at INTEGER NOT NULL
) STRICT;

CREATE TABLE session (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    script INTEGER NOT NULL REFERENCES script (id),
    channel TEXT NOT NULL,
    locale TEXT NOT NULL,
    outcome TEXT,
    firmness TEXT,
    report_code TEXT,
    started_at INTEGER NOT NULL,
    finished_at INTEGER
) STRICT;
CREATE UNIQUE INDEX session_report_code ON session (report_code) WHERE report_code IS NOT NULL;

-- No REFERENCES on turn.session: a turn is only added behind the one before it, and the first together with its session;
-- looking the session up once more for each turn is measurable.
CREATE TABLE turn (
    id INTEGER PRIMARY KEY,
    session INTEGER NOT NULL,
    seq INTEGER NOT NULL CHECK (seq >= 1),
    turn_key TEXT NOT NULL,
    at INTEGER NOT NULL,
    input TEXT NOT NULL,
    state TEXT NOT NULL,
    reply TEXT NOT NULL,
    UNIQUE (session, seq),
    UNIQUE (session, turn_key)
) STRICT;
)sql",
    // Who is told of events, and what they are still to be told. `url` and the secrets are sealed
    // (server/sealed_secret.hpp). A row of `outbox` is written with the turn that it tells of; its
    // body is made when it is first sent and then stays, so that every try has the same bytes.
    R"sql(
CREATE TABLE webhook (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    host TEXT NOT NULL,
    url TEXT NOT NULL,
    secret TEXT NOT NULL,
    old_secret TEXT NOT NULL DEFAULT '',
    old_secret_until INTEGER NOT NULL DEFAULT 0,
    events INTEGER NOT NULL,
    allowed_hosts TEXT NOT NULL,
    enabled INTEGER NOT NULL DEFAULT 1,
    disabled_because TEXT NOT NULL DEFAULT '',
    not_before INTEGER NOT NULL DEFAULT 0,
    last_success_at INTEGER NOT NULL DEFAULT 0,
    last_failure_at INTEGER NOT NULL DEFAULT 0,
    last_error TEXT NOT NULL DEFAULT '',
    added_at INTEGER NOT NULL
) STRICT;

CREATE TABLE outbox (
    id INTEGER PRIMARY KEY,
    message_id TEXT NOT NULL UNIQUE,
    webhook INTEGER NOT NULL REFERENCES webhook (id) ON DELETE CASCADE,
    event INTEGER NOT NULL,
    session INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    body TEXT NOT NULL DEFAULT '',
    attempts INTEGER NOT NULL DEFAULT 0,
    next_try_at INTEGER,
    done_at INTEGER,
    dead_at INTEGER,
    error TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX outbox_webhook ON outbox (webhook, next_try_at);
)sql",
    // Chat tools (db/talk_store.hpp). `secrets` of a hook is sealed (server/sealed_secret.hpp). Of
    // who talks and where, a talk keeps digests only.
    R"sql(
CREATE TABLE hook (
    id TEXT PRIMARY KEY,
    platform TEXT NOT NULL,
    secrets TEXT NOT NULL,
    options TEXT NOT NULL,
    shared INTEGER NOT NULL,
    public_url TEXT NOT NULL,
    added_at INTEGER NOT NULL,
    rotated_at INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE TABLE talk (
    id INTEGER PRIMARY KEY,
    hook TEXT NOT NULL,
    key TEXT NOT NULL,
    channel TEXT NOT NULL,
    owner TEXT NOT NULL,
    handle TEXT NOT NULL UNIQUE,
    session TEXT NOT NULL,
    post_key TEXT NOT NULL DEFAULT '',
    draft TEXT NOT NULL DEFAULT '',
    is_over INTEGER NOT NULL DEFAULT 0,
    began_at INTEGER NOT NULL
) STRICT;
CREATE INDEX talk_key ON talk (key, id);
CREATE INDEX talk_post_key ON talk (post_key, id) WHERE post_key <> '';

CREATE TABLE delivery (
    hook TEXT NOT NULL,
    dedupe TEXT NOT NULL,
    at INTEGER NOT NULL,
    response TEXT NOT NULL,
    PRIMARY KEY (hook, dedupe)
) STRICT, WITHOUT ROWID;
CREATE INDEX delivery_at ON delivery (at);

CREATE TABLE join_code (
    digest TEXT PRIMARY KEY,
    session TEXT NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
)sql",
    // Accounts (accounts.hpp) and the review console (review.hpp). Secrets are stored as hashes.
    // The tables review_* and session_summary only repeat what the turns say, for fast reading: a
    // follower keeps them, and they can be made again. A span is a day since 1970, or 1,000,000 + a
    // month since year 0: a long period is read as months with days at its ends.
    R"sql(
CREATE TABLE reviewer (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL,
    password TEXT NOT NULL DEFAULT '',
    welcome_hash TEXT NOT NULL DEFAULT '',
    welcome_until INTEGER NOT NULL DEFAULT 0,
    added_at INTEGER NOT NULL
) STRICT;
CREATE TABLE reviewer_login (
    hash TEXT PRIMARY KEY,
    reviewer INTEGER NOT NULL REFERENCES reviewer (id) ON DELETE CASCADE,
    begun_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX reviewer_login_reviewer ON reviewer_login (reviewer);
CREATE TABLE api_token (
    name TEXT PRIMARY KEY,
    role TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE,
    added_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    who TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL
) STRICT;

CREATE TABLE session_tag (
    tag TEXT NOT NULL,
    session INTEGER NOT NULL,
    PRIMARY KEY (tag, session)
) STRICT, WITHOUT ROWID;
CREATE INDEX session_tag_session ON session_tag (session);
CREATE TABLE session_note (
    id INTEGER PRIMARY KEY,
    session INTEGER NOT NULL,
    at INTEGER NOT NULL,
    who TEXT NOT NULL,
    text TEXT NOT NULL
) STRICT;
CREATE INDEX session_note_session ON session_note (session);
CREATE TABLE session_mark (
    session INTEGER PRIMARY KEY,
    reviewed_at INTEGER NOT NULL DEFAULT 0,
    reviewed_by TEXT NOT NULL DEFAULT '',
    rating INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE saved_filter (
    name TEXT PRIMARY KEY,
    query TEXT NOT NULL,
    who TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE review_dismissed (
    script TEXT NOT NULL,
    question TEXT NOT NULL,
    text TEXT NOT NULL,
    who TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (script, question, text)
) STRICT, WITHOUT ROWID;

CREATE TABLE review_group (
    id INTEGER PRIMARY KEY,
    script INTEGER NOT NULL,
    channel TEXT NOT NULL,
    locale TEXT NOT NULL,
    UNIQUE (script, channel, locale)
) STRICT;
CREATE TABLE review_facet (
    id INTEGER PRIMARY KEY,
    grp INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    firmness TEXT NOT NULL,
    left_at TEXT NOT NULL,
    sessions INTEGER NOT NULL DEFAULT 0,
    UNIQUE (grp, outcome, firmness, left_at)
) STRICT;
CREATE TABLE session_summary (
    id INTEGER PRIMARY KEY,
    facet INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    asked_at INTEGER NOT NULL,
    turns INTEGER NOT NULL,
    edits INTEGER NOT NULL,
    flips INTEGER NOT NULL,
    unclear INTEGER NOT NULL,
    unknown INTEGER NOT NULL,
    reached INTEGER NOT NULL,
    last_outcome TEXT NOT NULL,
    opening TEXT NOT NULL
) STRICT;
CREATE INDEX session_summary_started ON session_summary (started_at);
CREATE INDEX session_summary_facet ON session_summary (facet, started_at);
CREATE TABLE review_day (
    facet INTEGER NOT NULL,
    span INTEGER NOT NULL,
    sessions INTEGER NOT NULL,
    duration_ms INTEGER NOT NULL,
    turns INTEGER NOT NULL,
    edits INTEGER NOT NULL,
    flips INTEGER NOT NULL,
    flipped INTEGER NOT NULL,
    unclear INTEGER NOT NULL,
    PRIMARY KEY (facet, span)
) STRICT, WITHOUT ROWID;
CREATE TABLE review_question (
    grp INTEGER NOT NULL,
    question TEXT NOT NULL,
    span INTEGER NOT NULL,
    reached INTEGER NOT NULL,
    answered INTEGER NOT NULL,
    unknown INTEGER NOT NULL,
    skipped INTEGER NOT NULL,
    unclear INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    time_ms INTEGER NOT NULL,
    timed INTEGER NOT NULL,
    t0 INTEGER NOT NULL, t1 INTEGER NOT NULL, t2 INTEGER NOT NULL, t3 INTEGER NOT NULL,
    t4 INTEGER NOT NULL, t5 INTEGER NOT NULL, t6 INTEGER NOT NULL, t7 INTEGER NOT NULL,
    t8 INTEGER NOT NULL, t9 INTEGER NOT NULL, t10 INTEGER NOT NULL, t11 INTEGER NOT NULL,
    PRIMARY KEY (grp, span, question)
) STRICT, WITHOUT ROWID;
CREATE TABLE review_answer (
    grp INTEGER NOT NULL,
    question TEXT NOT NULL,
    answer TEXT NOT NULL,
    span INTEGER NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (grp, span, question, answer)
) STRICT, WITHOUT ROWID;
CREATE TABLE review_unclear (
    id INTEGER PRIMARY KEY,
    script TEXT NOT NULL,
    question TEXT NOT NULL,
    text TEXT NOT NULL,
    example TEXT NOT NULL,
    n INTEGER NOT NULL,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    session INTEGER NOT NULL,
    UNIQUE (script, question, text)
) STRICT;
CREATE INDEX review_unclear_n ON review_unclear (n);
CREATE VIRTUAL TABLE review_text USING fts5 (
    text, content = '', tokenize = 'unicode61 remove_diacritics 2', prefix = '3'
);
)sql",
    // What people say in a talk of several (db/team_answers.hpp). An answer that is kept for
    // repeated deliveries goes with its session.
    R"sql(
CREATE TABLE team_answer (
    session TEXT NOT NULL,
    question TEXT NOT NULL,
    person TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    leads INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (session, question, person)
) STRICT, WITHOUT ROWID;
CREATE TABLE team_settled (
    session TEXT NOT NULL,
    question TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (session, question)
) STRICT, WITHOUT ROWID;
ALTER TABLE delivery ADD COLUMN session TEXT NOT NULL DEFAULT '';
CREATE INDEX delivery_session ON delivery (session) WHERE session <> '';
)sql",
    // Script versions that people save and publish (db/script_versions.hpp). A draft keeps its
    // text;
    // what was ever offered is in `script`. `file_hash` is the file's hash at the time, empty where
    // no file has the script: a publication holds for as long as the file stays what it was.
    R"sql(
CREATE TABLE script_draft (
    id INTEGER PRIMARY KEY,
    script TEXT NOT NULL,
    hash TEXT NOT NULL,
    author TEXT NOT NULL,
    at INTEGER NOT NULL,
    note TEXT NOT NULL,
    body TEXT NOT NULL,
    UNIQUE (script, hash)
) STRICT;
CREATE TABLE script_publication (
    id INTEGER PRIMARY KEY,
    script TEXT NOT NULL,
    hash TEXT NOT NULL,
    file_hash TEXT NOT NULL,
    who TEXT NOT NULL,
    at INTEGER NOT NULL,
    note TEXT NOT NULL
) STRICT;
CREATE INDEX script_publication_script ON script_publication (script, id);
)sql",
    // Sums of groups (db/sqlite_review_facets.hpp, Level), so that figures of all channels need not
    // add hundreds of facets up for every day; the counters are made again. What reviewers accepted
    // in the inbox (db/inbox.hpp).
    R"sql(
DROP TABLE review_group;
CREATE TABLE review_group (
    id INTEGER PRIMARY KEY,
    level INTEGER NOT NULL,
    script INTEGER NOT NULL,
    channel TEXT NOT NULL,
    locale TEXT NOT NULL,
    UNIQUE (level, script, channel, locale)
) STRICT;
DELETE FROM session_summary;
DELETE FROM review_facet;
DELETE FROM review_day;
DELETE FROM review_question;
DELETE FROM review_answer;
DELETE FROM review_unclear;
INSERT INTO review_text (review_text) VALUES ('delete-all');
UPDATE setting SET value = '0' WHERE name = 'review.followed';
CREATE INDEX review_unclear_question ON review_unclear (question, n);

CREATE TABLE review_accepted (
    id INTEGER PRIMARY KEY,
    script TEXT NOT NULL,
    question TEXT NOT NULL,
    text TEXT NOT NULL,
    choice TEXT NOT NULL,
    phrase TEXT NOT NULL,
    draft TEXT NOT NULL,
    who TEXT NOT NULL,
    at INTEGER NOT NULL,
    UNIQUE (script, question, phrase)
) STRICT;
)sql",
};
constexpr auto newest_version = static_cast<std::int64_t>(migrations.size());

[[noreturn]] void refuse(const std::filesystem::path& file, const std::string& why) {
    throw StoreError(StoreError::Kind::unusable, file.string() + ": " + why);
}

std::int64_t version_of(const Connection& connection) {
    return read_number(connection, "PRAGMA user_version");
}

void refuse_newer(const std::filesystem::path& file, std::int64_t version) {
    if (version <= newest_version) return;
    refuse(file, "written by a newer advisor (format " + std::to_string(version) +
                     ", this one knows " + std::to_string(newest_version) +
                     "); run that version or use --data with another folder");
}

}  // namespace

bool is_advisor_database(const std::filesystem::path& file) {
    const std::string not_ours =
        "not an advisor database; move it away or use --data with another folder";
    std::error_code error;
    const std::filesystem::file_status status = std::filesystem::status(file, error);
    if (status.type() == std::filesystem::file_type::not_found) return false;
    if (status.type() == std::filesystem::file_type::none) {
        refuse(file, "cannot be read (" + error.message() +
                         "); let this user read it or use --data with another folder");
    }
    if (!std::filesystem::is_regular_file(status)) refuse(file, not_ours);
    if (std::filesystem::file_size(file) == 0) return false;
    // While a server writes its log back into a file that grows, the file alone looks damaged: its
    // first page names pages that are still to come. Read with the log, it is whole.
    for (const Access access : {Access::header, Access::read_only}) {
        try {
            const Connection connection(file, access);
            if (read_number(connection, "PRAGMA application_id") == application_id) return true;
            break;
        } catch (const StoreError& failure) {
            if (failure.kind() != StoreError::Kind::corrupt) throw;
        }
    }
    refuse(file, not_ours);
}

void migrate(Connection& connection, const std::filesystem::path& file) {
    std::int64_t version = version_of(connection);
    refuse_newer(file, version);
    while (version < newest_version) {
        Transaction transaction(connection);
        connection.execute(migrations[static_cast<std::size_t>(version)]);
        ++version;
        // Both numbers change with the tables or not at all. The first step runs before the file
        // has a write-ahead log, so the id is in the main file, where is_advisor_database looks.
        connection.execute("PRAGMA application_id = " + std::to_string(application_id) +
                           "; PRAGMA user_version = " + std::to_string(version));
        transaction.commit();
    }
}

void require_current(const Connection& connection, const std::filesystem::path& file) {
    const std::int64_t version = version_of(connection);
    refuse_newer(file, version);
    if (version < newest_version) {
        refuse(file, "written by an older advisor; start the server once to bring it up to date");
    }
}

}  // namespace advisor::db::sqlite
