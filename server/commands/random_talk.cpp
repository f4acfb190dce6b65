#include "server/commands/random_talk.hpp"

#include <array>

#include "dialogs/json.hpp"
#include "server/secrets.hpp"

namespace advisor::server {
namespace {

using dialogs::Question;
using dialogs::QuestionKind;
using dialogs::Value;
using std::chrono::milliseconds;

constexpr int most_turns = 60;

/// Texts that answer nothing, as people type them.
constexpr std::array<std::string_view, 8> strange_texts{
    "hmm let me think about it", "blue",
    "lorem ipsum dolor",         "???",
    "it was green last time",    "as discussed on the phone",
    "same as the other one",     "xyzzy"};

std::string hexadecimal(std::uint64_t number) {
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string text(16, '0');
    for (std::size_t i = 16; i-- > 0; number >>= 4U) text[i] = digits[number & 15U];
    return text;
}

/// Small numbers and round ones are more frequent than large ones.
dialogs::Amount random_amount(const Question& question, SteadyRandom& random) {
    const auto span = static_cast<std::uint64_t>(question.limits.max) -
                      static_cast<std::uint64_t>(question.limits.min);
    unsigned bits = 0;
    while (bits < 63 && span >> bits > 0) ++bits;
    const std::uint64_t scale = std::uint64_t{1} << random.below(bits + 1);
    const std::uint64_t offset = std::min(span, random.below(scale));
    const std::int64_t value = question.limits.min + static_cast<std::int64_t>(offset);
    if (question.kind == QuestionKind::number && random.chance(10)) {
        const std::uint64_t room = static_cast<std::uint64_t>(question.limits.max - value);
        return {value, value + static_cast<std::int64_t>(
                                   room > 0 ? random.below(std::min(room, scale) + 1) : 0)};
    }
    return {value, value};
}

Value random_value(const Question& question, SteadyRandom& random) {
    if (question.allow_unknown && random.chance(7)) return dialogs::Unknown{};
    switch (question.kind) {
        case QuestionKind::choice:
            return dialogs::Choice{
                static_cast<std::uint32_t>(random.below(question.choices.size()))};
        case QuestionKind::multi: {
            std::uint32_t mask = 0;
            for (std::size_t i = 0; i < question.choices.size(); ++i)
                mask |= random.chance(25) ? 1U << i : 0U;
            return dialogs::Choices{mask};
        }
        case QuestionKind::number:
        case QuestionKind::scale:
            return random_amount(question, random);
        case QuestionKind::boolean:
            return random.chance(50);
        case QuestionKind::text:
            return dialogs::Text("Note " + std::to_string(random.below(1000)));
    }
    return dialogs::Unknown{};
}

/// How a person would type this answer.
std::string typed(const Question& question, const Value& value, SteadyRandom& random) {
    const auto* choice = std::get_if<dialogs::Choice>(&value);
    if (choice && random.chance(50)) {
        const std::vector<std::string>& also = question.choices[choice->index].also;
        if (!also.empty()) return also[random.below(also.size())];
    }
    return dialogs::value_text(question, value);
}

/// What the person does at the pending question.
dialogs::Input random_input(const dialogs::Script& script, const dialogs::State& state,
                            dialogs::QuestionIndex pending, SteadyRandom& random) {
    const Question& question = script.questions[pending];
    const std::uint64_t kind = random.below(100);
    if (kind < 2) return dialogs::Back{};
    if (kind < 4) return dialogs::Skip{};
    if (kind < 6)
        return dialogs::Say{std::string(strange_texts[random.below(strange_texts.size())])};
    if (kind < 7) return dialogs::Say{"why do you ask?"};
    Value value = random_value(question, random);
    if (kind < 14) return dialogs::Say{typed(question, value, random)};
    if (kind < 17) {
        const dialogs::QuestionIndex other = random.below(script.questions.size());
        if (other != pending && state.answers[other]) {
            return dialogs::ChangeAnswer{script.questions[other].id,
                                         random_value(script.questions[other], random), true,
                                         false};
        }
    }
    return dialogs::GiveAnswer{question.id, std::move(value)};
}

/// When talk `number` begins: later than the one before, and mostly by day.
db::TimePoint begin_of(const TalkPlan& plan, std::uint64_t number) {
    const double share = static_cast<double>(number) / static_cast<double>(plan.talks);
    const milliseconds at{
        static_cast<std::int64_t>(static_cast<double>((plan.until - plan.since).count()) * share)};
    constexpr milliseconds day = std::chrono::hours(24);
    const std::int64_t days = at / day;
    const double part = static_cast<double>((at % day).count()) / static_cast<double>(day.count());
    // A tenth of a day's talks before seven o'clock, eight tenths until nine in the evening.
    const double hour = part < 0.1   ? part / 0.1 * 7
                        : part < 0.9 ? 7 + (part - 0.1) / 0.8 * 14
                                     : 21 + (part - 0.9) / 0.1 * 3;
    return plan.since + days * day + milliseconds{static_cast<std::int64_t>(hour * 3'600'000)};
}

template <std::size_t Size>
std::string pick(const std::array<std::string_view, Size>& from, SteadyRandom& random) {
    return std::string(from[random.below(Size)]);
}

/// One talk while it goes on.
class Talk {
public:
    Talk(const TalkPlan& plan, std::uint64_t number)
        : plan_(plan),
          number_(number),
          random_(plan.seed * 0x9E3779B97F4A7C15U + number),
          state_(dialogs::fresh_state(plan.script)),
          at_(begin_of(plan, number)) {
        const std::string id = hexadecimal(plan.seed) + hexadecimal(number) + "-1";
        key_ = keyed_text(plan.secret, "session::" + id, 16);
        code_ = keyed_text(plan.secret, "report:" + key_, 15);
    }

    std::vector<db::Turn> play() {
        static constexpr std::array<std::string_view, 10> channels{
            "web",  "web",   "web",      "web",        "web",
            "http", "slack", "telegram", "mattermost", "discord"};
        static constexpr std::array<std::string_view, 8> locales{"en", "en",    "en-GB", "en-US",
                                                                 "de", "fr-FR", "es",    ""};
        const unsigned leaves = static_cast<unsigned>(random_.below(4)) * 2;  // percent a question
        take(dialogs::Start{});
        turns_.front().opens =
            db::NewSession{key_, plan_.script_row, pick(channels, random_), pick(locales, random_)};
        bool revised = false;
        for (int inputs = 0; inputs < most_turns; ++inputs) {
            const auto pending = dialogs::pending_question(plan_.script, state_);
            if (pending) {
                if (random_.chance(leaves)) break;
                take(random_input(plan_.script, state_, *pending, random_));
            } else if (!revised && random_.chance(8)) {
                revised = true;
                revise();
            } else {
                break;
            }
        }
        return std::move(turns_);
    }

private:
    void revise() {
        if (random_.chance(20)) return take(dialogs::Restart{});
        const dialogs::QuestionIndex question = random_.below(plan_.script.questions.size());
        if (!state_.answers[question]) return;
        const Question& asked = plan_.script.questions[question];
        take(dialogs::ChangeAnswer{asked.id, random_value(asked, random_), true, false});
    }

    /// An input that the engine refuses leaves no turn, as in a real talk.
    void take(const dialogs::Input& input) {
        const dialogs::Script& script = plan_.script;
        dialogs::StepResult next = dialogs::step(script, state_, input);
        if (next.rejected) return;
        db::Turn turn;
        turn.seq = static_cast<std::int64_t>(turns_.size()) + 1;
        turn.turn_key =
            hexadecimal(plan_.seed) + hexadecimal(number_) + "-" + std::to_string(turn.seq);
        turn.input = dialogs::to_json(script, input);
        turn.state = dialogs::to_json(script, next.state);
        std::string report;
        if (next.outputs.result) {
            report = "/r/" + code_;
            turn.finish =
                db::Finish{script.outcome_id(next.outputs.result->outcome),
                           std::string(dialogs::to_text(next.outputs.result->firmness)), code_};
        }
        turn.reopens = finished_ && !turn.finish;
        finished_ = turn.finish.has_value();
        turn.reply = dialogs::reply_members(script, next.state, next.outputs, report);
        turn.at = at_;
        at_ += milliseconds{1500 + random_.below(4000) + random_.below(4) * random_.below(15000)};
        state_ = std::move(next.state);
        turns_.push_back(std::move(turn));
    }

    const TalkPlan& plan_;
    std::uint64_t number_;
    SteadyRandom random_;
    dialogs::State state_;
    bool finished_ = false;
    db::TimePoint at_;
    std::string key_;
    std::string code_;
    std::vector<db::Turn> turns_;
};

}  // namespace

std::uint64_t SteadyRandom::next() {
    state_ += 0x9E3779B97F4A7C15U;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ mixed >> 30U) * 0xBF58476D1CE4E5B9U;
    mixed = (mixed ^ mixed >> 27U) * 0x94D049BB133111EBU;
    return mixed ^ mixed >> 31U;
}

std::vector<db::Turn> random_talk(const TalkPlan& plan, std::uint64_t number) {
    return Talk(plan, number).play();
}

}  // namespace advisor::server
