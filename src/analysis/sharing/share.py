"""Sharing a year: its report, made anew, as the next edition, and all that is handed over as one zip."""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from ..judging.observations import read_observations
from ..promises.catalogue import LANGUAGES
from ..promises.problems import PlanError, Problem
from ..protecting.editions import next_number, write_edition
from ..reading.folders import refuse_inside
from ..reading.inputs import editions_folder, inputs_of, remembered_folder
from ..reading.locks import locked
from ..running.reports import folder_of, pages_of
from .bundle import make_bundle
from .handing import finish_interrupted, with_zip
from .notebooks import shown

if TYPE_CHECKING:
    from ..plan import Plan

REPORTS = Path("reports")


class Handed(NamedTuple):
    """What was made: the edition's folder, the zip, and what must be said about it (empty where nothing must)."""

    edition: Path
    zip: Path
    trouble: str


def hand_over(
    folder: Path, year: int, lang: str, wanted: Path | None, render: Callable[[str], Path], open_plan: Callable[[Path, int], "Plan"], jobs: int
) -> Handed:
    """Render the report of the year, keep it as its next edition, and write all that is handed over as one zip, at `wanted` or below `reports/`.

    `render` makes the report in a language from the plan folder's files and returns its folder; that and the zip come from the same files, and the
    number of the edition is the one that everything in it names: raises `PlanError` where either changed meanwhile.
    """
    finish_interrupted(folder)
    inputs, editions = inputs_of(folder), editions_folder(folder)
    name = f"{year}-{next_number(editions, year)}"
    path = _free(wanted or REPORTS / f"{'' if folder.name == 'raw' else f'{folder.name}-'}{name}.zip", folder, wanted is not None)
    pages = {each: render(each) for each in _languages(lang, year)}
    plan = open_plan(folder, year)
    notebooks = shown(plan, {page.notebook for page in pages_of(plan, lang)}, lang)
    files, trouble = make_bundle(plan, pages, notebooks, inputs, name, path.parent, lang, jobs)
    if inputs_of(folder) != inputs:
        raise _changed(folder)
    with locked(folder.parent):  # no build may go on meanwhile: it moves what editions hid
        if f"{year}-{next_number(editions, year)}" != name:
            raise _changed(folder)
        with with_zip(files, path, editions, name):
            return Handed(_edition(editions, plan, pages[lang] / "key_figures.csv", inputs), path, trouble)


def _edition(editions: Path, plan: "Plan", key_figures: Path, inputs: Mapping[str, str]) -> Path:
    """The plan's next edition, with what it hides remembered beside the true tables."""
    return write_edition(
        editions,
        plan.year,
        plan.exact_observations,
        plan.verdicts,
        pd.read_csv(key_figures, dtype=str, keep_default_na=False),
        inputs,
        date.today(),
        plan.internal,
        read_observations(plan.processed / "internal" / "observations.csv"),
        remembered_folder(plan.folder),
        plan.agreement,
        plan.folder / "agreement.toml",
    )


def _changed(folder: Path) -> PlanError:
    return PlanError([Problem("changed_meanwhile", str(folder))])


def _free(path: Path, folder: Path, asked_for: bool) -> Path:
    """A place for the zip, never over another file nor in the plan folder."""
    if asked_for and not path.parent.is_dir():
        raise PlanError([Problem("no_such_folder", str(path.parent))])
    refuse_inside([folder], path)
    if path.exists() or path.is_symlink():
        raise PlanError([Problem("file_exists", str(path))])
    return path


def _languages(lang: str, year: int) -> list[str]:
    """The language asked for, and every other whose report of the year was made before: it is made anew, from the same tables."""
    made = {each for each in LANGUAGES if (folder_of(REPORTS, year, each) / "index.html").is_file()}
    return [lang, *(each for each in LANGUAGES if each != lang and each in made)]
