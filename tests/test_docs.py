"""README, the pages of docs/, codebook and .ci/run say what is there."""

import ast
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from analysis.judging import certainty, claims, comparison, finished, observations, robustness, targets, together
from analysis.plan import Plan
from analysis.promises import agreement, rules
from analysis.protecting import disclosure, editions
from analysis.reading import account, consistency, contracts, figures, intake, sources
from analysis.running import checking

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CODEBOOK = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
DOCS = ROOT / "docs"
PAGES = {
    path.relative_to(ROOT).as_posix(): path
    for path in [*ROOT.glob("*.md"), ROOT / "data" / "README.md", *(ROOT / "data").glob("*/README.md"), *DOCS.rglob("*.md")]
}
CHECKS = ["ruff format --check src tests data docs", "ruff check src tests data docs", "mypy"]
COMMANDS = {"### Get the report": "tryghed report", "### Run the tests": "pytest -n auto --dist worksteal"}

STATUSES = {*sources.STATUS, *sources.MISSING, "suppressed", "partial"} - {"suspect"}
VERDICTS = {
    *certainty.JUDGED,
    "target_not_set",
    "not_measured",
    "not_yet_due",
    "baseline_missing",
    "previous_year_missing",
    "not_comparable",
    "suppressed",
    "no_target",
}


def page(name: str) -> str:
    """One page of docs/, such as `how-to/year`."""
    return (DOCS / f"{name}.md").read_text(encoding="utf-8")


def section(text: str, heading: str) -> str:
    """What stands between a heading and the next one of the same or a higher level."""
    level = len(heading) - len(heading.lstrip("#"))
    found = re.search(rf"(?ms)^{re.escape(heading)}\s*\n(.*?)(?=^#{{1,{level}}} |\Z)", text)
    assert found, f"no heading '{heading}'"
    return found[1]


def block(text: str, language: str) -> str:
    """The first fenced block of a language."""
    return re.search(rf"(?ms)^```{language}\n(.*?)^```$", text)[1]


def first_column(text: str, header: str) -> list[str]:
    """The names in the first column of the first table with this header; one cell may hold several."""
    rows = re.search(rf"(?m)^\| {header} \|.*\n\|[-|]+\|\n((?:\|.*\n)+)", text)
    assert rows, f"no table headed '{header}'"
    return [name for row in rows[1].splitlines() for name in re.findall(r"`([^`]+)`", row.split("|")[1])]


# --- the two commands ------------------------------------------------------------------------------------


def ci_show(heading: str, root: Path = ROOT) -> subprocess.CompletedProcess:
    if not shutil.which("bash"):
        pytest.skip("no bash on this machine; .ci/run needs it")
    run = ["bash", str(root / ".ci" / "run"), "--show", heading]
    return subprocess.run(run, capture_output=True, encoding="utf-8", stdin=subprocess.DEVNULL)


@pytest.mark.parametrize("heading", COMMANDS)
def test_ci_runs_exactly_the_command_of_the_readme(heading):
    shown = ci_show(heading)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert shown.stdout == block(section(README, heading), "sh")


@pytest.mark.parametrize(("heading", "ends"), COMMANDS.items())
def test_each_command_is_one_line_that_stands_directly_under_its_heading(heading, ends):
    assert re.search(rf"(?m)^{re.escape(heading)}\n\n```sh\n[^\n]+ {re.escape(ends)}\n```$", README)


def test_every_way_to_run_the_tests_uses_all_cores():
    ways = re.findall(
        r"(?m)^.*\bpytest\b(?! import)(.*)$", "".join(re.findall(r"(?ms)^```(?:sh|powershell|console)\n(.*?)^```$", README + page("how-to/installing")))
    )
    assert len(ways) == 4 and {way.strip() for way in ways} == {"-n auto --dist worksteal"}


def test_the_two_commands_differ_only_in_what_they_run():
    report, tests = (block(section(README, heading), "sh") for heading in COMMANDS)
    example, real = report.removeprefix("test -x").split(" && ")[-2:]
    assert example == f"{real.strip()} --raw data/example --out reports/example"
    assert report.replace(f"{example} && ", "").replace(" --no-dev tryghed report", " pytest -n auto --dist worksteal") == tests


@pytest.mark.parametrize("broken", ["", "```sh\n```\n", "```sh\n  \n```\n", "```sh\ntrue\n", "## Other\n```sh\ntrue\n```\n"])
def test_ci_fails_when_a_command_is_missing_empty_or_never_closed(broken, tmp_path):
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "run", tmp_path / ".ci" / "run")
    (tmp_path / "README.md").write_text("### Run the tests\n\n" + broken, encoding="utf-8")
    shown = ci_show("### Run the tests", tmp_path)
    assert shown.returncode == 1
    assert "no command in a sh block under '### Run the tests'" in shown.stderr


def test_ci_checks_the_form_of_the_code_before_it_tests_it(tmp_path):
    if not shutil.which("bash"):
        pytest.skip("no bash on this machine; .ci/run needs it")
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "run", tmp_path / ".ci" / "run")
    (tmp_path / "README.md").write_text(
        "### Get the report\n\n```sh\necho report\n```\n### Run the tests\n\n```sh\necho uv run pytest -n auto\n```\n", encoding="utf-8"
    )
    done = subprocess.run(["bash", ".ci/run"], cwd=tmp_path, capture_output=True, encoding="utf-8", stdin=subprocess.DEVNULL)
    ran = [line.removeprefix("uv run ") for line in done.stdout.splitlines() if not line.startswith("+")]
    assert done.returncode == 0 and ran == [*CHECKS, "pytest -n auto", "report"]


def test_ci_installs_the_browser_that_contributing_names():
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    named = re.search(r"apt-get install (\S+)", section((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"), "## Tests in a browser"))[1]
    assert re.search(rf"apt-get install .*\b{named}\b", script)
    assert script.index("apt-get install") < script.index("for command in")


# --- README ----------------------------------------------------------------------------------------------


def tree() -> list[str]:
    """The paths that the README's tree names, from the project's folder."""
    parents, paths = [], []
    for line in filter(str.strip, block(section(README, "## What is where"), "text").splitlines()):
        depth, name = (len(line) - len(line.lstrip())) // 2, line.split()[0]
        parents[depth:] = [name]
        paths.append("".join(parents))
    return paths


@pytest.mark.parametrize("path", tree())
def test_the_tree_names_only_what_exists(path):
    found = list(ROOT.glob(re.sub("<[^>]+>", "*", path)))
    assert found, f"{path} is in the README's tree and not in the project"
    assert all(each.is_dir() for each in found) == path.endswith("/")


def test_the_tree_names_everything_at_the_top():
    there = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")} | {".ci"}
    assert {path.split("/")[0] for path in tree()} == there


def test_the_tree_names_every_notebook():
    there = {path.relative_to(ROOT).as_posix() for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert {path for path in tree() if path.endswith(".ipynb")} == there


def test_the_readme_is_two_screens():
    assert len(README.splitlines()) <= 100


def test_the_architecture_names_every_package_in_the_order_a_figure_passes_them():
    from analysis import __doc__ as about

    packages = {path.parent.name for path in (ROOT / "src" / "analysis").glob("*/__init__.py")}
    named = first_column(page("architecture"), "package")
    assert set(named) == packages
    assert named == re.findall(rf"(?m)^({'|'.join(packages)}) ", about)
    drawing = (DOCS / "packages.svg").read_text(encoding="utf-8")
    assert re.findall(r'font-weight="600">(\w+)<', drawing) == named
    assert not re.search(r"<script|https?://(?!www\.w3\.org/)", drawing), "it is drawn offline too"


@pytest.mark.parametrize("path", sorted((ROOT / "src" / "analysis").rglob("*.py")), ids=lambda path: path.relative_to(ROOT / "src" / "analysis").as_posix())
def test_the_first_line_of_every_module_says_what_it_is_for(path):
    first = (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").split("\n")[0]
    assert re.fullmatch(r"\S.{10,}[.:;]", first), first


def anchors(text: str) -> set[str]:
    """The headings of a page as links name them."""
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in re.findall(r"(?m)^#+ (.+)$", text)}


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_every_link_leads_somewhere(page):
    for link in re.findall(r"\]\(([^)]+)\)", page.read_text(encoding="utf-8")):
        path, _, anchor = link.partition("#")
        if not re.match(r"https?:", link):
            target = page.parent / path if path else page
            assert target.exists(), link
            assert not anchor or anchor in anchors(target.read_text(encoding="utf-8")), link


def test_every_picture_is_there_and_has_words_for_those_who_do_not_see_it():
    pictures = re.findall(r'<img src="([^"]+)"[^>]* alt="([^"]+)"', README) + [
        (path, alt) for alt, path in re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", page("architecture"))
    ]
    assert len(pictures) == 2
    for path, alt in pictures:
        assert any((folder / path).is_file() for folder in (ROOT, DOCS)) and len(alt) > 30
    assert "Example data: the figures on this page are made up" in README and (DOCS / "page.png").stat().st_size < 250_000


def test_every_decision_has_a_number_of_its_own():
    numbers = [path.name[:4] for path in sorted((DOCS / "decisions").glob("*.md"))]
    assert len(set(numbers)) == len(numbers) > 1


def test_every_page_of_the_documentation_can_be_reached_from_the_readme():
    seen, ahead = set(), {ROOT / "README.md"}
    while ahead:
        here = ahead.pop()
        seen.add(here)
        links = {(here.parent / link.split("#")[0]).resolve() for link in re.findall(r"\]\(([^):]+)\)", here.read_text(encoding="utf-8"))}
        ahead |= {page for link in links for page in ([link] if link.suffix == ".md" else link.glob("*.md") if DOCS in link.parents else [])} - seen
    assert set(DOCS.rglob("*.md")) <= seen


def test_the_reference_names_every_field_and_rule_a_plan_folder_may_have():
    said = set(re.findall(r"[a-z_]+", page("reference/agreement-toml") + page("reference/source-toml")))
    parameters = {word for kind, rule in rules.RULES.items() for word in (kind, *rule.parameters().model_fields)}
    entries = (agreement._Plan, agreement.Area, agreement.Reference, agreement.Indicator, agreement._Criterion)
    register = {name for entry in entries for name in entry.model_fields}
    assert register | parameters | set(sources.Layout.model_fields) | set(contracts.CONTRACTS) <= said


def test_the_site_leads_to_every_page_and_every_call_for_notebooks():
    from analysis import showing

    listed = re.findall(r"(?m)^   ([\w./-]+)$", (DOCS / "site.rst").read_text(encoding="utf-8"))
    there = {path.with_suffix("").resolve() for path in [*PAGES.values(), DOCS / "reference" / "api.rst"]}
    assert sorted(listed) == sorted(set(listed)) and {(DOCS / each).resolve() for each in listed} == there
    said = re.findall(r"(?m)^\.\. automodule:: analysis\.showing\.(\w+)$", (DOCS / "reference" / "api.rst").read_text(encoding="utf-8"))
    assert said == showing.__all__


def test_the_workflow_runs_what_ci_runs_on_each_python_there_may_be():
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8"))
    steps = {name: [step["run"] for step in job["steps"] if "run" in step] for name, job in workflow["jobs"].items()}
    assert steps["run"][-1] == "bash .ci/run"
    needed = re.search(r'requires-python = ">=([\d.]+)"', (ROOT / "pyproject.toml").read_text(encoding="utf-8"))[1]
    assert workflow["jobs"]["pythons"]["strategy"]["matrix"]["python"][0] == needed
    assert "sphinx-build -W -c docs ." in steps["docs"][-1] and "sphinx-build -W -c docs ." in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_every_command_mentioned_exists(page):
    from analysis.__main__ import main

    mentioned = set(re.findall(r"\btryghed +([a-z]+)", page.read_text(encoding="utf-8")))
    assert mentioned <= set(main.commands)


def test_every_command_and_option_stands_in_the_reference():
    from analysis.__main__ import main

    said = page("reference/commands")
    known = {each for command in main.commands.values() for option in command.params for each in option.opts}
    assert set(re.findall(r"`tryghed ([a-z]+)", said)) == set(main.commands)
    assert set(re.findall(r"(?<!-)--[a-z][a-z-]+", said)) == {each for each in known if each[:2] == "--"} | {"--help"}


# --- codebook --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heading", "columns"),
    {
        "## observations.csv": observations.COLUMNS,
        "## gaps.csv": targets.COLUMNS,
        "## periods.csv": together.COLUMNS,
        "## `<source>`.csv": figures.TIDY,
        "## per_thousand.csv": ["indicator", "area", "period", "exposure", "rate", "lower", "upper"],
        "## rates.csv": comparison.RATES,
        "## standings.csv": comparison.STANDINGS,
        "## funnels.csv": comparison.FUNNELS,
        "## robustness.csv": robustness.COLUMNS,
        "## contrasts.csv": comparison.CONTRASTS,
        "## months.csv": finished.MONTHS,
        "## signals.csv": finished.SIGNALS,
        "## seasons.csv": finished.SEASONS,
        "## deliveries.csv": intake.FILES,
        "## sheets.csv": account.SHEETS,
        "## revised.csv": consistency.REVISED,
        "## warnings.csv": list(checking.problem_table([]).columns),
        "## changed.csv": editions.CHANGED,
        "## hidden.csv": ["indicator", "figures"],
        "## Editions": editions.COLUMNS,
        "## key_figures.csv": ["report", "element", "indicator", "area", "period", "value", "shown_as"],
    }.items(),
)
def test_the_codebook_names_exactly_the_columns_in_their_order(heading, columns):
    assert first_column(section(CODEBOOK, heading), "column") == list(columns)


@pytest.mark.parametrize(
    ("heading", "header", "known"),
    [
        ("## observations.csv", "status", STATUSES),
        ("## internal/", "reason", set(disclosure.REASONS)),
        ("## sheets.csv", "letter", set(account.CELLS)),
        ("## gaps.csv", "role", {"judged", "baseline", "period"}),
        ("## gaps.csv", "verdict", VERDICTS),
        ("## periods.csv", "steadiness", set(together.STEADINESS)),
        ("## periods.csv", "claim", set(claims.CLAIMS)),
        ("## gaps.csv", "certainty", {"certain", "cannot_tell", "full_count"}),
    ],
)
def test_the_codebook_explains_every_value(heading, header, known):
    explained = first_column(section(CODEBOOK, heading), header)
    assert len(explained) == len(set(explained))
    assert set(explained) == known


def test_the_published_figures_hold_only_what_the_codebook_explains(plan_folder):
    opened = Plan.load(plan_folder)
    assert set(opened.observations["status"]) <= STATUSES
    assert set(opened.gaps["verdict"]) - {""} <= VERDICTS
