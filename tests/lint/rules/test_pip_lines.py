"""Which words of a `pip install` line are packages that an onion comment could bring."""

import pytest

from davos.lint import Settings, check_document, read_document
from davos.lint.rules.pip_lines import packages, wanted
from davos.onion import conda
from davos.onion.pip_command import read_command

PACKAGES = [
    ("six", ["six"]),
    ("six==1.16.0 'tqdm>=4' \"rich[a]~=1.0\"", ["six==1.16.0", "tqdm>=4", "rich[a]~=1.0"]),
    ("six>=1,<2 tqdm<5", ["six>=1,<2", "tqdm<5"]),
    ("'six @ git+https://x.org/six'", ["six @ git+https://x.org/six"]),
    ("'six; python_version < \"3\"'", ['six; python_version < "3"']),
    (". ./a ../b /c d/e.whl", [".", "./a", "../b", "/c", "d/e.whl"]),
    ("https://x.org/a.whl git+https://x.org/a", ["https://x.org/a.whl", "git+https://x.org/a"]),
    ("-e git+https://x.org/a#egg=a", ["git+https://x.org/a#egg=a"]),
    # options and their values
    ("davos -i https://x/simple", []),
    ("-ihttps://x/simple six", ["six"]),
    ("--index-url https://x/simple six", ["six"]),
    ("--index-url=https://x/simple six", ["six"]),
    ("--index https://x/simple six", ["six"]),
    ("-qUi https://x/simple six", ["six"]),
    ("--only-binary :all: --target lib six", ["six"]),
    ("--system six", ["six"]),
    ("six -i", ["six"]),
    # files that say more
    ("six -r requirements.txt", []),
    ("-qrrequirements.txt six", []),
    ("--constraint=limits.txt six", []),
    ("--group dev", []),
    # what the shell reads
    ("davos > /dev/null 2>&1", []),
    ("six >/dev/null 2>&1 tqdm", ["six", "tqdm"]),
    ("six>/dev/null", ["six"]),
    ("six &> log.txt", ["six"]),
    ("-q davos | tail -1", []),
    ("davos==0.3 ; echo ok", []),
    ("davos&&echo ok", []),
    ("six || echo failed", ["six"]),
    ("davos # and six", []),
    ("six#egg", []),
    ("$wanted {wanted}", []),
    ("six=={version}", ["six=={version}"]),
    ("davos 'six", []),
    ("davos six'", []),
    ("davos \\", []),
    # davos itself
    ("davos Davos davos==0.3 davos[tests] 'davos >= 0.2'", []),
    ("'davos @ git+https://github.com/ContextLab/davos'", []),
    ("davos @ git+https://github.com/ContextLab/davos", []),
    ("git+https://github.com/ContextLab/davos.git@main#egg=davos", []),
    ("https://github.com/ContextLab/davos/archive/main.zip", []),
    ("-e ../davos dist/davos-0.3.0-py3-none-any.whl", []),
    ("davos-extra", ["davos-extra"]),
    ("git+https://x.org/davos-extra", ["git+https://x.org/davos-extra"]),
    ("git+https://x.org/davos/six", ["git+https://x.org/davos/six"]),
    # what the notebook runs in
    ("--upgrade pip", []),
    ("pip>=23 setuptools wheel", []),
    ("ipykernel notebook jupyterlab jupyter-client pyzmq IPython", []),
    ("ipywidgets", ["ipywidgets"]),
]


CONDA = [
    ("six=1.16 tqdm", ["six=1.16", "tqdm"]),
    ("-c conda-forge 'six>=1,<2' -y", ["six>=1,<2"]),
    ("conda-forge::six=1.16=py_0", ["conda-forge::six=1.16=py_0"]),
    ("pytorch::pytorch=2 six", ["pytorch::pytorch=2", "six"]),
    ("-n base six", []),  # elsewhere
    ("--file packages.txt six", []),
    ("python=3.11 davos ipykernel conda zstd ./six.conda six==", ["conda"]),
]


@pytest.mark.parametrize(("args", "names"), CONDA)
def test_packages_of_a_conda_command_are_those_with_python_modules(args, names):
    assert packages(read_command(args, conda.CONDA)) == names


@pytest.mark.parametrize(("args", "names"), PACKAGES)
def test_packages_are_what_the_command_installs_for_a_smuggle(args, names):
    assert packages(read_command(args)) == names


@pytest.mark.parametrize(
    ("args", "is_plain"),
    [
        ("", True),
        ("-q six  # why > not", True),
        ("'six>=1; python_version<\"3\"'", True),
        ("six > log", False),
        ("six; echo", False),
        ("six & ", False),
        ("six $more", False),
        ("six {more}", False),
        ("six \\", False),
        ("six `cat more`", False),
        ("six 'tqdm", False),
        # quotes keep the shell out, but not IPython
        ("'six; (python_version<\"3\")'", True),
        ("\"six[a]\" 'a\\b' six==1.*", True),
        ('"six`a`"', False),
        ("six(1)", False),
        ("'six==$version'", False),
        ("'six=={version}'", False),
    ],
)
def test_a_plain_command_is_alone_on_its_line_and_expands_nothing(args, is_plain):
    assert read_command(args).is_plain is is_plain


@pytest.mark.parametrize(
    ("args", "names"),
    [
        ("six==1.16 Tool_Kit[x]>=2 black", ["six==1.16", "Tool_Kit[x]>=2"]),
        ("git+https://h/someone/six.git@v1", ["git+https://h/someone/six.git@v1"]),
        ("git+https://h/python#egg=tool-kit", ["git+https://h/python#egg=tool-kit"]),
        ("https://h/six-1.16-py3-none-any.whl", ["https://h/six-1.16-py3-none-any.whl"]),
        ("dist/tool_kit-0.1.tar.gz ../six/", ["dist/tool_kit-0.1.tar.gz", "../six/"]),
        (". https://h/python", []),
    ],
)
def test_only_packages_that_a_statement_needs_are_wanted(args, names):
    assert wanted(read_command(args), frozenset({"six", "tool-kit"})) == names


@pytest.mark.parametrize(
    "args", ["--dry-run six", "--only-deps six", "--report f six", "-h six", "-Ur f six"]
)
def test_a_command_with_options_that_an_onion_comment_refuses_names_no_package(args):
    assert packages(read_command(args)) == []


CARRIERS = [
    ("smuggle six", "six", True),
    ("smuggle six  # pip: six==1.16.0", "six", True),
    ("smuggle os, six", "six", True),
    ("from six smuggle moves", "six", True),
    ("import six", "six", True),
    ("from six import moves", "six", True),
    ("try:\n    import six\nexcept ImportError:\n    pass", "six", True),
    ("def f():\n    import six", "six", True),
    ("import sklearn.cluster", "scikit-learn", True),
    ("import google.cloud.storage", "google-cloud-storage", True),
    ("from google.cloud import storage", "google-cloud-storage", True),
    ("from google.cloud smuggle storage", "google.cloud.storage", True),
    ("from google.cloud smuggle no_such", "google-cloud-no-such", True),
    # no statement that could carry it
    ("import numpy", "six", False),
    ("import google.cloud.bigquery", "google-cloud-storage", False),
    ("import google.cloud.storage", "google", False),
    ("from . import six", "six", False),
    ("from .six import six", "six", False),
    ("if TYPE_CHECKING:\n    import six", "six", False),
    ("__import__('six')", "six", False),
    ("# import six", "six", False),
    ("'import six'", "six", False),
    ("%%bash\npython -c 'import six'", "six", False),
    ("!python -c 'import six'", "six", False),
    ("import os", "os", False),
    ("import IPython", "ipython", False),
    ("import helpers", "helpers", False),
    ("smuggle helpers", "helpers", False),
    ("smuggle helpers  # pip: helpers==1", "helpers", True),
    ("import six as helpers", "helpers", False),
]


@pytest.mark.parametrize(("cell", "package", "found"), CARRIERS)
def test_a_line_is_found_where_a_statement_could_carry_the_onion(tmp_path, cell, package, found):
    (tmp_path / "helpers.py").touch()
    path = tmp_path / "case.py"
    path.write_text(f"# %%\n%pip install {package}\nimport davos\n# %%\n{cell}\n")
    document = read_document(path.read_bytes(), str(path))
    diagnostics = check_document(document, Settings(select=("DAV308",)))
    assert [one.location.row for one in diagnostics] == [2] * found
