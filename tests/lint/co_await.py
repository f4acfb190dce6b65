#!/usr/bin/env python3
"""Finds what g++ 12 destroys twice: aggregates made with braces, lambdas with captures, and objects that ?: chooses among the arguments, inside an
expression with co_await.

The cure is a name: build the object first, then await with std::move(object).

    python3 tests/lint/co_await.py FILE...       checks these files
    python3 tests/lint/co_await.py --self-test   checks that bad samples are found
"""

import pathlib
import re
import sys

TOKEN = re.compile(r'R"([^()\\ ]{0,16})\(.*?\)\1"|"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])+\'|//[^\n]*|/\*.*?\*/', re.DOTALL)
# A name, or a template's end, directly before a brace: an object made there. Keywords that open a block are none.
BLOCK_WORDS = {"else", "do", "try", "const", "noexcept", "mutable", "override", "return"}


def blank_out(text):
    """The text with comments and literals blanked, every line break and offset kept."""
    def blank(match):
        piece = match[0]
        inside = "".join(c if c == "\n" else " " for c in piece)
        return inside if piece.startswith("/") else '"' + inside[1:-1] + '"'
    return TOKEN.sub(blank, text)


def statement_around(text, at):
    """The offsets of the full expression that holds `at`: back to ; { or } of its own level, on to the ; or { behind it."""
    depth = 0
    begin = at
    while begin > 0:
        c = text[begin - 1]
        if c in ")]":
            depth += 1
        elif c in "([":
            depth -= 1
        elif c == "}" and (depth > 0 or is_initializer(text, opening(text, begin - 1))):
            begin = opening(text, begin - 1)
            continue
        elif c == "{" and is_initializer(text, begin - 1):
            begin -= 1
            continue
        elif c in ";{}" and depth <= 0:
            break
        begin -= 1
    end = at
    depth = 0
    while end < len(text):
        c = text[end]
        if c in "([":
            depth += 1
        elif c in ")]":
            depth -= 1
        elif c == "{":
            if depth <= 0 and not is_initializer(text, end):
                break
            end = closing(text, end)
        elif c == ";" and depth <= 0:
            break
        end += 1
    return begin, end


def closing(text, at):
    depth = 0
    for i in range(at, len(text)):
        depth += {"{": 1, "}": -1}.get(text[i], 0)
        if depth == 0:
            return i
    return len(text)


def opening(text, at):
    depth = 0
    for i in range(at, -1, -1):
        depth += {"}": 1, "{": -1}.get(text[i], 0)
        if depth == 0:
            return i
    return 0


def is_initializer(text, at):
    """True when the brace at `at` makes an object: behind a type's name, a comma, a parenthesis that is open, or `=`."""
    before = text[:at].rstrip()
    if not before:
        return False
    if before[-1] in "(,=?:<&|!+[":
        return before[-1] != ":" or before.endswith("::")
    word = re.search(r"[A-Za-z_0-9]+$", before)
    if word:
        return word[0] not in BLOCK_WORDS
    return before[-1] == ">" and not before.endswith("->")


def is_capturing_lambda(text, at):
    """True when the bracket at `at` opens a lambda's captures, and there are some."""
    before = text[:at].rstrip()
    if before and (before[-1] in ")]>" or re.search(r"[A-Za-z_0-9]$", before)):
        word = re.search(r"[A-Za-z_0-9]+$", before)
        if not (word and word[0] in ("return", "co_return", "co_await")):
            return False
    end = text.find("]", at)
    behind = text[end + 1:].lstrip()
    return end > at and text[at + 1:end].strip() != "" and behind[:1] in ("(", "{", "<")


def chosen_arguments(text, begin, end):
    """The offsets of every ? inside the parentheses of what is awaited."""
    depth = 0
    for at in range(begin, end):
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        if depth < 0:
            return
        if text[at] == "?" and depth > 0:
            yield at


def check_text(file, original):
    text = blank_out(original)
    problems = []
    for match in re.finditer(r"\bco_await\b", text):
        begin, end = statement_around(text, match.start())
        for at in range(begin, end):
            line = text.count("\n", 0, at) + 1
            if text[at] == "{" and is_initializer(text, at):
                problems.append((line, "builds an aggregate with braces"))
            elif text[at] == "[" and is_capturing_lambda(text, at):
                problems.append((line, "makes a lambda with captures"))
        for at in chosen_arguments(text, match.end(), end):
            problems.append((text.count("\n", 0, at) + 1, "chooses an argument with ?:"))
    return [f"{file}:{line}: an expression with co_await {what}; g++ 12 destroys it twice: build it first, then await"
            for line, what in sorted(set(problems))]


def self_test():
    bad = [
        "co_await store.append(Turn{id, seq, text});",
        "co_await store.append(db::Turn{\n    id, seq});",
        "co_await f(std::make_unique<Turn>(Turn{id}));",
        "co_await f({id, seq});",
        "const auto r = co_await f(1, {a});",
        "co_return co_await f(Refusal{code, text});",
        "co_await f([text] { return text; });",
        "co_await f([&](int x) { return x + y; });",
        "co_await f([this, s = std::move(s)]() mutable { go(s); });",
        "g(Turn{id}, co_await f());",
        "if (!co_await f(Turn{id})) co_return;",
        "const X x{co_await f(), 2};",
        "co_await f(std::vector<int>{1, 2});",
        "auto r = a ? co_await f(T{1}) : b;",
        "while (co_await next(Key{1})) { go(); }",
        "co_await f(late ? std::string() : text);",
        "View view = co_await standing(deed, g(a ? b : c), live);",
    ]
    good = [
        "Turn turn{id, seq}; co_await store.append(std::move(turn));",
        "co_await f(\"{}\");  // Turn{id}",
        "if (co_await f(x)) { go(Turn{id}); }",
        "for (;;) { co_await f(); Turn turn{1}; }",
        "const auto r = co_await f(list[2], map[key]);",
        "auto [error, size] = co_await read(buffer, as_result);",
        "if (x) co_return Refusal{code, text};\nco_await f();",
        "try { co_await f(); } catch (const E& e) { go(T{1}); }",
        "co_await f([] { return 1; });",
        "if (late) text.clear(); co_await f(std::move(text)); return a ? b : c;",
        "const int r = g(co_await f(x)) ? 1 : 2;",
        "Task<int> f() { co_return co_await g(); }",
        "struct S { int x = 0; };\nTask<> f(S s) { co_await g(s); }",
        "co_await f(R\"({\"a\":[1]})\");",
    ]
    failures = [f"not found: {text}" for text in bad if not check_text("bad", text)]
    failures += [f"found wrongly in: {text}\n  {problem}" for text in good for problem in check_text("good", text)]
    return failures


def main(arguments):
    if arguments == ["--self-test"]:
        problems = self_test()
    elif arguments:
        problems = [problem for file in arguments for problem in check_text(file, pathlib.Path(file).read_text(encoding="utf-8"))]
    else:
        problems = ["no file given"]
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
