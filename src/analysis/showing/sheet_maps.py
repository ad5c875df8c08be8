"""Every delivered sheet as a small picture: what each cell is read as, by a letter and a colour, so that everybody sees that nothing is lost.

Rows that are alike are drawn once. What may not be told of a sheet is not in the plan's table of sheets.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..promises.asked import require
from ..promises.catalogue import say
from .asked import for_analysts
from .elements import Shown, breakable, escape

if TYPE_CHECKING:
    from ..plan import Plan

__all__ = ["sheet_maps"]
__dir__ = __all__.copy  # what an editor offers

MOST_ROWS, MOST_COLUMNS, MOST_LETTERS = 40, 20, 16
LETTERS = "apivohstn"  # of the cells' roles in the order of the legend; blank cells need none
_LIKE = {"columns": "used", "text": "title"}  # kinds of lines that readers know by another name
_STYLE = """<style>
.sheets td, .sheets i { color: #14171a; background: #fff; border: 1px solid #8a949e; text-align: center; font: 700 .72rem/1.5 monospace;
  min-width: 1.7em !important; padding: 0 .35em !important; print-color-adjust: exact; }
.sheets i { display: inline-block; margin-right: .35em; } .sheets td.text { text-align: left; font-weight: 400; white-space: nowrap; }
.sheets table { width: auto; border-collapse: collapse; margin: .3rem 0 .6rem; }
.sheets th { font-weight: 400; font-size: .72rem; line-height: 1.5; min-width: 0 !important; padding: 0 .5em; border: 0; text-align: right;
  white-space: nowrap; background: none; }
.sheets thead th { text-align: center; } .sheets .many td { height: 2.6em; vertical-align: middle; } .sheets .many th { vertical-align: middle; }
.sheets .frame { overflow-x: auto; } .sheets p { margin: .2rem 0; } .sheets ul { list-style: none; padding: 0; columns: 3 13rem; }
.sheets .a { background: #cfe3f7; } .sheets .p { background: #ddd5f5; } .sheets .i { background: #f8d8e8; } .sheets .v { background: #b9e3c4; }
.sheets .o { background: #e4efd8; } .sheets .h { background: #d3d9df; } .sheets .t { background: #f1f3f5; border-style: dashed; }
.sheets .s { background: repeating-linear-gradient(135deg, #fdebc8 0 4px, #f7d79a 4px 6px); }
.sheets .n { background: repeating-linear-gradient(45deg, #fff 0 5px, #dfe3e7 5px 7px); }
.sheets .b { border-style: dotted; }
@media print { .sheets summary { display: block; } .sheets summary, .sheets details p { break-after: avoid; } .sheets .frame { break-inside: avoid; } }
</style>"""


@for_analysts
def sheet_maps(plan: Plan, lang: str, source: str = "", texts: Mapping[tuple[str, str], Mapping[int, Sequence[str]]] | None = None) -> Shown:
    """Each delivered sheet, folded, below the legend; of one source or of all. With `texts`, by file and sheet and row, the cells bear theirs.

    >>> sheet_maps.sheet_maps(plan, "en", "housing")
    <sheets: A Area P Period or day I Indicator V Value, used ...>
    """
    if source:
        require("no_such_source", source, plan.sheets["source"].unique())
    sheets = plan.sheets[plan.sheets["source"] == source] if source else plan.sheets
    legend = "".join(f'<li><i class="{letter}">{_letter(letter, lang)}</i>{escape(say(f"cell_{letter}", lang))}</li>' for letter in LETTERS)
    parts = [_STYLE, f'<ul>{legend}<li><i class="b">&nbsp;</i>{escape(say("cell_blank", lang))}</li></ul>']
    for file, of_file in sheets.groupby("file", sort=False):
        maps = [_sheet(plan, str(file), str(name), lines, lang, (texts or {}).get((file, name), {})) for name, lines in of_file.groupby("sheet", sort=False)]
        parts.append(f"<details{' open' if source else ''}><summary>{breakable(file)}</summary>{''.join(maps)}</details>")
    return Shown(f'<div class="sheets">{"".join(parts)}</div>', "sheets")


def _letter(letter: str, lang: str) -> str:
    """The letter of a cell's role: that with which its name begins."""
    return escape(say(f"cell_{letter}", lang)[0])


def _sheet(plan: Plan, file: str, name: str, lines: pd.DataFrame, lang: str, texts: Mapping[int, Sequence[str]]) -> str:
    """One sheet: its account, its picture, and how much more there is."""
    of_it = plan.files[(plan.files["file"] == file) & (plan.files["sheet"] == name)]
    title = f"<b>{escape(name)}</b>: " if name else ""
    said = "".join(f"<p>{title}{escape(account(row, lang))}</p>" for row in of_it.to_dict("records"))
    stretches = _drawn(lines.to_dict("records"), texts)
    shown, rest = stretches[:MOST_ROWS], stretches[MOST_ROWS:]
    more: dict[str, int] = {}
    for line in [*rest, *(line for line in lines.to_dict("records") if pd.isna(line["first"]) and line["role"] != "columns")]:
        if not pd.isna(line["rows"]):
            more[_LIKE.get(line["role"], line["role"])] = more.get(_LIKE.get(line["role"], line["role"]), 0) + int(line["rows"])
    left = [
        say("more_rows", lang, n=rows, role=say(f"rows_{role}", lang)) if role != "?" else say("more_rows_of_tables", lang, n=rows)
        for role, rows in more.items()
    ]
    return said + (_picture(shown, name, file, lang) if shown else "") + "".join(f"<p>… {escape(words)}</p>" for words in left)


def account(row: Mapping[str, Any], lang: str) -> str:
    """What became of the rows of a sheet in one line; nothing that is hidden.

    >>> sheet_maps.account(plan.files[plan.files["sheet"] == "Boliger"].iloc[0], "en")
    '31 rows: headings and titles 2, used 28, set aside 0, blank 1, not read 0'
    """
    numbers = {name: row[name] for name in ("rows", "used", "set_aside", "blank", "not_read")}
    numbers["above"] = pd.NA if pd.isna(row["headings"]) else row["headings"] + row["titles"]
    if all(pd.isna(number) for number in numbers.values()):
        return say("account_hidden", lang)
    if pd.isna(numbers["rows"]):
        return say("account_unread" if any(numbers[name] for name in ("used", "set_aside", "above")) else "account_nothing", lang, **numbers)
    return say("account", lang, **numbers)


def _drawn(lines: list[dict[str, Any]], texts: Mapping[int, Sequence[str]]) -> list[dict[str, Any]]:
    """The stretches of rows to be drawn: each row by itself where it bears its texts; of a list whose records are not told one record."""
    placed = [line for line in lines if not pd.isna(line["first"]) and (line["cells"] or line["role"] == "blank")]
    drawn: list[dict[str, Any]] = []
    for line in placed:
        numbers = [number for number in range(int(line["first"]), int(line["last"]) + 1) if number in texts] if texts else []
        drawn += [line | {"first": number, "last": number, "rows": 1, "texts": texts[number]} for number in numbers] or [line]
    if placed and not any(line["role"] in ("used", "set_aside") for line in lines):
        drawn += [line | {"rows": pd.NA} for line in lines if line["role"] == "columns"]
    return drawn


def _picture(lines: list[dict[str, Any]], sheet: str, file: str, lang: str) -> str:
    """The stretches as a table with a letter a cell, the number of the first and last row before it."""
    width = max(len(line["cells"]) for line in lines)
    columns = min(width, MOST_COLUMNS)
    head = "".join(f'<th scope="col">{chr(ord("A") + place)}</th>' for place in range(columns))
    body = "".join(_row(line, columns, lang) for line in lines)
    more = f"<p>… {escape(say('more_columns', lang, n=width - columns))}</p>" if width > columns else ""
    name = escape(sheet or file)
    return (
        f'<div class="frame" role="group" tabindex="0" aria-label="{escape(say("sheet_map", lang))}: {name}"><table><caption>{name}</caption>'
        f'<thead><tr><th scope="col">{escape(say("rows", lang))}</th>{head}</tr></thead><tbody>{body}</tbody></table></div>{more}'
    )


def _row(line: dict[str, Any], columns: int, lang: str) -> str:
    """One stretch of rows that are alike."""
    numbers = [] if pd.isna(line["first"]) else dict.fromkeys((int(line["first"]), int(line["last"] if not pd.isna(line["last"]) else line["first"])))
    label = "–".join(map(str, numbers)) or say("each_record", lang)
    texts = [*line.get("texts", ()), *[""] * columns]
    cells = "".join(_cell(letter, text, lang) for letter, text in zip(line["cells"].ljust(columns, ".")[:columns], texts, strict=False))
    many = ' class="many"' if not pd.isna(line["rows"]) and line["rows"] > 1 else ""
    return f'<tr{many}><th scope="row">{escape(label)}</th>{cells}</tr>'


def _cell(letter: str, text: str, lang: str) -> str:
    """One cell: its letter, and its text where that is shown."""
    if letter == ".":
        return '<td class="b"></td>'
    short = text if len(text) <= MOST_LETTERS else text[: MOST_LETTERS - 1] + "…"
    return f'<td class="{letter} text"><b>{_letter(letter, lang)}</b> {escape(short)}</td>' if text else f'<td class="{letter}">{_letter(letter, lang)}</td>'
