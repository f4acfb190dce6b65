#pragma once
// Downloads that belong to a report: decision records and drafts of job ads.

#include "server/chat_api.hpp"

namespace advisor::server {

/// `GET /api/v1/reports/CODE/record.json|record.md|record.html` and
/// `GET /api/v1/reports/CODE/roles/ROLE.md`. `api` outlives the router.
void add_record_routes(Router& router, ChatApi& api);

}  // namespace advisor::server
