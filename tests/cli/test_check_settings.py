"""Which rules count: pyproject.toml, the command line, and what is wrong with them."""

import pytest

BAD = "smuggle six  # pip: six>=1\n"  # DAV301, DAV305


def codes(out):
    import re

    return re.findall(r": (DAV\d+) ", out)


@pytest.mark.parametrize(
    ("table", "arguments", "found"),
    [
        ("", [], ["DAV301", "DAV305"]),
        ('select = ["DAV301"]', [], ["DAV301"]),
        ('select = ["dav3"]', [], ["DAV301", "DAV305"]),
        ('select = ["DAV1"]\nextend-select = ["DAV305"]', [], ["DAV305"]),
        ("select = []", [], []),
        ('select = []\nextend-select = ["DAV305"]', [], ["DAV305"]),
        ("select = []", ["--extend-select", "DAV301"], ["DAV301"]),
        ("select = []", ["--select", "DAV301"], ["DAV301"]),
        ("select = []", ["--isolated"], ["DAV301", "DAV305"]),
        ('extend-select = ["DAV305"]', [], ["DAV301", "DAV305"]),
        ('ignore = ["DAV3"]', [], []),
        ('ignore = ["DAV3"]', ["--extend-select", "DAV301"], ["DAV301"]),
        ('ignore = ["DAV301"]', ["--ignore", "DAV305"], []),
        ('ignore = ["DAV301"]', ["--select", "DAV301"], ["DAV301"]),
        ('ignore = ["DAV301"]', ["--isolated"], ["DAV301", "DAV305"]),
        ('[tool.davos.check.per-file-ignores]\n"*.py" = ["DAV305"]', [], ["DAV301"]),
        ('per-file-ignores = {"sub/*.py" = ["DAV305"]}', [], ["DAV301", "DAV305"]),
        ('per-file-ignores = {"a.*" = ["ALL"]}', [], []),
        ('exclude = ["a.py"]', [], ["DAV301", "DAV305"]),  # it is named
    ],
)
def test_what_is_reported(davos, write, table, arguments, found):
    write("pyproject.toml", f"[tool.davos.check]\n{table}\n")
    write("a.py", BAD)
    assert codes(davos("check", "a.py", *arguments)[1]) == found


def test_the_nearest_table_counts(davos, write):
    write("pyproject.toml", '[tool.davos.check]\nselect = ["DAV301"]\n')
    write("sub/pyproject.toml", '[tool.davos.check]\nselect = ["DAV305"]\n')
    write("sub/deep/pyproject.toml", "[tool.other]\n")
    write("sub/deep/a.py", BAD)
    write("a.py", BAD)
    assert codes(davos("check")[1]) == ["DAV301", "DAV305"]
    assert codes(davos("check", "--config", "pyproject.toml")[1]) == ["DAV301", "DAV301"]


def test_what_is_excluded_is_not_walked(davos, write):
    write("pyproject.toml", '[tool.davos.check]\nexclude = ["old", "*_draft.py"]\n')
    for name in ("a.py", "old/a.py", "sub/old/a.py", "b_draft.py", "sub/c.py", "sub/d.py"):
        write(name, BAD)
    out = davos("check", "--select", "DAV301", "--exclude", "d.py,x")[1]
    assert [line.split(":")[0] for line in out.splitlines()[:2]] == ["a.py", "sub/c.py"]
    assert "Found 2 errors." in out


def test_gitignore_is_honoured(davos, write, tmp_path):
    (tmp_path / ".git").mkdir()
    write(".gitignore", "*.out.py\n/only_here.py\nkept/*\n!kept/a.py\n")
    write("sub/.gitignore", "!b.out.py\n")
    for name in (
        "a.out.py",
        "sub/b.out.py",
        "only_here.py",
        "sub/only_here.py",
        "kept/a.py",
        "kept/b.py",
    ):
        write(name, BAD)
    expected = ["kept/a.py", "sub/b.out.py", "sub/only_here.py"]

    def files(*arguments):
        out = davos("check", "--select", "DAV301", *arguments)[1]
        return [line.split(":")[0] for line in out.splitlines() if ": DAV" in line]

    assert files() == expected
    assert files("sub") == expected[1:]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            "[tool.davos.check]\nselct = []",
            "tool.davos.check has no key 'selct'; did you mean 'select'?",
        ),
        ("[tool.davos.check]\nfoo = 1", "has no key 'foo'; there are select, ignore"),
        ('[tool.davos.check]\nselect = "DAV1"', "'select' must be a list of strings"),
        ("[tool.davos.check]\nignore = [1]", "'ignore' must be a list of strings"),
        ('[tool.davos.check]\nselect = ["DAV9"]', "no rule's code starts with 'DAV9'"),
        ('[tool.davos.check]\nselect = ["DAV319"]', "did you mean DAV"),
        ("[tool.davos.check]\nper-file-ignores = []", "'per-file-ignores' must be a table"),
        ('[tool.davos.check.per-file-ignores]\n"*" = "x"', "'*' must be a list of strings"),
        ('[tool.davos.check.per-file-ignores]\n"*" = ["X"]', "no rule's code starts with 'X'"),
        ("[tool.davos]\ncheck = 1", "'check' must be a table"),
        ("[tool.davos.check", "not valid TOML"),
        (b"\xff", "not valid TOML"),
    ],
)
def test_a_bad_configuration_is_told(davos, write, content, message):
    write("pyproject.toml", content)
    write("a.py", BAD)
    status, out, err = davos("check", "a.py")
    assert (status, out) == (2, "")
    assert err.startswith("davos: ")
    assert "pyproject.toml: " in err
    assert message in err
    assert err.count("\n") == 1


def test_a_bad_configuration_below_is_told(davos, write):
    write("sub/pyproject.toml", "[tool.davos.check]\nx = 1")
    write("sub/a.py", BAD)
    status, _, err = davos("check", ".")
    assert status == 2
    assert "has no key 'x'" in err


@pytest.mark.parametrize("option", ["--select", "--ignore", "--extend-select"])
def test_an_unknown_code_is_wrong_usage(davos, option):
    status, _, err = davos("check", option, "DAV319")
    assert status == 2
    assert "no rule's code starts with 'DAV319'; did you mean DAV" in err


@pytest.mark.parametrize("option", ["--select", "--ignore", "--extend-select"])
def test_an_empty_code_is_wrong_usage(davos, option):
    status, _, err = davos("check", option, "")
    assert status == 2
    assert "no rule's code starts with ''" in err


def test_a_missing_configuration_is_told(davos):
    status, _, err = davos("check", "--config", "nowhere.toml")
    assert status == 2
    assert "nowhere.toml: No such file or directory" in err
