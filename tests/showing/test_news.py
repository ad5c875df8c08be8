"""What is new since the last edition: verdicts that turned, figures that came, figures that were revised."""

from datetime import date

import pandas as pd
from conftest import criterion
from pages import soup, text

from analysis.judging.observations import read_observations
from analysis.plan import Plan
from analysis.protecting.editions import write_edition
from analysis.reading.inputs import editions_folder
from analysis.running.building import remembered_folder
from analysis.showing import pages

PROMISE = criterion('kind = "at_most", value = 30, per = "year"', scope='["a", "b"]')


def share(plan: Plan) -> None:
    """Keep a plan's figures as an edition, as the command does after rendering."""
    write_edition(
        editions_folder(plan.folder),
        plan.year,
        plan.observations,
        plan.verdicts,
        pd.DataFrame({"report": []}),
        {},
        date(plan.year + 1, 2, 1),
        observations=read_observations(plan.processed / "internal" / "observations.csv"),
        private=remembered_folder(plan.folder),
    )


def news(folder, year: int, lang: str = "en") -> list[str]:
    """What the page says, first how it is compared, then item by item."""
    page = soup(pages.news(Plan.load(folder, year), lang).markup)
    return [text(element) for element in page.find_all(["p", "li"])]


def test_before_the_first_edition_there_is_nothing_to_compare_with(small_plan):
    plan = small_plan(PROMISE, counts="a;2018;reports;40\nb;2018;reports;12\n")
    assert news(plan.folder, 2018) == ["There is no earlier edition to compare with."]


def test_without_a_change_nothing_is_new(small_plan):
    plan = small_plan(PROMISE, counts="a;2018;reports;40\nb;2018;reports;12\n")
    share(Plan.load(plan.folder, 2018))
    assert news(plan.folder, 2018) == ["Compared with edition 2018-1.", "Nothing is new."]
    assert news(plan.folder, 2018, "da") == ["Sammenlignet med udgave 2018-1.", "Intet er nyt."]


def test_turned_verdicts_new_and_revised_figures_are_told_with_old_and_new(small_plan):
    plan = small_plan(PROMISE, counts="a;2018;reports;40\nb;2018;reports;12\n")
    share(Plan.load(plan.folder, 2018))
    small_plan(PROMISE, counts="a;2018;reports;25\nb;2018;reports;12\na;2019;reports;41\nb;2019;reports;3\n")
    told = news(plan.folder, 2019)
    assert told[0] == "Compared with edition 2018-1."
    assert "C, A, 2018: Not met (may be chance) → Met (may be chance)" in told
    assert "reports, A, 2018: 40 → 25" in told
    assert "reports 2019: A 41" in told  # b is hidden: neither new nor told
    assert not any("3" in item.replace("2018", "").replace("2019", "").replace("2018-1", "") for item in told)
    assert all("2019" not in item for item in news(plan.folder, 2018))


def test_a_figure_that_was_hidden_is_revised_without_its_value(small_plan):
    plan = small_plan(PROMISE, counts="a;2018;reports;40\nb;2018;reports;3\n")
    share(Plan.load(plan.folder, 2018))
    small_plan(PROMISE, counts="a;2018;reports;40\nb;2018;reports;19\n")
    assert news(plan.folder, 2018)[1:] == ["reports, B, 2018: revised; the figures are not shown"]


def test_later_editions_are_no_news_for_an_earlier_year(small_plan):
    plan = small_plan(PROMISE, counts="a;2018;reports;40\na;2019;reports;41\n")
    share(Plan.load(plan.folder, 2019))
    assert news(plan.folder, 2018) == ["There is no earlier edition to compare with."]
