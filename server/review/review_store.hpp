#pragma once
// The console's way to the database: reads on a thread and connection of its own, so that no slow
// question of a reviewer makes a chat wait; changes on the store's writer thread.

#include <filesystem>
#include <functional>

#include "db/review.hpp"
#include "server/store_queue.hpp"
#include "server/work_thread.hpp"

namespace advisor::server {

/// Thread: any I/O thread. Lifetime: outlives every coroutine awaiting it. Errors: db::StoreError.
class ReviewStore {
public:
    using Connection = db::sqlite::Connection;

    /// Requires: the database is there and current. `store` outlives this.
    ReviewStore(const std::filesystem::path& file, StoreQueue& store);

    /// Runs `query` in one read transaction: all that it reads is of one moment.
    template <typename Result>
    [[nodiscard]] Task<Result> read(std::function<Result(const Connection&)> query) {
        std::function<Result()> work = [this, query = std::move(query)] {
            const Reading reading(reader_);
            return query(reader_);
        };
        return thread_.run<Result>(std::move(work));
    }

    /// Runs `work` on the writer thread.
    template <typename Result>
    [[nodiscard]] Task<Result> change(std::function<Result(Connection&)> work) {
        auto given = std::make_shared<Connection*>(nullptr);
        std::function<Result()> asked = [given, work = std::move(work)] { return work(**given); };
        const auto poster = [this, given](std::function<void(bool)> job) {
            post_change(given, std::move(job));
        };
        return await_work<Result>(poster, std::move(asked));
    }

    void stop() { thread_.stop(); }

private:
    /// A read transaction for as long as it lives.
    class Reading {
    public:
        explicit Reading(Connection& connection);
        ~Reading();
        Reading(const Reading&) = delete;
        Reading& operator=(const Reading&) = delete;

    private:
        Connection& connection_;
    };
    void post_change(const std::shared_ptr<Connection*>& given, std::function<void(bool)> job);

    StoreQueue& store_;
    Connection reader_;
    WorkThread thread_;
};

}  // namespace advisor::server
