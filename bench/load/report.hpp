#pragma once
// The one line of output: named figures, as key=value or as a JSON object.

#include <string>
#include <utility>
#include <vector>

namespace advisor::bench {

class Report {
public:
    explicit Report(std::string label) { add("label", std::move(label)); }

    void add(std::string name, std::string text) {
        values_.push_back({std::move(name), std::move(text), false});
    }
    /// `decimals` digits after the point.
    void add(std::string name, double number, int decimals);

    [[nodiscard]] std::string line() const;
    [[nodiscard]] std::string json() const;

private:
    struct Value {
        std::string name;
        std::string text;
        bool is_number = false;
    };
    std::vector<Value> values_;
};

}  // namespace advisor::bench
