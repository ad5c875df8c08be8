"""How the site is built from the pages in Markdown that stand here and beside: `sphinx-build -c docs . FOLDER`."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

project, author = "Tryghed og trivsel", "The authors of this project"
extensions = ["myst_parser", "sphinx.ext.autodoc"]
root_doc = "docs/site"
include_patterns = ["docs/**", "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "data/README.md", "data/*/README.md"]
exclude_patterns = ["**/node_modules"]
html_theme = "furo"
html_title = "Tryghed og trivsel"
default_role = "code"  # what stands in single backticks in a docstring is code, as everywhere
autodoc_default_options = {"members": True, "member-order": "bysource"}
myst_heading_anchors = 4
suppress_warnings = [
    "myst.xref_missing",
    "myst.header",
    "misc.highlighting_failure",
]  # links to folders and to files that are no pages: a test follows every link


def setup(app):
    """The site opens on its first page."""
    first = '<meta http-equiv="refresh" content="0; url=docs/site.html">\n'
    app.connect("build-finished", lambda app, failed: failed or (Path(app.outdir) / "index.html").write_text(first, encoding="utf-8"))
