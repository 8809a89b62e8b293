"""Requests per second of our search over HTTP beside those of Datasette, on the same records and with the same queries.

Both serve on the loopback address; the clients are processes of their own that keep their connections. Ours is the
real command `registry serve` with its defaults (2 threads) and no limit of requests. Datasette serves an SQLite file
in which an FTS5 table (tokenizer `porter unicode61`) indexes titles and texts: the same words as our index.

Datasette is asked in several ways. *table page* is what its users have: `/<db>/texts.json?_search=` as it comes, 100
whole rows in the order of their numbers, with the total. *SQL* asks its endpoint for queries for id and title of the
best 20, the least that a search can answer with, and *SQL with passages* for a passage of each as well. *lean page*,
only when asked for, is the table page for 20 titles, not ranked. Ours always ranks, and answers with 20 whole records,
passages of titles and articles, the total and eight facets.

*repeated*: 20 queries again and again, asked once before. *different*: every request is a query that this server was
never asked before. Systems take turns in every round; the figures are medians of the rounds.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlencode

from common import (
    CORPORA,
    add_keep,
    arguments,
    fetch,
    filled,
    free_port,
    fts5,
    is_here,
    load,
    make_queries,
    milliseconds,
    our_server,
    pairs_of,
    running,
    say,
    table,
    workplace,
)

DEFAULTS = ("bundled", "tota", "tota-articles")
REPEATED = 20
BEST = "from texts_fts join texts on texts.id = texts_fts.rowid where texts_fts match :q order by rank limit 20"
TITLES = f"select texts.id, texts.title {BEST}"
PASSAGES = f"select texts.id, texts.title, snippet(texts_fts, -1, '**', '**', ' … ', 24) as passage {BEST}"


def ours(query):
    return "/api/v1/agreements?q=" + quote(query)


def table_page(query):
    return "/peers/texts.json?" + urlencode({"_search": query})


def lean_page(query):
    columns = [("_search", query), ("_col", "title"), ("_size", "20"), ("_nofacet", "1"), ("_nosuggest", "1")]
    return "/peers/texts.json?" + urlencode(columns)


def sql_page(query, sql=TITLES):
    # Quoted as Datasette itself quotes the words of `_search`.
    words = " ".join(f'"{word}"' for word in query.split())
    return "/peers.json?" + urlencode({"sql": sql, "q": words, "_shape": "array"})


def passages_page(query):
    return sql_page(query, PASSAGES)


PEERS = {"table page": table_page, "SQL": sql_page, "SQL with passages": passages_page, "lean page": lean_page}
USUAL = ("table page", "SQL", "SQL with passages")


def parsed():
    parser = arguments(__doc__)
    parser.add_argument("--datasette", metavar="PATH", help="the command of Datasette 0.65 (else the one on PATH)")
    parser.add_argument("--corpus", action="append", choices=CORPORA, help=f"may be repeated ({', '.join(DEFAULTS)})")
    parser.add_argument("--peer", action="append", choices=list(PEERS), help=f"may be repeated ({', '.join(USUAL)})")
    parser.add_argument("--clients", type=int, action="append", help="how many clients; may be repeated (1 and 8)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--different", type=int, default=400, help="queries of one measurement without repetition")
    parser.add_argument("--seconds", type=float, default=5.0, help="the longest time of one measurement")
    parser.add_argument("--immutable", action="store_true", help="let Datasette open the file as immutable")
    add_keep(parser)
    return parser.parse_args()


@contextmanager
def datasette(command, path, folder, *, immutable):
    """Serve an SQLite file; yield the port."""
    port = free_port()
    line = [command, "serve", *(["--immutable"] if immutable else []), str(path), "--port", str(port)]
    environ = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    with running(line, port, "/-/versions.json", folder / "datasette.log", env=environ):
        yield port


def hits(our_port, their_port, queries):
    """Print how much both find for a few queries."""
    lines, counts = [], set()
    for query in queries:
        found = fetch(our_port, ours(query))
        theirs = fetch(their_port, table_page(query))
        counts.add(theirs["filtered_table_rows_count"])
        relaxed = " (some of the words)" if found["query"]["relaxed"] else ""
        best = len(fetch(their_port, sql_page(query)))
        lines.append((query, f"{found['total']:,}{relaxed}", f"{theirs['filtered_table_rows_count']:,}", best))
    table(("hits", "ours", "Datasette", "of them by SQL"), lines)
    if len(counts) == 1 or not any(counts):
        print("\nDatasette does not search: its figures mean nothing.")


def measure(corpus, folder, command, args):
    say(f"{corpus}: making both")
    settings = filled(folder, corpus)
    path = fts5(settings)
    pairs = pairs_of(path)
    clients = args.clients or [1, 8]
    repeated = make_queries(pairs, REPEATED, seed=1)
    wanted = args.rounds * len(clients) * args.different
    different = [query for query in make_queries(pairs, wanted + REPEATED, seed=2) if query not in set(repeated)]
    # A small corpus has fewer queries in it: then each measurement gets fewer.
    share = min(args.different, len(different) // (args.rounds * len(clients)))
    ways = {f"Datasette, {name}": PEERS[name] for name in args.peer or USUAL}
    print(f"\n## {corpus}: {len(pairs):,} records\n")
    with (
        our_server(settings) as (our_port, _),
        datasette(command, path, folder, immutable=args.immutable) as their_port,
    ):
        hits(our_port, their_port, [*repeated[:6], *different[:3]])
        print()
        asked = {"ours": (our_port, ours), **{name: (their_port, way) for name, way in ways.items()}}
        for port, way in asked.values():
            for query in repeated:
                fetch(port, way(query))
        seen = {}
        for turn in range(args.rounds):
            for place, count in enumerate(clients):
                start = (turn * len(clients) + place) * share
                for name, (port, way) in asked.items():
                    for mode, queries in (("repeated", repeated), ("different", different[start : start + share])):
                        say(f"  round {turn + 1}, {count} clients: {name}, {mode}")
                        result = load(
                            port,
                            [way(query) for query in queries],
                            count,
                            requests=1_000_000 if mode == "repeated" else share,
                            seconds=args.seconds,
                            repeat=mode == "repeated",
                        )
                        seen.setdefault((name, mode, count), []).append(result)
    report(seen, ["ours", *ways], clients)


def rate(per_second):
    """Write a number of requests per second."""
    return f"{per_second:,.0f}" if per_second >= 20 else f"{per_second:.1f}"


def report(seen, names, clients):
    """Print the medians, and by how much ours is faster."""
    modes = ("repeated", "different")
    rates = {key: statistics.median(done / seconds for done, seconds, *_ in results) for key, results in seen.items()}
    lines = []
    for name in names:
        for mode in modes:
            for count in clients:
                results = seen[name, mode, count]
                latencies = sorted(latency for _, _, own, *_ in results for latency in own)
                failures = {}
                for _, _, _, own, _ in results:
                    for status, times in own.items():
                        failures[status] = failures.get(status, 0) + times
                busy = statistics.median(cpu / seconds for _, seconds, _, _, cpu in results)
                lines.append(
                    (
                        f"{name}, {mode}",
                        count,
                        rate(rates[name, mode, count]),
                        milliseconds(statistics.median(latencies)),
                        milliseconds(latencies[int(len(latencies) * 0.95)]),
                        f"{len(latencies):,}",
                        f"{busy:.2f}",
                        ", ".join(f"{times} x {status}" for status, times in failures.items()) or "-",
                    )
                )
    head = ("system, queries", "clients", "requests/s", "median", "95 %", "requests", "cores of clients", "failed")
    table(head, lines)
    print()
    cells = [(mode, count) for mode in modes for count in clients]
    table(
        ("ours to Datasette's", *(f"{mode}, {count} client{'s' * (count > 1)}" for mode, count in cells)),
        [
            (name, *(f"{rates['ours', *cell] / rates[name, *cell]:.1f} x" for cell in cells))
            for name in names
            if name != "ours"
        ],
    )


def main():
    args = parsed()
    command = args.datasette or shutil.which("datasette")
    if command is None or not Path(command).is_file():
        print("Datasette is not on this machine: install datasette==0.65.* elsewhere and say --datasette PATH.")
        sys.exit(0)
    with workplace(args.keep) as folder:
        for corpus in args.corpus or DEFAULTS:
            if is_here(corpus):
                measure(corpus, folder, command, args)


if __name__ == "__main__":
    main()
