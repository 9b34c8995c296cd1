"""Which options of an onion comment are refused while a project is active, and why.

pip's own configuration may hold the same options: it belongs to the user, while an onion
comment belongs to the author of the notebook.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any, Callable, Iterator, Mapping

from davos.onion.options import Reach

if TYPE_CHECKING:
    from davos.onion.comment import Onion
    from davos.onion.options import Option, OptionTable

__all__ = ["REFUSED", "given", "refused_options"]

_PATH = re.compile(r"[/\\~]|\.\.")


def refused_options(
    onion: Onion, table: OptionTable, folder: str
) -> Iterator[tuple[Option, str, str]]:
    """The options that a project's folder does not allow: option, value, the reason.

    A reason has a field `{place}`.
    """
    for option, value in given(onion, table):
        refuses = REFUSED.get(option.reach)
        if refuses is not None and refuses(value, folder):
            yield option, value, option.reach.value


def given(onion: Onion, table: OptionTable) -> Iterator[tuple[Option, str]]:
    """The options of an onion comment in the table's order, once for each of their values."""
    for option in table.options:
        if option.dest in onion.options:
            yield from ((option, str(value)) for value in _values(onion.options, option))


def _values(options: Mapping[str, Any], option: Option) -> list[Any]:
    value = options[option.dest]
    return value if option.many else [value]


def _always(value: str, folder: str) -> bool:  # noqa: ARG001 - as the others
    return True


def _is_outside(value: str, folder: str) -> bool:
    path, inside = (os.path.realpath(os.path.expanduser(text)) for text in (value, folder))  # noqa: PTH111
    return not f"{path}{os.sep}".startswith(f"{inside}{os.sep}")


def _starts_program(value: str, folder: str) -> bool:  # noqa: ARG001 - as the others
    return value == "subprocess"


def _holds_path(value: str, folder: str) -> bool:  # noqa: ARG001 - as the others
    return _PATH.search(value) is not None


REFUSED: Mapping[Reach, Callable[[str, str], bool]] = {
    Reach.INSTALLS: _always,
    Reach.WRITES: _is_outside,
    Reach.REMOVES: _always,
    Reach.TRUSTS: _always,
    Reach.PROGRAM: _starts_program,
    Reach.PATHS: _holds_path,
}
"""For each reach that a project limits, whether it refuses a value (with the project's folder)."""
