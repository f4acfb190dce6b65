#pragma once
// The conversation over plain HTTP, reports, health, and the pages of the browser client.

#include <atomic>

#include "server/backup_schedule.hpp"
#include "server/conversation.hpp"
#include "server/hub.hpp"
#include "server/net/router.hpp"

namespace advisor::server {

/// What the handlers need. Everything outlives the router.
struct ChatApi {
    Conversations& conversations;
    ScriptRegistry& scripts;
    StoreQueue& store;
    Hubs& hubs;
    const std::atomic<bool>& draining;
    const BackupSchedule* backups = nullptr;  ///< null: not shown by /readyz
};

void add_chat_routes(Router& router, ChatApi& api);

/// Pages and assets of the browser client.
void add_page_routes(Router& router);

}  // namespace advisor::server
