"""davos' extension in JupyterLab 4 and Notebook 7: colours, buttons, marks and the panel.

Each front end has one server and one page, on which a notebook is worked with from its
first cell to its last; the tests look at what was seen on the way.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from urllib.parse import quote

import pytest
from conftest import FRONT_ENDS
from extended_page import ExtendedPage
from servers import TOKEN, Server

pytestmark = pytest.mark.slow

BUILT = Path(__file__).parents[2] / "davos" / "frontends" / "lab" / "built"
KERNEL = "python3"
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

    def extended(name, cells):
        file = server.write(f"{name}.ipynb", cells, KERNEL)
        url = f"{server.url}{pages}/{quote(file.name)}?token={TOKEN}"
        return ExtendedPage(page, server, url, file)

    extended.front_end = request.param
    yield extended
    page.close()
    server.stop()


@pytest.fixture(scope="module")
def picture(extended):
    """A function that writes a picture into the folder DAVOS_PICTURES, if there is one."""
    folder = os.environ.get("DAVOS_PICTURES")

    def picture(name, part, **how):
        if folder:
            part.screenshot(path=Path(folder, f"{extended.front_end}-{name}.png"), **how)

    return picture


@pytest.fixture(scope="module")
def seen(extended, picture):
    """What was seen of the colours, by theme."""
    page = extended("colours", COLOURS)
    page.cell(1).locator(".davos-keyword").wait_for()
    light = page.colours(0)
    picture("light", page.page.locator(".jp-WindowedPanel-inner"))
    kinds = ("keyword", "installer", "option", "value", "requirement")
    words = {kind: [page.words(index, kind) for index in range(3)] for kind in kinds}
    page.use_dark_theme()
    picture("dark", page.page.locator(".jp-WindowedPanel-inner"))
    return {"light": light, "dark": page.colours(0), "words": words, "errors": list(page.errors)}


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
