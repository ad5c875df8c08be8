"""The protected tables for a spreadsheet: a workbook with real numbers, and CSV files that Excel set to Danish opens.

Words and numbers are those of the tables; a text stays a text, whatever it begins with. The same table gives the same bytes.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..judging.observations import as_text
from ..promises.agreement import COMBINED
from ..promises.catalogue import say
from . import marks, overview, promise_words
from .elements import area_name
from .promise_words import period_words
from .years_together import claim_words

if TYPE_CHECKING:
    from ..plan import Plan

ROLES = {"judged": "year", "baseline": "baseline", "period": "period_head"}  # of a row of the gap table: the key of its word
NOTES = ("notes_units", "notes_empty", "notes_small", "notes_text", "notes_periods")
# a text that a spreadsheet turns into a date or a number
_TURNED = re.compile(r"\d{1,2}[-./]\d{1,4}([-./]\d{1,4})?|\d{4}[-.]\d{1,2}([-.]\d{1,2})?|\d+[eE]\d+|0\d+|\d+:\d+")
_PERCENT, _POINTS, _MORE, _KRONER = '0{}"\u00a0"%', '+0.0"\u00a0"%;"−"0.0"\u00a0"%;0.0"\u00a0"%', '+{0};"−"{0};{0}', '#,##0"\u00a0kr."'

# A column of a table: the key of its heading; "text", "whole", "p", "value" (in the indicator's unit), "gap" or "change" (signed).
_GAPS = {
    "criterion": "text",
    "column_short_name": "text",
    "indicator": "text",
    "area": "text",
    "year": "year",
    "column_reading": "text",
    "column_role": "text",
    "value": "value",
    "target_plain": "value",
    "column_target_whole": "whole",
    "gap": "gap",
    "verdict_word": "text",
    "column_certainty": "text",
    "column_target_p": "p",
    "column_claim": "text",
    "change": "change",
    "column_change_p": "p",
    "column_change_claim": "text",
    "column_detectable": "change",
    "column_detectable_80": "change",
    "column_pace_needed": "value",
    "column_fixed_path": "value",
    "column_dispersion": "number",
    "column_dispersion_source": "text",
    "column_start_extreme": "text",
    "column_earlier_years": "whole",
    "note": "text",
    "column_indicator_id": "text",
    "column_area_id": "text",
    "column_side": "text",
    "column_rounding": "rounding",
}
_OBSERVATIONS = {
    "indicator": "text",
    "area": "text",
    "period": "text",
    "value": "value",
    "column_decimals": "whole",
    "column_numerator": "whole",
    "column_denominator": "whole",
    "column_lower": "value",
    "column_upper": "value",
    "status": "text",
    "source": "text",
    "note": "text",
    "column_indicator_id": "text",
    "column_area_id": "text",
}
_PERIODS = {
    "criterion": "text",
    "column_short_name": "text",
    "indicator": "text",
    "area": "text",
    "column_reading": "text",
    "column_from_year": "year",
    "column_to_year": "year",
    "column_points": "whole",
    "column_claim": "text",
    "column_trend": "change",
    "column_trend_lower": "change",
    "column_trend_upper": "change",
    "column_trend_p": "p",
    "column_trend_clear": "text",
    "column_trend_per": "text",
    "column_total": "value",
    "column_path_total": "value",
    "column_ratio": "percent",
    "column_ratio_lower": "percent",
    "column_ratio_upper": "percent",
    "column_ratio_p": "p",
    "column_ratio_clear": "text",
    "column_compared_with": "text",
    "column_difference": "change",
    "column_difference_lower": "change",
    "column_difference_upper": "change",
    "column_difference_p": "p",
    "column_difference_clear": "text",
    "column_steadiness": "text",
    "column_progress": "percent",
    "column_progress_lower": "percent",
    "column_progress_upper": "percent",
    "column_dispersion": "number",
    "column_dispersion_lower": "number",
    "column_dispersion_upper": "number",
    "column_dispersion_source": "text",
    "column_start_extreme": "text",
    "column_earlier_years": "whole",
    "column_indicator_id": "text",
    "column_area_id": "text",
}
_FIGURES = {
    "column_report": "text",
    "column_element": "text",
    "column_indicator_id": "text",
    "column_area_id": "text",
    "period": "text",
    "value": "value",
    "column_shown_as": "text",
}
TABLES = {"table_gaps": _GAPS, "table_periods": _PERIODS, "table_observations": _OBSERVATIONS, "table_figures": _FIGURES}


_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the first moment a zip can name


def packed(files: Mapping[str, bytes]) -> bytes:
    """A zip that holds nothing but names and contents: sorted, all of one date and one permission."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _LONG_AGO)
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, 0o100644 << 16
            file.writestr(entry, files[name])
    return stream.getvalue()


def in_words(plan: Plan, figures: pd.DataFrame, lang: str) -> dict[str, pd.DataFrame]:
    """The gaps, the years together, the observations and the key figures in words, under the keys of their headings, with the unit of each row as `unit`."""
    shown = _named(plan, figures, lang).rename(columns=_renamed(_FIGURES)).assign(value=[Decimal(text) for text in figures["value"]])
    tables = {
        "table_gaps": gaps_in_words(plan, plan.exact_gaps, lang),
        "table_periods": periods_in_words(plan, plan.exact_periods, lang),
        "table_observations": observations_in_words(plan, plan.exact_observations, lang),
        "table_figures": shown,
    }
    return {name: table[[*TABLES[name], "unit"]] for name, table in tables.items()}


def gaps_in_words(plan: Plan, rows: pd.DataFrame, lang: str) -> pd.DataFrame:
    """Rows of the gap table with names and words instead of ids, under the keys of their headings."""
    rows = rows.assign(criterion=say("what_if", lang)) if plan.supposed else rows
    gaps = _named(plan, rows, lang).rename(columns=_renamed(_GAPS) | {"target": "target_plain", "verdict": "verdict_word"})
    areas, known = _area_names(plan, lang), plan.agreement.indicators
    return gaps.assign(
        column_reading=gaps["column_reading"].replace({"primary": say("chosen", lang)}),
        column_role=[say(ROLES[role], lang) for role in gaps["column_role"]],
        verdict_word=[say(word, lang) if word else "" for word in gaps["verdict_word"].fillna("")],
        column_claim=[say(f"claim_{word}", lang) if word and kind else "" for word, kind in zip(rows["claim"], rows["certainty"].fillna(""), strict=True)],
        column_short_name=_short_names(plan, rows, lang),
        column_side=[side_words(side, lang) for side in rows["side"]],
        column_dispersion_source=_dispersion_words(rows, lang),
        column_start_extreme=_start_words(rows, lang),
        column_change_claim=[say(f"claim_{word}", lang) if word else "" for word in rows["change_claim"]],
        column_certainty=[
            say(promise_words.certainty_key(known[id_], word), lang) if word else ""
            for id_, word in zip(rows["indicator"], rows["certainty"].fillna(""), strict=True)
        ],
        note=[
            period_words(plan, row, lang)[0] if row["role"] == "period" else "; ".join(promise_words.remarks(row, lang, areas))
            for row in rows.to_dict("records")
        ],
    )


def periods_in_words(plan: Plan, rows: pd.DataFrame, lang: str) -> pd.DataFrame:
    """Rows of the years together with names and words instead of ids, under the keys of their headings; a limit without an end is empty."""
    told = _named(plan, _with_ends(rows), lang).rename(columns=_renamed(_PERIODS))
    areas, known = _area_names(plan, lang), plan.agreement.indicators
    clear = {f"column_{name}": [say("certain", lang) if sure else "" for sure in rows[name]] for name in ("trend_clear", "ratio_clear", "difference_clear")}
    return told.assign(
        column_short_name=_short_names(plan, rows, lang),
        column_reading=say("chosen", lang),
        column_claim=[claim_words(plan, lang, row) if row["claim"] else "" for row in rows.to_dict("records")],
        column_trend_per=[plain(known[id_].name[lang]) if id_ else "" for id_ in rows["trend_per"]],
        column_compared_with=[areas[id_] if id_ else "" for id_ in rows["compared_with"]],
        column_steadiness=[say(word, lang) if word else "" for word in rows["steadiness"]],
        column_dispersion_source=_dispersion_words(rows, lang),
        column_start_extreme=_start_words(rows, lang),
        **clear,
    )


def side_words(side: str, lang: str) -> str:
    """What a promise asks for, at least or at most, without the number."""
    return say(side, lang, value="").strip()


def _short_names(plan: Plan, rows: pd.DataFrame, lang: str) -> list[str]:
    known = plan.agreement
    return [
        promise_words.name(plan, lang, known.criteria[id_], known.indicators[indicator]) if id_ in known.criteria else id_
        for id_, indicator in zip(rows["criterion"], rows["indicator"], strict=True)
    ]


def _dispersion_words(rows: pd.DataFrame, lang: str) -> list[str]:
    return [say(f"dispersion_{word}", lang) if word else "" for word in rows["dispersion_source"].fillna("")]


def _start_words(rows: pd.DataFrame, lang: str) -> list[str]:
    return [say(f"start_is_{word}", lang) if word else "" for word in rows["start_extreme"].fillna("")]


def observations_in_words(plan: Plan, rows: pd.DataFrame, lang: str) -> pd.DataFrame:
    """Observations with names and words instead of ids, under the keys of their headings; a limit without an end is empty."""
    seen, areas = _named(plan, _with_ends(rows), lang).rename(columns=_renamed(_OBSERVATIONS)), _area_names(plan, lang)
    return seen.assign(status=[say(word, lang) for word in seen["status"]], note=[_without_ids(note, areas, lang) for note in rows["note"]])


def _without_ids(note: str, areas: Mapping[str, str], lang: str) -> str:
    """The note of an observation, with the names of areas that a total lacks."""
    lacks, found, ids = note.partition("missing: ")
    return note if lacks or not found else say("lacking", lang, areas=", ".join(areas.get(id_, id_) for id_ in ids.split(", ")))


def _with_ends(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with an empty cell for each limit without an end."""
    return rows.replace([np.inf, -np.inf], np.nan)


def _named(plan: Plan, table: pd.DataFrame, lang: str) -> pd.DataFrame:
    """The table with the names of indicators and areas, their ids in columns of their own, and months as Statistics Denmark writes them."""
    indicators, areas = plan.agreement.indicators, _area_names(plan, lang)
    units = [indicators[id_].unit if id_ in indicators else "count" for id_ in table["indicator"]]
    named = {
        "indicator": [plain(indicators[id_].name[lang]) if id_ in indicators else id_ for id_ in table["indicator"]],
        "area": [areas.get(id_, id_) for id_ in table["area"]],
    }
    months = {"period": [month_as_text(period) for period in table["period"]]} if "period" in table else {}
    return table.assign(column_indicator_id=table["indicator"], column_area_id=table["area"], unit=units, **named, **months)


def month_as_text(period: str) -> str:
    """A period that no spreadsheet turns into a day: `2018M03`, as Statistics Denmark writes it."""
    return re.sub(r"^(\d{4})-(\d\d)$", r"\1M\2", str(period))


def _area_names(plan: Plan, lang: str) -> dict[str, str]:
    places = {**plan.agreement.areas, **plan.agreement.references}
    return {id_: place.name for id_, place in places.items()} | {"combined": area_name(plan, COMBINED, lang)}


def _renamed(columns: Mapping[str, str]) -> dict[str, str]:
    return {name.removeprefix("column_"): name for name in columns if name.startswith("column_") and not name.endswith("_id")}


def plain(cell: Any) -> str:
    """A text in one line, with nothing in it that cannot be seen; empty where there is none."""
    text = "" if pd.isna(cell) else " ".join(str(cell).split())
    return "".join(letter for letter in text if unicodedata.category(letter) not in ("Cc", "Cf", "Cs"))


def danish_csv(table: pd.DataFrame, name: str, lang: str, marks: Sequence[str] = ()) -> bytes:
    """A table that Excel set to Danish opens with a double click: semicolons, decimal commas, a byte-order mark; texts stay texts.

    `marks` are lines above the headings that the table must not be read without.
    """
    columns, stream = TABLES[name], io.StringIO()
    lines = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    lines.writerows([_csv_text(mark)] for mark in marks)
    lines.writerow(say(column, lang) for column in columns)
    for row in table[list(columns)].itertuples(index=False, name=None):
        lines.writerow(_csv_text(cell) if kind == "text" else _csv_number(cell) for cell, kind in zip(row, columns.values(), strict=True))
    return b"\xef\xbb\xbf" + stream.getvalue().encode()


def _csv_text(cell: Any) -> str:
    text = as_text(plain(cell))
    return f"'{text}" if _TURNED.fullmatch(text) else text


def _csv_number(cell: Any) -> str:
    """A number with all its digits and no exponent; empty where there is none."""
    if pd.isna(cell):
        return ""
    digits = f"{cell:f}" if isinstance(cell, Decimal) else np.format_float_positional(cell, trim="-")
    return (digits.rstrip("0").rstrip(".") if "." in digits else digits).replace(".", ",")


# --- workbook ------------------------------------------------------------------------------------------


def workbook(plan: Plan, tables: Mapping[str, pd.DataFrame], lang: str) -> bytes:
    """An overview, the tables, one a sheet, and a sheet of notes: values only, nothing hidden, and no word of who made it or when."""
    from openpyxl import Workbook
    from openpyxl.utils import get_column_letter

    book = Workbook()
    book.remove(book.active)
    _write_overview(book.create_sheet(say("overview", lang)), plan, lang)
    for name, table in tables.items():
        sheet, columns = book.create_sheet(say(name, lang)), TABLES[name]
        _write_header(sheet, [say(column, lang) for column in columns])
        for number, row in enumerate(table.to_dict("records"), 2):
            for place, (column, kind) in enumerate(columns.items(), 1):
                _put(sheet.cell(number, place), row[column], kind, row["unit"], row.get("column_decimals") if column == "value" else None)
        for place, kind in enumerate(columns.values(), 1):
            sheet.column_dimensions[get_column_letter(place)].width = 30 if kind == "text" else 14
        _make_table(sheet, name, len(columns), len(table))
    notes = book.create_sheet(say("notes", lang))
    _write_header(notes, [say("notes_about", lang), say("notes", lang)])
    for number, (about, text) in enumerate(_notes(plan, tables, lang), 2):
        _put(notes.cell(number, 1), about, "text")
        _put(notes.cell(number, 2), text, "text")
    notes.column_dimensions["A"].width, notes.column_dimensions["B"].width = 34, 110
    book.properties.creator, book.properties.title = "", title(plan, lang)
    book.properties.created = book.properties.modified = datetime(*_LONG_AGO)
    stream = io.BytesIO()
    book.save(stream)
    return _repacked(stream.getvalue())


def _write_overview(sheet: Any, plan: Plan, lang: str) -> None:
    """The marks of page one as a table that can be filtered, what they mean below it."""
    from openpyxl.styles import Alignment, PatternFill
    from openpyxl.utils import get_column_letter

    headings, lines = overview.headings(plan, lang), overview.lines(plan, lang)
    _write_header(sheet, headings)
    for number, line in enumerate(lines, 2):
        for place, text in enumerate(line, 1):
            cell = sheet.cell(number, place)
            _put(cell, text, "text")
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if colour := overview.colour(text) if place > 3 else "":
                cell.fill = PatternFill("solid", start_color=colour)
    for place in range(1, len(headings) + 1):
        sheet.column_dimensions[get_column_letter(place)].width = overview.width(place)
    _make_table(sheet, "overview", len(headings), len(lines))
    sheet.freeze_panes = "C2"
    key = sheet.cell(len(lines) + 3, 1)
    _put(key, f"{say('marks', lang)}: {'; '.join(marks.meanings(lang))}.", "text")


def _make_table(sheet: Any, name: str, columns: int, rows: int) -> None:
    """Headings and rows as one of Excel's own tables, with a filter in each heading; of no rows there can be none."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.table import Table, TableStyleInfo

    if rows:
        table = Table(displayName=name, ref=f"A1:{get_column_letter(columns)}{rows + 1}")
        table.tableStyleInfo = TableStyleInfo(name="TableStyleLight1")
        sheet.add_table(table)


def _write_header(sheet: Any, headings: Sequence[str]) -> None:
    from openpyxl.styles import Alignment, Font

    for place, heading in enumerate(headings, 1):
        cell = sheet.cell(1, place)
        _put(cell, heading, "text")
        cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.page_setup.fitToHeight = True, 0  # as wide as a sheet of paper, as long as it takes


def _put(cell: Any, value: Any, kind: str, unit: str = "", decimals: Any = None) -> None:
    """One cell: a number with its format, or a text that stays one, whatever it begins with and also when it is edited."""
    if kind == "text":
        if text := plain(value):
            cell.value, cell.data_type, cell.number_format, cell.quotePrefix = text, "s", "@", as_text(text) != text
    elif not pd.isna(value):
        number = float(value)
        cell.value = int(number) if number.is_integer() else number
        cell.number_format = number_format(kind, unit, number, decimals)


def number_format(kind: str, unit: str, number: float, decimals: Any = None) -> str:
    """How Excel shows a number of this kind; set to Danish it writes `1.234,5`, `58,3 %`, `1.500 kr.`"""
    if kind in ("p", "number"):
        return "0.000" if kind == "p" else "0.0"
    if kind == "year":
        return "0"
    if kind == "percent":
        return _PERCENT.format("")
    if kind == "rounding" and unit in ("share", "rate"):
        return _PERCENT.format(".0##")
    if kind == "change" or (kind == "gap" and unit in ("share", "rate")):
        return _POINTS
    if kind == "value" and unit in ("share", "rate"):
        places = 1 if decimals is None or pd.isna(decimals) else max(0, int(decimals) - 2)
        return _PERCENT.format("." + "0" * places if places else "")
    plain_number = _KRONER if kind != "whole" and unit == "dkk" else "#,##0" if number.is_integer() else "#,##0.0"
    return _MORE.format(plain_number) if kind == "gap" else plain_number


def _repacked(content: bytes) -> bytes:
    """The workbook without the moment it was saved, packed so that the same cells are the same bytes."""
    when = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*")
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    parts["docProps/core.xml"] = when.sub(rb"\g<1>1980-01-01T00:00:00Z", parts["docProps/core.xml"])
    return packed(parts)


def title(plan: Plan, lang: str) -> str:
    """What is handed over, in one line."""
    return plain(say("bundle_title", lang, name=plan.agreement.name[lang], year=plan.year))


def _notes(plan: Plan, tables: Mapping[str, pd.DataFrame], lang: str) -> Iterator[tuple[str, str]]:
    """What a reader of the workbook must know: units, empty cells, and what each heading is called in the codebook."""
    yield title(plan, lang), say("as_of", lang, year=plan.year)
    if plan.agreement.example:
        yield say("note", lang), say("example", lang)
    for key in NOTES:
        about, _, text = say(key, lang).partition(": ")
        yield about, text
    for name in tables:
        for column in (
            column for column in TABLES[name] if column not in ("indicator", "area", "column_short_name")
        ):  # names, which the codebook's tables have not
            called = column.removeprefix("column_").removesuffix("_plain").removesuffix("_word").removesuffix("_id")
            yield f"{say(name, lang)}: {say(column, lang)}", say("notes_column", lang, column=called)
