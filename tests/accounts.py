"""That no row of a delivery is lost in silence, whatever a test reads: rows counted with other means than the program's are all accounted for."""

import csv
from pathlib import Path

import openpyxl
import pytest

from analysis.reading.account import NUMBERS
from analysis.reading.intake import Delivery, sheets_of
from analysis.reading.sources import Source
from analysis.running import checking


@pytest.fixture(autouse=True)
def every_row_is_accounted_for(monkeypatch):
    """Every check in the tests of the module that imports this."""
    read = checking.read_deliveries

    def read_and_counted(sources, agreement, plan, *more):
        deliveries = read(sources, agreement, plan, *more)
        require_accounts(deliveries, plan)
        return deliveries

    monkeypatch.setattr(checking, "read_deliveries", read_and_counted)


def require_accounts(deliveries: list[Delivery], plan: Path) -> None:
    """Rows delivered = headings + titles + used + set aside + blank + not read; of files without error also what the csv module or openpyxl counts."""
    sheets = sheets_of(deliveries)
    for delivery in deliveries:
        files = delivery.files
        assert (files["rows"] == files[NUMBERS[1:]].sum(axis=1)).all(), files.to_string()
        folder = [each for each in deliveries if each.source.name == delivery.source.name]
        if any(problem.level == "error" for each in folder for problem in each.problems):
            continue
        for file in delivery.source.files:
            name = file.path.relative_to(plan).as_posix()
            counted = rows_in(file.path, delivery.source)
            if counted is not None:
                lines = [line for each in folder for line in each.files.loc[each.files["file"] == name].to_dict("records")]
                assert {line["sheet"]: line["rows"] for line in lines} == counted
                drawn = sheets[sheets["file"] == name]
                assert drawn.groupby("sheet")["rows"].sum().to_dict() == counted
                assert not drawn["cells"].str.contains("?", regex=False).any()


def rows_in(path: Path, source: Source) -> dict[str, int] | None:
    """Rows of each sheet that is visible or declared, down to its last filled one, and of a CSV all; nothing of kinds of files that only one library reads."""
    if path.suffix in (".xlsx", ".xlsm"):
        book = openpyxl.load_workbook(path, data_only=True)
        filled = {
            sheet.title: [cell.row for row in sheet.iter_rows() for cell in row if cell.value is not None and str(cell.value).strip(" \n\u00a0\u200b")]
            for sheet in book.worksheets
            if sheet.sheet_state == "visible" or sheet.title in source.all_ignored_sheets
        }
        return {name: max(rows) for name, rows in filled.items() if rows}
    if path.suffix in (".xls", ".ods", ".xlsb"):
        return None
    raw = path.read_bytes()
    try:
        text = raw.decode(source.encoding if source.encoding not in ("", "utf-8") else "utf-8-sig")
    except UnicodeError:
        text = raw.decode("cp1252")
    return {"": sum(1 for _ in csv.reader(text.splitlines(keepends=True), delimiter=source.delimiter))}
