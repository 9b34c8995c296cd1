"""What commands show in a terminal: progress that moves, questions, colours."""

from __future__ import annotations

import os
import sys
from importlib.metadata import version

import pytest
from conda_channel import needs_rattler
from packaging.version import Version

if os.name == "nt":
    pytest.skip("there are no pseudo-terminals", allow_module_level=True)

from slow_index import add_large
from terminal_screen import TerminalScreen

pytestmark = pytest.mark.slow

DAVOS = [sys.executable, "-m", "davos"]
SCRIPT = """\
import davos
davos.config.confirm_install = True
smuggle dvlarge    # {onion}
print("done")
"""
# Older pips have no `--progress-bar raw`.
BYTES = r"[\d.]+ of 2.0 MB" if Version(version("pip")) >= Version("24.1") else "2 MB"
HOW_FAR = {
    "pip": rf"downloading dvlarge 1.0: {BYTES}.* \(\d+ s\)$",
    "uv": r"downloading dvlarge: \d[\d.]* of 2.0 MB.* \(\d+ s\)$",
    "conda": r"downloading dvlarge.* \(\d+ s\)$",
}
CHECKED = ["import davos", "smuggle pandas as pd    # pip: pandas=2.2.3", "import os\nsmuggle tqdm"]


@pytest.fixture
def terminal(tmp_path, monkeypatch):
    """A function that starts davos in a terminal, in a folder of its own."""
    for name in ("CI", "NO_COLOR", "FORCE_COLOR", "DAVOS_NONINTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    started = []

    def start(*arguments, columns=100):
        environ = {**os.environ, "COLUMNS": str(columns), "LINES": "24"}
        screen = TerminalScreen([*DAVOS, *arguments], columns=columns, cwd=tmp_path, env=environ)
        started.append(screen)
        return screen

    yield start
    for screen in started:
        screen.close()


@pytest.fixture
def large(slow_index):
    """An index with a package whose download waits."""
    add_large(slow_index)
    return slow_index


@pytest.fixture
def from_conda(conda_channel, channel_server):
    """A channel with that package."""
    conda_channel.add_python("dvlarge", "1.0")
    channel_server.behave("dvlarge", "stall")
    return channel_server


@pytest.fixture(params=["pip", "uv", pytest.param("conda", marks=needs_rattler)])
def onion(request, monkeypatch, backend_of_others):
    """An installer, an onion comment about the package, and what lets its download go on."""
    if request.param == "conda":
        server = request.getfixturevalue("from_conda")
        return "conda", f"conda: dvlarge==1.0 -c {server.url}/channel", server.released
    monkeypatch.setenv("DAVOS_PIP_BACKEND", request.param)
    return request.param, "pip: dvlarge==1.0", request.getfixturevalue("large").more


def test_a_script_asks_and_tells_how_far_it_is_and_how_long_it_took(
    terminal, pictures, write, onion
):
    installer, comment, more = onion
    write("analysis.py", SCRIPT.format(onion=comment))
    screen = terminal("run", "analysis.py")
    screen.wait_for(r"\? \[Y/n\]")
    pictures.of_terminal(screen, "terminal-question", "davos run analysis.py")
    screen.type("y")
    screen.wait_for(HOW_FAR[installer])
    pictures.of_terminal(screen, f"terminal-script-{installer}", "davos run analysis.py")
    more.set()
    assert screen.end() == 0
    assert screen.rows()[-2:] == ["installed dvlarge 1.0 (project analysis)", "done"]


def test_the_line_of_a_notebook_moves_and_ends_as_the_summary(terminal, large, pictures, write):
    write(
        "climate.ipynb", ["import davos", "smuggle dvlarge    # pip: dvlarge==1.0", "print('done')"]
    )
    screen = terminal("run", "climate.ipynb")
    screen.wait_for(r"downloading dvlarge.* \(\d+ s\)$")
    pictures.of_terminal(screen, "terminal-notebook", "davos run climate.ipynb")
    large.more.set()
    assert screen.end() == 0
    assert screen.rows()[:2] == ["installed dvlarge 1.0 (project climate)", "done"]


def test_check_in_the_full_format_has_colours(terminal, pictures, write):
    write("climate.ipynb", CHECKED)
    screen = terminal("check", "--output-format", "full", "climate.ipynb")
    assert screen.end() == 1
    assert "green" in {char.fg for char in screen.row("+ smuggle tqdm")}
    pictures.of_terminal(screen, "check-full", "davos check --output-format full climate.ipynb")
