"""The examples in docs/how-to/layouts.md: files as suppliers send them come out as the page says, in one round of `check`."""

import re
import shutil
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from accounts import every_row_is_accounted_for  # noqa: F401
from conftest import observe

from analysis.running import building

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "how-to" / "layouts.md").read_text(encoding="utf-8")
EXAMPLES = {heading: text for heading, text in re.findall(r"(?ms)^## ([^\n]+)\n(.*?)(?=^## |\Z)", PAGE) if re.search("```(result|years)", text)}


def written(text: str, home: Path) -> None:
    """The files of an example, written as they are described."""
    shutil.copy(ROOT / "data" / "example" / "agreement.toml", home)
    books: dict[str, openpyxl.Workbook] = {}
    for kind, file, sheet, content in re.findall(r"(?ms)^```(csv|toml|sheet) (\S+)(?: ([^\n]+))?\n(.*?)^```$", text):
        path = home / file
        path.parent.mkdir(exist_ok=True)
        if kind != "sheet":
            path.write_text(content, encoding="utf-8")
            continue
        book = books.setdefault(file, openpyxl.Workbook())
        page = book.create_sheet(sheet)
        for line in content.splitlines():
            page.append([_cell(cell.strip()) for cell in line.split("|")])
    for file, book in books.items():
        book.remove(book.worksheets[0])
        book.save(home / file)


def _cell(text: str) -> str | int | float | None:
    """What Excel makes of a cell that is typed in."""
    if re.fullmatch("[0-9]+", text):
        return int(text)
    return float(text.replace(",", ".")) if re.fullmatch("[0-9]+,[0-9]+", text) else text or None


def figures(checked: building.Checked) -> list[str]:
    """The figures that came out, a line each: their value, of how many, or why there is none."""
    lines = []
    for row in observe(checked.deliveries, checked.agreement).to_dict("records"):
        number = float(row["value"]) if pd.isna(row["numerator"]) else row["numerator"]
        some = "" if pd.isna(row["denominator"]) else f" of {row['denominator']:g}"
        value = row["status"] if pd.isna(row["value"]) else f"{number:g}{some}"
        lines.append(f"{row['indicator']} | {row['area']} | {row['period']} | {value}")
    return sorted(lines)


@pytest.mark.parametrize("heading", EXAMPLES)
def test_an_example_comes_out_as_the_page_says(heading, tmp_path):
    home = tmp_path / "raw"
    home.mkdir()
    written(EXAMPLES[heading], home)
    checked = building.check(home)
    told = re.search(r"(?ms)^```told\n(.*?)^```$", EXAMPLES[heading])
    assert [str(problem) for problem in checked.problems] == (told[1].splitlines() if told else [])
    kind, said = re.search(r"(?ms)^```(result|years)\n(.*?)^```$", EXAMPLES[heading]).groups()
    found = [line for line in figures(checked) if kind == "result" or re.search(r"\| [0-9/]+ \|", line)]
    assert found == sorted(said.splitlines())
