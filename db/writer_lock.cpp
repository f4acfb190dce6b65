#include "db/writer_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

#include "db/store.hpp"

namespace advisor::db {
namespace {

[[noreturn]] void refuse(const std::filesystem::path& file, const std::string& why) {
    throw StoreError(StoreError::Kind::unusable, file.string() + ": " + why);
}

}  // namespace

WriterLock::WriterLock(const std::filesystem::path& file) {
    std::filesystem::path lock = file;
    lock += ".lock";
    descriptor_ = ::open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor_ < 0) {
        refuse(file, "its folder cannot be written (" + std::generic_category().message(errno) +
                         "); let this user write it or use --data with another folder");
    }
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) == 0) return;
    const int error = errno;
    ::close(descriptor_);
    if (error == EWOULDBLOCK) {
        refuse(file,
               "another advisor serves this folder; stop it or use --data with another folder");
    }
    refuse(file, "cannot be locked (" + std::generic_category().message(error) +
                     "); use --data with a folder on a local disk");
}

WriterLock::~WriterLock() {
    ::close(descriptor_);
}

}  // namespace advisor::db
