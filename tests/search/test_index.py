"""The life of the index: it follows the database, whatever happens to it."""

from __future__ import annotations

import gc
import json
import shutil
import threading
from contextlib import suppress
from dataclasses import replace
from datetime import date

import pytest

from registry.core.access import Access
from registry.search.engine.building import open_writer, write
from registry.search.engine.documents import documents
from registry.search.engine.drift import Drift
from registry.search.engine.errors import IndexUnreadableError
from registry.search.engine.fields import ArticleText, digest
from registry.search.engine.index import SearchIndex
from registry.search.query_language.grammar import parse
from tests.search.conftest import record


def found(index, text):
    return index.search(parse(text)).keys


def test_a_change_is_found_at_once_by_another_reader(index, library, tmp_path):
    other = SearchIndex(tmp_path / "index", library)
    assert found(other, "космос") == []
    library.put(record(8, "Соглашение о космосе"))
    assert found(index, "космос") == [8]
    assert found(other, "космос") == [8]
    other.close()


def test_a_changed_record_leaves_no_old_words_and_a_deleted_one_no_ghost(index, library):
    library.put(record(4, "Совсем другое название"))
    assert found(index, "дружба") == []
    assert found(index, "другое название") == [4]
    library.remove(4)
    assert found(index, "другое название") == []
    assert index.verify().keys() == set()


def test_a_deleted_index_is_built_anew_when_it_is_needed(index, library, tmp_path):
    index.close()
    shutil.rmtree(tmp_path / "index")
    again = SearchIndex(tmp_path / "index", library)
    assert found(again, "дружба") == [4]
    again.close()


# Whoosh 2.7.4 leaves a file open when it cannot read it.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
@pytest.mark.parametrize("damage", ["truncate", "garbage", "pointer", "no_pointer", "segment_gone"])
def test_a_damaged_index_heals_at_start(index, library, tmp_path, damage):
    folder = tmp_path / "index"
    index.close()
    generation = folder / json.loads((folder / "CURRENT").read_text())["generation"]
    files = [path for path in generation.iterdir() if path.is_file() and path.stat().st_size]
    if damage == "truncate":
        for path in files:
            path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    elif damage == "garbage":
        for path in files:
            path.write_bytes(b"\x00garbage" * 20)
    elif damage == "pointer":
        (folder / "CURRENT").write_text("{ not json")
    elif damage == "no_pointer":
        (folder / "CURRENT").unlink()
    else:
        for path in generation.glob("*.pst"):
            path.unlink()
    again = SearchIndex(folder, library)
    assert again.ensure() == "rebuilt"
    assert found(again, "дружба") == [4]
    again.close()
    gc.collect()


def test_another_schema_another_database_and_a_restored_backup_are_noticed(index, library, tmp_path):
    folder = tmp_path / "index"
    pointer = json.loads((folder / "CURRENT").read_text())
    (folder / "CURRENT").write_text(json.dumps({**pointer, "schema": "0"}))
    assert index.ensure() == "rebuilt"
    library.identity = "library-2"
    assert index.ensure() == "rebuilt"
    library.last -= 1
    library.changes = {key: min(change, library.last) for key, change in library.changes.items()}
    assert index.ensure() == "rebuilt"
    assert index.ensure() == "current"


def test_verify_finds_every_drift_and_mends_it(index, library):
    writer = index.store.live().writer()
    for key, text, change in ((99, "призрак", 1), (3, "двойник", 3), (4, "старое", 0)):
        if key == 4:
            writer.delete_by_term("key", "4")
        for document in documents(record(key, text), change):
            writer.add_document(**document)
    writer.delete_by_term("key", "1")
    writer.commit()
    drift = index.verify()
    assert (drift.missing, drift.stale, drift.twins, drift.ghosts) == ([1], [4], [3], [99])
    index.mend(drift)
    assert index.verify().keys() == set()
    assert found(index, "дружба") == [4]


def reworded(index, key, text):
    """Let the index hold other words of a record than the database, under the same change number."""
    source = index.source
    before = source.records[key]
    source.records[key] = record(key, text)
    writer = open_writer(index.store.live())
    write(writer, source, [key], source.position()[1])
    writer.commit()
    source.records[key] = before


def test_verify_compares_contents_and_not_only_change_numbers(index):
    seen = []
    assert not index.verify(lambda done, total: seen.append((done, total))).is_found
    assert seen[-1] == (7, 7)
    reworded(index, 4, "Договор о вражде")
    assert found(index, "вражда") == [4]
    drift = index.verify()
    assert (drift.stale, drift.damaged) == ([4], [])
    index.mend(drift)
    assert not index.verify().is_found
    assert found(index, "вражда") == []
    assert found(index, "дружба") == [4]


DAY = date(1996, 1, 17)
ARTICLES = (ArticleText(41, "1", "", "о дружбе", "ru", "public"), ArticleText(42, None, "", "о мире", "ru", "public"))
WHOLE = replace(record(1, ["a", "b"], subject="s", levels=("x", "y")), articles=ARTICLES, signed=(DAY, DAY))


@pytest.mark.parametrize(
    "changes",
    [
        {"key": 2},
        {"texts": {**WHOLE.texts, "title": ((None, "a"),)}},
        {"texts": {**WHOLE.texts, "title": (("ru", "a"), (None, "b"))}},
        {"texts": {**WHOLE.texts, "title": ((None, "a, b"),)}},
        {"texts": {**WHOLE.texts, "subject": (), "actor": ((None, "s"),)}},
        {"kind": "treaty"},
        {"levels": ("x",)},
        {"depends": True},
        {"signed": None},
        {"access": "internal"},
        {"articles": ARTICLES[:1]},
        *({"articles": (replace(ARTICLES[0], **{name: "other"}), ARTICLES[1])} for name in ARTICLES[0].__dict__),
    ],
)
def test_a_digest_stands_for_everything_of_a_record(changes):
    assert digest(replace(WHOLE, **changes)) != digest(WHOLE)


def test_a_digest_does_not_depend_on_the_order_in_which_a_database_answers():
    title = tuple(reversed(WHOLE.texts["title"]))
    texts = dict(reversed({**WHOLE.texts, "title": title}.items()))
    other = replace(WHOLE, texts=texts, articles=tuple(reversed(ARTICLES)), levels=("y", "x"), access=Access.PUBLIC)
    assert digest(other) == digest(WHOLE)


@pytest.mark.parametrize("ending", [".pst", ".trm", ".col"])
def test_verify_finds_a_file_in_which_one_bit_has_changed(index, library, ending):
    library.put(record(8, "Соглашение о космосе"))
    index.sync()
    folder = index.store.directory / index.store.generation()
    path = max(folder.glob(f"*{ending}"), key=lambda path: path.stat().st_size)
    before = path.read_bytes()
    place = len(before) // 2
    path.write_bytes(before[:place] + bytes([before[place] ^ 1]) + before[place + 1 :])
    # Where a damaged file cannot be read at all, that is said instead.
    assert index.store.damaged_files() == [path.name]
    library.put(record(9, "Соглашение о море"))
    with suppress(IndexUnreadableError):
        index.sync()
        assert index.store.damaged_files() == [path.name], "a later commit takes no damaged file for a good one"
    index.mend(Drift(damaged=[path.name]))
    assert not index.verify().is_found
    assert found(index, "космос") == [8]


@pytest.mark.parametrize("largest", [None, 0])
def test_a_start_finds_damage_by_checksums_and_in_large_files_by_size(index, monkeypatch, largest):
    folder = index.store.directory / index.store.generation()
    path = max(folder.glob("*.pst"), key=lambda path: path.stat().st_size)
    content = path.read_bytes()
    if largest is None:
        path.write_bytes(bytes([content[0] ^ 1]) + content[1:])
    else:
        monkeypatch.setattr("registry.search.engine.index._QUICKLY_READ", largest)
        path.write_bytes(content + b" ")
    assert index.ensure() == "rebuilt"
    assert index.ensure() == "current"
    assert not index.verify().is_found


def test_files_that_are_gone_or_were_written_by_something_else_are_damage(index):
    writer = index.store.live().writer()
    writer.add_document(key="strange")
    writer.commit(merge=False)
    assert index.verify().damaged
    index.mend(index.verify())
    folder = index.store.directory / index.store.generation()
    checksums = json.loads((folder / "CHECKSUMS").read_text())
    (folder / "CHECKSUMS").unlink()
    assert index.verify().damaged == sorted(checksums)
    index.mend(index.verify())
    assert not index.verify().is_found


def test_an_index_that_is_written_while_it_is_verified_is_not_called_damaged(index, library):
    stop = threading.Event()

    def write_on():
        key = 1000
        while not stop.is_set():
            key += 1
            library.put(record(key, f"Запись {key}"))
            index.sync()

    writer = threading.Thread(target=write_on)
    writer.start()
    damaged = [index.store.damaged_files() for _ in range(100)]
    stop.set()
    writer.join()
    assert not any(damaged)
    assert not index.verify().is_found


def test_searches_go_on_while_the_index_is_rebuilt(index, library):
    library.put(*(record(key, f"Соглашение номер {key}") for key in range(100, 400)))
    index.sync()
    wrong, stop = [], threading.Event()

    def search():
        while not stop.is_set():
            if len(found(index, "соглашение номер")) != 300:
                wrong.append(1)

    readers = [threading.Thread(target=search) for _ in range(2)]
    for reader in readers:
        reader.start()
    seen = []
    for _ in range(3):
        index.rebuild(lambda done, total: seen.append((done, total)))
    stop.set()
    for reader in readers:
        reader.join()
    assert wrong == []
    assert seen[-1] == (307, 307)


def test_writers_in_many_threads_lose_nothing(index, library):
    lock = threading.Lock()

    def write(first):
        for key in range(first, first + 10):
            with lock:
                library.put(record(key, f"Запись {key}"))
            index.sync()

    writers = [threading.Thread(target=write, args=(start,)) for start in (1000, 2000, 3000, 4000)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert index.verify().keys() == set()
    assert len(found(index, "запись")) == 40


def test_a_busy_writer_is_not_waited_for_and_the_answer_says_so(index, library, monkeypatch):
    monkeypatch.setattr("registry.search.engine.index.READ_TIMEOUT", 0.1)
    monkeypatch.setattr("registry.search.engine.index.BUSY_PAUSE", 0.0)
    writer = index.store.live().writer()
    library.put(record(8, "Соглашение о космосе"))
    hits = index.search(parse("космос"))
    assert hits.keys == []
    assert not hits.is_complete
    writer.cancel()
    hits = index.search(parse("космос"))
    assert hits.keys == [8]
    assert hits.is_complete
