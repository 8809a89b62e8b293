"""A small library of records, without a database, so that the engine is tested alone and on every line of Whoosh."""

from __future__ import annotations

import pytest

from registry.search.engine.fields import ArticleText, IndexRecord
from registry.search.engine.index import SearchIndex


def record(
    key,
    title,
    *,
    subject="",
    actor="",
    number="",
    place="",
    text="",
    kind="agreement",
    levels=("governments",),
    signed=None,
    articles=(),
    access="public",
):
    """Make a record with texts in each group; articles are (key, number, text) or `ArticleText`."""
    texts = {"title": title, "subject": subject, "actor": actor, "number": number, "place": place, "remark": text}
    groups = {
        name: tuple((None, item) for item in ((value,) if isinstance(value, str) else value) if item)
        for name, value in texts.items()
    }
    made = tuple(
        item if isinstance(item, ArticleText) else ArticleText(item[0], item[1], "", item[2], "ru", "public")
        for item in articles
    )
    return IndexRecord(key, groups, kind, levels, signed=signed, articles=made, access=access)


class Library:
    """Stands for the database: records, and the number of the last change of each."""

    def __init__(self):
        self.identity = "library-1"
        self.records = {}
        self.changes = {}
        self.last = 0

    def put(self, *records):
        for item in records:
            self.last += 1
            self.records[item.key] = item
            self.changes[item.key] = self.last

    def remove(self, key):
        self.last += 1
        del self.records[key]
        self.changes[key] = self.last

    def position(self):
        return self.identity, self.last

    def changes_after(self, number):
        return {key for key, change in self.changes.items() if change > number}, self.last

    def change_numbers(self, keys=None):
        return {key: change for key, change in self.changes.items() if key in (self.records if keys is None else keys)}

    def languages(self):
        return {"ru", "en", "kk", "be"}

    def article_owners(self):
        return {article.key: item.key for item in self.records.values() for article in item.articles}

    def load(self, keys):
        return [self.records[key] for key in keys if key in self.records]


DOUBLE_TAXATION = (
    "Соглашение между Правительством Республики Казахстан и Правительством Республики Беларусь об избежании двойного "
    "налогообложения и предотвращении уклонения от уплаты налогов в отношении налогов на доходы и имущество"
)


@pytest.fixture
def library():
    """Real titles in four languages."""
    made = Library()
    made.put(
        record(1, DOUBLE_TAXATION, subject=["Taxation", "double taxation", "двойное налогообложение"]),
        record(2, f"Протокол о внесении изменений в {DOUBLE_TAXATION}", subject=["Taxation"], kind="protocol"),
        record(3, "Соглашение о принципах взимания косвенных налогов при экспорте", subject=["Taxation"]),
        record(
            4,
            ["Договор о дружбе и сотрудничестве", "Достық пен ынтымақтастық туралы шарт", "Treaty of friendship"],
            kind="treaty",
            levels=("heads_of_state",),
            place=["Minsk", "Минск"],
        ),
        record(
            5,
            ["Cоглашение о сотрудничестве в области воздушного транспорта", "Әуе қатынасы туралы келісім"],
            actor="Н. Назарбаев",
            number=["BLR-1992-005", "Бюллетень, 2003, № 10, ст. 71", "16.09.1992"],
        ),
        record(6, ["Пагадненне аб супрацоўніцтве ў галіне архіўнай справы"], levels=("ministries",)),
        record(
            7, "Соглашение между Комитетом и Министерством", text="подъём и объём производства", levels=("ministries",)
        ),
    )
    return made


@pytest.fixture
def index(library, tmp_path):
    """An index of the library."""
    made = SearchIndex(tmp_path / "index", library)
    made.ensure()
    yield made
    made.close()
