#include "server/serve.hpp"

#include <sys/resource.h>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <cstdio>
#include <iostream>
#include <memory>
#include <thread>

#include "db/sqlite_store.hpp"
#include "server/chat_api.hpp"
#include "server/log.hpp"
#include "server/net/connection.hpp"
#include "server/operations_api.hpp"
#include "server/record_api.hpp"
#include "server/review/review_api.hpp"
#include "server/review/review_events.hpp"
#include "server/review/script_desk.hpp"
#include "server/script_publication.hpp"
#include "server/secrets.hpp"
#include "server/store_queue.hpp"
#include "server/team_chat/hook_book.hpp"
#include "server/team_chat/hooks_api.hpp"
#include "server/team_chat/join_api.hpp"
#include "server/webhooks/outbox.hpp"

namespace advisor::server {
namespace {

namespace fs = std::filesystem;
using Acceptor = net::basic_socket_acceptor<net::ip::tcp, Executor>;

/// After this, connections that still hold on are cut.
constexpr std::chrono::seconds drain_timeout{8};

/// Cannot start; the message says what to do.
class StartError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// One I/O thread's own objects.
struct Lane {
    Hub hub;  // before the connections, which live in `io` and leave the hub when they end
    net::io_context io{1};
    std::unique_ptr<Acceptor> acceptor;
};

void make_data_folder(const fs::path& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error || !fs::is_directory(folder)) {
        throw StartError("the data folder " + folder.string() + " cannot be made (" +
                         error.message() + "); name another one with --data");
    }
    fs::permissions(folder, fs::perms::owner_all,
                    error);  // best effort: it may belong to somebody else who lets us write
}

ScriptSources read_checked_scripts(const Config& config) {
    ScriptSources sources = read_scripts(config.scripts);
    prove_scripts(sources);
    for (const dialogs::Diagnostic& diagnostic : sources.diagnostics)
        std::cerr << dialogs::to_text(diagnostic) << "\n";
    if (dialogs::has_errors(sources.diagnostics))
        throw StartError(
            "the scripts have errors (above); correct them, \"advisor check FILE\" helps");
    return sources;
}

net::ip::tcp::endpoint endpoint_of(const Config& config) {
    const std::string host = config.host == "localhost" ? "127.0.0.1" : config.host;
    boost::system::error_code error;
    const net::ip::address address = net::ip::make_address(host, error);
    if (error)
        throw StartError(
            "\"" + config.host +
            "\" is not an address to listen on; give one such as 127.0.0.1 or 0.0.0.0 with --host");
    return {address, config.port};
}

/// Opens, binds and listens. Several acceptors share a port, and the kernel spreads the
/// connections.
std::unique_ptr<Acceptor> listen(net::io_context& io, const net::ip::tcp::endpoint& endpoint,
                                 bool share) {
    auto acceptor = std::make_unique<Acceptor>(io);
    try {
        acceptor->open(endpoint.protocol());
        acceptor->set_option(net::socket_base::reuse_address(true));
        using ReusePort = net::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;
        if (share) acceptor->set_option(ReusePort(true));
        acceptor->bind(endpoint);
        acceptor->listen(4096);
    } catch (const boost::system::system_error& error) {
        throw StartError("port " + std::to_string(endpoint.port()) + " on " +
                         endpoint.address().to_string() + " cannot be used (" +
                         error.code().message() +
                         "); stop what uses it, or choose another with --port");
    }
    return acceptor;
}

/// Each socket takes a descriptor; the usual soft limit of 1,024 would be the first thing to run
/// out.
void raise_descriptor_limit() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

std::string url_of(const net::ip::tcp::endpoint& endpoint) {
    const std::string host = endpoint.address().is_v6() ? "[" + endpoint.address().to_string() + "]"
                                                        : endpoint.address().to_string();
    return "http://" + host + ":" + std::to_string(endpoint.port());
}

/// Where there is no account yet, makes "admin" and returns the path of the link to set its
/// password.
std::string make_first_admin(const fs::path& file) {
    db::sqlite::Connection connection = db::open_sqlite_beside(file, true);
    if (!db::reviewers(connection).empty()) return {};
    const FreshSecret secret = fresh_secret();
    const db::Change change{"server", "user.add", "admin", "admin", utc_now()};
    const bool added = db::add_reviewer(connection, "admin", "admin", welcome_with(secret), change);
    return added ? welcome_path(secret) : std::string();
}

Admission::Settings admission_settings(const Config& config) {
    Admission::Settings settings;
    settings.loopback_only = endpoint_of(config).address().is_loopback();
    settings.addresses = config.origins;
    settings.addresses.push_back(config.public_url);
    settings.proxies = config.trusted_proxies;
    settings.limits = config.peer_limits;
    return settings;
}

class Server {
public:
    explicit Server(const Config& config)
        : config_(config),
          store_(open_store(read_checked_scripts(config))),
          conversations_(*store_, *scripts_, secret_),
          backups_({database_file(config.data), config.backup_dir, config.backup_every,
                    config.backup_keep, config.scripts}),
          api_{conversations_, *scripts_, *store_, hubs_, draining_, &backups_},
          review_store_(database_file(config_.data), *store_),
          follower_(database_file(config_.data), *store_, *scripts_, config_.keep_days),
          accounts_(review_store_, config_.origins),
          desk_(database_file(config_.data), *scripts_),
          operations_({config_.data, database_file(config_.data), config_.ca_file,
                       config_.backup_dir, config_.scripts}),
          review_{review_store_,
                  follower_,
                  accounts_,
                  *store_,
                  scripts_of(*scripts_),
                  database_file(config_.data),
                  connections_,
                  desk_},
          admission_(admission_settings(config_)),
          context_{router_,
                   conversations_,
                   hubs_,
                   config_.origins,
                   config_.idle_timeout,
                   config_.max_connections,
                   admission_,
                   draining_,
                   connections_} {
        add_chat_routes(router_, api_);
        add_record_routes(router_, api_);
        add_page_routes(router_);
        add_review_routes(router_, review_);
        add_review_event_routes(router_, review_, draining_);
        add_review_operations_routes(router_, review_, operations_);
        open_lanes();
        hooks_ = std::make_unique<HooksApi>(
            HooksApi::Settings{config_.data, secret_, public_url(), &connections_}, conversations_,
            *scripts_, hubs_);
        add_hook_routes(router_, *hooks_);
        add_join_routes(router_, conversations_, hooks_->codes());
        first_link_ =
            make_first_admin(database_file(config_.data));  // a start that fails gives none
    }

    int run() {
        net::signal_set signals(lanes_.front()->io, SIGTERM, SIGINT);
        signals.async_wait([this](const boost::system::error_code& error, int) {
            if (!error) drain();
        });
        for (auto& lane : lanes_)
            net::co_spawn(lane->io.get_executor(),
                          accept_connections(*lane->acceptor, context_, lane->hub), net::detached);
        const std::string url = url_of(endpoint_);
        OutboxRunner outbox(
            {config_.data, database_file(config_.data), public_url(), config_.ca_file}, *scripts_);
        outbox.start();
        log(LogLevel::info, "listening",
            {{"url", url},
             {"data", config_.data.string()},
             {"scripts", scripts_->all_offered().size()}});
        std::cout << "listening on " << url << std::endl;
        if (!first_link_.empty()) std::cout << "first admin: " << url << first_link_ << std::endl;
        std::vector<std::thread> threads;
        for (std::size_t i = 1; i < lanes_.size(); ++i)
            threads.emplace_back([&lane = *lanes_[i]] { lane.io.run(); });
        lanes_.front()->io.run();
        for (std::thread& thread : threads) thread.join();
        outbox.stop();
        hooks_->stop();
        accounts_.stop();
        desk_.stop();
        operations_.stop();
        follower_.stop();
        review_store_.stop();
        store_->stop();
        log(LogLevel::info, "stopped");
        return 0;
    }

private:
    std::unique_ptr<StoreQueue> open_store(ScriptSources sources) {
        make_data_folder(config_.data);
        const fs::path file = database_file(config_.data);
        std::unique_ptr<db::Writer> writer = db::open_sqlite_writer(file);
        secret_ = writer->secret("session_key", random_text(32));
        scripts_ =
            std::make_unique<ScriptRegistry>(std::move(sources), config_.default_script, *writer);
        take_up_publications(*scripts_, *writer);
        if (!scripts_->offered(""))
            throw StartError("there is no script \"" + config_.default_script +
                             "\"; name one that exists with --default-script");
        std::unique_ptr<db::Reader> reader = db::open_sqlite_reader(file);
        return std::make_unique<StoreQueue>(std::move(writer), std::move(reader));
    }

    /// How people reach us, without a slash at the end.
    std::string public_url() const {
        return trimmed_url(config_.public_url.empty() ? url_of(endpoint_) : config_.public_url);
    }

    void open_lanes() {
        endpoint_ = endpoint_of(config_);
        // Acceptors that share a port would also share it with another server; one that does not
        // share finds out.
        if (config_.threads > 1) {
            net::io_context probe;
            static_cast<void>(listen(probe, endpoint_, false));
        }
        for (std::size_t i = 0; i < config_.threads; ++i) {
            auto lane = std::make_unique<Lane>();
            lane->acceptor = listen(lane->io, endpoint_, config_.threads > 1);
            endpoint_ =
                lane->acceptor
                    ->local_endpoint();  // port 0 becomes a real one, for the other lanes as well
            hubs_.add({&lane->io, &lane->hub});
            lanes_.push_back(std::move(lane));
        }
    }

    /// No new connections, every chat is told, what is under way finishes; then the I/O threads run
    /// out of work.
    void drain() {
        if (draining_.exchange(true)) return;
        log(LogLevel::info, "draining", {{"connections", connections_.load()}});
        for (auto& lane : lanes_) net::post(lane->io, [&lane = *lane] { lane.acceptor->close(); });
        hubs_.drain();
        watch_ = std::make_unique<net::steady_timer>(lanes_.front()->io);
        deadline_ = std::chrono::steady_clock::now() + drain_timeout;
        watch_connections();
    }

    void watch_connections() {
        const bool late = std::chrono::steady_clock::now() >= deadline_;
        if (connections_ == 0 || late) {
            if (late)
                log(LogLevel::warning, "drain_cut_short", {{"connections", connections_.load()}});
            for (auto& lane : lanes_) lane->io.stop();
            return;
        }
        watch_->expires_after(std::chrono::milliseconds(20));
        watch_->async_wait([this](const boost::system::error_code&) { watch_connections(); });
    }

    const Config& config_;
    std::string secret_;
    std::string first_link_;  ///< a one-time link; empty where there are accounts already
    std::unique_ptr<ScriptRegistry> scripts_;
    std::unique_ptr<StoreQueue> store_;
    Hubs hubs_;
    std::atomic<bool> draining_{false};
    std::atomic<std::size_t> connections_{0};
    Conversations conversations_;
    BackupSchedule backups_;
    ChatApi api_;
    std::unique_ptr<HooksApi> hooks_;
    ReviewStore review_store_;
    ReviewFollower follower_;
    Accounts accounts_;
    ScriptDesk desk_;
    OperationsDesk operations_;
    ReviewApi review_;
    Router router_;
    Admission admission_;
    ConnectionContext context_;
    net::ip::tcp::endpoint endpoint_;
    std::chrono::steady_clock::time_point deadline_;
    std::vector<std::unique_ptr<Lane>> lanes_;  // go before what their connections use
    std::unique_ptr<net::steady_timer> watch_;
};

}  // namespace

fs::path database_file(const fs::path& data) {
    return data / "advisor.db";
}

int serve(const Config& config) {
    set_log_level(config.log_level);
    raise_descriptor_limit();
    std::signal(SIGPIPE, SIG_IGN);
    try {
        Server server(config);
        return server.run();
    } catch (const std::runtime_error& error) {  // StartError, StoreError, an unreadable --ca-file
        std::cerr << "advisor: " << error.what() << "\n";
    }
    return 2;
}

}  // namespace advisor::server
