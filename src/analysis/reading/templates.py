"""A delivery workbook to send to a supplier: Danish headings, drop-downs, instructions. Filled in, it needs no `source.toml`.

What its words mean stands in `filled`, which reads them back. It holds no formulas, no macros and nothing hidden.
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
from ..promises.problems import PlanError, Problem, closest
from .contracts import CONTRACTS
from .filled import (
    ALL_AREAS,
    CHOICES,
    COLUMN,
    COVERS,
    DATA,
    DELIVERY,
    GUIDE,
    HEADINGS,
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
)
from .sources import LISTS

EXAMPLE = "EKSEMPEL (opdigtet)"

_MEANINGS = {
    "area": "Boligområdet, valgt på listen",
    "period": "Det tidsrum, rækken gælder",
    "date": "Dagen, det skete eller begyndte",
    "until": "Dagen, det holdt op; tom, så længe det varer ved",
    "indicator": "Det, der måles, valgt på listen",
    "value": f"Tallet selv; 0 betyder ingen. Er der intet tal, så skriv {', '.join(WITHOUT_FIGURE)} eller, når det er for lille til at vises, diskretioneret",
    "unit": "Værdiens enhed, valgt på listen; tom betyder antal",
    "answers": "Hvor mange der har svaret",
    "out_of": "Hvor mange i alt, værdien er en del af, fx lejemål eller ansatte; nødvendigt, når en andel leveres som antal",
    "cases": "Hvor mange sager et beløb kommer fra",
    "lowest": "Er tallet skønnet: det mindste, det kan være",
    "highest": "Er tallet skønnet: det største, det kan være",
    "all_moves": "Husstande, der er flyttet fra deres bolig",
    "internal": "De af dem, der er flyttet inden for området; 0, hvis ingen",
    "answer": "Svaret på spørgsmålet",
    "number": "Hvor mange rækken står for; tom betyder én",
    "estimated": "Om antallet er skønnet; tom betyder nej",
    "deliberate": "Om det blev gjort med vilje",
    "id": "Sagens nummer, aldrig et navn; giv alle rækker et eller ingen",
    "person": "Et løbenummer som P017 for den samme person hver gang; aldrig navn, telefon eller CPR-nummer",
    "medium": f"Mediets navn, et af dem ud for {MEDIA} øverst",
    "tone": "Omtalens tone",
    "headline": "Historiens overskrift",
    "story": "Samme løbenummer, når flere medier bringer samme historie",
    "source": "Trykt kilde: dens id i planens sources.csv",
    "provenance": "Hvordan tallet er blevet til; tom betyder trykt",
    "note": "Det, en læser skal vide om tallet",
}
_KINDS = {  # kind of a column: what is written, how Excel shows it
    "area": ("fra listen", "@"),
    "indicator": ("fra listen", "@"),
    "unit": ("fra listen", "@"),
    "answer": ("ja eller nej", "@"),
    "yes_no": ("ja eller nej", "@"),
    "outcome": ("ja, nej eller ukendt", "@"),
    "tone": ("fra listen", "@"),
    "medium": ("tekst", "@"),
    "period": ("2018, 2017/18, 2018-H1, 2018-Q3 eller 2018-03", "@"),
    "date": ("dato, fx 14-03-2018", "dd-mm-yyyy"),
    "id": ("tekst", "@"),
    "person": ("bogstav og tal", "@"),
    "text": ("tekst", "@"),
    "whole": ("helt tal", "0"),
    "number": ("tal", "General"),
}
_TITLES = (COLUMN, "Overskrift", "Hvad den betyder", "Hvordan det skrives", "Skal den udfyldes", EXAMPLE)
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


def write_template(contract: str, agreement: Agreement, path: Path) -> None:
    """Write an empty delivery workbook for one kind of table, with the plan's own areas and indicators in its drop-downs.

    An existing file is never overwritten. Raises `PlanError` for a contract there is not, a plan with no indicator
    that fits it, a folder that is not there, and a file that is.
    """
    _require(contract, agreement, path)
    columns, lists = _columns(contract), _lists(contract, agreement)
    example = _example(contract, agreement)
    book = _workbook(contract, columns, lists, example)
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
    if contract not in CONTRACTS:
        near, known = closest(contract, CONTRACTS), ", ".join(CONTRACTS)
        raise PlanError(
            [
                Problem("no_such_template_near", "", contract, detail={"near": near})
                if near
                else Problem("no_such_template", "", contract, detail={"known": known})
            ]
        )
    if not _fitting(contract, agreement):
        raise PlanError([Problem("nothing_fits", "agreement.toml", contract)])
    if not path.parent.is_dir():
        raise PlanError([Problem("no_such_folder", str(path.parent))])
    if path.exists() or path.is_symlink():
        raise _exists(path)


def _exists(path: Path) -> PlanError:
    return PlanError([Problem("file_exists", str(path))])


def _columns(contract: str) -> dict[str, str]:
    """The columns of the template, and for each whether it must be filled."""
    told, shape = CONTRACTS[contract], _SHAPES[contract]
    either = [name for name in told.any_of if name not in shape.without]
    names = [name for name in HEADINGS if name in told.kinds and name not in shape.without]
    words = dict.fromkeys(names, MAY_BE_BLANK)
    if len(either) > 1:
        words |= dict.fromkeys(either, "udfyld enten " + " eller ".join(HEADINGS[name] for name in either))
    return words | dict.fromkeys((name for name in names if name in (*told.must, *shape.must)), MUST_FILL)


def _fitting(contract: str, agreement: Agreement) -> list[Indicator]:
    return [indicator for indicator in agreement.indicators.values() if _SHAPES[contract].fits(indicator)]


def _plain(text: str) -> str:
    """The text as it is read back: single blanks, and nothing that cannot be seen."""
    return " ".join("".join(letter for letter in text if unicodedata.category(letter) != "Cf").split())


def _measures(contract: str, agreement: Agreement) -> dict[str, str]:
    """The Danish name of each indicator that fits, and its id; a name that two share has the id behind it."""
    names = {indicator.id: _plain(indicator.name["da"]) for indicator in agreement.indicators.values()}
    shared = {name for name in names.values() if [*names.values()].count(name) > 1 or name in (ALL_AREAS, NOT_COUNTED)}
    return {f"{names[each.id]} ({each.id})" if names[each.id] in shared else names[each.id]: each.id for each in _fitting(contract, agreement)}


def _lists(contract: str, agreement: Agreement) -> dict[str, Mapping[str, str]]:
    """The words of every column with a closed list, each with what it stands for."""
    places = {_plain(place.name): place.id for place in (*agreement.areas.values(), *agreement.references.values())}
    not_counted = {NOT_COUNTED: ""} if contract == "stories" else {}
    lists = {"area": {**places, ALL_AREAS: "combined"}, "indicator": {**_measures(contract, agreement), **not_counted}, **CHOICES}
    return {name: lists[name] for name in _columns(contract) if name in lists}


def _example(contract: str, agreement: Agreement) -> dict[str, Any]:
    """One made-up line that the contract accepts."""
    word, id_ = next(iter(_measures(contract, agreement).items()))
    indicator, year = agreement.indicators[id_], agreement.start.year + 1
    area = ALL_AREAS if contract == "visitors" else _plain(next(iter(agreement.areas.values())).name)
    line = {
        "area": area,
        "indicator": word,
        "period": agreement.period(id_, year),
        "date": date(year, 3, 14),
        **_figure(indicator),
        "source": "S01",
        "all_moves": 40,
        "internal": 4,
        "answer": "ja",
        "deliberate": "ja",
        "person": "P017",
        "id": "2018-0042",
        "medium": "Lokalavisen",
        "tone": "positiv",
        "headline": "Naboer planter træer sammen",
        "story": "H01",
    }
    if contract == "moves":
        line["out_of"] = 240
    left_out = {"period"} if CONTRACTS[contract].any_of[:1] == ("date",) else set()
    left_out |= {"value"} if contract == "incidents" and indicator.unit != "dkk" else set()
    return {name: line[name] for name in _columns(contract) if name in line and name not in left_out}


def _figure(indicator: Indicator) -> dict[str, Any]:
    """A made-up figure in a unit that fits the indicator."""
    if indicator.labels:
        return {"value": 1, "unit": "antal"}
    if indicator.measure == "ratio":
        return {"value": 12, "unit": "antal", "out_of": 240} if indicator.unit == "count" else {"value": 5, "unit": "procent"}
    by_unit = {"share": (58.3, "procent"), "rate": (8.5, "rate"), "dkk": (25000, "kr."), "count": (12, "antal")}
    value, unit = by_unit[indicator.unit]
    return {"value": value, "unit": unit} | ({"answers": 412} if indicator.measure == "survey_share" else {})


# --- the sheets ----------------------------------------------------------------------------------------


def _workbook(contract: str, columns: Mapping[str, str], lists: Mapping[str, Mapping[str, str]], example: Mapping[str, Any]) -> Any:
    from openpyxl import Workbook

    book = Workbook()
    book.properties.title, book.properties.creator = f"{MADE_FOR}: {contract}", "tryghed template"
    data, guide = book.active, book.create_sheet(GUIDE)
    data.title = DATA
    _write_data(data, contract, columns, _write_guide(guide, contract, columns, lists, example))
    return book


def _put(sheet: Any, row: int, column: int, value: Any, shown: str = "General", **style: Any) -> None:
    """One cell; a text stays a text, whatever it begins with."""
    cell = sheet.cell(row, column, value)
    if isinstance(value, str):
        cell.data_type = "s"
    cell.number_format = shown
    for name, each in style.items():
        setattr(cell, name, each)


def _write_guide(sheet: Any, contract: str, columns: Mapping[str, str], lists: Mapping[str, Mapping[str, str]], example: Mapping[str, Any]) -> dict[str, str]:
    """The instructions; returns where the words of each list stand."""
    from openpyxl.styles import Alignment, Font, PatternFill

    bold, wrapped, grey = Font(bold=True), Alignment(wrap_text=True, vertical="top"), Font(italic=True, color="00595959")
    to_fill = PatternFill("solid", start_color="00FFF2CC")
    for column, width in zip("ABCDEF", _WIDTHS, strict=True):
        sheet.column_dimensions[column].width = width
    marks = [
        (MADE_FOR, contract, "må ikke ændres"),
        (MADE_BY, VERSION, "må ikke ændres"),
        (SUPPLIER, None, "udfyld: hvem tallene kommer fra"),
        (DELIVERY, "1", "1 første gang; et højere tal for en rettelse eller en senere levering"),
    ]
    if contract in LISTS:
        marks.append((COVERS, None, "udfyld: de perioder, hvor listen er fuldstændig, fx 2018 eller 2018; 2019-H1. En måned uden rækker tæller da som 0"))
    if "medium" in columns:
        marks.append((MEDIA, None, "udfyld: alle medier, der følges, med semikolon imellem"))
    if columns.keys() & {"person", "story", "id"}:
        marks.append((NUMBERED, None, "må stå tom. Er P-017 og p 017 den samme, så skriv ens; er de to, så skriv forskellige"))
    row = 0
    for row, (label, value, told) in enumerate(marks, 1):
        _put(sheet, row, 1, label, font=bold)
        _put(sheet, row, 2, value, "@", alignment=wrapped, **({"fill": to_fill} if value is None or label == DELIVERY else {}))
        _put(sheet, row, 3, told, alignment=wrapped, font=grey)
    row += 2
    _put(sheet, row, 1, f"Udfyld de gule felter her, og skriv tallene på arket {DATA}, én række ad gangen under overskrifterne. Slet ikke overskrifter.")
    row += 2
    for column, title in enumerate(_TITLES, 1):
        _put(sheet, row, column, title, font=bold)
    for name, must in columns.items():
        row += 1
        written, shown = _KINDS["text" if name == "provenance" else CONTRACTS[contract].kinds[name]]
        for column, text in enumerate((COLUMN, HEADINGS[name], _MEANINGS[name], "fra listen" if name == "provenance" else written, must), 1):
            _put(sheet, row, column, text, alignment=wrapped)
        _put(sheet, row, 6, example.get(name), shown, font=grey, alignment=Alignment(horizontal="left", vertical="top"))
    row += 2
    _put(sheet, row, 1, f"Ord, der kan vælges på arket {DATA} (må ikke ændres)", font=bold)
    places = {}
    for name, words in lists.items():
        first = row + 1
        for word, meaning in words.items():
            row += 1
            _put(sheet, row, 1, MEASURE if name == "indicator" else f"Valg: {HEADINGS[name]}")
            _put(sheet, row, 2, word, "@", alignment=wrapped)
            _put(sheet, row, 3, meaning or None, "@")
        places[name] = f"{GUIDE}!$B${first}:$B${row}"  # cells, as words may hold a comma or be more than 255 characters together
    return places


def _write_data(sheet: Any, contract: str, columns: Mapping[str, str], places: Mapping[str, str]) -> None:
    """The empty table: headings that stay in sight, each column in its own format, drop-downs for closed lists."""
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    sheet.freeze_panes = "A2"
    for number, (name, must) in enumerate(columns.items(), 1):
        letter, kind = get_column_letter(number), CONTRACTS[contract].kinds[name]
        _put(sheet, 1, number, HEADINGS[name], font=Font(bold=must == MUST_FILL))
        sheet.column_dimensions[letter].width = max(len(HEADINGS[name]) + 4, 32 if kind in ("area", "indicator", "text") else 14)
        sheet.column_dimensions[letter].number_format = _KINDS[kind][1]
        if name in places:
            choice = DataValidation(
                type="list",
                formula1=places[name],
                allow_blank=True,
                showErrorMessage=True,
                errorStyle="stop",
                errorTitle=HEADINGS[name],
                error=f"Vælg et af ordene på listen; de står på arket {GUIDE}.",
            )
            choice.add(f"{letter}2:{letter}1048576")
            sheet.add_data_validation(choice)
