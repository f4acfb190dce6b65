#include "server/review/review_store.hpp"

#include "db/sqlite_store.hpp"

namespace advisor::server {
namespace {

constexpr std::size_t max_queued_reads = 1024;

}  // namespace

ReviewStore::ReviewStore(const std::filesystem::path& file, StoreQueue& store)
    : store_(store), reader_(db::open_sqlite_beside(file, false)), thread_(max_queued_reads) {
    reader_.execute("PRAGMA cache_size = -16384");
}

ReviewStore::Reading::Reading(Connection& connection) : connection_(connection) {
    connection_.execute("BEGIN");
}

ReviewStore::Reading::~Reading() {
    try {
        connection_.execute("COMMIT");
    } catch (const db::StoreError&) {  // the next BEGIN says so
    }
}

void ReviewStore::post_change(const std::shared_ptr<Connection*>& given,
                              std::function<void(bool)> job) {
    store_.post_change([given, job = std::move(job)](db::Writer* writer) {
        if (!writer) return job(false);
        bool ran = false;
        try {
            writer->change([&](Connection& connection) {
                *given = &connection;
                ran = true;
                job(true);
            });
        } catch (const std::exception&) {  // a store that takes turns only
            if (!ran) job(false);
        }
    });
}

}  // namespace advisor::server
