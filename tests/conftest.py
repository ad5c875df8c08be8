"""Small plans to test with, so that a test reads as: this was promised, this was measured, this follows."""

import gc
import os
import shutil
import sys
import tempfile
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, settings

from analysis.judging import observations, targets, together
from analysis.judging.claims import asked
from analysis.judging.digits import MISSING, in_floats
from analysis.judging.observations import COLUMNS, NUMBERS
from analysis.promises.agreement import Agreement, read_agreement
from analysis.running import building

ROOT = Path(__file__).resolve().parents[1]

# In many containers no process may keep what it compiled, and each of hundreds that tests start would compile pandas and matplotlib again, which takes
# longer than most of them have to do. Here they share a folder that goes with the test run.
if sys.dont_write_bytecode:
    _compiled = tempfile.TemporaryDirectory()
    os.environ |= {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": _compiled.name}
    sys.dont_write_bytecode, sys.pycache_prefix = False, _compiled.name

# A slow machine finds what a fast one finds: no example has a time it must be done in, and making examples may take as long as it takes. A fixture may be
# shared by a test's examples, since each writes its file over the last one's. Where CI is set, hypothesis itself repeats the same examples.
settings.register_profile(
    "any machine", max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
settings.register_profile("other examples", settings.get_profile("any machine"), max_examples=200, derandomize=False)
settings.load_profile("any machine")


def examples(number: int) -> settings:
    """So many examples of what costs more, or shows less, than most; the profile that draws five times as many draws five times as many of these too."""
    return settings(max_examples=number * settings().max_examples // 40)


# Modules whose tests render reports or attack whole plans: left out by `-m "not slow"`, the inner loop.
SLOW = {
    "test_browser.py",
    "test_clone.py",
    "test_commands.py",
    "test_examples.py",
    "protecting/test_disclosure_attack.py",
    "protecting/test_disclosure_channels.py",
    "protecting/test_every_channel.py",
    "running/test_cluster.py",
    "running/test_engine.py",
    "running/test_notebooks.py",
    "running/test_partners.py",
    "running/test_render.py",
    "running/test_runs.py",
    "running/test_sealed.py",
    "sharing/test_bundle.py",
    "sharing/test_share.py",
    "showing/test_key_figures.py",
    "showing/test_pages.py",
    "showing/test_workbench.py",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.relative_to(ROOT / "tests").as_posix() in SLOW:
            item.add_marker(pytest.mark.slow)


def pytest_collection_finish() -> None:
    """Thousands of tests and all that is loaded stay to the end: to look through them for garbage again and again takes a tenth of the run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


PLAN = """
[plan]
name = "A small plan"
start = 2017-10-01
end = 2021-09-30
small_count = 5
min_answers = 30
"""

COUNTS_SOURCE = """
contract = "counts"
publisher = "The supplier of counts"
files = ["counts.csv"]
delimiter = ";"
decimal = ","

[columns]
omraade = "area"
periode = "period"
indikator = "indicator"
antal = "value"
"""
COUNTS_HEADER = "omraade;periode;indikator;antal\n"

SURVEY_SOURCE = """
contract = "survey"
publisher = "The supplier of surveys"
files = ["survey.csv"]
delimiter = ";"
decimal = ","

[columns]
omraade = "area"
aar = "period"
indikator = "indicator"
andel = "value"
svar = "answers"

[constants]
unit = "percent"
"""
SURVEY_HEADER = "omraade;aar;indikator;andel;svar\n"


def indicator(id: str, **fields: object) -> str:
    """One indicator as TOML; without more, a yearly count of events that should fall."""
    usual = {
        "name": id,
        "unit": "count",
        "direction": "down",
        "measure": "count",
        "period": "calendar_year",
        "combine": "sum",
        "uncertainty": "process",
        "disclosure": "protect",
    }
    lines = [f'{key} = "{value}"' for key, value in (usual | {"id": id} | fields).items() if isinstance(value, str)]
    lines += [f"{key} = {value}" for key, value in fields.items() if not isinstance(value, str)]
    return "\n[[indicator]]\n" + "\n".join(lines) + "\n"


POISSON = {"dispersion": 1.0001, "dispersion_source": "declared as no more than chance, so that none is estimated"}
INDICATORS = "".join(
    [
        indicator("reports"),
        indicator("evenings", direction="up", uncertainty="none", disclosure="open"),
        indicator("visitors", direction="up", uncertainty="estimate", disclosure="open", combine="unique"),
        indicator("parents", direction="up", uncertainty="none", disclosure="open", combine="unique", measure="stock"),
        indicator("safe", unit="share", direction="up", measure="survey_share", combine="none", uncertainty="sample"),
        indicator("moves", unit="rate", measure="ratio", combine="ratio"),
        indicator("trained", unit="share", direction="up", measure="ratio", combine="ratio", uncertainty="none", disclosure="open"),
        indicator("loss", unit="dkk", uncertainty="none", disclosure="money"),
    ]
)


def criterion(rule: str, indicator: str = "reports", scope: str = '["a"]', id: str = "C", first: int = 2018, last: int = 2021, more: str = "") -> str:
    """One criterion as TOML: its rule, and `more` for further fields and alternatives."""
    return (
        f'\n[[criterion]]\nid = "{id}"\ngoal = "g"\nquote = "The words of the promise"\n'
        f'indicators = ["{indicator}"]\nscope = {scope}\nfirst_year = {first}\nlast_year = {last}\n'
        f"rule = {{ {rule} }}\n{more}\n"
    )


def register(criteria: str = "", indicators: str = INDICATORS, areas: tuple[str, ...] = ("a", "b", "c", "d"), plan: str = PLAN) -> str:
    """A whole `agreement.toml` as text, with one reference area `country`."""
    places = "".join(f'\n[[area]]\nid = "{area}"\nname = "{area.capitalize()}"\n' for area in areas)
    criteria = criteria or criterion('kind = "direction"')
    return plan + places + '\n[[reference]]\nid = "country"\nname = "Country"\n' + indicators + criteria


def agreement_of(criteria: str = "", **parts: object) -> Agreement:
    """The agreement of `register(criteria, …)`, read the way a plan folder is read."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "agreement.toml"
        path.write_text(register(criteria, **parts), encoding="utf-8")
        return read_agreement(path)


def observed(*rows: dict) -> pd.DataFrame:
    """Observations built directly; what a row leaves out is empty, and its status `measured`."""
    usual = dict.fromkeys(COLUMNS) | {"status": "measured", "source": "test", "note": ""}
    table = pd.DataFrame([usual | row for row in rows], columns=[*COLUMNS, "published"])
    exact = {name: pd.Series([MISSING if pd.isna(number) else Decimal(str(number)) for number in table[name]], dtype=object) for name in NUMBERS}
    table = table.assign(**exact).astype({"decimals": "Int64"})
    return table.assign(published=table["published"].eq(True))


def observe(deliveries: list, agreement: Agreement) -> pd.DataFrame:
    """All delivered figures with floating-point numbers, as a plan's `observations` has them."""
    return in_floats(observations.observe(deliveries, agreement))


def judge(agreement: Agreement, figures: pd.DataFrame, year: int) -> pd.DataFrame:
    """The gap table with floating-point numbers, as a plan's `gaps` has them."""
    return in_floats(targets.judge(agreement, figures, year))


def years_together(agreement: Agreement, figures: pd.DataFrame, year: int) -> pd.DataFrame:
    """The years of each promise together, with floating-point numbers, and what they let one claim by themselves."""
    table = together.compared(agreement, figures, year)
    return in_floats(together.claimed(table, asked(table)))


def count(area: str, period: int | str, value: float, indicator: str = "reports", **more: object) -> dict:
    """A count as one observation."""
    return {"indicator": indicator, "area": area, "period": str(period), "value": value, "decimals": 0} | more


def ratio(area: str, period: int | str, numerator: float, denominator: float, indicator: str = "moves") -> dict:
    """A rate or share known as so many of so many."""
    return {"indicator": indicator, "area": area, "period": str(period), "value": numerator / denominator, "numerator": numerator, "denominator": denominator}


def printed(area: str, period: int | str, value: float, decimals: int, indicator: str = "safe", **more: object) -> dict:
    """A share of which only the printed figure is known."""
    return {"indicator": indicator, "area": area, "period": str(period), "value": value, "decimals": decimals, "status": "printed"} | more


def gone(area: str, period: int | str, status: str, indicator: str = "reports") -> dict:
    """An observation without a value, and why."""
    return {"indicator": indicator, "area": area, "period": str(period), "status": status}


def one(table: pd.DataFrame, **where: object) -> pd.Series:
    """The only row with these values; without other wish the primary reading's."""
    where = ({"reading": "primary"} if "reading" in table else {}) | where
    found = table
    for name, value in where.items():
        found = found[found[name].isna() if value is None else (found[name] == value).fillna(False)]
    assert len(found) == 1, f"{len(found)} rows are {where}"
    return found.iloc[0]


def told(problems) -> set[str]:
    """The codes of these problems."""
    return {problem.code for problem in problems}


def but_unused_words(problems) -> list:
    """The problems without those of words that a source.toml shared by many tests declares, and this delivery has not."""
    return [problem for problem in problems if problem.code != "matches_nothing"]


@dataclass(frozen=True)
class SmallPlan:
    """A plan folder on disk, and what the program makes of it."""

    folder: Path

    def check(self) -> building.Checked:
        """What was delivered, and every problem."""
        return building.check(self.folder)

    def observations(self) -> pd.DataFrame:
        """The true observations with floating-point numbers, as a plan's `observations` has them."""
        return in_floats(self.exact_observations())

    def exact_observations(self) -> pd.DataFrame:
        """The true observations of deliveries that are without error."""
        checked = self.check()
        assert not checked.errors, "\n".join(map(str, checked.errors))
        return observations.observe(checked.deliveries, checked.agreement)

    def gaps(self, year: int = 2021) -> pd.DataFrame:
        """The true gap table as known at the end of a year."""
        return judge(self.check().agreement, self.exact_observations(), year)


@pytest.fixture
def plan_folder(tmp_path: Path) -> Path:
    """A copy of the project's own plan folder that a test may spoil."""
    return Path(shutil.copytree(ROOT / "data" / "raw", tmp_path / "data" / "raw"))


@pytest.fixture
def small_plan(tmp_path: Path):
    """A function that writes a tiny plan folder and opens it.

    `counts` has lines area;period;indicator;number, `survey` area;year;indicator;percent;answers, both without
    their heading. Bytes are written as they are, with their heading in them. Text in `counts_source` or
    `survey_source` replaces the usual `source.toml`, text in `more_…` is added at its end.
    """

    def write(
        criteria: str = "",
        counts: str | bytes = "",
        survey: str | bytes = "",
        *,
        name: str = "raw",
        counts_source: str = COUNTS_SOURCE,
        more_counts: str = "",
        survey_source: str = SURVEY_SOURCE,
        more_survey: str = "",
        agreement: str = "",
        **parts: object,
    ) -> SmallPlan:
        folder = tmp_path / "data" / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "agreement.toml").write_text(agreement or register(criteria, **parts), encoding="utf-8")
        deliveries = [("counts", counts, COUNTS_HEADER, counts_source + more_counts), ("survey", survey, SURVEY_HEADER, survey_source + more_survey)]
        for kind, cells, header, source in deliveries:
            if cells or (kind == "counts" and not survey):
                (folder / kind).mkdir(exist_ok=True)
                absent = "" if "[[absent]]" in source else '\n[[absent]]\nreason = "a small plan delivers only what the test is about"\n'
                (folder / kind / "source.toml").write_text(source + absent, encoding="utf-8")
                content = cells if isinstance(cells, bytes) else (header + cells).encode()
                (folder / kind / f"{kind}.csv").write_bytes(content)
        return SmallPlan(folder)

    return write
