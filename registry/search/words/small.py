"""Small words: prepositions, conjunctions and articles, which say little by themselves.

They are indexed like all others and count in quotation marks. In a query of several words they need not occur,
since who types «соглашение о транспорте» wants the transport whatever the preposition, and «1996 г.» the year.
"""

from __future__ import annotations

from registry.search.words.analysis import exact_form

_BY_LANGUAGE = {
    "ru": "а в во для до за и из или к ко между на над о об обо от по под при про с со у через",
    "kk": "және мен бен пен немесе үшін туралы жөнінде бойынша арқылы дейін кейін ж",
    "be": "а аб аба для да з за зь і й ў у паміж на над па пад пра праз пры са ці",
    # «№» before a number, as it is typed.
    "": "n no nr",
    "en": "a an and as at by for from in into of on or over the to under upon with between",
    "de": (
        "am an auf aus bei das dem den der des die durch ein eine einem einen einer eines für im in ins mit nach oder "
        "über um und unter vom von vor zu zum zur zwischen"
    ),
    "fr": "à au aux avec ce cette dans de des du d en entre et l la le les ou par pour sur un une",
    "nl": "aan bij de den der door een en het in inzake met of om op over te tot tussen uit van voor",
    "es": "a al con de del el en entre la las los o para por sobre un una y",
}

SMALL_WORDS = frozenset(exact_form(word) for words in _BY_LANGUAGE.values() for word in words.split())
