"""`davos lock`: its modes, its exit status, and what it prints."""

import json
import os
import sys

import pytest

from davos.cli import lock as command
from davos.configuration import config
from davos.resolution.lock_document import read_lock

HASHES = {"sha256": "0" * 64}
HERE = "{}.{}".format(*sys.version_info)


class Resolver:
    """Answers with a version of each requirement, and keeps what it was given."""

    def __init__(self):
        self.version = "1.0"
        self.runs = []

    def __call__(self, run, tell=None):
        self.runs.append(run)
        names = [line.partition(" ")[0].partition("=")[0] for line in run.lines]
        return {"lock-version": "1.0", "packages": [self.package(name) for name in names]}

    def package(self, name):
        url = f"https://h/{name}-{self.version}-py3-none-any.whl"
        return {"name": name, "version": self.version, "wheels": [{"url": url, "hashes": HASHES}]}


@pytest.fixture
def resolved(monkeypatch):
    """A resolver that needs no index."""
    made = Resolver()
    monkeypatch.setattr(command, "resolver", lambda _backend, _tell: made)
    return made


@pytest.fixture
def configured():
    """A function that sets `davos.config.pip_backend` for the time of a test."""
    before = config.pip_backend

    def change(backend):
        config.pip_backend = backend

    yield change
    config.pip_backend = before


SIX = ["smuggle six  # pip: six"]


def test_a_lock_is_made_checked_renewed_and_taken_away(davos, write, resolved):
    path = write("a.ipynb", SIX)
    before = path.read_bytes()
    assert davos("lock", "--check", "a.ipynb") == (
        1,
        "a.ipynb: the lock is out of date: `davos lock` makes a new one\n  it has no lock\n",
        "",
    )
    assert davos("lock", "a.ipynb") == (0, f"a.ipynb: locked 1 package for Python {HERE}\n", "")
    locked = path.read_bytes()
    assert davos("lock", "--check", "a.ipynb")[0] == 0
    assert "is up to date" in davos("lock", "a.ipynb")[1]
    resolved.version = "2.0"
    status, out, _ = davos("lock", "--diff", "--upgrade", "a.ipynb")
    assert (status, out) == (1, "a.ipynb: the lock would change\n    six 1.0 -> 2.0\n")
    assert path.read_bytes() == locked
    status, out, _ = davos("lock", "--upgrade", "a.ipynb")
    assert (status, out.splitlines()[1:]) == (0, ["    six 1.0 -> 2.0"])
    assert str(read_lock(path).pylock.packages[0].version) == "2.0"
    assert davos("lock", "--remove", "a.ipynb") == (0, "a.ipynb: the lock was removed\n", "")
    assert path.read_bytes() == before


def test_a_lock_of_a_script_is_beside_it(davos, write, resolved, tmp_path):
    write("a.py", "smuggle six\n")
    assert davos("lock", "a.py")[0] == 0
    assert (tmp_path / "pylock.a.toml").is_file()
    write("a.py", "import six\n")
    assert davos("lock", "a.py")[:2] == (0, "a.py: the lock was removed\n  - six 1.0\n")
    assert not (tmp_path / "pylock.a.toml").exists()


@pytest.mark.parametrize(("first", "second"), [("a.py", "a.md"), ("a.b.py", "a_b.py")])
def test_a_lock_of_another_document_with_the_same_stem_stays(
    davos, write, resolved, tmp_path, first, second
):
    head = "---\njupytext: x\n---\n\n"
    code = "smuggle six  # pip: six\n"
    text = f"{head}```python\n{code}```\n" if second == "a.md" else code
    write(first, "smuggle lib  # pip: lib\n")
    assert davos("lock", first)[0] == 0
    (lock,) = tmp_path.glob("pylock.*.toml")
    before = lock.read_bytes()
    write(second, text)
    runs = len(resolved.runs)
    status, out, _ = davos("lock", ".")
    assert status == 1
    assert f"{lock.name} is the lock of {first}, and would be that of {second}: rename" in out
    assert f"`davos lock --remove {first}`" in out
    assert davos("lock", "--check", second)[1].splitlines()[1:] == ["  it has no lock"]
    assert davos("lock", "--remove", second)[0] == 0
    assert lock.read_bytes() == before
    assert len(resolved.runs) == runs + 1  # for the first document alone
    (tmp_path / first).unlink()
    assert davos("lock", second)[0] == 0


def test_a_document_that_needs_no_lock_may_share_the_stem_of_another(davos, write, resolved):
    write("a.py", "smuggle six  # pip: six\n")
    write("a.md", "text\n")
    assert davos("lock", "a.py")[0] == 0
    assert davos("lock", ".")[0] == 0


def test_folders_are_walked_and_what_needs_no_lock_is_passed_over(davos, write, resolved):
    write("x/a.ipynb", SIX)
    write("x/b.py", "import six\n")
    write("x/c.md", "# Title\n")
    status, out, _ = davos("lock", "x")
    assert (status, out.splitlines()) == (0, [f"x/a.ipynb: locked 1 package for Python {HERE}"])
    assert davos("lock", "x/b.py")[1] == "x/b.py: there is nothing to lock\n"


def test_one_bad_file_does_not_keep_others_from_their_locks(davos, write, resolved):
    write("a.py", "smuggle a  # pip: -e ./a\n")
    write("b.ipynb", SIX)
    status, out, _ = davos("lock", "a.py", "b.ipynb")
    assert status == 1
    assert "a.py: no lock was made\n  -e ./a (row 1) cannot be locked" in out
    assert "b.ipynb: locked" in out
    status, _, err = davos("lock", "b.ipynb", "c.ipynb")
    assert (status, err) == (2, "davos: c.ipynb: No such file or directory\n")


def test_a_broken_lock_is_not_overwritten_and_can_be_removed(davos, write, resolved):
    text = {"cells": [], "metadata": {"davos": {"lock": {"packages": 1}}}, "nbformat": 4}
    path = write("a.ipynb", json.dumps(text))
    for arguments in (["a.ipynb"], ["--check", "a.ipynb"]):
        status, out, _ = davos("lock", *arguments)
        assert status == 2
        assert "a.ipynb: metadata.davos.lock: not a valid lock at lock-version" in out
        assert "`davos lock --remove` takes it away" in out
    assert json.loads(path.read_bytes()) == text
    assert davos("lock", "--remove", "a.ipynb")[0] == 0


def test_what_is_left_to_the_run_is_noted(davos, write, resolved):
    write("a.py", "smuggle six  # pip: six==1\nsmuggle six  # pip: six==2\n")
    assert "six==2 (row 2) is not in the lock" in davos("lock", "a.py")[2]


def test_json_says_all_of_it(davos, write, resolved):
    write("a.py", "smuggle six\n")
    status, out, _ = davos("lock", "--json", "a.py", "--as-of", "2023-10-01")
    assert status == 0
    assert json.loads(out) == {
        "schema": 1,
        "files": [
            {
                "filename": "a.py",
                "lock": "pylock.a.toml",
                "status": "locked",
                "python": HERE,
                "platform": None,
                "as_of": "2023-10-01",
                "conda_platform": None,
                "packages": [{"name": "six", "version": "1.0"}],
                "conda": [],
                "changes": [{"name": "six", "before": None, "after": "1.0"}],
                "reasons": [],
                "notes": [],
            }
        ],
    }


def test_the_date_of_a_lock_stays_until_an_upgrade(davos, write, resolved):
    write("a.py", "smuggle six\n")
    for arguments, cutoff in (
        (["--as-of", "2023-10-01"], "2023-10-02T00:00:00Z"),
        ([], "2023-10-02T00:00:00Z"),
        (["--upgrade"], None),
        ([], None),
    ):
        assert davos("lock", *arguments, "a.py")[0] == 0
        assert resolved.runs[-1].options.get("uploaded_prior_to") == cutoff


@pytest.mark.parametrize("date", ["garbage", "9999-12-31"])
def test_a_date_in_a_lock_that_is_none_asks_for_another(davos, write, resolved, tmp_path, date):
    write("a.py", SIX[0])
    davos("lock", "--as-of", "2023-10-01", "a.py")
    path = tmp_path / "pylock.a.toml"
    path.write_text(path.read_text().replace("2023-10-01", date))
    status, out, _ = davos("lock", "a.py")
    assert status == 1
    assert f"the date of its lock, '{date}', is none: give --as-of" in out
    assert davos("lock", "--as-of", "2023-10-02", "a.py")[0] == 0


def test_a_package_to_upgrade_that_the_lock_does_not_hold_is_named(davos, write, resolved):
    write("a.py", SIX[0])
    davos("lock", "a.py")
    _, _, err = davos("lock", "--upgrade-package", "sxi", "--upgrade-package", "Six", "a.py")
    assert (
        err == "davos: a.py: --upgrade-package sxi: the lock does not hold it; did you mean six?\n"
    )
    assert resolved.runs[-1].upgrade_packages == ("sxi", "six")


def test_where_there_is_no_lock_none_is_taken_away(davos, write):
    write("a.py", SIX[0])
    assert davos("lock", "--remove", "a.py") == (0, "a.py: there is no lock\n", "")


@pytest.mark.parametrize("mode", [[], ["--check"], ["--diff"]])
def test_an_onion_comment_that_cannot_be_read_is_named(davos, write, resolved, mode):
    write("a.ipynb", [*SIX, "x = 1\nsmuggle numpy  # pip: numpy=="])
    davos("lock", "a.ipynb")
    status, _, err = davos("lock", *mode, "a.ipynb")
    assert status == 0
    assert err.startswith("davos: a.ipynb: cell 2, row 2 is not in the lock: 'numpy=='")
    write("b.py", "smuggle numpy  # pip: numpy==")
    status, out, err = davos("lock", "b.py")
    assert (status, out) == (0, "b.py: there is nothing to lock\n")
    assert err.startswith("davos: b.py: row 1 is not in the lock: ")


CELL = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": []}
NOTEBOOK = {"cells": [{**CELL, "source": SIX}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
OUTPUT = {"output_type": "display_data", "metadata": {}, "data": {"a": float("nan"), "b": "é" * 99}}
OF_VERSION_3 = {"cells": [{**CELL, "language": "python", "input": SIX[0]}]}
ODD = {
    "on one line": json.dumps(NOTEBOOK),
    "without white space": json.dumps(NOTEBOOK, separators=(",", ":")),
    "indented by four, no line end": json.dumps(NOTEBOOK, indent=4),
    "indented by tabs": json.dumps(NOTEBOOK, indent="\t") + "\n",
    "with line ends of Windows": json.dumps(NOTEBOOK, indent=1).replace("\n", "\r\n"),
    "with outputs that are no JSON": json.dumps(
        {**NOTEBOOK, "cells": [{**CELL, "source": SIX, "outputs": [OUTPUT]}]}, ensure_ascii=False
    ),
    "with half a character": json.dumps(
        {**NOTEBOOK, "cells": [{**CELL, "source": [*SIX, "\n'\ud800'"]}]}
    ),
    "of version 3": json.dumps({"worksheets": [OF_VERSION_3], "metadata": {}, "nbformat": 3}),
    "with metadata of others": json.dumps({**NOTEBOOK, "metadata": {"davos": {"x": 1}, "z": [{}]}}),
    "with a key twice": '{"metadata": {"a": 1}, ' + json.dumps(NOTEBOOK)[1:],
    "of an old Python": json.dumps(
        {**NOTEBOOK, "metadata": {"language_info": {"name": "python", "version": "2.7.18"}}}
    ),
}


@pytest.mark.parametrize("name", ODD)
def test_an_odd_notebook_is_what_it_was_once_its_lock_is_taken_away(davos, write, resolved, name):
    path = write("my nötebook.ipynb", ODD[name])
    before = path.read_bytes()
    status, out, err = davos("lock", path.name)
    assert (status, out, err) == (0, f"{path.name}: locked 1 package for Python {HERE}\n", "")
    assert str(read_lock(path).pylock.packages[0].name) == "six"
    assert davos("lock", "--check", path.name)[0] == 0
    assert davos("lock", "--remove", path.name)[0] == 0
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not a notebook: the file is empty"),
        (b"[]", "its JSON is not an object"),
        (json.dumps(NOTEBOOK).encode()[:-9], "not valid JSON: "),
        (b"\xef\xbb\xbf" + json.dumps(NOTEBOOK).encode(), "it starts with a byte order mark"),
        (json.dumps(NOTEBOOK).encode("utf-16"), "byte 0xff in row 1 is not UTF-8"),
        (b'{"metadata": "' + b"\xe9" + b'", "cells": []}', "byte 0xe9 in row 1 is not UTF-8"),
    ],
)
@pytest.mark.parametrize("mode", [[], ["--check"], ["--remove"]])
def test_what_is_no_notebook_stays_and_is_named(davos, write, resolved, content, message, mode):
    path = write("a.ipynb", content)
    status, out, err = davos("lock", *mode, "a.ipynb")
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("davos: a.ipynb: not ")
    assert message in err
    assert path.read_bytes() == content


def test_a_notebook_that_is_saved_meanwhile_keeps_what_was_saved(
    davos, write, resolved, monkeypatch
):
    path = write("a.ipynb", ODD["indented by tabs"])
    saved = ODD["indented by tabs"].replace("smuggle six", "# saved\\nsmuggle six")

    def resolve(run):
        path.write_text(saved, encoding="utf-8")
        return resolved(run)

    monkeypatch.setattr(command, "resolver", lambda _backend, _tell: resolve)
    assert davos("lock", "a.ipynb")[0] == 0
    assert read_lock(path) is not None
    davos("lock", "--remove", "a.ipynb")
    assert path.read_text("utf-8") == saved


def test_an_interrupt_leaves_the_notebook(davos, write, monkeypatch, tmp_path):
    def interrupted(_run):
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "resolver", lambda _backend, _tell: interrupted)
    path = write("a.ipynb", SIX)
    before = path.read_bytes()
    assert davos("lock", "a.ipynb")[0] == 130
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["a.ipynb"]


def test_a_link_to_a_notebook_stays_one(davos, write, resolved, tmp_path):
    path = write("real.ipynb", SIX)
    (tmp_path / "link.ipynb").symlink_to(path)
    assert davos("lock", "link.ipynb")[0] == 0
    assert (tmp_path / "link.ipynb").is_symlink()
    assert read_lock(path) is not None


PLACES = {
    "cells with magics": (
        "a.ipynb",
        [
            "%%time\nsmuggle a  # pip: a==1",
            "%%capture out\ndef f():\n    smuggle b  # pip: b==1",
            "%time smuggle c  # pip: c==1",
            "!ls\n%matplotlib inline\nsmuggle d  # pip: d==1",
            "%%bash\nsmuggle no  # pip: no==1",
            "x = %time 3\nsmuggle e  # pip: e==1",
        ],
        "abcde",
    ),
    "branches": (
        "a.py",
        "if x:\n    smuggle a  # pip: a==1\nelse:\n    smuggle b  # pip: b==1\n",
        "ab",
    ),
    "a fallback": (
        "a.py",
        "try:\n    import a\nexcept ImportError:\n    smuggle a  # pip: a==1\n",
        "a",
    ),
    "functions, classes and loops": (
        "a.py",
        "async def f():\n    class A:\n        smuggle a  # pip: a==1\nwhile x: smuggle b  # pip: b==1\n",
        "ab",
    ),
    "MyST": (
        "a.md",
        "---\njupytext: x\n---\n```{code-cell} ipython3\nsmuggle a  # pip: a==1\n```\n",
        "a",
    ),
    "Quarto": ("a.qmd", "```{python}\n#| echo: false\nsmuggle a  # pip: a==1\n```\n", "a"),
    "percent": ("a.py", "# %% [markdown]\n# hi\n# %%\nsmuggle a  # pip: a==1\n", "a"),
    "marimo": (
        "a.py",
        "import marimo\napp = marimo.App()\n@app.cell\ndef _():\n    smuggle a  # pip: a==1\n",
        "a",
    ),
    "a byte order mark": ("a.py", b"\xef\xbb\xbfsmuggle a  # pip: a==1\n", "a"),
    "another encoding": ("a.py", b"# coding: latin-1\n'\xe9'\nsmuggle a  # pip: a==1\n", "a"),
    "a name that begins with a dash": ("-a.py", "smuggle a  # pip: a==1\n", "a"),
}


@pytest.mark.parametrize("kind", PLACES)
def test_statements_of_each_kind_of_document_are_locked(davos, write, resolved, kind):
    name, content, names = PLACES[kind]
    write(name, content)
    status, _, err = davos("lock", "--", name)
    assert (status, err) == (0, "")
    assert resolved.runs[0].lines == [f"{one}==1" for one in names]
    assert davos("lock", "--check", "--", name)[0] == 0


def test_a_read_only_notebook_stays(davos, write, resolved, monkeypatch):
    path = write("a.ipynb", SIX)
    before = path.read_bytes()
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert davos("lock", "a.ipynb")[:2] == (1, "a.ipynb: no lock was made\n  it is read-only\n")
    assert path.read_bytes() == before


def test_the_python_is_that_given_that_locked_or_that_of_the_notebook(davos, write, resolved):
    def python(*arguments):
        assert davos("lock", *arguments)[0] == 0
        return resolved.runs[-1].python

    write("a.py", "smuggle six\n")
    assert python("a.py") == HERE
    assert python("--python-version", "3.10", "a.py") == "3.10"
    assert python("a.py") == "3.10"
    for version, expected in (("3.12.1", "3.12"), ("3.7.2", HERE)):
        cells = [{"cell_type": "code", "source": "smuggle six", "metadata": {}}]
        metadata = {"language_info": {"name": "python", "version": version}}
        write("b.ipynb", json.dumps({"cells": cells, "metadata": metadata, "nbformat": 4}))
        assert python("b.ipynb") == expected


def test_the_notebooks_own_date_is_asked_for_with_auto(
    davos, write, resolved, monkeypatch, tmp_path
):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    write("a.ipynb", SIX)
    status, out, _ = davos("lock", "--as-of", "auto", "a.ipynb")
    assert status == 1
    assert "nothing says when it last ran" in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-"], "stdin has no place for a lock"),
        (["--as-of", "2023", "a.py"], "'2023' is not a date such as 2023-10-01"),
        (["--python-version", "3.8", "a.py"], "'3.8' is not a version of Python such as 3.11"),
        (["--python-version", "three", "a.py"], "'three' is not a version of Python"),
        (["--python-version", "3.11.4", "a.py"], "'3.11.4' is not a version of Python"),
        (["--as-of", "9999-12-31", "a.py"], "'9999-12-31' is not a date such as 2023-10-01"),
        (["--as-of", "2999-01-01", "a.py"], "'2999-01-01' has not come yet"),
        (["--upgrade-package", "six==1", "a.py"], "'six==1' is not the name of a package"),
        (["--upgrade-package", "", "a.py"], "'' is not the name of a package"),
        (["--check", "--diff", "a.py"], "not allowed with argument"),
        (["--check", "--as-of", "auto", "a.py"], "--as-of: not allowed with argument --check"),
        (["--check", "--resolver", "pip", "a.py"], "--resolver: not allowed with argument --check"),
        (["--remove", "--upgrade", "a.py"], "--upgrade: not allowed with argument --remove"),
        (
            ["--remove", "--upgrade-package", "x", "a.py"],
            "--upgrade-package: not allowed with argument --remove",
        ),
        (
            ["--check", "--python-version", "3.11", "a.py"],
            "--python-version: not allowed with argument --check",
        ),
        ([], "the following arguments are required"),
    ],
)
def test_wrong_use_is_an_error(davos, arguments, message):
    status, _, err = davos("lock", *arguments)
    assert status == 2
    assert message in err


def test_the_configured_program_resolves_unless_another_is_chosen(
    davos, write, monkeypatch, configured
):
    chosen = []
    answer = Resolver()
    monkeypatch.setattr(command, "resolver", lambda name, _tell: chosen.append(name) or answer)
    configured("pip")
    write("a.py", "smuggle six\n")
    davos("lock", "a.py")
    davos("lock", "--resolver", "uv", "a.py")
    assert chosen == ["pip", "uv"]


def test_the_program_that_the_code_sets_resolves(davos, write, monkeypatch, configured):
    chosen = []
    answer = Resolver()
    monkeypatch.setattr(command, "resolver", lambda name, _tell: chosen.append(name) or answer)
    configured("auto")
    write("a.ipynb", ["import davos\ndavos.config.pip_backend = 'pip'", *SIX])
    write("b.ipynb", ["import davos\ndavos.config.pip_backend = best()", *SIX])
    davos("lock", "a.ipynb", "b.ipynb")
    davos("lock", "--resolver", "uv", "a.ipynb")
    assert chosen == ["pip", "auto", "uv"]


def test_a_program_that_the_code_sets_and_that_is_unknown_is_named(davos, write):
    write("a.ipynb", ["davos.config.pip_backend = 'conda'", *SIX])
    status, out, _ = davos("lock", "a.ipynb")
    message = "it sets davos.config.pip_backend to 'conda'; it has to be one of auto, pip, uv"
    assert (status, out) == (1, f"a.ipynb: no lock was made\n  {message}\n")


def test_it_is_said_why_pip_resolves_though_there_is_uv(davos, write, monkeypatch, configured):
    monkeypatch.setattr("davos.resolution.lock_resolver.find_uv", lambda: "/bin/uv")
    monkeypatch.setattr("davos.resolution.lock_resolver.resolve_with_pip", Resolver())
    configured("auto")
    monkeypatch.setenv("PIP_PREFER_BINARY", "1")
    write("a.py", "smuggle six  # pip: six\n")
    status, _, err = davos("lock", "a.py")
    reason = "uv has no equivalent of --prefer-binary (in PIP_PREFER_BINARY)"
    assert (status, err) == (
        0,
        f"davos: a.py: pip resolves this, for this platform only: {reason}\n",
    )
    out = davos("lock", "--resolver", "uv", "--upgrade", "a.py")[1]
    assert f"uv cannot resolve this: {reason}; `--resolver pip` has pip do it" in out


def test_a_wanted_uv_that_is_not_there_is_named(davos, write, monkeypatch):
    monkeypatch.setattr("davos.resolution.lock_resolver.find_uv", lambda: None)
    write("a.py", "smuggle six\n")
    assert "there is no uv: " in davos("lock", "--resolver", "uv", "a.py")[1]
