#include "server/commands/webhook_command.hpp"

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "server/config.hpp"
#include "server/webhooks/webhook_admin.hpp"

namespace advisor::server {
namespace {

using OptionsPtr = std::shared_ptr<WebhookOptions>;

/// A subcommand with the options that all have.
CLI::App& add(CLI::App& webhook, const OptionsPtr& options, const char* name, const char* about,
              const char* examples) {
    CLI::App& command = *webhook.add_subcommand(name, about);
    command.footer(std::string("Examples:\n") + examples);
    command.add_option("--data", options->data, "Folder with the database")
        ->envname("ADVISOR_DATA")
        ->capture_default_str()
        ->type_name("DIR");
    return command;
}

void add_name(CLI::App& command, const OptionsPtr& options, const char* help) {
    command.add_option("id", options->name, help)->required()->type_name("ID");
}

/// Sets what a command does; what the command line cannot mean has exit code 2.
template <typename Action>
void on_parsed(CLI::App& command, std::function<int()>& run, const OptionsPtr& options,
               Action action) {
    command.callback([&run, options, action] {
        run = [options, action] {
            try {
                return action(*options);
            } catch (const UsageError& error) {
                std::cerr << "advisor: " << error.what() << "\n";
                return 2;
            }
        };
    });
}

void add_add(CLI::App& webhook, const OptionsPtr& options, std::function<int()>& run) {
    CLI::App& command = add(
        webhook, options, "add", "Add a webhook; prints its secret, once",
        "  advisor webhook add https://example.org/hook\n"
        "  advisor webhook add generic --url https://example.org/hook --events session.completed\n"
        "  advisor webhook add slack --url-file slack-url.txt\n"
        "  advisor webhook add generic --url http://tools.internal/hook --allow-host "
        "tools.internal");
    command.add_option("what", options->words, "A kind, an address, or both")->type_name("");
    command
        .add_option("--kind", options->kind,
                    "generic, slack, mattermost, discord, teams, google-chat, rocketchat or zulip")
        ->type_name("KIND");
    command.add_option("--url", options->url, "Address to send to")->type_name("URL");
    command
        .add_option("--url-file", options->url_file,
                    "File with the address, - for standard input; for addresses that are secrets")
        ->type_name("FILE");
    command
        .add_option("--secret-file", options->secret_file,
                    "File with the secret to sign with (whsec_...), - for standard input; without "
                    "it a new one is made")
        ->type_name("FILE");
    command
        .add_option("--events", options->events,
                    "session.started, session.completed and session.cancelled, with commas; a "
                    "chat gets session.completed by default, others all")
        ->delimiter(',')
        ->type_name("EVENT");
    command
        .add_option("--allow-host", options->allowed_hosts,
                    "A host of this network that may be sent to, also by plain http")
        ->type_name("HOST");
    command.add_option("--id", options->name, "What to call it; made up without it")
        ->type_name("ID");
    command.add_flag("--json", options->json, "Print JSON");
    on_parsed(command, run, options,
              [](const WebhookOptions& o) { return webhook_add(o, std::cin, std::cout); });
}

void add_test(CLI::App& webhook, const OptionsPtr& options, std::function<int()>& run) {
    CLI::App& command = add(webhook, options, "test", "Send a test at once and say how it went",
                            "  advisor webhook test wh_k3f9x2ab");
    add_name(command, options, "The webhook");
    command
        .add_option("--ca-file", options->ca_file,
                    "Certificate authorities (PEM) besides the system's")
        ->envname(environment_name("ca-file"))
        ->check(CLI::ExistingFile)
        ->type_name("FILE");
    on_parsed(command, run, options,
              [](const WebhookOptions& o) { return webhook_test(o, std::cout); });
}

void add_rotate(CLI::App& webhook, const OptionsPtr& options, std::function<int()>& run) {
    CLI::App& command =
        add(webhook, options, "rotate", "Change a webhook's secret, or its address",
            "  advisor webhook rotate wh_k3f9x2ab\n  advisor webhook rotate wh_k3f9x2ab --overlap "
            "0\n  advisor webhook rotate wh_k3f9x2ab --url-file new-url.txt");
    add_name(command, options, "The webhook");
    command
        .add_option("--overlap", options->overlap_hours,
                    "Hours for which the old secret signs as well")
        ->capture_default_str()
        ->check(CLI::Range(0, 720))
        ->type_name("HOURS");
    command
        .add_option("--secret-file", options->secret_file,
                    "File with the new secret, - for standard input; without it one is made")
        ->type_name("FILE");
    command
        .add_option("--url-file", options->url_file,
                    "File with a new address, - for standard input; the secret stays")
        ->type_name("FILE");
    command.add_flag("--json", options->json, "Print JSON");
    on_parsed(command, run, options,
              [](const WebhookOptions& o) { return webhook_rotate(o, std::cin, std::cout); });
}

void add_plain(CLI::App& webhook, const OptionsPtr& options, std::function<int()>& run) {
    CLI::App& list = add(webhook, options, "list", "List webhooks and how they are",
                         "  advisor webhook list\n  advisor webhook list wh_k3f9x2ab --json");
    list.add_option("id", options->name, "One webhook, with its dead messages")->type_name("ID");
    list.add_flag("--json", options->json, "Print JSON");
    on_parsed(list, run, options,
              [](const WebhookOptions& o) { return webhook_list(o, std::cout); });

    CLI::App& replay =
        add(webhook, options, "replay", "Send messages again, under their old id",
            "  advisor webhook replay wh_k3f9x2ab\n  advisor webhook replay msg_0123456789abcdef");
    add_name(replay, options, "A message, or a webhook: all its dead messages");
    on_parsed(replay, run, options,
              [](const WebhookOptions& o) { return webhook_replay(o, std::cout); });

    CLI::App& enable = add(webhook, options, "enable", "Switch a webhook on again",
                           "  advisor webhook enable wh_k3f9x2ab");
    add_name(enable, options, "The webhook");
    on_parsed(enable, run, options,
              [](const WebhookOptions& o) { return webhook_enable(o, std::cout); });

    CLI::App& remove = add(webhook, options, "remove", "Remove a webhook and what waits for it",
                           "  advisor webhook remove wh_k3f9x2ab");
    add_name(remove, options, "The webhook");
    on_parsed(remove, run, options,
              [](const WebhookOptions& o) { return webhook_remove(o, std::cout); });
}

}  // namespace

void add_webhook_command(CLI::App& app, std::function<int()>& run) {
    const auto options = std::make_shared<WebhookOptions>();
    options->data = Config().data;
    CLI::App& webhook =
        *app.add_subcommand("webhook", "Tell others when a conversation begins or ends");
    webhook.require_subcommand(1);
    webhook.footer(
        "Examples:\n  advisor webhook add https://example.org/hook\n  advisor webhook list\n  "
        "advisor webhook test wh_k3f9x2ab");
    add_add(webhook, options, run);
    add_test(webhook, options, run);
    add_rotate(webhook, options, run);
    add_plain(webhook, options, run);
}

}  // namespace advisor::server
