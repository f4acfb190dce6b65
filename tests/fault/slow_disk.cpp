// A disk that is slow to confirm, for LD_PRELOAD: each fsync and fdatasync takes SLOW_DISK_MS
// milliseconds longer. Before it returns, it is counted in the first eight bytes of the file
// SLOW_DISK_COUNT.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <thread>

namespace {

using Sync = int (*)(int);
using Count = std::atomic<unsigned long>;

Count* mapped_count() {
    const char* path = std::getenv("SLOW_DISK_COUNT");
    const int file = path ? ::open(path, O_RDWR) : -1;
    if (file < 0) std::abort();
    void* place = ::mmap(nullptr, sizeof(Count), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    ::close(file);
    if (place == MAP_FAILED) std::abort();
    return static_cast<Count*>(place);
}

int slowly(const char* name, int file) {
    static Count* const count = mapped_count();
    static const std::chrono::milliseconds pause{std::atoi(std::getenv("SLOW_DISK_MS"))};
    const auto real = reinterpret_cast<Sync>(::dlsym(RTLD_NEXT, name));
    std::this_thread::sleep_for(pause);
    const int result = real(file);
    count->fetch_add(1);
    return result;
}

}  // namespace

extern "C" int fsync(int file) {
    return slowly("fsync", file);
}

extern "C" int fdatasync(int file) {
    return slowly("fdatasync", file);
}
