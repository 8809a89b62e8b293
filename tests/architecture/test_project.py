"""The project keeps its own promises: one home for each setting, whole catalogues, documented commands."""

from __future__ import annotations

import configparser
import re
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from registry.agreements.rules import MESSAGES as LEVEL_MESSAGES
from registry.cli import _COMMANDS
from registry.config import Settings
from registry.http.writing import LABELS
from registry.lifecycle.explain import MESSAGES as EXPLANATIONS
from registry.lifecycle.findings import MESSAGES as FINDINGS
from registry.search.query_language.vocabulary import FIELDS

ROOT = Path(__file__).parents[2]
TRANSLATIONS = ROOT / "registry" / "web" / "translations"
SOURCES = [path for path in (ROOT / "registry").rglob("*.py") if "versions" not in path.parts]


def test_every_tool_has_one_home():
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert set(project) == {"build-system", "tool"}
    assert set(project["tool"]) == {"ruff"}
    assert {"metadata", "options", "tool:pytest", "mypy", "importlinter"} <= set(setup.sections())
    for name in ("setup.py", "MANIFEST.in", "requirements.txt", "pytest.ini", "mypy.ini", "tox.ini"):
        assert not (ROOT / name).exists()


def test_what_is_required_stands_at_the_top():
    for name in ("registry", "instance", "search_index", "tests", "setup.cfg", "wsgi.py"):
        assert (ROOT / name).exists()


def test_no_file_is_too_large_to_be_read_at_once():
    large = {
        str(path.relative_to(ROOT)): count for path in SOURCES if (count := len(path.read_text().splitlines())) > 400
    }
    assert large == {}


def test_the_lock_files_pin_everything_with_hashes_and_name_no_host():
    for name in ("requirements.lock", "requirements-dev.lock", "requirements-whoosh3.lock"):
        text = (ROOT / name).read_text(encoding="utf-8")
        pins = re.findall(r"^([A-Za-z0-9_.\[\]-]+)==\S+ \\$", text, re.MULTILINE)
        assert pins
        assert text.count("--hash=sha256:") >= len(pins)
        assert "://" not in text
    assert "whoosh==2.7.4" in (ROOT / "requirements.lock").read_text(encoding="utf-8").lower()


@pytest.fixture(scope="module")
def russian():
    with (TRANSLATIONS / "ru" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale="ru")


def test_the_russian_catalogue_is_whole(russian):
    with (TRANSLATIONS / "messages.pot").open("rb") as file:
        wanted = [message.id for message in read_po(file) if message.id]
    for message in wanted:
        found = russian.get(message if isinstance(message, str) else message[0])
        assert found is not None, message
        texts = found.string if isinstance(found.string, (list, tuple)) else [found.string]
        assert all(texts), message
        places = set(re.findall(r"%\((\w+)\)", message if isinstance(message, str) else message[1]))
        assert all(set(re.findall(r"%\((\w+)\)", text)) <= places for text in texts), message
        if isinstance(message, str):
            assert set(re.findall(r"%\((\w+)\)", texts[0])) == places, message


def test_the_compiled_catalogue_is_the_one_that_is_read(russian):
    with (TRANSLATIONS / "ru" / "LC_MESSAGES" / "messages.mo").open("rb") as file:
        compiled = read_mo(file)
    for message in russian:
        if message.id:
            found = compiled.get(message.id if isinstance(message.id, str) else message.id[0]).string
            assert (found if isinstance(found, str) else tuple(found)) == message.string


def test_the_texts_of_the_code_stand_in_the_template():
    """A text that is marked but was not read into the template would stay English without a word."""
    template = (TRANSLATIONS / "messages.pot").read_text(encoding="utf-8")
    with (TRANSLATIONS / "messages.pot").open("rb") as file:
        known = {message.id if isinstance(message.id, str) else message.id[0] for message in read_po(file)}
    texts = [*EXPLANATIONS.values(), *FINDINGS.values(), *LEVEL_MESSAGES.values()]
    texts += [text for labels in LABELS.values() for text in labels.values()]
    assert [text for text in texts if text not in known] == []
    assert template


@pytest.mark.parametrize("name", [f"REGISTRY_{item.name.upper()}" for item in fields(Settings)])
def test_every_setting_is_documented(name):
    assert name in (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", list(_COMMANDS))
def test_every_command_is_documented(name):
    assert f"registry {name}" in (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", list(FIELDS))
def test_every_search_field_is_documented(name):
    assert f"`{name}`" in (ROOT / "docs" / "searching.md").read_text(encoding="utf-8")


def test_no_document_leads_nowhere():
    broken = []
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "registry" / "data").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
            if not (path.parent / target).exists():
                broken.append((str(path.relative_to(ROOT)), target))
    assert broken == []
