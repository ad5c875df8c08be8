"""How long from a choice in the workbench to its new chart in a browser: `python tests/benchmark/browser.py`, with the extra `partner` and Chromium.

Beside it on the same page, in the same kernel and by turns: a bare chart that is drawn anew when something is chosen, which nothing could be faster than.
"""

import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from playwright.sync_api import Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))
from test_browser import launch

ROUNDS, LIMIT = 8, 1.5
CELLS = """
import io
import ipywidgets as widgets
import matplotlib
matplotlib.use("agg")
import matplotlib.pyplot as plt
from analysis import Plan
from analysis.showing.workbench import Workbench

choice, shown = widgets.Dropdown(options=["a", "b"], description="bare"), widgets.HTML()
def draw(change=None):
    figure, axes = plt.subplots(figsize=(7.2, 3.5), layout="constrained")
    axes.plot(range(5))
    axes.set_title(choice.value)
    written = io.StringIO()
    figure.savefig(written, format="svg")
    plt.close(figure)
    shown.value = f"<div class='bare'>{choice.value}{written.getvalue()[written.getvalue().index('<svg'):]}</div>"
shown.add_class("bare-home")
choice.observe(draw, "value")
draw()
widgets.VBox([choice, shown, Workbench(Plan.load, %r, "en")])
"""
TAKEN = r"""([label, option, where]) => new Promise(done => {
  const select = [...document.querySelectorAll('.widget-dropdown')].find(each => each.innerText.trim().startsWith(label)).querySelector('select');
  const place = document.querySelector(where), before = performance.now();
  new MutationObserver((_, observer) => requestAnimationFrame(() => { observer.disconnect(); done(performance.now() - before); }))
    .observe(place, { childList: true, subtree: true });
  select.value = [...select.options].find(each => each.text.replace(/\u00a0/g, ' ') === option).value;
  select.dispatchEvent(new Event('change', { bubbles: true }));
})"""
CHOICES = [
    ("Indicator", "Reported vandalism"),
    ("Target", "What if: change a year"),
    ("Target", "What if: at most"),
    ("Target", "As agreed"),
    ("Indicator", "Share feeling safe"),
]


def taken(page: Page, label: str, option: str, where: str) -> float:
    """Milliseconds from the choice to the new picture."""
    time.sleep(0.4)  # until what came before has settled
    return page.evaluate(TAKEN, [label, option, where])


def measured(page: Page) -> None:
    page.wait_for_selector(".workbench .picture svg", timeout=300_000)
    page.wait_for_selector(".bare svg", timeout=300_000)
    bare, ours = [], {choice: [] for choice in CHOICES}
    for turn in range(ROUNDS):
        for choice in CHOICES:
            ours[choice].append(taken(page, *choice, ".workbench .picture"))
            bare.append(taken(page, "bare", "ba"[len(bare) % 2], ".bare-home"))
        if turn == 0:  # what is loaded and found once
            bare, ours = bare[-1:], {choice: [] for choice in CHOICES}
    least, typical = statistics.median(bare), {choice: statistics.median(each) for choice, each in ours.items()}
    for choice, milliseconds in typical.items():
        print(f"{' '.join(choice)}: {milliseconds:.0f} ms, {milliseconds / least:.2f} × a bare chart")
    middle = statistics.median(typical.values())
    print(f"median {middle:.0f} ms beside {least:.0f} ms of a bare chart: {middle / least:.2f} × (limit {LIMIT})")


def main() -> None:
    with tempfile.TemporaryDirectory() as home, socket.socket() as free, sync_playwright() as driver:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        folder = str(Path("data/example").resolve())
        path, told = Path(home) / "measured.ipynb", Path(home) / "told.txt"
        nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELLS % folder)]), path)
        with told.open("wb") as stream:
            command = [sys.executable, "-m", "voila", str(path), f"--port={port}", "--no-browser", "--Voila.auto_token=True"]
            server = subprocess.Popen(command, cwd=os.getcwd(), stdout=stream, stderr=stream)
        try:
            while not (token := re.search(r"token=(\w+)", told.read_text(encoding="utf-8"))):
                time.sleep(0.2)
            browser = launch(driver)
            page = browser.new_page(viewport={"width": 1280, "height": 1200})
            page.goto(f"http://127.0.0.1:{port}/?token={token[1]}", timeout=300_000)
            measured(page)
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main()
