"""What commands on the example plan cost, as so many times `import pandas, matplotlib.pyplot`: CPU of all their processes, medians of several runs.

`python tests/benchmark/commands.py [RUNS]`. A check and a report of which nothing changed are meant to stay below 2.
"""

import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
YARDSTICK = ["-c", "import pandas, matplotlib.pyplot"]
COMMANDS = {"check": ["check"], "build": ["build"], "report, all pages": ["report"], "report, nothing changed": ["report"]}


def seconds(words: list[str], home: Path) -> float:
    """CPU seconds of a Python and of every process it waited for."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    subprocess.run([sys.executable, *words], cwd=home, env=env, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main(runs: int) -> None:
    found: dict[str, list[float]] = {name: [] for name in COMMANDS}
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        shutil.copytree(ROOT / "data" / "example", home / "data" / "example")
        for _ in range(runs):
            shutil.rmtree(home / "reports", ignore_errors=True)
            shutil.rmtree(home / "data" / "processed", ignore_errors=True)
            yardstick = seconds(YARDSTICK, home)
            for name, words in COMMANDS.items():
                found[name].append(seconds(["-m", "analysis", *words, "--raw", "data/example"], home) / yardstick)
    for name, ratios in found.items():
        print(f"{name:<26}{statistics.median(ratios):6.2f} × import pandas, matplotlib.pyplot   (from {min(ratios):.2f} to {max(ratios):.2f})")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
