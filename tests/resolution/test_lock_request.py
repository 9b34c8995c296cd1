"""Which requirements of a document are locked together, and with which options."""

import pytest

from davos.exceptions import LockError
from davos.onion.validator import validate_text
from davos.resolution.asked import Asked
from davos.resolution.lock_request import select


def asked(*all_args):
    """Requirements, one a row; those that begin with an indent are in a branch."""
    return [
        Asked(validate_text("pip", args.strip()), f"row {row}", not args.startswith(" "))
        for row, args in enumerate(all_args, start=1)
    ]


def locked(*all_args):
    selection = select(asked(*all_args), "3.11")
    return [one.place.removeprefix("row ") for one in selection.locked], len(selection.notes)


@pytest.mark.parametrize(
    ("all_args", "rows", "notes"),
    [
        (["a==1", "b"], "12", 0),
        (["a==1", "a==1"], "12", 0),
        (["a==1", "A==2"], "1", 1),
        (["  a==1", "a==2"], "2", 1),  # the first top-level one counts
        (["  a==1", "  a==2"], "1", 1),
        (["a<2", "a>=1"], "12", 0),
        (["a<2", "a>=2"], "1", 1),
        (["a", "  a==2"], "12", 0),
        (["a<2", "a", "  a>=2"], "12", 1),
        (["a==1 ; sys_platform=='win32'", "a==2 ; sys_platform!='win32'"], "12", 0),
        (["a==1 ; sys_platform=='win32'", "a==2"], "1", 1),
        (["a==1 ; python_version<'3.11'", "a==2"], "2", 0),
        (["a==1 ; python_version>='3.11'", "a==2"], "1", 1),
        (["a @ https://h/a-1.tar.gz", "a==1"], "1", 1),
        (["a @ https://h/a-1.tar.gz", "a @ https://h/a-1.tar.gz"], "12", 0),
        (["./a", "./b", "./a"], "123", 0),
    ],
)
def test_one_of_two_contradicting_versions_is_locked(all_args, rows, notes):
    assert locked(*all_args) == (list(rows), notes)


def test_what_is_left_to_the_run_is_said_with_both_places():
    note = "a==2 (row 2) is not in the lock, which holds what a==1 (row 1) asks for"
    assert select(asked("a==1", "a==2"), "3.11").notes[0].startswith(note)


def test_an_editable_requirement_is_refused_with_the_reason():
    with pytest.raises(LockError, match=r"-e \./a \(row 2\) cannot be locked: .* any time"):
        select(asked("b", "-e ./a"), "3.11")


@pytest.mark.parametrize(
    ("all_args", "options"),
    [
        (["a", "b"], {}),
        (["a -f x", "b -f y", "c -f x"], {"find_links": ["x", "y"]}),
        (["a", "b --extra-index-url u"], {"extra_index_url": ["u"]}),
        (["a -i u", "b --index-url=u"], {"index_url": "u"}),
        (["a --no-deps", "b --no-deps"], {"no_deps": True}),
        (["a --pre", "b"], {}),
        (["a -U --no-cache-dir", "b"], {}),
    ],
)
def test_options_are_joined_where_they_can_be(all_args, options):
    assert select(asked(*all_args), "3.11").options == options


@pytest.mark.parametrize(
    ("all_args", "message"),
    [
        (
            ["a -i https://x:pw@u", "b"],
            r"--index-url of a --index-url=https://x:\*\*\*\*@u \(row 1\) is not that of b \(row 2\)",
        ),
        (["a", "b -i u"], r"--index-url of b --index-url=u \(row 2\) is not that of a \(row 1\)"),
        (["a -i u", "b -i v"], r"--index-url of a .* \(row 1\) is not that of b .* \(row 2\)"),
        (["a --no-deps", "b"], r"--no-deps of a --no-deps \(row 1\) is not that of b \(row 2\)"),
    ],
)
def test_options_that_contradict_each_other_name_both_statements(all_args, message):
    with pytest.raises(LockError, match=message):
        select(asked(*all_args), "3.11")
