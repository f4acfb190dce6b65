#pragma once
// The inbox: texts that were not understood, what became of them, and accepting one as an answer.

#include <vector>

#include "db/inbox.hpp"
#include "server/review/review_api.hpp"

namespace advisor::server {

void add_review_inbox_routes(Router& router, ReviewApi& api);

[[nodiscard]] ordered_json inbox_json(const std::vector<db::InboxRow>& rows);

}  // namespace advisor::server
