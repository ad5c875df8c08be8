"""One table of a delivered file sketched as fields of a source.toml: each step settles what one reading fits, and asks for the rest."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cached_property
from pathlib import Path

import pandas as pd

from ...promises.agreement import COMBINED, UNDATED, Indicator
from ...promises.periods import parse_date, parse_period, period_year
from ...promises.problems import closest
from ...promises.reasons import Reason
from ..contracts import CONTRACTS, STATBANK_MISSING, UNITS, hides, statbank_columns
from ..deliveries import parse_number
from ..numbers import taken_apart, unit_of
from ..questions import ASK
from ..sources import LISTS, MISSING, STATUS
from .finds import Find
from .guesses import FIGURES, MOST_WORDS, Columns, Guess
from .precedents import Precedents
from .proposals import Line, Proposal
from .vocabulary import TOLD_AGAIN, TOTAL, WORDS, folded, may_be_a_name, meaning, meanings
from .written import NUMBER, are_bounds, date_forms, is_date, is_figure, marks

_PERCENT = re.compile(r"(?<![^\W\d_])pct(?![^\W\d_])|procent|%|percent", re.IGNORECASE)
_CROWNS = re.compile(r"\bkr\b|\bkroner\b|\bdkk\b", re.IGNORECASE)
_MAIN = ("value", "all_moves", "internal")  # figures of which a blank one must be explained


class Sketch:
    """Tables of one layout (sheets of a workbook, files of one delivery) on their way to a proposal."""

    def __init__(self, finds: Sequence[Find], known: Precedents, home: Path):
        self.finds, self.known, self.home, self.agreement = list(finds), known, home, known.agreement
        frame = pd.concat([find.frame for find in finds], ignore_index=True)
        self.columns = Columns(replace(finds[0], frame=frame), self.agreement, known.publications)
        self.frame = frame[~self._lines_of_text(frame)].reset_index(drop=True)
        self.columns.frame = self.frame
        self.proposal = Proposal()
        self.earlier = known.same_layout(finds[0], home)
        self.guesses = self.columns.guesses()
        self._fill_down()
        self.measures = self._measures()
        self.contract = ""
        self.decimal, self.thousands = ",", ""

    def proposed(self) -> Proposal:
        """The fields of this table."""
        self._choose_contract()
        self._say_files()
        for step in (self._statbank,) if self.contract == "statbank" else self._steps:
            step()
        self._keep_earlier()
        return self.proposal

    @property
    def _steps(self) -> Iterable[Callable[[], None]]:
        return (
            *(self._read_marks, self._read_words_beside, self._read_days, self._place_columns, self._say_periods, self._say_places, self._say_indicators),
            *(self._say_unit, self._translate, self._explain_marks, self._say_lists, self._say_totals),
        )

    # --- what stands where ---

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
            ("incidents", {"deliberate"}),
            ("moves", {"all_moves"}),
        ):
            if marks_ <= names:
                return [contract], Reason.of("draft_contract", columns=", ".join(self.headed(*marks_)))
        listed = {"person", "until", "estimated", "number"} & names
        figures = [guess for guess in self.guesses.values() if guess.name in ("value", *FIGURES)]
        if "date" in names or not figures:
            if listed:
                return ["registrations"], Reason.of("draft_contract", columns=", ".join(heading for name in sorted(listed) for heading in self.headed(name)))
            if "date" in names or "id" in names or "indicator" in names:
                return ["registrations", "incidents"], Reason.of("draft_list")
            return self._yes_no()
        if "answers" in names:
            return ["survey"], Reason.of("draft_contract", columns=", ".join(self._said("answers")))
        if "out_of" in names and any("flyt" in folded(text) for text in self.texts):
            return ["moves"], Reason.of("draft_contract", columns=", ".join(self._said("out_of")))
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

    def _figure_words(self, *names: str) -> list[str]:
        """The different numbers below headings of figures."""
        headings = [guess.heading for guess in self.guesses.values() if guess.name in (names or FIGURES)]
        return [word for heading in headings for word in self.columns.words(heading) if is_figure(word)]

    def _whole(self) -> bool:
        kinds = CONTRACTS[self.contract].kinds
        return kinds.get("value") == "whole" and not any(map(_PERCENT.search, self.texts))

    def _read_marks(self) -> None:
        """Decimal and thousands mark: those under which every number reads, and a count is whole."""
        words = self._figure_words()
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

    def _read_words_beside(self) -> None:
        """What stands beside numbers: words that make them estimates, and words for units that are asked for."""
        beside = [taken_apart(word) for word in self._figure_words() if not are_bounds(word)]
        if estimates := list(dict.fromkeys(each.about for each in beside if each.about)):
            self.proposal.put(("estimates",), estimates, Reason.of("draft_estimates"))
        for unit in dict.fromkeys(each.unit for each in beside if each.unit and not unit_of(each.unit, {})):
            self.proposal.ask(("values", "unit", unit), UNITS, Reason.of("draft_beside"))

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
        return parse_number(taken_apart(word).number, self.decimal, self.thousands)

    # --- columns ---

    def _place_columns(self) -> None:
        """Each heading under our name, as a column of figures, asked for, or ignored."""
        kinds = CONTRACTS[self.contract].kinds
        for guess in list(self.guesses.values()):
            self._own_name(guess, kinds)
        self._one_value(kinds)
        values = [guess for guess in self.guesses.values() if guess.name == "value" and not guess.across]
        ignored: list[str] = []
        for heading, guess in self.guesses.items():
            name, place = guess.name, ("columns", heading)
            if guess.across:
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
            self.proposal.put(("ignored_columns",), ignored, Reason.of("draft_ignored"))

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
        name = name if name in kinds or (name == "bounds" and "lowest" in kinds) else ""
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
        units = {unit_of(taken_apart(word).unit, {}) for word in self.columns.words(heading) if is_figure(word)}
        if len(units) == 1 and units != {""} and "unit" in CONTRACTS[self.contract].kinds:
            table = {**table, "unit": units.pop()}
        texts = [guess.rest or heading]
        if called := self.known.indicator_called(texts[0]):
            self.proposal.put(("columns", heading), {**table, "indicator": called}, Reason.of("draft_called"))
        else:
            if table.get("is") in ("estimated", "lowest", "highest"):  # of the same number
                texts = self.headed("number")
            choices = self.known.ranked(texts, self.texts, self._fitting())
            self.proposal.ask(("columns", heading), choices, *guess.why, value={**table, "indicator": ASK})

    def _unplaced(self, guess: Guess, ignored: list[str]) -> None:
        """A column that is nothing of the contract: asked for where it holds numbers or tells rows apart, else ignored."""
        keys = [heading for name in ("area", "period", "indicator", "source") for heading in self.headed(name)]
        numeric = self.columns.kind(guess.heading) == "figures"
        apart = keys and self.contract not in LISTS and self.frame.duplicated(keys).any() and not self.frame.duplicated([*keys, guess.heading]).any()
        if numeric and "value" in CONTRACTS[self.contract].kinds:
            self._figure(guess.heading, {"is": "value"}, guess)
        elif apart:
            self.proposal.ask(("columns", guess.heading), ["indicator", "note"], Reason.of("draft_tells_apart"), Reason.of("draft_or_ignored"))
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
        if self.has("period") or self.has("date") or "period" not in CONTRACTS[self.contract].kinds:
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

    def _say_places(self) -> None:
        """Words for places the register does not know, departments, and where no column names a place."""
        words = [word for heading in self.headed("area") for word in self.columns.words(heading)]
        words = [word for word in words if word != COMBINED]
        parts = [word for word in words if self.agreement.area_of_part(word) and not self.agreement.area_id(word)]
        if parts:
            self.proposal.put(("sum",), True, Reason.of("draft_parts", n=len(parts)))
        unknown = [word for word in words if not self.columns.is_place(word)]
        for word in self.echoed(next(iter(self.headed("area")), ""), unknown):
            if same := self._same_place(word):
                self.proposal.put(("areas", word), same, Reason.of("draft_same_but_for_signs"))
            else:
                self.proposal.ask(("areas", word), self._near(word), Reason.of("draft_or_unused", name="area"))
        if not self.has("area") and "area" not in CONTRACTS[self.contract].constants:
            self.proposal.ask(("constants", "area"), [COMBINED, *self.agreement.areas])

    def _same_place(self, word: str) -> str:
        """The place that is spelt alike but for capitals, blanks and signs between."""
        alike = lambda text: folded(text).replace("_", "")  # noqa: E731
        places = [*self.agreement.areas.values(), *self.agreement.references.values()]
        fits = {place.id for place in places if alike(word) in {alike(name) for name in (place.id, place.name, *place.aliases)}}
        return fits.pop() if len(fits) == 1 else ""

    def _near(self, word: str) -> list[str]:
        """Ids of places, the likeliest first."""
        places = {name: place.id for place in [*self.agreement.areas.values(), *self.agreement.references.values()] for name in (place.name, *place.aliases)}
        first = [COMBINED] if TOTAL.search(word) else []
        bare = re.sub("^[0-9]+ ", "", word)
        first += [places[near]] if (near := closest(bare, places)) else []
        first += [id_ for name, id_ in places.items() if folded(bare) in folded(name) or folded(name) in folded(bare)]
        return list(dict.fromkeys([*first, *self.agreement.areas, COMBINED, *places.values()]))

    # --- indicators ---

    def _fitting(self) -> list[Indicator]:
        """The indicators that a table of this contract can hold."""
        listed = self.agreement.indicators.values()
        if self.contract in ("survey", "answers"):
            return [each for each in listed if each.measure == "survey_share"]
        if self.contract in (*LISTS, "visitors", "statbank"):
            return [each for each in listed if each.unit in ("count", "dkk")]
        alone = self.contract == "counts" and not (self.has("out_of") or any(map(_PERCENT.search, self.texts)))  # a share needs what it is out of
        return [each for each in listed if not (alone and each.measure in ("survey_share", "ratio"))]

    def _say_indicators(self) -> None:
        """Which indicator the figures are of: by a word that is its name, by the sheet's name, or asked for."""
        for word, name in self.measures.items():
            self._measure(word, name)
        if (headings := self.headed("indicator")) and not self.measures:
            words = [word for heading in headings for word in self.columns.words(heading)]
            for word in self.echoed(headings[0], words):
                self._indicator(("values", "indicator", word), [word], word)
        if headings:
            return
        if self.contract == "stories":
            heading = next(iter(self.headed("tone")), "")
            for tone in dict.fromkeys(WORDS["tone"].get(word.casefold(), word) for word in self.columns.words(heading)) if heading else ():
                self._indicator(("values", "indicator", tone), [tone], tone)
            return
        tables = [value for place in self.proposal.lines if place[0] == "columns" and isinstance(value := self.proposal.value(*place), dict)]
        if self.contract not in LISTS and any("indicator" in table for table in tables):
            return
        sheets = [find.sheet for find in self.finds if find.sheet]
        if len(sheets) > 1 and not any(place[0] == "constants_by_sheet" for place in self.proposal.lines):
            for sheet in sheets:
                self._indicator(("constants_by_sheet", sheet, "indicator"), [sheet])
            return
        rests = {guess.rest for guess in self.guesses.values() if guess.name in ("value", "answer") and guess.rest}
        self._indicator(("constants", "indicator"), [*(rests if len(rests) == 1 else ()), *sheets[:1]])

    def _measure(self, word: str, name: str) -> None:
        """A measure that stands in rows of its own: a figure, or what figures are out of."""
        table = {"is": name} if name != "value" else {"unit": "percent"} if _PERCENT.search(word) else {}
        if name in ("answers", "lowest", "highest"):
            self.proposal.put(("rows", word), table, Reason.of("draft_heading"))
        elif called := self.known.indicator_called(word):
            self.proposal.put(("rows", word), {"indicator": called, **table}, Reason.of("draft_called"))
        else:
            choices = self.known.ranked([word], self.texts, self._fitting())
            self.proposal.ask(("rows", word), choices, Reason.of("draft_or_unused", name="indicator"), value={"indicator": ASK, **table})

    def _indicator(self, place: tuple[str, ...], texts: list[str], word: str = "") -> None:
        """One place for an indicator's id."""
        called = {id_ for text in texts if (id_ := self.known.indicator_called(text))}
        if len(called) == 1:
            if word not in called:
                self.proposal.put(place, called.pop(), Reason.of("draft_called"))
            return
        choices = self.known.ranked(texts, self.texts, self._fitting(), self._figures())
        why = [Reason.of("draft_or_unused", name="indicator")] if place[0] == "values" else []
        self.proposal.ask(place, choices, *why)

    def _figures(self) -> pd.DataFrame:
        """The plan's own areas' figures by year, to be held against earlier ones."""
        area, period, value = (next(iter(self.headed(name)), "") for name in ("area", "period", "value"))
        rows = []
        for row in self.frame.to_dict("records") if value and area and period else ():
            number, year = self.number(row[value]), period_year(parse_period(row[period]) or "")
            if number is not None and year:
                rows.append((self.agreement.area_id(row[area]), year, float(number)))
        return pd.DataFrame(rows, columns=["area", "year", "value"])

    # --- units and words ---

    def _say_unit(self) -> None:
        """The unit, where figures can only be of one; 0,583 may be a share or per cent, and is asked for."""
        kinds = CONTRACTS[self.contract].kinds
        if "unit" not in kinds or self.headed("unit") or self.contract in LISTS:
            return
        if self.measures:
            if "unit" in CONTRACTS[self.contract].must:
                self.proposal.put(("constants", "unit"), "count", Reason.of("draft_whole"))
            return
        said = [heading for heading in self.frame.columns if "unit" in (self.proposal.value("columns", heading) or ())]
        words = [word for name in ("value", "all_moves") for heading in self.headed(name) if heading not in said for word in self.columns.words(heading)]
        words = [word for word in words if is_figure(word)]
        numbers = [number for word in words if (number := self.number(word)) is not None]
        must, place = "unit" in CONTRACTS[self.contract].must, ("constants", "unit")
        percent = any(map(_PERCENT.search, self.texts)) or any(word.endswith("%") for word in words)
        fraction, largest = any(number % 1 for number in numbers), max(numbers, default=Decimal(0))
        beside = {unit_of(taken_apart(word).unit, {}) for word in words}
        if len(beside) == 1 and beside != {""}:
            self.proposal.put(place, beside.pop(), Reason.of("draft_unit_beside"))
            return
        if any(map(_CROWNS.search, self.texts)) and not percent:
            self.proposal.ask(place, ["dkk", "thousand_dkk", "million_dkk", "count"], Reason.of("draft_crowns"))
        elif fraction and largest <= 1:
            self.proposal.ask(place, ["share", "percent"], Reason.of("draft_share_or_percent", largest=largest))
        elif percent and largest <= 100:
            self.proposal.put(place, "percent", Reason.of("draft_percent", largest=largest))
        elif fraction and self.contract == "survey":
            self.proposal.put(place, "percent", Reason.of("draft_percent_only", largest=largest))
        elif fraction:
            self.proposal.ask(place, ["percent", "rate", "dkk"], Reason.of("draft_decimals"))
        elif must:
            self.proposal.ask(place, ["percent", "count"] if self.contract == "survey" else UNITS, Reason.of("draft_whole"))

    def _translate(self) -> None:
        """The supplier's words of closed lists beside ours."""
        for name, known in WORDS.items():
            ours = set(known.values())
            for heading in self.headed(name):
                for word in self.echoed(heading, self.columns.words(heading)):
                    if word not in ours and self.proposal.value("columns", heading):
                        self._word(("values", name, word), known.get(word.casefold(), ""), sorted(ours))
        for heading in self.headed("value"):
            if {word.casefold() for word in self.columns.words(heading)} <= {*WORDS["answer"]}:
                for word in self.columns.words(heading):
                    self.proposal.put(("values", "value", word), {"yes": "1", "no": "0"}[WORDS["answer"][word.casefold()]], Reason.of("draft_yes_is_1"))
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
            if {word.casefold() for word in cells.unique()} <= {*WORDS["answer"]}:
                continue
            odd = cells[~cells.map(lambda word: is_figure(word) or hides(word) or word in known)]
            for word, times in odd.value_counts().items():
                if word or guess.name in _MAIN:
                    counts[str(word)] = counts.get(str(word), 0) + int(times)
        for word in counts if len(counts) <= MOST_WORDS else ():
            if not may_be_a_name(word):
                self.proposal.ask(("missing", word), MISSING, Reason.of("draft_mark", n=counts[word]))

    # --- lists and totals ---

    def _say_lists(self) -> None:
        """Which periods a list holds in full, and which media count: proposed as a list from which to strike out."""
        if self.contract not in LISTS:
            return
        periods = {parse_period(word) for heading in self.headed("period") for word in self.columns.words(heading)} - {None}
        days = [word for heading in self.headed("date") for word in self.columns.words(heading)]
        years = sorted(periods) or sorted({year for word in days if (year := _year_of(word, self.proposal.value("dates")))})
        written = [word for heading in self.headed("period") for word in self.columns.words(heading)] if periods else years
        self.proposal.ask(("covers",), (), Reason.of("draft_covers", first=years[0] if years else "?", last=years[-1] if years else "?"), value=[ASK, *written])
        if self.contract == "stories":
            media = [word for heading in self.headed("medium") for word in self.echoed(heading, self.columns.words(heading))]
            self.proposal.ask(("media",), (), Reason.of("draft_media"), value=[ASK, *sorted(media)])

    def _say_totals(self) -> None:
        """A word for all areas together is taken for that where it is their sum wherever all of them are there."""
        area, value = next(iter(self.headed("area")), ""), next(iter(self.headed("value")), "")
        keys = [heading for name in ("period", "indicator") for heading in self.headed(name)]
        for place in [place for place in self.proposal.lines if place[0] == "areas" and self.proposal.value(*place) == ASK]:
            if area and value and TOTAL.search(place[1]):
                right, of = self._sums(place[1], area, value, keys)
                if of and right == of:
                    self.proposal.put(place, COMBINED, Reason.of("draft_adds_up", right=right, of=of))
                elif of:
                    self.proposal.ask(place, [COMBINED], Reason.of("draft_adds_up", right=right, of=of), Reason.of("draft_or_unused", name="area"))

    def _sums(self, total: str, area: str, value: str, keys: list[str]) -> tuple[int, int]:
        """How often a total is the sum of the plan's areas, of how many times all have a figure, or it is no more than those that have."""
        right = of = 0
        for _, rows in self.frame.groupby(keys, sort=False) if keys else [("", self.frame)]:
            figures = {word: self.number(cell) for word, cell in zip(rows[area], rows[value], strict=True)}
            own = {word: id_ for word in figures if (id_ := self.agreement.area_id(word)) in self.agreement.areas}
            if figures.get(total) is not None and {*own.values()} == {*self.agreement.areas}:
                there = [figures[word] for word in own if figures[word] is not None]
                whole, added = len(there) == len(own), sum(there, Decimal(0))
                of += whole or figures[total] <= added
                right += whole and figures[total] == added
        return right, of

    # --- Statistics Denmark, and what was said before ---

    def _statbank(self) -> None:
        """A table as Statistics Denmark sends it: only its places and offences have to be named."""
        self.proposal.put(("columns",), {})
        columns = {name: heading for heading, name in statbank_columns(list(self.find.frame.columns)).items()}
        for word in self.columns.words(columns["area"]) if "area" in columns else ():
            if not (self.agreement.area_id(word) or self.agreement.area_id(re.sub("^[0-9]+ ", "", word))):
                self.proposal.ask(("areas", word), self._near(word), Reason.of("draft_or_unused", name="area"))
        if "indicator" in columns:
            for word in self.columns.words(columns["indicator"]):
                self._indicator(("values", "indicator", word), [word], word)
            return
        self._indicator(("constants", "indicator"), [])
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


def _year_of(word: str, form: str | None) -> str | None:
    day = parse_date(word, form if form and form != ASK else "")
    return str(day.year) if day else None
