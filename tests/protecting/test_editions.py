"""Editions are written whole, never changed, and read back as what a reader has been told."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from conftest import PLAN, agreement_of, count, observed, printed, ratio, told

from analysis.promises.problems import PlanError
from analysis.protecting import editions
from analysis.protecting.disclosure import protection
from analysis.protecting.editions import changes, read_ledger, read_registers, shown, write_edition
from analysis.reading.inputs import sha256

AGREEMENT = agreement_of()
KEY_FIGURES = pd.DataFrame({"report": ["area-a"], "element": ["t"], "value": [40.0], "shown_as": ["40"]})
TRUE = observed(
    count("a", 2018, 40),
    count("b", 2018, 28),
    count("c", 2018, 3),
    count("d", 2018, 15),
    count("combined", 2018, 86),
    ratio("a", 2018, 50, 510),
    printed("country", 2018, 0.724, 3),
)
PROTECTED = protection(TRUE, AGREEMENT).table


VERDICTS = pd.DataFrame([["C40", "reports", "a", 2018, "met", "cannot_tell"]], columns=editions.VERDICTS)


def write(home, year=2018, table=PROTECTED, as_of=date(2019, 3, 1), **more):
    return write_edition(home, year, table, VERDICTS, KEY_FIGURES, {"agreement.toml": "0" * 64}, as_of, **more)


def test_an_edition_holds_key_figures_ledger_and_a_manifest_of_what_it_was_made_from(tmp_path):
    folder = write(tmp_path / "editions")
    assert sorted(path.name for path in folder.iterdir()) == ["key_figures.csv", "ledger.csv", "manifest.json", "verdicts.csv"]
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest == {
        "year": 2018,
        "edition": 1,
        "as_of": "2019-03-01",
        "inputs": {"agreement.toml": "0" * 64},
        "outputs": {name: sha256(folder / name) for name in ("key_figures.csv", "ledger.csv", "verdicts.csv")},
    }


def test_the_ledger_says_what_was_shown_and_what_was_hidden_digit_by_digit(tmp_path):
    write(tmp_path)
    ledger = read_ledger(tmp_path)
    assert list(ledger.columns) == ["edition", *editions.COLUMNS]
    assert ledger["status"].tolist() == ["shown", "shown", "hidden", "hidden", "shown", "shown", "hidden"]  # a share without its answers
    assert ledger.loc[ledger["status"] == "hidden", ["value", "numerator", "denominator", "decimals"]].isna().all(axis=None)
    pd.testing.assert_frame_equal(ledger[editions.COLUMNS], shown(PROTECTED), check_dtype=False)
    assert float(ledger["value"][5]) == 50 / 510


def test_what_an_edition_hid_is_kept_outside_it(tmp_path):
    folder = write(tmp_path / "editions", observations=TRUE, private=tmp_path / "private")
    assert not any(b",3.0," in path.read_bytes() for path in folder.iterdir())
    kept = read_ledger(tmp_path / "editions", tmp_path / "private")
    hidden = kept[kept["status"] == "hidden"].set_index(["indicator", "area"])["value"].to_dict()
    assert hidden == {("reports", "c"): 3, ("reports", "d"): 15, ("safe", "country"): Decimal("0.724")}
    assert read_ledger(tmp_path / "editions", tmp_path / "lost").equals(read_ledger(tmp_path / "editions"))


def test_an_edition_remembers_by_which_thresholds_it_hid_and_which_areas_its_totals_are_of(tmp_path):
    strict = agreement_of(plan=PLAN.replace("small_count = 5", "small_count = 10"), areas=tuple("abcde"))
    write(tmp_path, agreement=strict)
    write(tmp_path)  # one that does not say
    assert read_ledger(tmp_path)["edition"].unique().tolist() == ["2018-1", "2018-2"]
    (name, then), *others = read_registers(tmp_path, AGREEMENT).items()
    assert not others and name == "2018-1"
    assert (then.small_count, then.min_answers, then.hide_zero, list(then.areas)) == (10, 30, False, list("abcde"))
    assert then.indicators == AGREEMENT.indicators


def test_no_edition_no_ledger(tmp_path):
    assert len(read_ledger(tmp_path / "nothing")) == 0
    assert protection(TRUE, AGREEMENT, read_ledger(tmp_path)).table.equals(PROTECTED)


def test_a_second_edition_leaves_the_first_as_it_is(tmp_path):
    first = write(tmp_path)
    before = {path.name: path.read_bytes() for path in first.iterdir()}
    assert [write(tmp_path).name, write(tmp_path, 2019).name] == ["2018-2", "2019-1"]
    assert {path.name: path.read_bytes() for path in first.iterdir()} == before


def test_two_who_share_at_once_get_two_numbers(tmp_path, monkeypatch):
    rename = Path.rename

    def late(source, target):
        monkeypatch.setattr(Path, "rename", rename)
        write(tmp_path)  # somebody else is quicker
        return rename(source, target)

    monkeypatch.setattr(Path, "rename", late)
    assert write(tmp_path).name == "2018-2"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["2018-1", "2018-2"]


def test_true_figures_never_become_an_edition(tmp_path):
    with pytest.raises(PlanError) as refused:
        write(tmp_path / "editions", table=TRUE, internal=True)
    assert told(refused.value.problems) == {"internal_edition"} and not (tmp_path / "editions").exists()


def test_nothing_is_left_of_an_edition_that_cannot_be_written(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "rename", full)
    with pytest.raises(PlanError) as refused:
        write(tmp_path)
    assert told(refused.value.problems) == {"unwritable"} and list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["ledger.csv", "key_figures.csv", "verdicts.csv", "manifest.json"])
@pytest.mark.parametrize("how", ["edited", "gone"])
def test_an_edition_that_was_edited_is_refused(tmp_path, name, how):
    file = write(tmp_path) / name
    if how == "gone":
        file.unlink()
    else:
        file.write_text(file.read_text(encoding="utf-8").replace("40", "41").replace('"edition": 1', '"edition": 2'), encoding="utf-8")
    with pytest.raises(PlanError) as refused:
        read_ledger(tmp_path)
    (problem,) = refused.value.problems
    assert problem.code == "edition_changed" and "2018-1" in str(problem)


@pytest.mark.parametrize("lines", [0, 1, 2])
def test_a_damaged_memory_of_what_an_edition_hid_is_told_and_may_be_deleted(tmp_path, lines):
    write(tmp_path / "editions", observations=TRUE, private=tmp_path / "kept")
    kept = tmp_path / "kept" / "2018-1.csv"
    kept.write_text("".join(kept.read_text(encoding="utf-8").splitlines(keepends=True)[:lines]), encoding="utf-8")
    with pytest.raises(PlanError) as refused:
        read_ledger(tmp_path / "editions", tmp_path / "kept")
    (problem,) = refused.value.problems
    assert problem.code == "remembered_damaged" and problem.file == str(kept)
    kept.unlink()
    assert read_ledger(tmp_path / "editions", tmp_path / "kept").equals(read_ledger(tmp_path / "editions"))


def test_an_edition_that_is_gone_is_missed(tmp_path):
    write(tmp_path)
    write(tmp_path)
    (tmp_path / "2018-1").rename(tmp_path / "elsewhere")
    with pytest.raises(PlanError) as refused:
        read_ledger(tmp_path)
    assert told(refused.value.problems) == {"edition_gone"}


def test_editions_are_read_in_the_order_they_were_made(tmp_path):
    write(tmp_path, 2019, as_of=date(2020, 3, 1))
    write(tmp_path, 2018, as_of=date(2020, 6, 1))  # a late correction of the year before
    assert list(dict.fromkeys(read_ledger(tmp_path)["edition"])) == ["2019-1", "2018-1"]


# --- what was revised -------------------------------------------------------------------------------------


def ledger_of(table: pd.DataFrame) -> pd.DataFrame:
    return shown(table).assign(edition="2018-1")


def changed(**numbers: int) -> pd.DataFrame:
    return TRUE.assign(
        value=[
            numbers.get(area, value) if indicator == "reports" else value
            for indicator, area, value in zip(TRUE["indicator"], TRUE["area"], TRUE["value"], strict=True)
        ]
    )


def revision(true: pd.DataFrame, tmp_path=None) -> dict[str, tuple]:
    """What is told to be revised; with a folder, by somebody who kept what was hidden."""
    ledger = ledger_of(PROTECTED)
    if tmp_path:
        write(tmp_path / "editions", observations=TRUE, private=tmp_path / "private")
        ledger = read_ledger(tmp_path / "editions", tmp_path / "private")
    table = changes(ledger, true, protection(true, AGREEMENT, ledger).table)
    assert list(table.columns) == editions.CHANGED
    return {row.area: (row.before, row.after) for row in table.replace({np.nan: None}).itertuples()}


def test_nothing_revised_is_an_empty_table(tmp_path):
    assert revision(TRUE) == {} and revision(TRUE, tmp_path) == {}


def test_a_revised_figure_that_is_shown_is_told_old_and_new():
    assert revision(changed(a=42, combined=88)) == {"a": (40, 42), "combined": (86, 88)}


def test_a_figure_that_was_small_is_told_to_be_revised_without_value_or_difference(tmp_path):
    """3 became 12: neither may be told, nor the total, of which the difference would be read."""
    true = changed(c=12, combined=95)
    assert revision(true) == {"combined": (None, None)}
    assert revision(true, tmp_path) == {"c": (None, None), "combined": (None, None)}


def test_a_figure_that_became_small_is_told_to_be_revised_and_no_more():
    assert revision(changed(b=2, combined=60)) == {"b": (None, None), "combined": (None, None)}


def test_what_an_edition_hid_is_not_told_even_where_it_may_be_shown_now():
    """Printed in public since: the new value is everybody's, the old one is not."""
    ledger = ledger_of(PROTECTED)
    ledger.loc[ledger["status"] == "hidden", "value"] = 3.0  # as remembered
    now = changed(c=12)
    (row,) = changes(ledger, now, now).query("area == 'c' and indicator == 'reports'").to_dict("records")
    assert np.isnan(row["before"]) and np.isnan(row["after"])
