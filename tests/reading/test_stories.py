"""Stories that a list says are told again: counted once with the row they name."""

import pytest
from conftest import told
from test_intake import folder_with

from analysis.judging.observations import observe
from analysis.running import building

SOURCE = """contract = "stories"
covers = ["2018"]
media = ["DR", "TV 2"]
[columns]
Nr = "story"
Dato = "date"
Medie = "medium"
Tone = "tone"
"Samme som" = "same_as"
[values.indicator]
negative = "%s"
[unused.medium]
BT = "not one of the media that are counted"
"""


def counted(tmp_path, *same: str, indicator: str = "negative", source: str = SOURCE) -> building.Checked:
    """Six stories, one each month from January on, of which some say which other they are."""
    rows = "".join(f"{n};2018-{n:02}-01;{'BT' if n == 6 else 'DR'};negative;{word}\n" for n, word in enumerate([*same, *[""] * (6 - len(same))], 1))
    return building.check(folder_with(tmp_path, source % indicator, {"f.csv": "Nr;Dato;Medie;Tone;Samme som\n" + rows}))


def stories(checked: building.Checked, indicator: str = "negative") -> dict[str, int]:
    assert not checked.errors, "\n".join(map(str, checked.errors))
    found = observe(checked.deliveries, checked.agreement)
    found = found[(found["indicator"] == indicator) & (found["area"] == "combined") & (found["value"] > 0)]
    return {period: int(value) for period, value in zip(found["period"], found["value"], strict=True)}


def test_a_story_told_again_counts_once_where_it_is_told_first(tmp_path):
    found = stories(counted(tmp_path, "", "1", "se nr. 1", "samme historie som nr. 3."))
    assert found == {"2018": 2, "2018-01": 1, "2018-05": 1}


def test_a_story_may_be_named_that_stands_below_and_one_that_is_not_counted(tmp_path):
    assert stories(counted(tmp_path, "3", "", "", "6", "#6"))["2018"] == 3


def test_where_the_register_counts_every_mention_a_story_told_again_counts_again(tmp_path):
    home = counted(tmp_path, "", "1").folder
    register = home / "agreement.toml"
    register.write_text(register.read_text().replace('id = "negative"', 'id = "negative"\nrepeats = "each"'))
    assert stories(building.check(home))["2018"] == 5


@pytest.mark.parametrize(("same", "code", "row"), [(("", "17"), "no_such_story", 3), (("2", "1"), "story_in_a_loop", 2), (("1",), "story_in_a_loop", 2)])
def test_a_number_that_is_not_there_and_a_circle_are_told(same, code, row, tmp_path):
    checked = counted(tmp_path, *same)
    assert told(checked.errors) == {code} and (checked.errors[0].row, checked.errors[0].column) == (row, "Samme som")


def test_a_row_without_a_number_among_numbered_ones_is_not_dropped(tmp_path):
    home = counted(tmp_path).folder
    cells = home / "s" / "f.csv"
    cells.write_text(cells.read_text() + ";2018-06-01;DR;negative;\n")
    assert told(building.check(home).errors) == {"no_id_beside_ids"}
