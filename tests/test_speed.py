"""No test depends on how fast a machine is: a fresh clone on a slow one passes as well."""

import ast
from pathlib import Path

import pytest
from conftest import ROOT, SLOW
from hypothesis import HealthCheck, settings

MODULES = sorted(Path(__file__).parent.rglob("test_*.py"))
CLOCKS = {"monotonic", "perf_counter", "process_time", "monotonic_ns", "perf_counter_ns", "process_time_ns"}
LEAST = 60  # seconds: a wait that must end in time ends in a failure, so it is long


def hurried(source: str) -> list[str]:
    """What in a test module depends on speed: a deadline or health checks of its own, a clock that is read, a wait that is given up soon."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.keyword) and node.arg in ("deadline", "suppress_health_check") and ast.unparse(node.value) != "None":
            found.append(f"{node.value.lineno}: {node.arg} is said in conftest.py, for all; one said here takes its place")
        elif isinstance(node, ast.Attribute | ast.Name) and (node.attr if isinstance(node, ast.Attribute) else node.id) in CLOCKS:
            found.append(f"{node.lineno}: reads a clock")
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("wait", "communicate"):
            waits = [*node.args, *(keyword.value for keyword in node.keywords if keyword.arg == "timeout")]
            found += [
                f"{node.lineno}: waits only {wait.value} s"
                for wait in waits
                if isinstance(wait, ast.Constant) and isinstance(wait.value, int | float) and wait.value < LEAST
            ]
    return found


def test_no_example_has_a_time_it_must_be_done_in():
    assert settings.default.deadline is None
    assert HealthCheck.too_slow in settings.default.suppress_health_check
    assert settings(max_examples=1).deadline is None, "nor one of a test that says how many examples it wants"


@pytest.mark.parametrize("path", [path for path in MODULES if path.name not in ("conftest.py", Path(__file__).name)], ids=lambda path: path.name)
def test_no_test_depends_on_how_fast_a_machine_is(path):
    assert hurried(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "line",
    [
        "@settings(deadline=200)\ndef a(): pass",
        "settings(suppress_health_check=[])",
        "began = time.monotonic()",
        "perf_counter()",
        "server.wait(5)",
        "running.communicate(timeout=9.5)",
    ],
)
def test_each_way_to_be_in_a_hurry_is_noticed(line):
    assert len(hurried(line)) == 1


def test_every_slow_module_is_there():
    assert {path for path in SLOW if not (ROOT / "tests" / path).is_file()} == set()
