"""The workbench for partners: served from what may be shown, to whoever has the token, and no request leads further."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from pages import example_copy, run

from analysis.plan import Plan
from analysis.running import partners

TRUE = "vandalism_reports,sydbyen,2019"  # hidden: its true line stands in the internal table


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    home = tmp_path_factory.mktemp("project")
    example_copy(tmp_path_factory.getbasetemp(), home)
    return home


class Server:
    """The command running, and what it answers."""

    def __init__(self, project: Path, told: Path):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        command = [sys.executable, "-m", "analysis", "explore", "--partner", "--raw", "data/example", "--no-browser", "--port", str(self.port)]
        with told.open("wb") as stream:
            self.process = subprocess.Popen(command, cwd=project, stdout=stream, stderr=stream)
        self.told, self.token = told, ""

    def wait(self) -> None:
        for _ in range(3000):
            if found := re.search(r"token=(\w+)", self.told.read_text(encoding="utf-8")):
                self.token = found[1]
                return
            assert self.process.poll() is None, self.told.read_text(encoding="utf-8")
            time.sleep(0.2)
        pytest.fail("the workbench did not answer")

    def get(self, path: str, token: bool = True) -> tuple[int, str]:
        """Status and text of an answer; where it sends elsewhere, of what stands there."""
        ask = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers={"Authorization": f"token {self.token}"} if token else {})
        try:
            with urllib.request.urlopen(ask, timeout=600) as answer:
                return answer.status, answer.read().decode("utf-8", "replace")
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode("utf-8", "replace")


@pytest.fixture(scope="module")
def server(project, tmp_path_factory) -> Iterator[Server]:
    pytest.importorskip("voila", reason="the partners' workbench needs Voilà: uv sync --extra partner")
    started = Server(project, tmp_path_factory.mktemp("told") / "told.txt")
    try:
        started.wait()
        yield started
    finally:
        started.process.terminate()
        started.process.wait(600)


@pytest.fixture(scope="module")
def page(server) -> str:
    status, text = server.get("/")
    assert status == 200
    return text


# --- what is refused -----------------------------------------------------------------------------------


def test_a_folder_without_protected_tables_is_refused_in_one_line(tmp_path, monkeypatch, project):
    home = tmp_path / "other"
    shutil.copytree(project / "data" / "example", home / "data" / "example")
    monkeypatch.chdir(home)
    result = run("explore", "--partner", "--raw", "data/example", "--lang", "en")
    assert result.exit_code == 1 and len(result.output.splitlines()) == 1 and "tryghed build --raw data/example" in result.output
    assert not (home / "data" / "processed").exists(), "nothing is built unasked"


def test_a_table_that_was_changed_by_hand_is_not_shown_to_partners(tmp_path, monkeypatch, project):
    shutil.copytree(project / "data", tmp_path / "data")
    monkeypatch.chdir(tmp_path)
    observations = next((tmp_path / "data" / "processed").rglob("observations.csv"))
    true = next((tmp_path / "data" / "processed").rglob("internal/observations.csv"))
    shutil.copyfile(true, true.parent.parent / observations.name)
    result = run("explore", "--partner", "--raw", "data/example")
    assert result.exit_code == 1 and len(result.output.splitlines()) == 1 and "beskyttede" in result.output


def test_true_figures_are_never_laid_out(project, monkeypatch):
    monkeypatch.chdir(project)
    with pytest.raises(ValueError, match="true figures"), partners.laid_out(Plan.load("data/example", internal=True), "da"):
        pass


def test_only_the_partners_workbench_listens_to_others(project, monkeypatch):
    monkeypatch.chdir(project)
    result = run("explore", "--listen", "0.0.0.0")
    assert result.exit_code == 2 and len(result.output.splitlines()) == 1 and "--partner" in result.output


# --- what is served ------------------------------------------------------------------------------------


def test_without_the_token_nothing_is_shown(server):
    for path in ("/", "/api/kernels", "/voila/files/partners.ipynb"):
        status, text = server.get(path, token=False)
        assert status in (403, 404) or "Password or token" in text, path
        assert "Motalavej" not in text


def test_it_listens_to_this_computer_alone_unless_told_otherwise(tmp_path):
    assert "--Voila.ip=127.0.0.1" in partners.command(tmp_path, partners.LOOPBACK, None, True)
    assert "--Voila.ip=0.0.0.0" in partners.command(tmp_path, "0.0.0.0", 8000, False)


def test_the_page_shows_the_workbench_and_not_its_code(page):
    assert "jupyter.widget-view+json" in page and "Workbench(Plan.load" not in page


def test_no_request_reads_a_file(server, page, project):
    there = [*project.rglob("internal/observations.csv"), *project.rglob("example/agreement.toml"), Path("/etc/passwd")]
    assert len(there) == 3 and TRUE in there[0].read_text(encoding="utf-8")
    lines = {line for path in there for line in path.read_text(encoding="utf-8").splitlines() if len(line) > 20}
    places = ["/", "/files", "/voila/files", "/voila/static", "/voila/templates", "/voila/labextensions", "/voila/api/themes", "/api/contents"]
    places += ["/voila/api/contents", "/voila/render", "/voila/tree", "/static", "/notebooks", "/edit", "/view", "/nbconvert/html"]
    reached = 0
    for place in places:
        for path in there:
            up = "/".join([".."] * 12)
            for tail in (str(path), f"/{up}{path}", f"/{quote(up, safe='')}{quote(str(path), safe='')}", f"/{path.name}"):
                _, text = server.get(place.rstrip("/") + tail)
                assert not lines & set(text.splitlines()) and "fdr_bh" not in text, (place, tail)
                reached += 1
    for name in ("partners.ipynb", "plan", "../plan", "%2e%2e/plan"):
        status, _ = server.get(f"/voila/files/{name}")
        assert status in (403, 404), name
    assert reached == len(places) * 12


def test_the_kernel_runs_no_code_that_is_sent_to_it_and_stands_in_a_folder_of_its_own(server, page, project):
    """A browser may send what widgets send; the kernel knows the handed plan, and nothing of the project's folder."""
    import asyncio

    from tornado.httpclient import HTTPRequest
    from tornado.websocket import websocket_connect

    kernel = re.search(r'"kernelId":\s*"([0-9a-f-]+)"', page)[1]
    written = project / "written.txt"

    def message(kind: str, content: dict) -> str:
        header = {"msg_id": uuid.uuid4().hex, "msg_type": kind, "session": "s", "username": "u", "date": "", "version": "5.3"}
        return json.dumps({"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell", "buffers": []})

    async def answers() -> list[str]:
        address = f"ws://127.0.0.1:{server.port}/api/kernels/{kernel}/channels?session_id=s"
        connection = await websocket_connect(HTTPRequest(address, headers={"Authorization": f"token {server.token}"}))
        code = f"open({str(written)!r}, 'w').write('reached')"
        await connection.write_message(message("execute_request", {"code": code, "silent": False, "store_history": False, "allow_stdin": False}))
        await connection.write_message(message("kernel_info_request", {}))
        kinds: list[str] = []
        while "kernel_info_reply" not in kinds:  # which comes after the answer to what was sent before
            said = await connection.read_message()
            assert said is not None, kinds
            kinds.append(json.loads(said)["msg_type"])
        connection.close()
        return kinds

    kinds = asyncio.run(answers())
    assert "execute_reply" not in kinds and "execute_input" not in kinds and not written.exists()
    if sys.platform == "linux":
        kernels = [each for each in Path("/proc").iterdir() if each.name.isdigit() and kernel.encode() in _read(each / "cmdline")]
        assert len(kernels) == 1
        folder, environment = Path(os.readlink(kernels[0] / "cwd")), _read(kernels[0] / "environ")
        assert [path.name for path in folder.iterdir()] == ["partners.ipynb"] and str(project).encode() not in environment


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # it has ended, or is somebody else's
        return b""


def test_what_is_handed_to_the_kernel_holds_no_hidden_figure(project, monkeypatch):
    from analysis.running.handover import FILE, _unpacked

    monkeypatch.chdir(project)
    with partners.laid_out(Plan.load("data/example"), "en") as (served, environment):
        asked, plan = _unpacked(Path(environment[FILE]).read_bytes())
        assert asked == ("example", None, False) and not plan.internal and plan.folder == Path("example"), "a name, and no place"
        hidden = plan.observations[plan.observations["status"] == "suppressed"]
        assert len(hidden) and hidden[["value", "numerator", "lower", "upper"]].isna().all(axis=None)
        assert [path.name for path in served.iterdir()] == ["partners.ipynb"]
    assert not served.exists()
