"""davos' extension in JupyterLab 4 and Notebook 7: colours, buttons, marks and the panel.

Each front end has one server and one page, on which a notebook is worked with from its
first cell to its last; the tests look at what was seen on the way.
"""

from __future__ import annotations

import re
import shutil
import zipfile
from pathlib import Path
from urllib.parse import quote

import nbformat
import pytest
from extended_page import ExtendedPage
from notebook_page import PATIENCE
from servers import FRONT_ENDS, TOKEN, Server
from waiting import wait_for

pytestmark = pytest.mark.slow

BUILT = Path(__file__).parents[2] / "davos" / "frontends" / "lab" / "labextension"
KERNEL = "python3"
CELLS = ".jp-WindowedPanel-inner"
COLOURED = """smuggle pandas as pd    # pip: pandas==2.2.3
from sklearn.svm smuggle SVC    # uv: 'scikit-learn>=1.5,<2' --prerelease allow
if True: smuggle = 1; import os  # an ordinary comment"""
WITH_MAGICS = """%%time
!echo "don't
smuggle six    # pip: six==1.17.0 --no-deps"""
IN_STRINGS = """text = '''
smuggle pandas  # pip: pandas
'''
print("smuggle x")"""
RESTART = """restarter = davos.session().frontend.restarter
if not restarter.carried.count:
    place = restarter.place("dvt")
    restarter.go(restarter.carried.then(place, {}, note="installed dvt 2.0"))
print("restarted")"""
MESSAGE = "numpy 1.26.4 is installed, but 2.1.0 is loaded, and cannot be replaced in this process."
ASK = f"""from davos.frontends.restart.prompt import offer_restart
answer = offer_restart(get_ipython(), {MESSAGE!r}, "Restarting runs 3 cells again: [1] to [3].")
open(ANSWER, "a").write(f"{{answer}} ")"""
QUESTION = "application/vnd.davos.question+json"
ASKED_LONG_AGO = {
    "id": "0",
    "message": "six 1.17.0 is installed, but <b>1.16.0</b> is loaded.",
    "preview": "",
    "buttons": {"r": "Restart and rerun"},
}
COLOURS = [COLOURED, WITH_MAGICS, IN_STRINGS]


@pytest.fixture(scope="module")
def extended_data(tmp_path_factory):
    """A Jupyter data folder that has the extension as it is built."""
    folder = tmp_path_factory.mktemp("extended")
    shutil.copytree(BUILT, folder / "labextensions" / "davos")
    return folder


@pytest.fixture(scope="module", params=FRONT_ENDS)
def extended(request, tmp_path_factory, extended_data, browser):
    """A function that opens a notebook of code cells in a front end with the extension."""
    module, pages = FRONT_ENDS[request.param]
    pytest.importorskip(module, reason=f"needs {module} (extra 'test')")
    server = Server(module, tmp_path_factory.mktemp(module), extended_data, extended=True)
    page = browser.new_page()
    page.set_default_timeout(PATIENCE)

    def extended(name, cells, change=lambda file: None):
        page.goto("about:blank")
        server.forget()  # JupyterLab would open the last notebook again, too
        file = server.write(f"{name}.ipynb", cells, KERNEL)
        change(file)
        url = f"{server.url}{pages}/{quote(file.name)}?token={TOKEN}"
        return ExtendedPage(page, server, url, file)

    def open_file(name, text):
        (server.root / name).write_text(text)
        folder = {"notebooks": "edit"}.get(pages, pages)
        page.goto(f"{server.url}{folder}/{name}?token={TOKEN}")
        return page.locator(".jp-FileEditor .cm-content")

    extended.front_end = request.param
    extended.open_file = open_file
    yield extended
    page.close()
    server.stop()


@pytest.fixture(scope="module")
def picture(extended, pictures):
    """A function that writes a picture of a part of a page, if pictures are asked for."""

    def picture(page, name, part, height=None):
        pictures.of_page(page, f"{extended.front_end}-{name}", part, height)

    return picture


@pytest.fixture(scope="module")
def seen(extended, picture):
    """What was seen of the colours, by theme."""
    page = extended("colours", COLOURS)
    page.cell(1).locator(".davos-keyword").wait_for()
    light = page.colours(0)
    picture(page, "colours", page.page.locator(CELLS))
    kinds = ("keyword", "installer", "option", "value", "requirement")
    words = {kind: [page.words(index, kind) for index in range(3)] for kind in kinds}
    page.use_theme("dark")
    dark = page.colours(0)
    page.use_theme("light")
    return {"light": light, "dark": dark, "words": words, "errors": list(page.errors)}


def test_files_of_python_have_the_colours_of_cells_too(extended):
    editor = extended.open_file("analysis.py", COLOURED)
    editor.locator(".davos-keyword").first.wait_for()
    assert editor.locator(".davos-keyword").all_inner_texts() == ["smuggle", "smuggle"]
    assert editor.locator(".davos-option").all_inner_texts() == ["--prerelease"]
    others = extended.open_file("notes.md", COLOURED)
    others.get_by_text("smuggle pandas").wait_for()
    assert others.locator(".davos-keyword").count() == 0


def test_smuggle_is_coloured_where_it_is_a_statement_and_nowhere_else(seen):
    assert seen["words"]["keyword"] == [["smuggle", "smuggle"], ["smuggle"], []]


def test_onion_comments_are_coloured_below_magics_too_and_not_in_strings(seen):
    words = seen["words"]
    assert words["installer"] == [["pip", "uv"], ["pip"], []]
    assert words["option"] == [["--prerelease"], ["--no-deps"], []]
    assert words["value"] == [["allow"], [], []]
    requirements = [["pandas==2.2.3", "'scikit-learn>=1.5,<2'"], ["six==1.17.0"], []]
    assert words["requirement"] == requirements


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_each_kind_of_word_has_a_colour_that_is_not_the_texts(seen, theme):
    colours = seen[theme]
    different = {colours[kind] for kind in ("keyword", "option", "value", "requirement")}
    assert len(different) == 4
    assert colours["plain"] not in different
    assert colours["installer"] != colours["plain"]


def test_dark_and_light_themes_have_colours_of_their_own(seen):
    assert seen["light"]["plain"] != seen["dark"]["plain"]
    assert seen["light"]["keyword"] != seen["dark"]["keyword"]


def test_the_page_shows_no_errors_of_scripts(seen):
    assert seen["errors"] == []


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """A folder with the wheel of dvt 1.0."""
    folder = tmp_path_factory.mktemp("wheel")
    info = "dvt-1.0.dist-info"
    contents = {
        "dvt.py": "__version__ = '1.0'\n",
        f"{info}/METADATA": "Metadata-Version: 2.1\nName: dvt\nVersion: 1.0\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/RECORD": f"dvt.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n",
    }
    with zipfile.ZipFile(folder / "dvt-1.0-py3-none-any.whl", "w") as archive:
        for name, text in contents.items():
            archive.writestr(name, text)
    return folder


def add_old_question(file):
    """Put a question that was saved while it was open into the last cell of a notebook."""
    notebook = nbformat.read(file, 4)
    data = {QUESTION: ASKED_LONG_AGO, "text/plain": "asked"}
    notebook.cells[-1].outputs = [nbformat.v4.new_output("display_data", data)]
    nbformat.write(notebook, file)


@pytest.fixture(scope="module")
def story(extended, picture, wheel, tmp_path_factory):
    """What was seen around a restart and a reload of the page."""
    answer = tmp_path_factory.mktemp("answer") / "answer"
    smuggle = f"smuggle dvt    # pip: dvt==1.0 --no-index --find-links={wheel}"
    cells = ["import davos", f"{smuggle}\nprint(dvt.__version__)", "print('before')", RESTART]
    page = extended(
        "story", [*cells, ASK.replace("ANSWER", repr(str(answer))), "1 + 1"], add_old_question
    )
    page.wait_for_output(5, "This question is")
    seen = {"old question": page.output(5), "old buttons": page.buttons(5)}
    panel = page.show_panel()
    seen["panel before"] = panel.inner_text()
    for index in range(3):
        page.run_cell(index)
    seen["marks before"] = page.marked()
    page.run_cell(3)
    page.wait_for_marks([1, 2])
    picture(page, "outdated", page.page.locator(CELLS), height=228)
    picture(page, "panel", panel, height=150)
    seen["panel"] = panel.inner_text()
    seen["history"] = page.prompts()
    page.run_cell(2)
    page.wait_for_marks([1])
    page.save()
    page.reload()
    page.wait_for_marks([1])
    page.wait_until_idle()
    page.start(4)
    page.button(4, "Continue").wait_for()
    picture(page, "question", page.cell(4))
    page.reload()
    page.button(4, "Restart and rerun").click()
    page.wait_for_output(4, "Chosen")
    seen["after reload"] = page.output(4)
    seen["answer"] = wait_for(lambda: answer.exists() and answer.read_text())
    page.wait_until_idle()
    page.start(4)
    page.button(4, "Continue").click()
    page.wait_until_idle()
    seen["answers"] = answer.read_text()
    seen["saved"] = str([cell.outputs for cell in page.save().cells[:5]])
    seen["errors"] = list(page.errors)
    return seen


def test_outputs_older_than_a_rerun_are_marked_until_their_cell_runs(story):
    """The story waited for the marks, also after a reload."""
    assert story["marks before"] == []


def test_buttons_answer_after_the_page_was_reloaded(story):
    assert story["after reload"] == f"{MESSAGE}\nChosen: restart and rerun."
    assert story["answer"] == "True "


def test_buttons_answer_without_a_reload(story):
    assert story["answers"] == "True False "


def test_a_question_of_another_time_has_no_buttons_and_says_so(story):
    assert story["old buttons"] == 0
    assert story["old question"] == (
        "six 1.17.0 is installed, but <b>1.16.0</b> is loaded.\n"
        "This question is answered already, or its kernel has gone."
    )


def test_an_answered_question_leaves_only_text_in_the_notebook(story):
    assert not re.search("davos.question|text/html|<button", story["saved"])


def test_the_panel_shows_what_is_asked_for_installed_and_locked(story):
    assert "has not imported davos yet" in story["panel before"]
    words = story["panel"].split()
    assert words[:4] == ["story.ipynb", "Project:", "story", "Lock:"]
    assert words[-4:] == ["dvt", "==1.0", "1.0", "–"]


def test_the_panels_requests_leave_no_trace_in_the_numbers_of_cells(story):
    assert story["history"] == ["[1]:", "[2]:", "[3]:", "[4]:", "[ ]:", "[ ]:"]


def test_the_story_shows_no_errors_of_scripts(story):
    assert story["errors"] == []
