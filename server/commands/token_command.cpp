#include "server/commands/token_command.hpp"

#include <CLI/CLI.hpp>
#include <iostream>

#include "server/config.hpp"
#include "server/review/account_files.hpp"
#include "server/review/accounts.hpp"
#include "server/time_text.hpp"

namespace advisor::server {
namespace {

namespace fs = std::filesystem;

struct Wanted {
    fs::path data = Config().data;
    std::string name;
    std::string role;
};

int fail(const std::string& message) {
    std::cerr << "advisor: " << message << "\n";
    return 2;
}

int add_token(const Wanted& wanted) {
    if (!is_account_name(wanted.name))
        return fail("\"" + wanted.name +
                    "\" is no name for a token; use 1 to 64 letters, digits, and . _ - @");
    db::sqlite::Connection connection = open_accounts(wanted.data);
    const FreshSecret secret = fresh_secret();
    const db::Change change{command_user(), "token.add", wanted.name, wanted.role, utc_now()};
    if (!db::add_api_token(connection, wanted.name, wanted.role, secret.hash, change))
        return fail("there is a token \"" + wanted.name +
                    "\" already; remove it first, or use another name");
    std::cout << "Token " << wanted.name << " (" << wanted.role
              << "), for \"Authorization: Bearer\"; it is shown this once:\n"
              << secret.text << "\n";
    return 0;
}

int list_tokens(const Wanted& wanted) {
    const db::sqlite::Connection connection = open_accounts(wanted.data);
    const std::vector<db::ApiToken> found = db::api_tokens(connection);
    if (found.empty()) std::cout << "No tokens yet.\n";
    for (const db::ApiToken& token : found)
        std::cout << token.name << "  " << token.role << "  " << utc_text(token.added_at) << "\n";
    return 0;
}

int remove_token(const Wanted& wanted) {
    db::sqlite::Connection connection = open_accounts(wanted.data);
    const db::Change change{command_user(), "token.remove", wanted.name, "", utc_now()};
    if (!db::remove_api_token(connection, wanted.name, change))
        return fail("there is no token \"" + wanted.name + "\"; \"advisor token list\" shows them");
    std::cout << "Removed " << wanted.name << ".\n";
    return 0;
}

}  // namespace

void add_token_command(CLI::App& app, std::function<int()>& run) {
    auto wanted = std::make_shared<Wanted>();
    CLI::App& token = *app.add_subcommand("token", "API tokens for programs that use the console");
    token.footer(
        "Examples:\n  advisor token add reports --role viewer\n  advisor token list\n"
        "  advisor token remove reports --data /var/lib/advisor");
    token.require_subcommand(1);
    const auto add = [&](const char* name, const char* about, int (*action)(const Wanted&)) {
        CLI::App& command = *token.add_subcommand(name, about);
        command.callback(
            [&run, wanted, action] { run = [wanted, action] { return action(*wanted); }; });
        return &command;
    };
    CLI::App* adding =
        add("add", "Add a token; the last line that is printed is the token", add_token);
    CLI::App* listing = add("list", "List the tokens", list_tokens);
    CLI::App* removing = add("remove", "Remove a token; it stops working at once", remove_token);
    for (CLI::App* command : {adding, removing})
        command->add_option("name", wanted->name, "The token's name")
            ->required()
            ->type_name("NAME");
    adding->add_option("--role", wanted->role, "viewer, editor or admin")
        ->required()
        ->type_name("ROLE")
        ->check(CLI::IsMember({"viewer", "editor", "admin"}));
    for (CLI::App* command : {adding, listing, removing})
        command->add_option("--data", wanted->data, "Folder with the database")
            ->envname("ADVISOR_DATA")
            ->capture_default_str()
            ->type_name("DIR");
}

}  // namespace advisor::server
