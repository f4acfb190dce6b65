#include "server/review/script_diff.hpp"

#include <algorithm>
#include <vector>

#include "dialogs/json_text.hpp"
#include "server/review/text_diff.hpp"

namespace advisor::server {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t most_value_bytes = 2000;
constexpr std::size_t most_changes = 500;
constexpr std::size_t most_lines = 2000;
constexpr std::size_t context_lines = 3;
constexpr int deepest_part = 2;

ordered_json read(const std::string& text) {
    if (dialogs::nests_too_deep(text)) return ordered_json::value_t::discarded;
    return ordered_json::parse(text, nullptr, false, true);
}

std::string words_of(const ordered_json& value) {
    std::string text = value.is_string()
                           ? value.get<std::string>()
                           : value.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
    if (text.size() <= most_value_bytes) return text;
    std::size_t end = most_value_bytes;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    return text.substr(0, end) + "…";
}

ordered_json words_or_null(const ordered_json* value) {
    return value ? ordered_json(words_of(*value)) : ordered_json();
}

const ordered_json* member(const ordered_json* object, const std::string& key) {
    if (!object || !object->is_object()) return nullptr;
    const auto found = object->find(key);
    return found == object->end() ? nullptr : &*found;
}

/// The keys of both, those of the later one first.
std::vector<std::string> keys_of(const ordered_json* before, const ordered_json* after) {
    std::vector<std::string> keys;
    for (const ordered_json* object : {after, before}) {
        if (!object || !object->is_object()) continue;
        for (const auto& [key, value] : object->items()) {
            if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
        }
    }
    return keys;
}

std::string id_of(const ordered_json& entry) {
    const ordered_json* id = member(&entry, "id");
    return id && id->is_string() ? id->get<std::string>() : std::string();
}

/// True for a list whose entries have names of their own.
bool has_ids(const ordered_json* value) {
    return value && value->is_array() && !value->empty() &&
           std::all_of(value->begin(), value->end(),
                       [](const ordered_json& entry) { return !id_of(entry).empty(); });
}

const ordered_json* find_entry(const ordered_json* list, const std::string& id) {
    if (!list || !list->is_array()) return nullptr;
    for (const ordered_json& entry : *list) {
        if (id_of(entry) == id) return &entry;
    }
    return nullptr;
}

class Comparison {
public:
    ordered_json changes = ordered_json::array();
    bool cut = false;

    void compare(const std::string& part, const ordered_json* before, const ordered_json* after,
                 int depth) {
        if (before && after && *before == *after) return;
        if (has_ids(before) || has_ids(after)) {
            compare_entries(part, before, after);
        } else if (depth < deepest_part && (!before || before->is_object()) &&
                   (!after || after->is_object())) {
            for (const std::string& key : keys_of(before, after))
                compare(part.empty() ? key : part + "/" + key, member(before, key),
                        member(after, key), depth + 1);
        } else {
            ordered_json field{
                {"field", ""}, {"before", words_or_null(before)}, {"after", words_or_null(after)}};
            add(part, "", kind_of(before, after), ordered_json::array({std::move(field)}));
        }
    }

private:
    static std::string kind_of(const ordered_json* before, const ordered_json* after) {
        return !before ? "added" : !after ? "removed" : "changed";
    }

    void add(const std::string& part, const std::string& id, const std::string& change,
             ordered_json fields) {
        if (changes.size() >= most_changes) {
            cut = true;
            return;
        }
        changes.push_back({{"part", part},
                           {"id", id.empty() ? ordered_json() : ordered_json(id)},
                           {"change", change},
                           {"fields", std::move(fields)}});
    }

    void add_entry(const std::string& part, const std::string& id, const ordered_json* before,
                   const ordered_json* after) {
        ordered_json fields = ordered_json::array();
        for (const std::string& key : keys_of(before, after)) {
            const ordered_json* old_value = member(before, key);
            const ordered_json* new_value = member(after, key);
            if (key == "id" || (old_value && new_value && *old_value == *new_value)) continue;
            fields.push_back({{"field", key},
                              {"before", words_or_null(old_value)},
                              {"after", words_or_null(new_value)}});
        }
        add(part, id, kind_of(before, after), std::move(fields));
    }

    void compare_entries(const std::string& part, const ordered_json* before,
                         const ordered_json* after) {
        std::vector<std::string> old_order, new_order;
        if (after && after->is_array()) {
            for (const ordered_json& entry : *after) {
                const std::string id = id_of(entry);
                const ordered_json* old_entry = find_entry(before, id);
                if (old_entry) new_order.push_back(id);
                if (!old_entry || *old_entry != entry) add_entry(part, id, old_entry, &entry);
            }
        }
        if (before && before->is_array()) {
            for (const ordered_json& entry : *before) {
                const std::string id = id_of(entry);
                if (find_entry(after, id))
                    old_order.push_back(id);
                else
                    add_entry(part, id, &entry, nullptr);
            }
        }
        if (old_order == new_order) return;
        ordered_json field{
            {"field", "order"}, {"before", words_of(old_order)}, {"after", words_of(new_order)}};
        add(part, "", "moved", ordered_json::array({std::move(field)}));
    }
};

std::string_view to_text(DiffLine::Kind kind) {
    return kind == DiffLine::Kind::same      ? "same"
           : kind == DiffLine::Kind::removed ? "removed"
                                             : "added";
}

/// The changed lines with a few around them; `cut` is set when there are too many.
ordered_json hunks_json(const std::vector<DiffLine>& lines, bool& cut) {
    std::vector<bool> shown(lines.size(), false);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (lines[i].kind == DiffLine::Kind::same) continue;
        const std::size_t end = std::min(lines.size(), i + context_lines + 1);
        for (std::size_t near = i - std::min(i, context_lines); near < end; ++near)
            shown[near] = true;
    }
    ordered_json hunks = ordered_json::array();
    std::size_t count = 0;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (!shown[i]) continue;
        if (++count > most_lines) {
            cut = true;
            break;
        }
        if (i == 0 || !shown[i - 1]) hunks.push_back(ordered_json::array());
        const DiffLine& line = lines[i];
        hunks.back().push_back(
            {{"kind", to_text(line.kind)},
             {"before", line.before ? ordered_json(line.before) : ordered_json()},
             {"after", line.after ? ordered_json(line.after) : ordered_json()},
             {"text", words_of(std::string(line.text))}});
    }
    return hunks;
}

}  // namespace

ordered_json script_diff(const std::string& before, const std::string& after) {
    const ordered_json old_script = read(before);
    const ordered_json new_script = read(after);
    Comparison comparison;
    const bool readable = old_script.is_object() && new_script.is_object();
    if (readable) comparison.compare("", &old_script, &new_script, 0);
    bool cut = comparison.cut;
    ordered_json hunks = hunks_json(diff_lines(before, after), cut);
    return {{"same", before == after},
            {"changes", readable ? std::move(comparison.changes) : ordered_json()},
            {"hunks", std::move(hunks)},
            {"cut", cut}};
}

}  // namespace advisor::server
