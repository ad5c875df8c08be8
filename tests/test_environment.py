"""environment.yml gives conda users the packages and bounds of pyproject.toml."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
PYPROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
ENVIRONMENT = (ROOT / "environment.yml").read_text(encoding="utf-8")


def bounds(requirements: list[str]) -> dict[str, str]:
    """Package name → version bound; extras such as name[extra] are not part of a conda name."""
    found = {}
    for text in requirements:
        name, bound = re.fullmatch(r"([\w.-]+?)\s*(?:\[[\w,-]+\])?\s*((?:[<>=!~].*)?)", text.strip()).groups()
        name = re.sub(r"[-_.]+", "-", name).lower()
        assert name not in found, f"{name} is listed twice"
        found[name] = bound.replace(" ", "")
    return found


def promised(pyproject: str) -> dict[str, str]:
    """What pyproject.toml asks for: python, the dependencies and the dev tools, without optional extras and what the site is built with."""
    read = tomllib.loads(pyproject)
    return {"python": read["project"]["requires-python"]} | bounds([*read["project"]["dependencies"], *read["dependency-groups"]["dev"]])


def given(environment: str) -> dict[str, str]:
    """What environment.yml installs, from conda-forge or by pip; pip itself is only the tool for its last lines."""
    listed = yaml.safe_load(environment)["dependencies"]
    packages = [*(each for each in listed if isinstance(each, str)), *by_pip(environment)]
    return {name: bound for name, bound in bounds([each for each in packages if each != "-e ."]).items() if name != "pip"}


def by_pip(environment: str) -> list[str]:
    """The lines that environment.yml leaves to pip."""
    return [line for each in yaml.safe_load(environment)["dependencies"] if isinstance(each, dict) for line in each["pip"]]


def test_conda_users_get_the_same_packages_with_the_same_bounds():
    assert given(ENVIRONMENT) == promised(PYPROJECT)


def test_conda_users_get_this_project_itself_from_its_folder():
    read = yaml.safe_load(ENVIRONMENT)
    assert (read["name"], read["channels"]) == ("tryghed", ["conda-forge"])
    assert "pip" in read["dependencies"]
    assert by_pip(ENVIRONMENT)[-1] == "-e ."


@pytest.mark.parametrize("package", promised(PYPROJECT))
def test_a_package_or_bound_that_stands_on_one_side_only_is_noticed(package):
    line = rf"(?m)^( +)- {re.escape(package)}(?=[<>=\s])[^\n]*\n"
    assert given(re.sub(line, "", ENVIRONMENT)) != promised(PYPROJECT)
    assert given(re.sub(line, rf"\1- {package}>=99\n", ENVIRONMENT)) != promised(PYPROJECT)
    if package != "python":
        assert given(ENVIRONMENT) != promised(re.sub(rf'"{re.escape(package)}[^"]*",?', "", PYPROJECT))
