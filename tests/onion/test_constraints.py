"""Constraints files, as davos reads them."""

import pytest

from davos.onion.constraints import ConstraintError, constraint_lines

REFUSED = [
    "-c other.txt",
    "--constraint=other.txt",
    "-r other.txt",
    "--index-url https://h/simple",
    "--no-binary :all:",
    "-e ./x",
    "six==1.0 --hash=sha256:00",
    "https://h/six.zip",
    "six @ https://h/six.zip",
    "six @ git+https://h/six",
    "./six",
    "six-1.0-py3-none-any.whl",
    "six[extra]==1.0",
    "six=1.0",
    "six==1.0 numpy==2.0",
    "six==${VERSION}",
    "six==1.0\u2028-r other.txt",
    "six==1.0\x85",
    "six\f",
    "six==1.0 \\",
    "# \u202eharmless",
]


def test_names_versions_and_markers():
    text = (
        "\n# a comment\nsix==1.16.0  # why\r\n  numpy >=1, <2\rfoo; python_version > '3'\n"
        "bar===1.0+local\nbaz\n"
    )
    assert constraint_lines(text) == [
        "six==1.16.0",
        "numpy >=1, <2",
        "foo; python_version > '3'",
        "bar===1.0+local",
        "baz",
    ]
    assert constraint_lines("") == []


@pytest.mark.parametrize("line", REFUSED)
def test_everything_else_is_refused_with_its_row(line):
    with pytest.raises(ConstraintError) as raised:
        constraint_lines(f"numpy==1.0\n\n{line}\nscipy\n")
    assert raised.value.row == 3
    assert str(raised.value).isprintable()
