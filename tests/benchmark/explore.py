"""How long the workbench takes to follow a choice, on the example plan: `python tests/benchmark/explore.py`.

Every indicator with all its areas under every kind of target. A reaction is all that happens between a choice and the chart, the verdicts and the
message standing in their widgets. Beside it, in the same run: a bare chart of the same size as SVG, which nothing could be faster than.
"""

import io
import itertools
import statistics
import time

import matplotlib.pyplot as plt

from analysis import Plan
from analysis.showing.workbench import Workbench

ROUNDS, LIMIT = 3, 0.3


def bare() -> None:
    """The least there is: five points, a title, constrained layout, saved as SVG."""
    figure, axes = plt.subplots(figsize=(7.2, 3.5), layout="constrained")
    axes.plot(range(5))
    axes.set_title("0")
    figure.savefig(io.BytesIO(), format="svg")
    plt.close(figure)


def seconds(action) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def main() -> None:
    bench, reactions = Workbench(Plan.load, "data/example"), {}
    measured = set(bench.plan.observations.loc[bench.plan.observations["value"].notna(), "indicator"])
    seconds(bare)
    for _, (_, indicator) in itertools.product(range(ROUNDS), bench.indicator.options):
        bench.target.value = "own"
        if indicator not in measured:
            continue
        reactions.setdefault((indicator, "indicator"), []).append(seconds(lambda id_=indicator: bench.indicator.set_trait("value", id_)))
        places = tuple(value for _, value in bench.areas.options)
        reactions.setdefault((indicator, "areas"), []).append(seconds(lambda chosen=places: bench.areas.set_trait("value", chosen)))
        for _, kind in bench.target.options[1:]:
            reactions.setdefault((indicator, kind), []).append(seconds(lambda chosen=kind: bench.target.set_trait("value", chosen)))
    least = statistics.median(seconds(bare) for _ in range(20))
    typical = {what: statistics.median(each) for what, each in reactions.items()}
    (slowest, longest) = max(typical.items(), key=lambda each: each[1])
    middle = statistics.median(typical.values())
    over = sum(each > LIMIT for each in typical.values())
    print(
        f"{len(typical)} choices, {ROUNDS} rounds each: median {middle * 1000:.0f} ms ({middle / least:.1f} × a bare chart), "
        f"slowest {longest * 1000:.0f} ms ({longest / least:.1f} ×): {' '.join(slowest)}; {over} over {LIMIT * 1000:.0f} ms"
    )


if __name__ == "__main__":
    main()
