"""Kernels of a conda environment: it is the base, and changes only where the user asks for that."""

import os
import re
import signal

import pytest
from conda_channel import Package, needs_rattler, unlinkable_package
from conda_interpreter import make_conda_environment
from front_end import FrontEnd

pytestmark = [needs_rattler, pytest.mark.slow]


@pytest.fixture
def prefix(tmp_path):
    """A conda environment that is called `lab`, of a conda installation."""
    return make_conda_environment(tmp_path / "conda", "lab")


@pytest.fixture
def start(start_kernel, prefix, conda_home, tmp_path):
    """A function that starts a kernel of the environment; its front end."""

    def started(notebook, **variables):
        python = prefix / "bin" / "python"
        kernel = start_kernel(tmp_path / notebook, python=python, env=variables)
        return FrontEnd(kernel.client, kernel.manager)

    return started


@pytest.fixture
def channel(conda_channel):
    """A channel with versions of a package, a library, and other Pythons."""
    for version in ("1.0", "2.0"):
        conda_channel.add_python("davosnum", version)
    conda_channel.add_python("davosgeo", "1.0", depends=("davosnum <3", "libgeo"))
    files = {"lib/libgeo.so.1": "library\n", "bin/geotool": "#!/bin/sh\necho geotool\n"}
    conda_channel.add(Package("libgeo", "1.0", files, noarch="generic"))
    conda_channel.add(Package("python", "3.99.0", {"bin/python": "other\n"}, noarch=None))
    conda_channel.add_python("davosnew", "1.0", depends=("python >=3.99",))
    conda_channel.add(unlinkable_package("davosnum", "3.0"))
    return conda_channel


def listing(prefix):
    """What is in an environment, without bytecode, which Python itself writes there."""
    found = {}
    for path in prefix.rglob("*"):
        if "__pycache__" not in path.parts and not path.is_dir():
            data = os.readlink(path) if path.is_symlink() else path.read_bytes()
            found[path.relative_to(prefix).as_posix()] = data
    return found


ASK = "import davos\nprint(davos.conda_avail, davos.conda_env, davos.conda_envs_dirs)"


def test_the_environment_of_the_kernel_is_the_base(prefix, start, channel):
    before = listing(prefix)
    known = f"True lab {{'base': '{prefix.parents[1]}', 'lab': '{prefix}'}}\n"
    path = f"{prefix}/bin{os.pathsep}{os.environ['PATH']}"
    activated = {"CONDA_PREFIX": str(prefix), "CONDA_DEFAULT_ENV": "lab", "CONDA_SHLVL": "1"}
    # as `conda activate` starts it, and as Jupyter does where it runs in another environment
    assert start("a.ipynb", **activated, PATH=path).run(ASK).shown == known
    front_end = start("b.ipynb")
    assert front_end.run(ASK).shown == known
    front_end.run("import os\nbefore = dict(os.environ)")
    shown = front_end.run(f"smuggle davosgeo  # conda: davosgeo -c {channel.url}").shown
    assert "libgeo 1.0" in shown
    assert front_end.run("!geotool").shown.strip() == "geotool"
    shown = front_end.run(f"smuggle davosnew  # conda: davosnew -c {channel.url}").shown
    assert "davosnew 1.0 needs python >=3.99, but Python 3." in shown
    shown = front_end.run("davos.project = None\nprint(before.items() - os.environ.items())")
    assert shown.shown.endswith("set()\n")
    assert listing(prefix) == before


def test_without_a_project_the_environment_changes_as_with_conda(prefix, start, channel):
    before = listing(prefix)
    front_end = start("a.ipynb")
    front_end.run("import davos\ndavos.project = None")
    smuggle = "smuggle davosnum  # conda: davosnum={} -c " + channel.url
    told = front_end.run(smuggle.format("1"), allow_stdin=False).shown
    assert "nobody can be asked here; add --yes" in told
    front_end.types = ["n", "y"]
    assert "you said no" in front_end.run(smuggle.format("1")).shown
    assert listing(prefix) == before
    assert front_end.run(smuggle.format("1")).reply["status"] == "ok"
    assert len(front_end.asked) == 2
    assert all(one.startswith("Install davosnum=1 into this env") for one in front_end.asked)
    assert front_end.run("print(davosnum.__file__)").shown.startswith(str(prefix))
    changed = listing(prefix)
    assert {path for path in changed if changed[path] != before.get(path)} == {
        "conda-meta/davosnum-1.0-py_0.json",
        "conda-meta/history",
        *(path for path in changed if "/site-packages/davosnum" in path),
    }
    told = front_end.run(f"{smuggle.format('3')} -y").shown
    assert "its files cannot be linked" in told
    told = front_end.run(f"smuggle davosnew  # conda: davosnew -c {channel.url} -y").shown
    assert "davosnew 1.0 needs python >=3.99, but Python 3." in told
    assert listing(prefix) == changed
    front_end.run("davos.noninteractive = True")
    told = front_end.run(f"{smuggle.format('2')}\nprint(davosnum.__version__)").shown
    assert told.endswith("2.0\n")
    told = front_end.run(f"smuggle davosgeo  # conda: davosgeo -c {channel.url}\n!geotool").shown
    assert told.split()[-1] == "geotool"
    names = {path for path in listing(prefix) if "davosnum" in path}
    assert not [path for path in names if "1.0" in path]
    revisions = re.findall(r"^([-+].*::davos.*|# update.*)$", _history(prefix), re.MULTILINE)
    place = f"{channel.url}/noarch::davosnum"
    assert [line for line in revisions if "davosnum-" in line] == [
        f"+{place}-1.0-py_0",
        f"-{place}-1.0-py_0",
        f"+{place}-2.0-py_0",
    ]


def test_a_kernel_that_is_killed_leaves_the_environment_as_it_was(
    prefix, start, channel, channel_server
):
    before = listing(prefix)
    channel_server.behave(r"libgeo.*\.conda$", "stall")
    smuggle = f"smuggle davosgeo  # conda: davosgeo -c {channel_server.url}/channel -y"
    killed = start("a.ipynb")
    killed.run("import davos\ndavos.project = None")
    killed.send(smuggle)
    channel_server.wait_for("libgeo")
    os.kill(killed.manager.provisioner.pid, signal.SIGKILL)
    there = listing(prefix)
    assert {path for path in there if there[path] != before.get(path)} <= {
        path for path in there if path.startswith("conda-meta/.davos-staging-")
    }
    channel_server.rules.clear()
    channel_server.released.set()
    front_end = start("b.ipynb")
    front_end.run("import davos\ndavos.project = None")
    assert "installed davosgeo 1.0" in front_end.run(smuggle).shown
    assert not [path for path in listing(prefix) if ".davos-" in path]


def _history(prefix):
    return (prefix / "conda-meta" / "history").read_text()
