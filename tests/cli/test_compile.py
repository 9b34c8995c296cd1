"""`davos compile`: the Python that runs."""

import importlib
import os
import subprocess
import sys

import pytest

CALL = 'smuggle(name="six")'


def test_a_script_is_translated(davos, write):
    write("a.py", "x = 1\nsmuggle six\n")
    status, out, err = davos("compile", "a.py")
    assert (status, err) == (0, "")
    assert out.startswith('x = 1\nsmuggle(name="six"')


def test_text_without_statements_comes_back_as_it_is(davos, stdin):
    stdin("x = 1 # smuggle\n\ty")
    assert davos("compile", "-")[:2] == (0, "x = 1 # smuggle\n\ty")


def test_cells_are_separated_and_magics_are_what_ipython_makes_of_them(davos, write):
    write("a.ipynb", ["x = 1", None, "!ls\nsmuggle six", "%%bash\nsmuggle six"])
    status, out, _ = davos("compile", "a.ipynb")
    assert status == 0
    first, second, third = out.split("# %% ")[1:]
    assert first == "[cell 1]\nx = 1\n"
    assert second.startswith("[cell 3]\nget_ipython().system('ls')\nsmuggle(name=")
    assert third.startswith("[cell 4]\nget_ipython().run_cell_magic('bash', ''")


def test_an_error_is_shown_as_python_shows_it_and_the_other_cells_are_printed(davos, write):
    write("a.ipynb", ["smuggle six as", "x = 1"])
    status, out, err = davos("compile", "a.ipynb")
    assert (status, out) == (1, "# %% [cell 1]\n# %% [cell 2]\nx = 1\n")
    assert '  File "a.ipynb:cell 1", line 1\n    smuggle six as\n' in err
    assert "DavosParserError: expected a name after 'as'" in err


SCRIPT = """# %% one cell
import sys
def text(value):
    smuggle json
    from os.path smuggle join as put
    return json.dumps(put(value, value))
# %% another cell
if True: smuggle math
print(text("x"), math.floor(1.5))
"""


def executed(text, capsys):
    """What a text prints, whose `smuggle` imports, and binds as the engine's does."""
    namespace = {}

    def smuggle(name, as_=None, *, bind=True, **_):
        module = importlib.import_module(name) if bind else None
        if bind:
            namespace[as_ or name.partition(".")[0]] = module

    namespace["smuggle"] = smuggle
    exec(compile(text, "printed", "exec"), namespace)
    return capsys.readouterr().out


@pytest.mark.parametrize("name", ["a.py", "script", "-"])
def test_what_is_printed_of_a_script_runs_and_binds_locally(davos, write, stdin, capsys, name):
    write(name, SCRIPT) if name != "-" else stdin(SCRIPT)
    status, printed, _ = davos("compile", name)
    assert status == 0
    assert len(printed.splitlines()) == len(SCRIPT.splitlines())
    assert executed(printed, capsys) == '"x/x" 1\n'


def test_what_is_printed_of_a_script_prints_what_davos_run_prints(davos, write, tmp_path):
    write("a.py", SCRIPT)
    write("printed.py", davos("compile", "a.py")[1])
    home = {**os.environ, "HOME": str(tmp_path)}
    ran = [
        subprocess.run(
            [sys.executable, "-m", "davos", "run", name],
            cwd=tmp_path, env=home, capture_output=True, text=True, check=True,
        ).stdout
        for name in ("a.py", "printed.py")
    ]  # fmt: skip
    assert ran == ['"x/x" 1\n', '"x/x" 1\n']


def test_a_notebooks_cells_bind_globally_as_the_kernel_runs_them(davos, write, capsys):
    write("a.ipynb", ["def load():\n    smuggle json\nload()", "print(json.dumps(1))"])
    status, printed, _ = davos("compile", "a.ipynb")
    assert status == 0
    assert executed(printed, capsys) == "1\n"
