"""Where the time of an answer goes, and how it grows with the registry: 100, 10,000 and 100,000 records.

The records are those of the treaty list in one shuffled order, so that the smaller registries are part of the larger
ones; beyond its 28,883 titles they repeat with a number. The answers are those of `/api/v1/agreements`, taken from
the application without the network and without a limit of requests. Timers around functions of the product give each
part the time that it spends itself, not in another part; what no timer covers is the rest: Flask, the session, headers.

*new query*: nothing of this query is kept, but records and postings that other queries needed are. *everything
forgotten*: not even those. *asked again*: the kept answer. *after a change*: one record was changed in the database,
which the answer has to show, so the index follows first.
"""

from __future__ import annotations

import cProfile
import importlib
import json
import pstats
import random
import re
import statistics
import time
from contextlib import ExitStack, contextmanager
from functools import wraps
from itertools import pairwise
from pathlib import Path
from unittest.mock import patch

from common import ROOT, add_keep, arguments, filled, forget, is_here, milliseconds, say, table, workplace
from sqlalchemy import select, update

from registry.agreements.models import Agreement
from registry.app import create_app
from registry.http import cache
from registry.http.context import EXTENSION
from registry.outbox.services import note_changes
from tests.helpers import corpora

SIZES = (100, 10_000, 100_000)

#: The parts of an answer: what they are called, and the functions whose own time they are.
STAGES = {
    "database position": ("registry.search.records:DatabaseRecords.position",),
    "parse": ("registry.search.services:read",),
    "engine": ("registry.search.engine.index:SearchIndex.search",),
    "suggestion": ("registry.search.engine.index:SearchIndex.suggest",),
    "SQL: list": ("registry.search.services:list_agreements", "registry.search.services:refuse_unknown"),
    "SQL: facets": ("registry.search.listing:count_facets",),
    "records": ("registry.http.lists:_items",),
    "articles": ("registry.http.lists:articles_by_ids",),
    "passages": ("registry.search.highlight:Highlighter.snippets", "registry.search.highlight:Highlighter.passage"),
    "writing JSON": ("registry.http.lists:list_json",),
}

#: The other states in which an answer is measured.
OTHERS = ("everything forgotten", "- its records", "- its engine", "asked again", "after a change")


def parsed():
    parser = arguments(__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, metavar="N")
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--profile", action="store_true", help="also print the time of each package, by cProfile")
    add_keep(parser)
    return parser.parse_args()


def records(size):
    """Yield the first `size` records; titles beyond those of the list repeat with a number."""
    rows = list(corpora.rows("treaty-list"))
    random.Random(0).shuffle(rows)  # noqa: S311  An order, not a secret.
    for place in range(size):
        row, times = rows[place % len(rows)], place // len(rows)
        yield row if not times else {**row, "title": f"{row['title']} ({times + 1})"}


class Stages:
    """Measures the own time of each part while it is entered; a part that calls another stops its clock."""

    def __init__(self):
        self.spent = {}
        self._open = []
        self._since = 0.0

    def _turn(self):
        now = time.perf_counter()
        if self._open:
            self.spent[self._open[-1]] = self.spent.get(self._open[-1], 0.0) + now - self._since
        self._since = now

    def wrapped(self, name, function):
        """Return `function` with the clock of the part `name` around it."""

        @wraps(function)
        def inner(*args, **kwargs):
            self._turn()
            self._open.append(name)
            try:
                return function(*args, **kwargs)
            finally:
                self._turn()
                self._open.pop()

        return inner

    @contextmanager
    def measuring(self):
        """Put the timers around the functions; a function that is no longer there is named."""
        with ExitStack() as stack:
            for name, places in STAGES.items():
                for place in places:
                    module, _, attribute = place.partition(":")
                    *outer, last = attribute.split(".")
                    owner = importlib.import_module(module)
                    for part in outer:
                        owner = getattr(owner, part)
                    if not hasattr(owner, last):
                        say(f"  {place} is not there any more: its time is part of what calls it")
                        continue
                    stack.enter_context(patch.object(owner, last, self.wrapped(name, getattr(owner, last))))
            yield self

    def run(self, action):
        """Return the seconds of `action`, and of its parts with what is left as `rest`."""
        self.spent = {}
        begun = time.perf_counter()
        action()
        total = time.perf_counter() - begun
        return {**self.spent, "rest": total - sum(self.spent.values()), "whole answer": total}


def choose_words(index, titles):
    """Return a rare word, the commonest one, and two of middling frequency from one title, all of `titles`."""
    words = [list(dict.fromkeys(re.findall(r"[a-z]{5,}", title.casefold()))) for title in titles]
    with index.store.snapshot() as snapshot:
        # The one subject of all records is no word of a title.
        most = 0.9 * len(snapshot.agreements)
        count = {word: len(snapshot.postings("word", word).documents) for found in words for word in found}
        count = {word: number if number < most else 0 for word, number in count.items()}
    ordered = sorted((word for word in count if count[word]), key=lambda word: (count[word], word))
    pairs = [sorted(found, key=lambda word: -count[word])[:2] for found in words if len(found) >= 5]
    pair = sorted(pairs, key=lambda two: (count[two[1]], two))[len(pairs) // 2]
    return {"rare": ordered[0], "common": ordered[-1], "two": " ".join(pair)}


def cases(words):
    return {
        f"a rare word ({words['rare']})": {"q": words["rare"]},
        f"a common word ({words['common']})": {"q": words["common"]},
        f"two words ({words['two']})": {"q": words["two"]},
        f"a common word and a filter ({words['common']}, protocols)": {"q": words["common"], "kind": "protocol"},
        "no words, a filter (protocols)": {"kind": "protocol"},
        "no words, no filter": {},
    }


class Served:
    """The application on the registry of one size."""

    def __init__(self, settings):
        self.app = create_app(settings)
        self.client = self.app.test_client()
        self.registry = self.app.extensions[EXTENSION]
        self.registry.index.catch_up()

    def ask(self, given):
        """Return the body of an answer."""
        answer = self.client.get("/api/v1/agreements", query_string=given)
        if answer.status_code != 200:
            raise RuntimeError(answer.get_data(as_text=True)[:300])
        return answer.get_data()

    def forget(self, *, everything):
        """Forget the answers, and with `everything` also what they are made from."""
        kept = self.app.extensions[cache.ITEMS]
        cache.install(self.app)
        if not everything:
            self.app.extensions[cache.ITEMS] = kept
        forget(self.registry.index, postings=everything)

    def change(self, turn):
        """Change a record in the database as a service would, and say so."""
        with self.registry.database.write("benchmark") as uow:
            key = uow.session.scalar(select(Agreement.id).order_by(Agreement.id).offset(turn).limit(1))
            uow.session.execute(update(Agreement).where(Agreement.id == key).values(revision=Agreement.revision + 1))
            note_changes(uow.session, [key])


def measured(served, given, runs):
    """Return the medians of the parts of a new answer, and of the whole answer in the other states."""
    stages = Stages()
    found = []
    with stages.measuring():
        served.ask(given)
        for _ in range(runs):
            served.forget(everything=False)
            found.append(stages.run(lambda: served.ask(given)))
    names = {name for one in found for name in one}
    medians = {name: statistics.median(one.get(name, 0.0) for one in found) for name in names}
    others = {name: [] for name in OTHERS}
    for turn in range(runs):
        served.forget(everything=True)
        with stages.measuring():
            cold = stages.run(lambda: served.ask(given))
        others["everything forgotten"].append(cold["whole answer"])
        others["- its records"].append(cold.get("records", 0.0))
        others["- its engine"].append(cold.get("engine", 0.0))
        before = served.ask(given)
        others["asked again"].append(stages.run(lambda: served.ask(given))["whole answer"])
        served.change(turn)
        others["after a change"].append(stages.run(lambda: served.ask(given))["whole answer"])
        if "q" in given and change_of(served.ask(given)) <= change_of(before):
            raise RuntimeError("an answer did not show the change that was made before it")
    total = json.loads(served.ask(given))["total"]
    return {**medians, **{name: statistics.median(times) for name, times in others.items()}, "agreements": total}


def change_of(answer):
    """Return the change of the database that an answer to words has reached."""
    return json.loads(answer)["query"]["complete_to_change"]


def report(name, sizes, seen):
    """Print the parts of one case at all sizes, and how they grow."""
    print(f"\n## {name}\n")
    first = ["agreements", "whole answer"]
    parts = [part for part in (*STAGES, "rest") if any(one.get(part, 0) > 0.02 * one["whole answer"] for one in seen)]
    lines = []
    for part in (*first, *parts, *OTHERS):
        values = [one.get(part, 0.0) for one in seen]
        if part == "agreements":
            lines.append((part, *(f"{value:,}" for value in values), *("" for _ in sizes[1:])))
            continue
        growth = [f"{after / before:.1f} x" if before > 1e-6 else "" for before, after in pairwise(values)]
        label = "new query" if part == "whole answer" else f"- {part}" if part in parts else part
        lines.append((label, *map(milliseconds, values), *growth))
    grown = [f"{after:,} / {before:,}" for before, after in pairwise(sizes)]
    table(("records", *(f"{size:,}" for size in sizes), *grown), lines)


def profile(served, given, runs):
    """Print which packages the time of new answers is spent in."""
    profiler = cProfile.Profile()
    for _ in range(runs):
        served.forget(everything=False)
        profiler.enable()
        served.ask(given)
        profiler.disable()
    spent = {}
    for (path, _, function), (_, _, own, _, _) in pstats.Stats(profiler).stats.items():
        spent[_package(path, function)] = spent.get(_package(path, function), 0.0) + own
    whole = sum(spent.values())
    lines = sorted(spent.items(), key=lambda item: -item[1])[:15]
    table(
        ("package (with the cost of the profiler)", "a new answer", "share"),
        [(name, milliseconds(own / runs), f"{own / whole:.0%}") for name, own in lines],
    )


def _package(path, function):
    """Return to what a function belongs: a package of ours to three places, a library, or what is built in."""
    parts = Path(path).parts
    if path == "~":
        built = re.search(r"sqlite3|orjson|numpy|json|re\.", function)
        return f"built in: {built.group()}" if built else "built in"
    if "site-packages" in parts:
        return parts[parts.index("site-packages") + 1].removesuffix(".py")
    if path.startswith(str(ROOT)):
        return ".".join(Path(path).relative_to(ROOT).with_suffix("").parts[:3])
    return "standard library"


def main():
    args = parsed()
    if not is_here("treaty-list"):
        return
    with workplace(args.keep) as folder:
        made = {size: filled(folder, f"treaty-list-{size}", records(size)) for size in sorted(args.sizes)}
        served = {size: Served(settings) for size, settings in made.items()}
        largest = served[max(served)]
        words = choose_words(largest.registry.index, [row["title"] for row in records(min(served))])
        for name, given in cases(words).items():
            say(f"  {name}")
            report(name, list(served), [measured(one, given, args.runs) for one in served.values()])
        if args.profile:
            for size, one in served.items():
                print(f"\n## By package: a common word ({words['common']}), {size:,} records\n")
                profile(one, {"q": words["common"]}, args.runs)
        for one in served.values():
            one.registry.close()


if __name__ == "__main__":
    main()
