"""One table of a delivered file sketched as fields of a source.toml: each step settles what one reading fits, and asks for the rest."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cached_property, partial
from pathlib import Path

import pandas as pd

from ...promises.agreement import UNDATED
from ...promises.periods import parse_date, parse_period
from ...promises.reasons import Reason
from ..contracts import CONTRACTS, STATBANK_MISSING, hides, statbank_columns
from ..deliveries import parse_number
from ..numbers import taken_apart, unit_of
from ..questions import ASK
from ..sources import LISTS, MISSING, STATUS
from .finds import Find
from .guesses import FIGURES, MOST_WORDS, Columns, Guess
from .indicators import fitting, indicator, say_indicators
from .lists import by_marks, decides, period_of_marks, say_lists, say_media, say_rows, stand_for_tables
from .places import likeliest, say_places, say_totals
from .precedents import Precedents
from .proposals import Line, Proposal
from .totals import BLANK, Figures, adds_up, is_share
from .units import CROWNS, PERCENT, read_words_beside, say_unit, unit_in
from .vocabulary import TOLD_AGAIN, TOTAL, WORDS, bare_word, folded, may_be_a_name, meaning, meanings
from .written import NUMBER, alone, date_forms, in_brackets, is_date, is_figure, marks

_ID = re.compile(r"[^\W\d_]{1,4}[- ]?[0-9]+", re.IGNORECASE)  # F-021, P01
_MARKS_BEHIND = "¹²³⁴⁵⁶⁷⁸⁹*†‡ "
_MAIN = ("value", "all_moves", "internal")  # figures of which a blank one must be explained


class Sketch:
    """Tables of one layout (sheets of a workbook, files of one delivery) on their way to a proposal."""

    def __init__(self, finds: Sequence[Find], known: Precedents, home: Path):
        self.finds, self.known, self.home, self.agreement = list(finds), known, home, known.agreement
        frame = pd.concat([find.frame for find in finds], ignore_index=True)
        self.columns = Columns(replace(finds[0], frame=frame), self.agreement, known.publications)
        kept = ~self._lines_of_text(frame)
        origin = pd.Series([number for number, find in enumerate(finds) for _ in range(len(find.frame))], dtype=int)  # which of the tables a row is of
        self.frame, self.origin = frame[kept].reset_index(drop=True), origin[kept].reset_index(drop=True)
        self.columns.frame = self.frame
        self.proposal = Proposal()
        self.earlier = known.same_layout(finds[0], home)
        self.guesses = self.columns.guesses()
        self._pass_over_totals()
        self._fill_down()
        self.measures = self._measures()
        self.contract = ""
        self.decimal, self.thousands = ",", ""
        self.derived: dict[str, Reason] = {}  # columns that are sums or shares of others
        self.marked: list[str] = []  # columns of marks that make a table each
        self.deciding: list[str] = []  # columns of a list that say which rows count

    def proposed(self) -> list[Proposal]:
        """The fields of this table; of as many tables as there are columns of marks that each stand for a period or a kind."""
        self._choose_contract()
        self._say_files()
        for step in (self._statbank,) if self.contract == "statbank" else self._steps:
            step()
        self._keep_earlier()
        return by_marks(self) if self.marked else [self.proposal]

    @property
    def _steps(self) -> Iterable[Callable[[], None]]:
        said = (say_places, say_indicators, say_unit)
        yield from (
            self._read_marks,
            partial(read_words_beside, self),
            self._read_brackets,
            self._read_footnotes,
            self._read_days,
            self._leave_derived,
            self._place_columns,
            self._say_periods,
        )
        yield from (partial(step, self) for step in said)
        yield from (self._translate, self._explain_marks)
        yield from (partial(step, self) for step in (say_lists, say_media, say_rows, say_totals))

    # --- what stands where ---

    def _pass_over_totals(self) -> None:
        """Rows of a list that begin with a word for a total and have no day, place or person."""
        first = self.frame.columns[0]
        keys = [heading for name in ("date", "area", "person") for heading in self.headed(name) if heading != first]
        totals = self.frame[first].map(lambda word: bool(TOTAL.match(word))) & ~self.frame[keys].map(self._is_key).any(axis=1)
        if not keys or not totals.any():
            return
        words = list(dict.fromkeys(self.frame.loc[totals, first]))
        begins = list(dict.fromkeys(re.sub("[ 0-9:–-]+$", "", word) for word in words))
        self.proposal.put(("ignored_rows",), [f"{word}*" for word in begins] if len(begins) < len(words) else words, Reason.of("draft_total_rows"))
        self.frame, self.origin = self.frame[~totals].reset_index(drop=True), self.origin[~totals].reset_index(drop=True)
        self.columns.frame = self.frame
        self.guesses = self.columns.guesses()

    def _is_key(self, word: str) -> bool:
        """Whether a cell of a list is a day, a place or an id, and so of a record."""
        return bool(is_date(word) or self.columns.is_place(word) or _ID.fullmatch(word))

    @cached_property
    def legend(self) -> dict[str, str]:
        """What a line above or a column of text says that short words mean: `T = temaaften`."""
        beside = [word for guess in self.guesses.values() if not guess.name for word in self.columns.words(guess.heading) if " = " in word]
        found = {}
        for line in [*self.titles, *beside]:
            found |= {short: long.strip() for short, long in re.findall(r"(\S{1,4}) = ([^,;=]+)(?=[,;]|$)", line)}
        return found

    def _fill_down(self) -> None:
        """A column of areas with a word once for a block of rows: taken so where every figure then stands once."""
        for heading in self.headed("area")[:1]:
            blank = self.frame[heading] == ""
            if not blank.any() or blank.iloc[0]:
                continue
            filled = self.frame[heading].where(~blank).ffill()
            keys = [each for name in ("period", "indicator") for each in self.headed(name)]
            if keys and not self.frame[keys].assign(area=filled).duplicated().any():
                self.frame[heading] = filled
                self.columns.frame = self.frame
                self.proposal.put(("fill_down",), [heading], Reason.of("draft_fill_down", blank=int(blank.sum()), of=len(blank)))

    def _measures(self) -> dict[str, str]:
        """What the words of the column of indicators are, where some of them are what others are out of: measures as rows."""
        words = [word for heading in self.headed("indicator") for word in self.columns.words(heading)]
        said = {word: name if (name := meaning(word)) in ("answers", "out_of", "lowest", "highest") else "value" for word in words}
        return said if set(said.values()) > {"value"} and not self.headed("source") else {}

    def _lines_of_text(self, frame: pd.DataFrame) -> pd.Series:
        """Rows with a word in the first column alone that is no place and no period: titles and notes, which the reader sets aside."""
        if frame.shape[1] < 2:
            return pd.Series(False, index=frame.index)
        alone = (frame.iloc[:, 1:] == "").all(axis=1)
        return alone & ~frame.iloc[:, 0].map(lambda word: bool(self.columns.is_place(word) or parse_period(word) or NUMBER.fullmatch(word)))

    def headed(self, name: str) -> list[str]:
        """The headings of the columns that are this."""
        return [guess.heading for guess in self.guesses.values() if guess.name == name]

    def has(self, name: str) -> bool:
        """Whether a column is this, or its heading says it."""
        return bool(self.headed(name)) or any(name in guess.across for guess in self.guesses.values())

    @cached_property
    def texts(self) -> list[str]:
        """The words around the figures: names of file, folder and sheets, lines above, headings of figures."""
        rests = [guess.rest or guess.heading for guess in self.guesses.values() if guess.name in FIGURES]
        around = [text for find in self.finds for text in (find.path.stem, find.sheet, *find.titles)]
        return list(dict.fromkeys([*rests, *around, self.home.name]))

    @cached_property
    def titles(self) -> list[str]:
        """The lines above the figures."""
        return list(dict.fromkeys(title for find in self.finds for title in find.titles))

    def _said(self, name: str) -> list[str]:
        """The headings or measures that are this."""
        return [*self.headed(name), *(word for word, each in self.measures.items() if each == name)]

    def echoed(self, heading: str, words: Iterable[str]) -> list[str]:
        """The words of a column that may be written out: few, and not as persons are called."""
        listed = list(words)
        if len(listed) > MOST_WORDS or (not meanings(heading) and sum(map(may_be_a_name, listed)) * 2 > len(listed)):
            return []
        return listed

    # --- contract and files ---

    def _choose_contract(self) -> None:
        """The kind of table, or those it may be."""
        fits, why = self._contracts()
        if self.earlier:
            fits, why = [self.earlier.contract], Reason.of("draft_as_before")
        elif "value" in CONTRACTS[fits[0]].must and not any(guess.name == "value" for guess in self.guesses.values()):
            self._yes_no(always=True)
        self.contract = fits[0]
        if len(fits) == 1:
            self.proposal.put(("contract",), fits[0], why)
        else:
            self.proposal.ask(("contract",), fits, why)

    def _contracts(self) -> tuple[list[str], Reason]:
        names = {guess.name for guess in self.guesses.values()} | {*self.measures.values()}
        headings = self.find.frame.columns
        if {"period", "value"} <= {*statbank_columns(list(headings)).values()} and all(heading.isupper() for heading in headings):
            return ["statbank"], Reason.of("draft_statbank")
        for contract, marks_ in (
            ("published", {"source"}),
            ("stories", {"tone"}),
            ("stories", {"medium"}),
            ("stories", {"headline"}),
            ("incidents", {"deliberate"}),
            ("moves", {"all_moves"}),
        ):
            if marks_ <= names:
                return [contract], Reason.of("draft_contract", columns=", ".join(self.headed(*marks_)))
        listed = {"person", "until", "estimated", "number"} & names
        figures = [guess for guess in self.guesses.values() if guess.name in ("value", *FIGURES)]
        if ("date" in names or not figures) and not (self.find.turned and self.has("period")):  # a form has a day on which it was filled in
            if listed:
                return ["registrations"], Reason.of("draft_contract", columns=", ".join(heading for name in sorted(listed) for heading in self.headed(name)))
            if "date" in names or "id" in names or "indicator" in names:
                cases = "date" in names and any(not _is_running(self.columns.words(heading)) for heading in self.headed("id"))
                return ["incidents", "registrations"] if cases else ["registrations", "incidents"], Reason.of("draft_list")
            return self._yes_no()
        if "with_base" in names and any(map(PERCENT.search, [*self.texts, *(word for each in self.headed("with_base") for word in self.columns.words(each))])):
            return ["survey"], Reason.of("draft_contract", columns=", ".join(self._said("with_base")))
        if "answers" in names:
            return ["survey"], Reason.of("draft_contract", columns=", ".join(self._said("answers")))
        if {"out_of", "with_base"} & names and any("flyt" in folded(text) for text in self.texts):
            return ["moves"], Reason.of("draft_contract", columns=", ".join([*self._said("out_of"), *self._said("with_base")]))
        if not self.has("area") and ({"lowest", "highest"} & names or any(re.search("besoeg|visit", folded(text)) for text in self.texts)):
            return ["visitors"], Reason.of("draft_no_area")
        return ["counts"], Reason.of("draft_a_figure_a_row")

    def _yes_no(self, always: bool = False) -> tuple[list[str], Reason]:
        """A table with yes and no in it and no figure: each word a figure where there is one of it for each area and period, else an answer."""
        plain = [
            guess for guess in self.guesses.values() if not guess.name and {word.casefold() for word in self.columns.words(guess.heading)} <= {*WORDS["answer"]}
        ]
        plain = [guess for guess in plain if self.columns.words(guess.heading)]
        keys = [heading for name in ("area", "period", "indicator") for heading in self.headed(name)]
        if not plain:
            return ["registrations", "incidents"], Reason.of("draft_list")
        once = always or (bool(keys) and not self.frame.duplicated(keys).any())
        heading = plain[0].heading
        self.guesses[heading] = replace(plain[0], name="value" if once else "answer", rest=heading, why=(Reason.of("draft_yes_no"),))
        return (["counts"], Reason.of("draft_once")) if once else (["answers"], Reason.of("draft_an_answer_a_row"))

    @property
    def find(self) -> Find:
        return self.finds[0]

    def _say_files(self) -> None:
        """Publisher, files, and how they are written."""
        put, ask = self.proposal.put, self.proposal.ask
        ask(("publisher",), (), Reason.of("draft_publisher"))
        paths = list(dict.fromkeys(find.path for find in self.finds))
        corrections = [path for path in paths[1:] if self._corrects(path, paths[0])]
        put(("files",), [path.name for path in paths if path not in corrections])
        for number, path in enumerate(corrections, 2):
            rows = sum(len(find.frame) for find in self.finds if find.path == path)
            why = Reason.of("draft_corrects", same=rows, of=rows, file=paths[0].name)
            self.proposal.enter("correction", delivery=Line(number, (why,)), files=Line([path.name]), reason=Line(ASK, (Reason.of("draft_reason"),)))
        if encodings := self.find.encodings:
            if len(encodings) == 1:
                put(("encoding",), encodings[0], Reason.of("draft_encoding"))
            else:
                ask(("encoding",), encodings, Reason.of("draft_encodings"))
        if len(self.find.delimiters) > 1:
            ask(("delimiter",), self.find.delimiters, Reason.of("draft_delimiters"))
        elif self.find.delimiters and self.find.delimiters != (";",):
            put(("delimiter",), self.find.delimiters[0], Reason.of("draft_delimiter"))
        if self.find.range:
            put(("range",), self.find.range, Reason.of("draft_apart"))
        if self.find.turned:
            put(("turned",), True, Reason.of("draft_turned"))
        elif len(self.find.header) > 1 or any(heading.endswith("]") for heading in self.frame.columns):
            put(("header",), list(self.find.header), Reason.of("draft_header"))
        if hidden := list(dict.fromkeys(find.hidden for find in self.finds if find.hidden)):
            ask(("hidden",), ("leave", "read"), Reason.of("draft_hidden", places="; ".join(hidden)))

    def _corrects(self, path: Path, first: Path) -> bool:
        """Whether every figure of a file stands in the first one too."""
        keys = [heading for name in ("area", "period", "indicator") for heading in self.headed(name)]
        if self.contract in LISTS or not (self.has("period") and keys) or self.find.sheet:
            return False
        figures = {
            each: {row for find in self.finds if find.path == each for row in find.frame[keys].itertuples(index=False, name=None)} for each in (path, first)
        }
        return figures[path] <= figures[first]

    # --- numbers and days ---

    def figure_words(self, *names: str) -> list[str]:
        """The different numbers below headings of figures."""
        headings = [guess.heading for guess in self.guesses.values() if guess.name in (names or FIGURES)]
        return [alone(word) for heading in headings for word in self.columns.words(heading) if is_figure(word)]

    def _whole(self) -> bool:
        kinds = CONTRACTS[self.contract].kinds
        figures = [guess.heading for guess in self.guesses.values() if guess.name in FIGURES]
        kind = kinds.get("value", "" if any(map(CROWNS.search, figures)) else kinds.get("number"))
        return kind == "whole" and not any(map(PERCENT.search, self.texts))

    def _read_marks(self) -> None:
        """Decimal and thousands mark: those under which every number reads, and a count is whole."""
        words = self.figure_words()
        fits = marks(words, self._whole()) or marks(words, False)
        if not fits or ((",", "") in fits and len(fits) == 1):
            return
        (self.decimal, self.thousands), example = fits[0], next((word for word in words if len(marks([word], self._whole())) > 1), "")
        if len(fits) == 1:
            why = Reason.of("draft_marks", of=len(words))
            if self.decimal != ",":
                self.proposal.put(("decimal",), self.decimal, why)
            if self.thousands:
                self.proposal.put(("thousands",), self.thousands, why)
            return
        self.proposal.ask(("decimal",), [decimal for decimal, _ in fits], Reason.of("draft_two_numbers", word=example))
        decimal, thousands = next(each for each in fits if each[1])
        self.proposal.ask(("thousands",), [thousands], Reason.of("draft_only_with", mark=decimal))
        self.decimal, self.thousands = fits[0][0], thousands if fits[0][1] else ""

    def _read_brackets(self) -> None:
        """Numbers in brackets, such as `(n=212)`, or amounts of which every one is: as the numbers they are, since none may be below zero."""
        for name in FIGURES:
            words = list(dict.fromkeys(word for heading in self.headed(name) for word in self.columns.words(heading) if is_figure(word)))
            if words and all(in_brackets(word) or not any(digit in word for digit in "123456789") for word in words):
                for number, word in enumerate(filter(in_brackets, words)):
                    place, figure = ("values", name, word), in_brackets(word)
                    if number or "n" in word.casefold():
                        self.proposal.put(place, figure, Reason.of("draft_brackets"))
                    else:
                        self.proposal.ask(place, [figure, f"-{figure}"], Reason.of("draft_brackets_mean"))

    def _read_footnotes(self) -> None:
        """Marks behind numbers and words of figures."""
        words = [word for guess in self.guesses.values() if guess.name in FIGURES for word in self.columns.words(guess.heading)]
        marks_ = list(dict.fromkeys(mark for word in words for mark in word[len(word.rstrip(_MARKS_BEHIND)) :].strip() if word.rstrip(_MARKS_BEHIND)))
        if marks_:
            self.proposal.put(("footnotes",), marks_, Reason.of("draft_footnotes"))

    def _read_days(self) -> None:
        """How days are written: the one way in which all are real days."""
        words = [word for name in ("date", "until") for heading in self.headed(name) for word in self.columns.words(heading) if is_date(word)]
        fits = date_forms(words, self.agreement.first_year) if words else [""]
        if len(fits) > 1:
            self.proposal.ask(("dates",), [form or self._usual_form(words) for form in fits], Reason.of("draft_two_days", word=words[0]))
        elif fits and fits[0]:
            self.proposal.put(("dates",), fits[0], Reason.of("draft_days", of=len(words)))

    def _usual_form(self, words: list[str]) -> str:
        mark = next((mark for mark in "/.-" if mark in words[0]), "-")
        return f"%d{mark}%m{mark}%Y"

    def number(self, word: str) -> Decimal | None:
        """A cell's number under the marks chosen."""
        return parse_number(taken_apart(alone(word)).number, self.decimal, self.thousands)

    def _numbers(self, heading: str) -> Figures:
        """A column's numbers by row."""
        return [self.number(cell) for cell in self.frame[heading]]

    def _leave_derived(self) -> None:
        """Columns of figures that are the sum of the others, or one of them out of another: nothing is read from these."""
        if self.contract in LISTS:
            return
        across = [guess for guess in self.guesses.values() if guess.name in FIGURES and guess.across]
        values = [guess for guess in self.guesses.values() if guess.name == "value"]
        for guess in values:
            if BLANK.fullmatch(guess.heading):
                self.derived[guess.heading] = Reason.of("draft_blank", word=guess.heading)
            elif TOTAL.search(guess.heading) and not guess.across and len(across) > 1:
                others = [each.heading for each in self.guesses.values() if each.name in FIGURES and each.heading != guess.heading]
                right, of = adds_up(self._numbers(guess.heading), [self._numbers(other) for other in others])
                if of and right == of:
                    self.derived[guess.heading] = Reason.of("draft_sum_of_columns", heading=guess.heading, right=right, of=of)
            elif whole := self._out_of(guess):
                part = next((each for each in values if each is not guess and each.across == guess.across and self._is_share(guess, each, whole)), None)
                if part:
                    self.derived[guess.heading] = Reason.of("draft_share_of_columns", heading=guess.heading, part=part.heading, whole=whole)
        gone = {self.guesses[heading].rest or heading for heading in self.derived}
        self.texts = [text for text in self.texts if text not in gone]
        for heading in self.derived:
            self.guesses[heading] = Guess(heading)

    def _out_of(self, guess: Guess) -> str:
        """The heading of what the figures of a column may be out of."""
        return next((each.heading for each in self.guesses.values() if each.name == "out_of" and each.across == guess.across), "")

    def _is_share(self, guess: Guess, part: Guess, whole: str) -> bool:
        return is_share(*(self._numbers(heading) for heading in (guess.heading, part.heading, whole)))

    # --- columns ---

    def _place_columns(self) -> None:
        """Each heading under our name, as a column of figures, asked for, or ignored."""
        kinds = CONTRACTS[self.contract].kinds
        for guess in list(self.guesses.values()):
            self._own_name(guess, kinds)
        self.marked = stand_for_tables(self) if self.contract in LISTS else []
        self._one_value(kinds)
        values = [guess for guess in self.guesses.values() if guess.name == "value" and not guess.across]
        ignored: list[str] = []
        for heading, guess in self.guesses.items():
            name, place = guess.name, ("columns", heading)
            if heading in self.marked:
                continue
            role = next((each for each in (name, *guess.choices) if each in FIGURES), "")
            if role and self._of_unknown_place(guess):
                choices = likeliest(self, heading.partition(" / ")[0])
                self.proposal.ask(place, choices, Reason.of("draft_or_ignored"), value={**guess.across, "area": ASK, "is": role})
            elif guess.across:
                self._across(guess, name)
            elif name == "value" and (len(values) > 1 or self.contract in LISTS):
                self._figure(heading, {"is": "value"} if self.contract in LISTS else {}, guess)
            elif self.contract == "registrations" and name in ("number", "estimated", "lowest", "highest") and self.has("number"):
                self._figure(heading, {"is": name}, guess)
            elif name:
                self.proposal.put(place, name, *guess.why)
            elif guess.choices:
                self.proposal.ask(place, guess.choices, *guess.why, Reason.of("draft_or_ignored"))
            else:
                self._unplaced(guess, ignored)
        if ignored:
            why = [Reason.of("draft_ignored")] if {*ignored} - {*self.derived} else []
            self.proposal.put(("ignored_columns",), ignored, *why, *dict.fromkeys(self.derived.values()))

    def _of_unknown_place(self, guess: Guess) -> bool:
        """Whether a column of figures names no place where others beside it do, and no column has the places."""
        placed = any("area" in each.across for each in self.guesses.values()) and not self.headed("area")
        return placed and "area" not in guess.across and self.contract not in LISTS

    def _one_value(self, kinds: Mapping[str, str]) -> None:
        """Where a column says of what the figures are, one column holds them: that which is headed so; other numbers are asked for."""
        values = [guess for guess in self.guesses.values() if guess.name == "value" and not guess.across]
        headed = [guess for guess in values if "value" in meanings(guess.heading)]
        if self.headed("indicator") and len(headed) == 1 and self.contract not in LISTS:
            for guess in values:
                if guess not in headed:
                    choices = tuple(name for name in ("answers", "out_of", "cases", "note") if name in kinds)
                    self.guesses[guess.heading] = replace(guess, name="", rest="", choices=choices)

    def _own_name(self, guess: Guess, kinds: Mapping[str, str]) -> None:
        """Our name of a column as this contract has it."""
        name = guess.name
        if name == "value" and "value" not in kinds and "number" in kinds and not self.headed("number"):
            name = "number"
        if name == "out_of" and self.contract == "counts" and self.known.indicator_called(guess.heading):
            name, guess = "value", replace(guess, rest=guess.heading)
        if name == "date" and self.find.turned and self.has("period"):  # when a form was filled in
            name = ""
        if name == "id" and "person" in kinds and not self.headed("person") and all(map(_ID.fullmatch, self.columns.words(guess.heading))):
            name = "person"
        if name == "id" and "id" not in kinds and "story" in kinds and not self.headed("story"):
            name = "story"
        if name == "note" and "same_as" in kinds and any(map(TOLD_AGAIN.search, self.columns.words(guess.heading))):
            name, guess = "", replace(guess, choices=("same_as", "note"), why=(Reason.of("draft_told_again"),))
        if name == "date" and "date" not in kinds and "period" in kinds and not self.headed("period"):
            name = "period"
        if (name == "answers" and "answers" not in kinds) or (name == "number" and "number" not in kinds):
            name = "out_of" if "out_of" in kinds and name == "answers" else "value"
            guess = replace(guess, rest=guess.rest or guess.heading)
        if name == "out_of" and "out_of" not in kinds and "answers" in kinds and not self.headed("answers"):
            name = "answers"
        name = name if name in kinds or (name == "bounds" and "lowest" in kinds) or (name == "with_base" and {"answers", "out_of"} & {*kinds}) else ""
        if not name and not guess.choices and not guess.across:
            name, folders = self.known.name_of(guess.heading)
            name = name if name in kinds and not self.headed(name) else ""
            if name:
                guess = replace(guess, why=(Reason.of("draft_as_in", folders=folders),))
        self.guesses[guess.heading] = replace(guess, name=name, choices=tuple(each for each in guess.choices if each in kinds))

    def _across(self, guess: Guess, name: str) -> None:
        """A column of figures with its area or period in the heading, and its indicator where several are beside one another."""
        table = {**guess.across, **({"is": name} if name != "value" else {})}
        rests = {folded(each.rest) for each in self.guesses.values() if each.across and each.name == "value"}
        if name == "value" and len(rests) > 1 and not self.has("indicator"):
            self._figure(guess.heading, table, guess)
        else:
            self.proposal.put(("columns", guess.heading), table if "is" in table else {**table, "is": "value"}, *guess.why)

    def _figure(self, heading: str, table: dict[str, str], guess: Guess) -> None:
        """A column of figures of its own indicator, in the unit that stands beside all of them."""
        unit = unit_in(heading, (unit_of(taken_apart(word).unit, {}) for word in self.columns.words(heading) if is_figure(word)))
        if unit and "unit" in CONTRACTS[self.contract].kinds:
            table = {**table, "unit": unit}
        texts = [guess.rest or heading]
        if called := self.known.indicator_called(texts[0]):
            self.proposal.put(("columns", heading), {**table, "indicator": called}, Reason.of("draft_called"))
        else:
            if table.get("is") in ("estimated", "lowest", "highest"):  # of the same number
                texts = self.headed("number")
            choices = self.known.ranked(texts, self.texts, fitting(self, unit))
            self.proposal.ask(("columns", heading), choices, Reason.of("draft_or_ignored"), value={**table, "indicator": ASK})

    def _unplaced(self, guess: Guess, ignored: list[str]) -> None:
        """A column that is nothing of the contract: asked for where it holds numbers or tells rows apart, else ignored."""
        keys = [heading for name in ("area", "period", "indicator", "source") for heading in self.headed(name)]
        numeric = self.columns.kind(guess.heading) == "figures" and guess.heading not in self.derived
        apart = keys and self.contract not in LISTS and self.frame.duplicated(keys).any() and not self.frame.duplicated([*keys, guess.heading]).any()
        if numeric and "value" in CONTRACTS[self.contract].kinds:
            self._figure(guess.heading, {"is": "value"}, guess)
        elif apart:
            self.proposal.ask(("columns", guess.heading), ["indicator", "note"], Reason.of("draft_tells_apart"), Reason.of("draft_or_ignored"))
        elif self.contract in LISTS and decides(guess.heading, self.columns.words(guess.heading), len(self.frame)):
            self.deciding.append(guess.heading)
        else:
            ignored.append(guess.heading)

    # --- periods and places ---

    def _say_periods(self) -> None:
        """Periods nobody wrote in a column: names of sheets that are periods, else asked for."""
        for heading in self.headed("period"):
            odd = [word for word in self.columns.words(heading) if not parse_period(word)]
            for word in odd if len(odd) <= MOST_WORDS else ():
                day, years = parse_date(word), re.findall("(?:19|20)[0-9]{2}", word)
                years = [str(day.year), f"{day.year}-{day.month:02}"] if day else years
                self.proposal.ask(("values", "period", word), [*years, UNDATED], Reason.of("draft_or_unused", name="period"))
        if self.has("period") or self.has("date") or any(map(period_of_marks, self.marked)) or "period" not in CONTRACTS[self.contract].kinds:
            return
        sheets = [find for find in self.finds if find.sheet]
        for find in sheets:
            place = ("constants_by_sheet", find.sheet, "period")
            if period := parse_period(find.sheet):
                self.proposal.put(place, period, Reason.of("draft_sheet"))
            elif len(self.finds) > 1:
                self.proposal.ask(place, self._years(find))
        files = list(dict.fromkeys(find.path for find in self.finds if not find.sheet))
        for path in files if len(files) > 1 else ():
            find = next(find for find in self.finds if find.path == path)
            self.proposal.ask(("constants_by_file", path.name, "period"), self._years(find), Reason.of("draft_name_or_title"))
        if not any(place[-1] == "period" for place in self.proposal.lines if place[0].startswith("constants_by")):
            self.proposal.ask(("constants", "period"), self._years(self.find), Reason.of("draft_name_or_title"))

    def _years(self, find: Find) -> list[str]:
        said = " ".join([find.sheet, *find.titles, find.path.stem])
        return [*dict.fromkeys(re.findall("(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])", said)), UNDATED]

    # --- units and words ---

    def _translate(self) -> None:
        """The supplier's words of closed lists beside ours."""
        for name, known in WORDS.items():
            ours = set(known.values())
            for heading in self.headed(name):
                for word in self.echoed(heading, self.columns.words(heading)):
                    if word not in ours and self.proposal.value("columns", heading):
                        self._word(("values", name, word), known.get(word.casefold(), ""), sorted(ours))
        for heading in self.headed("value"):
            for word in self.columns.words(heading):
                if answer := WORDS["answer"].get(bare_word(word)):
                    place = ("values", "value", word.rstrip(_MARKS_BEHIND))
                    self.proposal.put(place, {"yes": "1", "no": "0"}[answer], Reason.of("draft_yes_is_1"))
        for heading in self.headed("done"):
            odd = [word for word in dict.fromkeys(self.frame[heading]) if not is_date(word)]
            for word in odd if len(odd) <= MOST_WORDS else ():
                self.proposal.ask(("values", "done", word), ["no", "yes"], Reason.of("draft_not_a_day"))
        for heading in self.headed("provenance"):
            for word in self.echoed(heading, self.columns.words(heading)):
                self._word(("status", word), word if word in STATUS else "", STATUS)

    def _word(self, place: tuple[str, ...], ours: str, choices: Iterable[str]) -> None:
        if ours:
            self.proposal.put(place, ours)
        else:
            self.proposal.ask(place, choices)

    def _explain_marks(self) -> None:
        """What stands where a number should, and is none: what it means only the supplier knows."""
        known = {*STATBANK_MISSING} if self.contract == "statbank" else set()
        counts: dict[str, int] = {}
        for guess in self.guesses.values():
            if guess.name not in FIGURES or self.proposal.value("columns", guess.heading) is None:
                continue
            cells = self.frame[guess.heading]
            cells = cells.map(lambda word: word.rstrip(_MARKS_BEHIND) or word) if self.proposal.value("footnotes") else cells
            odd = cells[~cells.map(lambda word: is_figure(word) or hides(word) or word in known or word.casefold() in WORDS["answer"])]
            for word, times in odd.value_counts().items():
                if word or guess.name in _MAIN:
                    counts[str(word)] = counts.get(str(word), 0) + int(times)
        for word in counts if len(counts) <= MOST_WORDS else ():
            if not may_be_a_name(word):
                self.proposal.ask(("missing", word), MISSING, Reason.of("draft_mark", n=counts[word]))

    # --- Statistics Denmark, and what was said before ---

    def _statbank(self) -> None:
        """A table as Statistics Denmark sends it: only its places and offences have to be named."""
        self.proposal.put(("columns",), {})
        columns = {name: heading for heading, name in statbank_columns(list(self.find.frame.columns)).items()}
        for word in self.columns.words(columns["area"]) if "area" in columns else ():
            if not (self.agreement.area_id(word) or self.agreement.area_id(re.sub("^[0-9]+ ", "", word))):
                self.proposal.ask(("areas", word), likeliest(self, word), Reason.of("draft_or_unused", name="area"))
        if "indicator" in columns:
            for word in self.columns.words(columns["indicator"]):
                indicator(self, ("values", "indicator", word), [word], word)
            return
        indicator(self, ("constants", "indicator"), [])
        parts = sorted({(parse_period(word) or "").partition("-")[2] for word in self.columns.words(columns["period"])} - {""})
        if parts:
            self.proposal.ask(("year_is",), parts, Reason.of("draft_year_is"))

    def _keep_earlier(self) -> None:
        """What this supplier's source.toml says of a table with the same headings stands; only what is new in it is asked."""
        if self.earlier is None:
            return
        said = self.earlier.model_dump(include=self.earlier.model_fields_set - {"name", "folder", "files", "documents", "table", "beside"})
        for place in list(self.proposal.lines):
            value = said
            for part in place:
                value = value.get(part) if isinstance(value, dict) else None
            covered = place[0] in said and (
                place[0] not in ("values", "areas", "missing", "status", "constants_by_file", "constants_by_sheet") or value is not None
            )
            elsewhere = place[0] in ("values", "areas", "status") and place[-1] in {
                *said.get("unused", {}).get(place[1] if place[0] == "values" else "area", {}),
                *(said.get("areas", {}) if place[0] == "areas" else {}),
            }
            if (covered or elsewhere or (len(place) == 1 and self.proposal.lines[place].is_open)) and place != ("files",):
                del self.proposal.lines[place]


def _is_running(words: Sequence[str]) -> bool:
    """Whether numbers only count the rows: one after the other, without a gap."""
    numbers = sorted(int(word) for word in words if word.isdecimal())
    return len(numbers) == len(words) and numbers == list(range(numbers[0], numbers[0] + len(numbers))) if numbers else False
