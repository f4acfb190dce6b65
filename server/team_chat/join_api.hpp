#pragma once
// Codes over HTTP: a browser's session goes on in a chat tool, and one of a chat tool in a browser.

#include "server/conversation.hpp"
#include "server/net/router.hpp"
#include "server/team_chat/join_codes.hpp"

namespace advisor::server {

/// POST /api/v1/sessions/{session}/code and POST /api/v1/codes. Both outlive the router.
void add_join_routes(Router& router, Conversations& conversations, JoinCodes& codes);

}  // namespace advisor::server
