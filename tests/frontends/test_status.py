"""The status line: one output of a cell, one line of a terminal, nothing anywhere else."""

from __future__ import annotations

import io
import re
import sys

import pytest
from conda_channel import needs_rattler
from slow_index import add_large

from davos.frontends.status import TerminalStatus

BOTH = pytest.mark.usefixtures("pip_backend")


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self):
        return True


@pytest.fixture
def terminal(monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("TERM", "xterm")
    return Terminal()


@pytest.fixture
def no_rich(monkeypatch):
    for name in ("rich", "rich.console", "rich.text"):
        monkeypatch.setitem(sys.modules, name, None)


def test_a_terminals_line_is_written_over_and_erased(terminal, no_rich):
    status = TerminalStatus(terminal)
    status.show("resolving six")
    status.show("x" * 100)
    status.show("")
    assert terminal.getvalue() == f"\r\x1b[Kresolving six\r\x1b[K{'x' * 39}\r\x1b[K"
    status.show("")
    assert terminal.getvalue().count("\x1b[K") == 3


def test_no_control_code_reaches_a_file():
    stream = io.StringIO()
    TerminalStatus(stream).show("resolving six")
    TerminalStatus(stream).show("")
    assert stream.getvalue() == ""


def test_rich_shows_the_text_as_it_is(terminal):
    pytest.importorskip("rich")
    status = TerminalStatus(terminal)
    status.show("resolving a[b]")
    status.show("")
    assert "resolving a[b]" in terminal.getvalue()


def test_rich_respects_a_dumb_terminal(terminal, monkeypatch):
    monkeypatch.setenv("TERM", "dumb")
    status = TerminalStatus(terminal)
    status.show("resolving six")
    status.show("")
    assert terminal.getvalue().endswith("\r\x1b[K")


@pytest.fixture
def outputs(start_kernel, index, tmp_path):
    """A function that runs a cell and gives its outputs as (kind, text)."""
    pytest.importorskip("IPython")
    for name in ("dvta", "dvtb"):
        index(name, "1.0")
    kernel = start_kernel(tmp_path / "nb.ipynb")
    kernel.run("import davos")

    def run(cell):
        found = []

        def keep(message):
            content, kind = message["content"], message["header"]["msg_type"]
            if kind in ("stream", "display_data", "update_display_data"):
                text = content["text"] if kind == "stream" else content["data"]["text/plain"]
                found.append((kind, text))

        kernel.client.execute_interactive(cell, timeout=60, output_hook=keep)
        return found

    return run


@BOTH
@pytest.mark.slow
def test_a_cell_has_one_updated_output_that_ends_as_the_summary_of_its_installs(
    outputs, pip_backend
):
    found = outputs("smuggle dvta  # pip: dvta\nsmuggle dvtb  # pip: dvtb")
    kinds = [kind for kind, _ in found]
    assert kinds.count("display_data") == 1
    assert found[0] == ("display_data", "pip: resolving dvta")
    told = {"pip": "dvtb, dvta", "uv": "2 packages"}[pip_backend]  # uv names them later
    assert ("update_display_data", f"pip: installing {told}") in found
    assert found[-1] == ("update_display_data", "installed dvta 1.0, dvtb 1.0 (project nb)")
    assert "stream" not in kinds
    assert "\x1b" not in str(found)
    assert outputs("smuggle dvta  # pip: dvta") == [], "nothing is done, nothing is shown"


@pytest.mark.slow
def test_verbose_shows_what_pip_prints_and_suppressed_shows_nothing(outputs):
    printed = "".join(text for kind, text in outputs("smuggle dvta  # pip: dvta -v"))
    assert "Using pip" in printed
    assert "Successfully installed dvta-1.0" in printed
    assert outputs("davos.suppress_stdout = True\nsmuggle dvtb  # pip: dvtb -v") == []


@needs_rattler
@pytest.mark.slow
def test_the_line_of_a_cell_has_bytes_and_after_two_seconds_the_time(
    start_kernel, slow_index, conda_channel, channel_server, tmp_path, monkeypatch
):
    """Index and channel hold their files back until the cell shows the time."""
    monkeypatch.setenv("DAVOS_PIP_BACKEND", "uv")
    add_large(slow_index)
    conda_channel.add_python("dvheld", "1.0")
    channel_server.behave("dvheld", "stall")
    kernel = start_kernel(tmp_path / "nb.ipynb")
    kernel.run("import davos")
    asked = (
        (
            "dvlarge  # pip: dvlarge",
            r"pip: downloading dvlarge: [\d.]+ of 2\.0 MB",
            slow_index.more,
        ),
        (
            f"dvheld  # conda: dvheld -c {channel_server.url}/channel",
            "conda: downloading dvheld",
            channel_server.released,
        ),
    )
    for statement, words, released in asked:
        told = []

        def keep(message, words=words, released=released, told=told):
            text = message["content"].get("data", {}).get("text/plain", "")
            told.append(text)
            if re.match(rf"{words}.* \(\d+ s\)$", text):
                released.set()

        kernel.client.execute_interactive(f"smuggle {statement}", timeout=60, output_hook=keep)
        assert released.is_set()
        assert told[-2].startswith("installed "), "the last message says that the cell is done"
