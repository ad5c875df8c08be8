"""The folders of a plan in which suppliers' files lie, each a source: by its `source.toml`, or by workbooks made from a template."""

from collections.abc import Iterator
from pathlib import Path

from ..promises.asked import require
from ..promises.cpr import holds_cpr
from ..promises.problems import PlanError, Problem
from ..promises.registers import LONGEST_ID
from .filled_templates import read_filled
from .inputs import refuse_shared
from .sources import Source, read_source


def read_sources(folder: Path, only: str | None = None) -> tuple[list[Source], list[Problem]]:
    """Every supplier's folder below the plan folder, in order of name, each with its tables; or `only` that of one name.

    One that cannot be used is left out, with its problem. Raises `PlanError` for a folder that was handed over.
    """
    refuse_shared(folder)
    sources: list[Source] = []
    problems: list[Problem] = []
    homes = sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith((".", "_")))
    if only is not None:
        homes = [_home(only, homes)]
    for home in homes:
        try:
            sources += (tables := _read(home, folder))
            problems += _unlisted(tables, folder)
        except PlanError as error:
            problems += error.problems
    if not sources and not problems:
        problems.append(Problem("no_sources", folder.name))
    return sources, problems


def _home(name: str, homes: list[Path]) -> Path:
    """The folder of this name. Raises `PlanError` where there is none."""
    names = [home.name for home in homes]
    require("no_such_supplier", name, names)
    return homes[names.index(name)]


def _read(home: Path, plan: Path) -> list[Source]:
    """The tables in a folder, once its names are safe to be read and shown."""
    path = home / "source.toml"
    if not path.resolve().is_relative_to(plan.resolve()):
        raise PlanError([Problem("outside_plan", home.name)])
    if problems := list(_unfit_names(home, plan)):
        raise PlanError(problems)
    return read_source(path, plan) if path.is_file() else [read_filled(home, plan)]


def _unfit_names(home: Path, plan: Path) -> Iterator[Problem]:
    """A folder's name that files made from it could not bear, and names with what may be a CPR number."""
    if len(home.name) > LONGEST_ID:
        yield Problem("too_long", home.name, detail={"most": LONGEST_ID})
    for each in (home, *sorted(home.rglob("*"))):
        if holds_cpr(each.name):
            yield Problem("cpr_in_name", each.relative_to(plan).as_posix())


def _unlisted(tables: list[Source], plan: Path) -> list[Problem]:
    """Files that lie in a source's folder and are named nowhere: nobody should think they were read."""
    home = tables[0].folder
    known = {*(file.path for source in tables for file in source.files), *(path for source in tables for path in source.documents)}
    known |= {home / "source.toml", home / "README.md"}
    # a fetched file's note of what was asked, where and when
    known |= {file.path.with_suffix(".json") for source in tables if source.contract == "statbank" for file in source.files}
    lying = (path for path in sorted(home.iterdir()) if path.is_file() and not path.name.startswith((".", "~$")))
    return [Problem("unlisted_file", path.relative_to(plan).as_posix(), level="warning") for path in lying if path not in known]
