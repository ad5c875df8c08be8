"""Workbooks made by `tryghed template` and filled in by a supplier, as a source: they say themselves how they are to be read.

Its words stand in the catalogues; `supplier_templates` writes them in one language, and this module reads them back in any.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ..promises.catalogue import FIRST, LANGUAGES, say
from ..promises.periods import parse_period
from ..promises.problems import PlanError, Problem
from .sources import LISTS, File, Source
from .workbooks import Sheet, read_workbook

DATA, VERSION = "Data", "1"  # the sheet of figures in any language, and how the workbook is laid out
# keys of the catalogues' texts: the other sheet, and what stands in its first column
GUIDE, MADE_FOR, MADE_BY, SUPPLIER, DELIVERY = "form_guide", "form_made_for", "form_made_by", "form_supplier", "form_delivery"
COVERS, MEDIA, NUMBERED, COLUMN, MEASURE = "form_covers", "form_media", "form_numbered", "form_column", "form_measure"
MUST_FILL, MAY_BE_BLANK, ALL_AREAS, NOT_COUNTED = "form_must", "form_may", "form_all_areas", "form_not_counted"
COLUMNS = (
    *("area", "period", "date", "until", "indicator", "value", "unit", "answers", "out_of", "cases", "lowest", "highest", "all_moves", "internal"),
    *("answer", "number", "estimated", "deliberate", "id", "person", "medium", "tone", "headline", "story", "source", "provenance", "note"),
)
BY_DECLARATION_ONLY = {"done", "same_as"}  # columns that change how a list is counted: a source.toml names them, no template asks for them
SPELLED = ("folded", "exact")  # whether numbers that look alike are one
CHOICES = {
    "unit": ("percent", "share", "count", "rate", "dkk", "thousand_dkk", "million_dkk"),
    "answer": ("yes", "no"),
    "estimated": ("yes", "no"),
    "deliberate": ("yes", "no", "unknown"),
    "tone": ("positive", "neutral", "negative"),
    "provenance": ("printed", "measured", "derived", "estimate", "suspect"),
}
WITHOUT_FIGURE = ("not_available", "not_delivered")
_BLANK = {"provenance": "printed", "estimated": "no"}  # what the instructions say that a blank cell means


def spellings(key: str) -> tuple[str, ...]:
    """A text of the template in each language that it can be written in.

    >>> spellings("form_must")
    ('skal udfyldes', 'must be filled in')
    """
    return tuple(dict.fromkeys(say(key, lang) for lang in LANGUAGES))


def choices(meanings: Iterable[str], *langs: str) -> dict[str, str]:
    """The words to choose from, each with what it means, in these languages; without any in all.

    >>> choices(("yes", "no"))
    {'ja': 'yes', 'nej': 'no', 'yes': 'yes', 'no': 'no'}
    """
    return {say(f"choice_{meaning}", lang): meaning for lang in langs or LANGUAGES for meaning in meanings}


def headings() -> dict[str, str]:
    """The heading of every column in each language, with our name for it."""
    return {heading: name for name in COLUMNS for heading in spellings(f"heading_{name}")}


@dataclass(frozen=True)
class _Filled:
    """A workbook made from a template, as a supplier filled it in: what its instructions say, and its table."""

    path: Path
    file: str
    guide: Sheet
    data: Sheet | None

    def lines(self, label: str) -> list[tuple[int, list[str]]]:
        """The lines of the instructions that begin with this word: row, and what stands to the right of it."""
        return [(row, [*map(str.strip, cells[1:]), *[""] * 5]) for row, cells in self.guide.rows if cells[0].strip() in spellings(label)]

    def word(self, label: str) -> str:
        """What this label is called in the language of the workbook."""
        return next((say(label, lang) for lang in LANGUAGES if say(GUIDE, lang) == self.guide.name), say(label, FIRST))

    def beside(self, label: str) -> str:
        """What stands beside this word; empty where nothing does."""
        return next((texts[0] for _, texts in self.lines(label)), "")

    def listed(self, label: str) -> tuple[str, ...]:
        """What stands beside this word, taken apart at each semicolon."""
        return tuple(dict.fromkeys(filter(None, map(str.strip, self.beside(label).split(";")))))

    @cached_property
    def delivery(self) -> int:
        """The number of the delivery."""
        return int(self.beside(DELIVERY))

    @cached_property
    def must(self) -> list[str]:
        """The headings below which nothing may be blank."""
        return [texts[0] for _, texts in self.lines(COLUMN) if texts[3] in spellings(MUST_FILL)]

    @cached_property
    def either(self) -> list[str]:
        """The headings of which one must be used."""
        return [texts[0] for _, texts in self.lines(COLUMN) if texts[3] not in (*spellings(MUST_FILL), *spellings(MAY_BE_BLANK))]

    @cached_property
    def table(self) -> tuple[list[str], list[tuple[int, dict[str, str]]]]:
        """The headings, and every row below them that holds more than a line of text."""
        rows = self.data.rows if self.data else []
        head = next((number for number, cells in rows if headings().keys() & {*map(str.strip, cells)}), 0)
        first = [cell.strip() for number, cells in rows if number == head for cell in cells]
        body = [(number, dict(zip(first, map(str.strip, cells), strict=True))) for number, cells in rows if number > head]
        return first, [(number, cells) for number, cells in body if sum(map(bool, cells.values())) > 1]

    @cached_property
    def used(self) -> set[str]:
        """The headings below which something stands."""
        return {heading for _, cells in self.table[1] for heading, cell in cells.items() if cell}

    def problems(self) -> Iterator[Problem]:
        """What was left blank or filled in incorrectly."""
        yield from self._problems_of_version()
        yield from self._blanks()
        yield from self._problems_of_answers()

    def _problems_of_version(self) -> Iterator[Problem]:
        if self.beside(MADE_BY) != VERSION:
            yield Problem("template_version", self.file, self.beside(MADE_BY), sheet=self.guide.name, column=self.word(MADE_BY), detail={"known": VERSION})

    def _blanks(self) -> Iterator[Problem]:
        """Blank answers in the instructions, and blank cells in columns that must be filled in."""
        contract = self.beside(MADE_FOR)
        for label in (MADE_FOR, SUPPLIER, DELIVERY, *([COVERS] if contract in LISTS else []), *([MEDIA] if contract == "stories" else [])):
            if not self.beside(label):
                yield Problem(
                    "template_blank", self.file, sheet=self.guide.name, row=next((row for row, _ in self.lines(label)), None), column=self.word(label)
                )
        for row, cells in self.table[1]:
            for heading in self.must:
                if cells.get(heading) == "":
                    yield Problem("template_blank", self.file, sheet=DATA, row=row, column=heading)

    def _problems_of_answers(self) -> Iterator[Problem]:
        """Answers in the instructions that are not what was asked for."""
        for period in self.listed(COVERS):
            if parse_period(period) is None:
                yield Problem("bad_period", self.file, period, sheet=self.guide.name, column=self.word(COVERS))
        if (word := self.beside(NUMBERED)) not in ("", *choices(SPELLED)):
            known = ", ".join(choices(SPELLED))
            yield Problem("not_a_choice", self.file, word, sheet=self.guide.name, column=self.word(NUMBERED), detail={"choices": known})
        if (number := self.beside(DELIVERY)) and not (number.isascii() and number.isdigit() and int(number)):
            yield Problem("not_whole_number", self.file, number, sheet=self.guide.name, column=self.word(DELIVERY))


def read_filled(home: Path, plan: Path) -> Source:
    """A folder's workbooks as a source. Raises `PlanError` where not all of them were made from one template, or one is not filled in as asked."""
    filled, problems = _workbooks(home, plan)
    problems = problems or [problem for each in filled for problem in each.problems()] or list(_differences(filled))
    if problems:
        raise PlanError(problems)
    return _source(home, filled)


def _workbooks(home: Path, plan: Path) -> tuple[list[_Filled], list[Problem]]:
    """The workbooks of a folder that were made from a template; one that was not is a problem, as is a folder without any."""
    paths = [path for path in sorted(home.iterdir()) if path.suffix.lower() == ".xlsx" and path.is_file() and not path.name.startswith((".", "~$"))]
    filled, problems, others = [], [], not paths
    for path in paths:
        file = path.relative_to(plan).as_posix()
        if not path.resolve().is_relative_to(plan.resolve()):
            problems.append(Problem("outside_plan", file))
            continue
        sheets, found = read_workbook(path, file)
        problems += [problem for problem in found if problem.level == "error"]
        by_name = {sheet.name: sheet for sheet in sheets}
        guide = next((by_name[name] for name in spellings(GUIDE) if name in by_name), None)
        if guide and any(cells[0].strip() in spellings(MADE_FOR) for _, cells in guide.rows[:10]):
            filled.append(_Filled(path, file, guide, by_name.get(DATA)))
        else:
            others = others or bool(sheets)
    return filled, problems + ([Problem("no_source_toml", home.name)] if others else [])


def _differences(filled: list[_Filled]) -> Iterator[Problem]:
    """What the workbooks of one folder do not agree about."""
    first = filled[0]
    for other in filled[1:]:
        if other.guide.name != first.guide.name:  # in another language each heading is another
            detail = {"first": first.guide.name, "file": first.file}
            yield Problem("template_differs", other.file, other.guide.name, sheet=other.guide.name, detail=detail)
            continue
        for label in (MADE_FOR, SUPPLIER, NUMBERED):
            if other.beside(label) != first.beside(label):
                detail = {"first": first.beside(label), "file": first.file}
                yield Problem("template_differs", other.file, other.beside(label), sheet=other.guide.name, column=other.word(label), detail=detail)


def _source(home: Path, filled: list[_Filled]) -> Source:
    """The source that workbooks made from one template are."""
    first, covers = filled[0], _covered(filled)
    columns, unused = _columns(filled)
    values = {name: choices(meanings) | ({"": _BLANK[name]} if name in _BLANK else {}) for name, meanings in CHOICES.items()}
    status = values.pop("provenance")
    return Source(
        name=home.name,
        folder=home,
        contract=first.beside(MADE_FOR),
        publisher=first.beside(SUPPLIER),
        files=tuple(sorted((File(each.path, each.delivery, covers=covers[each.delivery]) for each in filled), key=lambda file: file.delivery)),
        sheets=(DATA,),
        ignored_sheets=tuple(dict.fromkeys(each.guide.name for each in filled)),
        columns=columns,
        ignored_columns=unused,
        values=values | {"indicator": _indicators(filled)},
        unused={"indicator": {word: {lang: say("aside_no_promise", lang) for lang in LANGUAGES} for word in spellings(NOT_COUNTED)}},
        areas=dict.fromkeys(spellings(ALL_AREAS), "combined"),
        missing=choices((*WITHOUT_FIGURE, "suppressed_at_source")),
        status=status,
        covers=covers[min(covers)],
        delivery=min(covers),
        media=tuple(dict.fromkeys(medium for each in filled for medium in each.listed(MEDIA))),
        **({"ids": spelled} if (spelled := choices(SPELLED).get(first.beside(NUMBERED))) else {}),
    )


def _covered(filled: list[_Filled]) -> dict[int, tuple[str, ...]]:
    """The periods that each delivery covers, by its number: its files cover them together."""
    covers: dict[int, tuple[str, ...]] = {}
    for each in filled:
        covers[each.delivery] = tuple(dict.fromkeys(covers.get(each.delivery, ()) + each.listed(COVERS)))
    return covers


def _columns(filled: list[_Filled]) -> tuple[dict[str, str], tuple[str, ...]]:
    """The columns that are read, with our names for them; and those that may be blank and are."""
    ours = headings()
    met = [heading for each in filled for heading in (*each.table[0], *each.must) if heading in ours]
    used = {heading for each in filled for heading in (*each.used, *each.must)}
    either = [heading for each in filled for heading in each.either]
    used |= set(either[:1]) if not used & set(either) else set()
    unused = tuple(dict.fromkeys(heading for heading in met if heading not in used))
    return {heading: ours[heading] for heading in met if heading in used}, unused


def _indicators(filled: list[_Filled]) -> dict[str, str]:
    """Our names for the indicators met, and for no others: in a list, an indicator that is named and has no row would count as zero."""
    named = spellings("heading_indicator")
    met = {" ".join(cells.get(heading, "").split()) for each in filled for _, cells in each.table[1] for heading in named}
    return {texts[0]: texts[1] for each in filled for _, texts in each.lines(MEASURE) if texts[0] in met and texts[1]}
