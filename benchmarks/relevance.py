"""How well the judged queries are answered: MRR of known items, nDCG@10 of topics, hit@3 of articles, beside FTS5.

The sets are those of `tests/relevance/`: over the bundled agreements, and over public corpora of treaties (1,930
records) where this machine has them. *ours* is what a reader sees: the list, and below a short list the few records
that have some of the words. FTS5 has the tokenizer `porter unicode61` and bm25 with a weight of 5 for titles; all words
of a query have to occur, and where no record has them all, one is enough. *filled* is the stronger peer: behind the
records with all words it lists all with some of them. *held back* is every fourth query, not used to tune. *hit@3* says
how often the article that is asked for is among the first three shown; FTS5 has every article as a record of its own.
"""

from __future__ import annotations

from common import ROOT, add_keep, arguments, filled, is_here, say, table, workplace
from sqlalchemy import select

from registry.agreements.models import Agreement
from registry.documents.models import Article, Document
from registry.interchange.texts import import_texts
from registry.runtime import open_registry
from registry.search.query_language.grammar import parse
from tests.relevance import fts5, judged, judged_articles, judged_corpora
from tests.relevance.measures import hit, measured, measured_halves
from tests.relevance.shown import articles_shown

HELD_BACK = {query for queries in (judged.KNOWN, judged.TOPICS) for query in list(queries)[3::4]}


def parsed():
    parser = arguments(__doc__)
    parser.add_argument("--worst", type=int, default=0, metavar="N", help="name the N queries that ours answers worst")
    add_keep(parser)
    return parser.parse_args()


def our_search(registry, names, *, partial=True):
    """Return a search that gives the names of agreements, by their ids; with `partial` what is shown below the list."""

    def search(text):
        node = parse(text)
        if node is None:
            return []
        hits = registry.index.search(node)
        return [names[key] for key in (*hits.keys, *(hits.answer.partial if partial else ()))]

    return search


def bundled_names(registry):
    with registry.database.read() as session:
        return dict(session.execute(select(Agreement.id, Agreement.reference)).all())


def corpora_names():
    """Return the identifiers of the judged collection by the ids that the registry gave them, in order from 1."""
    return {key: row["id"] for key, row in enumerate(judged_corpora.collection(), start=1)}


def compare(name, registry, names, records, known, topics, held_back, worst=0):
    """Print the figures of all searches on one set."""
    search = our_search(registry, names)
    print(f"\n## {name}: {len(known)} known items, {len(topics)} topics\n")
    records = list(records)
    searches = {
        "ours": search,
        "ours, the list alone": our_search(registry, names, partial=False),
        "FTS5, porter": fts5.indexed(records),
        "FTS5, porter, filled": fts5.indexed(records, filled=True),
    }
    lines = []
    for called, asked in searches.items():
        say(f"  {name}: {called}")
        halves = list(measured_halves(asked, known, topics, held_back))
        lines.append((called, *(f"{mrr:.3f}" for _, mrr, *_ in halves), *(f"{gain:.3f}" for _, _, gain, *_ in halves)))
    parts = ("all", "to tune on", "held back")
    table(("search", *(f"MRR, {part}" for part in parts), *(f"nDCG@10, {part}" for part in parts)), lines)
    if worst:
        *_, each = measured(search, known, topics)
        print()
        lines = [(query, f"{each[query]:.3f}") for query in sorted(each, key=each.get)[:worst]]
        table(("answered worst by ours", "figure"), lines)


def bundled(folder, worst=0):
    registry = open_registry(filled(folder, "bundled"))
    try:
        compare(
            "bundled agreements",
            registry,
            bundled_names(registry),
            fts5.bundled_records(),
            judged.KNOWN,
            judged.TOPICS,
            HELD_BACK,
            worst,
        )
    finally:
        registry.close()


def articles(folder):
    """Print how often the article that is asked for is among the first three shown; needs the texts of agreements."""
    texts = ROOT.parent / "shared" / "data" / "texts"
    if not texts.is_dir():
        print("\nThe texts of the bundled agreements are not on this machine: no articles are measured.")
        return
    registry = open_registry(filled(folder / "with-texts", "bundled"))
    try:
        import_texts(
            registry.database,
            registry.storage,
            texts,
            role="unofficial_text",
            access="public",
            actor="benchmark",
            dry_run=False,
        )
        registry.index.ensure()
        with registry.database.read() as session:
            rows = session.execute(
                select(Agreement.reference, Article.number, Article.heading, Article.text)
                .join(Document, Document.agreement_id == Agreement.id)
                .join(Article, Article.document_id == Document.id)
            ).all()
        peer = fts5.indexed([(f"{row.reference} {row.number}", row.heading, row.text) for row in rows])
        searches = {
            "ours": articles_shown(registry),
            "FTS5, porter": lambda query: [tuple(key.split(" ")) for key in peer(query)],
        }
        print(f"\n## articles of bundled agreements: {len(judged_articles.ARTICLES)} queries\n")
        lines = []
        for called, asked in searches.items():
            hits = [hit(asked(query), wanted) for query, wanted in judged_articles.ARTICLES.items()]
            lines.append((called, f"{sum(hits) / len(hits):.3f}", f"{sum(hits)} of {len(hits)}"))
        table(("search", "hit@3", "queries"), lines)
    finally:
        registry.close()


def public(folder, worst=0):
    """Measure on the public corpora; they are read and indexed first, which takes a minute or two."""
    if not all(map(is_here, (*judged_corpora.WHOLE, *judged_corpora.SAMPLED))):
        return
    registry = open_registry(filled(folder, "judged-corpora", judged_corpora.collection()))
    try:
        compare(
            "public corpora",
            registry,
            corpora_names(),
            fts5.corpora_records(),
            judged_corpora.KNOWN,
            judged_corpora.TOPICS,
            judged_corpora.HELD_BACK,
            worst,
        )
    finally:
        registry.close()


def main():
    args = parsed()
    with workplace(args.keep) as folder:
        bundled(folder, args.worst)
        articles(folder)
        public(folder, args.worst)


if __name__ == "__main__":
    main()
