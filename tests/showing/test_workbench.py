"""The analyst's workbench: whatever is chosen ends in a chart or in the reason why there is none."""

import base64
import csv
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from functools import cache
from pathlib import Path

import nbformat
import papermill
import pytest
from conftest import ROOT
from hostile import TAGS, hostile_plan
from pages import example_copy, real_copy, run, soup, text

from analysis.plan import Plan
from analysis.showing import charts, workbench
from analysis.showing.workbench import Workbench

opened = cache(Plan.load)  # a plan is read once for all tests: whatever is chosen, it stays as it is


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    """A project of its own with the example plan and the real one, so that what is saved lands there."""
    home = tmp_path_factory.mktemp("project")
    example_copy(tmp_path_factory.getbasetemp(), home)
    shutil.copytree(ROOT / "notebooks", home / "notebooks")
    real_copy(tmp_path_factory.getbasetemp(), home)
    return home


@pytest.fixture
def here(project, monkeypatch) -> Path:
    monkeypatch.chdir(project)
    shutil.rmtree(project / "reports", ignore_errors=True)
    return project


def choose(bench: Workbench, **values: object) -> str:
    """Choose these values, one after the other, and read the message that follows."""
    for name, value in values.items():
        if name == "years":
            with bench._quiet():
                bench.first.value, bench.last.value = value
            bench._show()
        else:
            getattr(bench, name).value = value
    return text(soup(bench.message.value))


def alert(bench: Workbench) -> str:
    found = soup(bench.message.value).find(role="alert")
    return text(found) if found else ""


def saved(bench: Workbench, what: str) -> Path:
    bench.save[what].click()
    return Path(re.search(r"(?:Gemt|Saved): (\S+)", text(soup(bench.message.value)))[1])


# --- what is shown -------------------------------------------------------------------------------------


def test_it_begins_with_the_first_area_of_the_first_indicator(here):
    bench = Workbench(opened, "data/example")
    page = soup(bench.picture.value)
    assert page.svg and "Motalavej" in text(page.figcaption or page.svg.title) + text(page.svg.title) and not alert(bench)
    assert "EKSEMPELDATA" in bench.message.value


def test_the_chart_follows_what_is_chosen(here):
    bench = Workbench(opened, "data/example")
    choose(bench, indicator="vandalism_reports", areas=("motalavej", "sydbyen"), years=(2018, 2020))
    assert text(soup(bench.picture.value).svg.title) == "Anmeldt hærværk"
    rows = [text(row) for row in soup(bench.picture.value).tbody.find_all("tr")]
    assert len(rows) == 6 and sum("vises ikke" in row.lower() for row in rows) == 1, "three years of two areas; Sydbyen 2019 is hidden"
    assert "Vises ikke (for små tal): Sydbyen 2019." in text(soup(bench.picture.value).figcaption)


def test_a_supposed_target_is_judged_at_once_and_marked_as_supposed(here):
    bench = Workbench(opened, "data/example", "en")
    choose(bench, indicator="vandalism_reports", areas=("motalavej",))
    marks = choose(bench, target="change", path="linear", rate=-10, baseline=2017)
    assert "What if the target were" in marks
    (last,) = [text(row) for row in soup(bench.verdicts.value).tbody.find_all("tr") if text(row).startswith("2021")]
    assert "at most 36" in last and "Not met" in last and "May be chance" in last and "smallest change that would be clear by itself: −41.0%" in last
    assert "What if 2021" in text(soup(bench.picture.value).svg)
    assert "What if" not in choose(bench, target="own"), "and back"


def test_only_the_fields_of_the_chosen_kind_of_target_are_there(here):
    bench = Workbench(opened, "data/example")
    fields = {"rate": bench.rate, "path": bench.path, "baseline": bench.baseline, "value": bench.value, "other": bench.other}
    there = {}
    for _, kind in bench.target.options:
        bench.target.value = kind
        there[kind] = {name for name, widget in fields.items() if widget.layout.display != "none"}
    assert there == {
        "own": set(),
        "change": {"rate", "path", "baseline"},
        "at_most": {"value"},
        "at_least": {"value"},
        "above_baseline": {"baseline"},
        "above_reference": {"other"},
    }


def test_targets_of_what_should_fall_are_called_below(here):
    bench = Workbench(opened, "data/example", "en")
    choose(bench, indicator="vandalism_reports", areas=("combined",))
    assert {kind: label for label, kind in bench.target.options}["above_baseline"] == "What if: below the baseline"
    marks = choose(bench, target="above_baseline", baseline=2017)
    assert "The value must be below the baseline (2017)." in marks
    (last,) = [text(row) for row in soup(bench.verdicts.value).tbody.find_all("tr") if text(row).startswith("2021")]
    assert "128 at most 122" in last and "Not met" in last
    choose(bench, indicator="safe_share")
    assert {kind: label for label, kind in bench.target.options}["above_reference"] == "What if: above another place"
    assert bench.target.value == "above_baseline", "what was chosen stays chosen"


@pytest.mark.parametrize("folder", ["data/example", "data/raw"])
def test_everything_that_can_be_chosen_ends_in_a_chart_or_a_reason(here, folder):
    """Every indicator as it is; every supposed target of one indicator of each kind, as what is drawn follows from that."""
    bench = Workbench(opened, folder)
    tried = []
    for _, indicator in bench.indicator.options:
        with bench._quiet():
            bench.target.value, bench.indicator.value = "own", indicator
            bench._refill()
        places = [value for _, value in bench.areas.options]
        for kind in ["own"] if kind_of(bench, indicator) in [each for each, _ in tried] else [kind for _, kind in bench.target.options]:
            with bench._quiet():  # drawn once for both choices
                bench.areas.value = tuple(places) if kind in ("own", "change") else tuple(places[-1:])
            if bench.target.value == kind:
                bench._show()
            else:
                choose(bench, target=kind)
            areas = bench.areas.value
            said = alert(bench) or text(soup(bench.picture.value))
            assert len(said) > 20 and "could not" not in said and "kunne ikke vises" not in said, (indicator, areas, kind, said)
            tried.append((kind_of(bench, indicator), kind))
    assert len(tried) >= len(bench.indicator.options) + 5 * len({kind for kind, _ in tried}) > 50


def kind_of(bench: Workbench, indicator: str) -> tuple[object, ...]:
    """What its chart and its targets follow from: in what it is measured, which way it should go, whether any area has a figure."""
    known, figures = bench.plan.agreement.indicators[indicator], bench.plan.yearly(indicator, bench.plan.agreement.areas)["value"].notna()
    return known.unit, known.direction, bool(figures.any())


def test_the_lines_of_a_view_make_its_chart(here):
    """As in a notebook, of the chosen years, of months, and of a supposed target."""
    bench = Workbench(opened, "data/example", "en")
    views = [
        {"indicator": "safe_share", "areas": ("motalavej", "sydbyen"), "references": ("sub_average",), "years": (2017, 2021)},
        {"indicator": "vandalism_reports", "areas": ("motalavej",), "target": "change", "rate": -7.5},
        {"target": "above_reference"},
        {"indicator": "vandalism_reports", "areas": ("combined",), "step": "by_month"},
    ]
    for chosen in views:
        choose(bench, **chosen)
        *before, last = text_of_code(bench).splitlines()
        names: dict = {}
        exec("\n".join(before), names)
        assert str(eval(last, names)) == bench.picture.value and "<svg" in bench.picture.value, chosen


def text_of_code(bench: Workbench) -> str:
    return soup(bench.code.value).pre.get_text()


def test_what_has_no_effect_in_a_view_cannot_be_chosen_and_that_is_said(here):
    bench = Workbench(opened, "data/example")
    choose(bench, indicator="vandalism_reports", areas=("combined",))
    assert not bench.why.value and not bench.step.disabled
    choose(bench, step="by_month")
    assert all(widget.disabled for widget in (bench.references, bench.first, bench.last, bench.target)) and "Måneder vises uden mål" in bench.why.value
    choose(bench, step="by_year")
    assert not any(widget.disabled for widget in (bench.references, bench.first, bench.last, bench.target))
    choose(bench, indicator="volunteers")
    assert bench.step.disabled and bench.references.disabled and len(soup(bench.why.value).find_all("div")) == 2


def test_only_what_has_months_is_offered_months(here):
    bench = Workbench(opened, "data/example")
    for _, indicator in bench.indicator.options:
        bench.indicator.value = indicator
        months = bench.plan.charted_months
        has = (months["indicator"] == indicator) & months["area"].isin([*bench.plan.agreement.areas, "combined"])
        assert ("by_month" in [step for _, step in bench.step.options]) == has.any(), indicator


def test_an_indicator_without_a_figure_of_ours_says_what_is_missing_or_what_there_is_instead(here):
    bench = Workbench(opened, "data/raw")
    assert {id_ for _, id_ in bench.indicator.options} == set(bench.plan.agreement.indicators), "those too"
    choose(bench, indicator="volunteers")
    assert alert(bench).startswith("Aktive frivillige: der er ingen tal for nogen af områderne. Mangler: Helhedsplanens egne registreringer")
    assert dict((id_, name) for name, id_ in bench.indicator.options)["volunteers"] == "Aktive frivillige – ingen tal"
    choose(bench, indicator="move_out_rate")
    assert "Der findes: De fire områder samlet, " in alert(bench), "an undated figure is not left out without a word"


def test_years_the_wrong_way_round_are_told(here):
    bench = Workbench(opened, "data/example")
    choose(bench, years=(2020, 2018))
    assert alert(bench).startswith("Der er ingen år fra 2020 til 2018") and bench.picture.value == ""


def test_a_view_whose_kernel_is_gone_says_that_it_is_old(here):
    bench = Workbench(opened, "data/example", "en")
    assert '.jupyter-widgets-disconnected::before { content: "The notebook was restarted: this view is old' in bench.children[0].value


# --- for partners --------------------------------------------------------------------------------------


def test_partners_have_no_folder_and_no_true_figures_and_may_change_the_language(here):
    bench = Workbench(opened, "data/example", "da", internal=True, partners=True)
    assert not {"folder", "internal", "reload"} & set(vars(bench)) and not bench.plan.internal
    choose(bench, indicator="vandalism_reports", areas=("motalavej", "sydbyen"), target="at_most", value=50)
    bench.language.value = "en"
    assert (bench.indicator.value, bench.areas.value, bench.target.value, bench.value.value) == ("vandalism_reports", ("motalavej", "sydbyen"), "at_most", 50)
    assert "What if the target were" in bench.message.value and bench.save["figures"].description.startswith("Save")


def test_partners_keep_files_with_their_browser(here):
    bench = Workbench(opened, "data/example", "en", partners=True)
    for what in bench.save:
        bench.save[what].click()
        link = soup(bench.message.value).find("a", download=True)
        kind, _, content = link["href"].partition(";base64,")
        assert link["download"].startswith("safe_share-motalavej") and len(base64.b64decode(content)) > 500 and kind.startswith("data:"), what
    assert not (here / "reports").exists()


# --- nothing to draw -----------------------------------------------------------------------------------


def test_all_hidden_is_said_instead_of_drawn(here):
    bench = Workbench(opened, "data/example")
    choose(bench, indicator="vandalism_reports", areas=("sydbyen",), years=(2019, 2019))
    page = soup(bench.picture.value)
    assert page.svg is None and "alle tal for de valgte områder i 2019–2019 er for små til at blive vist" in text(page)


def test_one_point_is_said_instead_of_drawn_and_stands_in_the_table(here):
    bench = Workbench(opened, "data/example")
    choose(bench, indicator="safe_share", areas=("motalavej",), years=(2017, 2017))
    page = soup(bench.picture.value)
    assert page.svg is None and "kun ét tal" in text(page) and "52,4 %" in text(page.table)


def test_years_without_any_figure_say_which_delivery_is_missing(here):
    bench = Workbench(opened, "data/example")
    choose(bench, indicator="safe_share", areas=("motalavej",), years=(2020, 2020))
    page = soup(bench.picture.value)
    assert page.svg is None and "ingen tal" in text(page) and "Mangler:" in text(page)


def test_no_area_chosen_is_said_in_one_line(here):
    bench = Workbench(opened, "data/example")
    choose(bench, areas=())
    assert alert(bench) == "Vælg mindst ét område."
    assert bench.picture.value == bench.verdicts.value == "", "nothing older stays beside the reason"
    bench.save["figures"].click()
    assert "intet at gemme" in alert(bench) and not (here / "reports").exists()


def test_a_place_to_compare_with_that_is_not_there_is_said(here):
    bench = Workbench(opened, "data/example")
    choose(bench, indicator="vandalism_repairs", target="above_reference")
    assert alert(bench) == "Intet andet sted har tal for denne indikator."


# --- a folder that cannot be used ----------------------------------------------------------------------


@pytest.mark.parametrize("folder", ["nowhere", "", "data", "/", "data/exam\0ple", "x" * 5000])
def test_a_folder_that_is_none_is_told_and_the_former_stays(here, folder):
    bench = Workbench(opened, "data/example")
    before = bench.picture.value
    choose(bench, folder=folder)
    assert alert(bench) and "Det forrige er stadig vist." in alert(bench) and bench.picture.value == before and "Traceback" not in alert(bench)


def test_a_folder_that_is_none_from_the_start_shows_the_reason_alone(here):
    bench = Workbench(opened, "data/exampel")
    assert "data/exampel" in alert(bench) and "stadig" not in alert(bench) and bench.picture.value == ""
    choose(bench, areas=(), target="change")
    assert "Traceback" not in bench.message.value


def test_a_delivery_with_many_errors_is_told_in_a_few_lines(here):
    broken = here / "data" / "broken"
    shutil.copytree(here / "data" / "example", broken, dirs_exist_ok=True)
    path = broken / "media" / "medieomtale_2017-2021.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("2018;", "20x8;"), encoding="utf-8")
    bench = Workbench(opened, "data/example")
    choose(bench, folder="data/broken")
    lines = [text(line) for line in soup(bench.message.value).find(role="alert").find_all("p")]
    assert len(lines) == 10 and re.search(r"række \d+", lines[0]) and "fejl til" in lines[8] and "tryghed check --raw data/broken" in lines[8]
    shutil.rmtree(broken)


def test_whatever_else_goes_wrong_is_told_in_one_line(here, monkeypatch):
    bench = Workbench(opened, "data/example")

    def fails(*_: object, **__: object) -> None:
        raise RuntimeError("<b>no</b>")

    monkeypatch.setattr(charts, "lines", fails)
    choose(bench, indicator="vandalism_reports")
    assert alert(bench) == "Det kunne ikke vises: RuntimeError: <b>no</b>"


def test_hostile_names_stay_text(tmp_path, monkeypatch):
    folder = hostile_plan(tmp_path)
    monkeypatch.chdir(tmp_path)
    bench = Workbench(opened, folder)
    for _, indicator in bench.indicator.options:
        choose(bench, indicator=indicator)
        choose(bench, areas=tuple(value for _, value in bench.areas.options))
        for shown in (bench.picture.value, bench.verdicts.value, bench.message.value):
            assert not {tag.name for tag in soup(shown).find_all(True)} & TAGS


# --- what is saved -------------------------------------------------------------------------------------


def test_a_saved_chart_carries_its_source_line_and_is_never_written_over(here):
    bench = Workbench(opened, "data/example")
    first, second = saved(bench, "chart_svg"), saved(bench, "chart_svg")
    assert first.name == "safe_share-motalavej-2016-2021.svg" and second.name == "safe_share-motalavej-2016-2021-2.svg"
    drawn = " ".join(re.findall(r">([^<>]+)</text>", first.read_text(encoding="utf-8")))
    assert "Kilde: Politiet" in drawn and "EKSEMPELDATA" in drawn
    assert first.read_bytes() == second.read_bytes()
    assert saved(bench, "chart_png").read_bytes().startswith(b"\x89PNG")


def test_a_saved_table_opens_in_excel_set_to_danish(here):
    bench = Workbench(opened, "data/example")
    lines = saved(bench, "figures").read_bytes().decode("utf-8-sig").split("\r\n")
    assert lines[0].startswith("EKSEMPELDATA") and lines[1].startswith("Måling;Område;Periode;Værdi")
    assert any(line.startswith("Andel trygge;Motalavej;2017;0,524;") for line in lines)
    gaps = saved(bench, "gaps").read_bytes().decode("utf-8-sig")
    assert "T1a" in gaps and "Afstand til mål" in gaps


def test_limits_are_saved_as_they_are_shown(here):
    bench = Workbench(opened, "data/example")
    for indicator in ("safe_share", "vandalism_reports", "move_out_rate"):
        choose(bench, indicator=indicator, areas=("motalavej",), years=(2017, 2021))
        rows = [*csv.reader(saved(bench, "figures").read_text(encoding="utf-8-sig").splitlines(), delimiter=";")][2:]
        kept = [[float(limit.replace(",", ".")) for limit in row[7:9]] for row in rows if row[7]]
        shown = [each for row in soup(bench.picture.value).tbody.find_all("tr") if (each := limits(text(row)))]
        assert len(kept) > 2 and kept == shown, indicator


def limits(row: str) -> list[float]:
    """The two limits in a row of the table below a chart, per cent as shares; nothing where there are none."""
    found = re.search(r"([\d,]+)\s?(%?) – ([\d,]+)", row)
    return [round(float(found[end].replace(",", ".")) / (100 if found[2] else 1), 4) for end in (1, 3)] if found else []


def test_true_figures_are_marked_on_all_that_is_shown_and_saved(here):
    bench = Workbench(opened, "data/example")
    choose(bench, indicator="vandalism_reports", areas=("sydbyen",), internal=True)
    assert "INTERN – må ikke deles" in bench.message.value and "INTERN – må ikke deles" in text(soup(bench.picture.value).svg)
    assert "3" in [text(row.find_all("td")[1]) for row in soup(bench.picture.value).tbody.find_all("tr")], "the true figure of 2019"
    files = [saved(bench, what) for what in bench.save]
    assert len(files) == 4 and all("INTERN" in path.name for path in files)
    assert os.name != "posix" or not [path.name for path in files if path.stat().st_mode & 0o077], "its owner's alone"
    assert "INTERN – må ikke deles" in files[0].read_text(encoding="utf-8")
    assert all(path.read_text(encoding="utf-8-sig").startswith("INTERN – må ikke deles") for path in files[2:])
    choose(bench, folder="nowhere")
    assert "INTERN – må ikke deles" in bench.message.value and "stadig vist" in alert(bench), "what is still shown is still internal"
    choose(bench, folder="data/example", internal=False)
    assert "INTERN" not in bench.message.value + bench.picture.value and "INTERN" not in saved(bench, "figures").name


def test_nothing_of_a_hidden_figure_is_in_what_is_saved(here):
    bench = Workbench(opened, "data/example")
    choose(bench, indicator="vandalism_reports", areas=("sydbyen",), years=(2017, 2021))
    figures = saved(bench, "figures").read_text(encoding="utf-8-sig")
    (hidden,) = [line.split(";") for line in figures.splitlines() if ";2019;" in line]
    assert hidden[3:9] == ["", "", "", "", "", ""] and hidden[9] == "Vises ikke (for små tal)"


def test_a_folder_that_cannot_be_written_to_is_told_in_one_line(here):
    (here / "reports").write_text("a file where the folder should be", encoding="utf-8")
    bench = Workbench(opened, "data/example")
    bench.save["figures"].click()
    assert "reports" in alert(bench) and len(soup(bench.message.value).find(role="alert").find_all("p")) == 1
    (here / "reports").unlink()


def test_a_chart_that_is_not_there_cannot_be_saved_and_that_is_said(here):
    bench = Workbench(opened, "data/example")
    choose(bench, indicator="on_list")
    bench.save["chart_png"].click()
    assert alert(bench) == "Der er intet at gemme af den slags for det valgte." and not (here / "reports").exists()


def test_a_chart_is_saved_as_svg_or_png_and_nothing_else(here):
    with pytest.raises(ValueError, match="svg or png"):
        charts.lines(Plan.load("data/example"), "da", "safe_share", ["motalavej"]).picture("exe")


# --- the notebook and the command ----------------------------------------------------------------------


def test_the_notebook_shows_the_workbench_and_keeps_no_figure_in_itself(here):
    done = papermill.execute_notebook(
        here / "notebooks" / "explore.ipynb", None, {"plan_folder": "data/example"}, cwd=here / "notebooks", progress_bar=False, execution_timeout=3600
    )
    outputs = [output for cell in done.cells for output in cell.get("outputs", [])]
    assert [output.output_type for output in outputs] == ["execute_result"] and "application/vnd.jupyter.widget-view+json" in outputs[0].data
    done.metadata.pop("widgets", None)  # JupyterLab saves them only when asked to
    assert "79,5" not in nbformat.writes(done)


def test_the_command_says_which_folder_and_language_the_notebook_begins_with(here, monkeypatch):
    monkeypatch.setenv(workbench.ASKED["folder"], "data/example")
    monkeypatch.setenv(workbench.ASKED["lang"], "en")
    bench = Workbench.begin(opened, "data/raw", "da", False)
    assert bench.folder.value == "data/example" and "EXAMPLE DATA" in bench.message.value


def test_a_folder_that_is_not_there_is_a_wrong_request(here):
    result = run("explore", "--raw", "data/exampel")
    assert result.exit_code == 2 and len(result.output.splitlines()) == 1 and "data/exampel" in result.output


def test_the_command_opens_jupyterlab_on_the_workbench_and_ends_it_when_told_to(here, tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    told = tmp_path / "told.txt"
    with told.open("wb") as stream:
        server = subprocess.Popen([sys.executable, "-m", "analysis", "explore", "--no-browser", "--port", str(port)], cwd=here, stdout=stream, stderr=stream)
    try:
        for _ in range(3000):
            try:
                assert urllib.request.urlopen(f"http://127.0.0.1:{port}/api", timeout=5).status == 200
                break
            except OSError:
                assert server.poll() is None, told.read_text(encoding="utf-8")
                time.sleep(0.2)
        else:
            pytest.fail("JupyterLab did not answer")
    finally:
        server.terminate()
    assert server.wait(600) == 0
    assert f":{port}/lab/tree/notebooks/explore.ipynb?token=" in told.read_text(encoding="utf-8"), "the address printed leads to the notebook"


def test_the_notebook_to_begin_with_runs_and_shows_what_it_says(here):
    done = papermill.execute_notebook(here / "notebooks" / "explore" / "begin_here.ipynb", None, cwd=here / "notebooks" / "explore", progress_bar=False)
    outputs = [output for cell in done.cells for output in cell.get("outputs", [])]
    assert [output.output_type for output in outputs] == ["execute_result"] * 7
    assert sum("<svg" in output.data["text/html"] for output in outputs) == 2 and "What if" in outputs[-1].data["text/html"]


def test_months_are_drawn_as_run_charts_and_saved_as_shown(here):
    bench = Workbench(opened, "data/example")
    choose(bench, indicator="vandalism_reports", areas=("combined", "motalavej"), step="by_month")
    page = soup(bench.picture.value)
    assert "pr. måned" in text(page.svg.title) and "Motalavej: der er kun tal for hele år." in text(page)
    bench.save["chart_svg"].click()
    (path,) = (here / "reports" / "explore").iterdir()
    assert path.name == "vandalism_reports-combined-motalavej-months.svg" and "Kilde: Politiet" in path.read_text(encoding="utf-8")
    months = saved(bench, "figures").read_text(encoding="utf-8-sig")
    assert months.count("\n") == 62 and ";2021M07;24;" in months


def test_months_of_which_some_are_hidden_show_none_of_their_year(here):
    bench = Workbench(opened, "data/example")
    choose(bench, indicator="arson_fires", areas=("motalavej",), step="by_month")
    assert soup(bench.picture.value).svg is None and "for små til at blive vist" in text(soup(bench.picture.value))
