"""The engine beside bare Whoosh: the time of a query on the same index, and documents per second of indexing.

**Queries.** Ours is `SearchIndex.search`, which also asks the database for its last change and ranks agreements and
articles. Bare Whoosh is `searcher.search(query, limit=None)` with TF-IDF on the same files, where the query is made
from the very pieces that our engine reads: for each word an Or of Terms over its fields, an And of the words; a phrase
is looked for in the same fields. It only
collects documents with their scores; that records and articles are documents of their own is left to whoever asks it.
Making its query is not counted. Ours is measured with its kept answers forgotten, once more with its decoded postings
forgotten too (so that both read the files), and each turn runs both. `best 20` is Whoosh with `limit=20`, where it
may skip blocks; ours always finds all, since the facets need them.

**Indexing.** Ours is `SearchIndex.rebuild`, which reads the records from the database. Bare Whoosh is given the same
records as lists in memory: titles and texts, exact and stemmed by its own LanguageAnalyzer, and a document for each
article with positions. One process each, then two; for Whoosh that is its own `procs=2, multisegment=True`.
"""

from __future__ import annotations

import shutil
import statistics
import time
from itertools import islice

from common import (
    CORPORA,
    add_keep,
    arguments,
    filled,
    forget,
    fts5,
    is_here,
    make_queries,
    milliseconds,
    pairs_of,
    progress,
    say,
    table,
    timed,
    workplace,
)
from whoosh import index as whoosh_index
from whoosh import query as whoosh_query
from whoosh.analysis import LanguageAnalyzer, StandardAnalyzer
from whoosh.fields import ID, TEXT, Schema
from whoosh.scoring import TF_IDF

from registry.core.access import ANYBODY
from registry.documents.splitting import split
from registry.runtime import open_registry
from registry.search.engine.documents import documents
from registry.search.engine.fields import ARTICLE_EXACT, GROUPS, exact_field
from registry.search.engine.matching import Matching
from registry.search.query_language.grammar import parse
from registry.search.query_language.relaxing import without_small_words
from registry.search.query_language.thesaurus import expand
from registry.search.query_language.tree import Alternative, And, Or, Phrase, Term
from tests.helpers import corpora

DEFAULTS = ("tota", "tota-articles")
A_KIND = 12
#: How many megabytes of postings our rebuild collects; bare Whoosh is given the same.
MEMORY = 64


def parsed():
    parser = arguments(__doc__)
    parser.add_argument("--corpus", action="append", choices=CORPORA, help=f"may be repeated ({', '.join(DEFAULTS)})")
    parser.add_argument("--runs", type=int, default=7, help="runs of each query")
    parser.add_argument("--articles", type=int, default=3000, help="about how many articles are indexed; 0 for none")
    with_texts = [name for name in corpora.FILES if name != "treaty-list"]
    parser.add_argument("--sample", default="tota", choices=with_texts, help="the corpus that they are taken from")
    add_keep(parser)
    return parser.parse_args()


def bare(leaves, node):
    """Return the Whoosh query over the posting lists that our engine would read for `node`."""
    if isinstance(node, And):
        return whoosh_query.And([bare(leaves, item) for item in node.nodes])
    if isinstance(node, Or):
        return whoosh_query.Or([bare(leaves, item) for item in node.nodes])
    if isinstance(node, Alternative):
        return bare(leaves, node.node)
    if isinstance(node, Phrase):
        # Ours looks for a phrase in each group of texts; where it is found, nobody knows before.
        fields = [*(exact_field(group) for group in (*GROUPS, "remark")), ARTICLE_EXACT]
        return whoosh_query.Or([whoosh_query.Phrase(field, list(node.words)) for field in fields])
    pieces = [*leaves.of_records(node), *leaves.of_articles(node)]
    if isinstance(node, Term) and node.prefix:
        fields = list(dict.fromkeys(piece.field for piece in pieces))
        found = [whoosh_query.Prefix(field, node.text) for field in fields]
    else:
        found = [whoosh_query.Term(piece.field, piece.term) for piece in pieces]
    return found[0] if len(found) == 1 else whoosh_query.Or(found)


def kinds(index, pairs):
    """Return queries by kind: their texts, and whether they are widened by the thesaurus."""
    made = make_queries(pairs, 30 * A_KIND, seed=3)
    by_length = {length: [text for text in made if text.count(" ") == length - 1] for length in (1, 2, 3)}
    with index.store.snapshot() as snapshot:
        frequency = {text: len(snapshot.postings("word", text).documents) for text in by_length[1]}
    by_frequency = sorted(frequency, key=lambda text: (frequency[text], text))
    several = list(islice((text for text in by_length[3] if index.search(parse(f'"{text}"')).keys), A_KIND))
    widened = [text for text in (*by_length[1], *by_length[2]) if expand(parse(text))[1]]
    return {
        "one rare word": (by_frequency[:A_KIND], False),
        "one common word": (by_frequency[-A_KIND:], False),
        "two words": (by_length[2][:A_KIND], False),
        "three words": (by_length[3][:A_KIND], False),
        "a phrase of three words": ([f'"{text}"' for text in several], False),
        "a beginning": ([f"{text[:5]}*" for text in by_length[1] if len(text) > 5][:A_KIND], False),
        "widened by the thesaurus": (widened[:A_KIND], True),
    }


def query_times(index, searcher, text, runs, *, expanded):
    """Return the medians of ours with and without kept postings, of bare Whoosh and its best 20; the hits of both."""
    node = without_small_words(parse(text))
    with index.store.snapshot() as snapshot:
        wanted = bare(Matching(snapshot, ANYBODY).leaves, expand(node)[0] if expanded else node)
    times = {"warm": [], "cold": [], "bare": [], "best": []}
    found, theirs = index.search(node, expanded=expanded), searcher.search(wanted, limit=None)
    for _ in range(runs):
        forget(index)
        times["cold"].append(timed(lambda: index.search(node, expanded=expanded)))
        times["bare"].append(timed(lambda: searcher.search(wanted, limit=None)))
        forget(index, postings=False)
        times["warm"].append(timed(lambda: index.search(node, expanded=expanded)))
        times["best"].append(timed(lambda: searcher.search(wanted, limit=20)))
    medians = {name: statistics.median(values) for name, values in times.items()}
    return medians, len(found.keys), len(theirs)


def measure_queries(corpus, folder, runs):
    settings = filled(folder, corpus)
    registry = open_registry(settings)
    try:
        pairs = pairs_of(fts5(settings))
        index = registry.index
        index.catch_up()
        with index.store.live().searcher(weighting=TF_IDF()) as searcher:
            segments = len(searcher.reader().leaf_readers())
            held = f"{len(pairs):,} records, {searcher.doc_count_all():,} documents in {segments} segments"
            print(f"\n## {corpus}: {held}\n")
            lines = []
            for kind, (texts, expanded) in kinds(index, pairs).items():
                say(f"  {corpus}: {kind}, {len(texts)} queries")
                if not texts:
                    continue
                seen = [query_times(index, searcher, text, runs, expanded=expanded) for text in texts]
                medians = {name: statistics.median(one[name] for one, *_ in seen) for name in seen[0][0]}
                ratios = {name: sorted(one[name] / one["bare"] for one, *_ in seen) for name in ("cold", "warm")}
                lines.append(
                    (
                        kind,
                        *(milliseconds(medians[name]) for name in ("warm", "cold", "bare", "best")),
                        *(
                            f"{statistics.median(ratios[name]):.2f} ({ratios[name][-1]:.2f})"
                            for name in ("warm", "cold")
                        ),
                        f"{statistics.median(ours for _, ours, _ in seen):,.0f}",
                        f"{statistics.median(theirs for *_, theirs in seen):,.0f}",
                    )
                )
            table(
                (
                    f"{A_KIND} queries each",
                    "ours",
                    "ours, postings forgotten",
                    "bare Whoosh",
                    "its best 20",
                    "ours / bare (worst)",
                    "forgotten / bare (worst)",
                    "agreements",
                    "documents",
                ),
                lines,
            )
    finally:
        registry.close()


def sampled(name, articles):
    """Return every n-th record of a corpus, so that they have about `articles` articles together."""
    rows = [row for row in corpora.rows(name) if row["text"]]
    total = sum(len(split(row["text"])) for row in rows)
    return rows[:: max(1, round(total / articles))]


def bare_schema():
    """Return fields that hold what ours hold: titles and articles with positions, whole records without."""
    exact, stemmed = StandardAnalyzer(stoplist=None, minsize=1), LanguageAnalyzer("en")
    return Schema(
        key=ID(),
        title_exact=TEXT(exact),
        title_stem=TEXT(stemmed),
        exact=TEXT(exact, phrase=False),
        stem=TEXT(stemmed, phrase=False),
        article_exact=TEXT(exact),
        article_stem=TEXT(stemmed, phrase=False),
    )


def bare_documents(records):
    """Return the documents of bare Whoosh: one for each record, one for each of its articles."""
    found = []
    for record in records:
        title = "\n".join(text for _, text in record.texts["title"])
        others = "\n".join(text for texts in record.texts.values() for _, text in texts)
        whole = "\n".join([others, *(article.text for article in record.articles)])
        found.append({"key": str(record.key), "title_exact": title, "title_stem": title, "exact": whole, "stem": whole})
        found += [
            {"key": str(record.key), "article_exact": article.text, "article_stem": article.text}
            for article in record.articles
        ]
    return found


def index_bare(folder, given, **options):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    writer = whoosh_index.create_in(str(folder), bare_schema()).writer(limitmb=MEMORY, **options)
    for document in given:
        writer.add_document(**document)
    writer.commit(merge=False)


def measure_indexing(sample, articles, folder):
    say(f"indexing: {sample}, about {articles:,} articles")
    rows = sampled(sample, articles)
    settings = filled(folder, f"sample-{sample}-{articles}", rows, indexed=False)
    registry = open_registry(settings)
    try:
        source = registry.index.source
        keys = sorted(source.change_numbers())
        begun = time.perf_counter()
        records = [record for start in range(0, len(keys), 100) for record in source.load(keys[start : start + 100])]
        loading = time.perf_counter() - begun
        analysing = timed(lambda: [list(documents(record, 1)) for record in records])
        given = bare_documents(records)
        ways = {
            "ours, 1 process": lambda: registry.index.rebuild(progress("ours, 1 process"), processes=1),
            "bare Whoosh, 1 process": lambda: index_bare(folder / "bare", given),
            "ours, 2 processes": lambda: registry.index.rebuild(progress("ours, 2 processes"), processes=2),
            "bare Whoosh, 2 processes": lambda: index_bare(folder / "bare", given, procs=2, multisegment=True),
        }
        times = {name: [] for name in ways}
        for turn in range(3):
            for name, action in ways.items():
                times[name].append(timed(action))
                say(f"  round {turn + 1}: {name} {times[name][-1]:.1f} s")
        shutil.rmtree(folder / "bare", ignore_errors=True)
        print(f"\n## Indexing {len(given):,} documents: {len(records):,} records of {sample} with their articles\n")
        middle = {name: statistics.median(values) for name, values in times.items()}
        table(
            ("median of 3", "seconds", "documents/s", "of bare Whoosh's"),
            [
                (
                    name,
                    f"{middle[name]:.1f}",
                    f"{len(given) / middle[name]:,.0f}",
                    f"{middle[name.replace('ours', 'bare Whoosh')] / middle[name]:.2f}",
                )
                for name in ways
            ],
        )
        print(
            f"\nOf ours with one process: reading the database {loading:.1f} s, words and impacts {analysing:.1f} s, "
            f"the writer of Whoosh and the rest {middle['ours, 1 process'] - loading - analysing:.1f} s."
        )
    finally:
        registry.close()


def main():
    args = parsed()
    with workplace(args.keep) as folder:
        for corpus in args.corpus or DEFAULTS:
            if is_here(corpus):
                measure_queries(corpus, folder, args.runs)
        if args.articles and is_here(args.sample):
            measure_indexing(args.sample, args.articles, folder)


if __name__ == "__main__":
    main()
