"""Whatever is typed: an answer or a clear error, and soon."""

from __future__ import annotations

import gc
import os
import re
import time
from contextlib import contextmanager

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from registry.agreements.models import Title
from registry.search.query_language.errors import QuerySyntaxError
from registry.search.query_language.grammar import parse
from registry.search.query_language.tree import read_as

#: `.ci/run` tries as many as the issue of the search demands; a developer's run stays short.
EXAMPLES = int(os.environ.get("REGISTRY_FUZZ_EXAMPLES", "400"))
SECONDS = 1.0

_ALPHABETS = st.one_of(
    st.text("abcxyz ABC"),
    st.text("абвгдёжщъыьэюя СОГЛАШЕНИЕ"),
    st.text("әғқңөұүһі ӘҒҚ"),
    st.text("ўіʼ' ґЎІ"),
    st.text(st.characters()),
    st.text(st.characters(categories=["Cc", "Cf", "Mn", "Zs", "So"])),
)
_SYNTAX = st.sampled_from(
    ['"', "«", "»", "(", ")", "*", "?", "~", "~2", "~99", ":", "-", "AND", "OR", "NOT", "И", "ИЛИ", "НЕ", "[", "]",
     "signed:", "signed:[1996 TO 2000]", "level:", "kind:protocol", "article:", "article:5", "article:(", "title:(",
     "text:", "body:", "party:", "person:", "place:", "number:", "орган:", "уровень:", "нет:", "17.01.1996", "31.02.1996", "№ 123-I", "соглаш*", "со*", "а*", "??*", "*ие",
     "согл*ш*н*е", "налог~", "налог~2", "double", "taxation", "о", "и", "BLR-1997-001", "BLR1997001", "!", "!налог", "||", "&&", "^", "signed:>=1996", "17.01.96", "\x00", "\u202e", "\ud7ff"]
)  # fmt: skip
_QUERIES = st.lists(st.one_of(_SYNTAX, _ALPHABETS), max_size=12).map(" ".join) | st.lists(
    st.one_of(_SYNTAX, _ALPHABETS), max_size=12
).map("".join)


@contextmanager
def seconds_of_work():
    """Fail when the block works for too long; waiting for a machine that has other things to do is no work.

    The collector of garbage rests meanwhile: thousands of examples fill the memory of the test, and to look through all
    of it is no query's work.
    """
    gc.disable()
    begun = time.thread_time()
    try:
        yield
        assert time.thread_time() - begun < SECONDS
    finally:
        gc.enable()


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=_QUERIES)
def test_every_query_is_answered_or_refused_with_its_place(registry, text):
    with seconds_of_work():
        try:
            node = parse(text)
        except QuerySyntaxError as error:
            assert 0 <= error.position <= max(len(text), 2000)
            return
        if node is not None:
            registry.index.search(node)
            registry.index.suggest(text)
            # What is shown as the reading of a query is a query itself.
            assert read_as(parse(read_as(node))) == read_as(node)


@pytest.mark.parametrize(
    "text",
    [
        "а" * 10_000,
        "( " * 5_000,
        '"' * 10_000,
        "соглашение " * 1_000,
        "с* " * 3_000,
        "NOT " * 3_000,
        "a:b " * 2_500,
        "\x00" * 10_000,
        "signed:[" * 1_250,
        "~" * 10_000,
    ],
)
@pytest.mark.long
def test_ten_kilobytes_are_refused_or_answered_quickly(client, text):
    client.get("/api/v1/agreements?q=налог")
    begun = time.thread_time()
    answer = client.get("/api/v1/agreements", query_string={"q": text})
    assert answer.status_code in (200, 422)
    assert client.get("/agreements", query_string={"q": text}).status_code in (200, 422)
    assert time.thread_time() - begun < 2 * SECONDS


def test_a_pasted_paragraph_is_looked_for_by_its_first_words_and_that_is_said(registry, client):
    with registry.database.read() as session:
        titles = session.scalars(select(Title.text).where(Title.language == "ru").order_by(Title.id))
        pasted = re.sub(r"[^\w\s]", " ", " ".join(titles))[:1990]
    client.get("/api/v1/agreements?q=налог")
    begun = time.thread_time()
    answer = client.get("/api/v1/agreements", query_string={"q": pasted}).get_json()
    assert time.thread_time() - begun < SECONDS
    assert answer["query"]["shortened"]
    assert answer["items"]
    page = client.get("/agreements", query_string={"q": pasted, "lang": "en"}).get_data(as_text=True)
    assert "only its first 60 words were looked for" in page
    short = client.get("/api/v1/agreements", query_string={"q": "налог"}).get_json()
    assert not short["query"]["shortened"]


def test_wide_open_words_are_bounded_and_said(registry, monkeypatch):
    monkeypatch.setattr("registry.search.engine.leaves.MOST_TERMS", 5)
    hits = registry.index.search(parse("со*"))
    assert hits.answer.cut_short == ["со*"]
    assert hits.keys
