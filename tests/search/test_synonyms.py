"""Words that the stemmers part fall together, others stay apart, and a broken file says where it is broken."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files

import pytest
import snowballstemmer
from hypothesis import given
from hypothesis import strategies as st

from registry.search.words.analysis import exact_form
from registry.search.words.synonyms import fingerprint, load, same_word, use

BUNDLED = files("registry") / "data" / "synonyms.json"

TOGETHER = [
    ("ru", "ратификация ратифицировать ратифицирован ратификационный"),
    ("ru", "денонсация денонсировать денонсирован"),
    ("ru", "подписание подписать подписан подписали"),
    ("ru", "вступление вступать вступил вступает"),
    ("ru", "прекращение прекратить прекращен прекращает"),
    ("ru", "Казахстан Казахстана Казахстаном казахстанский"),
    ("ru", "Беларусь Беларуси белорусский Белоруссия"),
    ("ru", "Россия России российский"),
    ("ru", "налог налога налоговый налогов"),
    ("ru", "таможня таможенный таможенных"),
    ("ru", "день дни дней дня днем днями"),
    ("ru", "подъем подъема подъемы"),
    ("ru", "объем объема объемом"),
    ("ru", "съем съема"),
    ("ru", "ребенок ребенка дети детей"),
    ("ru", "человек люди людей людьми"),
    ("ru", "год года лет"),
    ("ru", "порядок порядка порядком"),
    ("ru", "перевозка перевозок перевозки"),
    ("ru", "устав устава уставом"),
    ("ru", "орган органы органов органами"),
    ("ru", "транзит транзита транзитный"),
    ("ru", "граждане граждан гражданин"),
    ("ru", "система систем систему"),
    ("en", "ratify ratified ratification"),
    ("en", "denounce denunciation"),
    ("en", "terminate termination terminated"),
    ("en", "notify notification"),
    ("en", "amend amendment amended"),
    ("en", "treaty treaties"),
    ("en", "Belarus Belarusian Byelorussia Byelorussian"),
    ("en", "Kazakhstan Kazakh Kazakhstani"),
    ("en", "tax taxation taxes"),
    ("en", "withdraw withdrawal withdrawn"),
    ("en", "organisation organization organizations"),
    ("en", "child children"),
]
APART = [
    ("ru", "налог налогообложение"),
    ("ru", "гражданин гражданство"),
    ("ru", "гражданин гражданский"),
    ("ru", "казахстанский казахский"),
    ("ru", "министр министерство"),
    ("ru", "соглашение согласие"),
    ("ru", "соглашение согласование"),
    ("ru", "заключение заключительный"),
    ("ru", "исполнение исполнительный"),
    ("ru", "дополнение дополнительный"),
    ("ru", "указ указание"),
    ("ru", "участие участок"),
    ("ru", "участие участник"),
    ("ru", "представление представитель"),
    ("ru", "представление предоставление"),
    ("ru", "право правда"),
    ("ru", "право правительство"),
    ("ru", "договор договоренность"),
    ("ru", "прибытие прибыль"),
    ("ru", "перечень перечислить"),
    ("ru", "подпись подписание"),
    ("ru", "служба случай"),
    ("ru", "год годовщина"),
    ("ru", "причинение причина"),
    ("en", "tax taxi"),
    ("en", "note notification"),
    ("en", "custom consumption"),
    ("en", "organ organization"),
    ("en", "provision provide"),
    ("en", "sign significant"),
    ("en", "govern governor"),
    ("en", "nation native"),
]


def stemmed(language, word):
    """Stem a word as the analysis of texts does."""
    stemmer = snowballstemmer.stemmer({"ru": "russian", "en": "english"}[language])
    return same_word(stemmer.stemWord(word.casefold().replace("ё", "е")))


@pytest.fixture
def written(tmp_path):
    """Write a file of groups: each a language and its words."""

    def write(*groups, name="synonyms.json"):
        path = tmp_path / name
        content = {"about": "", "groups": [{"language": language, "words": words} for language, words in groups]}
        path.write_text(json.dumps(content), encoding="utf-8")
        return path

    return write


@pytest.fixture
def as_before():
    """Return to the bundled groups after a test that uses others."""
    yield
    use()


@pytest.mark.parametrize(("language", "words"), TOGETHER)
def test_words_of_one_group_are_one(language, words):
    assert len({stemmed(language, word) for word in words.split()}) == 1


@pytest.mark.parametrize(("language", "words"), APART)
def test_words_of_different_meaning_stay_apart(language, words):
    one, other = words.split()
    assert stemmed(language, one) != stemmed(language, other)


def test_the_stem_of_the_first_word_stands_for_the_group(written):
    path = written(("ru", ["ратификация", "ратифицировать"]))
    assert load(path) == {"ратификац": "ратификац", "ратифицирова": "ратификац"}


def test_every_bundled_group_brings_something_together():
    for entry in json.loads(BUNDLED.read_text(encoding="utf-8"))["groups"]:
        stemmer = snowballstemmer.stemmer({"ru": "russian", "en": "english"}[entry["language"]])
        assert len({stemmer.stemWord(word.casefold().replace("ё", "е")) for word in entry["words"]}) > 1, entry


def test_the_bundled_file_says_how_it_is_edited():
    assert "language" in json.loads(BUNDLED.read_text(encoding="utf-8"))["about"]


@given(st.text(max_size=15))
def test_a_stem_without_a_group_is_itself_and_a_second_time_changes_nothing(stem):
    found = same_word(stem)
    assert same_word(found) == found
    assert found == stem or stem in load(BUNDLED)


@pytest.mark.parametrize(
    ("groups", "message"),
    [
        ([("ru", ["день", "дни"]), ("ru", ["год", "дни"])], "entry 2: «дни» is in entry 1"),
        ([("ru", ["налог"]), ("ru", ["сбор", "налоги"])], "entry 2: «налоги» is in entry 1"),
        ([("ru", [])], "entry 1: has no words"),
        ([("ru", "день")], "entry 1: has no words"),
        ([("kk", ["келісім"])], "entry 1: unknown language 'kk'"),
        ([(None, ["day"])], "entry 1: unknown language None"),
        ([("en", ["tax", 5])], "entry 1: 5 is not one word"),
        ([("en", ["double taxation"])], "entry 1: 'double taxation' is not one word"),
        ([("en", [""])], "entry 1: '' is not one word"),
    ],
)
def test_a_broken_entry_is_named(written, groups, message):
    with pytest.raises(ValueError, match=r"synonyms\.json, ") as caught:
        load(written(*groups))
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{", "not JSON"),
        ("{}".encode("utf-16"), "not JSON"),
        (b"[]", 'list of "groups"'),
        (b'{"groups": {}}', 'list of "groups"'),
        (b'{"groups": [1]}', "entry 1: must be an object"),
        (b'{"groups": [{"language": "en", "words": ["tax"], "note": ""}]}', "entry 1: must be an object"),
    ],
)
def test_a_file_of_another_form_is_named(tmp_path, content, message):
    path = tmp_path / "ours.json"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"ours\.json") as caught:
        load(path)
    assert message in str(caught.value)


def test_a_file_of_an_instance_adds_groups_and_words(written):
    bundled = written(("ru", ["налог", "налоговый"]), name="bundled.json")
    ours = written(("ru", ["сбор", "налог"]), ("ru", ["гонец", "гонцы"]), name="ours.json")
    found = load(bundled, ours)
    assert found["сбор"] == found["налогов"] == "налог"
    assert found["гонц"] == "гонец"


def test_a_file_of_an_instance_cannot_join_two_groups(written):
    bundled = written(("ru", ["налог", "налоговый"]), ("ru", ["таможня", "таможенный"]), name="bundled.json")
    with pytest.raises(ValueError, match=r"ours\.json, entry 1: joins groups that are two"):
        load(bundled, written(("ru", ["налог", "таможня"]), name="ours.json"))


@pytest.mark.usefixtures("as_before")
def test_additions_in_use_change_the_answers_and_the_fingerprint(written):
    before = fingerprint()
    assert same_word("гонц") == "гонц"
    use(written(("ru", ["гонец", "гонцы"])))
    assert same_word("гонц") == "гонец"
    assert fingerprint() != before
    use()
    assert fingerprint() == before


@pytest.mark.usefixtures("as_before")
def test_broken_additions_leave_the_groups_as_they_were(written):
    before = fingerprint()
    with pytest.raises(ValueError, match="unknown language"):
        use(written(("xx", ["a"])))
    assert fingerprint() == before


def test_many_threads_get_the_same_groups():
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: tuple(sorted(load(BUNDLED).items())), range(8)))
    assert len(found) == 1


def test_real_texts_have_fewer_different_stems(texts_folder):
    stemmer = snowballstemmer.stemmer("russian")
    words = set()
    for path in texts_folder.glob("*.ru.txt"):
        text = path.read_text(encoding="utf-8").split("\n", 1)[1]
        words.update(exact_form(raw) for raw in re.findall(r"[^\W\d_]+", text))
    stems = {stemmer.stemWord(word) for word in words if not word.isascii()}
    assert len(stems) > 1500
    assert len({same_word(stem) for stem in stems}) < 0.9 * len(stems)
