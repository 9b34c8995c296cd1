"""Packages of conda: locked, installed from the lock, and compared with it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from conda_channel import CondaChannel, Package, needs_rattler, python_package, with_prefix

from davos.environments.project import Project
from davos.environments.search_path import active_project

pytestmark = [needs_rattler, pytest.mark.slow]


@pytest.fixture
def served(conda_channel, channel_server):
    """The URL of a channel with a few packages."""
    conda_channel.add_python("thing", "1.0", timestamp=1_600_000_000_000)
    conda_channel.add_python("thing", "1.2", requires=["dep>=1"], timestamp=1_700_000_000_000)
    conda_channel.add(python_package("dep", "1.0", timestamp=1_500_000_000_000), "tar.bz2")
    conda_channel.add(with_prefix())
    return f"{channel_server.url}/channel"


def lock_in(path):
    return json.loads(path.read_text())["metadata"]["davos"]["lock"]


def test_a_lock_is_made_installed_and_verified(davos, write, served, channel_server, index):
    options = f"-c {served} --override-channels"
    path = write(
        "a.ipynb",
        [f"smuggle thing  # conda: thing {options}\nsmuggle prefixed  # conda: prefixed {options}"],
    )
    status, out, _ = davos("lock", "a.ipynb")
    assert (status, out.partition(" for ")[0]) == (0, "a.ipynb: locked 3 packages")
    entries = lock_in(path)["tool"]["davos"]["conda"]
    assert [one["url"].removeprefix(served) for one in entries] == [
        "/noarch/dep-1.0-py_0.tar.bz2",
        "/linux-64/prefixed-1.0-h_0.conda",
        "/noarch/thing-1.2-py_0.conda",
    ]
    assert davos("lock", "--check", "a.ipynb")[0] == 0
    (shown,) = json.loads(davos("lock", "--json", "a.ipynb")[1])["files"]
    assert (shown["status"], shown["conda_platform"]) == ("unchanged", "linux-64")
    thing = {"name": "thing", "version": "1.2", "build": "py_0", "subdir": "noarch"}
    assert shown["conda"][2] == {**thing, "channel": served}

    channel_server.requests.clear()
    installed = "installed dep 1.0, prefixed 1.0, thing 1.2 (project a)\n"
    assert davos("sync", "a.ipynb") == (0, installed, "")
    assert not [one for one in channel_server.requests if "repodata" in one]
    assert davos("sync", "a.ipynb") == (0, "a.ipynb: nothing had to be installed\n", "")
    assert active_project() is None
    project = Project.for_notebook(path)
    assert davos("verify", "a.ipynb")[:2] == (0, "a.ipynb: as locked (project a)\n")

    text = project.prefix / "share" / "prefixed" / "prefix.txt"
    text.write_text("changed")
    (project.site_packages_dir / "dep.py").unlink()
    status, out, _ = davos("verify", "a.ipynb")
    module = project.site_packages_dir / "dep.py"
    assert (status, out.splitlines()) == (
        1,
        [
            f"a.ipynb: dep: missing: {module} is missing",
            f"a.ipynb: prefixed: differs: {text} differs from what was installed",
            "a.ipynb: not as locked (project a)",
            f"a.ipynb: `davos projects remove {path}` and `davos sync a.ipynb` install it anew",
        ],
    )


def test_a_project_with_a_lock_of_conda_is_renamed_changed_and_removed(davos, write, served):
    options = f"-c {served} --override-channels"
    names = ("thing", "prefixed")
    path = write("a.ipynb", [f"smuggle {one}  # conda: {one} {options}" for one in names])
    write("b.ipynb", [f"smuggle dep  # conda: dep {options}"])
    assert davos("lock", "a.ipynb", "b.ipynb")[0] == 0
    assert len(lock_in(path)["tool"]["davos"]["conda"]) == 3
    assert davos("sync", "a.ipynb")[0] == 0
    assert "as locked" in davos("verify", "a.ipynb")[1]
    assert davos("projects", "rename", "a.ipynb", "moved")[0] == 0
    shown = davos("projects", "show", "moved")[1]
    assert "  thing 1.2\n\nconda packages:\n  prefixed 1.0\n" in shown
    assert "not as locked" in davos("verify", "a.ipynb")[1]
    assert davos("projects", "rename", "moved", "a.ipynb")[0] == 0
    assert davos("verify", "a.ipynb")[:2] == (0, "a.ipynb: as locked (project a)\n")
    # the statement goes with what only it needed, the rest of the lock stays
    _, out, _ = davos("remove", "a.ipynb", "thing")
    assert "its lock is up to date" in out
    (left,) = lock_in(path)["tool"]["davos"]["conda"]
    assert left["name"] == "prefixed"
    assert davos("tree", "a.ipynb")[1] == "a.ipynb\n  prefixed 1.0 h_0 (conda)\n"
    assert davos("remove", "a.ipynb", "prefixed")[1].endswith("nothing is left to lock\n")
    assert davos("lock", "--remove", "b.ipynb")[:2] == (0, "b.ipynb: the lock was removed\n")
    assert davos("projects", "remove", "a.ipynb", "--yes")[0] == 0
    assert not Project.for_notebook(path).exists


def test_packages_as_channels_have_them_come_and_leave_with_all_their_files(
    davos, write, conda_channel, index
):
    for version in ("1.0", "2.0"):
        kinds = kinds_of_packages(version)
        for package in kinds:
            conda_channel.add(package)
        names = tuple(f"{one.name} =={version}" for one in kinds)
        conda_channel.add_python("all", version, depends=names)
    path = write("a.ipynb", [])
    project = Project.for_notebook(path)
    for version, other in (("1.0", "2.0"), ("2.0", "1.0"), ("1.0", "2.0")):
        options = f"-c {conda_channel.url} --override-channels"
        write("a.ipynb", [f"smuggle all  # conda: all=={version} {options}"])
        assert davos("lock", "a.ipynb")[0] == 0
        assert davos("sync", "a.ipynb")[0] == 0
        assert davos("verify", "a.ipynb")[:2] == (0, "a.ipynb: as locked (project a)\n")
        names = [file.name for file in project.prefix.rglob("*") if file.is_file()]
        assert sum(f"only-{version}" in name for name in names) == len(kinds)
        assert not [name for name in names if other in name]
    said = subprocess.run([project.prefix / "bin" / "scripted"], capture_output=True, text=True)
    assert said.stdout == "1.0\n"
    index("flat", "3.0")
    write("a.ipynb", ["smuggle flat  # pip: flat==3.0"])
    assert davos("lock", "--resolver", "pip", "a.ipynb")[0] == 0
    assert davos("sync", "a.ipynb")[:2] == (0, "installed flat 3.0 (project a)\n")
    assert not (project.site_packages_dir / "flat").exists()


def kinds_of_packages(version):
    """Packages with a file `only-VERSION` each, and with such metadata as channels have."""
    metadata = "Metadata-Version: 2.1\nName: {}\nVersion: " + version + "\n"
    flat, egg, plain = (f"{name}-{version}" for name in ("flat", "egg", "plain"))
    scripted = python_package(
        "scripted", version, {"scripted.py": f"def main():\n    print({version!r})\n"}
    )
    scripted.entry_points = ("scripted = scripted:main",)
    scripted.files[f"python-scripts/only-{version}"] = "#!/usr/bin/env python\n"
    return [
        noarch("flat", version, {f"{flat}.egg-info": metadata.format("flat")}),
        noarch("egg", version, {f"{egg}-py3.11.egg-info/PKG-INFO": metadata.format("egg")}),
        noarch(
            "plain",
            version,
            {
                f"{plain}.dist-info/METADATA": metadata.format("plain"),
                f"{plain}.dist-info/RECORD": "/build/bin/plain,,\n",
            },
        ),
        noarch("path", version, {"path.pth": "path_of\n"}),
        scripted,
        *(
            Package(name, version, {f"{folder}/only-{version}.sh": ""}, noarch=noarch)
            for name, folder, noarch in (
                ("library", "lib", None),
                ("tool", "bin", None),
                ("active", "etc/conda/activate.d", "generic"),
                ("menu", "Menu", "generic"),
                ("data", "share/data", "generic"),
            )
        ),
    ]


def noarch(name, version, files):
    files = {f"{name}/only-{version}.py": "", **files}
    return Package(name, version, {f"site-packages/{path}": text for path, text in files.items()})


def test_a_script_runs_with_the_packages_of_its_lock_alone(
    davos, write, served, conda_channel, index
):
    options = f"-c {served} --override-channels"
    write("a.py", f"smuggle thing  # conda: thing {options}\nprint(thing.__version__)\n")
    status, out, _ = davos("lock", "--as-of", "2021-01-01", "a.py")
    assert (status, out.strip()[-18:]) == (0, ", as of 2021-01-01"), out
    conda_channel.add_python("thing", "1.1", timestamp=1_600_000_000_000)

    def run(*arguments):
        done = subprocess.run(
            [sys.executable, "-m", "davos", *arguments],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "DAVOS_LOCKED": "1"},
        )
        return done.returncode, done.stdout, done.stderr

    lock = Path("pylock.a.toml")
    made = lock.read_text()
    digest = made.partition('sha256 = "')[2][:64]
    lock.write_text(made.replace(digest, "0" * 64))
    status, _, err = run("run", "a.py")
    assert status == 1
    assert "thing-1.0-py_0.conda is not the file that the lock names: its sha256 is" in err
    assert f"{digest}, and the lock has {'0' * 64}; do not trust it" in err
    lock.write_text(made)
    assert run("run", "a.py")[:2] == (0, "1.0\n")
    write("a.py", f"smuggle thing  # conda: thing>=1.2 {options}\n")
    status, _, err = run("run", "a.py")
    assert status == 1
    assert "does not fit the lock of a.py: the lock holds thing 1.0 py_0" in err
    assert davos("lock", "--diff", "a.py")[0] == 1


def test_a_lock_of_a_machine_with_other_virtual_packages_is_refused(
    davos, write, conda_channel, monkeypatch
):
    needs = {"gpu": "__cuda >=12", "newer": "__glibc >=99"}
    variables = {"CONDA_OVERRIDE_CUDA": "12.4", "CONDA_OVERRIDE_GLIBC": "99.1"}
    for name, spec in needs.items():
        conda_channel.add_python(name, "1.0", depends=(spec,))
        options = f"-c {conda_channel.url} --override-channels"
        write(f"{name}.py", f"smuggle {name}  # conda: {name} {options}\n")
        status, out, _ = davos("lock", f"{name}.py")
        assert status == 1
        assert f"{name} 1.0 needs {spec}, which this machine does not have" in out
        with monkeypatch.context() as patch:
            for variable, version in variables.items():
                patch.setenv(variable, version)
            assert davos("lock", f"{name}.py")[0] == 0
        status, _, err = davos("sync", f"{name}.py")
        assert (status, err.count("\n")) == (1, 1)
        assert f"{name} 1.0 needs {spec}, and this machine has" in err
        assert "lock it again here" in err


def test_pip_and_conda_are_one_set(davos, write, served, conda_channel, index):
    index("needing", "1.0", requires=["thing>=1", "other"])
    index("other", "3.0")
    options = f"-c {served} --override-channels"
    path = write(
        "a.ipynb",
        [f"smuggle thing  # conda: thing {options}\nsmuggle needing  # pip: needing"],
    )
    assert davos("lock", "--resolver", "pip", "a.ipynb")[0] == 0
    lock = lock_in(path)
    assert [one["name"] for one in lock["packages"]] == ["needing", "other"]
    assert [one["name"] for one in lock["tool"]["davos"]["conda"]] == ["dep", "thing"]
    assert davos("sync", "a.ipynb")[:2] == (
        0,
        "installed dep 1.0, needing 1.0, other 3.0, thing 1.2 (project a)\n",
    )
    assert davos("verify", "a.ipynb")[0] == 0
    index("needing", "2.0", requires=["thing>=2"])
    before = path.read_bytes()
    status, out, _ = davos("lock", "--resolver", "pip", "--upgrade-package", "needing", "a.ipynb")
    assert status == 0
    status, out, _ = davos("lock", "--resolver", "pip", "a.ipynb")
    assert (status, path.read_bytes()) == (0, before)
    write("b.py", f"smuggle thing  # conda: thing {options}\nsmuggle needing  # pip: needing==2\n")
    status, out, _ = davos("lock", "--resolver", "pip", "b.py")
    assert status == 1
    assert "needing==2 (row 2)" in out
    assert "thing 1.2 py_0 of conda, which the lock holds" in out


def test_a_channel_that_is_a_folder_begins_at_the_document(davos, write, tmp_path, conda_home):
    channel = CondaChannel(tmp_path / "sub" / "own")
    channel.add_python("thing", "1.0")
    write(
        "sub/a.py",
        "smuggle thing  # conda: thing -c ./own -O\nsmuggle x  # conda: thing=9 -c ./own -O\n",
    )
    status, out, _ = davos("lock", "sub/a.py")
    assert status == 1
    assert "the packages of conda cannot be solved: " in out
    write(
        "sub/b.py",
        "smuggle thing  # conda: thing -c ./own -O\nsmuggle x  # conda: thong -c ./own -O\n",
    )
    status, out, _ = davos("lock", "sub/b.py")
    assert status == 1
    nowhere = "no channel has a package of this name for this platform"
    assert out.splitlines()[1:] == [
        f"  the packages of conda cannot be solved: thong: {nowhere} ({channel.url}); did you mean thing?",
        "    conda: thong --channel=./own --override-channels (row 2)",
    ]
    write("sub/a.py", "smuggle thing  # conda: thing -c ./own -O\n")
    assert davos("lock", "sub/a.py")[0] == 0
    assert f'channel = "{channel.url}"' in (tmp_path / "sub" / "pylock.a.toml").read_text()
