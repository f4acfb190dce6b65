#include "server/commands/user_command.hpp"

#include <pwd.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <iostream>

#include "server/config.hpp"
#include "server/review/account_files.hpp"
#include "server/review/accounts.hpp"
#include "server/serve.hpp"
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

int no_account(const std::string& name) {
    return fail("there is no account \"" + name + "\"; \"advisor user list\" shows them");
}

void print_link(const std::string& name, const FreshSecret& secret) {
    std::cout << "Open this once within " << welcome_longest.count()
              << " hours, on the server's address, to set the password of " << name << ":\n"
              << welcome_path(secret) << "\n";
}

int add_user(const Wanted& wanted) {
    if (!is_account_name(wanted.name))
        return fail("\"" + wanted.name +
                    "\" is no name for an account; use 1 to 64 letters, digits, and . _ - @");
    db::sqlite::Connection connection = open_accounts(wanted.data);
    const FreshSecret secret = fresh_secret();
    const db::Change change{command_user(), "user.add", wanted.name, wanted.role, utc_now()};
    if (!db::add_reviewer(connection, wanted.name, wanted.role, welcome_with(secret), change))
        return fail("there is an account \"" + wanted.name + "\" already; \"advisor user reset " +
                    wanted.name + "\" gives a new link");
    print_link(wanted.name, secret);
    return 0;
}

int list_users(const Wanted& wanted) {
    const db::sqlite::Connection connection = open_accounts(wanted.data);
    const std::vector<db::Reviewer> found = db::reviewers(connection);
    if (found.empty()) std::cout << "No accounts yet.\n";
    for (const db::Reviewer& reviewer : found) {
        std::cout << reviewer.name << "  " << reviewer.role << "  " << utc_text(reviewer.added_at)
                  << (reviewer.password.empty() ? "  no password yet" : "") << "\n";
    }
    return 0;
}

int remove_user(const Wanted& wanted) {
    db::sqlite::Connection connection = open_accounts(wanted.data);
    const db::Change change{command_user(), "user.remove", wanted.name, "", utc_now()};
    switch (db::remove_reviewer(connection, wanted.name, change)) {
        case db::AccountChange::done:
            break;
        case db::AccountChange::unknown:
            return no_account(wanted.name);
        case db::AccountChange::last_admin:
            return fail("\"" + wanted.name +
                        "\" is the last admin; add another one first with \"advisor user add "
                        "NAME --role admin\"");
    }
    std::cout << "Removed " << wanted.name << ".\n";
    return 0;
}

int reset_user(const Wanted& wanted) {
    db::sqlite::Connection connection = open_accounts(wanted.data);
    const FreshSecret secret = fresh_secret();
    const db::Change change{command_user(), "user.reset", wanted.name, "", utc_now()};
    if (!db::reset_reviewer(connection, wanted.name, welcome_with(secret), change))
        return no_account(wanted.name);
    print_link(wanted.name, secret);
    return 0;
}

}  // namespace

db::sqlite::Connection open_accounts(const fs::path& data) {
    const fs::path file = database_file(data);
    try {
        return db::open_sqlite_beside(file, true);
    } catch (const db::StoreError& error) {
        if (error.kind() != db::StoreError::Kind::unusable) throw;
    }
    // Not there, or of an older version; a server that runs has it as it should be.
    db::open_sqlite_writer(file).reset();
    return db::open_sqlite_beside(file, true);
}

std::string command_user() {
    const passwd* entry = getpwuid(geteuid());
    return "cli:" + (entry ? std::string(entry->pw_name) : std::to_string(geteuid()));
}

void add_user_command(CLI::App& app, std::function<int()>& run) {
    auto wanted = std::make_shared<Wanted>();
    CLI::App& user = *app.add_subcommand("user", "Accounts of the review console");
    user.footer(
        "Examples:\n  advisor user add anna --role editor\n  advisor user list\n"
        "  advisor user reset anna\n  advisor user remove anna --data /var/lib/advisor");
    user.require_subcommand(1);
    const auto add = [&](const char* name, const char* about, int (*action)(const Wanted&)) {
        CLI::App& command = *user.add_subcommand(name, about);
        command.callback(
            [&run, wanted, action] { run = [wanted, action] { return action(*wanted); }; });
        return &command;
    };
    CLI::App* adding =
        add("add", "Add an account; prints a one-time link to set its password", add_user);
    CLI::App* listing = add("list", "List the accounts", list_users);
    CLI::App* removing = add("remove", "Remove an account; its log-ins end at once", remove_user);
    CLI::App* resetting =
        add("reset", "Take the password away and print a new one-time link", reset_user);
    for (CLI::App* command : {adding, removing, resetting})
        command->add_option("name", wanted->name, "The account's name")
            ->required()
            ->type_name("NAME");
    adding->add_option("--role", wanted->role, "viewer, editor or admin")
        ->required()
        ->type_name("ROLE")
        ->check(CLI::IsMember({"viewer", "editor", "admin"}));
    for (CLI::App* command : {adding, listing, removing, resetting})
        command->add_option("--data", wanted->data, "Folder with the database")
            ->envname("ADVISOR_DATA")
            ->capture_default_str()
            ->type_name("DIR");
}

}  // namespace advisor::server
