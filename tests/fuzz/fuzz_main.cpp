// One target as a program of libFuzzer; FUZZ_TARGET is its name.

#include <cstddef>
#include <cstdint>

#include "tests/fuzz/targets.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto body = [] {
        for (const advisor::fuzz::Target& target : advisor::fuzz::all_targets()) {
            if (target.name == FUZZ_TARGET) return target.body;
        }
        advisor::fuzz::expect(false, "a target of the name " FUZZ_TARGET);
        return static_cast<void (*)(std::string_view)>(nullptr);
    }();
    body({reinterpret_cast<const char*>(data), size});
    return 0;
}
