"""`davos export` and `davos tree`: a lock for other tools and for readers."""

import json
import sys

import pytest

from davos.documents.reader import read_document
from davos.onion.validator import validate_text
from davos.resolution.lock_document import parse_lock, read_lock, write_lock

ONE, TWO = "1" * 64, "2" * 64


def wheel(name, digest, version="1.0"):
    return {"url": f"https://h/{name}-{version}-py3-none-any.whl", "hashes": {"sha256": digest}}


SIX = {"name": "six", "version": "1.0", "wheels": [wheel("six", ONE)]}
WIN = {
    "name": "win",
    "version": "1.0",
    "marker": "sys_platform == 'win32'",
    "sdist": {"url": "https://h/win-1.0.tar.gz", "hashes": {"sha256": ONE}},
    "wheels": [wheel("win", TWO)],
    "dependencies": [{"name": "six"}],
}
REPO = {"name": "repo", "vcs": {"type": "git", "url": "https://h/r", "commit-id": "a" * 40}}
ARCHIVE = {"name": "arch", "archive": {"url": "https://h/arch.zip", "hashes": {"sha256": TWO}}}


@pytest.fixture
def locked(write):
    """A document with a lock of some packages."""

    def make(name, content, *packages, requirements=("win",), **more):
        path = write(name, content)
        lock = {
            "lock-version": "1.0",
            "created-by": "davos",
            "requires-python": ">=3.11",
            "packages": list(packages),
            "tool": {"davos": {"requirements": list(requirements), "python": "3.11", **more}},
        }
        write_lock(path, parse_lock(lock, path).pylock)
        return path

    return make


def test_a_requirements_file_has_everything_with_hashes(davos, locked):
    options = ("win --extra-index-url=https://i/simple",)
    locked("a.py", "smuggle win\n", SIX, WIN, ARCHIVE, requirements=options)
    assert davos("export", "a.py") == (
        0,
        f"""# pylock.a.toml, for Python >=3.11
--extra-index-url https://i/simple
six==1.0 \\
    --hash=sha256:{ONE}
win==1.0 ; sys_platform == "win32" \\
    --hash=sha256:{ONE} \\
    --hash=sha256:{TWO}
arch @ https://h/arch.zip \\
    --hash=sha256:{TWO}
""",
        "",
    )


def test_hashes_are_left_out_where_pip_could_not_check_all(davos, locked):
    locked("a.py", "smuggle win\n", SIX, REPO)
    status, out, err = davos("export", "a.py", "--format", "requirements")
    assert out.splitlines()[1:] == ["six==1.0", f"repo @ git+https://h/r@{'a' * 40}"]
    assert (status, "without hashes: " in err, "the lock has repo" in err) == (0, True, True)
    assert all(validate_text("pip", line) for line in out.splitlines()[1:])


@pytest.mark.parametrize("name", ["requirements", "environment.yml"])
def test_a_repository_of_this_machine_is_written_as_every_pip_reads_it(davos, locked, name):
    """pip < 24.1 refuses `repo @ git+file:///r`."""
    vcs = {"type": "git", "url": "file:///r", "commit-id": "a" * 40, "subdirectory": "sub"}
    package = {"name": "repo", "marker": "sys_platform == 'linux'", "vcs": vcs}
    locked("a.py", "smuggle win\n", package)
    out = davos("export", "a.py", "--format", name)[1]
    line = f'git+file:///r@{"a" * 40}#egg=repo&subdirectory=sub ; sys_platform == "linux"'
    assert (line if name == "requirements" else json.dumps(line)) in out
    assert validate_text("pip", line).requirement.name == "repo"


def test_the_indexes_of_onion_comments_for_uv_are_written_as_pip_has_them(davos, locked):
    options = ("win --index-url=https://i/ --index=https://j/ --resolution=lowest",)
    locked("a.py", "smuggle win\n", SIX, requirements=options)
    out = davos("export", "a.py", "--format", "requirements")[1]
    assert out.splitlines()[1:3] == ["--index-url https://i/", "--extra-index-url https://j/"]


def test_what_stands_for_a_password_is_in_no_file(davos, locked):
    options = ("win --index-url=https://me:****@i/ --find-links=https://****@l/",)
    locked("a.py", "smuggle win\n", SIX, requirements=options)
    _, out, err = davos("export", "a.py")
    assert out.splitlines()[1:3] == ["--index-url https://i/", "--find-links https://l/"]
    assert "without the users and passwords of indexes" in err


@pytest.mark.parametrize("command", ["tree", "export"])
@pytest.mark.parametrize(
    "setting", ['davos.config.lock = "a.py"', 'davos.configure(lock="../pylock.a.toml")']
)
def test_the_lock_is_the_one_that_the_code_sets(davos, locked, write, command, setting):
    locked("a.py", "smuggle win\n", SIX, REPO)
    locked("b.py", "smuggle win\n", WIN)
    folder = "sub/" if "../" in setting else ""
    write(f"{folder}b.py", f"import davos\n{setting}\nsmuggle six\n")
    status, out, _ = davos(command, f"{folder}b.py")
    assert (status, "six" in out, "win" in out) == (0, True, False)


@pytest.mark.parametrize(
    ("setting", "reason"),
    [
        ('"no.toml"', "it sets davos.config.lock to 'no.toml': No such file"),
        ('"c.py"', "it sets davos.config.lock to 'c.py', which has no lock"),
        ('"."', "it sets davos.config.lock to '.': Is a directory"),
        ('"auto"', "it has no lock"),
        ("None", "it has no lock"),
    ],
)
def test_a_lock_that_the_code_sets_and_that_is_none_is_named(davos, write, setting, reason):
    write("c.py", "smuggle six\n")
    write("b.py", f"import davos\ndavos.config.lock = {setting}\nsmuggle six\n")
    status, out, err = davos("tree", "b.py")
    assert (status, out) == (2, "")
    assert err.startswith(f"davos: b.py: {reason}")


def test_paths_begin_in_the_folder_of_the_lock(davos, locked, tmp_path):
    folder = {"name": "dir", "directory": {"path": "my dir"}}
    file = {"name": "arch", "archive": {"path": "a.zip", "hashes": {"sha256": TWO}}}
    locked("sub/a.py", "smuggle win\n", folder, file)
    out = davos("export", "sub/a.py")[1]
    uri = (tmp_path / "sub").as_uri()
    assert out.splitlines()[1:] == [f"dir @ {uri}/my%20dir", f"arch @ {uri}/a.zip"]
    (tmp_path / "else").mkdir()
    davos("export", "sub/a.py", "--format", "pylock", "--output", "else/pylock.toml")
    moved = read_lock(tmp_path / "else" / "pylock.toml").pylock.packages
    assert (moved[0].directory.path, moved[1].archive.path) == ("../sub/my dir", "../sub/a.zip")
    davos("export", "sub/a.py", "--format", "pylock", "--output", "sub/pylock.toml")
    same = read_lock(tmp_path / "sub" / "pylock.toml").pylock.packages
    assert (same[0].directory.path, same[1].archive.path) == ("my dir", "a.zip")


def test_pylock_is_the_lock_itself(davos, locked, tmp_path):
    locked("a.py", "smuggle win\n", SIX)
    assert davos("export", "a.py", "--format", "pylock", "--output", "pylock.toml") == (0, "", "")
    assert (tmp_path / "pylock.toml").read_bytes() == (tmp_path / "pylock.a.toml").read_bytes()


@pytest.mark.parametrize(
    ("name", "known"), [("requirements.txt", "requirements"), ("pylock.toml", "pylock")]
)
def test_formats_may_have_the_names_of_uv(davos, locked, name, known):
    locked("a.py", "smuggle six\n", SIX)
    assert davos("export", "a.py", "--format", name) == davos("export", "a.py", "--format", known)


def test_a_conda_environment_has_this_python_and_the_packages_by_pip(davos, locked):
    locked("a.ipynb", ["smuggle win"], SIX, WIN)
    out = davos("export", "a.ipynb", "--format", "environment.yml")[1]
    assert out.splitlines() == [
        'name: "a"',
        "channels:",
        "  - conda-forge",
        "dependencies:",
        "  - python=3.11",
        "  - pip",
        "  - pip:",
        '      - "six==1.0"',
        '      - "win==1.0 ; sys_platform == \\"win32\\""',
    ]


def test_an_environment_has_conda_onions_as_dependencies_of_conda(davos, locked):
    text = """smuggle numpy  # conda: numpy=1.26.4=py311_0 -c https://u:pw@h/t/SECRET/own --no-deps
smuggle scipy  # conda: sub::scipy>=1,<2 -c ./folder
smuggle six  # pip: six
"""
    numpy = {"name": "numpy", "version": "2.0", "wheels": [wheel("numpy", ONE, "2.0")]}
    asked = ("conda: numpy[version='==1.26.4',build='py311_0']", "six --index-url=https://i/")
    locked("a.py", text, SIX, numpy, requirements=asked)
    status, out, err = davos("export", "a.py", "--format", "environment.yml")
    assert out.splitlines() == [
        'name: "a"',
        "channels:",
        '  - "https://h/own"',
        '  - "./folder"',
        '  - "sub"',
        "  - conda-forge",
        "dependencies:",
        "  - python=3.11",
        '  - "numpy=1.26.4=py311_0"',
        '  - "sub::scipy>=1,<2"',
        "  - pip",
        "  - pip:",
        '      - "--index-url https://i/"',
        '      - "six==1.0"',
    ]
    assert err.splitlines() == [
        "davos: a.py: the credentials of the channel https://h/own are left out (row 1)",
        "davos: a.py: --no-deps is left out, no such file can say it (row 1)",
        "davos: a.py: numpy 2.0 of the lock is left to conda",
    ]
    assert status == 0


def test_an_environment_of_conda_onions_alone_needs_no_lock(davos, write):
    write("a.py", "smuggle x  # conda: x=1 -c own --override-channels\n")
    status, out, err = davos("export", "a.py", "--format", "environment.yml")
    python = "{}.{}".format(*sys.version_info)
    assert out.splitlines()[1:] == [
        "channels:",
        '  - "own"',
        "  - conda-forge",
        "dependencies:",
        f"  - python={python}",
        '  - "x=1.*"',
    ]
    assert (status, "--override-channels is left out: Python comes from conda-forge" in err) == (
        0,
        True,
    )
    assert "it has no lock" in davos("export", "a.py")[2]
    write("b.py", "smuggle x  # conda: x=1\nsmuggle six\n")
    assert "it has no lock" in davos("export", "b.py", "--format", "environment.yml")[2]


@pytest.mark.parametrize("name", ["requirements", "pylock"])
def test_packages_of_conda_are_named_where_a_file_cannot_hold_them(davos, locked, name):
    locked("a.py", "smuggle x  # conda: x\nsmuggle six\n", SIX, requirements=("conda: x",))
    status, out, err = davos("export", "a.py", "--format", name)
    note = (
        "conda: x (row 1) is left out: only environment.yml and explicit are for packages of conda"
    )
    assert (status, "six" in out, err) == (0, True, f"davos: a.py: {note}\n")


def of_conda(name, build, subdir="linux-64", depends=()):
    channel = "https://conda.anaconda.org/conda-forge"
    return {
        "name": name,
        "version": "1.2",
        "build": build,
        "subdir": subdir,
        "channel": channel,
        "url": f"{channel}/{subdir}/{name}-1.2-{build}.conda",
        "sha256": ONE,
        "depends": list(depends),
    }


@pytest.fixture
def mixed(locked):
    """A document with a lock of packages of both kinds."""
    needing = {**SIX, "tool": {"davos": {"conda": ["thing"]}}}
    packages = [of_conda("lib_z", "h_0"), of_conda("thing", "py_0", "noarch", ["lib_z >=1"])]
    options = "-c conda-forge --strict-channel-priority"
    locked(
        "a.py",
        f"smuggle thing  # conda: thing {options}\nsmuggle six\n",
        needing,
        requirements=("conda: thing",),
        **{"conda": packages, "conda-platform": "linux-64"},
    )


def test_an_environment_has_the_builds_of_the_lock(davos, mixed):
    status, out, err = davos("export", "a.py", "--format", "environment.yml")
    assert out.splitlines()[1:] == [
        "channels:",
        "  - conda-forge",
        "dependencies:",
        "  - python=3.11",
        '  - "lib_z=1.2=h_0"',
        '  - "thing=1.2=py_0"',
        "  - pip",
        "  - pip:",
        '      - "six==1.0"',
    ]
    assert (status, err) == (0, "")


def test_a_list_for_conda_has_the_urls_and_digests_of_the_lock(davos, mixed, locked):
    status, out, err = davos("export", "a.py", "--format", "explicit")
    place = "https://conda.anaconda.org/conda-forge"
    assert out.splitlines() == [
        "# platform: linux-64",
        "@EXPLICIT",
        f"{place}/linux-64/lib_z-1.2-h_0.conda#sha256:{ONE}",
        f"{place}/noarch/thing-1.2-py_0.conda#sha256:{ONE}",
    ]
    assert err.splitlines() == [
        "davos: a.py: install it into an environment that has Python 3.11, which is not in it",
        "davos: a.py: left out is what pip installs: six",
    ]
    assert status == 0
    locked("b.py", "smuggle six\n", SIX)
    status, out, err = davos("export", "b.py", "--format", "explicit")
    assert (status, out, err) == (2, "", "davos: b.py: the lock holds no packages of conda\n")


def test_a_requirements_file_says_which_packages_of_conda_it_lacks(davos, mixed):
    err = davos("export", "a.py")[2]
    what = "lib_z 1.2, thing 1.2 of conda are left out"
    assert (
        err == f"davos: a.py: {what}: only environment.yml and explicit are for packages of conda\n"
    )


@pytest.mark.parametrize("mode", [[], ["--check"], ["--diff"]])
def test_a_lock_with_a_url_of_another_place_is_not_used_and_can_be_taken_away(davos, locked, mode):
    wrong = {**of_conda("thing", "py_0"), "url": "file:///etc/passwd"}
    locked("a.py", "smuggle thing  # conda: thing\n", conda=[wrong])
    status, out, _ = davos("lock", *mode, "a.py")
    assert status == 2
    assert "the lock cannot be used: tool.davos.conda[0].url: file:///etc/passwd is not in" in out
    assert out.endswith("`davos lock --remove` takes it away\n")
    for command in (["sync"], ["verify"], ["tree"], ["export", "--format", "explicit"]):
        status, out, err = davos(*command, "a.py")
        assert status, command
        assert "tool.davos.conda[0].url" in err, command


def test_a_tree_has_packages_of_conda_and_what_needs_them(davos, mixed):
    assert davos("tree", "a.py")[1].splitlines() == [
        "a.py",
        "  six 1.0",
        "    thing 1.2 py_0 (conda)",
        "      lib-z 1.2 h_0 (conda)",
        "  thing 1.2 py_0 (conda) (*)",
    ]
    assert davos("tree", "a.py", "--package", "lib_z")[1].splitlines() == [
        "a.py",
        "  lib-z 1.2 h_0 (conda)",
        "    thing 1.2 py_0 (conda)",
        "      six 1.0",
    ]


BLOCK = """# /// script
# requires-python = ">=3.11"
# dependencies = [
#     "six==1.0",
# ]
# ///
"""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("smuggle six  # pip: six\n", f"{BLOCK}import six\n"),
        ("#!/usr/bin/env python\n# coding: utf-8\nimport davos\nsmuggle six\n",
         f"#!/usr/bin/env python\n# coding: utf-8\n{BLOCK}import six\n"),
        ('x = 1\n# /// script\n# dependencies = ["a"]\n# ///\nsmuggle six\n', f"x = 1\n{BLOCK}import six\n"),
    ],
)  # fmt: skip
def test_a_script_for_uv_has_imports_and_its_metadata(davos, locked, before, after):
    path = locked("a.py", before, SIX)
    assert davos("export", "a.py", "--format", "pep723")[:2] == (0, after)
    assert path.read_text() == before


def test_a_notebook_for_juv_has_the_metadata_in_its_first_cell(davos, locked, tmp_path):
    locked("a.ipynb", ["import davos", "smuggle six"], SIX)
    davos("export", "a.ipynb", "--format", "pep723", "--output", "b.ipynb")
    data = (tmp_path / "b.ipynb").read_bytes()
    sources = [cell.source for cell in read_document(data, "b.ipynb").cells]
    assert sources == [BLOCK.rstrip("\n"), "import six"]


def test_a_tree_shows_who_needs_what(davos, locked):
    locked("a.py", "smuggle win\n", SIX, WIN)
    assert davos("tree", "a.py") == (0, "a.py\n  win 1.0\n    six 1.0\n", "")
    assert davos("tree", "--package", "Six", "a.py")[1] == "a.py\n  six 1.0\n    win 1.0\n"
    assert json.loads(davos("tree", "--json", "a.py")[1])["files"][0]["packages"][1] == {
        "name": "win",
        "version": "1.0",
        "needs": ["six"],
        "needed_by": [],
        "asked": True,
    }
    status, out, err = davos("tree", "--package", "numpy", "a.py")
    assert (status, out, err) == (1, "", "davos: a.py: numpy is not in the lock\n")


@pytest.mark.parametrize("command", ["export", "tree"])
def test_a_document_without_a_valid_lock_is_an_error(davos, write, command):
    write("a.py", "smuggle six\n")
    assert davos(command, "a.py") == (
        2,
        "",
        "davos: a.py: it has no lock; `davos lock a.py` makes one\n",
    )
    write("pylock.a.toml", "x = [\n")
    status, _, err = davos(command, "a.py")
    assert (status, "pylock.a.toml: not a lock: not valid TOML" in err) == (2, True)
    assert davos(command, "b.py")[0] == 2
    assert davos(command)[0] == 2


def test_wrong_use_of_export_is_an_error(davos, tmp_path):
    assert "stdin has no lock" in davos("export", "-")[2]
    assert "invalid choice" in davos("export", "a.py", "--format", "xml")[2]
    (tmp_path / "empty").mkdir()
    assert "without notebooks or scripts" in davos("export", "empty")[2]
