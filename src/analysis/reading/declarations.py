"""What a source.toml declares and no file of its source has: a word, mark, heading, row, sheet or file, perhaps misspelt.

A declaration that matches nothing changes no figure and looks as if it did. Workbooks made from a template declare
all words there are, so nothing is reported about them.
"""

import json
from collections.abc import Iterable, Iterator, Mapping

from ..promises.problems import Problem, closest
from .contracts import CONTRACTS, has_footnotes, without_footnote
from .deliveries import Cells
from .numbers import taken_apart
from .sources import Source

_LISTED = 10  # words that are named in one problem
_CANNOT_BE_MEANT = ("ignored_rows", "constants_by_file", "constants_by_sheet", "where")  # without what they name, figures are read that should not be

_MET_AS = {"ignored_rows": "row", "ignored_sheets": "sheet", "constants_by_sheet": "sheet", "ignored_ranges": "range"}  # what the files as such have
_MET_AS |= {name: name for name in ("where", "leave", "fill_down", "hidden", "repeated_rows")}


class Declarations:
    """The declarations of one source, crossed out as its files are read."""

    def __init__(self, source: Source):
        self.source, self.toml = source, f"{source.name}/source.toml"
        self.headings: set[str] = set()  # that the files have
        self.met: set[tuple[str, str]] = set()  # ("sheet", name), ("row", pattern), and so on
        waiting: dict[str, Iterable[str]] = {"areas": source.areas, "missing": source.missing, "status": source.status}
        waiting |= {f"{table}.{name}": words for table in ("values", "unused") for name, words in getattr(source, table).items()}
        waiting |= {"ignored_columns": source.ignored_columns, "rows": source.rows, "estimates": source.estimates}
        waiting |= {"footnotes": source.footnotes, "signed": source.signed}
        waiting["values.indicator"] = waiting.get("values.indicator", {}).keys() - source.rows.keys()
        self.waiting = {place: set(words) for place, words in waiting.items() if words}
        self.written = {*self.waiting} | {self._written(place, word) for place, words in self._declared().items() for word in words}
        self._seen_in_entries()

    def _declared(self) -> dict[str, set[str]]:
        """Every word that is declared, by the place where it is."""
        others = ("constants_by_file", *_MET_AS)
        return self.waiting | {place: self._named(place) for place in others}

    def _named(self, place: str) -> set[str]:
        """What a declaration of the layout names: sheets, rows, `heading.word`; `each` row only says what is done anyway."""
        named = getattr(self.source, place)
        if place in ("where", "leave"):
            return {f"{heading}.{word}" for heading, words in named.items() for word in words}
        return {*filter(None, [named])} - {"each"} if isinstance(named, str) else {*named}

    def _seen_in_entries(self) -> None:
        """The supplier's words may stand in [[absent]], [[confirmed]], [[doubt]] and [[correction]] alone."""
        corrections = [each.words for each in self.source.correction]
        for word in (word for each in self.source.correction for word in (each.was, each.now) if word):
            self._cross_out("missing", {word})
        for entry in (*self.source.absent, *self.source.confirmed, *self.source.doubt, *corrections):
            for name, word in ((name, str(word)) for name, word in entry.items() if name != "reason"):
                self._cross_out(f"values.{name}", {word})
                self._cross_out("areas" if name == "area" else "", {word, self.source.values.get("area", {}).get(word, word)})

    def _cross_out(self, place: str, words: set[str]) -> None:
        if place in self.waiting:
            self.waiting[place] -= words

    def see(self, cells: Cells, source: Source, constants: Mapping[str, str]) -> None:
        """Cross out what stands in a piece of a table, also in rows set aside. `source` knows the columns, `constants` are the file's."""
        self._cross_out("ignored_columns", set(cells.frame.columns))
        self.headings |= set(cells.frame.columns)
        numbers = self._columns("missing", source)
        if self.waiting.get("values.unit") or "estimates" in self.waiting:
            written = [taken_apart(word, source.estimates) for name in numbers for word in self._words(name, cells, source, constants)]
            self._cross_out("values.unit", {each.unit for each in written})
            self._cross_out("estimates", {each.about for each in written})
        if self.waiting.get("footnotes"):
            written = {
                text for heading, name in source.meanings.items() if heading in cells.frame and has_footnotes(name, source) for text in cells.frame[heading]
            }
            self._cross_out("footnotes", {without_footnote(text, source)[1] for text in written})
        self._cross_out("signed", {heading for heading in source.signed if heading in cells.frame and cells.frame[heading].str.contains("[-−]").any()})
        for place, words in self.waiting.items():
            for name in self._columns(place, source) if words else ():
                self._cross_out(place, self._words(name, cells, source, constants))

    def _columns(self, place: str, source: Source) -> tuple[str, ...]:
        """The columns in which the words of a declaration may stand."""
        kinds = CONTRACTS[source.contract].kinds
        numbers = (*(name for name, kind in kinds.items() if kind in ("number", "whole")), "bounds", "with_base")
        usual = {"areas": ("area",), "status": ("provenance",), "missing": numbers, "ignored_columns": (), "rows": ("indicator",)}
        usual |= {"estimates": (), "footnotes": (), "signed": ()}
        name = place.partition(".")[2]
        return usual.get(place) or ((name, "tone") if name == "indicator" and "tone" in kinds else (name,) if name else ())

    def _words(self, name: str, cells: Cells, source: Source, constants: Mapping[str, str]) -> set[str]:
        """What stands in a column: the supplier's words, ours for them, and the parts of a StatBank text."""
        each_spelled = lambda heading, cells: map(source.spelling(heading, source.words_of(name)), cells.frame[heading].unique())  # noqa: E731
        block = {constant for each in source.blocks if (constant := each.constants.get(name))}
        words = {word for heading in source.headings(name) if heading in cells.frame for word in each_spelled(heading, cells)} | block
        words |= {constants[name]} if name in constants else set()
        words |= {without_footnote(word, source)[0] for word in words} if has_footnotes(name, source) else set()
        words |= {source.values.get(name, {}).get(word, word) for word in words}
        return words | {part for word in words if source.contract == "statbank" for part in word.split(" ", 1)}

    def problems(self, whole: bool) -> list[Problem]:
        """A problem for each declaration that matches nothing. `whole` is false where not all could be read, so that words may stand unseen."""
        if not (self.source.folder / "source.toml").is_file():
            return []
        without = self._without_column()
        found = [Problem("no_column_for_words", self.toml, column=place, detail={"name": place.partition(".")[2]}) for place in without]
        names = {name for file in self.source.files for name in (file.path.name, file.path.relative_to(self.source.folder).as_posix())}
        left = {"constants_by_file": set(self.source.constants_by_file) - names}
        if whole:
            left |= {place: words for place, words in self.waiting.items() if place not in without}
            left |= {place: {word for word in self._named(place) if (kind, word) not in self.met} for place, kind in _MET_AS.items()}
        return found + [self._nowhere(place, word, names) for place, words in left.items() for word in sorted(words)]

    def _without_column(self) -> list[str]:
        """Tables of words for a column that is neither there nor constant."""
        source, contract = self.source, CONTRACTS[self.source.contract]
        if source.contract == "statbank" and not source.columns:
            return []
        given = {name for block in source.blocks for name in (*block.headings, *block.constants)} | {*source.constants, *contract.constants}
        given |= {column if isinstance(column, str) else column.get("is", "value") for column in source.columns.values()}
        given |= {name for by in (source.constants_by_file, source.constants_by_sheet) for constants in by.values() for name in constants}
        given |= {"unit"} | ({"indicator"} if "tone" in given else set())
        return [place for table in ("values", "unused") for name in getattr(source, table) if name not in given and (place := f"{table}.{name}")]

    def _nowhere(self, place: str, word: str, files: set[str]) -> Problem:
        level, written = "error" if place in _CANNOT_BE_MEANT else "warning", self._written(place, word)
        if place == "constants_by_file" and (near := closest(word, files)):
            return Problem("matches_no_file", self.toml, column=written, level=level, detail={"near": near})
        if place == "fill_down" and word in self.headings:
            return Problem("nothing_to_fill_down", self.toml, column=written, level=level)
        return Problem("matches_nothing", self.toml, column=written, level=level)

    @staticmethod
    def _written(place: str, word: str) -> str:
        """A declaration as a place, since what is found is not told of every delivery."""
        blank = '""'
        return f"{place}.{word or blank}"


def nowhere(tables: list[Declarations], whole: bool) -> list[list[Problem]]:
    """The declarations of one folder that match nothing in any of its tables, each a problem of the first table that has it."""
    found = [table.problems(whole) for table in tables]
    met = {written for table, problems in zip(tables, found, strict=True) for written in table.written - {problem.column for problem in problems}}
    seen: set[str] = set()
    kept = [[problem for problem in problems if problem.column not in met and not (problem.column in seen or seen.add(problem.column))] for problems in found]
    for problem in _taken_by_none(tables) if whole else ():
        kept[0].append(problem)
    return kept


def _taken_by_none(tables: list[Declarations]) -> Iterator[Problem]:
    """Rows that `where` keeps out of every table of the folder and `leave` does not leave on purpose: they would be in no figure."""
    met = {kind: {noted for table in tables for each, noted in table.met if each == kind} for kind in ("seen", "taken")}
    left: dict[str, dict[str, str]] = {}  # by heading the word to leave, and the words that stand in such a row
    for words in sorted((json.loads(noted)[1] for noted in met["seen"] - met["taken"]), key=str):
        if not any(word in table.source.leave.get(heading, ()) for table in tables for heading, word in words.items()):
            strange = [heading for heading, word in words.items() if not any(word in table.source.where.get(heading, ()) for table in tables)]
            heading = (strange or list(words))[0]
            named = {each: words[each] for each in strange[:1]} or words
            left.setdefault(heading, {})[words[heading]] = ", ".join(f'{each} = "{word}"' for each, word in named.items())
    for heading, rows in left.items():
        more = ", …" * (len(rows) > _LISTED)
        detail = {"rows": "; ".join([*rows.values()][:_LISTED]) + more, "words": ", ".join(f'"{word}"' for word in [*rows][:_LISTED]) + more}
        yield Problem("rows_of_no_table", tables[0].toml, column=f"where.{heading}", level="warning", detail=detail | {"heading": heading})
