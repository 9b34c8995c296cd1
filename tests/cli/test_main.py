"""`davos` itself: dispatch, help, exit statuses."""

import os
import subprocess
import sys
from importlib.metadata import version

import pytest

import davos as package
from davos.cli.main import COMMANDS


def test_the_version_is_the_distributions(davos):
    assert davos("--version") == (0, f"davos {package.__version__}\n", "")
    assert version("davos") == package.__version__


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_its_help(davos, command):
    status, out, err = davos(command, "--help")
    assert (status, err) == (0, "")
    assert out.startswith(f"usage: davos {command}")
    assert "%%%%" not in out
    assert command in davos("--help")[1]


def test_no_command_is_wrong_use(davos):
    status, out, err = davos()
    assert (status, out) == (2, "")
    assert err.startswith("usage: davos")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["chek"], "no command 'chek'; did you mean check?"),
        (["zzzzz"], "no command 'zzzzz'"),
        (["s.py"], "no command 's.py'; did you mean davos run s.py?"),
        (["A b.ipynb", "x"], "no command 'A b.ipynb'; did you mean davos run 'A b.ipynb'?"),
        (["--verison"], "unrecognized arguments: --verison"),
        (["check", "--selekt", "x"], "unrecognized arguments: --selekt"),
        (["check", "--output-format", "xml"], "invalid choice: 'xml'"),
        (["check", "--select", "XYZ"], "no rule's code starts with 'XYZ'"),
        (["check", "--select", ""], "no rule's code starts with ''"),
        (["check", "--ignore", "DAV1,DAV9"], "no rule's code starts with 'DAV9'"),
        (["check", "--explain", "DAV1055"], "no rule 'DAV1055'; did you mean DAV105?"),
        (["compile"], "required: PATH"),
        (["run"], "required: PATH"),
        (["run", "a.ipynb", "x"], "a notebook takes no arguments"),
        (["run", "--timeout", "0", "a.ipynb"], "invalid number of seconds value: '0'"),
        (["run", "a.ipynb", "--timeout", "x"], "invalid number of seconds value: 'x'"),
        (["run", "--inplace", "a.py"], "are for notebooks"),
    ],
)
def test_wrong_use_is_told_and_exits_with_2(davos, arguments, message):
    status, out, err = davos(*arguments)
    assert (status, out) == (2, "")
    assert message in err


@pytest.mark.parametrize("command", ["check", "parse", "compile", "run"])
@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("missing.ipynb", None, "missing.ipynb: No such file or directory"),
        ("missing.py", None, "missing.py: No such file or directory"),
        ("a.ipynb", "{", "a.ipynb: not valid JSON: Expecting property name"),
        ("a.ipynb", "", "a.ipynb: not a notebook: the file is empty"),
        (
            "a.ipynb",
            b"\x89PNG\r\n\x1a\n",
            "a.ipynb: not a notebook: byte 0x89 in row 1 is not UTF-8",
        ),
    ],
)
def test_a_file_that_cannot_be_read_exits_with_2(davos, write, command, name, content, message):
    if content is not None:
        write(name, content)
    status, out, err = davos(command, name)
    assert status == 2
    assert f"davos: {message}" in err
    assert "Traceback" not in err
    assert "passed" not in out


def test_python_m_davos_and_a_closed_pipe_are_quiet(write, tmp_path):
    write("a.py", "smuggle a as\n" * 5000)
    command = [sys.executable, "-m", "davos", "check", "a.py"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path
    ) as process:
        assert process.stdout.readline().startswith(b"a.py:1:")
        process.stdout.close()
        assert process.stderr.read() == b""


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="the device is one of Linux")
@pytest.mark.parametrize(
    "command", [["rules"], ["check", "-", "--output-format", "json"], ["convert", "-"]]
)
def test_output_that_cannot_be_written_is_one_line_and_no_finding(command):
    done = run_davos(command)
    assert (done.returncode, done.stderr) == (
        2,
        "davos: standard output: No space left on device\n",
    )


def run_davos(command):
    """Run davos where every write to standard output fails."""
    with open("/dev/full", "w") as full:
        return subprocess.run(
            [sys.executable, "-m", "davos", *command],
            input="smuggle six\n",
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
