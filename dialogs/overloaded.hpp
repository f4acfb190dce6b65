#pragma once
// One visitor out of several lambdas, for std::visit.

namespace advisor::dialogs {

template <class... Fs>
struct overloaded : Fs... {
    using Fs::operator()...;
};
template <class... Fs>
overloaded(Fs...) -> overloaded<Fs...>;  // clang before 17 does not find it by itself

}  // namespace advisor::dialogs
