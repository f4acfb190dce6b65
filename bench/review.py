#!/usr/bin/env python3
"""Measures the review API over loopback while people talk to the same server, and prints a Markdown table.

    advisor generate --sessions 1000000 --days 400 --data DIR
    python3 bench/review.py --binary build/release/advisor --data DIR

Starts the server on DIR (which keeps the turns that are taken meanwhile), asks each question `--runs` times one after
the other on one connection, and says the shortest, median and longest time. What is asked for (results, channels, words
of talks) is read from the data, so any folder will do. `--writers` people answer one question a second each.
"""
import argparse
import http.client
import json
import multiprocessing
import os
import re
import statistics
import subprocess
import sys
import threading
import time
import urllib.parse
import uuid

ROOT = "/api/v1/review"
PAGE_MS, SEARCH_MS, FIGURES_MS, CSV_MB = 20, 30, 30, 32


def options():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--binary", required=True, help="the advisor program")
    parser.add_argument("--data", required=True, help="folder with the database")
    parser.add_argument("--runs", type=int, default=15, help="of each question (15)")
    parser.add_argument("--writers", type=int, default=10, help="people who talk meanwhile (10)")
    parser.add_argument("--without-csv", action="store_true", help="leave out the export of everything")
    return parser.parse_args()


def start_server(binary, data):
    server = subprocess.Popen([binary, "serve", "--port", "0", "--data", data], stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, text=True)
    line = server.stdout.readline()
    if not line.startswith("listening on "):
        sys.exit(f"the server does not start: {line}")
    return server, int(line.rsplit(":", 1)[1])


class Client:
    """One connection with a token of the role viewer."""

    def __init__(self, port, token):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = {"Authorization": f"Bearer {token}"}

    def get(self, path):
        self.connection.request("GET", ROOT + path, headers=self.headers)
        response = self.connection.getresponse()
        body = response.read()
        if response.status != 200:
            sys.exit(f"{path}: {response.status} {body[:200]}")
        return body

    def json(self, path):
        return json.loads(self.get(path))


def talk(port, stop):
    """Begins talks and gives each question its first answer, a turn a second."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def post(path, body, token=None):
        headers = {"Content-Type": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        connection.request("POST", path, json.dumps(body), headers)
        return json.loads(connection.getresponse().read())

    while not stop.is_set():
        reply = post("/api/v1/sessions", {"id": str(uuid.uuid4())})
        session, token = reply.get("session"), reply.get("token")
        while reply.get("question") and not stop.wait(1):
            reply = post(f"/api/v1/sessions/{session}/turns",
                         {"type": "skip", "id": str(uuid.uuid4()), "seq": reply["seq"]}, token)


def cursor_deep(client, query, pages):
    """The cursor so many pages of 200 behind the first."""
    cursor = ""
    for _ in range(pages):
        page = client.json(f"/sessions?{query}&limit=200{cursor}")
        if not page["next"]:
            break
        cursor = f"&cursor={urllib.parse.quote(page['next'])}"
    return cursor


def frequent_words(client, day):
    """Words of talks up to a day: two of the most frequent, one in between, one rare."""
    counts = {}
    for session in client.json(f"/sessions?limit=200&to={day}")["sessions"][::8]:
        for message in client.json(f"/sessions/{session['id']}")["messages"]:
            if message["from"] == "user":
                for word in set(re.findall(r"[a-z]{3,}", message["text"].lower())):
                    counts[word] = counts.get(word, 0) + 1
    words = sorted(counts, key=lambda word: -counts[word])
    return words[0], words[1], words[len(words) // 2], words[-1]


def questions(client):
    """(group, limit in ms, name, path): every list, filter and pair of filters, transcripts, searches and figures."""
    figures = client.json("/analytics")
    first = client.json("/sessions?limit=200")["sessions"]
    version = first[0]["script_version"]
    outcome = max(figures["outcomes"], key=lambda row: row["sessions"])
    seldom = min(figures["outcomes"], key=lambda row: row["sessions"])
    channels = sorted(figures["by_channel"], key=lambda row: row["started"])
    left = max(figures["questions"], key=lambda row: row["left"])["question"]
    begin, end = figures["from"], figures["to"]
    periods = sorted(row["period"] for row in figures["over_time"])
    middle = f"{periods[len(periods) // 2][:7]}-11"
    filters = {
        "outcome": outcome["outcome"], "outcome (rare)": seldom["outcome"], "firmness": outcome["firmness"],
        "script": first[0]["script"], "script_version": version[:8], "channel": channels[-1]["channel"],
        "channel (rare)": channels[0]["channel"], "locale": first[0]["locale"] or "en", "state": "open", "left_at": left,
        "from": middle, "to": middle, "reviewed": "no", "min_duration": "600", "max_duration": "3",
    }
    common, second, some, rare = frequent_words(client, middle)
    texts = {
        "a common word": common, "two common words": f"{common} {second}", "a word": some, "a rare word": rare,
        "common and rare": f"{common} {rare}", "beginning of a word": common[:3], "a phrase": f'"{common} {second}"',
        "no such word": "xylophonist", "many words": f"{common} {second} {some} {rare}",
    }
    asked = [("list", PAGE_MS, "no filter", "/sessions"), ("list", PAGE_MS, "200 a page", "/sessions?limit=200"),
             ("list", PAGE_MS, "page 100 of 200 each", "/sessions?limit=200" + cursor_deep(client, "", 100))]
    pairs = {name: urllib.parse.urlencode({name.split()[0]: value}) for name, value in filters.items()}
    for name, query in pairs.items():
        asked.append(("filter", PAGE_MS, name, f"/sessions?{query}"))
        asked.append(("filter, deep", PAGE_MS, name, f"/sessions?{query}" + cursor_deep(client, query, 20)))
    for name, query in pairs.items():
        for other, more in pairs.items():
            if name < other and name.split()[0] != other.split()[0]:
                asked.append(("two filters", PAGE_MS, f"{name}, {other}", f"/sessions?{query}&{more}"))
    for session in (first[0], first[-1], client.json("/sessions?to=" + middle)["sessions"][0]):
        asked.append(("transcript", PAGE_MS, f"{session['turns']} turns", f"/sessions/{session['id']}"))
    for name, text in texts.items():
        query = urllib.parse.urlencode({"q": text})
        asked.append(("search", SEARCH_MS, name, f"/sessions?{query}"))
        asked.append(("search", SEARCH_MS, f"{name}, rare result", f"/sessions?{query}&{pairs['outcome (rare)']}"))
        asked.append(("search", SEARCH_MS, f"{name}, channel, period", f"/sessions?{query}&{pairs['channel']}&{pairs['from']}"))
    spans = {"all": "", "one day": f"from={middle}&to={middle}", "a year and parts of months": f"from={begin[:8]}12&to={end}",
             "92 days": period(middle, 92), "91 days from a month's middle": period(middle, 91), "130 days": period(middle, 130)}
    for name, span in spans.items():
        for narrowed in ("", "channel", "locale", "script_version", "script"):
            query = "&".join(part for part in (span, pairs[narrowed] if narrowed else "") if part)
            asked.append(("figures", FIGURES_MS, f"{name}{', ' if narrowed else ''}{narrowed}", f"/analytics?{query}"))
    asked.append(("figures", FIGURES_MS, "compared with a version", f"/analytics?compare={version}"))
    asked += [("others", PAGE_MS, name, f"/{name}") for name in ("inbox", "tags", "filters", "scripts", "operations")]
    asked.append(("others", PAGE_MS, "inbox of a question", f"/inbox?question={left}"))
    return asked


def period(day, days):
    begin = time.mktime(time.strptime(day, "%Y-%m-%d"))
    last = time.strftime("%Y-%m-%d", time.localtime(begin + (days - 1) * 86400 + 7200))
    return f"from={day}&to={last}"


def times_of(client, path, runs):
    times = []
    for _ in range(runs):
        begin = time.perf_counter()
        client.get(path)
        times.append((time.perf_counter() - begin) * 1000)
    return min(times), statistics.median(times), max(times)


def rss_mb(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        return int(re.search(r"VmRSS:\s+(\d+)", status.read()).group(1)) / 1024


def export(client, pid):
    """Reads everything as CSV and says how much the server's memory grew meanwhile."""
    before, highest, ended = rss_mb(pid), [0.0], threading.Event()

    def watch():
        while not ended.wait(0.05):
            highest[0] = max(highest[0], rss_mb(pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    begin = time.perf_counter()
    client.connection.request("GET", ROOT + "/sessions.csv", headers=client.headers)
    response, size, rows = client.connection.getresponse(), 0, 0
    while piece := response.read(1 << 20):
        size += len(piece)
        rows += piece.count(b"\r\n")
    seconds = time.perf_counter() - begin
    ended.set()
    watcher.join()
    print(f"\nCSV of everything: {rows - 1:,} rows, {size / 1e6:,.0f} MB in {seconds:.0f} s; memory {before:.1f} MB before, "
          f"{highest[0]:.1f} MB at most, {highest[0] - before:.1f} MB more (limit {CSV_MB} MB)")
    return highest[0] - before <= CSV_MB


def measure(client, runs):
    """Prints a line a group and one for each question that is too slow. True when none is."""
    quick, groups = True, {}
    for group, limit, name, path in questions(client):
        times = times_of(client, path, runs)
        groups.setdefault((group, limit), []).append((times, name))
    print("| what | questions | shortest ms | median of medians ms | slowest median ms | of | longest ms | limit ms |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    slow = []
    for (group, limit), rows in groups.items():
        slowest, name = max((times[1], name) for times, name in rows)
        print(f"| {group} | {len(rows)} | {min(times[0] for times, _ in rows):.1f} | "
              f"{statistics.median(times[1] for times, _ in rows):.1f} | {slowest:.1f} | {name} | "
              f"{max(times[2] for times, _ in rows):.1f} | {limit} |")
        slow += [(group, name, times, limit) for times, name in rows if times[1] > limit]
    for group, name, times, limit in slow:
        quick = False
        print(f"\ntoo slow: {group}: {name}: {times[0]:.1f} / {times[1]:.1f} / {times[2]:.1f} ms, limit {limit}")
    return quick


def main():
    given = options()
    server, port = start_server(given.binary, given.data)
    stop = multiprocessing.Event()
    writers = [multiprocessing.Process(target=talk, args=(port, stop)) for _ in range(given.writers)]
    try:
        made = subprocess.run([given.binary, "token", "add", f"bench-{uuid.uuid4().hex[:8]}", "--role", "viewer", "--data",
                               given.data], check=True, capture_output=True, text=True)
        client = Client(port, made.stdout.strip().splitlines()[-1])
        for writer in writers:
            writer.start()
        load = os.getloadavg()[0]
        counted = client.json("/operations")["counted"]
        print(f"{client.json('/sessions')['total']:,} sessions, {counted['turns']:,} turns; {given.writers} people talk; "
              f"{given.runs} runs each; load {load:.1f}; {time.strftime('%Y-%m-%d %H:%M', time.gmtime())} UTC\n")
        quick = measure(client, given.runs)
        small = given.without_csv or export(client, server.pid)
    finally:
        stop.set()
        for writer in writers:
            if writer.is_alive():
                writer.join(5)
                writer.terminate()
        server.terminate()
        server.wait(15)
    sys.exit(0 if quick and small else 1)


if __name__ == "__main__":
    main()
