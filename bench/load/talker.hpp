#pragma once
// One simulated person: makes the next frame of a conversation and checks the reply to it.
// Works with any script, since the possible answers come from the questions themselves.

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace advisor::bench {

/// A fast generator of random numbers (splitmix64); the same seed gives the same numbers.
class Random {
public:
    using result_type = std::uint64_t;
    explicit Random(std::uint64_t seed) : state_(seed) {}
    static constexpr result_type min() { return 0; }
    static constexpr result_type max() { return ~result_type{0}; }
    result_type operator()() {
        std::uint64_t z = (state_ += 0x9e3779b97f4a7c15);
        z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27U)) * 0x94d049bb133111eb;
        return z ^ (z >> 31U);
    }
    std::size_t below(std::size_t bound) { return static_cast<std::size_t>((*this)() % bound); }

private:
    std::uint64_t state_;
};

/// The possible answers of every question seen so far, ready as JSON. A question is parsed once,
/// the first time a reply asks it; this supposes that a question id always means the same question.
class QuestionBook {
public:
    using Values = std::vector<std::string>;

    explicit QuestionBook(std::uint64_t seed) : random_(seed) {}

    /// Values that fit the question `id`, which `reply` asks. Never empty.
    /// Errors: std::runtime_error when the reply cannot be understood.
    const Values& values(std::string_view id, std::string_view reply);
    /// Appends a random UUID (version 4), from the system's entropy and not from the seed: a frame
    /// id must be new also in the next run against the same database.
    void append_uuid(std::string& out);
    /// True for one reply in 256: parse it whole, so that malformed text in any part of a reply
    /// comes to light.
    [[nodiscard]] bool is_sample() { return ++replies_ % 256 == 0; }

    [[nodiscard]] Random& random() { return random_; }
    [[nodiscard]] std::size_t size() const { return values_.size(); }

private:
    struct Hash : std::hash<std::string_view> {
        using is_transparent = void;
    };
    std::unordered_map<std::string, Values, Hash, std::equal_to<>> values_;
    std::uint64_t replies_ = 0;
    Random random_;
    Random ids_{(std::uint64_t{std::random_device{}()} << 32U) ^ std::random_device{}()};
};

/// A conversation after another, forever, one frame at a time.
/// Lifetime: borrows the book, which must outlive it.
class Talker {
public:
    enum class Verdict {
        ignored,   ///< an event; the reply is still to come
        asked,     ///< a right reply with the next question
        finished,  ///< a right reply with the recommendation; the next frame starts a new
                   ///< conversation
        wrong,     ///< not the reply that the protocol promises; see `complaint`
    };

    explicit Talker(QuestionBook& book) : book_(&book) {}

    /// The next frame to send. Requires: the reply to the frame before has been checked.
    const std::string& next_frame();
    /// Checks a frame from the server against the frame sent last. After `wrong` the talker starts
    /// afresh.
    Verdict check(std::string_view frame);

    [[nodiscard]] const std::string& complaint() const { return complaint_; }
    [[nodiscard]] std::string_view frame_id() const { return id_; }
    /// Of the last frame; empty from a start to its reply.
    [[nodiscard]] std::string_view session() const { return session_; }
    [[nodiscard]] std::int64_t seq() const { return seq_; }

private:
    Verdict wrong(std::string complaint, std::string_view frame);

    QuestionBook* book_;
    std::string id_;
    std::string frame_;
    std::string session_;
    std::string question_;                           ///< pending; empty before the start
    const QuestionBook::Values* answers_ = nullptr;  ///< to the pending question
    std::int64_t seq_ = 0;                           ///< of the last reply
    std::string complaint_;
};

}  // namespace advisor::bench
