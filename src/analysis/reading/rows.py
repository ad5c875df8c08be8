"""What a supplier's layout says of the rows of a table: words filled down, rows of another table, rows that repeat, rows nobody sees.

A row that is set aside stays, with its reason, so that all rows are accounted for.
"""

import json
from collections.abc import Collection

import numpy as np
import pandas as pd

from ..promises.problems import Problem
from ..promises.reasons import Reason
from .sources import Source

Met = set[tuple[str, str]]  # declarations that something in the files matches


class Rows:
    """The rows of one sheet, as they come in pieces."""

    def __init__(self, source: Source, hidden: Collection[int], met: Met, place: str):
        self.source, self.hidden, self.met, self.place = source, hidden, met, place
        self._deciding = dict.fromkeys(heading for table in (source, *source.beside) for heading in table.where)
        self._above: dict[str, str] = {}  # the words that may be filled down
        self._last = 0  # the last line of the row before
        self._seen: set[int] = set()
        self._hashes = [np.empty(0, dtype=np.uint64)]  # of the rows of a list, with their numbers
        self._numbers = [np.empty(0, dtype=np.int64)]

    def treat(self, frame: pd.DataFrame, in_lines: bool) -> dict[int, Reason]:
        """Fill down in the frame itself; the rows set aside, by number. `in_lines`: a line break within a cell takes a row's number, as in a CSV."""
        aside = {number: Reason("aside_hidden") for number in frame.index if number in self.hidden} if self.hidden else {}
        aside |= self._fill_down(frame, in_lines, aside)
        if self._deciding:
            alone = (frame.iloc[:, 1:] == "").all(axis=1)  # a line of text is for others to judge
            rows, chosen = frame[~alone & ~frame.index.isin(list(aside))], self._chosen(frame)
            self._note_deciding("seen", rows)
            self._note_deciding("taken", rows[chosen.reindex(rows.index)])
            aside |= {number: Reason("aside_of_another_table") for number in frame.index[~chosen & ~alone] if number not in aside}
        self._remember(frame, aside)
        return aside | self._repeated(frame, aside)

    def problems(self, file: str, sheet: str) -> list[Problem]:
        """Rows of a list that are word for word like an earlier one, where neither an id nor source.toml says whether these are one case or two."""
        table = pd.DataFrame({"row": np.concatenate(self._numbers), "hash": np.concatenate(self._hashes)})
        again = table[table.duplicated("hash")]
        if again.empty:
            return []
        first = table.loc[table["hash"] == again.iloc[0]["hash"], "row"].iloc[0]
        where = {"sheet": sheet, "row": int(again.iloc[0]["row"]), "times": len(again)}
        return [Problem("rows_alike", file, **where, level="warning", detail={"first": int(first)})]

    def _remember(self, frame: pd.DataFrame, aside: Collection[int]) -> None:
        """Keep a hash of each row that may be one case told twice: of lists by day without ids."""
        names = {name for name in self.source.columns.values() if isinstance(name, str)}
        if self.source.contract not in ("incidents", "stories", "registrations") or self.source.repeated_rows or "date" not in names or names & _IDS:
            return
        rows = frame[~frame.index.isin(list(aside)) & (frame.iloc[:, 1:] != "").any(axis=1)]
        self._hashes.append(pd.util.hash_pandas_object(rows, index=False).to_numpy())
        self._numbers.append(rows.index.to_numpy(dtype=np.int64))

    def _fill_down(self, frame: pd.DataFrame, in_lines: bool, aside: Collection[int]) -> dict[int, Reason]:
        """Blank cells take the word above, until a blank row; in a row with nothing but figures they stay blank, since it may be a total.

        A row with nothing but such words is the heading of the rows below, once one of these has taken them.
        """
        names = [heading for heading in self.source.fill_down if heading in frame]
        keys = [heading for heading in frame if not self._is_figure(heading)]
        headings: dict[int, Reason] = {}
        alone: int | None = None  # the row with nothing but these words, if that is the last row with any
        for number, cells in zip(frame.index, frame.to_dict("records"), strict=True) if names else ():
            if number > self._last + 1:
                self._above, alone = {}, None
            self._last = number + (max(cell.count("\n") for cell in cells.values()) if in_lines else 0)
            if any(cells[name] for name in names):
                first = next(place for place, name in enumerate(names) if cells[name])
                self._above = {name: self._above.get(name, "") for name in names[:first]} | {name: cells[name] for name in names[first:]}
                alone = None if any(text for heading, text in cells.items() if heading not in names) else number
            text = not any([*cells.values()][1:])  # a line of text, or the heading of the rows below
            if number in aside or text or not any(cells[heading] for heading in keys):
                continue
            for name in [name for name in names if not cells[name] and self._above.get(name)]:
                frame.at[number, name] = self._above[name]
                self.met.add(("fill_down", name))
                headings |= {} if alone is None else {alone: Reason("aside_heading_of_rows")}
        return headings

    def _is_figure(self, heading: str) -> bool:
        """Whether figures stand in a column, or nothing that is read."""
        column = self.source.columns.get(heading, "value")
        return not isinstance(column, str) or column not in _TELLING

    def _chosen(self, frame: pd.DataFrame) -> pd.Series:
        """The rows in which all words stand that make them this table's."""
        chosen = pd.Series(True, index=frame.index)
        for heading, words in self.source.where.items():
            if heading in frame:
                texts = frame[heading].map(self.source.spelling(heading, words))
                self.met |= {("where", f"{heading}.{word}") for word in {*words} & {*texts}}
                chosen &= texts.isin(words)
        return chosen

    def _note_deciding(self, kind: str, rows: pd.DataFrame) -> None:
        """Note the words by which rows are chosen, together, so that rows which no table of the folder takes are seen."""
        headings = [heading for heading in self._deciding if heading in rows]
        spelled = {heading: self.source.spelling(heading, self._known(heading)) for heading in headings}
        for words in rows[headings].drop_duplicates().itertuples(index=False, name=None) if headings else ():
            told = {heading: spelled[heading](word) for heading, word in zip(headings, words, strict=True)}
            self.met.add((kind, json.dumps([self.place, told], sort_keys=True)))
            self.met |= {("leave", f"{heading}.{word}") for heading, word in told.items()}

    def _known(self, heading: str) -> tuple[str, ...]:
        """The words of a column that some table of the folder takes or leaves."""
        return tuple(word for table in (self.source, *self.source.beside) for words in (table.where, table.leave) for word in words.get(heading, ()))

    def _repeated(self, frame: pd.DataFrame, aside: Collection[int]) -> dict[int, Reason]:
        """The rows that are word for word like an earlier one, where these are to be read once."""
        if self.source.repeated_rows != "once":
            return {}
        repeated: dict[int, Reason] = {}
        for number, cells in zip(frame.index, frame.itertuples(index=False, name=None), strict=True):
            if number not in aside and any(cells[1:]):
                if (row := hash(cells)) in self._seen:
                    repeated[number] = Reason("aside_repeated_row")
                    self.met.add(("repeated_rows", "once"))
                self._seen.add(row)
        return repeated


_IDS = {"id", "person", "story", "same_as"}
_TELLING = ("area", "period", "indicator", "date", "until", "person", "id", "story", "medium", "tone", "headline", "source", "deliberate", "answer")
