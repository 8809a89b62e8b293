"""Lists in groups: where subtotals stand in each format, so that no record can be taken for one."""

from __future__ import annotations

import csv
import io
import zipfile

import openpyxl
import pytest

from registry.exports.schemas import ExportOptions
from tests.helpers.exports import asked, copied, exported

COLUMNS = ["registry_number", "title"]


@pytest.fixture(scope="module")
def still(filled, databases, tmp_path_factory):
    """A registry that these tests only read."""
    with copied(filled, databases, tmp_path_factory.mktemp("groups")) as opened:
        yield opened


@pytest.mark.parametrize("by", ["level", "ministry", "year"])
def test_csv_says_of_each_line_its_group_and_of_no_record_a_subtotal(still, by):
    data, summary = exported(still, asked(still, columns=COLUMNS, group_by=by))
    lines = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert list(lines[0]) == ["group", "subtotal", *COLUMNS]
    records = [line for line in lines if not line["subtotal"]]
    closings = [line for line in lines if line["subtotal"]]
    assert len(records) == summary.rows
    assert all(line["registry_number"] and line["group"] for line in records)
    assert not any(line["registry_number"] or line["title"] for line in closings)
    counted = {line["group"]: int(line["subtotal"]) for line in closings}
    assert len(counted) == len(closings)
    assert counted == {name: sum(line["group"] == name for line in records) for name in counted}


def test_the_two_columns_are_called_in_the_language_of_the_list_and_only_with_groups(still):
    options = ExportOptions(headings="labels")
    data, _ = exported(still, asked(still, columns=COLUMNS, group_by="level", language="ru", options=options))
    assert data.decode("utf-8-sig").startswith("Группа,Промежуточный итог,Регистрационный номер")
    data, _ = exported(still, asked(still, columns=COLUMNS, language="ru", options=options))
    assert data.decode("utf-8-sig").startswith("Регистрационный номер")


@pytest.mark.parametrize("by", [None, "level"])
def test_sheets_have_filters_only_where_none_reaches_a_subtotal(still, by):
    book = openpyxl.load_workbook(io.BytesIO(exported(still, asked(still, format="xlsx", group_by=by))[0]))
    assert (book.worksheets[0].auto_filter.ref is None) == (by is not None)
    ods = zipfile.ZipFile(io.BytesIO(exported(still, asked(still, format="ods", group_by=by))[0]))
    assert (b"display-filter-buttons" not in ods.read("content.xml")) == (by is not None)
