"""Another numpy than the loaded one: restart and rerun, in the browser, with the real index."""

from __future__ import annotations

import re
import sys

import pytest
from waiting import wait_for

pytestmark = [
    pytest.mark.slow,
    pytest.mark.network,
    pytest.mark.skipif(sys.version_info >= (3, 12), reason="numpy 1.24.4 has no wheel for it"),
]

OLD = "smuggle numpy as np  # pip: numpy==1.26.4\nprint(np.__version__)"
NEW = "smuggle numpy as np  # pip: numpy==1.24.4\nprint(np.__version__, np.ones(3).sum())"
AFTER = "print('after', np.__version__)"
RESTART, CONTINUE = "Restart and rerun", "Continue"
# What the question says, as its lines may be broken.
FACTS = [
    r"numpy 1\.24\.4 is installed, but 1\.26\.4 is loaded",
    r"Restarting runs 3 cells again: \[1\] to \[3\]\.",
    r"They took .+ the first time \(not counting \[1\], whose time is unknown\)\.",
    r"\[3\] holds shell commands, whose effects happen twice\.",
]
# Where NEW stands among the cells, and the cell whose runs are counted.
COUNTED, SWITCH = 2, 3


@pytest.fixture
def numpy_notebook(open_notebook, use_backend, tmp_path):
    """A function that opens the notebook; `runs` on its page counts how often a cell ran."""

    def numpy_notebook(*, auto_rerun, counted="pass", quiet=False):
        runs = tmp_path / "runs"
        count = f"with open({str(runs)!r}, 'a') as file:\n    file.write('x')\n{counted}"
        first = f"{use_backend}\ndavos.auto_rerun = {auto_rerun}\ndavos.suppress_stdout = {quiet}"
        page = open_notebook(first, OLD, count, NEW, AFTER)
        page.runs = runs
        return page

    return numpy_notebook


def has_switched(page):
    """The whole notebook ran, the cells before the switch twice, and silently."""
    expected = [f"[{number}]:" for number in range(1, 6)]
    wait_for(lambda: page.prompts() == expected)  # JupyterLab renders the cells in view first
    assert page.output(1).endswith("\n1.26.4")
    assert page.output(SWITCH).endswith("1.24.4 3.0")
    assert page.output(4) == "after 1.24.4"
    assert page.errors == []


def no_script_is_left_in(notebook):
    outputs = str([cell.outputs for cell in notebook.cells])
    return not re.search("<script|onclick|<button|text/html", outputs)


def test_run_all_switches_and_the_front_end_goes_on_as_ever(numpy_notebook):
    page = numpy_notebook(auto_rerun=True)
    page.run_all()
    has_switched(page)
    assert page.runs.read_text() == "xx"
    assert no_script_is_left_in(page.save())
    page.reopen()
    has_switched(page)
    page.run_cell(4)
    assert page.output(4) == "after 1.24.4", "the reopened notebook has the same kernel"
    page.restart()
    assert page.runs.read_text() == "xx", "neither reopening nor the UI's restart reruns"
    page.run_all()
    has_switched(page)
    assert page.runs.read_text() == "xxxx"


def test_the_restart_button_switches(numpy_notebook, pictures, request):
    page = numpy_notebook(auto_rerun=False, counted="!true")
    page.start_all()
    page.button(SWITCH, RESTART).wait_for()
    page.input_box(SWITCH)
    name = request.node.callspec.id.replace("-", "-restart-", 1)
    pictures.of_page(page, name, page.cell(SWITCH))
    for fact in FACTS:
        assert re.search(fact, page.output(SWITCH)), fact
    assert page.runs.read_text() == "x"
    page.button(SWITCH, RESTART).click()
    page.wait_until_idle()
    has_switched(page)
    assert page.runs.read_text() == "xx"
    assert no_script_is_left_in(page.save())


def test_the_continue_button_goes_on_with_what_is_loaded_and_warns(numpy_notebook):
    page = numpy_notebook(auto_rerun=False)
    page.start_all()
    page.button(SWITCH, CONTINUE).click()
    page.wait_until_idle()
    assert "stays active" in page.output(SWITCH)
    assert "\n1.26.4 3.0\n" in page.output(SWITCH)
    assert page.output(4) == "after 1.26.4"
    assert page.runs.read_text() == "x"
    assert no_script_is_left_in(page.save())


def test_a_line_moves_until_an_interrupt_ends_the_replay_and_the_kernel_goes_on(numpy_notebook):
    second = "import time\nwhile open(file.name).read() == 'xx':\n    time.sleep(0.1)"
    page = numpy_notebook(auto_rerun=True, counted=second, quiet=True)
    page.start_all()
    page.wait_for_output(SWITCH, "cell 3 of 3")
    page.wait_for_other_output(SWITCH, page.output(SWITCH))
    assert re.fullmatch(r"restarting for numpy 1\.24\.4: cell 3 of 3, \d+ s", page.output(SWITCH))
    page.interrupt()
    page.wait_until_idle()
    assert "KeyboardInterrupt" in page.output(SWITCH)
    assert "restarting for" not in page.output(SWITCH)
    assert "[1], [2] ran again: what they defined is there." in page.output(SWITCH)
    assert page.prompts()[4] == "[ ]:", "the queued cell is not run after an error"
    page.runs.write_text("no more")
    page.run_all()
    has_switched_now = page.output(SWITCH).endswith("1.24.4 3.0")
    assert has_switched_now
    assert page.output(4) == "after 1.24.4"
