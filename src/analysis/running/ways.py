"""Ways from a page to the same page elsewhere: in another language, of another year, on paper, and to its figures as a table."""

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from ..promises.catalogue import FIRST, LANGUAGES, say
from ..reading.folders import replace_file, unwritable
from ..showing.elements import escape
from .freshness import Made

_HERE = re.compile(r"<!-- ways -->.*?<!-- /ways -->", flags=re.S)  # where the page's frame leaves room for them


class Way(NamedTuple):
    """A link as it is read, its address, what a screen reader says instead, and the language of what it leads to (where not the page's)."""

    text: str
    address: str
    label: str = ""
    lang: str = ""

    def markup(self) -> str:
        """The link."""
        label = f' aria-label="{escape(self.label)}"' if self.label else ""
        spoken = f' lang="{self.lang}" hreflang="{self.lang}"' if self.lang else ""
        return f'<a href="{escape(self.address.replace(" ", "%20"))}"{label}{spoken}>{escape(self.text)}</a>'


def with_ways(page: str, ways: Sequence[Way], lang: str) -> str:
    """A finished page with these ways in place of those it had."""
    links = "".join(way.markup() for way in ways)
    listed = f'<nav class="ways" aria-label="{escape(say("ways", lang))}">{links}</nav>' if ways else ""
    return _HERE.sub(lambda _: f"<!-- ways -->{listed}<!-- /ways -->", page, count=1)


def published(reports: Path) -> list[tuple[str, str, Path]]:
    """Each year, language and folder in which pages are published, the latest first."""
    years = sorted((path.name for path in reports.iterdir() if re.fullmatch("[0-9]{4}", path.name) and path.is_dir()), reverse=True)
    homes = [(year, lang, folder_of(reports, int(year), lang)) for year in years for lang in LANGUAGES]
    return [(year, lang, home) for year, lang, home in homes if any(home.glob("*.html"))]


def folder_of(reports: Path, year: int, lang: str) -> Path:
    """Where a year's pages stand in a language."""
    return reports / str(year) / ("" if lang == FIRST else lang)


def connect(reports: Path) -> None:
    """Every published page leads to itself in the other languages and years that are published beside it, as they now are.

    A page that somebody has changed by hand stays as it is.
    """
    homes = {(year, lang): home for year, lang, home in published(reports)}
    for (year, lang), home in homes.items():
        made, changed = Made.read(home, reports), False
        for path in sorted(home.glob("*.html")):
            page = path.read_text(encoding="utf-8", errors="replace")
            new = with_ways(page, _ways(path, year, lang, homes, reports), lang)
            if new != page and made.untouched(path.name):
                _replace(path, new)
                made.renew(path.name)
                changed = True
        if changed:
            made.write(Path(made.plan))


def _ways(path: Path, year: str, lang: str, homes: dict[tuple[str, str], Path], reports: Path) -> list[Way]:
    """The ways from one published page."""
    there = {key: home / path.name for key, home in homes.items() if (home / path.name).is_file()}
    years = sorted(when for when, spoken in there if spoken == lang)
    at = years.index(year)
    beside = [(years[at - 1], "ways_before", "← {}")] if at else []
    beside += [(years[at + 1], "ways_after", "{} →")] if at + 1 < len(years) else []
    ways = [Way(say("language", other), _from(path, there[year, other]), lang=other) for when, other in there if when == year and other != lang]
    ways += [Way(arrow.format(when), _from(path, there[when, lang]), say(key, lang, year=when)) for when, key, arrow in beside]
    figures = path.parent / "key_figures.csv"
    ways += [Way(say("ways_figures", lang), figures.name)] if figures.is_file() else []
    return [*ways, Way(say("ways_all", lang), _from(path, reports / "index.html"))]


def _from(path: Path, there: Path) -> str:
    """The address of another file as written on a page."""
    return Path(os.path.relpath(there, path.parent)).as_posix()


def _replace(path: Path, text: str) -> None:
    try:
        replace_file(path, text)
    except OSError as error:
        raise unwritable(path, error) from None
