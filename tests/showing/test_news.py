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


def share(plan: Plan, verdicts: pd.DataFrame | None = None, register: bool = True) -> None:
    """Keep a plan's figures as an edition, as the command does after rendering; with other verdicts, or no register, as an earlier program left them."""
    write_edition(
        editions_folder(plan.folder),
        plan.year,
        plan.exact_observations,
        plan.verdicts if verdicts is None else verdicts,
        pd.DataFrame({"report": []}),
        {},
        date(plan.year + 1, 2, 1),
        observations=read_observations(plan.processed / "internal" / "observations.csv"),
        private=remembered_folder(plan.folder),
        register=plan.folder / "agreement.toml" if register else None,
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
    assert "reports (C), A, 2018: Not met (may be chance) → Met (may be chance). Turned by new or corrected figures." in told
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


# --- what turned a verdict ---------------------------------------------------------------------------------

COUNTS = "a;2018;reports;40\nb;2018;reports;12\n"
TURNED = "reports (C), A, 2018: Not met (may be chance) → Met (may be chance). Turned by "
LATE = " The interpretation was changed after the figure was known."


def test_another_interpretation_turns_a_verdict_and_is_marked_where_the_figure_was_known(small_plan):
    share(Plan.load(small_plan(PROMISE, counts=COUNTS).folder, 2018))
    plan = small_plan(PROMISE.replace("value = 30", "value = 45"), counts=COUNTS)
    assert news(plan.folder, 2018)[1:] == [TURNED + "another interpretation of the promise." + LATE]
    assert "Fortolkningen blev ændret, efter at tallet var kendt." in news(plan.folder, 2018, "da")[1]


def test_figures_and_interpretation_that_both_turned_a_verdict_are_both_named(small_plan):
    """40 against at most 30, then against at most 45, which may be chance; then 10, which is not."""
    share(Plan.load(small_plan(PROMISE, counts=COUNTS).folder, 2018))
    plan = small_plan(PROMISE.replace("value = 30", "value = 45"), counts=COUNTS.replace("40", "10"))
    (row,) = Plan.load(plan.folder, 2018).turned.query("area == 'a'").to_dict("records")
    assert (row["verdict_before"], row["verdict"], row["causes"], row["known"]) == ("not_met", "met", ("interpretation", "data"), True)


def test_an_interpretation_of_a_year_that_nobody_had_figures_of_is_no_late_one(small_plan):
    share(Plan.load(small_plan(PROMISE, counts="b;2018;reports;12\n").folder, 2018))
    plan = small_plan(PROMISE.replace("value = 30", "value = 45"), counts=COUNTS)
    told = news(plan.folder, 2018)
    assert [item for item in told if item.startswith("reports (C), A, 2018")] == [
        "reports (C), A, 2018: No figure → Met (may be chance). Turned by new or corrected figures."
    ]


def test_a_promise_that_is_read_otherwise_without_turning_a_verdict_is_marked_as_well(small_plan):
    share(Plan.load(small_plan(PROMISE, counts=COUNTS).folder, 2018))
    plan = small_plan(PROMISE.replace("value = 30", "value = 31"), counts=COUNTS)
    assert news(plan.folder, 2018)[1:] == ["reports (C): the interpretation was changed after figures were known."]


def test_a_verdict_that_neither_figures_nor_register_turned_was_turned_by_the_program(small_plan):
    plan = Plan.load(small_plan(PROMISE, counts=COUNTS).folder, 2018)
    said = plan.verdicts.assign(verdict=plan.verdicts["verdict"].replace("not_met", "met"))
    share(plan, said)
    (told,) = news(plan.folder, 2018)[1:]
    assert told.endswith("Turned by another version of the program.")


def test_beside_an_edition_without_its_register_interpretation_and_program_are_not_told_apart(small_plan):
    share(Plan.load(small_plan(PROMISE, counts=COUNTS).folder, 2018), register=False)
    plan = small_plan(PROMISE.replace("value = 30", "value = 45"), counts=COUNTS)
    assert news(plan.folder, 2018)[1:] == [TURNED + "another interpretation of the promise or version of the program."]


def test_a_year_that_has_come_is_turned_by_its_figures(small_plan):
    share(Plan.load(small_plan(PROMISE, counts=COUNTS).folder, 2018))
    plan = small_plan(PROMISE, counts=COUNTS + "a;2019;reports;20\nb;2019;reports;12\n")
    told = [item for item in news(plan.folder, 2019) if item.startswith("reports (C), A, 2019")]
    assert len(told) == 1 and told[0].endswith("Turned by new or corrected figures.")
