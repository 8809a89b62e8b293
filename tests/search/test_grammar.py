"""The query language: how it is read, and how it refuses."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.search.query_language.errors import QuerySyntaxError
from registry.search.query_language.grammar import parse, read
from registry.search.query_language.shortening import count_words
from registry.search.query_language.tree import read_as

ALPHABETS = "abcхуйәғқңўіөұ0129 .,:;\"«»“”„()*?-–_&|~^\\/<>'№§%\t\n\x00\x07\u200b\u00ad"
PIECES = st.sampled_from(
    [
        "AND",
        "OR",
        "NOT",
        "И",
        "ИЛИ",
        "НЕ",
        "(",
        ")",
        '"',
        "«",
        "»",
        "level:",
        "kind:protocol",
        "title:",
        "слово",
        "word*",
        "слово~",
        "сл*во",
        "signed:[1996 TO 2000]",
        "signed:[",
        "~2",
        "-",
        "*",
        " ",
    ]
)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("один два", "один AND два"),
        ("один || два", "один OR два"),
        ("один||два && три", "один OR (два AND три)"),
        ("!один два", "NOT один AND два"),
        ("один !(два)", "один AND NOT два"),
        ('!"один два" три', 'NOT "один два" AND три'),
        ("!level:ministries один", "NOT level:ministries AND один"),
        ("Внимание! договор", "внимание AND договор"),
        ("Attention ! договор", "attention AND договор"),
        ("AT&T | x", "at AND t AND x"),
        ("17.01.96", '1996-01-17 OR "17 01 96"'),
        ("17/01/96 г.", '1996-01-17 OR "17 01 96"'),
        ("01.02.05", '2005-02-01 OR "01 02 05"'),
        ("31.02.96", '"31 02 96"'),
        ("signed:17.01.96", "signed:[1996-01-17 TO 1996-01-17]"),
        ("signed:[17.01.96 TO 2000]", "signed:[1996-01-17 TO 2000]"),
        ("BLR1997001", '"blr 1997 001"'),
        ("BLR-1996-5", '"blr 1996 005" OR "blr 1996 5"'),
        ("blr 1996 5", '"blr 1996 005" OR (blr AND 1996 AND 5)'),
        ("налог blr 1996-005 x", 'налог AND ("blr 1996 005" OR (blr AND "1996 005")) AND x'),
        ("blr AND 1996 5", "blr AND 1996 AND 5"),
        ("number:BLR1997001", 'number:"blr 1997 001"'),
        ("один OR два три", "один OR (два AND три)"),
        ("(один ИЛИ два) И три", "(один OR два) AND три"),
        ("-один два", "NOT один AND два"),
        ('"О сотрудничестве"', '"о сотрудничестве"'),
        ("BLR-1996-003", '"blr 1996 003"'),
        ("12:30", '"12 30"'),
        ("протокол: о", "протокол AND о"),
        ("название:дружба", "title:дружба"),
        ("и", "и"),
        ("слово~", "слово~1"),
        ("слово~2", "слово~2"),
        ("сло?о", "сло?о"),
        ("согла**ние", "согла*ние"),
        ("1997 г.", "1997"),
        ("в 1997 году", "в AND 1997"),
        ("signed:1997 г.", "signed:[1997 TO 1997]"),
        ("дружба 1997 ж. Минск", "дружба AND 1997 AND минск"),
        ("1997 годовщина", "1997 AND годовщина"),
        ("ст.10 налог", "(article:10 OR (ст AND 10)) AND налог"),
        ("Article X double", "(article:10 OR (article AND x)) AND double"),
        ("статья 10 налог", "(article:10 OR (статья AND 10)) AND налог"),
        ('"a b"~99999', '"a b"~20'),
        ("title:сло*о", "title:сло*о"),
        ('"a b"~5', '"a b"~5'),
        ('"a b"~999', '"a b"~20'),
        ("signed:1996", "signed:[1996 TO 1996]"),
        ("подписано:17.01.1996", "signed:[1996-01-17 TO 1996-01-17]"),
        ("signed:[1996 TO 2000-06] протокол", "signed:[1996 TO 2000-06] AND протокол"),
        ("signed:[* TO 2000]", "signed:[* TO 2000]"),
        ("Что это?", "что AND это"),
        ("Что это?!", "что AND это"),
        ("соглашени?", "соглашени?"),
        ("соглашени? о налогах", "соглашени? AND о AND налогах"),
        ("налог AND соглашени?", "налог AND соглашени?"),
        ("title:соглашени?", "title:соглашени?"),
        ("(соглашени?)", "соглашени?"),
        ("соглашени?.", "соглашени?"),
        ("соглашени*, налог", "соглашени* AND налог"),
        ("налог??", "налог??"),
        ("что налог??", "что AND налог"),
        ("о? налог", "о AND налог"),
        ("BLR-1997-0*", "blr-1997-0*"),
        ("№1996-01-17-5*", "1996-01-17-5*"),
        ("BLR-1997-*", '"blr 1997"'),
        ("number:kzby-01*", "number:kzby-01*"),
        ("научно-техн*", "научно AND техн*"),
        ("1996-01-17*", "1996-01-17*"),
        ("BLR-1996-003?", '"blr 1996 003"'),
        ("signed:01.1996", "signed:[1996-01 TO 1996-01]"),
        ('signed:"январь 1996"', "signed:[1996-01 TO 1996-01]"),
        ("signed:January 1996 tax", "signed:[1996-01 TO 1996-01] AND tax"),
        ('signed:"17 января 1996 г."', "signed:[1996-01-17 TO 1996-01-17]"),
        ("signed:17 января 1996 г. налог", "signed:[1996-01-17 TO 1996-01-17] AND налог"),
        ("signed:[январь 1996 TO июнь 1996]", "signed:[1996-01 TO 1996-06]"),
        ('signed:["январе 1996 г." ПО 17.06.1996]', "signed:[1996-01 TO 1996-06-17]"),
        ("signed: [1996 TO 2000]", "signed:[1996 TO 2000]"),
        ("-signed:[1996 TO 2000] налог", "NOT signed:[1996 TO 2000] AND налог"),
        ("signed:1996-2000", "signed:[1996 TO 2000]"),
        ("signed:1996..2000-06", "signed:[1996 TO 2000-06]"),
        ("signed:17.01.1996-20.02.1997", "signed:[1996-01-17 TO 1997-02-20]"),
        ("signed:1996-01", "signed:[1996-01 TO 1996-01]"),
        ("signed:>=1996", "signed:[1996 TO *]"),
        ("signed:>1996-02", "signed:[1996-03-01 TO *]"),
        ("signed:<17.01.1996", "signed:[* TO 1996-01-16]"),
        ("signed:<=1996", "signed:[* TO 1996]"),
        ("налог январь 1996 г.", "налог AND ((январь AND 1996) OR 1996-01-* OR signed:[1996-01 TO 1996-01])"),
        ("January 1996", "(january AND 1996) OR 1996-01-* OR signed:[1996-01 TO 1996-01]"),
        ("1996 жылғы қаңтар", "(1996 AND жылғы AND қаңтар) OR 1996-01-* OR signed:[1996-01 TO 1996-01]"),
        ("title:(январь 1996)", "(title:январь AND title:1996) OR title:1996-01-*"),
        ("«17» января 1996 г.", "1996-01-17"),
        ("17 января 1996?", "1996-01-17"),
        ("1996-01-17-5", '"1996 01 17 5"'),
        ('"январь 1996"', '"январь 1996"'),
        ("level:(ministries governments)", "level:ministries OR level:governments"),
        ("уровень:(министерства ИЛИ правительства) налог", "(level:ministries OR level:governments) AND налог"),
        ("level:(ministries AND governments)", "level:ministries AND level:governments"),
        ("level:(ministries governments AND other)", "level:ministries OR (level:governments AND level:other)"),
        ("level:(governments -ministries)", "level:governments AND NOT level:ministries"),
        ("kind:(protocol title:заём)", "kind:protocol OR title:заем"),
        ("signed:(1996 17.01.1998)", "signed:[1996 TO 1996] OR signed:[1998-01-17 TO 1998-01-17]"),
        ("-level:ministries", "NOT level:ministries"),
        ("NOT налог -протокол", "NOT налог AND NOT протокол"),
        ("-level:(ministries other)", "NOT (level:ministries OR level:other)"),
        ("статья 10", "article:10 OR (статья AND 10)"),
        ("статья AND 10", "статья AND 10"),
        ("5-бап", 'article:5 OR "5 бап"'),
        ('"5 бап"', '"5 бап"'),
    ],
)
def test_a_query_is_read(text, read):
    assert read_as(parse(text)) == read
    # What is shown as the reading is read the same.
    assert read_as(parse(read)) == read


@pytest.mark.parametrize("text", ["", "   ", "()", '""', "...", "—", "?"])
def test_nothing_to_look_for(text):
    assert parse(text) is None


@pytest.mark.parametrize(
    ("text", "position", "says"),
    [
        ('"unclosed', 0, "never closed"),
        ("слово «без конца", 6, "never closed"),
        ("AND OR", 0, "Before"),
        ("a AND", 2, "After"),
        ("a OR", 2, "After"),
        ("level:", 0, "needs a value"),
        ("level: AND governments", 0, "needs a value"),
        ("level:kings", 6, "use one of"),
        ("level:(ministries kings)", 18, "use one of"),
        ("автор:кто", 0, "no field"),
        ("(a", 0, "never closed"),
        ("a )", 2, "closes nothing"),
        ("NOT", 0, "excluded"),
        ("*", 0, "two letters"),
        ("*ение", 0, "after at least two letters"),
        ("a" * 2001, 2000, "too long"),
        ("(" * 30 + "a", 20, "nested"),
        ("кот~", 0, "four letters"),
        ("назарбаев~5", 0, "after it 1 or 2"),
        ("назарбаев~0", 0, "after it 1 or 2"),
        ("a?b", 0, "after at least two letters"),
        ("signed:yesterday", 7, "not a date"),
        ("signed:[1996]", 7, "1996 TO 2000"),
        ("signed:[1996 TO 1996-13]", 7, "month 13"),
        ("signed:", 0, "needs a value"),
        ("signed:>2999", 7, "between 1000 and 2999"),
        ("signed:[январь TO 1996]", 7, "not a date"),
        ("signed:[2000 TO 1996]", 7, "before it begins"),
        ("|| налог", 0, "Before"),
        ("налог &&", 6, "After “&&” comes something to look for."),
        ("налог && || x", 6, "After"),
        ("налог^2", 5, "weights"),
        ("title:!налог", 6, "!title:"),
        ("a-1* " * 7, 0, "At most 6 words"),
    ],
)
def test_an_error_says_what_and_where(text, position, says):
    with pytest.raises(QuerySyntaxError) as caught:
        parse(text)
    assert caught.value.position == position
    assert says in str(caught.value)


@settings(max_examples=1500, deadline=1000)
@given(st.one_of(st.text(ALPHABETS, max_size=200), st.text(max_size=200), st.lists(PIECES, max_size=40).map(" ".join)))
@pytest.mark.long
def test_whatever_is_typed_is_read_or_refused(text):
    try:
        node = parse(text)
    except QuerySyntaxError as error:
        assert 0 <= error.position <= max(len(text), 2000)
        return
    if node is not None:
        # What was understood can be written down and read again with the same meaning.
        assert read_as(parse(read_as(node))) == read_as(node)


def test_ten_kilobytes_of_brackets_are_refused_at_once():
    with pytest.raises(QuerySyntaxError):
        parse("(" * 10_000)


LONG = " ".join(f"слово{number}" for number in range(100))


@pytest.mark.parametrize(
    ("text", "words", "is_shortened"),
    [
        (LONG, 60, True),
        (LONG.upper().replace(" ", ", "), 60, True),
        (" ".join(LONG.split()[:60]), 60, False),
        # What repeats itself and what says little is left out first.
        (LONG.replace(" ", " и в "), 60, True),
        ("соглашение о дружбе " * 50, 2, False),
        (" OR ".join(LONG.split()), 60, True),
        (f"-({LONG}) налог", 1, True),
        (f"налог -({LONG})", 1, True),
        (f"title:({LONG})", 60, True),
        (f"{LONG} level:ministries", 60, True),
        ("и в на " * 60, 3, False),
    ],
)
def test_of_a_long_query_the_first_words_are_looked_for(text, words, is_shortened):
    reading = read(text)
    assert (count_words(reading.node), reading.is_shortened) == (words, is_shortened)
    assert read_as(parse(read_as(reading.node))) == read_as(reading.node)


def test_a_long_query_keeps_its_values():
    assert read_as(parse(f"{LONG} level:ministries")).endswith(" AND level:ministries")
