"""The quick benchmark of `make bench`: start, search, pages, exports, judged queries; see README.md beside it."""

from __future__ import annotations

import argparse
import contextlib
import os
import sqlite3
import statistics
import subprocess
import sys
import time
import urllib.request
from dataclasses import replace

import exports
import relevance
from common import ROOT, add_keep, forget, free_port, median_of, milliseconds, table, texts_of, timed, workplace

from registry.app import create_app
from registry.config import ensure_secret_key, load_settings
from registry.http import cache
from registry.http.context import EXTENSION
from registry.runtime import open_registry, set_up
from registry.search.query_language.grammar import parse

#: Queries, each with how FTS5 is asked the same: it has no Russian stemmer, so the beginnings of words are looked for.
QUERIES = {
    "двойного налогообложения": "двойн* налогооблож*",
    "double taxation": "double taxation",
    "сотрудничество": "сотруднич*",
    "транспорт": "транспорт*",
    '"избежании двойного налогообложения"': '"избежании двойного налогообложения"',
}
PAGES = (
    "/",
    "/agreements",
    "/agreements?q=налог",
    "/agreements?in_force_on=2015-05-01",
    "/agreements/BLR-1997-001",
    "/overview",
    "/agreements.csv",
    "/api/v1/agreements?q=налог",
)


def parsed():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--without-corpora", action="store_true", help="leave out the judged queries on public corpora")
    add_keep(parser)
    return parser.parse_args()


def start(environ):
    """Start a server and wait until a search answers."""
    port = free_port()
    line = [sys.executable, "-c", "from registry.cli import main; main()", "serve", "--init", "--port", str(port)]
    process = subprocess.Popen(line, env=environ, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while process.poll() is None:
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/agreements?q=taxation", timeout=5).read()
                return
            time.sleep(0.01)
        raise RuntimeError("the server ended")
    finally:
        process.terminate()
        process.wait()


def starts(folder):
    """Print how long a new registry takes, and one that is set up; return the settings of it."""
    place = folder / f"start-{time.time_ns()}"
    environ = {
        **{name: value for name, value in os.environ.items() if not name.startswith("REGISTRY_")},
        "REGISTRY_INSTANCE": str(place / "instance"),
        "REGISTRY_SEARCH_INDEX": str(place / "index"),
        "PYTHONPATH": str(ROOT),
    }
    (place / "instance").mkdir(parents=True)
    ensure_secret_key(load_settings(environ))
    settings = load_settings(environ)
    registry = open_registry(settings)
    made = timed(lambda: set_up(registry))
    registry.close()
    print("\n## Start\n")
    again = median_of(lambda: start(environ), 5)
    lines = (("set up with its agreements, once", made), ("from the command until a search answers", again))
    table(
        ("start (the aim of the second: under 3 s)", "seconds"), [(what, f"{seconds:.2f}") for what, seconds in lines]
    )
    return settings


def searches(registry):
    """Print the text part of a search beside FTS5 over the same texts in the same process."""
    fts = sqlite3.connect(":memory:")
    fts.execute("create virtual table texts using fts5(body, tokenize='unicode61')")
    for key, _, title, text in texts_of(registry):
        fts.execute("insert into texts (rowid, body) values (?, ?)", (key, f"{title}\n{text}"))
    lines = []
    for ours, theirs in QUERIES.items():
        node = parse(ours)

        def ask(theirs=theirs):
            return fts.execute("select rowid from texts where texts match ? order by rank", (theirs,)).fetchall()

        mine, peer = [], []
        for _ in range(30):
            forget(registry.index, postings=False)
            mine.append(timed(lambda node=node: registry.index.search(node)))
            peer.append(timed(ask))
        hits, times = len(registry.index.search(node).keys), [statistics.median(found) for found in (mine, peer)]
        lines.append((ours, milliseconds(times[0]), hits, milliseconds(times[1]), len(ask())))
    print("\n## Search, its text part\n")
    table(("query", "ours", "hits", "FTS5", "hits"), lines)


def pages(settings):
    """Print whole answers of the application, without the network; kept answers are forgotten before each."""
    app = create_app(replace(settings, rate_limit=""))
    client = app.test_client()

    def ask(path):
        answer = client.get(path)
        if answer.status_code != 200:
            raise RuntimeError(f"{answer.status_code} for {path}")
        return answer.get_data()

    lines = []
    for path in PAGES:
        new, again = [], []
        ask(path)
        for _ in range(20):
            cache.install(app)
            new.append(timed(lambda path=path: ask(path)))
            again.append(timed(lambda path=path: ask(path)))
        lines.append((path, milliseconds(statistics.median(new)), milliseconds(statistics.median(again))))
    print("\n## Pages\n")
    table(("page", "new", "asked again"), lines)
    app.extensions[EXTENSION].close()


def main():
    args = parsed()
    with workplace(args.keep) as folder:
        settings = starts(folder)
        registry = open_registry(settings)
        searches(registry)
        registry.close()
        pages(settings)
        exports.measure(folder, 5000, ["csv", "jsonl", "xlsx"], 1)
        relevance.bundled(folder)
        relevance.articles(folder)
        if not args.without_corpora:
            relevance.public(folder)


if __name__ == "__main__":
    main()
