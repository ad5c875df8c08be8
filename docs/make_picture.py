"""The picture of a page in the README, made anew: `python docs/make_picture.py`.

Renders the first page of the example plan, whose figures are made up and which says so at its top, and photographs it, as it is shared, to the end of its
table of marks.
Needs the development packages and a browser (CONTRIBUTING, Tests in a browser).
"""

import subprocess
import sys
import tempfile
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from analysis.running.render import as_shared

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

WIDTH = 1040
MARK = "EXAMPLE DATA"


def photograph(address: str) -> bytes:
    """The page from its top to the end of its first table, as a PNG of few colours."""
    from test_browser import launch

    with sync_playwright() as driver, launch(driver) as browser:
        page = browser.new_page(viewport={"width": WIDTH, "height": 900})
        page.goto(address)
        assert MARK in page.inner_text("body"), "only a page that says its figures are made up is shown"
        end = page.locator("table").first.bounding_box()
        taken = page.screenshot(full_page=True, clip={"x": 0, "y": 0, "width": WIDTH, "height": end["y"] + end["height"] + 16})
    small = BytesIO()
    Image.open(BytesIO(taken)).convert("RGB").quantize(64).save(small, "PNG", optimize=True)
    return small.getvalue()


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        words = ["report", "--raw", "data/example", "--year", "2021", "--lang", "en", "--area", "motalavej", "--out", folder]
        subprocess.run([sys.executable, "-m", "analysis", *words], cwd=ROOT, check=True)
        page = Path(folder) / "2021" / "en" / "index.html"
        page.write_text(as_shared(page.read_text(encoding="utf-8")), encoding="utf-8")
        (ROOT / "docs" / "page.png").write_bytes(photograph(page.as_uri()))


if __name__ == "__main__":
    main()
