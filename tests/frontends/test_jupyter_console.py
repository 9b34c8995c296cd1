"""Jupyter console, the real program: a kernel whose front end shows no updates."""

from __future__ import annotations

import os
import sys

import pytest

if os.name == "nt":
    pytest.skip("there are no pseudo-terminals", allow_module_level=True)

pytest.importorskip("jupyter_console", reason="needs jupyter-console (extra 'test')")

from terminal_screen import TerminalScreen

pytestmark = pytest.mark.slow

CONSOLE = [sys.executable, "-m", "jupyter_console", "--simple-prompt"]


@pytest.fixture
def console(tmp_path):
    """Jupyter console in a terminal; what its user types is answered below."""
    folders = {name: str(tmp_path / name) for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR")}
    environ = {**os.environ, **folders, "JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime")}
    screen = TerminalScreen(CONSOLE, columns=100, cwd=tmp_path, env=environ)
    yield screen
    screen.type("exit")
    screen.close()


def test_a_session_smuggles_and_shows_values_errors_and_help(console, index):
    index("dvt", "1.0")
    console.wait_for(r"In \[1\]")
    console.type("import davos; davos.project = 'console'; davos.config.pip_backend = 'pip'")
    console.wait_for(r"In \[2\]")
    console.type(f"smuggle dvt  # pip: dvt==1.0 --no-index --find-links={index.folder}")
    console.wait_for(r"In \[3\]")
    console.type("print('version', dvt.__version__)")
    console.wait_for(r"^version 1\.0$")
    console.type("davos.project")
    console.wait_for(r"Project\('console'\): 1 package")
    console.type("from dvt smuggle")
    console.wait_for("expected one or more names after 'smuggle'")
    assert not any("\\x1b" in row or "text/html" in row for row in console.rows())
