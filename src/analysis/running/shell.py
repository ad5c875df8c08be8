"""IPython as a notebook's kernel sets it up, without a kernel: what cells show and print is collected as the outputs of a notebook."""

import base64
import tempfile
from functools import cache
from typing import Any

import matplotlib_inline.backend_inline  # noqa: F401 - loaded before processes are forked, set up in each
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type
from traitlets.config import Config

Output = dict[str, Any]


def _bundle(data: dict[str, Any]) -> dict[str, Any]:
    """What is shown, in every form: images as base64, as a kernel sends them."""
    return {kind: base64.b64encode(said).decode("ascii") if isinstance(said, bytes) else said for kind, said in data.items()}


class _Hook(DisplayHook):
    """What a cell's last line gives."""

    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: dict, md_dict: dict | None = None) -> None:
        shown = {"output_type": "execute_result", "data": _bundle(format_dict), "metadata": md_dict or {}, "execution_count": self.prompt_count}
        self.shell.outputs.append(shown)


class _Publisher(DisplayPublisher):
    """What a cell shows; shown under a name, it can be shown otherwise by a later cell."""

    def publish(self, data: dict, metadata: dict | None = None, *, transient: dict | None = None, update: bool = False, **_: Any) -> None:
        self._validate_data(data, metadata or {})
        outputs, named = self.shell.outputs, self.shell.named
        shown = {"output_type": "display_data", "data": _bundle(data), "metadata": metadata or {}}
        name = (transient or {}).get("display_id")
        for earlier in named.get(name, ()) if name else ():
            earlier |= {"data": shown["data"], "metadata": shown["metadata"]}
            if not any(output is earlier for output in outputs):
                self.shell.earlier_changed.append(True)
        if not update:
            outputs.append(shown)
            if name:
                named.setdefault(name, []).append(shown)

    def clear_output(self, wait: bool = False) -> None:
        self.shell.outputs.clear()


class NotebookShell(InteractiveShell):
    """IPython for notebooks: `outputs` of the running cell, and whether it changed what an earlier one shows."""

    displayhook_class = Type(_Hook)
    display_pub_class = Type(_Publisher)

    def __init__(self, **settings: Any):
        self.outputs: list[Output] = []
        self.named: dict[str, list[Output]] = {}
        self.earlier_changed: list[bool] = []
        super().__init__(**settings)

    def enable_gui(self, gui: str | None = None) -> None:
        pass  # figures are shown as images; there is no window

    def _showtraceback(self, etype: type, evalue: BaseException, stb: list[str]) -> None:
        self.outputs.append({"output_type": "error", "ename": etype.__name__, "evalue": str(evalue), "traceback": stb})


@cache
def notebook_shell() -> NotebookShell:
    """The shell of this process, kept warm for those forked from it."""
    InteractiveShell.clear_instance()
    with tempfile.TemporaryDirectory() as home:  # a home of its own, so that a read-only or foreign one does not matter
        settings = Config(HistoryManager={"enabled": False}, InteractiveShell={"colors": "nocolor"})
        shell = NotebookShell.instance(config=settings, ipython_dir=home)
    shell.enable_matplotlib("inline")
    return shell
