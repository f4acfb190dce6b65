#pragma once
// One-off statements for topics that are asked by people, not by turns.

#include "db/sqlite.hpp"

namespace advisor::db::sqlite {

template <typename... Values>
void run(const Connection& connection, std::string_view sql, const Values&... values) {
    Statement statement(connection, sql);
    Query(statement, values...).run();
}

/// Calls `each` with every row.
template <typename Each, typename... Values>
void for_rows(const Connection& connection, Each each, std::string_view sql,
              const Values&... values) {
    Statement statement(connection, sql);
    Query row(statement, values...);
    while (row.next()) each(static_cast<const Query&>(row));
}

}  // namespace advisor::db::sqlite
