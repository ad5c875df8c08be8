"""A delivery workbook to send to a supplier: headings, drop-downs, instructions in one language. Filled in, it needs no `source.toml`.

What its words mean stands in `filled_templates`, which reads them back in any language. It holds no formulas, no macros and nothing hidden.
"""

import os
import tempfile
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ..promises.agreement import Agreement, Indicator
from ..promises.asked import require
from ..promises.catalogue import FIRST, say
from ..promises.problems import PlanError, Problem
from .contracts import CONTRACTS
from .filled_templates import (
    ALL_AREAS,
    CHOICES,
    COLUMN,
    COLUMNS,
    COVERS,
    DATA,
    DELIVERY,
    GUIDE,
    MADE_BY,
    MADE_FOR,
    MAY_BE_BLANK,
    MEASURE,
    MEDIA,
    MUST_FILL,
    NOT_COUNTED,
    NUMBERED,
    SUPPLIER,
    VERSION,
    WITHOUT_FIGURE,
    choices,
)
from .sources import LISTS

_KINDS = {  # kind of a column: the key of how it is written, how Excel shows it
    "area": ("form_from_list", "@"),
    "indicator": ("form_from_list", "@"),
    "unit": ("form_from_list", "@"),
    "answer": ("form_yes_or_no", "@"),
    "yes_no": ("form_yes_or_no", "@"),
    "outcome": ("form_yes_no_unknown", "@"),
    "tone": ("form_from_list", "@"),
    "medium": ("form_text", "@"),
    "period": ("form_period_how", "@"),
    "date": ("form_date_how", "dd-mm-yyyy"),
    "id": ("form_text", "@"),
    "person": ("form_letter_and_number", "@"),
    "text": ("form_text", "@"),
    "whole": ("form_whole_number", "0"),
    "number": ("form_any_number", "General"),
}
_TITLES = (COLUMN, "form_title_heading", "form_title_meaning", "form_title_written", "form_title_must", "form_example")
_WIDTHS = (18, 38, 60, 46, 34, 30)


@dataclass(frozen=True)
class _Shape:
    """What a template asks for beyond its contract: the indicators that fit, columns left out, columns that must be filled."""

    fits: Callable[[Indicator], bool]
    without: tuple[str, ...] = ()
    must: tuple[str, ...] = ()


_SHAPES = {
    "published": _Shape(lambda indicator: True),
    "counts": _Shape(lambda indicator: True),
    "moves": _Shape(lambda indicator: indicator.measure == "ratio", ("value", "unit"), ("all_moves", "internal", "out_of")),
    "survey": _Shape(lambda indicator: indicator.measure == "survey_share"),
    "answers": _Shape(lambda indicator: indicator.measure == "survey_share"),
    "incidents": _Shape(lambda indicator: indicator.measure == "count" and indicator.combine != "unique", ("unit",), ("deliberate",)),
    "stories": _Shape(
        lambda indicator: indicator.measure == "count" and indicator.unit == "count" and indicator.combine != "unique", ("area", "period"), ("indicator",)
    ),
    "registrations": _Shape(lambda indicator: indicator.unit == "count" and indicator.measure in ("count", "stock")),
    "visitors": _Shape(lambda indicator: indicator.unit == "count", (), ("area",)),
    "statbank": _Shape(lambda indicator: indicator.unit == "count"),
}


def write_template(contract: str, agreement: Agreement, path: Path, lang: str = FIRST) -> None:
    """Write an empty delivery workbook for one kind of table in a language, with the plan's own areas and indicators in its drop-downs.

    An existing file is never overwritten. Raises `PlanError` for a contract there is not, a plan with no indicator
    that fits it, a folder that is not there, and a file that is.
    """
    _require(contract, agreement, path)
    columns, lists = _columns(contract, lang), _lists(contract, agreement, lang)
    example = _example(contract, agreement, lang)
    book = _workbook(contract, columns, lists, example, lang)
    handle, name = tempfile.mkstemp(prefix=".", suffix=".xlsx", dir=path.parent)
    os.close(handle)
    try:
        book.save(name)
        os.chmod(name, 0o644)
        if path.exists():
            raise _exists(path)
        os.replace(name, path)
    finally:
        Path(name).unlink(missing_ok=True)


def _require(contract: str, agreement: Agreement, path: Path) -> None:
    """Refuses what cannot be written, before anything is."""
    require("no_such_template", contract, CONTRACTS)
    if not _fitting(contract, agreement):
        raise PlanError([Problem("nothing_fits", "agreement.toml", contract)])
    if not path.parent.is_dir():
        raise PlanError([Problem("no_such_folder", str(path.parent))])
    if path.exists() or path.is_symlink():
        raise _exists(path)


def _exists(path: Path) -> PlanError:
    return PlanError([Problem("file_exists", str(path))])


def _columns(contract: str, lang: str) -> dict[str, str]:
    """The columns of the template, and for each whether it must be filled."""
    expected, shape = CONTRACTS[contract], _SHAPES[contract]
    either = [name for name in expected.any_of if name not in shape.without]
    names = [name for name in COLUMNS if name in expected.kinds and name not in shape.without]
    words = dict.fromkeys(names, say(MAY_BE_BLANK, lang))
    if len(either) > 1:
        words |= dict.fromkeys(either, say("form_either", lang, headings=say("form_or", lang).join(say(f"heading_{name}", lang) for name in either)))
    return words | dict.fromkeys((name for name in names if name in (*expected.must, *shape.must)), say(MUST_FILL, lang))


def _fitting(contract: str, agreement: Agreement) -> list[Indicator]:
    return [indicator for indicator in agreement.indicators.values() if _SHAPES[contract].fits(indicator)]


def _plain(text: str) -> str:
    """The text as it is read back: single blanks, and nothing that cannot be seen."""
    return " ".join("".join(letter for letter in text if unicodedata.category(letter) != "Cf").split())


def _measures(contract: str, agreement: Agreement, lang: str) -> dict[str, str]:
    """The name of each indicator that fits, and its id; a name that two share has the id behind it."""
    names = {indicator.id: _plain(indicator.name[lang]) for indicator in agreement.indicators.values()}
    shared = {name for name in names.values() if [*names.values()].count(name) > 1 or name in (say(ALL_AREAS, lang), say(NOT_COUNTED, lang))}
    return {f"{names[each.id]} ({each.id})" if names[each.id] in shared else names[each.id]: each.id for each in _fitting(contract, agreement)}


def _lists(contract: str, agreement: Agreement, lang: str) -> dict[str, Mapping[str, str]]:
    """The words of every column with a closed list, each with what it stands for."""
    places = {_plain(place.name): place.id for place in (*agreement.areas.values(), *agreement.references.values())}
    not_counted = {say(NOT_COUNTED, lang): ""} if contract == "stories" else {}
    measures = _measures(contract, agreement, lang) | not_counted
    lists = {"area": {**places, say(ALL_AREAS, lang): "combined"}, "indicator": measures}
    lists |= {name: choices(meanings, lang) for name, meanings in CHOICES.items()}
    return {name: lists[name] for name in _columns(contract, lang) if name in lists}


def _example(contract: str, agreement: Agreement, lang: str) -> dict[str, Any]:
    """One made-up line that the contract accepts."""
    word, id_ = next(iter(_measures(contract, agreement, lang).items()))
    indicator, year = agreement.indicators[id_], agreement.start.year + 1
    area = say(ALL_AREAS, lang) if contract == "visitors" else _plain(next(iter(agreement.areas.values())).name)
    line = {
        "area": area,
        "indicator": word,
        "period": agreement.period(id_, year),
        "date": date(year, 3, 14),
        **_figure(indicator, lang),
        "source": "S01",
        "all_moves": 40,
        "internal": 4,
        "answer": say("choice_yes", lang),
        "deliberate": say("choice_yes", lang),
        "person": "P017",
        "id": "2018-0042",
        "medium": "Lokalavisen",
        "tone": say("choice_positive", lang),
        "headline": say("form_example_headline", lang),
        "story": "H01",
    }
    if contract == "moves":
        line["out_of"] = 240
    left_out = {"period"} if CONTRACTS[contract].any_of[:1] == ("date",) else set()
    left_out |= {"value"} if contract == "incidents" and indicator.unit != "dkk" else set()
    return {name: line[name] for name in _columns(contract, lang) if name in line and name not in left_out}


def _figure(indicator: Indicator, lang: str) -> dict[str, Any]:
    """A made-up figure in a unit that fits the indicator."""
    if indicator.labels:
        value, unit = 1.0, "count"
    elif indicator.measure == "ratio":
        value, unit = (12, "count") if indicator.unit == "count" else (5, "percent")
    else:
        value, unit = {"share": (58.3, "percent"), "rate": (8.5, "rate"), "dkk": (25000, "dkk"), "count": (12, "count")}[indicator.unit]
    line = {"value": value, "unit": say(f"choice_{unit}", lang)} | ({"out_of": 240} if (indicator.measure, unit) == ("ratio", "count") else {})
    return line | ({"answers": 412} if indicator.measure == "survey_share" else {})


# --- the sheets ----------------------------------------------------------------------------------------


def _workbook(contract: str, columns: Mapping[str, str], lists: Mapping[str, Mapping[str, str]], example: Mapping[str, Any], lang: str) -> Any:
    from openpyxl import Workbook

    book = Workbook()
    book.properties.title, book.properties.creator = f"{say(MADE_FOR, lang)}: {contract}", "tryghed template"
    data, guide = book.active, book.create_sheet(say(GUIDE, lang))
    data.title = DATA
    _write_data(data, contract, columns, _write_guide(guide, contract, columns, lists, example, lang), lang)
    return book


def _put(sheet: Any, row: int, column: int, value: Any, shown: str = "General", **style: Any) -> None:
    """One cell; a text stays a text, whatever it begins with."""
    cell = sheet.cell(row, column, value)
    if isinstance(value, str):
        cell.data_type = "s"
    cell.number_format = shown
    for name, each in style.items():
        setattr(cell, name, each)


def _write_guide(
    sheet: Any, contract: str, columns: Mapping[str, str], lists: Mapping[str, Mapping[str, str]], example: Mapping[str, Any], lang: str
) -> dict[str, str]:
    """The instructions; returns where the words of each list stand."""
    for column, width in zip("ABCDEF", _WIDTHS, strict=True):
        sheet.column_dimensions[column].width = width
    row = _write_marks(sheet, contract, columns, lang) + 2
    _put(sheet, row, 1, say("form_fill_in", lang, sheet=DATA))
    row = _write_columns(sheet, row + 2, contract, columns, example, lang)
    return _write_words(sheet, row + 2, lists, lang)


def _write_marks(sheet: Any, contract: str, columns: Mapping[str, str], lang: str) -> int:
    """What is said of the whole file, by us and by the supplier; returns the last row."""
    from openpyxl.styles import PatternFill

    marks = [(MADE_FOR, contract, "form_keep"), (MADE_BY, VERSION, "form_keep"), (SUPPLIER, None, "form_supplier_how"), (DELIVERY, "1", "form_delivery_how")]
    if contract in LISTS:
        marks.append((COVERS, None, "form_covers_how"))
    if "medium" in columns:
        marks.append((MEDIA, None, "form_media_how"))
    if columns.keys() & {"person", "story", "id"}:
        marks.append((NUMBERED, None, "form_numbered_how"))
    to_fill = {"fill": PatternFill("solid", start_color="00FFF2CC")}
    for row, (label, value, how) in enumerate(marks, 1):
        _put(sheet, row, 1, say(label, lang), font=_bold())
        _put(sheet, row, 2, value, "@", alignment=_wrapped(), **(to_fill if value is None or label == DELIVERY else {}))
        _put(sheet, row, 3, say(how, lang), alignment=_wrapped(), font=_grey())
    return len(marks)


def _write_columns(sheet: Any, row: int, contract: str, columns: Mapping[str, str], example: Mapping[str, Any], lang: str) -> int:
    """A row a column: its heading, what it means, how it is written, whether it must be there, an example; returns the last row."""
    from openpyxl.styles import Alignment

    for column, title in enumerate(_TITLES, 1):
        _put(sheet, row, column, say(title, lang), font=_bold())
    for number, (name, must) in enumerate(columns.items(), row + 1):
        written, shown = _KINDS["text" if name == "provenance" else CONTRACTS[contract].kinds[name]]
        how = say("form_from_list" if name == "provenance" else written, lang)
        for column, text in enumerate((say(COLUMN, lang), say(f"heading_{name}", lang), _meaning(name, lang), how, must), 1):
            _put(sheet, number, column, text, alignment=_wrapped())
        _put(sheet, number, 6, example.get(name), shown, font=_grey(), alignment=Alignment(horizontal="left", vertical="top"))
    return row + len(columns)


def _write_words(sheet: Any, row: int, lists: Mapping[str, Mapping[str, str]], lang: str) -> dict[str, str]:
    """A row a word that can be chosen; returns where those of each list stand."""
    _put(sheet, row, 1, say("form_words", lang, sheet=DATA), font=_bold())
    places = {}
    for name, words in lists.items():
        label = say(MEASURE, lang) if name == "indicator" else say("form_choice", lang, heading=say(f"heading_{name}", lang))
        first = row + 1
        for word, meaning in words.items():
            row += 1
            _put(sheet, row, 1, label)
            _put(sheet, row, 2, word, "@", alignment=_wrapped())
            _put(sheet, row, 3, meaning or None, "@")
        places[name] = f"{sheet.title}!$B${first}:$B${row}"  # cells, as words may hold a comma or be more than 255 characters together
    return places


def _bold() -> Any:
    from openpyxl.styles import Font

    return Font(bold=True)


def _grey() -> Any:
    from openpyxl.styles import Font

    return Font(italic=True, color="00595959")


def _wrapped() -> Any:
    from openpyxl.styles import Alignment

    return Alignment(wrap_text=True, vertical="top")


def _meaning(name: str, lang: str) -> str:
    """What a column means, with the words that can stand in it."""
    without = ", ".join(choices(WITHOUT_FIGURE, lang))
    return say(f"meaning_{name}", lang, words=without, suppressed=say("choice_suppressed_at_source", lang), media=say(MEDIA, lang))


def _write_data(sheet: Any, contract: str, columns: Mapping[str, str], places: Mapping[str, str], lang: str) -> None:
    """The empty table: headings that stay in sight, each column in its own format, drop-downs for closed lists."""
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    sheet.freeze_panes = "A2"
    for number, (name, must) in enumerate(columns.items(), 1):
        letter, kind = get_column_letter(number), CONTRACTS[contract].kinds[name]
        heading = say(f"heading_{name}", lang)
        _put(sheet, 1, number, heading, font=Font(bold=must == say(MUST_FILL, lang)))
        sheet.column_dimensions[letter].width = max(len(heading) + 4, 32 if kind in ("area", "indicator", "text") else 14)
        sheet.column_dimensions[letter].number_format = _KINDS[kind][1]
        if name in places:
            choice = DataValidation(
                type="list",
                formula1=places[name],
                allow_blank=True,
                showErrorMessage=True,
                errorStyle="stop",
                errorTitle=heading,
                error=say("form_choose", lang, sheet=say(GUIDE, lang)),
            )
            choice.add(f"{letter}2:{letter}1048576")
            sheet.add_data_validation(choice)
