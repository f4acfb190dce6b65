#include "server/team_chat/hook_input.hpp"

#include <algorithm>
#include <fstream>
#include <iostream>
#include <sstream>

namespace advisor::server {
namespace {

using channels::Channel;
using channels::Hook;

constexpr std::size_t max_secret_file_bytes = 64 * 1024;
constexpr std::size_t most_secrets = 8;

std::string read_all(const std::string& file) {
    std::ostringstream text;
    if (file == "-") {
        text << std::cin.rdbuf();
    } else {
        std::ifstream stream(file, std::ios::binary);
        if (!stream)
            throw UsageError("the file " + file +
                             " cannot be read; name another one with --secret-file");
        text << stream.rdbuf();
    }
    if (text.str().size() > max_secret_file_bytes)
        throw UsageError("the secret file has more than 64 KiB; it should hold the secret alone");
    return text.str();
}

}  // namespace

std::vector<std::string> read_secrets(const std::string& file) {
    if (file.empty())
        throw UsageError(
            "give the secret with --secret-file FILE, or --secret-file - to type it; never on the "
            "command line, where others can see it");
    const std::string text = read_all(file);
    const auto trim = [](std::string line) {
        constexpr const char* blanks = " \t\r\n";
        const std::size_t begin = line.find_first_not_of(blanks);
        if (begin == std::string::npos) return std::string();
        return line.substr(begin, line.find_last_not_of(blanks) - begin + 1);
    };
    const std::string whole = trim(text);
    if (whole.starts_with("-----BEGIN") || whole.starts_with("{")) return {whole};
    std::vector<std::string> secrets;
    std::istringstream lines(whole);
    for (std::string line; std::getline(lines, line);) {
        if (std::string secret = trim(line); !secret.empty()) secrets.push_back(std::move(secret));
    }
    if (secrets.empty())
        throw UsageError("the secret is empty; a hook without one would let everybody in");
    if (secrets.size() > most_secrets)
        throw UsageError("the secret file has more than 8 lines; it should hold the secret alone");
    return secrets;
}

void read_options(const Channel& channel, const std::vector<std::string>& given, Hook& hook) {
    for (const std::string& text : given) {
        const std::size_t equals = text.find('=');
        const std::string name = text.substr(0, equals);
        const bool known =
            std::any_of(channel.options.begin(), channel.options.end(),
                        [&](const channels::OptionSpec& spec) { return spec.name == name; });
        if (equals == std::string::npos || equals == 0)
            throw UsageError("\"" + text + "\" is no option; write --option name=value");
        if (!known) {
            std::string names;
            for (const channels::OptionSpec& spec : channel.options)
                names += (names.empty() ? " " : ", ") + std::string(spec.name);
            throw UsageError(std::string(channel.title) + " has no option \"" + name + "\"" +
                             (names.empty() ? "" : "; these are:" + names));
        }
        if (equals + 1 == text.size())
            hook.options.erase(name);
        else
            hook.options[name] = text.substr(equals + 1);
    }
}

}  // namespace advisor::server
