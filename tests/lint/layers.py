#!/usr/bin/env python3
"""Reads the #include lines of the C++ sources and fails on any arrow that the architecture does not draw.

    python3 tests/lint/layers.py [ROOT]        checks the tree
    python3 tests/lint/layers.py --self-test   checks that bad samples are found
"""

import pathlib
import re
import sys

INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]')

# What each layer may include of our own, and of other libraries.
OWN = {
    "dialogs": ["dialogs/"],
    "db": ["db/", "dialogs/condition.hpp", "dialogs/script.hpp", "dialogs/score.hpp", "dialogs/json.hpp"],
    "server": ["server/", "db/", "dialogs/"],
}
THIRD_PARTY = {
    "dialogs": ["nlohmann/", "unicode/", "libstemmer.h"],
    "db": ["nlohmann/", "sqlite3.h"],
    "server": ["nlohmann/", "boost/asio/", "boost/system/", "boost/beast/", "openssl/", "sodium.h", "CLI/"],
}
# POSIX headers by layer; dialogs do no input and output at all.
POSIX = {
    "dialogs": [],
    "db": ["fcntl.h", "sys/file.h", "sys/stat.h", "unistd.h"],
    "server": ["arpa/inet.h", "fcntl.h", "netdb.h", "netinet/in.h", "pwd.h", "sys/socket.h", "sys/resource.h", "sys/stat.h", "unistd.h", "stdlib.h", "signal.h"],
}
# The standard library's own input and output, clocks and threads, which the pure layer does without.
IMPURE = {"atomic", "chrono", "condition_variable", "filesystem", "fstream", "future", "iostream", "mutex", "random",
          "semaphore", "shared_mutex", "thread", "ctime", "cstdio", "regex"}
BEAST_FILES = {"server/net/http_server.cpp", "server/net/http_client.cpp", "server/net/ws_session.cpp", "server/net/boost_impl.cpp"}
SOCKET_HEADERS = ("boost/asio/ip/", "boost/asio/basic_stream_socket.hpp", "boost/asio/basic_socket", "boost/asio/read",
                  "boost/asio/write", "boost/asio/connect", "boost/asio/ssl")
SOCKET_FILES = {"server/net/connection.hpp", "server/net/http_server.cpp", "server/net/http_client.cpp", "server/net/ws_session.cpp", "server/serve.cpp", "server/net/boost_impl.cpp"}
# Plain values: they see no Asio, no store and no conversation.
PLAIN_FILES = {"server/net/http.hpp", "server/net/http.cpp", "server/net/http_gate.hpp", "server/net/http_gate.cpp", "server/net/origin.hpp",
               "server/net/origin.cpp", "server/net/client_frame.hpp", "server/net/client_frame.cpp", "server/net/error_code.hpp"}
PLAIN_FILES |= {"server/net/public_address.hpp", "server/net/public_address.cpp", "server/net/url.hpp", "server/net/url.cpp"}
# The three uses and the commands do not know each other; all of them may use net/ and what lies in server/ itself.
ROOMS = {
    "server/net/": ("server/commands/", "server/review/", "server/team_chat/", "server/webhooks/"),
    "server/review/": ("server/channels/", "server/commands/", "server/team_chat/", "server/webhooks/"),
    "server/webhooks/": ("server/commands/", "server/review/", "server/team_chat/"),
    "server/team_chat/": ("server/commands/", "server/review/", "server/webhooks/"),
}
# A platform is pure functions: no Asio, no store, no conversation, and no other platform's business.
CHANNEL_INCLUDES = ("server/channels/", "server/net/http.hpp", "server/net/error_code.hpp", "dialogs/json_text.hpp")


def problem_of(file, bracket, name):
    """Why `file` may not include `name`, or None. `file` is relative to the root, with slashes."""
    layer = file.split("/")[0]
    if file.startswith("server/channels/"):
        if bracket == '"' and not name.startswith(CHANNEL_INCLUDES):
            return "plain values only: " + ", ".join(CHANNEL_INCLUDES)
        if name.startswith("boost/"):
            return "plain values only"
    if bracket == '"':
        if "/" not in name:
            return "an include from the repository root"
        if not any(name.startswith(allowed) for allowed in OWN[layer]):
            return f"nothing of {name.split('/')[0]}/ but {', '.join(OWN[layer])}"
        for room, others in ROOMS.items():
            if file.startswith(room) and name.startswith(others):
                return "not " + ", ".join(others)
        if file in PLAIN_FILES and name.startswith("db/"):
            return "plain values only"
        return None
    if name.startswith("boost/beast/") and file not in BEAST_FILES:
        return "Beast in http_server.cpp, http_client.cpp, ws_session.cpp and boost_impl.cpp alone"
    if name.startswith(SOCKET_HEADERS) and file not in SOCKET_FILES:
        return "sockets behind server/net/connection.hpp"
    if name.startswith("boost/") and file in PLAIN_FILES:
        return "plain values only"
    if layer == "dialogs" and name in IMPURE:
        return "no clock, file, thread or random number"
    if "/" in name or name.endswith(".h"):
        if not any(name.startswith(allowed) for allowed in THIRD_PARTY[layer] + POSIX[layer]):
            return f"no <{name}> in {layer}/"
    return None


def check_text(file, text):
    problems = []
    for number, line in enumerate(text.splitlines(), 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        problem = problem_of(file, match[1], match[2])
        if problem:
            problems.append(f"{file}:{number}: includes {match[2]}; allowed is {problem}")
    return problems


def check_tree(root):
    problems = []
    count = 0
    for layer in OWN:
        for path in sorted((root / layer).rglob("*")):
            if path.suffix in (".hpp", ".cpp"):
                count += 1
                problems += check_text(path.relative_to(root).as_posix(), path.read_text(encoding="utf-8"))
    if count < 20:
        problems.append(f"only {count} files found under {root}")
    return problems


def self_test():
    bad = [
        ("dialogs/engine.cpp", '#include "server/net/http.hpp"'),
        ("dialogs/engine.cpp", '#include "db/store.hpp"'),
        ("dialogs/engine.cpp", "#include <boost/asio/post.hpp>"),
        ("dialogs/engine.cpp", "#include <chrono>"),
        ("dialogs/engine.cpp", "#include <thread>"),
        ("dialogs/engine.cpp", "  #  include <fstream>"),
        ("dialogs/engine.cpp", "#include <unistd.h>"),
        ("dialogs/engine.cpp", "#include <sqlite3.h>"),
        ("dialogs/engine.cpp", '#include "engine.hpp"'),
        ("db/sqlite.cpp", '#include "server/log.hpp"'),
        ("db/sqlite.cpp", '#include "dialogs/engine.hpp"'),
        ("db/sqlite.cpp", "#include <boost/asio/post.hpp>"),
        ("server/net/router.cpp", "#include <boost/beast/http.hpp>"),
        ("server/net/connection.hpp", "#include <boost/beast/core.hpp>"),
        ("server/hub.hpp", "#include <boost/asio/ip/tcp.hpp>"),
        ("server/net/http.hpp", "#include <boost/asio/awaitable.hpp>"),
        ("server/net/http.hpp", '#include "db/store.hpp"'),
        ("server/log.cpp", "#include <spdlog/spdlog.h>"),
        ("server/channels/slack.cpp", "#include <boost/asio/post.hpp>"),
        ("server/channels/slack.cpp", '#include "server/conversation.hpp"'),
        ("server/channels/slack.cpp", '#include "db/store.hpp"'),
        ("server/review/review_api.cpp", '#include "server/team_chat/team_chat.hpp"'),
        ("server/net/router.cpp", '#include "server/review/accounts.hpp"'),
        ("server/log.cpp", '#include "tests/dialogs/support.hpp"'),
    ]
    good = [
        ("dialogs/engine.cpp", "#include <vector>\n#include <nlohmann/json.hpp>\n#include \"dialogs/score.hpp\"\n// #include <thread>"),
        ("server/net/http_client.cpp", "#include <boost/beast/http.hpp>\n#include <boost/asio/ssl/stream.hpp>\n#include <openssl/ssl.h>"),
        ("db/sqlite.cpp", "#include <sqlite3.h>\n#include <unistd.h>\n#include \"db/store.hpp\"\n#include <chrono>"),
        ("server/net/ws_session.cpp", "#include <boost/beast/websocket/stream.hpp>\n#include \"server/net/connection.hpp\""),
        ("server/net/connection.hpp", "#include <boost/asio/ip/tcp.hpp>"),
    ]
    failures = [f"not found: {file}: {text}" for file, text in bad if len(check_text(file, text)) != 1]
    failures += [problem for file, text in good for problem in check_text(file, text)]
    return failures


def main(arguments):
    problems = self_test() if arguments == ["--self-test"] else check_tree(pathlib.Path(arguments[0] if arguments else "."))
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
