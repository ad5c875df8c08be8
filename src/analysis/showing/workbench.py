"""The analyst's workbench: choose what to see, see it at once with its targets, and try other targets.

Widgets for `notebooks/explore.ipynb`. Nothing that goes wrong ends in a traceback: it is said
in one line where the chart would be, and what was there before stays.
"""

from __future__ import annotations

import itertools
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets
import pandas as pd

from ..promises.agreement import COMBINED, DEFAULT, find_folder
from ..promises.catalogue import FIRST, say
from ..promises.problems import PlanError
from ..promises.rules import AboveBaseline
from ..reading.folders import owner_only
from ..reading.inputs import find_notebooks
from . import charts, elements, exports, promise_words, run_charts, tables
from .elements import escape
from .pictures import Chart

if TYPE_CHECKING:
    from ..plan import Plan

ASKED = {"folder": "TRYGHED_EXPLORE_FOLDER", "lang": "TRYGHED_EXPLORE_LANG"}  # how the command tells the notebook what was asked for
KINDS = ("own", "change", "at_most", "at_least", "above_baseline", "above_reference")  # of targets to try
SAVED = "explore"  # below reports/, and not in git
_PROBLEMS = 8  # of a plan folder that cannot be read, so many are shown
_LABELS = {"description_width": "8.5rem"}
_STYLE = """<style>.workbench .widget-html-content { line-height: 1.45; }
.workbench .mark { background: #7a1f12; color: #fff; font-weight: 700; padding: .3rem .7rem; margin: .2rem 0; }
.workbench .problem, .workbench .nothing { border-left: 4px solid #a3221b; padding: .2rem .7rem; }
.workbench figure { margin: .5rem 0; max-width: 56rem; }
.workbench .id { font-weight: 700; }
.workbench .chart { background: #fff; } .workbench .chart svg { width: 100%; height: auto; }
.workbench table { border-collapse: collapse; } .workbench caption { text-align: left; font-weight: 700; padding: .3rem 0; }
.workbench th, .workbench td { text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid #b9c0c7; font-weight: 400; }
.workbench thead th { font-weight: 700; } .workbench small { display: block; font-weight: 400; opacity: .85; }
.workbench .verdict { font-weight: 700; }</style>"""


class Workbench(widgets.VBox):
    """Everything to explore one plan folder with; shows itself in JupyterLab.

    `open_plan` opens a plan folder, as `Plan.load` does; `plan` is the plan opened, `shown` the plan drawn from: the same, or the one with the supposed target.
    """

    def __init__(self, open_plan: Callable[..., Plan], folder: str | Path = DEFAULT, lang: str = FIRST, internal: bool = False):
        self.lang, self.plan, self.shown, self.charts, self._still = lang, None, None, [], False
        self._open_plan = open_plan
        self.message, self.picture, self.verdicts = (widgets.HTML() for _ in range(3))
        self._make_choices(str(folder), internal)
        self._make_buttons()
        target = widgets.VBox([self.target, self.rate, self.path, self.value, self.other, self.baseline])
        chosen = widgets.VBox([widgets.HBox([self.folder, self.internal, self.reload]), self.indicator, widgets.HBox([self.step, self.years])])
        super().__init__(
            [widgets.HTML(_STYLE), chosen, widgets.HBox([self.areas, self.references]), target, self.message, self.picture, self.verdicts, self.buttons]
        )
        self.add_class("workbench")
        self._open()

    @classmethod
    def begin(cls, open_plan: Callable[..., Plan], folder: str, lang: str, internal: bool) -> Workbench:
        """The workbench as `tryghed explore` was asked for, else as the notebook's parameters say."""
        return cls(open_plan, os.environ.get(ASKED["folder"], folder), os.environ.get(ASKED["lang"], lang), internal)

    # --- what can be chosen --------------------------------------------------------------------------

    def _make_choices(self, folder: str, internal: bool) -> None:
        drop, many = self._named(widgets.Dropdown), self._named(widgets.SelectMultiple)
        self.folder = self._named(widgets.Combobox)("folder", value=folder, options=_plan_folders(), continuous_update=False)
        self.internal = widgets.Checkbox(value=internal, description=self._say("internal"), indent=False)
        self.reload = widgets.Button(description=self._say("reload"))
        self.step = drop("step", options=[(self._say(step), step) for step in ("by_year", "by_month")])
        self.indicator, self.areas, self.references = drop("indicator"), many("areas", rows=6), many("references", rows=6)
        self.years = self._named(widgets.IntRangeSlider)("years", min=1990, max=2200, value=(1990, 2200), continuous_update=False)
        self.target = drop("target", options=[(self._say(kind), kind) for kind in KINDS])
        number = self._named(widgets.BoundedFloatText)
        self.rate = number("rate", value=-10, min=-100, max=100, step=1)
        self.path = drop("path", options=[(self._say(path), path) for path in ("compound", "linear", "previous")])
        self.value, self.other = number("value", value=0, min=0, max=1e9, step=1), drop("references")
        self.baseline = drop("baseline")
        for widget in (self.folder, self.internal):
            widget.observe(self._open, "value")
        self.reload.on_click(self._open)
        self.indicator.observe(self._fill, "value")
        for widget in (self.areas, self.references, self.years, self.step, self.target, self.rate, self.path, self.value, self.other, self.baseline):
            widget.observe(self._show, "value")

    def _make_buttons(self) -> None:
        said = {f"chart_{kind}": self._say("save_chart", kind=kind.upper()) for kind in ("svg", "png")}
        said |= {"figures": self._say("save_figures"), "gaps": self._say("save_gaps")}
        self.save = {key: widgets.Button(description=text, layout=widgets.Layout(width="auto")) for key, text in said.items()}
        for key, button in self.save.items():
            button.on_click(lambda _, what=key: self._save(what))
        self.buttons = widgets.HBox(list(self.save.values()))

    def _named(self, kind: type) -> Callable[..., Any]:
        """A widget of this kind, made with the key of its label."""
        return lambda key, **options: kind(description=self._say(key), style=_LABELS, layout=widgets.Layout(width="32rem"), **options)

    def _say(self, key: str, **detail: Any) -> str:
        return say(f"bench_{key}", self.lang, **detail)

    # --- opening, filling, showing -------------------------------------------------------------------

    def _open(self, _: object = None) -> None:
        """Open the plan folder named; one that cannot be used leaves what was open as it is."""
        with self._errors_shown(self._say("still") if self.plan else ""):
            self.message.value = f"<p>{escape(self._say('loading', folder=self.folder.value))}</p>"
            self.plan = self._open_plan(self.folder.value, internal=self.internal.value)
            with self._quiet():
                before, known = self.indicator.value, self.plan.agreement.indicators
                there = set(self.plan.observations["indicator"])
                self.indicator.options = [(indicator.name[self.lang], id_) for id_, indicator in known.items() if id_ in there]
                self.indicator.value = before if before in there else next((id_ for _, id_ in self.indicator.options), None)
            self._fill()

    def _fill(self, _: object = None) -> None:
        """Offer what there is of the chosen indicator: places, years, baselines; keep what was chosen where it still fits."""
        if self._still:
            return
        with self._errors_shown(), self._quiet():
            rows, agreement = self.plan.yearly(self.indicator.value, {*self.plan.observations["area"]}), self.plan.agreement
            there = set(rows["area"])
            own = [id_ for id_ in (*agreement.areas, COMBINED) if id_ in there]
            places = [(place.name, id_) for id_, place in agreement.references.items() if id_ in there]
            _refill(self.areas, [(elements.area_name(self.plan, id_, self.lang), id_) for id_ in own], own[:1])
            _refill(self.references, places, ())
            _refill(self.other, places, places[0][1] if places else None)
            span = min([*rows["year"], agreement.start.year]), max([*rows["year"], agreement.end.year])
            self._span(*span)
            measured = sorted({*rows.loc[rows["value"].notna() & rows["area"].isin(own), "year"]})
            start = next((year for year in measured if year >= agreement.start.year), measured[0] if measured else None)
            _refill(self.baseline, [(str(year), year) for year in measured], start)
            self._usual_target(rows[rows["area"].isin(self.areas.value)]["value"].dropna())
        self._show()

    def _span(self, first: int, last: int) -> None:
        """The years that can be chosen; those chosen stay where they were narrowed and still fit."""
        low, high = self.years.value
        narrowed = (low, high) != (self.years.min, self.years.max) and first <= low and high <= last
        self.years.min, self.years.max = min(first, self.years.min), max(last, self.years.max)
        self.years.value = (low, high) if narrowed else (first, last)
        self.years.min, self.years.max = first, last

    def _usual_target(self, measured: pd.Series) -> None:
        """To begin with: the way the indicator should go, and what was measured last."""
        indicator = self.plan.agreement.indicators[self.indicator.value]
        percent = indicator.unit in ("share", "rate")
        self.value.description = self._say("percent" if percent else "value")
        self.value.value = round(float(measured.iloc[-1]) * (100 if percent else 1), 1) if len(measured) else 0
        self.rate.value = abs(self.rate.value) * (1 if indicator.direction == "up" else -1)
        below = {kind: kind.replace("above", "below") for kind in KINDS} if AboveBaseline().low(indicator) else {}
        _refill(self.target, [(self._say(below.get(kind, kind)), kind) for kind in KINDS], "own")

    def _show(self, _: object = None) -> None:
        """Draw what is chosen: the chart and its figures, its verdicts; what cannot be drawn leaves the reason alone, and nothing older."""
        if self._still or self.plan is None or self.indicator.value is None:
            return
        drawn: list[elements.Shown] = []
        verdicts, self.charts = "", []
        with self._errors_shown():
            self._show_fields()
            if reason := self._lacking():
                self._tell([self._say(reason)])
            else:
                self.shown = self._supposed()
                drawn = self._drawn()
                verdicts = tables.year_by_year(self.shown, self.lang, self.indicator.value, self.areas.value)
                self.charts = [each for each in drawn if isinstance(each, Chart)]
                self.message.value = self._marked()
        self.picture.value, self.verdicts.value = "".join(map(str, drawn)), str(verdicts)

    def _lacking(self) -> str:
        """The key of what must be chosen first; empty where all is there."""
        kind = self.target.value
        if not self.areas.value:
            return "choose_area"
        if kind == "above_reference" and self.other.value is None:
            return "no_reference"
        return "no_baseline" if kind in ("change", "above_baseline") and self.baseline.value is None else ""

    def _drawn(self) -> list[elements.Shown]:
        """The chart of the years chosen, or a run chart an area."""
        indicator, areas = self.indicator.value, list(self.areas.value)
        if self.step.value == "by_month":
            return [run_charts.run_chart(self.shown, self.lang, indicator, area) or self._no_months(area) for area in areas]
        return [charts.lines(self.shown, self.lang, indicator, areas, list(self.references.value), tuple(self.years.value))]

    def _no_months(self, area: str) -> elements.Shown:
        name, what = elements.area_name(self.plan, area, self.lang), self.plan.agreement.indicators[self.indicator.value].name[self.lang]
        return elements.paragraph("no-months", [self._say("no_months", what=what, area=name)], kind="nothing")

    def _supposed(self) -> Plan:
        """The plan with the target to try in place of its promises, or the plan itself."""
        kind, unit = self.target.value, self.plan.agreement.indicators[self.indicator.value].unit
        value = Decimal(str(self.value.value)) / (100 if unit in ("share", "rate") else 1)
        change, counted = Decimal(str(self.rate.value)) / 100, self.path.value
        rule = {
            "own": {},
            "change": {"change": change, "from": "previous_actual"} if counted == "previous" else {"change": change, "from": "baseline", "path": counted},
            "at_most": {"value": value, "per": "year"},
            "at_least": {"value": value, "per": "year"},
            "above_baseline": {},
            "above_reference": {"reference": self.other.value, "year": "same"},
        }[kind]
        if kind == "own":
            return self.plan
        since = self.baseline.value if kind in ("change", "above_baseline") else None
        named = {"kind": "change_per_year" if kind == "change" else kind, **rule}
        return self.plan.what_if(self.indicator.value, self.areas.value, named, since)

    def _show_fields(self) -> None:
        """Show only the fields that the kind of target chosen has."""
        kind = self.target.value
        used = {
            self.rate: kind == "change",
            self.path: kind == "change",
            self.baseline: kind in ("change", "above_baseline"),
            self.value: kind in ("at_most", "at_least"),
            self.other: kind == "above_reference",
        }
        for widget, there in used.items():
            widget.layout.display = "" if there else "none"

    def _marks(self) -> list[str]:
        """What must be known about all that is shown or saved: internal, made up, or held against a supposed target."""
        marks = [say(mark, self.lang) for mark, on in (("internal", self.plan.internal), ("example", self.plan.agreement.example)) if on]
        if self.shown.supposed:
            marks.append(self._say("what_if", rule=promise_words.formula(self.shown, self.lang, self.shown.agreement.criteria["what_if"].primary)))
        return marks

    def _marked(self) -> str:
        return "".join(f'<p class="mark">{escape(mark)}</p>' for mark in self._marks())

    # --- saving --------------------------------------------------------------------------------------

    def _save(self, what: str) -> None:
        with self._errors_shown():
            if not self.picture.value:
                return self._tell([self._say("no_chart")])
            kind = what.removeprefix("chart_")
            if what == kind:
                paths = [self._write(self._table(what), f"-{what}.csv")]
            else:
                paths = [self._write(chart.picture(kind), f".{kind}") for chart in self.charts]
            if not paths:
                return self._tell([self._say("no_chart")])
            self.message.value = self._marked() + "".join(f"<p>{escape(self._say('saved', file=path))}</p>" for path in paths)

    def _table(self, what: str) -> bytes:
        """The figures behind the chart, or the targets and gaps, as Excel set to Danish opens them."""
        chosen = [*self.areas.value, *self.references.value]
        if what == "figures" and self.step.value == "by_month":
            table = pd.concat([self.shown.months(self.indicator.value, area) for area in self.areas.value])
        else:
            table = self.shown.gaps if what == "gaps" else self.shown.yearly(self.indicator.value, chosen)
            table = table[(table["indicator"] == self.indicator.value) & table["area"].isin(chosen)]
            table = table[table["year"].isna() | table["year"].between(*self.years.value)]
        in_words = exports.gaps_in_words if what == "gaps" else exports.observations_in_words
        return exports.danish_csv(in_words(self.shown, table, self.lang), "table_gaps" if what == "gaps" else "table_observations", self.lang, self._marks())

    def _write(self, content: bytes, ending: str) -> Path:
        """Write a file of its own name below `reports/explore/`; nothing there is ever written over."""
        project = find_notebooks().parent
        home = project / "reports" / SAVED
        places = self.areas.value if len(self.areas.value) < 3 else [f"{len(self.areas.value)}-areas"]
        marks = [mark for mark, on in (("what-if", self.shown.supposed), ("INTERN", self.plan.internal)) if on]
        when = ["months"] if self.step.value == "by_month" else [*map(str, self.years.value)]
        name = "-".join([self.indicator.value, *places, *when, *marks])
        home.mkdir(parents=True, exist_ok=True)
        for number in itertools.count(1):
            path = home / f"{name}{f'-{number}' if number > 1 else ''}{ending}"
            with suppress(FileExistsError), path.open("xb") as file:
                try:
                    if self.plan.internal:
                        owner_only(path)
                    file.write(content)
                except OSError:
                    path.unlink()
                    raise
                return path.relative_to(project)
        raise AssertionError("there is always a next number")

    # --- what goes wrong -----------------------------------------------------------------------------

    @contextmanager
    def _errors_shown(self, after: str = "") -> Iterator[None]:
        """Whatever goes wrong inside is said in the workbench, never as a traceback; `after` says what is shown all the same."""
        try:
            yield
        except PlanError as error:
            errors = [problem for problem in error.problems if problem.level == "error"]
            lines = [problem.line(self.lang) for problem in errors[:_PROBLEMS]]
            more = [self._say("refused", n=len(errors) - _PROBLEMS, folder=self.folder.value)] if len(errors) > _PROBLEMS else []
            self._tell([*lines, *more, after])
        except OSError as error:
            self._tell([self._say("failed", reason=f"{error.filename or ''}: {error.strerror or error}"), after])
        except Exception as error:
            logging.getLogger(__name__).debug("the workbench", exc_info=True)
            self._tell([self._say("failed", reason=f"{type(error).__name__}: {error}"), after])

    def _tell(self, lines: list[str]) -> None:
        body = "".join(f"<p>{escape(line)}</p>" for line in lines if line)
        marks = self._marked() if self.picture.value else ""  # what is still shown keeps its marks
        self.message.value = f'{marks}<div class="problem" role="alert">{body}</div>'

    @contextmanager
    def _quiet(self) -> Iterator[None]:
        """Change several widgets without drawing after each."""
        before, self._still = self._still, True
        try:
            yield
        finally:
            self._still = before


def _refill(widget: Any, options: list[tuple[str, Any]], usual: Any) -> None:
    """New options, with what was chosen still chosen where it is among them, else what is usual."""
    several, before, known = isinstance(widget, widgets.SelectMultiple), widget.value, [value for _, value in options]
    widget.options = options
    if several:
        widget.value = tuple(value for value in before if value in known) or tuple(usual)
    else:
        widget.value = before if before in known else usual


def _plan_folders() -> list[str]:
    """The plan folders of the project: those below `data/` that hold a register."""
    try:
        home = find_folder("data")
    except PlanError:
        return []
    return [f"data/{path.parent.name}" for path in sorted(home.glob("*/agreement.toml"))]
