"""The sheet a chart is drawn on, measured in points: lines, bars and words, and where a word finds room.

It has no axes, legends or layout of its own: what those cost was most of a page, and every place on it is known before it is drawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from matplotlib.transforms import Affine2D

COLOURS = {
    "ink": "#1a1d21",
    "value": "#1d4f7c",
    "target": "#a84300",
    "reference": "#5b6570",
    "other": "#8a949d",
    "met": "#1c6b3c",
    "not_met": "#a3221b",
    "quiet": "#6b7680",
    "hidden": "#6b7680",
    "grid": "#dfe3e7",
}
WIDTH = 420  # points; a telephone shows them at four fifths, and nothing need be scrolled
SIZE = 11.5  # of letters: 9 pixels where the sheet is 335 wide
LINE = 13.5  # from one line of text to the next
_RISE = 0.36 * SIZE  # from a line's middle down to where its letters stand
_NARROW = frozenset("fijlrtI.,:;!'()|/ -–\u00a0")


class End(NamedTuple):
    """What a line is called, in one or more lines of text beside its last point."""

    x: float
    y: float
    lines: Sequence[str]
    colour: str
    bold: bool = False


def width(text: str, bold: bool = False) -> float:
    """About how many points a line of text takes, in letters as wide as Arial's.

    >>> sheets.width("illi") < sheets.width("mann")
    True
    """
    ems = sum(0.3 if letter in _NARROW else 0.56 if letter.isdigit() else 0.7 if letter.isupper() or letter in "mw%" else 0.54 for letter in text)
    return ems * SIZE * (1.07 if bold else 1)


class Point(NamedTuple):
    """A place on a sheet that says something to whoever points at it."""

    x: float
    y: float
    text: str


class Sheet:
    """A sheet of paper, so many points high, and the boxes (left, bottom, right, top) on it that no word may cover."""

    def __init__(self, height: float):
        self.figure, self.height = Figure(figsize=(WIDTH / 72, height / 72), dpi=72), height
        self._lift, self.taken = Affine2D(), np.empty((0, 4))
        self.points: list[Point] = []  # what a reader of the page can point at; no part of the picture
        self._points = self._lift + Affine2D().scale(1 / 72) + self.figure.dpi_scale_trans

    def add(self, artist: Artist) -> None:
        """Put something on the sheet, in points from its lower left corner."""
        artist.set_transform(self._points)
        self.figure.add_artist(artist)

    @property
    def top(self) -> float:
        """The sheet's upper edge, in points from where the drawing begins."""
        return self.height - float(self._lift.get_matrix()[1, 2])

    def extend(self, above: float, below: float) -> None:
        """More paper above and below what is drawn."""
        self._lift.translate(0, below)
        self.height += above + below
        self.figure.set_size_inches(WIDTH / 72, self.height / 72)

    def take(self, boxes: Iterable[Sequence[float]]) -> None:
        """Keep these boxes free of words."""
        self.taken = np.vstack([self.taken, *(np.reshape(box, (1, 4)) for box in boxes)])

    def line(self, x: Sequence[float], y: Sequence[float], colour: str, halo: float = 0, **style: Any) -> None:
        """A line through these points, broken where one is missing, or marks at them; with a white edge so wide where it crosses others."""
        x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
        if halo:
            wider = {key: style[key] + halo for key in ("linewidth", "markersize", "markeredgewidth") if key in style}
            self.add(Line2D(x, y, color="white", **style | wider))
        self.add(Line2D(x, y, color=colour, **style))
        reach = style.get("markersize", 0) / 2 if style.get("marker") not in (None, "None", "_") else 1
        self.take([(a - reach, b - reach, a + reach, b + reach) for a, b in zip(x, y, strict=True) if not np.isnan(a + b)])
        if style.get("linestyle") != "none":
            self.take(_along(x, y))

    def bars(self, boxes: Iterable[Sequence[float]], **style: Any) -> None:
        """Filled or hatched boxes."""
        for left, bottom, right, top in boxes:
            self.add(Rectangle((left, bottom), right - left, top - bottom, **style))

    def write(self, x: float, y: float, text: str, colour: str = COLOURS["ink"], *, ha: str = "left", bold: bool = False, rotation: float = 0) -> None:
        """One line of text, its letters' middle at this height."""
        style = {"fontsize": SIZE, "color": colour, "ha": ha, "fontweight": "bold" if bold else "normal", "parse_math": False}
        if rotation:
            self.add(Text(x, y, text, va="center", rotation=rotation, **style))
        else:
            self.add(Text(x, y - _RISE, text, va="baseline", **style))

    def number(self, text: str, spots: Sequence[tuple[float, float]], colour: str = COLOURS["ink"], *, bold: bool = False, always: bool = False) -> bool:
        """A short text around the first of these middles where it covers nothing; where there is none not at all, or `always` where it covers least.

        Whether it was written.
        """
        wide = width(text, bold) + 2
        boxes = np.array([(x - wide / 2, y - LINE / 2, x + wide / 2, y + LINE / 2) for x, y in spots])
        covered = self._covered(boxes)
        written = always or bool(covered.min() < 1)
        if written:
            best = int(np.argmax(covered < 1)) if covered.min() < 1 else int(covered.argmin())
            self.take([boxes[best]])
            self.write(*spots[best], text, colour, ha="center", bold=bold)
        return written

    def stack(self, ends: Sequence[End]) -> None:
        """The names of lines that reach the edge, in the order of their ends and as near to these as there is room.

        A thin line leads to a name that had to stand aside.
        """
        ends = sorted(ends, key=lambda end: end.y)
        left = max((end.x for end in ends), default=0) + 8
        tall = np.array([len(end.lines) * LINE + 2 for end in ends])
        below = np.cumsum(tall) - tall / 2  # of each name's middle, were they stacked from zero
        heights = _never_falling(np.array([end.y for end in ends]) - below) + below
        for end, y in zip(ends, np.clip(heights, below, self.height - tall.sum() + below), strict=True):
            self._name(end, left, float(y), left - 2)

    def name(self, ends: Sequence[End], left: float, bottom: float, right: float) -> None:
        """Each name beside its point, as near as it covers nothing between these edges; a thin line leads to one that had to stand aside."""
        for end in ends:
            wide, tall = max(width(line, end.bold) for line in end.lines), len(end.lines) * LINE
            steps = [0.0, *(sign * step for step in np.arange(2, self.height, 2) for sign in (1, -1))]
            spots = [(end.x + 8, end.y + step, abs(step)) for step in steps]
            spots += [(end.x - wide / 2, end.y + step, 20 + abs(step)) for step in steps if abs(step) >= tall / 2 + 5]
            spots += [(end.x - wide - 8, end.y + step, 30 + abs(step)) for step in steps]
            x, y, far = (np.array(each) for each in zip(*spots, strict=True))
            boxes = np.column_stack([x, y - tall / 2, x + wide, y + tall / 2])
            outside = (boxes[:, 0] < left) | (boxes[:, 2] > right) | (boxes[:, 1] < bottom) | (boxes[:, 3] > self.height)
            best = int((far + 20 * self._covered(boxes) + 1e6 * outside).argmin())
            self.take([boxes[best]])
            self._name(end, float(x[best]), float(y[best]), float(x[best] - 1 if x[best] > end.x else 0))

    def _name(self, end: End, x: float, y: float, lead: float) -> None:
        """A name's lines of text about this height, and a thin line to them (`lead` is where it ends) where they stand aside."""
        if lead and abs(y - end.y) > LINE / 2:
            self.add(Line2D([end.x + 3, lead], [end.y, y], color=end.colour, linewidth=0.8))
        for row, text in enumerate(end.lines):
            self.write(x, y + len(end.lines) * LINE / 2 - (row + 0.5) * LINE, text, end.colour, bold=end.bold)

    def _covered(self, boxes: np.ndarray) -> np.ndarray:
        """How many square points of what is taken each box covers."""
        taken = self.taken
        across = np.minimum(boxes[:, None, 2], taken[None, :, 2]) - np.maximum(boxes[:, None, 0], taken[None, :, 0])
        along = np.minimum(boxes[:, None, 3], taken[None, :, 3]) - np.maximum(boxes[:, None, 1], taken[None, :, 1])
        return (across.clip(0) * along.clip(0)).sum(axis=1)


def _along(x: np.ndarray, y: np.ndarray) -> list[tuple[float, float, float, float]]:
    """Small boxes along a line, so that a word beside a slope is not kept out of all the room above and below it."""
    boxes = []
    for one in range(len(x) - 1):
        if not np.isnan(x[one : one + 2] + y[one : one + 2]).any():
            number = int(max(abs(x[one + 1] - x[one]), abs(y[one + 1] - y[one])) / 4) + 2
            boxes += [(a - 1, b - 1, a + 1, b + 1) for a, b in zip(np.linspace(*x[one : one + 2], number), np.linspace(*y[one : one + 2], number), strict=True)]
    return boxes


def _never_falling(values: np.ndarray) -> np.ndarray:
    """The row nearest to this one (least squares) that never falls: neighbours that would fall share their mean.

    As scipy's `isotonic_regression`, which is a second of loading for each page.

    >>> sheets._never_falling([1.0, 3.0, 2.0, 4.0]).tolist()
    [1.0, 2.5, 2.5, 4.0]
    """
    steps: list[tuple[float, int]] = []
    for value in values:
        step = (float(value), 1)
        while steps and steps[-1][0] > step[0]:
            before, size = steps.pop()
            step = ((before * size + step[0] * step[1]) / (size + step[1]), size + step[1])
        steps.append(step)
    return np.repeat([mean for mean, _ in steps], [size for _, size in steps])
