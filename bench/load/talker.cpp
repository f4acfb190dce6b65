#include "bench/load/talker.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

#include "bench/load/reply.hpp"

namespace advisor::bench {
namespace {

using Json = nlohmann::json;

/// No dialog is longer; one that is goes round in circles.
constexpr std::int64_t max_turns = 200;

void add_subsets(const Json& options, Random& random, QuestionBook::Values& values) {
    values.emplace_back("[]");
    for (std::size_t i = 0; i < options.size() * 2; ++i) {
        Json subset = Json::array();
        const std::size_t at_most = i < options.size() ? 1 : options.size();
        for (const Json& option : options)
            if (subset.size() < at_most && random.below(2) == 0) subset.push_back(option.at("id"));
        values.push_back(subset.dump());
    }
}

void add_numbers(const Json& question, Random& random, QuestionBook::Values& values) {
    for (const Json& range : question.value("ranges", Json::array())) {
        Json value;
        for (const char* bound : {"min", "max"})
            if (range.contains(bound)) value[bound] = range.at(bound);
        if (value.size() == 2) values.push_back(value.dump());
    }
    const auto low = question.value("min", std::int64_t{0});
    const auto high = question.value("max", std::int64_t{1'000'000});
    const auto width = static_cast<std::uint64_t>(high - low) + 1;
    for (unsigned bits = 4; bits <= 64; bits += 4) {  // small numbers as likely as large ones
        const std::uint64_t limit = bits == 64 ? width : std::min(width, std::uint64_t{1} << bits);
        values.push_back(std::to_string(low + static_cast<std::int64_t>(random() % limit)));
    }
}

void add_texts(const Json& question, QuestionBook::Values& values) {
    const auto limit = question.value("max_length", std::size_t{4000});
    for (const std::string text : {"a small team shop", "we do not know yet, it depends",
                                   "A booking service for three clinics, later for thirty."})
        values.push_back(Json(text.substr(0, limit)).dump());
}

QuestionBook::Values possible_values(const Json& question, Random& random) {
    QuestionBook::Values values;
    const auto kind = question.at("kind").get<std::string>();
    const Json options = question.value("options", Json::array());
    if (kind == "choice") {
        for (const Json& option : options) values.push_back(option.at("id").dump());
    } else if (kind == "multi") {
        add_subsets(options, random, values);
    } else if (kind == "number") {
        add_numbers(question, random, values);
    } else if (kind == "boolean") {
        values = {"true", "false"};
    } else if (kind == "scale") {
        for (auto i = question.at("min").get<std::int64_t>(); i <= question.at("max"); ++i)
            values.push_back(std::to_string(i));
    } else if (kind == "text") {
        add_texts(question, values);
    }
    if (question.value("allow_unknown", false)) values.emplace_back("\"unknown\"");
    if (values.empty()) throw std::runtime_error("no way to answer a question of kind " + kind);
    return values;
}

}  // namespace

const QuestionBook::Values& QuestionBook::values(std::string_view id, std::string_view reply) {
    auto known = values_.find(id);
    if (known == values_.end()) {
        const Json question = Json::parse(reply).at("question");
        known = values_.emplace(std::string(id), possible_values(question, random_)).first;
    }
    return known->second;
}

void QuestionBook::append_uuid(std::string& out) {
    constexpr std::string_view pattern = "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx";
    constexpr std::string_view digits = "0123456789abcdef";
    std::uint64_t bits = 0;
    int left = 0;
    for (const char mark : pattern) {
        if (left == 0) {
            bits = ids_();
            left = 16;
        }
        if (mark == 'x' || mark == 'y') {
            const auto nibble = static_cast<std::size_t>(bits & 15U);
            out.push_back(digits[mark == 'x' ? nibble : (nibble & 3U) | 8U]);
            bits >>= 4U;
            --left;
        } else {
            out.push_back(mark);
        }
    }
}

const std::string& Talker::next_frame() {
    id_.clear();
    book_->append_uuid(id_);
    if (question_.empty()) {
        session_.clear();
        frame_.assign(R"({"type":"start","id":")").append(id_).append("\"}");
        return frame_;
    }
    frame_.assign(R"({"type":"answer","id":")").append(id_).append(R"(","question":")");
    frame_.append(question_).append(R"(","value":)");
    frame_.append((*answers_)[book_->random().below(answers_->size())]).append("}");
    return frame_;
}

Talker::Verdict Talker::wrong(std::string complaint, std::string_view frame) {
    complaint_ =
        std::move(complaint) + " after " + frame_ + ": " + std::string(frame.substr(0, 400));
    question_.clear();
    return Verdict::wrong;
}

Talker::Verdict Talker::check(std::string_view frame) {
    const auto head = scan_reply(frame);
    if (!head) return wrong("not JSON", frame);
    if (head->type == "event") return Verdict::ignored;
    if (head->type != "reply") return wrong("error " + std::string(head->code), frame);
    if (head->id != id_) return wrong("reply to another frame", frame);
    const bool starts = question_.empty();
    if (head->seq != (starts ? 1 : seq_ + 1)) return wrong("seq out of step", frame);
    if (!starts && head->session != session_) return wrong("another session", frame);
    if (head->question.empty() && !head->recommends)
        return wrong("neither question nor end", frame);
    if (head->seq > max_turns) return wrong("a conversation without end", frame);
    if (book_->is_sample() && !Json::accept(frame)) return wrong("not JSON", frame);

    if (starts) session_ = head->session;
    seq_ = head->seq;
    question_ = head->question;
    if (question_.empty()) return Verdict::finished;
    try {
        answers_ = &book_->values(question_, frame);
    } catch (const std::exception& error) {  // JSON that is not a question as the protocol has it
        return wrong(error.what(), frame);
    }
    return Verdict::asked;
}

}  // namespace advisor::bench
