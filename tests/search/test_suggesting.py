"""Slips in four alphabets: what is offered instead."""

from __future__ import annotations

import pytest

from registry.search.query_language.grammar import parse

#: What is typed, and what was meant. Words that the records know, or by another word of the same meaning.
SLIPS = {
    # Letters changed, left out, doubled, swapped, the first one too.
    "сотруднечество": "сотрудничество",
    "реадмисия": "реадмиссия",
    "радмиссия": "реадмиссия",
    "казахстна": "казахстан",
    "рпотокол": "протокол",
    "ссоглашение": "соглашение",
    "оглашение": "соглашение",
    "двойное налогобложение": "двойное налогообложение",
    "железнодоржный транспорт": "железнодорожный транспорт",
    "безопастность": "безопасность",
    "ынтымақтастк": "ынтымақтастық",
    "келісм": "келісім",
    "супрацоўніцва": "супрацоўніцтва",
    "пагаднене": "пагадненне",
    "agreemnt": "agreement",
    "taxtion": "taxation",
    "goverment": "government",
    "double taxaton": "double taxation",
    # Spaces.
    "двойноеналогообложение": "двойное налогообложение",
    "тран спорт": "транспорт",
    # Another alphabet, another keyboard.
    "ghjnjrjk": "протокол",
    "cjukfitybt": "соглашение",
    "naloги": "налоги",
    "soglasheniye": "соглашение",
    "dvoynoe nalogooblozhenie": "двойное налогообложение",
    "supracounictva": "супрацоўніцтва",
}


@pytest.mark.usefixtures("registry")
def test_what_was_meant_is_offered(registry):
    assert {text: registry.index.suggest(text) for text in SLIPS} == SLIPS


def test_what_is_offered_finds_something(registry):
    for text in SLIPS.values():
        assert registry.index.search(parse(text)).keys, text


@pytest.mark.parametrize("text", ["сотрудничество", "BLR-1997-001", "zzzzqqqq", "1996", "щщщщщщщщ ыыыыыыы"])
def test_what_is_known_or_beyond_help_is_left(registry, text):
    assert registry.index.suggest(text) is None
