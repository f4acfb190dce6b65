#include "db/sqlite_review_rows.hpp"

#include <algorithm>
#include <limits>

namespace advisor::db {
namespace {

using sqlite::Connection;
using sqlite::Query;
using sqlite::Statement;

constexpr std::int64_t above_all = std::numeric_limits<std::int64_t>::max();
constexpr std::size_t max_words = 12;
/// Of a search, a page: words that stand in many sessions, but seldom in the same, take long to
/// meet.
constexpr int max_looks = 1000;
/// The same of seeks, each of which begins to read the word's rows anew.
constexpr int max_seeks = 24;

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

/// All sessions, by their beginning.
class RowsByTime final : public Rows {
public:
    RowsByTime(const Connection& connection, const SessionFilter& filter, Place upper)
        : statement_(connection,
                     "SELECT " + std::string(summary_columns) +
                         " FROM session_summary s WHERE started_at <= ?1 AND started_at >= ?3 "
                         "AND NOT (started_at = ?1 AND id >= ?2) "
                         "ORDER BY started_at DESC, id DESC"),
          row_(statement_, upper.at, upper.id, from_of(filter)) {}
    std::optional<SummaryRow> next() override {
        if (!row_.next()) return std::nullopt;
        return read_summary_row(row_);
    }

private:
    Statement statement_;
    Query row_;
};

/// Several facets, merged. Each gives its next few places from the index by one statement for all;
/// only rows that are taken are looked up.
class MergedRows final : public Rows {
public:
    MergedRows(const Connection& connection, const SessionFilter& filter, Place upper,
               const std::vector<RowId>& facets)
        : from_(from_of(filter)),
          places_(connection,
                  "SELECT started_at, id FROM session_summary WHERE facet = ?4 AND "
                  "started_at <= ?1 AND started_at >= ?3 AND NOT (started_at = ?1 AND id >= ?2) "
                  "ORDER BY started_at DESC, id DESC LIMIT ?5"),
          by_id_(connection, "SELECT " + std::string(summary_columns) +
                                 " FROM session_summary s WHERE id = ?1") {
        for (const RowId facet : facets) {
            Stream stream;
            stream.facet = facet;
            if (fill(stream, upper)) streams_.push_back(std::move(stream));
        }
        std::make_heap(streams_.begin(), streams_.end(), earlier);
    }
    std::optional<SummaryRow> next() override {
        if (streams_.empty()) return std::nullopt;
        std::pop_heap(streams_.begin(), streams_.end(), earlier);
        Stream& stream = streams_.back();
        const Place place = stream.places[stream.at++];
        if (stream.at < stream.places.size() || fill(stream, place))
            std::push_heap(streams_.begin(), streams_.end(), earlier);
        else
            streams_.pop_back();
        Query row(by_id_, place.id);
        if (!row.next()) return std::nullopt;  // one transaction: what the index has is there
        return read_summary_row(row);
    }

private:
    struct Stream {
        RowId facet = 0;
        std::vector<Place> places;
        std::size_t at = 0;
        std::int64_t wanted = 2;  ///< most facets give a page one row or none
    };
    /// The next places behind `upper`. False when there are none.
    bool fill(Stream& stream, Place upper) {
        stream.places.clear();
        stream.at = 0;
        Query row(places_, upper.at, upper.id, from_, stream.facet, stream.wanted);
        while (row.next()) stream.places.push_back({row.number(0), row.number(1)});
        stream.wanted = std::min<std::int64_t>(stream.wanted * 4, 128);
        return !stream.places.empty();
    }
    static bool earlier(const Stream& left, const Stream& right) {
        const Place& a = left.places[left.at];
        const Place& b = right.places[right.at];
        return std::pair(a.at, a.id) < std::pair(b.at, b.id);
    }
    std::int64_t from_;
    Statement places_;
    Statement by_id_;
    std::vector<Stream> streams_;
};

/// All sessions at first: where most fit, that is quicker than asking each of hundreds of facets.
/// They need not be among the latest, though: those may all be of another version.
class RowsOfMany final : public Rows {
public:
    RowsOfMany(const Connection& connection, const SessionFilter& filter, Place upper,
               std::vector<RowId> facets)
        : connection_(connection),
          filter_(filter),
          facets_(std::move(facets)),
          last_(upper),
          rows_(std::make_unique<RowsByTime>(connection, filter, upper)) {}
    std::optional<SummaryRow> next() override {
        constexpr int rows_by_time = 400;
        if (taken_++ == rows_by_time)
            rows_ = std::make_unique<MergedRows>(connection_, filter_, last_, facets_);
        std::optional<SummaryRow> row = rows_->next();
        if (row && taken_ <= rows_by_time) last_ = rows_->place_of(*row);
        return row;
    }

private:
    const Connection& connection_;
    const SessionFilter& filter_;
    std::vector<RowId> facets_;
    Place last_;
    int taken_ = 0;
    std::unique_ptr<Rows> rows_;
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
    std::optional<SummaryRow> next() override {
        if (!row_->next()) return std::nullopt;
        return read_summary_row(*row_);
    }
    [[nodiscard]] Place place_of(const SummaryRow& row) const override {
        return {0, row.summary.id};
    }

private:
    static std::string sql(const std::string& table, const std::string& also) {
        return "SELECT " + std::string(summary_columns) + " FROM " + table +
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
    /// `match`: a quoted string, with "*" behind it where it is the beginning of words.
    WordRows(const Connection& connection, std::string match)
        : match_(std::move(match)),
          prefix_(match_.back() == '*'),
          statement_(connection,
                     "SELECT rowid FROM review_text WHERE review_text MATCH ?1 AND rowid <= ?2 "
                     "ORDER BY rowid DESC") {}

    /// The first session at or below `bound`; 0 when there is none.
    RowId at_or_below(RowId bound) {
        constexpr int steps_before_seek = 8;
        if (session_ != 0 && session_ <= bound) return session_;
        for (int step = 0; row_ && (prefix_ || step < steps_before_seek); ++step) {
            if (!advance()) return 0;
            if (session_ <= bound) return session_;
        }
        row_.reset();
        ++seeks_;
        row_ = std::make_unique<Query>(statement_, match_, text_row(bound, max_indexed_seq));
        return advance() ? session_ : 0;
    }

    [[nodiscard]] int seeks() const { return seeks_; }

private:
    bool advance() {
        if (!row_->next()) return false;
        session_ = row_->number(0) / text_row(1, 0);
        return true;
    }
    std::string match_;
    bool prefix_;  ///< each seek would merge the rows of all its words again: steps only
    Statement statement_;
    std::unique_ptr<Query> row_;
    RowId session_ = 0;
    int seeks_ = 0;
};

/// The words of a query as the index takes them: each a quoted string, the last one with "*" when
/// it may be the beginning of a word. Nothing that is typed can be an operator.
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

/// True when the beginning of a word stands somewhere as a word: then it is taken for one.
bool is_word(const Connection& connection, const std::string& match) {
    Statement statement(connection, "SELECT 1 FROM review_text WHERE review_text MATCH ?1 LIMIT 1");
    const std::string word = match.substr(0, match.size() - 1);
    Query row(statement, word);
    return row.next();
}

/// Sessions with all words in them, whatever turn each stands in.
class FoundRows final : public Rows {
public:
    FoundRows(const Connection& connection, const std::string& text, RowId below)
        : by_id_(connection, "SELECT " + std::string(summary_columns) +
                                 " FROM session_summary s WHERE id = ?1"),
          bound_(below - 1) {
        for (std::string& match : match_words(text)) {
            if (match.back() == '*' && is_word(connection, match)) match.pop_back();
            words_.push_back(std::make_unique<WordRows>(connection, std::move(match)));
        }
        key_ = session_row(connection, text).value_or(0);
    }
    std::optional<SummaryRow> next() override {
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
            if (std::optional<SummaryRow> row = look_up(agreed)) return row;
        }
        return std::nullopt;
    }
    [[nodiscard]] Place place_of(const SummaryRow& row) const override {
        return {0, row.summary.id};
    }

    [[nodiscard]] std::optional<Place> given_up() const override { return given_up_; }

private:
    /// The first session at or below `bound` that every word stands in; 0 when there is none.
    RowId agree(RowId bound) {
        bound = std::min(bound, above_all / text_row(1, 0) - 1);
        for (std::size_t agreeing = 0, at = 0; agreeing < words_.size();
             at = (at + 1) % words_.size()) {
            if (++looks_ > max_looks || seeks() > max_seeks) {
                given_up_ = Place{0, bound + 1};
                return 0;
            }
            const RowId session = words_[at]->at_or_below(bound);
            if (session == 0) return 0;
            agreeing = session == bound ? agreeing + 1 : 1;
            bound = session;
        }
        return bound;
    }
    [[nodiscard]] int seeks() const {
        int sum = 0;
        for (const auto& word : words_) sum += word->seeks();
        return sum;
    }
    std::optional<SummaryRow> look_up(RowId id) {
        Query row(by_id_, id);
        if (!row.next()) return std::nullopt;
        return read_summary_row(row);
    }
    Statement by_id_;
    std::vector<std::unique_ptr<WordRows>> words_;
    RowId key_ = 0;  ///< the session whose name the text is
    RowId bound_;
    int looks_ = 0;
    std::optional<Place> given_up_;
};

RowId below(std::optional<Place> place) {
    return place ? place->id : above_all;
}

}  // namespace

SummaryRow read_summary_row(const Query& row) {
    SummaryRow read;
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

std::unique_ptr<Rows> rows_by_time(const Connection& connection, const SessionFilter& filter,
                                   std::optional<Place> place) {
    return std::make_unique<RowsByTime>(connection, filter, upper_place(filter, place));
}

std::unique_ptr<Rows> rows_of_facets(const Connection& connection, const SessionFilter& filter,
                                     std::optional<Place> place, const std::vector<RowId>& facets) {
    return std::make_unique<MergedRows>(connection, filter, upper_place(filter, place), facets);
}

std::unique_ptr<Rows> rows_of_many_facets(const Connection& connection, const SessionFilter& filter,
                                          std::optional<Place> place, std::vector<RowId> facets) {
    return std::make_unique<RowsOfMany>(connection, filter, upper_place(filter, place),
                                        std::move(facets));
}

std::unique_ptr<Rows> rows_by_mark(const Connection& connection, const SessionFilter& filter,
                                   std::optional<Place> place) {
    return std::make_unique<RowsByMark>(connection, filter, below(place));
}

std::unique_ptr<Rows> rows_found(const Connection& connection, const SessionFilter& filter,
                                 std::optional<Place> place) {
    return std::make_unique<FoundRows>(connection, filter.text, below(place));
}

}  // namespace advisor::db
