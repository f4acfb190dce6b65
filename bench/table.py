"""Prints the raw results of bench/run (JSON lines) as Markdown tables.

Each figure is the median of its runs with the smallest and largest in brackets. A ratio is taken pair by pair, advisor
by peer of the same round, so that what slows the machine down for a while slows both.
"""
import json
import statistics
import sys

LOAD = [  # field, heading, digits after the point
    ("turns_per_s", "turns/s", 0),
    ("server_us_per_turn", "server CPU us/turn", 1),
    ("p50_us", "p50 us", 0),
    ("p99_us", "p99 us", 0),
    ("p999_us", "p99.9 us", 0),
    ("server_cpu_pct", "server CPU %", 0),
    ("server_rss_mb", "RSS MB", 0),
    ("others_pct", "others %", 0),
    ("errors", "errors", 0),
    ("unanswered", "unanswered", 0),
]
IDLE = [
    ("open", "open", 0),
    ("errors", "errors", 0),
    ("unanswered", "unanswered", 0),
    ("rss_empty_mb", "RSS before MB", 1),
    ("rss_open_mb", "RSS open MB", 1),
    ("rss_after_turn_mb", "RSS after one turn MB", 1),
    ("bytes_per_conn_after_turn", "bytes/connection", 0),
    ("accept_cpu_us", "accept CPU us", 1),
]
READY = [("greeted_ms", "greeted ms", 1), ("ready_ms", "first handshake ms", 1), ("server_rss_mb", "RSS MB", 1)]
RATIOS = ["turns_per_s", "server_us_per_turn", "p50_us", "p99_us"]


def number(value, digits):
    return f"{value:,.{digits}f}"


def spread(values, digits):
    if not values:
        return "-"
    middle = number(statistics.median(values), digits)
    low, high = number(min(values), digits), number(max(values), digits)
    return middle if low == high else f"{middle} [{low}-{high}]"


def rows_of(runs, kind, label):
    return [run for run in runs if run["kind"] == kind and run["label"] == label]


def table(runs, kinds, columns):
    print("| run | server | runs | " + " | ".join(heading for _, heading, _ in columns) + " |")
    print("| --- " * (len(columns) + 3) + "|")
    for kind in kinds:
        for label in dict.fromkeys(run["label"] for run in runs if run["kind"] == kind):
            rows = rows_of(runs, kind, label)
            cells = [spread([row[field] for row in rows], digits) for field, _, digits in columns]
            print(f"| {kind} | {label} | {len(rows)} | " + " | ".join(cells) + " |")
    print()


def ratios(runs, kinds):
    print("| run | ratio | " + " | ".join(RATIOS) + " |")
    print("| --- " * (len(RATIOS) + 2) + "|")
    for kind in kinds:
        labels = list(dict.fromkeys(run["label"] for run in runs if run["kind"] == kind))
        ours = [label for label in labels if label.startswith("advisor")]
        for label, peer in [(label, peer) for peer in labels if peer not in ours for label in ours]:
            pairs = list(zip(rows_of(runs, kind, label), rows_of(runs, kind, peer)))
            cells = [spread([a[field] / b[field] for a, b in pairs if b[field]], 2) for field in RATIOS]
            print(f"| {kind} | {label} / {peer} | " + " | ".join(cells) + " |")
    print()


def main(path):
    with open(path, encoding="utf-8") as lines:
        runs = [json.loads(line) for line in lines]
    kinds = list(dict.fromkeys(run["kind"] for run in runs))
    load = [kind for kind in kinds if kind.startswith(("closed", "open"))]
    if load:
        table(runs, load, LOAD)
        ratios(runs, load)
    for prefix, columns in (("idle", IDLE), ("ready", READY)):
        chosen = [kind for kind in kinds if kind.startswith(prefix)]
        if chosen:
            table(runs, chosen, columns)


main(sys.argv[1])
