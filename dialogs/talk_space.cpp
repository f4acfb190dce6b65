#include "dialogs/talk_space.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace advisor::dialogs {
namespace {

using Op = ConditionNode::Op;
constexpr std::uint32_t empty_slot = 0xFFFFFFFF;

bool is_atom(Op op) {
    return op >= Op::one_of && op <= Op::is_unknown;
}

bool same_atom(const ConditionNode& left, const ConditionNode& right) {
    return left.op == right.op && left.question == right.question && left.mask == right.mask &&
           left.low == right.low && left.high == right.high;
}

std::uint64_t hash_of(const std::uint64_t* words, std::size_t count) {
    std::uint64_t hash = 0x9E3779B97F4A7C15ULL;
    for (std::size_t i = 0; i < count; ++i) {
        hash = (hash ^ words[i]) * 0xFF51AFD7ED558CCDULL;
        hash ^= hash >> 32U;
    }
    return hash;
}

bool bit(const std::uint64_t* words, std::size_t at) {
    return (words[at / 64] >> (at % 64) & 1U) != 0;
}
void set_bit(std::uint64_t* words, std::size_t at) {
    words[at / 64] |= std::uint64_t{1} << (at % 64);
}
void clear_bit(std::uint64_t* words, std::size_t at) {
    words[at / 64] &= ~(std::uint64_t{1} << (at % 64));
}

}  // namespace

// A point is a row of words: comparisons that are a yes, that cannot be said, conditions that are
// undecided, conditions that hold (guards and targets only), and points per option in halves.

TalkSpace::TalkSpace(const Script& script, SpaceRequest request, Keep keep)
    : script_(script), request_(std::move(request)), keep_(keep) {
    choose_questions();
    collect_atoms();
    watch();
    if (!make_cells()) return;
    lay_out();
    complete_ = explore();
}

void TalkSpace::choose_questions() {
    std::uint64_t wanted = 0;
    for (const std::size_t rule : request_.rules) wanted |= script_.rules[rule].when.questions;
    for (const Condition* target : request_.targets) wanted |= target->questions;
    if (request_.all_questions) wanted = ~std::uint64_t{0};
    for (QuestionIndex i = script_.questions.size(); i-- > 0;) {
        if ((wanted >> i & 1U) != 0) wanted |= script_.questions[i].when.questions;
    }
    for (QuestionIndex i = 0; i < script_.questions.size(); ++i) {
        if ((wanted >> i & 1U) != 0) order_.push_back(i);
    }
    position_of_.assign(script_.questions.size(), order_.size());
    for (std::size_t i = 0; i < order_.size(); ++i) position_of_[order_[i]] = i;
}

void TalkSpace::add_atoms(const Condition& condition) {
    for (const ConditionNode& node : condition.nodes) {
        if (!is_atom(node.op)) continue;
        const bool known = std::any_of(atoms_.begin(), atoms_.end(),
                                       [&](const auto& atom) { return same_atom(atom, node); });
        if (!known) atoms_.push_back(node);
    }
}

void TalkSpace::collect_atoms() {
    for (const QuestionIndex question : order_) add_atoms(script_.questions[question].when);
    for (const std::size_t rule : request_.rules) add_atoms(script_.rules[rule].when);
    for (const Condition* target : request_.targets) add_atoms(*target);
    std::stable_sort(atoms_.begin(), atoms_.end(), [](const auto& left, const auto& right) {
        return left.question < right.question;
    });
    first_atom_.assign(order_.size() + 1, atoms_.size());
    for (std::size_t i = atoms_.size(); i-- > 0;) first_atom_[position_of_[atoms_[i].question]] = i;
    for (std::size_t i = order_.size(); i-- > 0;)
        first_atom_[i] = std::min(first_atom_[i], first_atom_[i + 1]);
    atom_words_ = (atoms_.size() + 63) / 64;
}

TalkSpace::Program TalkSpace::compile(const Condition& condition) const {
    Program program;
    program.atoms.assign(atom_words_, 0);
    for (const ConditionNode& node : condition.nodes) {
        if (node.op == Op::skip_if_no || node.op == Op::skip_if_yes) continue;
        Step step{node.op, 0};
        if (is_atom(node.op)) {
            const auto found = std::find_if(atoms_.begin(), atoms_.end(), [&](const auto& atom) {
                return same_atom(atom, node);
            });
            step.atom = static_cast<std::uint32_t>(found - atoms_.begin());
            set_bit(program.atoms.data(), step.atom);
        }
        program.steps.push_back(step);
    }
    if (program.steps.empty()) program.steps.push_back({Op::always, 0});
    return program;
}

void TalkSpace::watch() {
    const auto add = [&](Watched::Kind kind, std::size_t index, const Condition& condition) {
        watched_.push_back({kind, index, compile(condition)});
    };
    guard_.resize(order_.size());
    for (std::size_t i = 0; i < order_.size(); ++i) {
        const Condition& when = script_.questions[order_[i]].when;
        if (when.empty()) continue;
        guard_[i] = watched_.size();
        add(Watched::Kind::guard, i, when);
    }
    for (const std::size_t rule : request_.rules)
        add(Watched::Kind::rule, rule, script_.rules[rule].when);
    for (std::size_t i = 0; i < request_.targets.size(); ++i)
        add(Watched::Kind::target, i, *request_.targets[i]);
    looks_at_.resize(order_.size());
    for (std::size_t w = 0; w < watched_.size(); ++w) {
        for (std::size_t atom = 0; atom < atoms_.size(); ++atom) {
            if (!bit(watched_[w].program.atoms.data(), atom)) continue;
            std::vector<std::size_t>& list = looks_at_[position_of_[atoms_[atom].question]];
            if (list.empty() || list.back() != w) list.push_back(w);
        }
    }
}

bool TalkSpace::make_cells() {
    for (std::size_t i = 0; i < order_.size(); ++i) {
        const std::span<const ConditionNode> atoms(atoms_.data() + first_atom_[i],
                                                   first_atom_[i + 1] - first_atom_[i]);
        auto cells = answer_cells(script_, order_[i], atoms, request_.cells);
        if (!cells) return false;
        if (request_.only_weighted)
            std::erase_if(*cells, [](const AnswerCell& cell) { return cell.weight <= 0; });
        double sum = 0;
        for (const AnswerCell& cell : *cells) sum += cell.weight;
        weights_.push_back(sum);
        cells_.push_back(std::move(*cells));
    }
    return true;
}

void TalkSpace::lay_out() {
    watch_words_ = (watched_.size() + 63) / 64;
    const std::size_t totals = request_.rules.empty() ? 0 : (script_.options.size() + 1) / 2;
    width_ = std::max<std::size_t>(1, 2 * atom_words_ + 2 * watch_words_ + totals);
    next_.assign(width_, 0);
}

TalkSpace::Decided TalkSpace::decide(const Program& program, const std::uint64_t* point,
                                     std::size_t settled) const {
    struct Bounds {
        Truth low, high;
    };
    std::array<Bounds, 64> stack;  // as deep as conditions go (condition.cpp)
    std::size_t size = 0;
    const std::uint64_t* maybe = point + atom_words_;
    for (const Step& step : program.steps) {
        switch (step.op) {
            case Op::always:
                stack[size++] = {Truth::yes, Truth::yes};
                break;
            case Op::not_: {
                const Bounds inner = stack[size - 1];
                const auto turned = [](Truth truth) {
                    return static_cast<Truth>(2 - static_cast<int>(truth));
                };
                stack[size - 1] = {turned(inner.high), turned(inner.low)};
                break;
            }
            case Op::and_:
            case Op::or_: {
                --size;
                Bounds& left = stack[size - 1];
                const Bounds right = stack[size];
                left = step.op == Op::and_
                           ? Bounds{std::min(left.low, right.low), std::min(left.high, right.high)}
                           : Bounds{std::max(left.low, right.low), std::max(left.high, right.high)};
                break;
            }
            default: {
                Truth truth = Truth::no;
                if (bit(point, step.atom)) truth = Truth::yes;
                if (bit(maybe, step.atom)) truth = Truth::maybe;
                stack[size++] =
                    step.atom < settled ? Bounds{truth, truth} : Bounds{Truth::no, Truth::yes};
            }
        }
    }
    if (stack[0].low == Truth::yes) return Decided::yes;
    return stack[0].high == Truth::yes ? Decided::open : Decided::no;
}

void TalkSpace::conclude(std::uint64_t* point, const Watched& watched, std::size_t at,
                         bool yes) const {
    std::uint64_t* pending = point + 2 * atom_words_;
    std::uint64_t* held = pending + watch_words_;
    clear_bit(pending, at);
    if (!yes) return;
    if (watched.kind != Watched::Kind::rule) return set_bit(held, at);
    std::uint64_t* totals = held + watch_words_;
    const std::vector<int>& points = script_.rules[watched.index].points;
    for (OptionIndex i = 1; i < points.size(); ++i) {
        // Two totals in one word, each modulo 2^32: a sum in one half must not carry into the
        // other.
        const unsigned shift = i % 2 == 0 ? 0 : 32;
        const auto sum = static_cast<std::uint32_t>(totals[i / 2] >> shift) +
                         static_cast<std::uint32_t>(points[i] - points[0]);
        totals[i / 2] = (totals[i / 2] & ~(std::uint64_t{0xFFFFFFFF} << shift)) | std::uint64_t{sum}
                                                                                      << shift;
    }
}

void TalkSpace::forget(std::uint64_t* point) const {
    const std::uint64_t* pending = point + 2 * atom_words_;
    for (std::size_t word = 0; word < atom_words_; ++word) {
        std::uint64_t live = 0;
        for (std::size_t w = 0; w < watch_words_; ++w) {
            for (std::uint64_t left = pending[w]; left != 0; left &= left - 1) {
                const auto at = 64 * w + static_cast<std::size_t>(std::countr_zero(left));
                live |= watched_[at].program.atoms[word];
            }
        }
        point[word] &= live;
        point[atom_words_ + word] &= live;
    }
}

void TalkSpace::settle_question(std::uint64_t* point, std::size_t position,
                                const AnswerCell* cell) {
    const std::size_t first = first_atom_[position];
    const std::size_t end = first_atom_[position + 1];
    for (std::size_t atom = first; cell && atom < end; ++atom) {
        const Truth truth = cell->reads[atom - first];
        if (truth == Truth::yes) set_bit(point, atom);
        if (truth == Truth::maybe) set_bit(point + atom_words_, atom);
    }
    std::uint64_t* pending = point + 2 * atom_words_;
    if (guard_[position]) clear_bit(pending + watch_words_, *guard_[position]);
    for (const std::size_t at : looks_at_[position]) {
        if (!bit(pending, at)) continue;
        const Decided decided = decide(watched_[at].program, point, end);
        if (decided != Decided::open) conclude(point, watched_[at], at, decided == Decided::yes);
    }
    forget(point);
}

bool TalkSpace::insert(TalkLayer& layer, std::uint32_t from, std::uint16_t cell,
                       std::uint16_t asked, double mass, std::uint32_t& place) {
    if (2 * (layer.size() + 1) > table_.size()) {
        table_.assign(std::max<std::size_t>(64, 4 * table_.size()), empty_slot);
        for (std::uint32_t i = 0; i < layer.size(); ++i) {
            std::size_t slot = hash_of(&layer.words[i * width_], width_) & (table_.size() - 1);
            while (table_[slot] != empty_slot) slot = (slot + 1) & (table_.size() - 1);
            table_[slot] = i;
        }
    }
    std::size_t slot = hash_of(next_.data(), width_) & (table_.size() - 1);
    const std::size_t bytes = width_ * sizeof(std::uint64_t);
    for (; table_[slot] != empty_slot; slot = (slot + 1) & (table_.size() - 1)) {
        place = table_[slot];
        if (bytes != 0 &&
            std::memcmp(layer.words.data() + place * width_, next_.data(), bytes) != 0)
            continue;
        layer.mass[place] += mass;
        const bool better = (keep_ == Keep::longest && asked > layer.asked[place]) ||
                            (keep_ == Keep::shortest && asked < layer.asked[place]);
        if (better) {
            layer.from[place] = from;
            layer.cell[place] = cell;
            layer.asked[place] = asked;
        }
        return true;
    }
    if (++points_ > request_.max_points) return false;
    place = static_cast<std::uint32_t>(layer.size());
    table_[slot] = place;
    layer.words.insert(layer.words.end(), next_.begin(), next_.end());
    layer.from.push_back(from);
    layer.cell.push_back(cell);
    layer.asked.push_back(asked);
    layer.mass.push_back(mass);
    return true;
}

bool TalkSpace::explore() {
    layers_.emplace_back();
    std::uint64_t* pending = next_.data() + 2 * atom_words_;
    for (std::size_t at = 0; at < watched_.size(); ++at) set_bit(pending, at);
    for (std::size_t at = 0; at < watched_.size(); ++at) {
        const Decided decided = decide(watched_[at].program, next_.data(), 0);
        if (decided != Decided::open)
            conclude(next_.data(), watched_[at], at, decided == Decided::yes);
    }
    std::uint32_t place = 0;
    if (!insert(layers_.back(), 0, not_asked_cell, 0, 1, place)) return false;
    for (std::size_t i = 0; i < order_.size(); ++i) {
        if (!advance(i)) return false;
    }
    return true;
}

bool TalkSpace::advance(std::size_t position) {
    table_.clear();
    TalkLayer next;
    const TalkLayer& layer = layers_.back();
    const std::vector<AnswerCell>& cells = cells_[position];
    for (std::uint32_t from = 0; from < layer.size(); ++from) {
        const std::uint64_t* point = &layer.words[from * width_];
        const std::uint64_t* held = point + 2 * atom_words_ + watch_words_;
        const bool asked = !guard_[position] || bit(held, *guard_[position]);
        const std::size_t ways = asked ? cells.size() : 1;
        for (std::size_t way = 0; way < ways; ++way) {
            std::copy_n(point, width_, next_.begin());
            settle_question(next_.data(), position, asked ? &cells[way] : nullptr);
            const double share =
                asked && weights_[position] > 0 ? cells[way].weight / weights_[position] : 1;
            const auto cell = asked ? static_cast<std::uint16_t>(way) : not_asked_cell;
            std::uint32_t place = 0;
            const auto count = static_cast<std::uint16_t>(layer.asked[from] + (asked ? 1 : 0));
            if (!insert(next, from, cell, count, layer.mass[from] * share, place)) return false;
            if (request_.keep_edges) next.edges.push_back({from, place, cell});
        }
    }
    layers_.push_back(std::move(next));
    return true;
}

std::optional<std::size_t> TalkSpace::cell_of(std::size_t position, const Value& value) const {
    const std::span<const ConditionNode> atoms(atoms_.data() + first_atom_[position],
                                               first_atom_[position + 1] - first_atom_[position]);
    const std::vector<Truth> reads = read_value_by(script_, order_[position], atoms, value);
    for (std::size_t i = 0; i < cells_[position].size(); ++i) {
        if (cells_[position][i].reads == reads) return i;
    }
    return std::nullopt;
}

std::vector<int> TalkSpace::totals(std::size_t end) const {
    std::vector<int> result(script_.options.size(), 0);
    if (request_.rules.empty()) return result;
    const std::uint64_t* totals = &ends().words[end * width_] + 2 * atom_words_ + 2 * watch_words_;
    for (OptionIndex i = 1; i < result.size(); ++i)
        result[i] =
            static_cast<int>(static_cast<std::uint32_t>(totals[i / 2] >> (i % 2 == 0 ? 0 : 32)));
    return result;
}

bool TalkSpace::holds(std::size_t end, std::size_t target) const {
    const std::uint64_t* held = &ends().words[end * width_] + 2 * atom_words_ + watch_words_;
    return bit(held, watched_.size() - request_.targets.size() + target);
}

Answers TalkSpace::answers_to(std::size_t end) const {
    Answers answers(script_.questions.size());
    std::size_t at = end;
    for (std::size_t i = order_.size(); i-- > 0;) {
        const TalkLayer& layer = layers_[i + 1];
        if (layer.cell[at] != not_asked_cell) answers[order_[i]] = cells_[i][layer.cell[at]].value;
        at = layer.from[at];
    }
    return answers;
}

}  // namespace advisor::dialogs
