"""What an IPython shell makes of smuggle statements while they are typed; several shells."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest
from waiting import wait_for

pytest.importorskip("IPython")

START = """
import davos
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.extension_manager.load_extension("davos")
"""


@pytest.fixture
def run(tmp_path):
    """A function that runs code behind `shell`, an IPython with davos, and gives its output."""

    def run(code, *, stdin="", start=START):
        done = subprocess.run(
            [sys.executable, "-c", start + textwrap.dedent(code)],
            input=stdin,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            env={"HOME": str(tmp_path), "IPYTHONDIR": str(tmp_path / "ipython"), "TERM": "dumb"},
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


TYPED = {
    "smuggle json": "complete",
    "if x:\n    smuggle y": "incomplete",
    "if x:\n    smuggle y\n": "complete",
    "from json smuggle (\n    load,": "incomplete",
    "from json smuggle *": "complete",
    "smuggle os, \\": "incomplete",
    "if 1: smuggle json": "complete",
    "smuggle a as": "invalid",
    "def f():\n    smuggle y  # pip: six==1.0": "incomplete",
    "print('smuggle x')": "complete",
}


def test_a_block_is_complete_when_it_would_be_with_import(run):
    shown = run(f"""
        for text in {list(TYPED)}:
            print(shell.input_transformer_manager.check_complete(text)[0])
    """)
    assert shown.split() == list(TYPED.values())


def test_autocall_makes_no_call_of_a_smuggle_statement(run):
    shown = run("""
        shell.run_line_magic("autocall", "1")
        shell.run_cell("smuggle json")
        shell.run_cell("print(json.__name__)")
        shell.run_cell("len [1, 2]")
    """)
    assert "NameError" not in shown
    assert "json\n" in shown
    assert "2" in shown


def test_tab_offers_modules(run):
    shown = run("""
        for line in ("smuggle colors", "from collections smuggle a"):
            print(*shell.complete("", line)[1])
        shell.run_cell("smuggle json")
        from IPython.core.completer import provisionalcompleter
        with provisionalcompleter():
            print(*(found.text for found in shell.Completer.completions("json.lo", 7)))
        print(shell.object_inspect("json")["found"])
    """)
    assert "colorsys" in shown
    assert "abc" in shown
    assert "loads" in shown.splitlines()[-2]
    assert shown.splitlines()[-1] == "True"


@pytest.mark.slow
def test_tab_in_an_onion_comment_offers_the_versions_of_the_index(
    start_kernel, package_index, davos_home
):
    for version in ("1.9", "1.10", "2.0rc1"):
        package_index.add("dvlib", version)
    kernel = start_kernel()
    kernel.run("import davos")

    def offered(code):
        reply = kernel.client.complete(code, len(code), reply=True, timeout=60)["content"]
        return [f"{code[: reply['cursor_start']]}{one}" for one in reply["matches"]]

    def then_offered(code, first):
        """What TAB offers once the index has answered; before, it is what TAB offers anywhere."""
        return wait_for(lambda: (found := offered(code))[:1] == [f"{code}{first}"] and found)

    code = "x = 1\nsmuggle dvlib  # pip: dvlib>=1.9,<"
    assert then_offered(code, "1.10") == [f"{code}1.10", f"{code}1.9", f"{code}2.0rc1"]
    code = "from dvlib smuggle x  # pip: dvlib==1"
    assert offered(code) == [f"{code[:-1]}1.10", f"{code[:-1]}1.9"]
    code = "if 1: smuggle dvlib # uv: dvlib==2"
    assert then_offered(code[:-1], "1.10")
    assert offered(code) == [f"{code}.0rc1"]
    code = "from dvlib smuggle (x,\n  y)  # pip: dvlib ~= 1.1"
    assert offered(code) == [f"{code}0"]
    assert offered("y = 2  # pip: dvlib==1.1") == []


def test_loading_unloading_and_reloading_leaves_one_transformer(run):
    shown = run("""
        for magic in ("load_ext", "load_ext", "reload_ext"):
            shell.run_line_magic(magic, "davos")
        import importlib
        importlib.reload(davos)
        print(len(shell.input_transformers_post), davos.active)
        shell.run_cell("smuggle json; print(json.__name__)")
        davos.deactivate()
        print(len(shell.input_transformers_post), "smuggle" in shell.user_ns)
    """)
    assert shown.splitlines()[-3:] == ["1 True", "json", "0 False"]


def test_each_of_two_shells_binds_its_own_names(run):
    shown = run("""
        other = InteractiveShell(user_ns={})
        other.extension_manager.load_extension("davos")
        other.run_cell("smuggle colorsys")
        shell.run_cell("smuggle bisect")
        print("colorsys" in shell.user_ns, "colorsys" in other.user_ns)
        print("bisect" in shell.user_ns, "bisect" in other.user_ns)
        print(davos.ipython_shell is other)
        shell.extension_manager.reload_extension("davos")
        print(davos.ipython_shell is shell, len(shell.input_transformers_post))
    """)
    assert shown.splitlines() == ["False True", "True False", "True", "True 1"]


@pytest.mark.parametrize("first", ["import davos", "import davos as d\n%load_ext davos"])
def test_an_embedded_shell_binds_in_the_function_it_is_in(run, first):
    code = """
        import IPython
        def f():
            inner = 5
            IPython.embed(simple_prompt=True, colors="NoColor")
        f()
    """
    typed = f"{first}\nsmuggle json as j\nprint(j.__name__, inner)\nexit\n"
    assert "json 5" in run(code, start="", stdin=typed)


def test_reset_and_autoreload_do_not_stop_smuggling(run, tmp_path):
    shown = run(f"""
        import pathlib, sys, time
        folder = pathlib.Path({str(tmp_path)!r})
        sys.path.insert(0, str(folder))
        sys.dont_write_bytecode = True
        (folder / "dvtlocal.py").write_text("x = 1")
        shell.run_line_magic("load_ext", "autoreload")
        shell.run_line_magic("autoreload", "2")
        shell.run_cell("smuggle dvtlocal")
        (folder / "dvtlocal.py").write_text("x = 22")
        shell.run_cell("print(dvtlocal.x)")
        shell.run_line_magic("reset", "-f")
        shell.run_cell("smuggle dvtlocal, json\\nprint(dvtlocal.x, json.__name__)")
    """)
    assert shown.splitlines() == ["22", "22 json"]
