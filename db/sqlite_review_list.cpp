// Lists of sessions: filters, keyset pages and the full-text search.
//
// Filters on facets are answered by the facets themselves: where few sessions fit, the rows of each
// fitting facet are merged; where many do, all rows are read in order and most fit. Other filters
// are looked at row by row, up to `max_examined` rows a page.

#include <algorithm>
#include <functional>
#include <limits>
#include <memory>

#include "db/sqlite_query.hpp"
#include "db/sqlite_review_facets.hpp"

namespace advisor::db {
namespace {

using sqlite::Connection;
using sqlite::for_rows;
using sqlite::Query;
using sqlite::Statement;

constexpr std::int64_t above_all = std::numeric_limits<std::int64_t>::max();
constexpr std::size_t max_examined = 10'000;
constexpr std::size_t max_found_examined = 2'000;  ///< of a search: each is looked up
constexpr std::size_t max_merged = 64;
constexpr std::size_t max_words = 12;

constexpr std::string_view columns =
    "s.id, s.facet, s.started_at, s.updated_at, s.asked_at, s.turns, s.edits, s.flips, s.unclear, "
    "s.unknown, s.reached, s.last_outcome, s.opening";

struct Row {
    RowId facet = 0;
    Summary summary;
};

Row read_row(const Query& row) {
    Row read;
    Summary& summary = read.summary;
    summary.id = row.number(0);
    read.facet = row.number(1);
    summary.started_at = row.time(2);
    summary.updated_at = row.time(3);
    summary.asked_at = row.time(4);
    summary.turns = row.number(5);
    summary.edits = row.number(6);
    summary.flips = row.number(7);
    summary.unclear = row.number(8);
    summary.unknown = row.number(9);
    summary.reached = static_cast<std::uint64_t>(row.number(10));
    summary.last_outcome = row.text(11);
    summary.opening = row.text(12);
    return read;
}

/// Rows in the order of a list.
class Rows {
public:
    virtual ~Rows() = default;
    virtual std::optional<Row> next() = 0;
    /// Where to go on behind the row.
    [[nodiscard]] virtual Place place_of(const Row& row) const {
        return {row.summary.started_at.time_since_epoch().count(), row.summary.id};
    }
};

std::int64_t from_of(const SessionFilter& filter) {
    return filter.from ? filter.from->time_since_epoch().count() : 0;
}

/// The first place to look at, going down.
Place upper_place(const SessionFilter& filter, std::optional<Place> place) {
    Place upper = place.value_or(Place{above_all, above_all});
    if (filter.to && upper.at >= filter.to->time_since_epoch().count())
        upper = {filter.to->time_since_epoch().count() - 1, above_all};
    return upper;
}

/// All sessions, or those of one facet, by their beginning.
class RowsByTime final : public Rows {
public:
    RowsByTime(const Connection& connection, const SessionFilter& filter, Place upper, RowId facet)
        : statement_(connection, sql(facet)),
          row_(facet == 0 ? std::make_unique<Query>(statement_, upper.at, upper.id, from_of(filter))
                          : std::make_unique<Query>(statement_, upper.at, upper.id, from_of(filter),
                                                    facet)) {}
    std::optional<Row> next() override {
        if (!row_->next()) return std::nullopt;
        return read_row(*row_);
    }

private:
    static std::string sql(RowId facet) {
        return "SELECT " + std::string(columns) +
               " FROM session_summary s WHERE started_at <= ?1 AND started_at >= ?3 "
               "AND NOT (started_at = ?1 AND id >= ?2) " +
               (facet == 0 ? "" : "AND facet = ?4 ") + "ORDER BY started_at DESC, id DESC";
    }
    Statement statement_;
    std::unique_ptr<Query> row_;
};

/// Several facets, merged.
class MergedRows final : public Rows {
public:
    MergedRows(const Connection& connection, const SessionFilter& filter, Place upper,
               const std::vector<RowId>& facets) {
        for (const RowId facet : facets) {
            Stream stream;
            stream.rows = std::make_unique<RowsByTime>(connection, filter, upper, facet);
            stream.head = stream.rows->next();
            if (stream.head) streams_.push_back(std::move(stream));
        }
        std::make_heap(streams_.begin(), streams_.end(), earlier);
    }
    std::optional<Row> next() override {
        if (streams_.empty()) return std::nullopt;
        std::pop_heap(streams_.begin(), streams_.end(), earlier);
        Stream& stream = streams_.back();
        std::optional<Row> row = std::move(stream.head);
        stream.head = stream.rows->next();
        if (stream.head)
            std::push_heap(streams_.begin(), streams_.end(), earlier);
        else
            streams_.pop_back();
        return row;
    }

private:
    struct Stream {
        std::unique_ptr<RowsByTime> rows;
        std::optional<Row> head;
    };
    static bool earlier(const Stream& left, const Stream& right) {
        const Summary& a = left.head->summary;
        const Summary& b = right.head->summary;
        return std::pair(a.started_at, a.id) < std::pair(b.started_at, b.id);
    }
    std::vector<Stream> streams_;
};

/// Sessions that a table of theirs names, by row number.
class RowsByMark final : public Rows {
public:
    RowsByMark(const Connection& connection, const SessionFilter& filter, RowId below)
        : tag_(filter.tag),
          statement_(connection, filter.tag.empty() ? sql("session_mark", "")
                                                    : sql("session_tag", "AND m.tag = ?2 ")),
          row_(filter.tag.empty() ? std::make_unique<Query>(statement_, below)
                                  : std::make_unique<Query>(statement_, below, tag_)) {}
    std::optional<Row> next() override {
        if (!row_->next()) return std::nullopt;
        return read_row(*row_);
    }
    [[nodiscard]] Place place_of(const Row& row) const override { return {0, row.summary.id}; }

private:
    static std::string sql(const std::string& table, const std::string& also) {
        return "SELECT " + std::string(columns) + " FROM " + table +
               " m CROSS JOIN session_summary s ON s.id = m.session WHERE m.session < ?1 " + also +
               "ORDER BY m.session DESC";
    }
    std::string tag_;  // bound where it lies
    Statement statement_;
    std::unique_ptr<Query> row_;
};

/// The sessions that one word or phrase stands in, going down.
class WordRows {
public:
    WordRows(const Connection& connection, std::string match)
        : match_(std::move(match)),
          statement_(connection,
                     "SELECT rowid FROM review_text WHERE review_text MATCH ?1 AND rowid <= ?2 "
                     "ORDER BY rowid DESC") {}

    /// The first session at or below `bound`; 0 when there is none.
    RowId at_or_below(RowId bound) {
        constexpr int steps_before_seek = 8;
        if (session_ != 0 && session_ <= bound) return session_;
        for (int step = 0; row_ && step < steps_before_seek; ++step) {
            if (!advance()) return 0;
            if (session_ <= bound) return session_;
        }
        row_.reset();
        row_ = std::make_unique<Query>(statement_, match_, text_row(bound, max_indexed_seq));
        return advance() ? session_ : 0;
    }

private:
    bool advance() {
        if (!row_->next()) return false;
        session_ = row_->number(0) / text_row(1, 0);
        return true;
    }
    std::string match_;
    Statement statement_;
    std::unique_ptr<Query> row_;
    RowId session_ = 0;
};

/// The words of a query as the index takes them: each a quoted string, the last one also as the
/// beginning of a word. Nothing that is typed can be an operator.
std::vector<std::string> match_words(std::string_view text) {
    std::vector<std::string> words;
    const auto keep = [&](std::string_view word) {
        const bool has_letter = std::any_of(word.begin(), word.end(), [](unsigned char c) {
            return std::isalnum(c) != 0 || c >= 0x80;
        });
        if (!has_letter || words.size() == max_words) return;
        std::string quoted = "\"";
        for (const char c : word) quoted += c == '"' ? ' ' : c;
        words.push_back(quoted + "\"");
    };
    bool open_end = !text.empty() && text.back() != '"' && text.back() != ' ';
    while (!text.empty()) {
        const bool phrase = text.front() == '"';
        if (phrase) text.remove_prefix(1);
        const std::size_t end =
            std::min(text.find_first_of(phrase ? "\"" : " \t\r\n\""), text.size());
        keep(text.substr(0, end));
        text.remove_prefix(end);
        if (!text.empty() && (phrase || text.front() != '"')) text.remove_prefix(1);
    }
    if (open_end && !words.empty() && words.back().size() >= 5) words.back() += "*";
    return words;
}

/// Sessions with all words in them, whatever turn each stands in.
class FoundRows final : public Rows {
public:
    FoundRows(const Connection& connection, const std::string& text, RowId below)
        : by_id_(connection,
                 "SELECT " + std::string(columns) + " FROM session_summary s WHERE id = ?1"),
          bound_(below - 1) {
        for (std::string& match : match_words(text))
            words_.push_back(std::make_unique<WordRows>(connection, std::move(match)));
        key_ = session_row(connection, text).value_or(0);
    }
    std::optional<Row> next() override {
        if (key_ != 0) {
            const RowId key = key_;
            key_ = 0;
            const RowId bound = std::exchange(bound_, 0);
            return key <= bound ? look_up(key) : std::nullopt;
        }
        while (!words_.empty() && bound_ > 0) {
            const RowId agreed = agree(bound_);
            bound_ = agreed - 1;
            if (agreed == 0) break;
            if (std::optional<Row> row = look_up(agreed)) return row;
        }
        return std::nullopt;
    }
    [[nodiscard]] Place place_of(const Row& row) const override { return {0, row.summary.id}; }

private:
    /// The first session at or below `bound` that every word stands in; 0 when there is none.
    RowId agree(RowId bound) {
        bound = std::min(bound, above_all / text_row(1, 0) - 1);
        for (std::size_t agreeing = 0, at = 0; agreeing < words_.size();
             at = (at + 1) % words_.size()) {
            const RowId session = words_[at]->at_or_below(bound);
            if (session == 0) return 0;
            agreeing = session == bound ? agreeing + 1 : 1;
            bound = session;
        }
        return bound;
    }
    std::optional<Row> look_up(RowId id) {
        Query row(by_id_, id);
        if (!row.next()) return std::nullopt;
        return read_row(row);
    }
    Statement by_id_;
    std::vector<std::unique_ptr<WordRows>> words_;
    RowId key_ = 0;  ///< the session whose name the text is
    RowId bound_;
};

bool has_facet_filter(const SessionFilter& filter) {
    return !filter.outcome.empty() || !filter.firmness.empty() || !filter.script.empty() ||
           !filter.version.empty() || !filter.channel.empty() || !filter.locale.empty() ||
           !filter.left_at.empty() || filter.finished.has_value();
}

/// Filters that only the session's own rows answer.
bool has_other_filter(const SessionFilter& filter) {
    return !filter.tag.empty() || filter.reviewed || filter.rating || filter.from || filter.to ||
           filter.shortest || filter.longest || !filter.text.empty();
}

struct Fitting {
    std::vector<RowId> facets;
    std::int64_t sessions = 0;
    std::int64_t all_sessions = 0;
};

Fitting fitting_facets(const std::map<RowId, Facet>& facets, const SessionFilter& filter) {
    Fitting fitting;
    for (const auto& [id, facet] : facets) {
        fitting.all_sessions += facet.sessions;
        if (facet.sessions == 0 || !fits(facet, filter)) continue;
        fitting.facets.push_back(id);
        fitting.sessions += facet.sessions;
    }
    return fitting;
}

std::unique_ptr<Rows> rows_for(const Connection& connection, const SessionFilter& filter,
                               std::optional<Place> place, const Fitting& fitting) {
    const RowId below = place ? place->id : above_all;
    if (!filter.text.empty()) return std::make_unique<FoundRows>(connection, filter.text, below);
    if (!filter.tag.empty() || filter.reviewed == true || filter.rating)
        return std::make_unique<RowsByMark>(connection, filter, below);
    const Place upper = upper_place(filter, place);
    const bool few =
        fitting.facets.size() <= max_merged || fitting.sessions * 50 < fitting.all_sessions;
    if (has_facet_filter(filter) && few)
        return std::make_unique<MergedRows>(connection, filter, upper, fitting.facets);
    return std::make_unique<RowsByTime>(connection, filter, upper, 0);
}

/// Completes rows with what reviewers added, and answers the filters on it.
class Completing {
public:
    Completing(const Connection& connection, const std::map<RowId, Facet>& facets)
        : connection_(connection),
          facets_(facets),
          mark_(connection,
                "SELECT reviewed_at, reviewed_by, rating FROM session_mark WHERE session = ?1"),
          has_tag_(connection, "SELECT 1 FROM session_tag WHERE tag = ?1 AND session = ?2"),
          extras_(connection,
                  "SELECT key, (SELECT count(*) FROM session_note WHERE session = ?1) "
                  "FROM session WHERE id = ?1") {}

    bool fits_row(const Row& row, const SessionFilter& filter) {
        const auto facet = facets_.find(row.facet);
        const Summary& summary = row.summary;
        if (facet == facets_.end() || !fits(facet->second, filter)) return false;
        if (filter.from && summary.started_at < *filter.from) return false;
        if (filter.to && summary.started_at >= *filter.to) return false;
        const auto duration = summary.updated_at - summary.started_at;
        if (filter.shortest && duration < *filter.shortest) return false;
        if (filter.longest && duration > *filter.longest) return false;
        if (!filter.tag.empty()) {
            Query tag(has_tag_, filter.tag, summary.id);
            if (!tag.next()) return false;
        }
        if (!filter.reviewed && !filter.rating) return true;
        Query mark(mark_, summary.id);
        const bool marked = mark.next();
        if (filter.reviewed && *filter.reviewed != (marked && mark.number(0) != 0)) return false;
        return !filter.rating || (marked && mark.number(2) == *filter.rating);
    }

    ListedSession complete(Row row) {
        ListedSession listed;
        listed.summary = std::move(row.summary);
        const Facet& facet = facets_.at(row.facet);
        listed.summary.group = facet.group;
        listed.summary.outcome = facet.outcome;
        listed.summary.firmness = facet.firmness;
        listed.summary.left_at = facet.left_at;
        listed.script = facet.script;
        listed.version = facet.version;
        const RowId id = listed.summary.id;
        Query extras(extras_, id);
        if (extras.next()) {
            listed.key = extras.text(0);
            listed.notes = extras.number(1);
        }
        Query mark(mark_, id);
        if (mark.next()) {
            listed.reviewed_at = mark.time(0);
            listed.reviewed_by = mark.text(1);
            listed.rating = static_cast<int>(mark.number(2));
        }
        listed.tags = tags_of(connection_, id);
        return listed;
    }

private:
    const Connection& connection_;
    const std::map<RowId, Facet>& facets_;
    Statement mark_;
    Statement has_tag_;
    Statement extras_;
};

}  // namespace

std::map<RowId, Facet> read_facets(const Connection& connection) {
    std::map<RowId, Facet> facets;
    for_rows(
        connection,
        [&](const Query& row) {
            Facet facet;
            facet.id = row.number(0);
            facet.group_row = row.number(1);
            facet.group = {row.number(2), row.text(3), row.text(4)};
            facet.script = row.text(5);
            facet.version = row.text(6);
            facet.outcome = row.text(7);
            facet.firmness = row.text(8);
            facet.left_at = row.text(9);
            facet.sessions = row.number(10);
            facets.emplace(facet.id, std::move(facet));
        },
        "SELECT f.id, g.id, g.script, g.channel, g.locale, name, hash, outcome, firmness, left_at, "
        "sessions FROM review_facet f JOIN review_group g ON g.id = grp "
        "JOIN script ON script.id = g.script");
    return facets;
}

bool fits(const Facet& facet, const SessionFilter& filter) {
    const auto same = [](const std::string& wanted, const std::string& given) {
        return wanted.empty() || wanted == given;
    };
    return same(filter.script, facet.script) && facet.version.starts_with(filter.version) &&
           same(filter.channel, facet.group.channel) && same(filter.locale, facet.group.locale) &&
           same(filter.outcome, facet.outcome) && same(filter.firmness, facet.firmness) &&
           same(filter.left_at, facet.left_at) &&
           (!filter.finished || *filter.finished != facet.outcome.empty());
}

SessionPage list_sessions(const Connection& connection, const SessionFilter& filter,
                          std::optional<Place> place, std::size_t limit) {
    const std::map<RowId, Facet> facets = read_facets(connection);
    const Fitting fitting = fitting_facets(facets, filter);
    SessionPage page;
    if (!has_other_filter(filter)) page.total = fitting.sessions;
    if (fitting.facets.empty()) return page;
    Completing completing(connection, facets);
    const std::unique_ptr<Rows> rows = rows_for(connection, filter, place, fitting);
    const std::size_t most = filter.text.empty() ? max_examined : max_found_examined;
    std::optional<Place> last;
    for (std::size_t examined = 0;; ++examined) {
        std::optional<Row> row = rows->next();
        if (!row) return page;
        const bool fits_filter = completing.fits_row(*row, filter);
        if (examined == most || (fits_filter && page.sessions.size() == limit)) break;
        last = rows->place_of(*row);
        if (fits_filter) page.sessions.push_back(completing.complete(std::move(*row)));
    }
    page.next = last;
    return page;
}

std::optional<ListedSession> listed_session(const Connection& connection, RowId id) {
    Statement statement(connection,
                        "SELECT " + std::string(columns) + " FROM session_summary s WHERE id = ?1");
    Query row(statement, id);
    if (!row.next()) return std::nullopt;
    const std::map<RowId, Facet> facets = read_facets(connection);
    return Completing(connection, facets).complete(read_row(row));
}

}  // namespace advisor::db
