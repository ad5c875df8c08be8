"""What a plan knows already when a file comes: its register, how its suppliers' files are read, and the figures in them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from ...promises.agreement import Agreement, Indicator
from ...promises.periods import period_year
from ..contracts import statbank_columns
from ..intake import Delivery, read_deliveries
from ..sources import Source
from .finds import Find
from .vocabulary import folded

_PLAIN = set("antal stk sager personer i alt pr den ultimo primo kr dkk og af aar aaret year tabel table halvaar kvartal the of number total".split())  # noqa: SIM905
_NEAR = 2  # times as large, or as small, as the same area's figure of the nearest year


@dataclass(frozen=True)
class Precedents:
    """A plan folder as it stands: `sources` are the tables that its source.toml files describe, as far as these can be used."""

    folder: Path
    agreement: Agreement
    sources: tuple[Source, ...]
    publications: tuple[str, ...]

    def of_folder(self, home: Path) -> list[Source]:
        """The tables described in this supplier's folder."""
        return [source for source in self.sources if source.folder.resolve() == home.resolve()]

    def same_layout(self, find: Find, home: Path) -> Source | None:
        """The table of this supplier's folder that has exactly these headings."""
        there = {*find.frame.columns}
        fits = [source for source in self.of_folder(home) if {*source.columns} <= there <= {*_headings(source, there), *source.ignored_columns}]
        return fits[0] if len(fits) == 1 else None

    def name_of(self, heading: str) -> tuple[str, str]:
        """What every folder of the plan that has this heading calls it, and which folders these are; blank where they differ or none has it."""
        said = {source.name: column for source in self.sources if isinstance(column := source.columns.get(heading), str)}
        return (next(iter(said.values())), ", ".join(said)) if len({*said.values()}) == 1 else ("", "")

    # --- which indicator ---

    def indicator_called(self, text: str) -> str:
        """The one indicator whose id or name this is, or holds with nothing else than what the register says of it; empty where there is none.

        `Hærværk, udbedrede sager` is called `Udbedret hærværk`; `Udgift til udbedret hærværk` is not.
        """
        fits = [each.id for each in self.agreement.indicators.values() if folded(text) in {folded(each.id), *map(folded, each.name.values())}]
        fits = fits or [each.id for each in self.agreement.indicators.values() if any(_holds(text, name, each) for name in each.name.values())]
        return fits[0] if len(fits) == 1 else ""

    def ranked(self, texts: Iterable[str], around: Iterable[str], fitting: Iterable[Indicator], figures: pd.DataFrame | None = None) -> list[str]:
        """Ids of indicators, the likeliest first: meant by these texts in other folders, alike in words, not delivered yet, near earlier figures."""
        said, beside = list(texts), _parts(around)
        meant = {source.values.get("indicator", {}).get(text) for source in self.sources for text in said}

        def score(indicator: Indicator) -> tuple[float, ...]:
            own = _parts([indicator.id, *indicator.name.values()])
            there, near = self._held_against(indicator.id, figures) if figures is not None else (0, 0)
            return indicator.id in meant, _shared(own, _parts(said)), -there, near, _shared(own, beside)

        return [each.id for each in sorted(fitting, key=score, reverse=True)]

    def _held_against(self, indicator: str, figures: pd.DataFrame) -> tuple[float, float]:
        """Of figures (area, year, value) the share that was delivered already, and that lies near the same area's figure of the nearest year."""
        there = near = 0
        for area, year, value in figures.itertuples(index=False):
            known = self._figures.get((indicator, area), [])
            there += any(each == year and not published for each, _, published in known)
            if known and value:
                _, nearest, _ = min(known, key=lambda figure, year=year: abs(figure[0] - year))
                near += 1 / _NEAR <= (nearest or 1e-9) / value <= _NEAR
        return there / max(len(figures), 1), near / max(len(figures), 1)

    @cached_property
    def deliveries(self) -> list[Delivery]:
        """Every delivery of the plan, as it is read now."""
        return read_deliveries(self.sources, self.agreement, self.folder, self.publications)

    @cached_property
    def _figures(self) -> dict[tuple[str, str], list[tuple[int, float, bool]]]:
        """Year, value and whether it is published of every figure of a year, by indicator and area."""
        used = [
            delivery.used[["indicator", "area", "period", "value"]].dropna().assign(published=delivery.source.contract == "published")
            for delivery in self.deliveries
        ]
        table = pd.concat([frame for frame in used if len(frame)] or [pd.DataFrame(columns=["indicator", "area", "period", "value", "published"])])
        years = table[table["period"].astype(str).str.fullmatch(r"[0-9]{4}(/[0-9]{4})?")].reset_index(drop=True)
        found: dict[tuple[str, str], list[tuple[int, float, bool]]] = defaultdict(list)
        for figure in years.itertuples():
            found[figure.indicator, figure.area].append((period_year(figure.period), float(figure.value), bool(figure.published)))
        return dict(found)


def _headings(source: Source, there: Iterable[str]) -> Iterable[str]:
    """The headings that a table reads; of Statistics Denmark's those it knows."""
    return source.columns or (statbank_columns(list(there)) if source.contract == "statbank" else ())


def _holds(text: str, name: str, indicator: Indicator) -> bool:
    """Whether all words of a name are in a text, and else only words that say no other thing: of a unit, a day, or how the register explains it."""
    said, own = folded(text).split("_"), folded(name).split("_")
    several = len(own) > 1
    alike = lambda one, other: one == other or (several and len(one) > 5 and len(other) > 5 and one[:6] == other[:6])  # noqa: E731
    if not all(any(alike(word, each) for each in said) for word in own):
        return False
    explained = _parts([*indicator.meaning.values(), *indicator.delivery.values()])
    rest = [each for each in said if not any(alike(word, each) for word in own) and each not in _PLAIN and not each.isdigit()]
    return all(several and len(each) > 5 and any(each[:7] == word[:7] for word in explained) for each in rest)


def _parts(texts: Iterable[str]) -> set[str]:
    return {part for text in texts for part in folded(text).split("_") if len(part) > 3}


def _shared(own: set[str], others: set[str]) -> int:
    """How many words of the one are in the other, whatever their endings."""
    return sum(any(mine.startswith(part[:7]) or part.startswith(mine[:7]) for mine in own) for part in others)
