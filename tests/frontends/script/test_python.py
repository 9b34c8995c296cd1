"""Smuggle statements in scripts and in the modules that they import."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from davos.translate import translate

BOTH = pytest.mark.usefixtures("pip_backend")

LOCAL = [
    ("smuggle a", 'smuggle(name="a", as_=None, bind=False); import a'),
    (
        "smuggle a.b as c, d",
        (
            'smuggle(name="a.b", as_="c", submodule=True, bind=False); import a.b as c; '
            'smuggle(name="d", as_=None, bind=False); import d'
        ),
    ),
    (
        "from a smuggle b as c",
        'smuggle(name="a.b", as_="c", bind=False); from a import b as c',
    ),
    (
        "from a smuggle (\n b,\n)\nx",
        'smuggle(name="a.b", as_="b", bind=False\n\n); from a import b\nx',
    ),
    ("from a smuggle *", 'smuggle(name="a", as_=None, star=True, bind=False); from a import *'),
    ("from . smuggle a, b as c", "from . import a; from . import b as c"),
    ("from ..a smuggle (\n b)\nx", "from ..a \\\n import b\nx"),
    ("from .a smuggle *", "from .a import *"),
]


@pytest.mark.parametrize(("source", "expected"), LOCAL)
def test_a_module_binds_where_import_does(source, expected):
    translated = translate(source, binding="local")
    assert translated == expected
    compile(translated, "m.py", "exec")


@pytest.fixture
def run(tmp_path, monkeypatch):
    """A function that writes files and runs the first of them with `davos run`."""
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)

    def call(files, *args):
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        command = [sys.executable, "-m", "davos", "run", next(iter(files)), *args]
        return subprocess.run(
            command, cwd=tmp_path, capture_output=True, text=True, check=False, env=dict(os.environ)
        )

    return call


def test_a_scripts_function_binds_locally(run):
    done = run(
        {
            "s.py": "def f():\n    smuggle decimal as d\n    return d\nprint('d' in globals(), f().__name__)"
        }
    )
    assert (done.stdout, done.returncode) == ("False decimal\n", 0), done.stderr


def test_a_script_sees_its_arguments_and_its_folder(run):
    files = {"s.py": "import sys, near\nprint(sys.argv, near.x, __name__)", "near.py": "x = 1\n"}
    assert run(files, "a", "-b").stdout == "['s.py', 'a', '-b'] 1 __main__\n"


def test_imported_modules_and_packages_may_smuggle(run, tmp_path):
    files = {
        "s.py": "import near, pkg\nprint(near.A.colorsys.__name__, pkg.v, pkg.sub.v)",
        "near.py": "class A:\n    smuggle colorsys\n",
        "pkg/__init__.py": "from . smuggle (\n  sub,\n)\nfrom .sub smuggle *\n",
        "pkg/sub.py": "v = 1\n",
    }
    done = run(files)
    assert (done.stdout, done.returncode) == ("colorsys 1 1\n", 0), done.stderr
    written = {path.name.partition(".")[0] for path in tmp_path.rglob("*.pyc")}
    assert "near" not in written, "Python alone could not run that bytecode"
    assert "sub" in written


def test_a_modules_malformed_statement_is_its_syntax_error(run):
    done = run({"s.py": "import near", "near.py": "x = 1\nfrom json smuggle\n"})
    assert done.returncode == 1
    assert 'near.py", line 2' in done.stderr
    assert "expected one or more names after 'smuggle'" in done.stderr


def test_a_scripts_traceback_is_true(run, tmp_path):
    done = run({"s.py": "from json smuggle (\n  loads,\n)\n1 / 0\n"})
    assert f'File "{tmp_path / "s.py"}", line 4' in done.stderr
    assert "davos" not in done.stderr


@BOTH
@pytest.mark.slow
def test_a_script_installs_into_its_own_project(run, index, davos_home):
    index("dvt", "1.0")
    done = run({"s.py": "smuggle dvt  # pip: dvt==1.0\nprint(dvt.__version__)"})
    assert done.stdout == "1.0\n", done.stderr
    assert "installed dvt 1.0" in done.stderr
    assert [path.name[:2] for path in (davos_home / "projects").iterdir()] == ["s."]


def test_a_program_may_call_smuggle_itself(run):
    done = run({"s.py": "import davos\ndavos.smuggle('json.decoder', 'd')\nprint(d.__name__)"})
    assert done.stdout == "json.decoder\n", done.stderr


def test_settings_made_before_the_first_smuggle_hold(run):
    text = "import davos\ndavos.project = 'mine'\nprint(davos.project.name, davos.active)"
    assert run({"s.py": text}).stdout == "mine True\n"


@BOTH
@pytest.mark.slow
def test_what_davos_is_built_on_may_be_smuggled(run, index):
    """Other versions of lark and packaging are the script's; davos goes on with its own."""
    index("lark", "0.1", {"lark/__init__.py": "v = 'theirs'\n"})
    index("dvt", "1.0")
    later = "smuggle dvt  # pip: dvt >= 1.0; python_version > '3'\nprint(dvt.__version__)"
    first = f"smuggle lark  # pip: lark==0.1\nprint(lark.v)\n{later}"
    assert run({"s.py": first}).stdout.splitlines() == ["theirs", "1.0"]
    again = run({"s.py": f"{later}\nfrom lark smuggle v  # pip: lark==0.1\nprint(v)"})
    assert again.stdout.splitlines() == ["1.0", "theirs"], again.stderr


def test_a_namespace_folder_does_not_hide_what_a_later_finder_knows(run):
    files = {"s.py": "import near\nprint(near.__path__)", "near/data.txt": ""}
    assert "near" in run(files).stdout


def test_near_misses_of_onion_comments_are_warnings_in_scripts_and_modules(run):
    files = {
        "s.py": "x = 1\nimport near\nsmuggle json  # pip json\nprint(1)",
        "near.py": "smuggle json  # PIP: json\n",
    }
    done = run(files)
    assert done.stdout == "1\n"
    assert "s.py:3: UserWarning: this comment has no effect" in done.stderr
    assert "near.py:1: UserWarning: this comment has no effect" in done.stderr
    assert done.stderr.count("UserWarning") == 2


@BOTH
def test_a_constraints_file_is_read_by_davos(run, index):
    index("dvt", "1.0")
    index("dvt", "2.0")
    text = "smuggle dvt  # pip: dvt -c c.txt\nprint(dvt.__version__)"
    refused = run({"s.py": text, "c.txt": "dvt<2\n-r other.txt\n"})
    assert "c.txt:2: '-r other.txt' has an option" in refused.stderr
    assert run({"s.py": text, "c.txt": "dvt<2  # why\n"}).stdout == "1.0\n"


def test_an_option_that_writes_elsewhere_is_refused_in_the_project(run, index, tmp_path):
    index("dvt", "1.0")
    done = run({"s.py": "smuggle dvt  # pip: dvt --log log.txt"})
    assert "--log log.txt writes outside project s: leave it out" in done.stderr
    assert not (tmp_path / "log.txt").exists()
