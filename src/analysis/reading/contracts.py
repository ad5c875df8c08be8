"""What each kind of table must hold, and its cells under our names: read exactly, or a problem with row and heading.

`Columns` is one piece of a delivered table. Each column is read as what its contract says it is. What the figures mean
together is for others to say.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd

from ..promises.agreement import COMBINED, UNDATED, Agreement
from ..promises.periods import is_state, lies_within, parse_date, parse_period
from ..promises.problems import Problem, closest
from ..promises.reasons import Reason
from .deliveries import MOST_PROBLEMS, Cells, parse_number
from .extents import holds_figure
from .numbers import Written, minus_in_front, parse_base, parse_bounds, taken_apart, unit_of
from .sources import LISTS, Block, Source, beside

_FIGURE = {"area": "area", "period": "period", "indicator": "indicator"}
_COUNT = _FIGURE | {"value": "whole", "unit": "unit", "out_of": "whole", "lowest": "whole", "highest": "whole", "cases": "whole", "note": "text"}


@dataclass(frozen=True)
class Contract:
    """The columns of one kind of table: the kind of each, those that must be there, and those that make the key.

    `any_of` are columns of which one must be there.
    """

    kinds: Mapping[str, str]
    must: tuple[str, ...]
    key: tuple[str, ...] = ("area", "period", "indicator")
    any_of: tuple[str, ...] = ()
    constants: Mapping[str, str] = field(default_factory=dict)


CONTRACTS = {
    "published": Contract(
        _FIGURE | {"value": "number", "unit": "unit", "answers": "whole", "source": "text", "provenance": "text", "note": "text"},
        ("area", "period", "indicator", "value", "unit", "source"),
        ("area", "period", "indicator", "source"),
    ),
    "counts": Contract(_COUNT, ("area", "period", "indicator", "value")),
    "moves": Contract(_COUNT | {"internal": "whole", "all_moves": "whole"}, ("area", "period", "indicator"), any_of=("value", "all_moves")),
    "survey": Contract(
        _FIGURE | {"value": "number", "unit": "unit", "answers": "whole", "note": "text"}, ("area", "period", "indicator", "value", "unit", "answers")
    ),
    "answers": Contract(_FIGURE | {"answer": "answer", "number": "whole", "note": "text"}, ("area", "period", "indicator", "answer")),
    "incidents": Contract(
        _FIGURE | {"date": "date", "deliberate": "outcome", "id": "id", "value": "number", "unit": "unit", "note": "text"},
        ("area", "indicator"),
        any_of=("date", "period"),
    ),
    "stories": Contract(
        _FIGURE | {"date": "date", "medium": "medium", "tone": "tone", "story": "id", "same_as": "text", "headline": "text", "note": "text"},
        ("area", "date", "medium", "tone"),
        constants={"area": COMBINED},
    ),
    "registrations": Contract(
        _FIGURE
        | {
            "date": "date",
            "until": "date",
            "done": "done",
            "person": "person",
            "number": "whole",
            "estimated": "yes_no",
            "lowest": "whole",
            "highest": "whole",
            "note": "text",
        },
        ("area", "indicator"),
        any_of=("date", "period"),
    ),
    "visitors": Contract(
        _FIGURE | {"value": "whole", "lowest": "whole", "highest": "whole", "note": "text"},
        ("area", "period", "indicator", "value"),
        constants={"area": COMBINED},
    ),
    "statbank": Contract(_FIGURE | {"value": "whole", "note": "text"}, ("area", "period", "indicator", "value")),
}
STATBANK = {
    "area": ("omraade", "omrade", "area"),
    "indicator": ("overtraed", "overtrad", "offence"),
    "period": ("tid", "time"),
    "value": ("indhold", "content", "contents", "value"),
}
STATBANK_MISSING = {"..": "not_available", ".": "not_available"}
UNITS = ("percent", "share", "count", "rate", "dkk", "thousand_dkk", "million_dkk")
_WORDS = {"yes_no": ("yes", "no"), "outcome": ("yes", "no", "unknown"), "tone": ("positive", "neutral", "negative"), "answer": ("yes", "no")}
_HIDDEN_BY_SOURCE = re.compile(r"< ?[0-9]+|diskretioneret|diskretion", re.IGNORECASE)
MISSING = float("nan")  # in a column of exact decimals
_COMPARED = 200  # headings among which one is sought that was meant
_DIGITS = 20  # all are kept, and nothing that is measured has more: two numbers in one cell have
_THOUSANDS = {mark: re.compile(rf"[-−]?[1-9][0-9]{{0,2}}{re.escape(mark)}[0-9]{{3}}") for mark in ",."}  # after the decimal mark, and like a thousand
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ"
_FOOTNOTE = re.compile(rf"(.*?[^ {_RAISED}*†‡§#,]) ?([{_RAISED}*†‡§#]+(?:[,;] ?[{_RAISED}*†‡§#]+)*|\([0-9a-z]{{1,2}}\)|(?<= )[0-9a-z]{{1,2}}\))")
_DIGIT = re.compile("[0-9]")
_OF_COLUMN = ("base_in_a_number", "bounds_in_a_number", "minus_behind")  # what is said once of a column
_UNDER = ("text", "id", "person")  # kinds of columns whose words are never taken apart


def _footnote(bare: str, mark: str) -> tuple[str, dict]:
    return "footnote", {"bare": bare, "mark": mark}


def each_found(values: pd.Series, found: Callable[[Any], Any]) -> pd.Series:
    """What is found of each different value; nothing of a missing one. A list of a million records has a few thousand different days."""
    return values.map({value: found(value) for value in values.dropna().unique()})


def has_footnotes(name: str, source: Source) -> bool:
    """Whether marks of footnotes are taken off the words of a column that we call by this name."""
    return bool(source.footnotes) and CONTRACTS[source.contract].kinds.get(name) not in _UNDER


def without_footnote(word: str, source: Source) -> tuple[str, str]:
    """The word without a footnote mark that source.toml declares, and the mark; `1)` is one only behind a blank."""
    for mark in sorted(source.footnotes, key=len, reverse=True):
        bare = word.removesuffix(mark)
        if bare not in ("", word) and not (mark[0].isalnum() and mark[0].isascii() and not bare.endswith(" ")):
            return bare.rstrip(), mark
    return word, ""


class Columns:
    """One piece of a table under our names; every check notes its problem with sheet, row and heading."""

    def __init__(self, cells: Cells, source: Source, block: Block, file: str, agreement: Agreement, problems: list[Problem], constants: Mapping[str, str]):
        self._given = (cells, source, block, file, agreement, problems, constants)
        self.cells, self.source, self.file, self.agreement, self.problems = cells.frame, source, file, agreement, problems
        self.sheet, self.heading, self.places = cells.sheet, block.headings, cells.places
        self._constants = CONTRACTS[source.contract].constants | source.constants | constants
        self.constants = self.constants_of(block)
        self._refused: set[tuple[int, str]] = set()  # cells of which an error is noted, the first alone
        self._most = len(problems) + MOST_PROBLEMS + 1  # more are not noted: the file is refused as a whole
        self.aside = pd.Series("", index=self.cells.index, dtype=object)
        self.aside.update(pd.Series({row: reason for row, reason in cells.aside.items() if row in self.cells.index}, dtype=object))
        self._set_aside()

    def with_cells(self, frame: pd.DataFrame) -> "Columns":
        """The same columns with other rows. What is wrong with them is noted where it was noted before."""
        cells, *others = self._given
        return Columns(replace(cells, frame=frame), *others)

    def say(self, code: str, row: int, name: str, found: str = "", level: str = "error", /, **detail: Any) -> None:
        """Note a problem of one cell; of a cell that is refused already, no other."""
        self.say_of_all(code, [row], name, found, level, **detail)

    def say_of_all(self, code: str, rows: Iterable[int], name: str, found: str = "", level: str = "error", /, **detail: Any) -> None:
        """Note one problem of all the cells of a column in which the same stands."""
        rows = [int(row) for row in rows if (row, self.heading.get(name, name)) not in self._refused]
        if not rows or len(self.problems) >= self._most:
            return
        if level == "error":
            self._refused.update((row, self.heading.get(name, name)) for row in rows)
        self.problems.append(Problem(code, self.file, str(found), sheet=self.sheet, **self.at(rows[0], name), times=len(rows), level=level, detail=detail))

    def at(self, row: int, name: str) -> dict[str, Any]:
        """`row` and `column` of a cell as a person finds it."""
        return self.places.at(row, self.heading.get(name, name))

    def constants_of(self, block: Block) -> Mapping[str, str]:
        """What is constant in these columns of the file."""
        return self._constants | block.constants

    def has(self, name: str) -> bool:
        """Whether the file or source.toml gives this column anything."""
        return self.heading.get(name) in self.cells or name in self.constants

    def text(self, name: str) -> pd.Series:
        """The column's text as delivered, or its declared constant, or blanks where the file has none."""
        if self.heading.get(name) in self.cells:
            words = self.cells[self.heading[name]]
            if self.heading[name] in self.source.any_case:
                words = each_found(words, self.source.spelling(self.heading[name], self.source.words_of(name)))
            return words.map(lambda word: without_footnote(word, self.source)[0]) if has_footnotes(name, self.source) else words
        return pd.Series(str(self.constants.get(name, "")), index=self.cells.index, dtype=object)

    def _set_aside(self) -> None:
        """Mark the rows whose words are declared unused, with the `Reason`, and lines of text below or between the figures.

        Such a row is set aside whole: for every column of figures in it, whichever of them bears the word.
        """
        for name, reasons in self.source.reasons.items():
            for text in [*(self.cells[heading] for heading in self.source.headings(name) if heading in self.cells), self.text(name)]:
                self.aside = self.aside.where(self.aside != "", text.map(lambda word, reasons=reasons: reasons.get(word, "")))
        if self.source.year_is:  # what is counted on a day: one of the year's stands for it
            parts = self.text("period").map(lambda word: (parse_period(word) or "").partition("-")[2])
            self.aside = self.aside.where((self.aside != "") | parts.isin(["", self.source.year_is]), Reason("aside_part_of_year"))
        alone = (self.cells.iloc[:, 1:] == "").all(axis=1) & (self.aside == "") if self.cells.shape[1] > 1 else pd.Series(False, index=self.cells.index)
        for row in self.cells.index[alone]:
            word = self.cells.at[row, self.cells.columns[0]]
            if not self._means_something(word):
                self.aside[row] = Reason("aside_line_of_text")
                if holds_figure(word):
                    self.problems.append(Problem("number_in_text", self.file, sheet=self.sheet, **self.places.at(row), level="warning"))

    def _means_something(self, word: str) -> bool:
        """Whether a word that stands alone in its row is an area, period, indicator or number, and so not just a line of text."""
        declared = {word for words in self.source.values.values() for word in words} | self.source.areas.keys() | self.source.missing.keys()
        known = self.area_id(word) or parse_period(word) or parse_date(word) or parse_number(word, self.source.decimal)
        known = known or (_DIGIT.search(word) and not any(map(str.isalpha, word)))  # a number with a mark or a blank in it is no text
        return bool(known) or word in declared or word in self.agreement.indicators or bool(self.agreement.area_of_part(word))

    def words(self, name: str) -> pd.Series:
        """The column with the supplier's words replaced by ours; rows set aside are left out."""
        text = self.text(name)[self.aside == ""]
        text = each_found(text, minus_in_front) if self.is_signed(name) else text
        ours = self.source.values.get(name, {})
        return each_found(text, lambda word: ours.get(word, word)) if ours else text

    def is_signed(self, name: str) -> bool:
        """Whether a minus in the column, before or behind a number, means an amount that is taken back."""
        return self.heading.get(name, "").partition("\n")[0] in self.source.signed

    def read(self, name: str, parse: Callable[[str], Any], explain: Callable[[str], tuple[str, dict]]) -> pd.Series:
        """Each word parsed; where `parse` gives None, `explain` gives the problem's code and detail."""
        words = self.words(name)
        parsed = {word: parse(word) for word in words.unique()}
        bad = words[words.isin([word for word, result in parsed.items() if result is None])]
        alike: dict[str, list[int]] = {}  # the rows with what one declaration reads in all of the column
        for word, rows in bad.groupby(bad, sort=False).indices.items():
            noted = _FOOTNOTE.fullmatch(word)
            code, detail = _footnote(*noted.groups()) if noted and parse(noted[1]) is not None else explain(word)
            if word == "" and self.heading.get(name) in self.source.fill_down:
                code, detail = "not_filled_down", {}
            elif word == "" and code != "blank":
                code, detail = "blank_cell", {"name": name}
            if code in _OF_COLUMN:
                alike.setdefault(code, []).extend(bad.index[rows])
            else:
                self.say_of_all(code, bad.index[rows], name, "" if detail.pop("unseen", False) else word, **{"name": name} | detail)
        for code, rows in alike.items():
            self.say_of_all(code, rows, name, words[rows[0]], heading=self.heading.get(name, name))
        return words.map(parsed)

    # --- the kinds of column ---

    def area_id(self, word: str) -> str | None:
        """The id of the place that a supplier's word declares; a StatBank area may carry its number in front."""
        word = self.source.areas.get(word, word)
        if self.source.contract == "statbank" and not self.agreement.area_id(word):
            word = re.sub(r"^[0-9]+ ", "", word)
        return self.agreement.area_id(word)

    def area(self) -> pd.Series:
        """Ids of areas; where departments are to be added up, `id/department` for these."""

        def parse(word: str) -> str | None:
            return self.area_id(word) or (self.agreement.part_id(self.source.areas.get(word, word)) if self.source.sum else None)

        return self.read("area", parse, self._unknown_area)

    def _unknown_area(self, word: str) -> tuple[str, dict]:
        if part_of := self.agreement.area_of_part(self.source.areas.get(word, word)):
            return "is_a_part", {"area": self.agreement.area_name(part_of)}
        places = [*(area.name for area in self.agreement.areas.values()), COMBINED, *self.source.areas]
        near, known = closest(word, places), ", ".join(places)
        try:
            repaired = word.encode("cp1252").decode("utf-8")
        except UnicodeError:
            repaired = word
        if repaired != word:
            return "double_encoded", {"repaired": repaired}
        if near:
            return "unknown_area_near", {"near": near, "known": known}
        return "unknown_area", {"known": known}

    def period(self) -> pd.Series:
        """Periods in the project's own form."""

        def parse(word: str) -> str | None:
            period = word if word == UNDATED else parse_period(word)
            stands = period and self.source.year_is and period.endswith(f"-{self.source.year_is}")
            return period.partition("-")[0] if stands else period

        periods = self.read(
            "period",
            parse,
            lambda word: ("bad_period", {}),
        )
        return self._in_time("period", periods, date.today())

    def states(self) -> pd.Series:
        """Rows whose period is given as the end of a year (`ultimo 2017`)."""
        return self.words("period").map(is_state)

    def indicator(self, column: str = "indicator") -> pd.Series:
        """Ids of indicators; a StatBank offence may carry its number in front."""

        def parse(word: str) -> str | None:
            tries = [word, *(word.split(" ", 1) if self.source.contract == "statbank" else ())]
            named = [self.source.values.get("indicator", {}).get(each, each) for each in tries]
            return next((each for each in named if each in self.agreement.indicators), None)

        return self.read(
            column,
            parse,
            lambda word: ("unknown_measure" if self.source.rows else "unknown_indicator", {"known": ", ".join(self.agreement.indicators)}),
        )

    def day(self, name: str, blank: bool = False) -> pd.Series:
        """Dates; blank ones are NaT where the column may be blank."""
        days = self.read(name, lambda word: pd.NaT if blank and word == "" else parse_date(word, self.source.dates), lambda word: ("bad_day", {}))
        last = max(date.today(), self.agreement.end) if name == "until" else date.today()  # who has joined may be known to leave
        return self._in_time(name, days, last)

    def _in_time(self, name: str, read: pd.Series, last: date) -> pd.Series:
        """The periods or days that can be real; 2084 for 2024 is reported, and would otherwise be the latest year of all."""
        first, first_month = self.agreement.first_year, self.agreement.start.month
        in_time = lambda each: lies_within(each, first, last, first_month) if isinstance(each, str) else first <= each.year and each <= last  # noqa: E731
        odd = each_found(read, in_time).eq(False)
        words = self.words(name)
        for row in read.index[odd]:
            self.say("not_in_time", row, name, words[row], first=first, last=last.isoformat(), name=name)
        return read.mask(odd, None)

    def choice(self, name: str, kind: str) -> pd.Series:
        """Words of a closed list, such as yes and no."""
        choices = _WORDS[kind]
        return self.read(name, lambda word: word if word in choices else None, lambda word: ("unknown_word", {"name": name, "choices": ", ".join(choices)}))

    def unit(self) -> pd.Series:
        """Units of the values; a count where nothing else is said."""
        return self.read(
            "unit", lambda word: (word or "count") if (word or "count") in UNITS else None, lambda word: ("unknown_unit", {"known": ", ".join(UNITS)})
        )

    def missing(self, name: str) -> pd.Series:
        """Why there is no number, where a declared mark stands, or words that every supplier means the same by; else empty."""
        return each_found(self.text(name)[self.aside == ""], lambda word: meaning(word, self.source))

    def number(self, name: str, blank: bool = False) -> pd.Series:
        """Exact numbers; None where a missing mark stands, or nothing where the column may be blank.

        A unit written behind the number is for `unit_mark` to judge.
        """
        missing = self.missing(name)
        marks = set(self.words(name)[missing != ""])
        if blank:
            missing, marks = missing.where(self.words(name) != "", "blank"), marks | {""}
        parsed = self.read(name, lambda word: word if word in marks else self._parsed(word), self._bad_number)
        return parsed.where(missing == "", None)

    def _parsed(self, word: str, unit: bool = True) -> Decimal | None:
        """The number of a word, `unit` behind it allowed or not; None for one that could not be kept as it stands."""
        if word == "-" and self.source.contract == "statbank":
            return Decimal(0)  # Statistics Denmark's mark for nil
        written = self._apart(word)
        if not unit and (written.unit or self.like_thousand(word)):
            return None
        if not self._known(written.unit) or (written.about and written.about not in self.source.estimates):
            return None
        return number_of(word, self.source)

    def _apart(self, word: str) -> Written:
        """A number apart from the words beside it, in this supplier's words."""
        return taken_apart(word, self.source.estimates)

    def _known(self, unit: str) -> bool:
        """Whether the words for a unit beside a number, if there are any, mean one."""
        return unit == "" or unit_of(unit, self.source.values.get("unit", {})) != ""

    def _bad_number(self, word: str) -> tuple[str, dict]:
        decimal, (plain, unit, about) = self.source.decimal, self._apart(word)
        if not self._known(unit):
            return "unit_word", {"word": unit}
        if (signed := minus_in_front(word)) != word and number_of(signed, self.source) is not None:
            return "minus_behind", {}
        if about and about not in self.source.estimates:
            return "estimate_mark", {"word": about}
        if parse_base(word) and self.source.contract not in LISTS:
            return "base_in_a_number", {}
        if word.startswith("(") and word.endswith(")") and parse_number(word[1:-1], decimal, self.source.thousands) is not None:
            return "in_brackets", {"plain": word[1:-1]}
        if parse_bounds(word, decimal, self.source.thousands):
            return ("bounds_in_a_number", {}) if "lowest" in CONTRACTS[self.source.contract].kinds else ("not_one_number", {"name": "value"})
        if (number := parse_number(plain, decimal, self.source.thousands)) is not None:
            if number.is_signed() and number == 0:
                return "negative", {}
            if len(number.as_tuple().digits) > _DIGITS:
                return "too_many_digits", {"most": _DIGITS}
            if self.like_thousand(word):
                return self.thousand_or_not(word)
            return "not_a_number", {}
        other = "." if decimal == "," else ","
        for mark in (other, " ", "'") if not self.source.thousands else ():
            if parse_number(plain, decimal, mark) is not None:
                return "ambiguous_thousands", {"mark": decimal, "whole": plain.replace(mark, ""), "other": mark}
        if parse_number(plain, other) is not None:
            return "ambiguous_number", {"mark": decimal, "other": other}
        if word == "":
            return "blank", {}
        return ("number_in_words" if _DIGIT.search(word) else "not_a_number"), {}

    def like_thousand(self, word: str) -> bool:
        """Whether a whole number is written so that it may be a thousand times as large: `38,000` where the decimal mark is the comma."""
        return bool(_THOUSANDS[self.source.decimal].fullmatch(self._apart(word).number))

    def thousand_or_not(self, word: str) -> tuple[str, dict]:
        """Code, expectation and detail of such a number."""
        plain, mark = self._apart(word).number, self.source.decimal
        return "decimals_or_thousands", {"number": plain.removesuffix(f"{mark}000"), "thousand": plain.replace(mark, ""), "mark": mark}

    def unit_mark(self, name: str) -> pd.Series:
        """The unit that stands beside the number itself, or nothing."""
        return each_found(self.words(name), lambda word: unit_of(self._apart(word).unit, self.source.values.get("unit", {})))

    def estimated(self) -> pd.Series:
        """Rows of which the figure is an estimate: written so, or the middle of its bounds."""
        about = each_found(self.words(self.source.figure), lambda word: self._apart(word).about in self.source.estimates).eq(True)
        return about | self.middle()

    def middle(self) -> pd.Series:
        """Rows of which the figure is the middle of the bounds in the same cell."""
        figure = self.source.figure
        alone = self.heading.get(figure, "").endswith(beside("", "value"))
        return self.words("lowest").ne("") if alone else pd.Series(False, index=self.words(figure).index)

    def whole_or_blank(self, name: str) -> pd.Series:
        """Whole numbers as exact decimals, NaN where the supplier gave none."""
        marks, figure = set(self.source.missing) | {""}, name == self.source.figure

        def parse(word: str) -> Decimal | float | None:
            return MISSING if word in marks else self._parsed(word, unit=False) if figure or not self._apart(word).about else None

        def explain(word: str) -> tuple[str, dict]:
            vague = self._apart(word).about or parse_bounds(word, self.source.decimal, self.source.thousands)
            return ("not_one_number", {"name": name}) if vague and not figure else self._bad_number(word)

        parsed = self.read(name, parse, explain).astype(object)
        for row in parsed.index[each_found(parsed, lambda number: number % 1 != 0).eq(True) & ~(figure & self.middle())]:
            code = "amount_as_number" if name == "number" and parsed[row].as_tuple().exponent <= -2 else "not_whole"  # 87,44 is no half person
            self.say(code, row, name, self.words(name)[row])
        return parsed.where(parsed.notna(), MISSING)

    def person(self, name: str) -> pd.Series:
        """Pseudonymous ids; what may be a person's name or telephone number is refused unseen."""
        return self.read(name, lambda word: word if word == "" or _is_pseudonym(word) else None, lambda word: ("not_a_pseudonym", {"unseen": True}))

    def medium(self) -> pd.Series:
        """The medium of a story, one of those declared."""
        media = self.source.media
        return self.read("medium", lambda word: word if word in media else None, lambda word: ("unknown_medium", {"known": ", ".join(media)}))

    def done(self) -> pd.Series:
        """Whether something is so of a record (true, false), or the day from which it is."""
        known = {"yes": True, "no": False}
        return self.read("done", lambda word: known[word] if word in known else parse_date(word, self.source.dates), lambda word: ("bad_done", {}))

    def check_negative(self, amounts: pd.Series, others: pd.Series, name: str) -> None:
        """Numbers that cannot be negative, and amounts that can where `signed` says so, which is asked once a column."""
        self.check({"negative": (others < 0, name)})
        rows = amounts.index[amounts < 0]
        if len(rows) and not self.is_signed(name):
            self.say_of_all("negative_amount", rows, name, self.text(name)[rows[0]], heading=self.heading.get(name, name))

    def check(self, rules: Mapping[str, tuple[pd.Series, str]]) -> None:
        """Each row out of range becomes a problem: `rules` is code → the rows that break it (true), the column named in the problem.

        `{"negative": (value < 0, "value")}` names each negative value with its row; a missing number breaks no rule.
        """
        for code, (broken, name) in rules.items():
            for row, word in self.text(name)[broken.index[broken]].items():
                self.say(code, row, name, word)


_PSEUDONYM = re.compile(r"(?=[^0-9]*[0-9])(?![0-9]{8,}$)[A-Za-zÆØÅæøå0-9_-]{1,64}")
_DIVIDED = re.compile(r"[A-Za-zÆØÅæøå]{1,2} ?-? ?[0-9]{1,7}")  # P 017
_BETWEEN = re.compile(r"(?<=[^\W\d_])-(?=[0-9])")


def _is_pseudonym(word: str) -> bool:
    plain = "".join(letter for letter in word if unicodedata.category(letter) != "Cf")
    return bool(_PSEUDONYM.fullmatch(plain) or _DIVIDED.fullmatch(plain))


def folded(id_: str) -> str:
    """An id without what the eye passes over: case, blanks, signs that cannot be seen, the dash between letters and number."""
    if id_.isascii() and id_.isalnum():  # most are, and lists are long
        return id_.casefold()
    seen = "".join(letter for letter in unicodedata.normalize("NFC", id_) if unicodedata.category(letter) not in ("Cf", "Cc", "Zs"))
    return _BETWEEN.sub("", seen).casefold()


def meaning(word: str, source: Source) -> str:
    """Why there is no number where a supplier writes this: a mark that is declared, or words that every supplier means the same by; else empty."""
    marks = (STATBANK_MISSING if source.contract == "statbank" else {}) | dict(source.missing)
    return marks.get(word) or ("suppressed_at_source" if hides(word) else "")


def number_of(word: str, source: Source) -> Decimal | None:
    """The number that a supplier writes so, what stands beside it left out; None for what is not plainly one."""
    number = parse_number(taken_apart(word, source.estimates).number, source.decimal, source.thousands)
    return number if number is not None and len(number.as_tuple().digits) <= _DIGITS and not (number.is_signed() and number == 0) else None


def fits(cells: Cells, source: Source, file: str, problems: list[Problem]) -> bool:
    """Whether every heading is declared and every declared and required column is there; problems say what is not."""
    before, contract, found = len(problems), CONTRACTS[source.contract], ", ".join(cells.frame.columns)
    toml = f"{source.name}/source.toml"
    given = {name for block in source.blocks for name in (*block.headings, *block.constants)}
    given |= {*source.constants, *contract.constants}
    given |= {name for by in (source.constants_by_file, source.constants_by_sheet) for constants in by.values() for name in constants}
    needed = [name for name in contract.must if name not in given]
    if contract.any_of and not given & set(contract.any_of):
        needed.append(contract.any_of[0])
    if source.contract == "stories" and not source.media:
        problems.append(Problem("missing_field", toml, detail={"name": "media"}))
    for name in needed:
        problems.append(Problem("missing_declaration", toml, detail={"name": name}))
    for name in sorted(given - contract.kinds.keys()):
        problems.append(Problem("not_in_contract", toml, name, detail={"known": ", ".join(contract.kinds)}))
    if len(cells.frame.columns) == 1 and len(source.columns) > 1:
        problems.append(Problem("one_column", file, sheet=cells.sheet, detail={"delimiter": source.delimiter}))
        return False
    undeclared = [name for name in cells.frame.columns if name not in (*source.columns, *source.where) and not source.ignores(name)]
    undeclared = [name for name in undeclared if name not in source.headings_elsewhere(file, cells.sheet)]
    for heading in dict.fromkeys((*source.columns, *source.where)):
        if heading not in cells.frame:
            near = closest(heading, undeclared[:_COMPARED])
            problems.append(
                Problem("missing_column_near", file, sheet=cells.sheet, column=heading or '""', detail={"near": near, "found_headings": found})
                if near
                else Problem("missing_column", file, sheet=cells.sheet, column=heading or '""', detail={"found_headings": found})
            )
    for heading in undeclared:
        row = cells.places.rows.get(heading)
        problems.append(Problem("undeclared_column", file, sheet=cells.sheet, row=row, column=heading, detail={"heading": heading}))
    return len(problems) == before


def hides(word: str) -> bool:
    """Whether every supplier means by this word that a number is hidden: `<5`, `Diskretioneret`."""
    return bool(_HIDDEN_BY_SOURCE.fullmatch(word))


def statbank_columns(headings: list[str]) -> dict[str, str]:
    """StatBank's headings by our names: codes as `OMRÅDE`, `OMRAADE` or in words, in any order."""
    plain = {heading: heading.casefold().replace("æ", "ae").replace("ø", "oe").replace("å", "aa") for heading in headings}
    return {heading: ours for heading, text in plain.items() for ours, known in STATBANK.items() if text in known}


def earliest(*days: date | None) -> date | None:
    """The first of the days that are known."""
    return min((day for day in days if day is not None), default=None)
