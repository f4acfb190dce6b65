#pragma once
// One visitor out of several lambdas, for std::visit.

namespace advisor::dialogs {

template <class... Fs>
struct overloaded : Fs... {
    using Fs::operator()...;
};

}  // namespace advisor::dialogs
