"""The life of the index: it follows the database, whatever happens to it."""

from __future__ import annotations

import gc
import json
import shutil
import threading

import pytest

from registry.search.engine.documents import documents
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
