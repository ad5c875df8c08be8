"""A page is made whole or not at all, and pages are published together or not at all."""

import csv
import os
import re
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from pages import contents, soup, text
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook

from analysis.promises.catalogue import say
from analysis.promises.problems import PlanError
from analysis.reading import folders
from analysis.running import render
from analysis.running.parameters import Page, PageError, with_parameters
from analysis.running.pool import local_pool, page_alone
from analysis.running.render import Rendered, key_figures, render_page
from analysis.running.reports import lead_to_all, publish
from analysis.showing.elements import FIGURES_MIME

PARAMETERS = 'year: int = 2017  # the year\nlang: str = "da"  # the language'


def element(name: str, markup: str, figures: str = "[]") -> str:
    """Code that shows one element of a page, as the project's tables and charts do."""
    return (
        f"from IPython.display import display\ndisplay({{'text/html': {markup!r}, '{FIGURES_MIME}': {{'element': '{name}', 'figures': {figures}}}}}, raw=True)"
    )


LAST = element("provenance", "<p>The end</p>")


def page(folder: Path, *cells: str | nbformat.NotebookNode, **parameters: object) -> Page:
    """A page to be made from a small notebook with these cells after its parameters."""
    code = [cell if isinstance(cell, nbformat.NotebookNode) else new_code_cell(cell) for cell in cells]
    cells = [new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]}), *code]
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}, "language_info": {"name": "python"}}
    nbformat.write(new_notebook(cells=cells, metadata=kernel), folder / "small.ipynb")
    return Page("small", "A small page", folder / "small.ipynb", parameters)


def refused(wanted: Page) -> PageError:
    """The error with which a page is refused: one line that names the notebook."""
    with pytest.raises(PageError) as caught:
        render_page(wanted, "da", [])
    error = caught.value
    assert error.page == "small"
    assert "small.ipynb" in error.reason and len(error.reason.splitlines()) == 1, error.reason
    assert "Traceback" not in error.reason
    return error


# --- one page ------------------------------------------------------------------------------------------


def test_a_whole_notebook_becomes_a_page_with_its_figures_and_without_its_code(tmp_path):
    figure = "[{'element': 'one', 'indicator': 'i', 'area': 'a', 'period': str(year), 'value': 1.0, 'shown_as': '1'}]"
    danish = new_markdown_cell("Det er dansk.", metadata={"tags": ["da"]})
    english = new_markdown_cell("It is English.", metadata={"tags": ["en"]})
    analyst = new_markdown_cell("For JupyterLab only.", metadata={"tags": ["analyst"]})
    saved = new_output("display_data", data={"text/html": "<p>JupyterLab</p>", FIGURES_MIME: {"element": "two", "figures": [{"value": 2}]}})
    shows = new_code_cell("1 / 0", outputs=[saved], metadata={"tags": ["analyst"]})
    cells = [danish, english, analyst, shows, element("one", "<p>Seen</p>", figure), LAST]
    done = render_page(page(tmp_path, *cells, year=2018), "da", [("small.html", "A & B")])
    seen = text(soup(done.html).main)
    assert "Det er dansk." in seen and "Seen" in seen and "The end" in seen
    assert not re.search("English|JupyterLab|display|IPython", seen)
    assert soup(done.html).nav.get_text() == "A & B"
    assert [(row["report"], row["period"], row["shown_as"]) for row in done.figures] == [("small", "2018", "1")]
    assert contents(tmp_path).keys() == {"small.ipynb"}, "nothing is written beside the notebook"


def test_a_notebook_that_fails_is_told_by_name_and_cell(tmp_path):
    error = refused(page(tmp_path, "before = 1", "1 / 0", LAST))
    assert re.search(r"\bcell [34]\b", error.reason) and "ZeroDivisionError: division by zero" in error.reason  # papermill adds a cell
    kept = nbformat.reads(error.notebook, as_version=4)
    assert "1 / 0" in [cell.source for cell in kept.cells], "the notebook is kept as far as it came"


def test_why_a_page_failed_is_told_in_each_language(tmp_path):
    problem = refused(page(tmp_path, "before = 1", "1 / 0", LAST)).problem
    assert problem.line("da").startswith("small.ipynb: ZeroDivisionError: division by zero – fejlen, der standsede celle ")
    assert problem.line("en").startswith("small.ipynb: ZeroDivisionError: division by zero – the error that ended cell ")
    problem = refused(page(tmp_path, LAST, yaer=2018)).problem
    assert problem.line("da") == "small.ipynb: yaer – er ikke en parameter i notebooken; menes 'year'?"
    assert problem.line("en") == "small.ipynb: yaer – is not a parameter of the notebook; did you mean 'year'?"


def test_an_error_of_several_lines_is_told_in_one(tmp_path):
    assert "first" in refused(page(tmp_path, "raise ValueError('first\\nsecond')", LAST)).reason


def test_an_error_that_the_notebook_lets_pass_is_an_error_all_the_same(tmp_path):
    passing = new_code_cell("raise ValueError('first\\nsecond')", metadata={"tags": ["raises-exception"]})
    assert "ValueError: first" in refused(page(tmp_path, passing, LAST)).reason


def test_a_notebook_that_leaves_in_the_middle_is_not_taken_for_whole(tmp_path):
    assert re.search(r"\bcell \d", refused(page(tmp_path, "raise SystemExit(0)", LAST)).reason)


def test_a_kernel_that_dies_is_told_in_one_line(tmp_path):
    refused(page(tmp_path, "import os\nos._exit(1)", LAST))


def test_a_notebook_without_its_last_element_is_not_taken_for_whole(tmp_path):
    refused(page(tmp_path, element("one", "<p>Seen</p>")))


def test_a_misspelt_parameter_is_refused_before_anything_runs(tmp_path):
    error = refused(page(tmp_path, f"open({str(tmp_path / 'ran')!r}, 'w').close()", LAST, yaer=2018))
    assert "yaer" in error.reason and "year" in error.reason.replace("yaer", "")
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("parameters", [{"year": "2018"}, {"year": True}, {"year": 2018.0}, {"lang": 1}, {"x = 1; y": 1}, {"lang.x": "da"}])
def test_a_parameter_of_another_type_or_that_is_no_name_is_refused_before_anything_runs(tmp_path, parameters):
    error = refused(page(tmp_path, f"open({str(tmp_path / 'ran')!r}, 'w').close()", LAST, **parameters))
    assert next(iter(parameters)) in error.reason
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("name", ["../small", "a/b", "", "a b", "a.html", "ø"])
def test_a_page_is_named_by_a_slug(tmp_path, name):
    with pytest.raises(PageError, match="not a name for a page"):
        render_page(replace(page(tmp_path, LAST), name=name), "da", [])


def test_parameters_are_set_as_papermill_sets_them(tmp_path):
    given = {"year": 2018, "lang": 'e"n\\ æ\n', "flag": True, "part": 0.5}
    notebook = nbformat.read(page(tmp_path, LAST).notebook, as_version=4)
    usual = parameterize_notebook(load_notebook_node(str(page(tmp_path, LAST).notebook)), given).cells[1]
    mine = with_parameters(notebook, given).cells[1]
    assert mine.source == usual.source and mine.metadata == usual.metadata


@pytest.mark.parametrize("jobs", [1, 2])
def test_pages_are_made_in_workers_and_one_that_fails_is_told(tmp_path, jobs):
    good, bad = page(tmp_path, LAST), replace(page(tmp_path, LAST), parameters={"yaer": 2018})
    with local_pool(jobs) as pool:
        made = [pool.submit(page_alone, each, "da", []) for each in (good, bad, good)]
        assert made[0].result().html == made[2].result().html == render_page(good, "da", []).html
        with pytest.raises(PageError, match=r"small\.ipynb"):
            made[1].result()


# --- publishing ----------------------------------------------------------------------------------------

NEW = {"index.html": "new index", "method.html": "new method", "key_figures.csv": "new figures"}


@pytest.fixture
def published(tmp_path) -> Path:
    """A folder of pages published before, with an English one below it."""
    folder = tmp_path / "reports" / "2017"
    (folder / "en").mkdir(parents=True)
    for file in ("index.html", "method.html", "key_figures.csv", "area-gone.html", "en/index.html"):
        (folder / file).write_text(f"old {file}")
    return folder


def test_all_pages_are_replaced_and_those_no_longer_made_are_removed(published):
    publish(NEW.items(), published)
    assert contents(published) == {file: text.encode() for file, text in (NEW | {"en/index.html": "old en/index.html"}).items()}
    assert [path.name for path in published.parent.iterdir()] == ["2017"], "nothing is left beside it"


def test_pages_not_made_this_time_stay_when_only_some_are_made(published):
    publish(NEW.items(), published, lambda file: True)
    assert contents(published)["area-gone.html"] == b"old area-gone.html"
    assert contents(published)["index.html"] == b"new index"


def test_what_a_person_put_there_is_not_removed(published):
    (published / "notes.txt").write_text("mine")
    publish(NEW.items(), published)
    assert (published / "notes.txt").read_text() == "mine"


def fails_at(call: int, real):
    """The function, but the disk is full at the given call."""
    calls = []

    def full(*args, **kwargs):
        calls.append(args)
        if len(calls) == call:
            raise OSError(28, "No space left on device")
        return real(*args, **kwargs)

    return full


@pytest.mark.parametrize("in_one_step", [True, False])
@pytest.mark.parametrize("function", ["replace", "fsync", "link"])
@pytest.mark.parametrize("call", [1, 2, 3])
def test_pages_published_before_are_untouched_when_one_cannot_be_written(published, monkeypatch, function, call, in_one_step):
    """A full disk, and on Windows a page that somebody holds open: no step may be half done."""
    before = contents(published.parent)
    if not in_one_step:
        monkeypatch.setattr(folders, "_exchange", lambda one, other: False)
    monkeypatch.setattr(os, function, fails_at(call, getattr(os, function)))
    try:
        publish(NEW.items(), published)
    except PlanError as error:
        assert "No space left on device" in str(error) and len(str(error).splitlines()) == 1
        monkeypatch.undo()
        assert contents(published.parent) == before
    else:  # fewer calls than that were made, or there was another way: then everything is new
        assert contents(published)["index.html"] == b"new index" and "area-gone.html" not in contents(published)


def test_pages_published_before_are_untouched_when_a_file_cannot_be_opened(published, monkeypatch):
    before = contents(published.parent)
    monkeypatch.setattr(Path, "open", fails_at(2, Path.open))
    with pytest.raises(PlanError):
        publish(NEW.items(), published)
    monkeypatch.undo()
    assert contents(published.parent) == before


def test_a_link_is_not_written_through(published, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (published / "index.html").unlink()
    (published / "index.html").symlink_to(tmp_path / "elsewhere" / "index.html")
    with pytest.raises(PlanError, match="is a link"):
        publish(NEW.items(), published)
    (published.parent / "2018").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(PlanError, match="is a link"):
        publish(NEW.items(), published.parent / "2018")
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_what_a_killed_run_left_is_swept_or_put_back(published):
    before = contents(published)
    left, put_aside = published.parent / ".2017-abcdefgh", published.parent / ".2017-ijklmnop.old"
    left.mkdir()
    (left / "index.html").write_text("half")
    (published.parent / ".2017-notes").mkdir()
    published.rename(put_aside)
    folders.sweep(published)
    assert contents(published) == before
    assert {path.name for path in published.parent.iterdir()} == {"2017", ".2017-notes"}


# --- key figures ---------------------------------------------------------------------------------------


def figure(**more: object) -> dict[str, object]:
    usual = {"element": "e", "indicator": "i", "area": "a", "period": "2017", "value": 0.583, "shown_as": "58,3 %"}
    return usual | more


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(text.splitlines()))


def test_the_same_figure_shown_twice_in_a_place_is_listed_once():
    shown = Rendered("p", "", "", [{"report": "p", **figure()}, {"report": "p", **figure()}, {"report": "p", **figure(element="f")}])
    assert [row["element"] for row in rows(key_figures([shown]))] == ["e", "f"]


def test_a_figure_read_back_from_the_file_is_the_same_figure():
    shown = Rendered("p", "", "", [{"report": "p", **figure(value=1 / 3)}])
    again = rows(key_figures([shown]))
    assert rows(key_figures([shown], again)) == again and len(again) == 1


def test_figures_of_pages_that_are_no_notebooks_are_listed_too():
    listed = rows(key_figures([Rendered("p", "", "", [{"report": "p", **figure()}])], [{"report": "index", **figure()}]))
    assert {row["report"] for row in listed} == {"index", "p"}
    assert list(listed[0]) == render.FIGURE_COLUMNS == ["report", "element", "indicator", "area", "period", "value", "shown_as"]


# --- contents --------------------------------------------------------------------------------------------


def test_the_contents_list_every_section_under_the_title_and_leave_the_rest_alone():
    body = '<h1>T</h1><p class="lead">L</p><h2>One &amp; two</h2><p id="three">x</p><h2 id="own">Own</h2><h2>Three</h2><h2><a href="x.html">Three</a></h2>'
    made = soup(render.with_contents(body, "Contents"))
    assert [heading["id"] for heading in made.find_all("h2")] == ["one-two", "own", "three-2", "three-3"]
    assert [(link["href"][1:], link.get_text()) for link in made.nav.find_all("a")] == [
        ("one-two", "One & two"),
        ("own", "Own"),
        ("three-2", "Three"),
        ("three-3", "Three"),
    ]
    assert made.find(class_="lead").find_next_sibling() == made.nav
    assert made.h2.find_next("a", href="x.html")


def test_a_page_of_two_sections_has_no_contents():
    made = soup(render.with_contents("<h1>T</h1><h2>One</h2><h2>Two</h2>", "Contents"))
    assert made.nav is None and [heading["id"] for heading in made.find_all("h2")] == ["one", "two"]


def test_a_hostile_heading_stays_text_in_the_contents():
    heading = "&lt;script&gt;alert(1)&lt;/script&gt; &quot;x&quot;"
    made = render.with_contents(f"<h1>T</h1>{f'<h2>{heading}</h2>' * 3}", "Contents")
    assert made.count(heading) == 6 and not soup(made).find("script")
    assert len({tag["id"] for tag in soup(made).find_all("h2")}) == 3


# --- what leads to them ----------------------------------------------------------------------------------


def test_the_page_above_the_years_leads_to_every_plan_and_never_to_true_figures(tmp_path):
    marked = f'<p class="mark">{say("example", "da")}</p>'
    for place, body in {
        "2017": "",
        "2016": "",
        "2017/en": "",
        "example/2021": marked,
        "example/2020": marked,
        "internal/2017": "",
        "editions/2017-1": "",
    }.items():
        (tmp_path / place).mkdir(parents=True, exist_ok=True)
        (tmp_path / place / "index.html").write_text(f"<title>Report of {place}</title>{body}", encoding="utf-8")
    for folder in ("example", "internal", "editions"):
        (tmp_path / folder / "index.html").write_text("<title>Above</title>", encoding="utf-8")
    lead_to_all(tmp_path)
    page = soup((tmp_path / "index.html").read_text(encoding="utf-8"))
    links = [link["href"] for link in page.main.find_all("a") if not link["href"].startswith("#")]
    assert links == ["2017/index.html", "2017/en/index.html", "2016/index.html", "example/2021/index.html"]
    assert say("example", "da") in text(page.find_all("h2")[-1]) and not page.find("p", class_="mark"), "only the plan that is made up is marked as such"
