"""The ranking of SQLite FTS5 on the judged queries, to set ours beside: `python -m tests.relevance.fts5`.

Tokenizer `porter unicode61` (stems of English only), columns title and text, bm25 with weight 5 for the title. All
words of a query have to occur; where no record has them all, one is enough. Phrases in quotation marks are kept.
"filled" is the stronger peer: behind the records with all words it lists those with some of them, which nDCG rewards.
"""

from __future__ import annotations

import json
import re
import sqlite3
from pathlib import Path

from tests.helpers.corpora import corpora_folder
from tests.relevance import judged, judged_corpora
from tests.relevance.measures import measured_halves

_PART = re.compile(r'"([^"]+)"|«([^»]+)»|“([^”]+)”|(\S+)')


def indexed(records, *, filled=False):
    """Return a search over `records`, triples of key, title and text: it gives the keys for a query, best first.

    With `filled` the records that lack some of the words follow those that have them all.
    """
    database = sqlite3.connect(":memory:")
    database.execute("create virtual table texts using fts5(key unindexed, title, text, tokenize='porter unicode61')")
    database.executemany("insert into texts values (?, ?, ?)", records)

    def search(query):
        parts = ["".join(groups).replace('"', " ") for groups in _PART.findall(query)]
        quoted = [f'"{part}"' for part in parts if any(map(str.isalnum, part))]
        found = {}
        for joined in (" AND ".join(quoted), " OR ".join(quoted)):
            if not found or filled:
                ranked = "select key from texts where texts match ? order by bm25(texts, 0, 5, 1), rowid"
                found |= dict.fromkeys(key for (key,) in database.execute(ranked, (joined,)) if key not in found)
        return list(found)

    return search


def corpora_records():
    """Yield the judged collection of public corpora for `indexed`."""
    for row in judged_corpora.collection():
        yield row["id"], "\n".join([row["title"], *row["other_titles"]]), row["text"]


def bundled_records():
    """Yield the bundled agreements for `indexed`: their titles in all languages, and their abstracts as the text."""
    file = Path(__file__).parents[2] / "registry" / "data" / "agreements.json"
    for agreement in json.loads(file.read_text(encoding="utf-8"))["agreements"]:
        titles = "\n".join(title["text"] for title in agreement["titles"])
        yield agreement["reference"], titles, "\n".join(agreement.get("abstract", {}).values())


def report(name, search, known, topics, held_back):
    """Print how `search` does on the queries, and on each half of them."""
    print(f"\n{name:24} {'MRR':>7} {'nDCG@10':>8}")
    for part, mrr, gain, asked, fields in measured_halves(search, known, topics, held_back):
        print(f"{part:24} {mrr:7.3f} {gain:8.3f}   ({asked} known items, {fields} topics)")


def main():
    held_back = {query for queries in (judged.KNOWN, judged.TOPICS) for query in list(queries)[3::4]}
    for name, filled in (("", False), (", filled", True)):
        search = indexed(bundled_records(), filled=filled)
        report(f"bundled{name}", search, judged.KNOWN, judged.TOPICS, held_back)
        if corpora_folder() is None:
            print("The public corpora are not on this machine.")
            continue
        search = indexed(corpora_records(), filled=filled)
        report(f"corpora{name}", search, judged_corpora.KNOWN, judged_corpora.TOPICS, judged_corpora.HELD_BACK)


if __name__ == "__main__":
    main()
