"""`pip_executable` of another environment: what it is asked, where its packages are loaded from."""

from __future__ import annotations

import sys

import pytest

from davos.exceptions import DavosConfigError
from davos.installers.other_pip import look_into

OWN = "{}.{}".format(*sys.version_info)


@pytest.fixture
def program(tmp_path):
    """A function that writes an executable script."""

    def write(text, name="pip"):
        path = tmp_path / name
        path.write_text(text)
        path.chmod(0o755)
        return str(path)

    return write


@pytest.mark.slow
def test_a_virtual_environments_pip_tells_where_it_installs(tmp_path, make_venv):
    make_venv(tmp_path / "env")
    found = look_into(str(tmp_path / "env" / "bin" / "pip"))
    assert found.site_packages[0] == str(tmp_path / f"env/lib/python{OWN}/site-packages")
    assert found.folder == found.site_packages[0]
    assert found.version[0].isdigit()


def test_a_wrapper_is_asked_like_the_pip_behind_it(tmp_path, program):
    folder = tmp_path / "lib" / f"python{OWN}" / "site-packages"
    folder.mkdir(parents=True)
    path = program(f"#!/bin/sh\necho 'pip 23.1 from {folder}/pip (python {OWN})'\n")
    assert look_into(path).site_packages == (str(folder),)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("#!/bin/sh\necho hello", "is not pip: `--version` printed 'hello'"),
        ("#!/bin/sh\n", "is not pip: `--version` printed 'nothing'"),
        ("#!/bin/sh\necho broken; exit 3", r"fails \(exit status 3\): broken"),
        ("#!/no/such/python\n", "cannot start .*: No such file"),
        (
            "#!/bin/sh\necho 'pip 9.0.1 from /x/site-packages/pip (python 2.7)'",
            "installs for Python 2.7, and this is Python 3",
        ),
    ],
)
def test_what_is_no_pip_for_this_python_is_refused(program, text, message):
    with pytest.raises(DavosConfigError, match=message) as caught:
        look_into(program(text))
    assert caught.value.field == "pip_executable"
