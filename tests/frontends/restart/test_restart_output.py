"""A restart in place from a cell whose output goes elsewhere: later output arrives as before."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.slow

TWO = "smuggle dvtc  # pip: dvtc==2.0"
REDIRECTED = {
    "a cell magic": f"%%capture captured\n{TWO}\nprint('inside', dvtc.__version__)",
    "a context manager": (
        "import contextlib, io\ninto = io.StringIO()\n"
        f"with contextlib.redirect_stdout(into), contextlib.redirect_stderr(into):\n    {TWO}\n"
        "    print('inside', dvtc.__version__)"
    ),
}


@pytest.mark.parametrize("way", REDIRECTED)
def test_subprocesses_are_captured_after_a_restart_from_within_a_redirect(front_end, way):
    again = front_end.run(REDIRECTED[way])
    assert again.reply["status"] == "ok", again.shown
    assert "inside" not in again.shown
    assert "ran 2 cells again" in again.shown
    front_end.run("import os")
    for descriptor in ("", " >&2"):
        told = front_end.send(f"os.system('seq 100000{descriptor}'); print(dvtc.__version__)")
        front_end.wait(told, until=lambda one: one.complete and "100000\n" in one.shown)
        assert "2.0\n" in front_end.answer(told).shown


def test_a_cell_that_runs_again_may_leave_a_redirect(front_end):
    front_end.run("import io, os, sys\nkept = sys.stdout")
    front_end.run("sys.stdout = io.StringIO(); os.system('echo echoed'); print('written')")
    again = front_end.run(f"{TWO}\nheld, sys.stdout = sys.stdout.getvalue(), kept\nprint([held])")
    front_end.settle()
    assert "echoed" not in again.shown
    assert again.shown.startswith("['written\\n")
