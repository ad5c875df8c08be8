"""What can be chosen in the workbench, in one language: its widgets and where they stand. They know no plan and draw nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import ipywidgets as widgets
from babel import Locale

from ..promises.agreement import find_folder
from ..promises.catalogue import LANGUAGES, locale, say
from ..promises.problems import PlanError
from .elements import escape

KINDS = ("own", "change", "at_most", "at_least", "above_baseline", "above_reference")  # of targets to try
SAVED = ("chart_svg", "chart_png", "figures", "gaps")
_FIELDS = {"rate": ["change"], "path": ["change"], "baseline": ["change", "above_baseline"], "value": ["at_most", "at_least"], "other": ["above_reference"]}
_LABELS = {"description_width": "8.5rem"}
_STYLE = """<style>.workbench .widget-html-content { line-height: 1.45; }
.workbench, .workbench .widget-box { max-width: 100%; overflow: visible; } .workbench .rows { display: flex; flex-flow: row wrap; }
.workbench .mark { background: #7a1f12; color: #fff; font-weight: 700; padding: .3rem .7rem; margin: .2rem 0; }
.workbench .problem, .workbench .nothing { border-left: 4px solid #a3221b; padding: .2rem .7rem; }
.workbench .why { font-size: .92em; max-width: 64rem; }
.workbench figure { margin: .5rem 0; max-width: 56rem; } .workbench .picture { flex: 1 1 22rem; max-width: 56rem; min-width: 0; }
.workbench .saving { flex: 0 1 17rem; } .workbench .saving pre { white-space: pre-wrap; overflow-wrap: anywhere; padding: .4rem; border: 1px solid #b9c0c7; }
.workbench .id { font-weight: 700; }
.workbench .chart svg { width: 100%; height: auto; overflow: visible; font-family: Arial, "Liberation Sans", Helvetica, sans-serif; }
.workbench .verdicts { overflow-x: auto; } .workbench table { border-collapse: collapse; }
.workbench caption { text-align: left; font-weight: 700; padding: .3rem 0; }
.workbench th, .workbench td { text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid #b9c0c7; font-weight: 400; }
.workbench thead th { font-weight: 700; } .workbench small { display: block; font-weight: 400; opacity: .85; }
.workbench .verdict { font-weight: 700; }
.workbench.jupyter-widgets-disconnected > * { opacity: .45; pointer-events: none; }
.workbench.jupyter-widgets-disconnected::before { content: OLD; display: block; background: #7a1f12; color: #fff; font-weight: 700; padding: .5rem .7rem; }
</style>"""


class Controls(widgets.VBox):
    """The widgets to choose with, above what is shown; for `partners` without a folder, true figures and code, but with the language."""

    def __init__(self, lang: str, folder: str, internal: bool, partners: bool):
        super().__init__([])
        self.add_class("workbench")
        self.partners, self._still = partners, False
        self._make(lang, folder, internal)

    def _make(self, lang: str, folder: str, internal: bool) -> None:
        """Everything anew in a language."""
        self.lang = lang
        self.title, self.message, self.why, self.picture, self.verdicts, self.code = (widgets.HTML() for _ in range(6))
        self._make_choices()
        first = self._make_languages() if self.partners else self._make_folder(folder, internal)
        self._make_buttons()
        target = [self.target, self.rate, self.path, self.value, self.other, self.baseline]
        chosen = [self.indicator, self.step, self.first, self.last, self.areas, self.references]
        saving = _of("saving", widgets.VBox([*self.save.values(), *([] if self.partners else [self.code])]))
        shown = _rows(_of("picture", self.picture), saving)
        style = widgets.HTML(_STYLE.replace("OLD", json.dumps(self._say("old"), ensure_ascii=False)))
        for name, widget in (("why", self.why), ("verdicts", self.verdicts)):
            widget.add_class(name)
        self.children = [style, self.title, _rows(*first), _rows(*chosen), _rows(*target), self.why, self.message, shown, self.verdicts]

    def _make_choices(self) -> None:
        drop, many, number = (self._named(kind) for kind in (widgets.Dropdown, widgets.SelectMultiple, widgets.BoundedFloatText))
        self.step = drop("step", options=[(self._say(step), step) for step in ("by_year", "by_month")])
        self.indicator, self.areas, self.references = drop("indicator"), many("areas", rows=6), many("references", rows=6)
        self.first, self.last = drop("first"), drop("last")
        self.target = drop("target", options=[(self._say(kind), kind) for kind in KINDS])
        self.rate = number("rate", value=-10, min=-100, max=100, step=1)
        self.path = drop("path", options=[(self._say(path), path) for path in ("compound", "linear", "previous")])
        self.value, self.other = number("value", value=0, min=0, max=1e9, step=1), drop("references")
        self.baseline = drop("baseline")
        self.indicator.observe(self._fill, "value")
        for widget in (self.areas, self.references, self.first, self.last, self.step, self.target, self.rate, self.path, self.value, self.other, self.baseline):
            widget.observe(self._show, "value")

    def _make_folder(self, folder: str, internal: bool) -> list[widgets.Widget]:
        """Which plan folder, and whether its true figures."""
        self.folder = self._named(widgets.Combobox)("folder", value=folder, options=_plan_folders(), continuous_update=False)
        self.internal = widgets.Checkbox(value=internal, description=self._say("internal"), indent=False)
        self.reload = widgets.Button(description=self._say("reload"))
        for widget in (self.folder, self.internal):
            widget.observe(self._open, "value")
        self.reload.on_click(self._open)
        return [self.folder, self.internal, self.reload]

    def _make_languages(self) -> list[widgets.Widget]:
        options = [((Locale.parse(locale(lang)).get_language_name() or lang).capitalize(), lang) for lang in LANGUAGES]
        self.language = self._named(widgets.Dropdown)("language", options=options, value=self.lang)
        self.language.observe(self._speak, "value")
        return [self.language]

    def _make_buttons(self) -> None:
        said = {f"chart_{kind}": self._say("save_chart", kind=kind.upper()) for kind in ("svg", "png")}
        said |= {"figures": self._say("save_figures"), "gaps": self._say("save_gaps")}
        self.save = {key: widgets.Button(description=said[key], layout=widgets.Layout(width="auto")) for key in SAVED}
        for key, button in self.save.items():
            button.on_click(lambda _, what=key: self._save(what))

    def _named(self, kind: type) -> Callable[..., Any]:
        """A widget of this kind, made with the key of its label."""
        return lambda key, **options: kind(description=self._say(key), style=_LABELS, layout=widgets.Layout(width="30rem", max_width="96%"), **options)

    def _say(self, key: str, **detail: Any) -> str:
        return say(f"bench_{key}", self.lang, **detail)

    def _show_fields(self) -> None:
        """Show only the fields that the kind of target chosen has; what has no effect in this view cannot be chosen, and that is said."""
        monthly, without_months = self.step.value == "by_month", len(self.step.options) < 2
        for name, kinds in _FIELDS.items():
            getattr(self, name).layout.display = "" if self.target.value in kinds else "none"
        for widget in (self.first, self.last, self.target, *(getattr(self, name) for name in _FIELDS)):
            widget.disabled = monthly
        self.references.disabled = monthly or not self.references.options
        self.step.disabled = without_months
        reasons = {"why_months": monthly, "why_no_months": without_months, "why_no_reference": not monthly and not self.references.options}
        self.why.value = "".join(f"<div>{escape(self._say(key))}</div>" for key, there in reasons.items() if there)

    @contextmanager
    def _quiet(self) -> Iterator[None]:
        """Change several widgets without drawing after each."""
        before, self._still = self._still, True
        try:
            yield
        finally:
            self._still = before


def refill(widget: Any, options: list[tuple[str, Any]], usual: Any) -> None:
    """New options, with what was chosen still chosen where it is among them, else what is usual."""
    several, before, known = isinstance(widget, widgets.SelectMultiple), widget.value, [value for _, value in options]
    widget.options = options
    if several:
        widget.value = tuple(value for value in before if value in known) or tuple(usual)
    else:
        widget.value = before if before in known else usual


def _rows(*parts: widgets.Widget) -> widgets.Box:
    """Beside each other where there is room, else below."""
    return _of("rows", widgets.Box(list(parts)))


def _of(name: str, widget: Any) -> Any:
    widget.add_class(name)
    return widget


def _plan_folders() -> list[str]:
    """The plan folders of the project: those below `data/` that hold a register."""
    try:
        home = find_folder("data")
    except PlanError:
        return []
    return [f"data/{path.parent.name}" for path in sorted(home.glob("*/agreement.toml"))]
