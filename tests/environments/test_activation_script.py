"""Activation scripts of conda packages: what is read from them, and which are passed over."""

import os
import shutil
import subprocess

import pytest

from davos.environments.activation_script import ScriptError, settings_of

# As packages for geodata have them
GEODATA = """\
#!/bin/bash
# Store what is there, so that deactivating brings it back
if [[ -n "${GDAL_DATA:-}" ]]; then
    export _OLD_GDAL_DATA="${GDAL_DATA}"
fi

if [ -d "${CONDA_PREFIX}/share/gdal" ]; then
    export GDAL_DATA="${CONDA_PREFIX}/share/gdal"
    export GDAL_DRIVER_PATH="${CONDA_PREFIX}/lib/gdalplugins"
elif [ -d "${CONDA_PREFIX}/Library/share/gdal" ]; then
    export GDAL_DATA="${CONDA_PREFIX}/Library/share/gdal"
fi
if [[ ! -d "$GDAL_DRIVER_PATH" ]]; then
    unset GDAL_DRIVER_PATH
fi
export CPL_ZIP_ENCODING=UTF-8
"""

# Script, environment, what it sets; P stands for the folder that CONDA_PREFIX names
SCRIPTS = {
    "nothing": ("", {}, {}),
    "a comment": ("#!/bin/sh\n# export X=1\n   # more", {}, {}),
    "a value": ("export X=1", {}, {"X": "1"}),
    "a value in quotes": ("export X='a b' Y=\"c d\"", {}, {"X": "a b", "Y": "c d"}),
    "a value of both": ("export X=a'b c'\"d e\"f", {}, {"X": "ab cd ef"}),
    "an empty value": ("export X=\nexport Y=''", {}, {"X": "", "Y": ""}),
    "a variable": ('export X="$CONDA_PREFIX/share"', {}, {"X": "P/share"}),
    "a variable without quotes": ("export X=$CONDA_PREFIX/share", {}, {"X": "P/share"}),
    "a variable in braces": ("export X=${CONDA_PREFIX}/x", {}, {"X": "P/x"}),
    "a variable in single quotes": ("export X='$CONDA_PREFIX'", {}, {"X": "$CONDA_PREFIX"}),
    "a variable that is not set": ('export X="a$NO_SUCH/b"', {}, {"X": "a/b"}),
    "first a value, then export": ("X=1; export X", {}, {"X": "1"}),
    "a value of its own": ('x=a; y="${x}b"; export Y="$y"', {}, {"Y": "ab"}),
    "a value of its own, exported without one": ("export NEVER", {}, {}),
    "another value for what is there": ("X=2", {"X": "1"}, {"X": "2"}),
    "the value that is there": ("export X=1", {"X": "1"}, {}),
    "taken away": ("unset X Y", {"X": "1"}, {"X": None}),
    "set and taken away": ("export X=1; unset X", {}, {}),
    "a default": ('export X="${A:-a}${B-b}"', {"A": "", "B": ""}, {"X": "a"}),
    "a default that is not needed": ("export X=${A:-a}", {"A": "1"}, {"X": "1"}),
    "another text": ('export X="${A:+a}${B+b}${C+c}"', {"A": "", "B": ""}, {"X": "b"}),
    "added in front": ('export X="/x${X:+:}$X"', {"X": "/y"}, {"X": "/x:/y"}),
    "if it is set": ('if [ -n "$A" ]; then export X=1; fi', {"A": "1"}, {"X": "1"}),
    "if it is not": ('if [ -z "${A}" ]; then export X=1; fi', {"A": "1"}, {}),
    "else": ('if [ -n "$A" ]; then\n  export X=1\nelse\n  export X=2\nfi', {}, {"X": "2"}),
    "else on its line": ('if [ -n "$A" ]; then export X=1; else export X=2; fi', {}, {"X": "2"}),
    "then on the next line": ('if test -n "$A"\nthen\n  export X=1\nfi', {"A": "1"}, {"X": "1"}),
    "not": ('if [ ! -n "$A" ]; then export X=1; fi', {}, {"X": "1"}),
    "equal": ('if [ "$A" = b ]; then export X=1; fi', {"A": "b"}, {"X": "1"}),
    "different": ('if [[ "$A" != "b c" ]]; then export X=1; fi', {"A": "b c"}, {}),
    "a folder": ('if [ -d "$CONDA_PREFIX" ]; then export X=1; fi', {}, {"X": "1"}),
    "a file": ('if [ -f "$CONDA_PREFIX/f" ]; then export X=1; fi', {}, {"X": "1"}),
    "anything": ('if [ -e "$CONDA_PREFIX/g" ]; then export X=1; fi', {}, {}),
    "one in another": (
        'if [ -n "$A" ]; then\nif [ -n "$B" ]; then\nexport X=1\nelse\nexport X=2\nfi\nfi',
        {"A": "1"},
        {"X": "2"},
    ),
    "no command": ('if [ -n "$A" ]; then\n:\nelse\nexport X=1\nfi', {}, {"X": "1"}),
    "Windows' line ends": ("export X=1\r\nexport Y=2\r\n", {}, {"X": "1", "Y": "2"}),
    "geodata": (
        GEODATA,
        {"GDAL_DATA": "/old"},
        {
            "_OLD_GDAL_DATA": "/old",
            "GDAL_DATA": "P/share/gdal",
            "CPL_ZIP_ENCODING": "UTF-8",
        },
    ),
}


@pytest.fixture
def prefix(tmp_path):
    (tmp_path / "f").write_text("")
    (tmp_path / "share" / "gdal").mkdir(parents=True)
    return str(tmp_path)


def values(prefix, found):
    return {name: value and value.replace("P/", f"{prefix}/") for name, value in found.items()}


@pytest.mark.parametrize(("script", "environment", "found"), SCRIPTS.values(), ids=SCRIPTS)
def test_what_a_script_sets(prefix, script, environment, found):
    environment = {**environment, "CONDA_PREFIX": prefix}
    assert settings_of(script, environment) == values(prefix, found)


@pytest.mark.skipif(shutil.which("bash") is None, reason="compares with bash")
@pytest.mark.parametrize(("script", "environment", "found"), SCRIPTS.values(), ids=SCRIPTS)
def test_a_shell_sets_the_same(prefix, script, environment, found):
    environment = {**environment, "CONDA_PREFIX": prefix}
    script = script.replace("\r", "")
    said = subprocess.run(
        [shutil.which("bash"), "-c", f"{script}\n{shutil.which('env')} -0"],
        env=environment,
        capture_output=True,
        check=True,
    ).stdout.decode()
    after = dict(row.split("=", 1) for row in said.split("\0") if row)
    names = {*after, *environment} - {"_", "PWD", "SHLVL", "OLDPWD"}
    changed = {name: after.get(name) for name in names if after.get(name) != environment.get(name)}
    assert changed == values(prefix, found)


@pytest.mark.parametrize(
    "script",
    [
        "echo hello",
        "export X=$(pwd)",
        'export X="$(pwd)"',
        "export X=`pwd`",
        "export X=1 && export Y=2",
        "[ -d / ] && export X=1",
        "export X=1 | cat",
        "export X=1 > /tmp/x",
        "export X=1 &",
        "export X=~/x",
        "export X=a\\ b",
        'export X="a\\"b"',
        "export X=*",
        "export X=${X%/}",
        "export X=${X:-${Y}}",
        "export X=$1",
        "export X=$?",
        "export -n X",
        "export 1X=1",
        'export "X=1"',
        "'X'=1",
        "source other.sh",
        ". other.sh",
        "eval X=1",
        "for x in a b; do export X=$x; done",
        "while true; do :; done",
        "f() { export X=1; }",
        "case $X in a) export X=1;; esac",
        'if [ -n "$A" ]; then export X=1',
        'if [ -n "$A" ]; export X=1; fi',
        'if [ -n "$A" ]; then export X=1; else export X=2; else export X=3; fi',
        'if [ -n "$A" ]; then export X=1; fi more',
        "if grep -q x /etc/passwd; then export X=1; fi",
        "if [ -x /bin/sh ]; then export X=1; fi",
        'if [ -n "$A" -a -n "$B" ]; then export X=1; fi',
        "if [ ]; then export X=1; fi",
        "if; then export X=1; fi",
        'if [ -n "$A"; then export X=1; fi',
        "fi",
        "then",
        "else",
        "export X='1",
        'export X="1',
        "X=1 command",
        "unset X-Y",
        "unset $X",
        "set -e",
        "export",
        "if [ -n a ]; then\n" * 11 + ":\n" + "fi\n" * 11,
        "if [ -n a ]; then\n" * 5000,
        "#" * 65537,
    ],
)
def test_a_script_with_anything_else_sets_nothing(script):
    """Also where the part that is not understood would not run."""
    with pytest.raises(ScriptError) as caught:
        settings_of(f"export FIRST=1\n{script}", {})
    assert str(caught.value)
    if "then\n" not in script and script != "else":
        never = f'if [ -n "$NO_SUCH" ]; then\n{script}\nfi'
        with pytest.raises(ScriptError):
            settings_of(never, dict(os.environ))
