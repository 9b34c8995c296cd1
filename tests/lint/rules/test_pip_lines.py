"""Which words of a `pip install` line are packages that an onion comment could bring."""

import pytest

from davos.lint.rules.pip_lines import packages, wanted
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
