#include "server/review/unclear_text.hpp"

#include "dialogs/text.hpp"

namespace advisor::server {
namespace {

constexpr std::size_t max_group_bytes = 200;

}  // namespace

std::string cut(std::string_view text, std::size_t max_bytes) {
    if (text.size() <= max_bytes) return std::string(text);
    std::size_t end = max_bytes;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    return std::string(text.substr(0, end));
}

std::string one_line(std::string_view text) {
    std::string line;
    for (const char c : text) {
        const bool space = static_cast<unsigned char>(c) <= ' ' || c == 0x7F;
        if (!space)
            line += c;
        else if (!line.empty() && line.back() != ' ')
            line += ' ';
    }
    while (!line.empty() && line.back() == ' ') line.pop_back();
    return line;
}

std::string normalised(std::string_view text) {
    std::string folded = one_line(dialogs::fold(text));
    const std::size_t end = folded.find_last_not_of(" .!?,;:");
    folded.resize(end == std::string::npos ? folded.size() : end + 1);
    return cut(folded, max_group_bytes);
}

bool was_unclear(const std::string& reply) {
    // Stored replies escape quotes inside texts, so this can only be a member of a message.
    return reply.find(R"("kind":"unclear")") != std::string::npos;
}

}  // namespace advisor::server
