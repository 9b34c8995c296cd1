"""A notebook that smuggles, and the restart prompt, where their users see them."""

from __future__ import annotations

import re

import pytest
from notebook_page import PATIENCE
from servers import TOKEN

pytestmark = [pytest.mark.slow, pytest.mark.network]

MESSAGE = (
    "numpy 1.24.4 is installed; 1.26.4 is still loaded, and cannot be replaced in this process."
)
ASK = f"""
from davos.frontends.restart.prompt import offer_restart
answer = offer_restart(get_ipython(), {MESSAGE!r}, "Restarting would rerun 3 cells.")
print("answer:", answer)
"""
AFTER = "print('after', answer)"
RESTART, CONTINUE = "Restart and rerun", "Continue"


def test_run_all_smuggles_into_the_notebooks_project(open_notebook, server, index, use_backend):
    index("dvt", "1.0")
    smuggle = f"smuggle dvt  # pip: dvt==1.0 --no-index --find-links={index.folder}"
    page = open_notebook(use_backend, f"{smuggle}\nprint(dvt.__version__)", "dvt.__file__")
    page.run_all()
    assert page.prompts() == ["[1]:", "[2]:", "[3]:"]
    assert f"installed dvt 1.0 (project {page.file.stem})\n1.0" in page.output(1)
    assert page.output(2).startswith(f"'{server.davos_home / 'projects'}")
    assert page.errors == []


@pytest.fixture
def asked(open_notebook):
    """A function that opens a notebook, runs all of it, and waits for the prompt in a cell."""

    def asked(*cells):
        page = open_notebook(*cells)
        page.start_all()
        page.button(cells.index(ASK), RESTART).wait_for()
        return page

    return asked


def no_script_is_left_in(notebook):
    outputs = str([cell.outputs for cell in notebook.cells])
    return not re.search("<script|onclick|<button|text/html", outputs)


def test_buttons_answer_and_the_queued_cells_go_on(asked):
    page = asked(ASK, ASK, AFTER)
    page.button(0, RESTART).click()
    page.button(1, CONTINUE).click()
    page.wait_until_idle()
    for cell, chosen, answer in [(0, "restart and rerun", True), (1, "continue", False)]:
        assert page.output(cell).startswith(f"{MESSAGE}\nChosen: {chosen}.\n")
        assert f"answer: {answer}" in page.output(cell)
        assert page.cell(cell).get_by_role("button", name=RESTART).count() == 0
    assert page.output(2) == "after False"
    assert no_script_is_left_in(page.save())
    assert page.errors == []


def test_buttons_are_pressed_by_keys(asked):
    page = asked(ASK, ASK, AFTER)
    for cell, label, key in [(0, CONTINUE, "Enter"), (1, RESTART, "Space")]:
        page.input_box(cell)
        page.button(cell, label).press(key)
    page.wait_until_idle()
    assert "answer: False" in page.output(0)
    assert page.output(2) == "after True"


def test_typing_answers_and_what_is_no_answer_is_asked_again(asked, pictures):
    page = asked("1 + 1", ASK, AFTER)
    page.input_box(1)
    pictures.of_page(page, "question-by-typing", page.cell(1))
    for typed in ("what?", "", "Restart"):
        page.answer(1, typed)
    page.wait_until_idle()
    assert page.output(2) == "after True"
    assert no_script_is_left_in(page.save())


def test_an_interrupt_ends_the_question_and_the_kernel_goes_on(asked):
    page = asked("1 + 1", ASK, AFTER)
    page.input_box(1)
    page.interrupt()
    page.wait_until_idle()
    assert f"{MESSAGE}\nNot answered." in page.output(1)
    assert "KeyboardInterrupt" in page.output(1)
    assert page.prompts()[2] == "[ ]:"
    assert no_script_is_left_in(page.save())
    page.run_cell(0)
    assert page.output(0) == "2"


def test_a_reopened_notebook_runs_nothing(open_notebook, tmp_path, server):
    """Not even one that was saved while it asked, of a kernel that then went away."""
    runs = tmp_path / "runs"
    page = open_notebook(f"open({str(runs)!r}, 'a').write('run ')", ASK)
    page.start_all()
    page.input_box(1)
    page.save()
    page.restart()
    page.reopen()
    assert page.prompts() == ["[1]:", "[ ]:"]
    assert runs.read_text() == "run "
    page.button(1, RESTART).click()
    page.wait_for_output(1, "Type r where input is asked for.")
    page.run_cell(0)
    assert page.output(0) == "4"
    assert page.errors == []


CLASSIC_IS_READY = """() => window.Jupyter && Jupyter.notebook && Jupyter.notebook.kernel
  && Jupyter.notebook.kernel.is_connected()"""


@pytest.mark.parametrize("server", ["lab"], indirect=True)
@pytest.mark.parametrize("kernel_name", ["ipykernel7"], indirect=True)
def test_the_classic_notebook_smuggles_and_has_no_error(server, kernel_name, browser, index):
    """A Jupyter server has it as an extension (nbclassic), so that JupyterLab's is used here."""
    pytest.importorskip("nbclassic", reason="needs nbclassic (extra 'test')")
    index("dvt", "1.0")
    smuggle = f"smuggle dvt  # pip: dvt==1.0 --no-index --find-links={index.folder}"
    start = "import davos; davos.project = 'classic'; davos.config.pip_backend = 'pip'"
    cells = [start, f"{smuggle}\nprint(dvt.__version__)", "davos.project", "davos.config", "'end'"]
    file = server.write("classic.ipynb", cells, kernel_name)
    page = browser.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(error))
    page.goto(f"{server.url}nbclassic/notebooks/{file.name}?token={TOKEN}")
    page.wait_for_function(CLASSIC_IS_READY, timeout=PATIENCE)
    page.evaluate("Jupyter.notebook.execute_all_cells()")
    output = page.locator(".code_cell .output").nth
    output(4).get_by_text("'end'").wait_for(timeout=PATIENCE)
    shown = output(1).inner_text().split("\n")
    assert shown[:2] == ["installed dvt 1.0 (project classic)", "1.0"]
    assert output(2).locator("th").first.inner_text() == "package"
    assert output(3).get_by_text("Leave a line that says what was installed.").count() == 1
    page.close()
    assert errors == []
