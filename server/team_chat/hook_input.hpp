#pragma once
// What an administrator gives to `advisor hook`: a secret from a file, options of the platform.

#include <stdexcept>
#include <string>
#include <vector>

#include "server/channels/channel.hpp"

namespace advisor::server {

/// What the user has to put right; exit code 2.
class UsageError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// One secret a line; a key in PEM or JSON form is one secret of several lines. `-` is standard
/// input. Throws UsageError.
[[nodiscard]] std::vector<std::string> read_secrets(const std::string& file);

/// Takes `NAME=VALUE` texts; an empty value takes an option away. Throws UsageError for a name that
/// the platform does not have.
void read_options(const channels::Channel& channel, const std::vector<std::string>& given,
                  channels::Hook& hook);

}  // namespace advisor::server
