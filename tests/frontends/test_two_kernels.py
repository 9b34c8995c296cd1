"""Two real kernels that use one project: neither goes on with versions that do not go together."""

import pytest

from davos.installers.uv_command import find_uv

pytestmark = pytest.mark.slow

STATE = "import sys\nprint(sorted((n, sys.modules[n].__version__) for n in ('dva', 'dvb')))"


@pytest.fixture
def two_kernels(start_kernel, index, tmp_path):
    """Two kernels of one notebook that see the index folder only: one has pip, the other uv."""
    pytest.importorskip("ipykernel", reason="kernels need the extra 'run'")
    backends = ["pip", "uv" if find_uv() else "pip"]
    found = [
        start_kernel(tmp_path / "shared.ipynb", env={"DAVOS_PIP_BACKEND": one}) for one in backends
    ]
    for kernel in found:
        kernel.run("import davos")
    return found


@pytest.fixture
def pure(index):
    """An index with `dva`, which needs `dvb`, in two versions each."""
    for version in ("1.0", "2.0"):
        text = f"import dvb\n__version__ = {version!r}\n"
        index("dva", version, {"dva.py": text}, requires=["dvb"])
        index("dvb", version)


def test_what_the_other_kernel_changed_is_reloaded_or_installed_again(two_kernels, pure):
    one, other = two_kernels
    other.run("smuggle dva, dvb  # pip: dva==1.0\nsmuggle dvb  # pip: dvb==1.0")
    one.run("smuggle dva\nsmuggle dvb")
    other.run("smuggle dvb  # pip: dvb==2.0")
    shown = one.run("smuggle dva")
    warning = "project shared: it has dvb 2.0, while 1.0 is loaded here; a smuggle of dvb uses"
    assert f"another process changed {warning}" in shown
    assert one.run(STATE) == "[('dva', '1.0'), ('dvb', '2.0')]\n"
    # what this kernel itself asked for
    one.run("smuggle dvb  # pip: dvb==1.0")
    other.run("smuggle dvb  # pip: dvb==2.0")
    shown = one.run("smuggle dva  # pip: dva>=1")
    assert "dvb 2.0, while 1.0 is loaded here; a smuggle of dvb installs dvb==1.0 again" in shown
    assert "installed dvb 1.0 (project shared)" in shown
    assert one.run(STATE) == "[('dva', '1.0'), ('dvb', '1.0')]\n"
    assert "uses that one" not in one.run("smuggle dva\nsmuggle dvb")
    # the other one asked for 2.0, and has it again
    shown = other.run("smuggle dva")
    assert "dvb 1.0, while 2.0 is loaded here; a smuggle of dvb installs dvb==2.0 again" in shown
    assert other.run(STATE) == "[('dva', '1.0'), ('dvb', '2.0')]\n"


def test_a_compiled_package_that_the_other_kernel_changed_needs_a_restart(two_kernels, compiled):
    one, other = two_kernels
    other.run("smuggle dvtc  # pip: dvtc==1.0")
    one.run("smuggle dvtc")
    other.run("smuggle dvtd  # pip: dvtd==1.0")
    assert "another process" not in one.run("smuggle dvtc\nprint(dvtc.__version__)")
    other.run("davos.noninteractive = True\nsmuggle dvtc", allow_error=True)
    other.run("smuggle dvtc  # pip: dvtc==2.0", allow_error=True)
    shown = one.run("davos.noninteractive = True\nsmuggle dvtc", allow_error=True)
    assert "it has dvtc 2.0, while 1.0 is loaded here" in shown
    assert "dvtc 2.0 is installed, but 1.0 is loaded, and Python cannot replace" in shown
    one.run("davos.auto_rerun = True")
    one.run("smuggle dvtc")
    assert one.run("print(dvtc.__version__)") == "2.0\n"
