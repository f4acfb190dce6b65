#include "server/commands/hook_command.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "db/sqlite_store.hpp"
#include "db/talk_store.hpp"
#include "server/channels/channels.hpp"
#include "server/net/http_client.hpp"
#include "server/net/url.hpp"
#include "server/sealed_secret.hpp"
#include "server/secrets.hpp"
#include "server/serve.hpp"
#include "server/team_chat/hook_book.hpp"
#include "server/team_chat/hook_input.hpp"
#include "server/time_text.hpp"

namespace advisor::server {
namespace {

namespace fs = std::filesystem;
using channels::Channel;
using channels::Hook;

constexpr std::size_t id_bytes = 10;  // sixteen letters

struct HookOptions {
    fs::path data = "advisor-data";
    std::string which;  ///< a platform, or the id of a hook
    std::string secret_file;
    std::vector<std::string> options;
    std::string public_url;
    fs::path config;
    bool shared = false;
    bool finish = false;
    bool json = false;
};

db::TimePoint now() {
    return std::chrono::time_point_cast<std::chrono::milliseconds>(
        std::chrono::system_clock::now());
}

std::string platform_names() {
    std::string names;
    for (const Channel* channel : channels::all_channels())
        names += (names.empty() ? "" : ", ") + std::string(channel->name);
    return names;
}

const Channel& channel_of(const std::string& name) {
    const Channel* channel = channels::find_channel(name);
    if (!channel)
        throw UsageError("there is no platform \"" + name + "\"; these are: " + platform_names());
    return *channel;
}

/// Opens the database beside a server that may run; makes or updates it when none does.
std::unique_ptr<db::TalkStore> open_store(const fs::path& data, bool make) {
    const fs::path file = database_file(data);
    try {
        return db::open_sqlite_talk_store(file);
    } catch (const db::StoreError& error) {
        if (!make || error.kind() != db::StoreError::Kind::unusable) throw;
    }
    static_cast<void>(db::open_sqlite_writer(file));
    return db::open_sqlite_talk_store(file);
}

void check(const Channel& channel, const Hook& hook) {
    if (const std::optional<std::string> fault = channel.check(hook)) throw UsageError(*fault);
}

/// The address of the configuration file, for what the command line has not said.
void apply_config(HookOptions& wanted) {
    if (wanted.config.empty()) return;
    for (const CLI::ConfigItem& item : CLI::ConfigTOML().from_file(wanted.config.string())) {
        if (!item.parents.empty() || item.inputs.empty()) continue;
        const bool url = item.name == "public-url" || item.name == "public_url";
        if (url && wanted.public_url.empty()) wanted.public_url = item.inputs.front();
    }
}

std::string base_url(const HookOptions& wanted) {
    if (wanted.public_url.empty()) return {};
    if (!http::parse_url(wanted.public_url))
        throw UsageError("\"" + wanted.public_url +
                         "\" is not an address; give one such as https://advice.example.org with "
                         "--public-url");
    return trimmed_url(wanted.public_url);
}

/// With the address that is shown, which a hook without its own one takes from the server.
Hook shown(Hook hook, const HookOptions& wanted) {
    if (hook.public_url.empty()) hook.public_url = base_url(wanted);
    if (hook.public_url.empty()) hook.public_url = std::string(default_public_url);
    return hook;
}

int add_hook(HookOptions& wanted) {
    const Channel& channel = channel_of(wanted.which);
    apply_config(wanted);
    Hook hook;
    hook.id = random_text(id_bytes);
    hook.platform = std::string(channel.name);
    hook.secrets = read_secrets(wanted.secret_file);
    hook.shared = wanted.shared;
    hook.public_url = base_url(wanted);
    read_options(channel, wanted.options, hook);
    check(channel, hook);
    const auto store = open_store(wanted.data, true);
    const SecretBox box(wanted.data);
    db::HookRecord record = seal_hook(hook, box);
    record.added_at = now();
    store->put_hook(record);
    const Hook told = shown(hook, wanted);
    std::cout << "Hook " << hook.id << " for " << channel.title
              << " is ready; a running server takes it at once. What is left to click:\n";
    for (const std::string& step : channel.steps(told)) std::cout << step << "\n";
    std::cout << "The address of this hook:\n" << told.url() << "\n";
    return 0;
}

/// The hook that an id or a platform names.
db::HookRecord find_hook(db::TalkStore& store, const std::string& which) {
    if (auto record = store.hook(which)) return *record;
    if (!channels::find_channel(which))
        throw UsageError("there is no hook \"" + which + "\"; \"advisor hook list\" shows them");
    const std::vector<db::HookRecord> records = store.hooks(which);
    if (records.size() == 1) return records.front();
    if (records.empty())
        throw UsageError("there is no hook for " + which + "; \"advisor hook add " + which +
                         "\" makes one");
    std::string ids;
    for (const db::HookRecord& record : records) ids += " " + record.id;
    throw UsageError("there are several hooks for " + which + "; name one by its id:" + ids);
}

Hook open_or_fail(const db::HookRecord& record, const SecretBox& box) {
    std::optional<Hook> hook = open_hook(record, box, {}, {});
    if (!hook)
        throw UsageError("the secret of hook " + record.id +
                         " was sealed with another key; remove the hook and add it again");
    return std::move(*hook);
}

nlohmann::ordered_json to_json(const db::HookRecord& record, const Hook& hook) {
    nlohmann::ordered_json line{{"id", record.id},
                                {"platform", record.platform},
                                {"shared", record.shared},
                                {"url", hook.url()},
                                {"added_at", utc_text(record.added_at)}};
    line["rotated_at"] = nullptr;
    if (record.rotated_at.time_since_epoch().count() > 0)
        line["rotated_at"] = utc_text(record.rotated_at);
    line["options"] = hook.options;
    return line;
}

int list_hooks(HookOptions& wanted) {
    if (!wanted.which.empty()) static_cast<void>(channel_of(wanted.which));
    apply_config(wanted);
    const auto store = open_store(wanted.data, false);
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const db::HookRecord& record : store->hooks(wanted.which)) {
        const Hook hook = shown(without_secrets(record), wanted);
        if (wanted.json) {
            list.push_back(to_json(record, hook));
            continue;
        }
        std::cout << record.id << "  " << record.platform << (record.shared ? "  shared" : "")
                  << "  " << hook.url() << "  added " << utc_text(record.added_at);
        for (const auto& [name, value] : hook.options) std::cout << "  " << name << "=" << value;
        std::cout << "\n";
    }
    if (wanted.json) std::cout << list.dump(2) << "\n";
    return 0;
}

int rotate_hook(const HookOptions& wanted) {
    const auto store = open_store(wanted.data, false);
    const SecretBox box(wanted.data);
    db::HookRecord record = find_hook(*store, wanted.which);
    const Channel& channel = channel_of(record.platform);
    Hook hook = open_or_fail(record, box);
    if (wanted.finish) {
        hook.secrets.resize(1);
    } else {
        std::vector<std::string> secrets = read_secrets(wanted.secret_file);
        const std::string old = hook.secrets.front();
        hook.secrets = std::move(secrets);
        if (std::find(hook.secrets.begin(), hook.secrets.end(), old) == hook.secrets.end())
            hook.secrets.push_back(old);
    }
    check(channel, hook);
    db::HookRecord changed = seal_hook(hook, box);
    changed.added_at = record.added_at;
    changed.rotated_at = now();
    store->put_hook(changed);
    if (wanted.finish)
        std::cout << "Hook " << hook.id << " now takes its newest secret alone.\n";
    else
        std::cout << "Hook " << hook.id
                  << " takes the new secret and, for the change-over, the one before. \"advisor "
                     "hook rotate "
                  << hook.id << " --finish\" ends that.\n";
    return 0;
}

int remove_hook(const HookOptions& wanted) {
    const auto store = open_store(wanted.data, false);
    const db::HookRecord record = find_hook(*store, wanted.which);
    store->remove_hook(record.id);
    std::cout << "Hook " << record.id << " for " << record.platform
              << " is gone; its talks stay in the database.\n";
    return 0;
}

ClientResponse send(ClientRequest request) {
    net::io_context io;
    HttpClient client;
    ClientResponse response;
    net::co_spawn(io, client.send(std::move(request)),
                  [&](std::exception_ptr error, ClientResponse got) {
                      if (error) std::rethrow_exception(error);
                      response = std::move(got);
                  });
    io.run();
    return response;
}

/// Sends what the platform would; where only the platform can sign, checks that a request without a
/// signature is refused.
int test_hook(HookOptions& wanted) {
    apply_config(wanted);
    const auto store = open_store(wanted.data, false);
    const SecretBox box(wanted.data);
    const db::HookRecord record = find_hook(*store, wanted.which);
    const Channel& channel = channel_of(record.platform);
    const Hook hook = shown(open_or_fail(record, box), wanted);
    ClientRequest request;
    http::Request sample;
    sample.method = "POST";
    sample.headers = {{"Content-Type", "application/json"}};
    sample.body = "{}";
    if (channel.sample) sample = channel.sample(hook, now());
    request.method = sample.method;
    request.url = hook.url() + sample.path;
    request.headers = sample.headers;
    request.body = sample.body;
    request.allowed_hosts = {http::parse_url(hook.public_url)->host};
    const ClientResponse response = send(std::move(request));
    const int expected = channel.sample ? 200 : 401;
    if (response.status == expected) {
        std::cout << "ok: " << hook.url() << " answers as it should"
                  << (channel.sample ? "" : " (it refuses what is not signed)") << "\n";
        return 0;
    }
    std::cerr << "advisor: " << hook.url() << ": ";
    if (response.status == 0)
        std::cerr << response.reason << "; is the server running, and reachable there?\n";
    else
        std::cerr << "answered " << response.status << " instead of " << expected
                  << "; does the server use the data folder " << wanted.data.string() << "?\n";
    return 1;
}

int guarded(const std::function<int()>& action) {
    try {
        return action();
    } catch (const UsageError& error) {
        std::cerr << "advisor: " << error.what() << "\n";
        return 2;
    }
}

CLI::App& add(CLI::App& app, const char* name, const char* about, const std::string& examples) {
    CLI::App& command = *app.add_subcommand(name, about);
    command.footer("Examples:\n" + examples);
    return command;
}

void add_common(CLI::App& command, HookOptions& wanted) {
    command.add_option("--data", wanted.data, "Folder with the database")
        ->envname("ADVISOR_DATA")
        ->capture_default_str()
        ->type_name("DIR");
}

void add_address(CLI::App& command, HookOptions& wanted) {
    command
        .add_option("--public-url", wanted.public_url,
                    "Address under which the platform reaches the server, such as "
                    "https://advice.example.org")
        ->envname("ADVISOR_PUBLIC_URL")
        ->type_name("URL");
    command.add_option("--config", wanted.config, "The server's settings, for its public-url")
        ->envname("ADVISOR_CONFIG")
        ->type_name("FILE")
        ->check(CLI::ExistingFile);
}

void add_secret(CLI::App& command, HookOptions& wanted) {
    command
        .add_option("--secret-file", wanted.secret_file,
                    "File with the platform's secret; - reads it from standard input")
        ->type_name("FILE");
}

}  // namespace

void add_hook_command(CLI::App& app, std::function<int()>& run) {
    const auto wanted = std::make_shared<HookOptions>();
    CLI::App& hook = add(app, "hook", "Add, list, test, change and remove chat tools",
                         "  advisor hook add slack --secret-file slack.secret\n  advisor hook "
                         "list\n  advisor hook test slack\n  advisor hook rotate slack "
                         "--secret-file new.secret\n  advisor hook remove slack");
    hook.require_subcommand(1);
    const auto runs = [&run, wanted](CLI::App& command, int (*action)(HookOptions&)) {
        command.callback([&run, wanted, action] {
            run = [wanted, action] { return guarded([&] { return action(*wanted); }); };
        });
    };

    CLI::App& add_one =
        add(hook, "add", "Let a chat tool talk with the advisor",
            "  advisor hook add mattermost --secret-file token.txt --public-url "
            "https://advice.example.org\n  pass show slack | advisor hook add slack "
            "--secret-file - --shared");
    add_one.add_option("platform", wanted->which, "One of: " + platform_names())
        ->required()
        ->type_name("PLATFORM");
    add_secret(add_one, *wanted);
    add_one.add_flag("--shared", wanted->shared,
                     "One talk for a channel or thread, which everybody there may answer");
    add_one
        .add_option("--option", wanted->options,
                    "An option of the platform; docs/channels.md lists them")
        ->type_name("NAME=VALUE")
        ->allow_extra_args(false)
        ->take_all();
    add_common(add_one, *wanted);
    add_address(add_one, *wanted);
    runs(add_one, add_hook);

    CLI::App& list = add(hook, "list", "Show the hooks; never their secrets",
                         "  advisor hook list\n  advisor hook list slack --json");
    list.add_option("platform", wanted->which, "Only those of one platform")->type_name("PLATFORM");
    list.add_flag("--json", wanted->json, "Print JSON");
    add_common(list, *wanted);
    add_address(list, *wanted);
    runs(list, list_hooks);

    CLI::App& test =
        add(hook, "test", "Send a hook what its platform would", "  advisor hook test slack");
    CLI::App& rotate =
        add(hook, "rotate", "Give a hook a new secret; the one before works on until --finish",
            "  advisor hook rotate slack --secret-file new.secret\n  advisor hook rotate slack "
            "--finish");
    CLI::App& remove =
        add(hook, "remove", "Take a hook away; its talks stay", "  advisor hook remove slack");
    for (CLI::App* command : {&test, &rotate, &remove}) {
        command->add_option("hook", wanted->which, "A hook's id, or its platform")
            ->required()
            ->type_name("HOOK");
        add_common(*command, *wanted);
    }
    add_address(test, *wanted);
    add_secret(rotate, *wanted);
    rotate.add_flag("--finish", wanted->finish, "Drop the secret before the newest one");
    runs(test, test_hook);
    runs(rotate, [](HookOptions& options) { return rotate_hook(options); });
    runs(remove, [](HookOptions& options) { return remove_hook(options); });
}

}  // namespace advisor::server
