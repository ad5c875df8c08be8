"""One plan folder opened: the register, what was delivered, the observations and the gaps.

`Plan.load` is the one object that notebooks and analysts hold. It reads the protected tables that `build`
wrote, and builds them first when the deliveries have changed since. In the examples `plan` is
`Plan.load("data/example")`, whose figures are made up.
"""

import html
from collections.abc import Iterable, Mapping
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd

from .judging import finished, lookup, seasons
from .judging.digits import in_floats, read_numbers
from .judging.observations import in_time, read_csv, read_observations
from .promises.agreement import COMBINED, DEFAULT, Agreement, find_folder, supposing
from .promises.asked import known_ids, unknown
from .promises.catalogue import FIRST
from .promises.comments import Comment, read_comments
from .promises.periods import period_year
from .promises.problems import PlanError, Problem
from .promises.received import opened_once
from .protecting.editions import VERDICTS, last_edition, new_figures
from .reading.account import NUMBERS, WRITTEN_OUT, Account
from .reading.deliveries import read_cells
from .reading.figures import TEXTS, TIDY
from .reading.inputs import PUBLIC, editions_folder, is_shared, processed_folder, read_note
from .reading.sources import Source
from .reading.suppliers import read_sources
from .running.checking import read_problems, read_publications, read_register
from .running.freshness import made_from_what, require_handed_over, up_to_date
from .running.handover import given
from .running.years import require_area, require_year, year_of

_PROMISED = ("gaps", "periods", "robustness")  # the judged tables that depend on what was promised
_HELD_AS = {"gaps": "exact_gaps", "periods": "exact_periods", "latest": "exact_latest", "months": "_months", "signals": "_signals", "seasons": "_seasons"}


class Plan:
    """One plan folder, protected unless asked otherwise, as known at the end of one year.

    `observations` and `gaps` are tables with the columns of the codebook, `observations` with the `year` beside the period; `files` lists what was delivered,
    `warnings` what is doubtful about it, `publications` where published figures were printed. Numbers are floating-point ones, to
    reckon and draw with; `exact_observations`, `exact_gaps` and `exact_latest` are the same rows in the digits they were delivered in.
    """

    def __init__(self, folder: Path, agreement: Agreement, observations: pd.DataFrame, year: int, internal: bool):
        self.folder, self.agreement, self.internal, self.year = folder, agreement, internal, year
        self.exact_observations, self.supposed = lookup.in_few_blocks(observations), False
        self._claimed: dict[str, pd.DataFrame] = {}
        self._whole: Plan | None = None  # what this is a part of, or supposes another promise of
        self._kept: set[str] = set()  # the indicators that a part holds; empty where it holds all

    @classmethod
    @opened_once()
    def load(cls, folder: str | Path = DEFAULT, year: int | None = None, internal: bool = False) -> "Plan":
        """Open a plan folder, building its tables first if the deliveries have changed.

        `year` is the year of the report; without it the latest one measured. Raises `PlanError` for a folder,
        register or delivery that cannot be used, and for a year that is not the plan's.

        >>> Plan.load("data/example", year=2018)
        <Plan example as known at the end of 2018, protected figures, example data, made up: ... observations, 36 promises>
        """
        if plan := given(folder, year, internal):
            return plan
        found = find_folder(folder)
        home = processed_folder(found)
        if is_shared(found):
            require_handed_over(found, internal)
        elif not up_to_date(home, found, internal):
            from .running.building import build  # judging and protecting take seconds to load

            build(found)
        agreement = read_register(found)
        observations = read_observations((home / "internal" if internal else home) / "observations.csv")
        return cls(found, agreement, observations, require_year(agreement, observations, year), internal)

    def complete(self) -> "Plan":
        """This plan with everything that its pages show, so that none of them reads or computes anything.

        >>> plan.complete() is plan
        True
        """
        for name, each in vars(type(self)).items():
            if isinstance(each, cached_property):
                getattr(self, name)
        return self

    def __getstate__(self) -> dict[str, Any]:
        """What is handed to another process, which may have other folders: this one's is but a name there."""
        return {name: value for name, value in vars(self).items() if name != "_sources"} | {"folder": self.folder.name}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state | {"folder": Path(state["folder"])})

    def require_area(self, area: str) -> str:
        """The area's id, if it is one of the plan's; raises `PlanError` naming the plan's areas otherwise.

        >>> plan.require_area("motalavje")
        Traceback (most recent call last):
        analysis.promises.problems.PlanError: agreement.toml: motalavje – is not an area of the plan; did you mean 'motalavej'?
        """
        return require_area(self.agreement, area)

    def __repr__(self) -> str:
        """One line: which plan, as known when, and whether its figures may be shared."""
        return f"<{self._headline}: {len(self.exact_observations)} observations, {len(self.agreement.criteria)} promises>"

    def _repr_html_(self) -> str:
        """What JupyterLab shows: the indicators and the areas with the ids that every call takes."""
        from .showing.elements import IN_NOTEBOOKS  # words and drawing are loaded by who wants to see something

        areas = "; ".join(f"{html.escape(area.name)} <code>{html.escape(id_)}</code>" for id_, area in self.agreement.areas.items())
        listed = self.indicators.astype({"first": "str", "last": "str"}).replace("<NA>", "–").to_html()
        return (
            f"{IN_NOTEBOOKS}<p><strong>{html.escape(self.agreement.name['en'])}</strong><br>{html.escape(self._headline)}</p><p>Areas: {areas}; all together "
            f"<code>{COMBINED}</code></p>{listed}<p>Tables: <code>observations</code>, <code>gaps</code>, <code>periods</code>, <code>latest</code>, "
            f"<code>indicators</code>, <code>promises</code>, <code>files</code>. Doubts: {len(self.warnings)} in <code>warnings</code>.</p>"
        )

    @property
    def _headline(self) -> str:
        kind = "true figures, internal: do not share" if self.internal else "protected figures"
        return f"Plan {self.folder.name} as known at the end of {self.year}, {kind}" + (", example data, made up" if self.agreement.example else "")

    @cached_property
    def indicators(self) -> pd.DataFrame:
        """What is measured, by id: name, unit, direction (which way is better), promised, and what there is of it up to the plan's year.

        `first` and `last` are the first and last year with a figure, `figures` how many there are, `suppressed` how many are hidden.

        >>> plan.indicators.loc[["safe_share"], ["unit", "direction", "first", "last"]]
                     unit direction  first  last
        id
        safe_share  share        up   2016  2021
        """
        rows = self._figures.assign(year=self._figures["period"].map(period_year))
        rows, listed = rows[~(rows["year"] > self.year)], []
        for id_, indicator in self.agreement.indicators.items():
            mine = rows[rows["indicator"] == id_]
            shown = mine[mine["value"].notna()]
            listed.append(
                {
                    "id": id_,
                    "name": indicator.name["en"],
                    "unit": indicator.unit,
                    "direction": indicator.direction,
                    "promised": id_ in self.agreement.promised,
                    "first": shown["year"].min(),
                    "last": shown["year"].max(),
                    "figures": len(shown),
                    "suppressed": int((mine["status"] == "suppressed").sum()),
                }
            )
        return pd.DataFrame(listed).astype({"first": "Int64", "last": "Int64"}).set_index("id")

    @cached_property
    def promises(self) -> pd.DataFrame:
        """What was promised, by criterion: the agreement's words, indicators, areas and rule of the chosen reading, first and last judged year.

        >>> plan.promises.loc[["T3"], ["rule", "first_year", "last_year"]]
                              rule  first_year  last_year
        criterion
        T3         change_per_year        2018       2021
        """
        listed = [
            {
                "criterion": id_,
                "quote": each.quote,
                "indicators": ", ".join(each.primary.indicators),
                "areas": ", ".join(each.primary.areas),
                "rule": each.primary.rule.kind,
                "first_year": each.primary.first_year,
                "last_year": each.primary.last_year,
                "readings": len(each.readings),
            }
            for id_, each in self.agreement.criteria.items()
        ]
        return pd.DataFrame(listed).set_index("criterion")

    @known_ids
    def what_if(
        self, indicator: str, areas: Iterable[str], rule: Mapping[str, Any], baseline_year: int | None = None, years: tuple[int, int] | None = None
    ) -> "Plan":
        """The same figures held against one supposed promise, `what_if`, instead of the agreement's; its `gaps` are then those of it.

        `rule` is written as in the register. The verdict is as honest as any other: met or not, certain or within chance,
        and `detectable`, the smallest change that would be called certain. Raises `PlanError` for a rule that is not whole.

        >>> rule = {"kind": "change_per_year", "change": -0.1, "from": "baseline", "path": "linear"}
        >>> supposed = plan.what_if("vandalism_reports", ["motalavej"], rule, baseline_year=2017)
        >>> supposed.gaps.loc[supposed.gaps["year"] == 2021, ["value", "target", "verdict", "certainty"]].values.tolist()
        [[52.0, 36.6, 'not_met', 'cannot_tell']]
        """
        plan = self._part(self.exact_observations)
        plan.agreement, plan.supposed = supposing(self.agreement, indicator, areas, rule, years, baseline_year), True
        return plan

    @known_ids
    def about(self, indicator: str) -> "Plan":
        """This plan with the figures of one indicator alone, and of what it is counted per: the same numbers, found sooner by who draws them often.

        >>> alone = plan.about("safe_share")
        >>> len(alone.observations) < len(plan.observations), alone.yearly("safe_share", ["motalavej"]).equals(plan.yearly("safe_share", ["motalavej"]))
        (True, True)
        """
        known = self.agreement.indicators[indicator]
        kept = {indicator, known.exposure, known.population}
        plan = self._part(self.exact_observations[self.exact_observations["indicator"].isin(kept)])
        plan._kept = kept
        return plan

    def _part(self, observations: pd.DataFrame) -> "Plan":
        """A plan of the same folder with these observations, which takes from this one what is judged already."""
        plan = Plan(self.folder, self.agreement, observations, self.year, self.internal)
        plan._whole, plan.files, plan.publications = self, self.files, self.publications
        return plan

    @property
    def _compared(self) -> pd.DataFrame:
        """The latest values of the whole plan, whose changes share a budget for chance with whatever is supposed."""
        return self._whole._compared if self._whole else self.exact_latest

    @cached_property
    def observations(self) -> pd.DataFrame:
        """What was measured, a row each indicator, area and period; with the `year` in which the period ends. See the codebook's `observations.csv`.

        Ids are categories in the register's order, and periods sort and compare in time: 2018 before its first quarter before 2019.

        >>> since = plan.observations.query("indicator == 'safe_share' and area == 'motalavej' and year >= 2019")
        >>> since[["period", "year", "value"]].values.tolist()
        [['2019', 2019, 0.712], ['2021', 2021, 0.795]]
        """
        return in_time(self._figures, self.agreement)

    @cached_property
    def _figures(self) -> pd.DataFrame:
        """The observations in floating-point numbers, periods and ids as texts."""
        return lookup.in_few_blocks(in_floats(self.exact_observations))

    @cached_property
    def gaps(self) -> pd.DataFrame:
        """The gap table as known at the end of the plan's `year`; see `targets.judge`.

        >>> now = plan.gaps.query("criterion == 'T3' and reading == 'primary' and year == 2018")
        >>> now[["value", "target", "gap", "verdict", "certainty"]].values.tolist()
        [[104.0, 104.55, 0.55, 'met', 'cannot_tell']]
        """
        return lookup.in_few_blocks(in_floats(self.exact_gaps))

    @cached_property
    def exact_gaps(self) -> pd.DataFrame:
        """The rows of `gaps` in exact digits: what is told of them in sentences and key figures; see `judging.digits`.

        >>> plan.exact_gaps.query("criterion == 'T3' and reading == 'primary' and year == 2018")[["value", "target", "gap"]].values.tolist()
        [[Decimal('104.0'), Decimal('104.55'), Decimal('0.55')]]
        """
        return self._judged("gaps")

    @cached_property
    def latest(self) -> pd.DataFrame:
        """The latest value of every indicator and area up to the plan's `year`; see `latest.latest`.

        >>> latest = plan.latest.set_index(["indicator", "area"]).loc[("safe_share", "motalavej")]
        >>> latest["period"], float(latest["value"]), latest["previous_period"], round(float(latest["change_p"]), 3)
        ('2021', 0.795, '2019', 0.058)
        """
        return in_floats(self.exact_latest)

    @cached_property
    def exact_latest(self) -> pd.DataFrame:
        """The rows of `latest` in exact digits.

        >>> rows = plan.exact_latest.set_index(["indicator", "area"])
        >>> rows.loc[("safe_share", "motalavej"), "value"]
        Decimal('0.795')
        """
        return self._judged("latest")

    @cached_property
    def periods(self) -> pd.DataFrame:
        """The years of each promise together: trend, period against path and others, steadiness, progress; see `together.compared`.

        >>> years = plan.periods.query("criterion == 'T3'")
        >>> years[["from_year", "to_year", "total", "path_total", "claim"]].round(1).values.tolist()  # 405 reports, where the path has 333 together
        [[2017, 2021, 405.0, 333.2, 'cannot_tell']]
        """
        return in_floats(self.exact_periods)

    @cached_property
    def exact_periods(self) -> pd.DataFrame:
        """The rows of `periods` in exact digits.

        >>> plan.exact_periods.query("criterion == 'T3'")[["total", "path_total"]].values.tolist()
        [[Decimal('405.0'), Decimal('333.16164375')]]
        """
        return self._judged("periods")

    @cached_property
    def per_thousand(self) -> pd.DataFrame:
        """Counts per 1,000 homes, where homes are known; see `latest.per_thousand`.

        >>> rates = plan.per_thousand.set_index(["indicator", "area", "period"])
        >>> float(rates.loc[("vandalism_reports", "motalavej", "2021"), "rate"])  # 52 reports, 400 homes
        130.0
        """
        return self._judged("per_thousand")

    @cached_property
    def rates(self) -> pd.DataFrame:
        """Counts per 1,000 inhabitants of the areas, the municipality and the country, up to the plan's `year`; see `comparison.rates`.

        >>> plan.rates.query("indicator == 'vandalism_reports' and area == 'combined' and year == 2021")[["value", "exposure", "rate"]].round(1).values.tolist()
        [[128.0, 4900.0, 26.1]]
        """
        return self._judged("rates")

    @cached_property
    def standings(self) -> pd.DataFrame:
        """Survey shares ranked among the areas of their kind, up to the plan's `year`; see `comparison.standings`.

        >>> plan.standings.query("indicator == 'safe_share' and area == 'motalavej' and year == 2021")[["rank", "rank_low", "rank_high", "of"]].values.tolist()
        [[3.0, 1.0, 8.0, 10.0]]
        """
        return self._judged("standings")

    @cached_property
    def funnels(self) -> pd.DataFrame:
        """Survey shares against what chance gives around the average, up to the plan's `year`; see `comparison.funnels`.

        >>> plan.funnels.query("indicator == 'safe_share' and area == 'motalavej' and year == 2021")[["value", "answers", "zone"]].values.tolist()
        [[0.795, 240.0, 'above']]
        """
        return self._judged("funnels")

    @cached_property
    def contrasts(self) -> pd.DataFrame:
        """The areas together against the rest of the municipality and the country; see `comparison.contrasts`.

        >>> plan.contrasts.query("indicator == 'vandalism_reports' and year == 2021")[["area", "rest_rate"]].round(1).values.tolist()
        [['slagelse_municipality', 7.0], ['denmark', 5.5]]
        """
        return self._judged("contrasts")

    @cached_property
    def robustness(self) -> pd.DataFrame:
        """Which claims of a year, and of the years together, stand under other readings and other dispersions; see `robustness.robustness`.

        >>> plan.robustness.query("criterion == 'T3' and area == 'combined'")[["span", "claim", "at_upper_limit", "stands"]].values.tolist()
        [['year', 'cannot_tell', 'cannot_tell', False], ['years', 'cannot_tell', 'cannot_tell', True]]
        """
        return self._judged("robustness")

    @cached_property
    def printed_decimals(self) -> dict[tuple[str, str, str], int]:
        """With how many decimals each figure was delivered, by indicator, area and period; without those of which that is not known.

        >>> plan.printed_decimals["safe_share", "motalavej", "2017"]
        3
        """
        rows = self.exact_observations.loc[self.exact_observations["decimals"].notna(), ["indicator", "area", "period", "decimals"]]
        return {(indicator, area, period): int(decimals) for indicator, area, period, decimals in rows.itertuples(index=False, name=None)}

    @known_ids
    def yearly(self, indicator: str, areas: Iterable[str]) -> pd.DataFrame:
        """The observations of whole years up to the plan's `year`, by year, with the year as a whole number beside the period.

        A year is a calendar or an agreement year, as the indicator has it. Hidden and missing years keep their row.

        >>> plan.yearly("safe_share", ["motalavej"])[["year", "value", "denominator"]].values.tolist()[:2]
        [[2016.0, 0.591, 186.0], [2017.0, 0.524, 158.0]]
        """
        rows = lookup.rows(self._whole_years, indicator=indicator)
        return rows[rows["area"].isin(list(areas))].sort_values("year")

    @cached_property
    def _whole_years(self) -> pd.DataFrame:
        """The figures of whole years up to the plan's, with the year as a whole number."""
        years = {(id_, self.agreement.period(id_, year)): year for id_ in self.agreement.indicators for year in range(1990, self.year + 1)}
        found = [years.get(key) for key in zip(self._figures["indicator"], self._figures["period"], strict=True)]
        return lookup.in_few_blocks(self._figures.assign(year=found).dropna(subset="year").astype({"year": int}))

    @known_ids
    def months(self, indicator: str, area: str) -> pd.DataFrame:
        """The observations of the months of one series up to the plan's `year`; of its quarters or half-years where no month has a figure.

        Hidden and missing months keep their row. Empty where nothing came but whole years.

        >>> plan.months("vandalism_reports", "combined")[["period", "value", "status"]].values.tolist()[:2]
        [['2017-01', 12.0, 'measured'], ['2017-02', 9.0, 'measured']]
        """
        return finished.parts_of_years(self._figures, indicator, area, self.year)

    @known_ids
    def season(self, indicator: str, area: str) -> seasons.Season | None:
        """Whether this series' calendar months differ; None where that cannot be told: too few of them, or no count of events.

        >>> plan.season("move_out_rate", "combined")
        High in months 6, 7, 8, low in months 1, 2, 11, 12, in at least 5 of 5 years (p = 4.3e-09)
        >>> plan.season("move_out_rate", "combined").high
        (6, 7, 8)
        """
        for row in self._of_series("seasons", indicator, area).to_dict("records"):
            high, low = (tuple(int(part) for part in row[side].split(";") if part) for side in ("high", "low"))
            return seasons.Season(row["p"], row["years"], row["parts"], high, low, row["recurs"])
        return None

    @known_ids
    def run_chart(self, indicator: str, area: str) -> pd.DataFrame:
        """The months of one series with centre, limits and signals; see `months.run_chart`. Each declared break starts a stretch.

        >>> plan.run_chart("vandalism_reports", "combined").query("period == '2021-07'")[["value", "centre", "upper", "signal"]].round(1).values.tolist()
        [[24.0, 8.0, 20.0, 'outlier']]
        """
        return self._of_series("months", indicator, area)

    @known_ids
    def signals(self, indicator: str, area: str) -> pd.DataFrame:
        """What a series' months signal, one line a finding; see `months.signals`.

        >>> plan.signals("vandalism_reports", "combined")[["kind", "first", "last"]].values.tolist()
        [['outlier', '2021-07', '2021-07'], ['shift', '2021-01', '2021-12']]
        """
        return self._of_series("signals", indicator, area)

    @cached_property
    def charted_months(self) -> pd.DataFrame:
        """Every number that run charts of this plan are drawn from or told with: indicator, area, and the columns of `months`.

        >>> sorted(plan.charted_months["indicator"].unique())[:2]
        ['arson_fires', 'arson_reports']
        """
        tables = [self._months, self._signals, self._seasons[["indicator", "area", "p"]]]
        return pd.concat([pd.DataFrame(columns=dict.fromkeys([*finished.MONTHS, *finished.SIGNALS, "p"])), *filter(len, tables)], ignore_index=True)

    @cached_property
    def _months(self) -> pd.DataFrame:
        return self._judged("months")

    @cached_property
    def _signals(self) -> pd.DataFrame:
        return self._judged("signals")

    @cached_property
    def _seasons(self) -> pd.DataFrame:
        return self._judged("seasons")

    def _of_series(self, name: str, indicator: str, area: str) -> pd.DataFrame:
        """The rows of one series in a table of months, without the columns that name it."""
        table = getattr(self, f"_{name}")
        return table[(table["indicator"] == indicator) & (table["area"] == area)].drop(columns=["indicator", "area"]).reset_index(drop=True)

    @property
    def processed(self) -> Path:
        """Where this plan's tables stand.

        >>> plan.processed.name
        'example'
        """
        return processed_folder(self.folder)

    @property
    def _home(self) -> Path:
        """Where the tables stand that this plan may show."""
        return self.processed / "internal" if self.internal else self.processed

    @cached_property
    def _built_for_year(self) -> bool:
        """Whether the tables that `build` wrote are those of this plan's year."""
        return made_from_what(self.processed).get("year") == self.year

    def _judged(self, name: str) -> pd.DataFrame:
        """One of `finished.TABLES`: as `build` wrote it, else judged now, of another year or a supposed promise."""
        asked_anew = self.supposed and name in _PROMISED
        if self._whole and not asked_anew:
            table = getattr(self._whole, _HELD_AS.get(name, name))
            return table[table["indicator"].isin(self._kept)] if self._kept else table
        if not asked_anew and self._built_for_year:
            return lookup.in_few_blocks(finished.read(self._home / f"{name}.csv"))
        if name not in finished.CLAIMED:
            return dict(finished.judged(self.agreement, self.exact_observations, self.year, [name]))[name]
        newest = self._compared if self._whole else None
        self._claimed = self._claimed or finished.claimed(finished.compared(self.agreement, self.exact_observations, self.year, newest=newest))
        return self._claimed[name]

    @cached_property
    def files(self) -> pd.DataFrame:
        """One line per delivered file, sheet and table: where it is from, its rows and what became of them (empty where that would tell), sha256.

        >>> plan.files.loc[plan.files["source"] == "housing", ["sheet", "rows", "headings", "used", "set_aside"]].values.tolist()[1]
        ['Boliger', 31, 1, 28, 0]
        """
        table = read_csv(self._home / "deliveries.csv")
        return table.assign(**{name: pd.to_numeric(table[name]).astype("Int64") for name in ("table", "delivery", *NUMBERS)})

    @cached_property
    def sheets(self) -> pd.DataFrame:
        """Every delivered sheet by its rows and what each of their cells is read as; see the codebook's `sheets.csv`.

        >>> plan.sheets.loc[plan.sheets["source"] == "housing", ["role", "first", "last", "cells"]].values.tolist()[4:6]
        [['heading', 3, 3, 'hhh'], ['used', 4, 31, 'apv']]
        """
        table = read_csv(self._home / "sheets.csv")
        return table.assign(**{name: pd.to_numeric(table[name]).astype("Int64") for name in ("first", "last", "rows")})

    @known_ids
    def sheet_map(self, source: str = "", lang: str = FIRST) -> Any:
        """A picture of each sheet that a supplier delivered, of one source or of all: what every cell is read as. Of a plan opened `internal` with its texts.

        >>> plan.sheet_map("housing", "en")
        <sheets: A Area P Period or day I Indicator V Value, used ...>
        """
        from .showing.sheet_maps import sheet_maps  # words and drawing are loaded by who wants to see something

        return sheet_maps(self, lang, source, self._texts(source) if self.internal else None)

    def _texts(self, source: str) -> dict[tuple[str, str], dict[int, list[str]]]:
        """The first rows of each sheet as delivered, by file and sheet: read again and kept nowhere, and not of a file in which a CPR number may stand."""
        found: dict[tuple[str, str], dict[int, list[str]]] = {}
        for each in self._sources:
            for file in each.files if source in ("", each.name) else ():
                account = Account()
                problems: list[Problem] = []
                for _ in read_cells(file.path, each, self.folder, problems, account=account):
                    pass
                for name, sheet in account.items() if not any(problem.code.startswith("cpr") for problem in problems) else ():
                    found.setdefault((file.path.relative_to(self.folder).as_posix(), name), {}).update(islice(sheet.kept.items(), WRITTEN_OUT))
        return found

    @cached_property
    def undelivered(self) -> list[Problem]:
        """The sources whose register says that they must deliver the plan's `year`, and of which nothing of that year is there.

        >>> plan.undelivered  # nothing is required of the example's suppliers
        []
        """
        years = self._figures["period"].map(year_of)
        there = set(self._figures.loc[years == str(self.year), "source"].str.split(r":|; ").explode())
        return [
            Problem("delivery_required", f"{name}/source.toml", detail={"year": self.year})
            for name in dict.fromkeys(source.name for source in self._sources if str(self.year) in source.required)
            if name not in there
        ]

    @cached_property
    def warnings(self) -> pd.DataFrame:
        """What is doubtful about figures that are used or kept, a row each: where it stands, in how many rows (`times`), what stands there, and what of it.

        >>> Plan.load("data/raw").warnings[["file", "times", "code"]].values.tolist()[0]
        ['area_profiles/area_profile_published.csv', 1, 'suspect']
        """
        rows = [(each.file, each.entry, each.sheet, each.row, each.column, each.times, each.found, each.text("en"), each.code) for each in self.problems]
        names = ["file", "entry", "sheet", "row", "column", "times", "found", "text", "code"]
        return pd.DataFrame(rows, columns=names).astype({"row": "Int64", "times": "int64"})

    @cached_property
    def problems(self) -> list[Problem]:
        """The rows of `warnings` as problems, which say themselves in any language; a page shows them by `audit.problems`.

        >>> [problem.line("en") for problem in plan.problems]
        []
        """
        return read_problems(self._home / "warnings.csv")

    @cached_property
    def revised(self) -> pd.DataFrame:
        """Figures that a later delivery revised; see the codebook's `revised.csv`. Hidden ones come without values.

        >>> plan.revised[["indicator", "area", "period", "before", "after"]].values.tolist()[0]
        ['vandalism_reports', 'motalavej', '2018', Decimal('44'), Decimal('50')]
        """
        table = read_csv(self._home / "revised.csv")
        places = {name: pd.to_numeric(table[name]).astype(float) for name in ("delivery", "row")}
        return table.assign(**places, before=read_numbers(table["before"]), after=read_numbers(table["after"]))

    @cached_property
    def changed(self) -> pd.DataFrame:
        """Figures that are not what the last edition with them said; see the codebook's `changed.csv`. Hidden ones come without values.

        >>> len(plan.changed)  # the example has no edition yet
        0
        """
        table = read_csv(self._home / "changed.csv")
        return table.assign(before=read_numbers(table["before"]), after=read_numbers(table["after"]))

    @cached_property
    def comments(self) -> list[Comment]:
        """What the coordinators say about promises up to the plan's year, oldest first.

        >>> plan.comments[0].criterion, plan.comments[0].year, plan.comments[0].text["en"]
        ('T1c', 2019, 'The police survey got a new supplier in 2019.')
        """
        return [comment for comment in read_comments(self.folder / "notes.toml", self.agreement)[0] if comment.year <= self.year]

    @cached_property
    def last_edition(self) -> str:
        """The last edition about the plan's year or an earlier one, such as `2018-1`; empty before the first.

        >>> plan.last_edition
        ''
        """
        return last_edition(editions_folder(self.folder), self.year)

    @cached_property
    def new_figures(self) -> pd.DataFrame:
        """Observations that the last edition neither showed nor hid; none before the first edition.

        >>> len(plan.new_figures)
        0
        """
        if not self.last_edition:
            return self._figures.iloc[:0]
        return new_figures(editions_folder(self.folder), self.last_edition, self._figures)

    @cached_property
    def turned(self) -> pd.DataFrame:
        """Verdicts that are not what the last edition said of the same year, and what turned each; see `causes.causes`.

        >>> len(plan.turned)
        0
        """
        return self._causes[0]

    @cached_property
    def reread(self) -> list[str]:
        """The promises that are read otherwise than in the last edition, although it showed figures of theirs.

        >>> plan.reread
        []
        """
        return self._causes[1]

    @cached_property
    def _causes(self) -> tuple[pd.DataFrame, list[str]]:
        if not self.last_edition:
            return pd.DataFrame(columns=[*VERDICTS, "verdict_before", "certainty_before", "causes", "known"]), []
        from .protecting.causes import causes  # judging takes a second to load, and is asked only beside an edition

        return causes(editions_folder(self.folder), self.last_edition, self.agreement, self.exact_observations, self.gaps)

    @property
    def verdicts(self) -> pd.DataFrame:
        """Every year's verdict under the chosen reading: what an edition keeps of the gap table.

        >>> plan.verdicts.query("criterion == 'T1a' and area == 'motalavej' and year == 2017")[["verdict", "certainty"]].values.tolist()
        [['not_met', 'certain']]
        """
        gaps = self.gaps[(self.gaps["reading"] == "primary") & self.gaps["role"].eq("judged")]
        return gaps[VERDICTS]

    @cached_property
    def hidden(self) -> pd.DataFrame:
        """How many figures are hidden, by indicator; never which, nor which of them are small.

        >>> plan.hidden.query("indicator == 'vandalism_reports'")["figures"].tolist()
        [2]
        """
        table = read_csv(self.processed / "hidden.csv")
        return table.assign(figures=table["figures"].astype(int))

    @cached_property
    def publications(self) -> pd.DataFrame:
        """Where published figures were printed, by source id: title, publisher, year, url.

        >>> Plan.load("data/raw").publications.columns.tolist()
        ['title', 'publisher', 'year', 'url']
        """
        path = self.folder / "sources.csv"
        return read_publications(path) if path.is_file() else pd.DataFrame(columns=["title", "publisher", "year", "url"])

    def table(self, source: str) -> pd.DataFrame:
        """The tidy table of one source folder, such as `safety_survey`; raises `PlanError` if there is none to show.

        >>> Plan.load("data/raw").table("safety_survey")[["area", "period", "value"]].head(1).values.tolist()
        [['aalborg_city', '2014', 0.87]]
        """
        for home in (self.processed, self.processed / "internal") if self.internal else (self.processed,):
            if (path := home / f"{source}.csv").is_file() and source in set(self.files["source"]):
                table = read_csv(path).reindex(columns=TIDY)
                numbers = [name for name in TIDY if name not in (*TEXTS, "file", "area", "period", "indicator")]
                return table.assign(**{name: pd.to_numeric(table[name]) for name in numbers})
        listed = list(dict.fromkeys(self.files["source"]))
        if source in listed:
            raise PlanError([Problem("not_public", source)])
        raise unknown("no_such_source", source, [id_ for id_ in listed if self.internal or (self.processed / f"{id_}.csv").is_file()])

    def documents(self) -> dict[str, pd.DataFrame]:
        """Tables that suppliers sent to explain their figures, such as the survey's method by year, by file name.

        The letter behind a `[[correction]]` is among them only where the plan is opened `internal`: it names the figure, which may be hidden.

        >>> list(Plan.load("data/raw").documents())
        ['safety_survey/survey_method_by_year.csv']
        """
        return self._documents

    @cached_property
    def _documents(self) -> dict[str, pd.DataFrame]:
        if is_shared(self.folder):
            return {name: pd.DataFrame(**said) for name, said in read_note(self.processed / "documents.json").items()}
        found = {}
        for source in self._sources:
            letters = [] if self.internal or source.contract in PUBLIC else [source.folder / each.document for each in source.correction]
            for path in (each for each in source.documents if each not in letters):
                problems: list[Problem] = []
                pieces = [cells.frame for cells in read_cells(path, source.model_copy(update={"columns": {}}), self.folder, problems)]
                refused = any(problem.code.startswith("cpr") for problem in problems)
                found[path.relative_to(self.folder).as_posix()] = pd.concat(pieces) if pieces and not refused else pd.DataFrame()
        return found

    @cached_property
    def _sources(self) -> list[Source]:
        return [] if is_shared(self.folder) else read_sources(self.folder)[0]
