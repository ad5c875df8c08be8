"""The analyst's workbench: choose what to see, see it at once with its targets, and try other targets; and the partners' one, of protected figures alone.

Widgets for `notebooks/explore.ipynb`. Nothing that goes wrong ends in a traceback: it is said
in one line where the chart would be, and what was there before stays.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..promises.agreement import COMBINED, DEFAULT
from ..promises.catalogue import FIRST, say
from ..promises.problems import PlanError
from ..promises.rules import AboveBaseline
from . import elements, keeping, promise_words
from .controls import KINDS, Controls, refill
from .elements import escape
from .pictures import Chart
from .view import View, own_figures, without_figures

if TYPE_CHECKING:
    from ..plan import Plan

ASKED = {"folder": "TRYGHED_EXPLORE_FOLDER", "lang": "TRYGHED_EXPLORE_LANG"}  # how the command tells the notebook what was asked for
_PROBLEMS = 8  # of a plan folder that cannot be read, so many are shown
_CHOSEN = ("indicator", "areas", "references", "first", "last", "step", "target", "rate", "path", "value", "other", "baseline")


class Workbench(Controls):
    """Everything to explore one plan folder with; shows itself in JupyterLab.

    `open_plan` opens a plan folder, as `Plan.load` does; `plan` is the plan opened, `shown` the plan drawn from: of one indicator, with its supposed target.
    For `partners` there is one folder, its protected figures, and no way to others.
    """

    def __init__(self, open_plan: Callable[..., Plan], folder: str | Path = DEFAULT, lang: str = FIRST, internal: bool = False, partners: bool = False):
        self.plan, self.shown, self.charts, self._open_plan, self._named_folder = None, None, [], open_plan, str(folder)
        super().__init__(lang, str(folder), internal, partners)
        self._open()

    @classmethod
    def begin(cls, open_plan: Callable[..., Plan], folder: str, lang: str, internal: bool) -> Workbench:
        """The workbench as `tryghed explore` was asked for, else as the notebook's parameters say."""
        return cls(open_plan, os.environ.get(ASKED["folder"], folder), os.environ.get(ASKED["lang"], lang), internal)

    @property
    def _folder(self) -> str:
        return self._named_folder if self.partners else self.folder.value

    # --- opening, filling, showing -------------------------------------------------------------------

    def _open(self, _: object = None) -> None:
        """Open the plan folder named; one that cannot be used leaves what was open as it is."""
        with self._errors_shown(self._say("still") if self.plan else ""):
            self.message.value = f"<p>{escape(self._say('loading', folder=self._folder))}</p>"
            self.plan = self._open_plan(self._folder, internal=not self.partners and self.internal.value)
            self._about = cache(self.plan.about)
            self._offer()

    def _offer(self) -> None:
        """What the plan has: its indicators, those without a figure of ours last and marked as such."""
        with self._quiet():
            known = self.plan.agreement.indicators
            own = {*self.plan.agreement.areas, COMBINED}
            rows = self.plan.observations
            there = set(rows.loc[rows["area"].isin(own) & (rows["value"].notna() | (rows["status"] == "suppressed")), "indicator"])
            named = {id_: indicator.name[self.lang] for id_, indicator in known.items()}
            listed = [(name, id_) for id_, name in named.items() if id_ in there]
            listed += [(self._say("without", what=name), id_) for id_, name in named.items() if id_ not in there]
            refill(self.indicator, listed, listed[0][1] if listed else None)
            title = f"<h1>{escape(self.plan.agreement.name[self.lang])}</h1><p>{escape(self._say('for_partners'))}</p>"
            self.title.value = title if self.partners else ""
        self._fill()

    def _speak(self, change: Any) -> None:
        """All of it in another language, with what was chosen still chosen."""
        chosen = {name: getattr(self, name).value for name in _CHOSEN}
        self._make(change["new"], "", False)
        with self._errors_shown(), self._quiet():
            self._offer()
            for name, value in chosen.items():
                getattr(self, name).value = value
                if name == "indicator":
                    self._refill()
        self._show()

    def _fill(self, _: object = None) -> None:
        """Offer what there is of the chosen indicator, and show it."""
        if self._still or self.plan is None or self.indicator.value is None:
            return
        with self._errors_shown():
            self._refill()
        self._show()

    def _refill(self) -> None:
        """Places, years and baselines of the chosen indicator; what was chosen stays where it still fits."""
        with self._quiet():
            plan = self._about(self.indicator.value)
            rows, agreement = plan.yearly(self.indicator.value, {*plan.observations["area"]}), plan.agreement
            with_figures = own_figures(plan, self.indicator.value)
            there, months = set(rows["area"]), plan.charted_months
            monthly = {*months.loc[months["indicator"] == self.indicator.value, "area"]} & {*agreement.areas, COMBINED}
            own = [id_ for id_ in (*agreement.areas, COMBINED) if id_ in there | monthly]
            places = [(place.name, id_) for id_, place in agreement.references.items() if id_ in set(rows.loc[rows["value"].notna(), "area"])]
            usual = [id_ for id_ in own if id_ in set(with_figures["area"])][:1] or own[:1]
            refill(self.areas, [(elements.area_name(plan, id_, self.lang), id_) for id_ in own], usual)
            refill(self.references, places, ())
            refill(self.other, places, places[0][1] if places else None)
            refill(self.step, [(self._say(step), step) for step in ("by_year", "by_month") if step == "by_year" or monthly], "by_year")
            self._years(range(min([*rows["year"], agreement.start.year]), max([*rows["year"], agreement.end.year]) + 1))
            measured = sorted({*with_figures.loc[with_figures["value"].notna(), "year"]})
            start = next((year for year in measured if year >= agreement.start.year), measured[0] if measured else None)
            refill(self.baseline, [(str(year), year) for year in measured], start)
            self._usual_target(rows[rows["area"].isin(self.areas.value)]["value"].dropna())

    def _years(self, years: range) -> None:
        """The years that can be chosen; those chosen stay where they were narrowed and still fit."""
        for widget, end in ((self.first, 0), (self.last, -1)):
            narrowed = bool(widget.options) and widget.value != widget.options[end][1]
            chosen = widget.value if narrowed and widget.value in years else years[end]
            widget.options = [(str(year), year) for year in years]
            widget.value = chosen

    def _usual_target(self, measured: pd.Series) -> None:
        """To begin with: the way the indicator should go, and what was measured last."""
        indicator = self.plan.agreement.indicators[self.indicator.value]
        percent = indicator.unit in ("share", "rate")
        self.value.description = self._say("percent" if percent else "value")
        self.value.value = round(float(measured.iloc[-1]) * (100 if percent else 1), 1) if len(measured) else 0
        self.rate.value = abs(self.rate.value) * (1 if indicator.direction == "up" else -1)
        below = {kind: kind.replace("above", "below") for kind in KINDS} if AboveBaseline().low(indicator) else {}
        refill(self.target, [(self._say(below.get(kind, kind)), kind) for kind in KINDS], "own")

    def _show(self, _: object = None) -> None:
        """Draw what is chosen: the chart and its figures, its verdicts; what cannot be drawn leaves the reason alone, and nothing older."""
        if self._still or self.plan is None or self.indicator.value is None:
            return
        drawn: list[elements.Shown] = []
        verdicts, code, self.charts = "", "", []
        with self._errors_shown():
            self._show_fields()
            if reason := self._lacking():
                self._tell([reason])
            else:
                view = self._view()
                self.shown = view.supposed(self._about(view.indicator))
                drawn = view.drawn(self.shown, self.lang)
                self.charts = [each for each in drawn if isinstance(each, Chart)]
                self.message.value = self._marked()
                self.picture.value = "".join(map(str, drawn))  # as soon as it is there
                verdicts, code = str(view.verdicts(self.shown, self.lang)), view.code(self._folder, self.lang, self.plan.internal)
        if not verdicts:
            self.picture.value, self.charts = "", []
        self.verdicts.value = verdicts
        self.code.value = f"<details><summary>{escape(self._say('code'))}</summary><pre>{escape(code)}</pre></details>" if code else ""
        for what, button in self.save.items():
            button.disabled = not (self.charts if what.startswith("chart_") else verdicts)
            button.tooltip = self._say("no_chart") if button.disabled else button.description

    def _lacking(self) -> str:
        """What must be there or be chosen first; empty where all is."""
        kind, monthly = self.target.value, self.step.value == "by_month"
        if not self.areas.options:
            return without_figures(self.plan, self.indicator.value, self.lang)
        if not self.areas.value:
            return self._say("choose_area")
        if monthly:
            return ""
        if self.first.value > self.last.value:
            return self._say("years_turned", first=self.first.value, last=self.last.value)
        if kind == "above_reference" and self.other.value is None:
            return self._say("no_reference")
        return self._say("no_baseline") if kind in ("change", "above_baseline") and self.baseline.value is None else ""

    def _view(self) -> View:
        """What is chosen."""
        monthly, kind = self.step.value == "by_month", self.target.value
        rule = None if monthly or kind == "own" else self._rule(kind)
        since = self.baseline.value if rule and kind in ("change", "above_baseline") else None
        years = self.first.value, self.last.value
        return View(self.indicator.value, self.areas.value, () if monthly else self.references.value, years, monthly, rule, since)

    def _rule(self, kind: str) -> dict[str, Any]:
        """The target to try, as the register writes it."""
        unit = self.plan.agreement.indicators[self.indicator.value].unit
        value = float(Decimal(str(self.value.value)) / (100 if unit in ("share", "rate") else 1))
        change, counted = float(Decimal(str(self.rate.value)) / 100), self.path.value
        fields: dict[str, dict[str, Any]] = {
            "change": {"change": change, "from": "previous_actual"} if counted == "previous" else {"change": change, "from": "baseline", "path": counted},
            "at_most": {"value": value, "per": "year"},
            "at_least": {"value": value, "per": "year"},
            "above_baseline": {},
            "above_reference": {"reference": self.other.value, "year": "same"},
        }
        return {"kind": "change_per_year" if kind == "change" else kind, **fields[kind]}

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
            kind = what.removeprefix("chart_")
            if what != kind:
                kept = [self._keep(chart.picture(kind), f".{kind}") for chart in self.charts]
            else:
                kept = [self._keep(self._view().csv(self.shown, what, self.lang, self._marks()), f"-{what}.csv")] if self.picture.value else []
            if not kept:
                return self._tell([self._say("no_chart")])
            self.message.value = self._marked() + "".join(f"<p>{line}</p>" for line in kept)

    def _keep(self, content: bytes, ending: str) -> str:
        """Write a file, or hand it to a partner's browser: in either case a line that says where it is."""
        marks = [mark for mark, on in (("what-if", self.shown.supposed), ("INTERN", self.plan.internal)) if on]
        name = "-".join([self._view().name, *marks])
        if self.partners:
            return keeping.download(content, name, ending, self._say("download", file=name + ending))
        return escape(self._say("saved", file=keeping.write(content, name, ending, self.plan.internal)))

    # --- what goes wrong -----------------------------------------------------------------------------

    @contextmanager
    def _errors_shown(self, after: str = "") -> Iterator[None]:
        """Whatever goes wrong inside is said in the workbench, never as a traceback; `after` says what is shown all the same."""
        try:
            yield
        except PlanError as error:
            errors = [problem for problem in error.problems if problem.level == "error"]
            lines = [problem.line(self.lang) for problem in errors[:_PROBLEMS]]
            more = [self._say("refused", n=len(errors) - _PROBLEMS, folder=self._folder)] if len(errors) > _PROBLEMS else []
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
