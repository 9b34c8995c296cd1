"""davos in an IPython shell: what a user types, what happens."""

from __future__ import annotations

import sys

import pytest

pytest.importorskip("IPython")
pytestmark = pytest.mark.slow
BOTH = pytest.mark.usefixtures("pip_backend")


@BOTH
def test_a_notebook_smuggles_a_pinned_package(kernel, index, tmp_path):
    index("dvt", "1.0")
    index("dvt", "2.0")
    kernel.run("import davos")
    shown = kernel.run("smuggle dvt  # pip: dvt==1.0\nprint(dvt.__version__, dvt.__file__)")
    assert "installed dvt 1.0 (project quickstart)" in shown
    assert f"1.0 {tmp_path}" not in shown, "not into the notebook's folder"
    again = kernel.run("smuggle dvt  # pip: dvt==1.0\nprint(dvt.__version__)")
    assert again == "1.0\n"
    assert kernel.run("smuggle dvt  # pip: dvt>1\nprint(dvt.__version__)").endswith("2.0\n")


@pytest.fixture
def kernel(start_kernel, index, tmp_path):
    """A kernel whose pip sees the index folder only."""
    return start_kernel(tmp_path / "quickstart.ipynb")


CELLS = {
    "star": ("from json smuggle *\nprint(loads('1'))", "1\n"),
    "dotted": ("smuggle os.path\nprint(os.path.sep)", "/\n"),
    "one-line clause": ("if True: smuggle json as j\nprint(j.__name__)", "json\n"),
    "function binds globally": (
        "def f():\n    smuggle decimal as dd\nf()\nprint(dd.__name__)",
        "decimal\n",
    ),
    "semicolons": (
        "x = 1; smuggle fractions; y = 2\nprint(fractions.__name__, y)",
        "fractions 2\n",
    ),
    "capture": ("%%capture out\nsmuggle json\nprint('x')", ""),
    "time magic": ("%time smuggle colorsys as cs", None),
    "await": (
        "import asyncio\nawait asyncio.sleep(0)\nsmuggle bisect\nprint(bisect.__name__)",
        "bisect\n",
    ),
    "variable": ("smuggle = 3\nprint(smuggle)\ndel smuggle", "3\n"),
    "string": ("print('smuggle x')", "smuggle x\n"),
    "magic beside": ("%config\nsmuggle json as k\nprint(k.__name__)", None),
}


def test_cells_behave_as_with_import(kernel):
    kernel.run("import davos")
    for name, (cell, expected) in CELLS.items():
        shown = kernel.run(cell)
        assert expected is None or shown == expected, name


def test_a_malformed_statement_points_at_the_word(kernel):
    kernel.run("import davos")
    shown = kernel.run("x = 1\nfrom os.path smuggle join asopj", allow_error=True)
    assert "asopj" in shown
    assert "Cell In[" in shown or "/ipykernel_" in shown  # IPython >= 8, or 7
    assert "line 2" in shown
    assert "^" in shown
    assert "NameError" in kernel.run("x", allow_error=True), "nothing of the cell ran"


def test_an_onion_error_points_at_the_word(kernel):
    kernel.run("import davos")
    shown = kernel.run("smuggle six  # pip: six --upgrad3", allow_error=True)
    assert "OnionArgumentError" in shown
    assert "--upgrad3" in shown


def test_a_near_miss_of_an_onion_comment_is_a_warning_each_time_the_cell_runs(kernel):
    kernel.run("import davos")
    for _ in range(2):
        shown = kernel.run("x = 1\nsmuggle json  # pip json\nprint(json.__name__)")
        assert ":2: UserWarning: " in shown
        assert "did you mean `# pip: json`?" in shown
        assert shown.count("UserWarning") == 1
        assert "\n  smuggle json  # pip json\n" in shown
        assert "json\n" in shown
    assert "UserWarning" not in kernel.run("smuggle json  # pip is slow here")


def test_a_traceback_names_the_users_line(kernel):
    kernel.run("import davos")
    shown = kernel.run("from os.path smuggle (\n  join,\n  split,\n)\n\n1 / 0", allow_error=True)
    assert "6 1 / 0" in shown or "line 6" in shown


def test_a_traceback_through_a_broken_module_shows_nothing_of_davos(kernel, tmp_path):
    (tmp_path / "dvtbroken.py").write_text("x = 1\nx.upper()\n")
    kernel.run("import davos")
    shown = kernel.run("smuggle dvtbroken", allow_error=True)
    assert "dvtbroken.py" in shown
    assert "> 2 x.upper()" in shown
    assert "AttributeError" in shown
    assert "engine.py" not in shown
    assert "session.py" not in shown


def test_deactivation_takes_smuggle_away_at_once(kernel):
    kernel.run("import davos")
    shown = kernel.run("davos.deactivate()\nsmuggle json", allow_error=True)
    assert "NameError" in shown
    shown = kernel.run("smuggle json", allow_error=True)
    assert "SyntaxError" in shown
    assert kernel.run("print(davos.is_active())") == "False\n"
    kernel.run("davos.active = True")
    assert kernel.run("smuggle json\nprint(json.__name__, davos.active)") == "json True\n"


def test_deactivation_keeps_a_smuggle_of_the_users(kernel):
    kernel.run("import davos")
    kernel.run("smuggle = 5")
    assert kernel.run("davos.deactivate()\nprint(smuggle)") == "5\n"


def test_importing_davos_takes_effect_in_the_next_cell(kernel):
    shown = kernel.run("import davos\nsmuggle json", allow_error=True)
    assert "SyntaxError" in shown


def test_the_extension_loads_and_unloads(kernel):
    kernel.run("%load_ext davos")
    assert kernel.run("smuggle json\nprint(json.__name__)") == "json\n"
    kernel.run("%unload_ext davos")
    assert "SyntaxError" in kernel.run("smuggle json", allow_error=True)
    kernel.run("%load_ext davos")
    assert kernel.run("smuggle json\nprint(json.__name__)") == "json\n"


def test_davos_works_again_after_a_reset(kernel):
    kernel.run("import davos")
    kernel.run("%reset -f")
    kernel.run("import davos")
    assert kernel.run("smuggle json\nprint(json.__name__)") == "json\n"


NOT_FOUND = {
    "pip": "No matching distribution found for dvtnone==1",
    "uv": "dvtnone was not found in the provided package locations and you require dvtnone==1",
}


@BOTH
def test_an_installer_error_leaves_the_session_alive(kernel, pip_backend):
    kernel.run("import davos")
    shown = kernel.run("smuggle dvtnone  # pip: dvtnone==1", allow_error=True)
    assert "InstallerError" in shown
    assert NOT_FOUND[pip_backend] in " ".join(shown.split())
    caught = (
        "try:\n    smuggle dvtnone\nexcept ImportError as error:\n    print(type(error).__name__)"
    )
    assert kernel.run(caught).endswith("InstallerError\n")


@BOTH
def test_suppressed_output_still_shows_errors(kernel, index, pip_backend):
    index("dvt", "1.0")
    kernel.run("import davos\ndavos.config.suppress_stdout = True")
    assert kernel.run("smuggle dvt  # pip: dvt==1.0") == ""
    shown = kernel.run("smuggle dvtnone  # pip: dvtnone==1", allow_error=True)
    assert NOT_FOUND[pip_backend] in " ".join(shown.split())


def test_a_misspelt_field_names_the_nearest(kernel):
    kernel.run("import davos")
    for cell in ("davos.config.supress_stdout = True", "davos.supress_stdout = True"):
        assert "did you mean 'suppress_stdout'?" in kernel.run(cell, allow_error=True)


def test_the_project_is_the_notebooks(kernel, tmp_path):
    kernel.run("import davos")
    shown = kernel.run("print(davos.project.name)")
    assert shown == f"{tmp_path / 'quickstart.ipynb'}\n"
    kernel.run("davos.project = 'shared'")
    assert kernel.run("print(davos.project.name)") == "shared\n"
    kernel.run("davos.project = None")
    assert kernel.run("print(davos.project)") == "None\n"
    shown = kernel.run("davos.project = 'a\\x00b'", allow_error=True)
    assert "DavosProjectError" in shown


def test_vs_codes_variable_names_the_notebook(start_kernel, tmp_path):
    kernel = start_kernel()
    kernel.run(f"__vsc_ipynb_file__ = {str(tmp_path / 'vs.ipynb')!r}")
    kernel.run("import davos")
    assert kernel.run("print(davos.project.name)").strip().endswith("vs.ipynb")


def test_an_unknown_notebook_falls_back_with_one_warning(start_kernel):
    kernel = start_kernel()
    assert kernel.run("import davos") == ""
    assert "davos-fallback" in kernel.run("davos.project")
    assert "UserWarning" not in kernel.run("davos.project")


@BOTH
def test_a_lazy_import_of_a_project_dependency_works_later(kernel, index):
    index("dvtdep", "1.0")
    index("dvt", "1.0", {"dvt.py": "def f():\n    import dvtdep\n    return dvtdep\n"}, ["dvtdep"])
    kernel.run("import davos")
    kernel.run("smuggle dvt  # pip: dvt==1.0")
    assert "1.0" in kernel.run("print(dvt.f().__version__)")


@BOTH
def test_a_second_session_finds_what_the_first_installed(start_kernel, index, tmp_path):
    index("dvt", "1.0")
    for expected in ("installed dvt 1.0 (project nb)\n1.0\n", "1.0\n"):
        kernel = start_kernel(tmp_path / "nb.ipynb")
        kernel.run("import davos")
        shown = kernel.run("smuggle dvt  # pip: dvt==1.0\nprint(dvt.__version__)")
        assert shown.endswith(expected)


HOSTILE = [
    "six;touch$IFS{mark}",
    "six$(touch${{IFS}}{mark})",
    "six --log=/dev/null&&touch${{IFS}}{mark}",
    "six | touch {mark}",
    "six`touch {mark}`",
]


@BOTH
def test_nothing_in_a_comment_reaches_a_shell(kernel, tmp_path):
    mark = tmp_path / "mark"
    kernel.run("import davos")
    for hostile in HOSTILE:
        kernel.run(f"smuggle six  # pip: {hostile.format(mark=mark)}", allow_error=True)
        assert not mark.exists(), hostile
    kernel.run(f"davos.project = 'p$(touch {mark})'", allow_error=True)
    assert not mark.exists()


def test_the_terminal_shell_has_a_project_of_its_own(tmp_path):
    code = (
        "from IPython.terminal.interactiveshell import TerminalInteractiveShell as T\n"
        "shell = T.instance()\nshell.run_cell('import davos')\n"
        "shell.run_cell('print(davos.project.name, davos.environment)')\n"
    )
    from subprocess import run

    done = run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "ipython-shell IPython>=7.0" in done.stdout


def test_an_argument_that_is_refused_when_it_runs_is_shown_at_the_users_line(kernel):
    kernel.run("import davos")
    for cell in ("smuggle dvt  # pip: dvt --log=/x", "davos.smuggle('dvt', args_str='dvt; x')"):
        with pytest.raises(AssertionError) as caught:
            kernel.run(cell)
        shown = str(caught.value)
        assert f"    {cell}\n" in shown
        assert "session.py" not in shown
        assert "<onion comment>" not in shown


CONFIG_ERRORS = {
    'davos.project = "a/../b\\\\x"': '"a/../b\\\\x"',
    "davos.pip_executable = '/no/such'": "'/no/such'",
    "davos.config.supress_stdout = True": "supress_stdout",
    "davos.configure(noninteractive=True, debug=2)": "2",
}


def test_an_error_of_a_field_is_shown_at_the_users_line_without_davos(kernel):
    kernel.run("import davos")
    for line, word in CONFIG_ERRORS.items():
        shown = kernel.run(f"import os\n{line}", allow_error=True)
        lines = shown.splitlines()
        assert len(lines) <= 12, shown
        assert "site-packages" not in shown
        assert "configuration.py" not in shown
        assert lines[1] == f"    {line}"
        assert lines[2] == " " * (4 + line.index(word)) + "^" * len(word)
    shown = kernel.run("davos.projct", allow_error=True)
    assert "did you mean 'project'?" in shown
    assert "__getattr__" not in shown


def test_with_debug_an_error_of_a_field_shows_everything(kernel):
    kernel.run("import davos")
    kernel.run("davos.config.debug = True")
    assert "configuration.py" in kernel.run("davos.config.x = 1", allow_error=True)
    kernel.run("davos.config.debug = False\n%xmode Verbose")
    assert "configuration.py" in kernel.run("davos.config.x = 1", allow_error=True)
    kernel.run("%xmode Context")
    assert "configuration.py" not in kernel.run("davos.config.x = 1", allow_error=True)


def test_an_error_of_the_users_own_shows_the_cell_as_it_was_written(kernel):
    kernel.run("import davos")
    shown = kernel.run("smuggle os\n1/0", allow_error=True)
    assert "1 smuggle os" in shown
    assert "ZeroDivisionError" in shown
    assert "smuggle(" not in shown
