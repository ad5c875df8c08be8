"""Stories that a list says are told again: a row with `same_as` counts with the row it names, and once."""

import re
from collections.abc import Iterator
from functools import cached_property

import pandas as pd

from ..promises.problems import Problem
from .contracts import Columns
from .records import Place, same_ids
from .sources import Source

_NAMED = re.compile(r"(?:.*\s|#)?(\S+?)\.?")  # the last word of `samme historie som nr. 14`


class SameStories:
    """The numbers of a list's rows, and which row names which: `{"17": "14"}` where row 17 says `se nr. 14`."""

    def __init__(self, source: Source):
        self.source = source
        self.numbers: set[str] = set()  # also of rows that are set aside
        self.named: dict[str, tuple[str, Place]] = {}  # by the number of a row: what stands in its `same_as`, and where

    def add(self, columns: Columns) -> None:
        """Remember the numbers of one piece, and what its rows name."""
        if not columns.has("same_as"):
            return
        self.numbers |= set(same_ids(columns.text("story"), self.source))
        words, own = columns.words("same_as"), same_ids(columns.words("story"), self.source)
        for row, word in words[words != ""].items():
            self.named[own[row]] = word, Place(columns.file, columns.sheet, **columns.at(row, "same_as"))

    def _meant(self, word: str) -> str:
        """The number that a row names, as it stands or at the end of its words."""
        whole, last = same_ids(pd.Series([word, _NAMED.fullmatch(word)[1]]), self.source)
        return whole if whole in self.numbers else last

    def _told_before(self, number: str) -> Iterator[str]:
        """The rows that a row names, one after the other; a row that stands twice among them ends a loop."""
        seen = {number}
        while number in self.named:
            number = self._meant(self.named[number][0])
            yield number
            if number in seen:
                return
            seen.add(number)

    @cached_property
    def first(self) -> dict[str, str]:
        """By the number of a row that tells a story again, the row that tells it first."""
        return {number: [*self._told_before(number)][-1] for number in self.named}

    def problems(self) -> list[Problem]:
        """Rows that name a number which is not there, or in the end themselves."""
        found = []
        for number, (word, place) in self.named.items():
            meant = self._meant(word)
            code = "no_such_story" if meant not in self.numbers else "story_in_a_loop" if number in self._told_before(number) else ""
            if code:
                found.append(Problem(code, place.file, word, sheet=place.sheet, row=place.row, column=place.column))
        return found
