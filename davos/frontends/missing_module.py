"""A module that an import statement of the user's lacks: a line says how to smuggle it.

Nothing is said where a library imports, for a part of a package that is installed, for names
that are close to one of the standard library and for those that files of one's own often have.
"""

from __future__ import annotations

import difflib
import linecache
import re
import sys
from typing import TYPE_CHECKING, Any, Callable

from packaging.utils import canonicalize_name

from davos.escaping import for_terminal
from davos.frontends.own_files import is_own
from davos.near_words import near_words

if TYPE_CHECKING:
    from types import TracebackType

    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["advice", "attend"]

_ALIKE = 0.85
# They have a module of their own name besides the one that the table has.
_BY_OWN_NAME = frozenset({"attrs", "cython", "future", "setuptools", "toolz"})
_OFTEN_LOCAL = frozenset(
    """
    app common config conftest constants core data functions helper helpers lib local main model
    models module modules notebooks package plots plotting scripts secret secrets settings setup
    shared src test tests tools util utilities utils
    """.split()
)


def attend(shell: InteractiveShell, is_active: Callable[[], bool]) -> None:
    """Show the advice below the error of each cell of a shell that ends so."""

    def tell(result: Any = None) -> None:  # IPython 5 gives none
        error = getattr(result, "error_in_exec", None)
        if isinstance(error, ModuleNotFoundError) and is_active():
            found = advice(error)
            if found:
                print(for_terminal(found), file=sys.stderr, flush=True)

    shell.events.register("post_run_cell", tell)


def advice(error: BaseException) -> str:
    """Which statement would install what an error says is missing; empty if none is advised."""
    name = error.name if isinstance(error, ModuleNotFoundError) else None
    if name is None or str(error) != f"No module named {name!r}" or not _is_package(name):
        return ""
    if not _is_imported_by_user(name, error.__traceback__):
        return ""
    from davos.distributions.import_names import listed  # noqa: PLC0415 - for errors only

    known = [one for one in listed(name)[:1] if one != name]
    comment = "".join(f"  # pip: {one}" for one in known)
    return _advised(name, comment)


def _advised(name: str, comment: str) -> str:
    """The line for a name: what is not known to exist is not said to be there.

    The package index is not asked: the line is to come at once, and without a network. Names
    near that of a well-known package are those under which others publish malware.
    """
    from davos.distributions.known_names import WELL_KNOWN  # noqa: PLC0415 - for errors only

    if comment or name in WELL_KNOWN:
        return f"davos: `smuggle {name}{comment}` would install it"
    meant = _by_distribution(name)
    if meant:
        return f"davos: did you mean `{meant}`?"
    near = near_words(name, WELL_KNOWN)
    if near:
        return f"davos: did you mean {' or '.join(f'`smuggle {one}`' for one in sorted(near))}?"
    return f"davos: `smuggle {name}` would install it, if the package index has one of that name"


def _by_distribution(name: str) -> str:
    """The statement for what is called so on the index, but not where it is imported: `pyyaml`."""
    from davos.distributions.known_names import KNOWN  # noqa: PLC0415 - for errors only

    asked = canonicalize_name(name)
    if asked in _BY_OWN_NAME:
        return ""
    found = ((module, names[0]) for module, names in KNOWN.items() if module != name)
    meant = (pair for pair in found if canonicalize_name(pair[1]) == asked)
    return next((f"smuggle {module}  # pip: {one}" for module, one in meant), "")


def _is_package(name: str) -> bool:
    """Whether a name is likely to be that of a package on an index."""
    from davos.distributions.import_names import is_ambiguous, listed  # noqa: PLC0415 - for errors
    from davos.distributions.standard_library import is_standard, names  # noqa: PLC0415 - likewise

    if listed(name):
        return True
    if (
        name == "smuggle"
        or "." in name
        or name.startswith("_")
        or is_ambiguous(name)
        or name.lower() in _OFTEN_LOCAL
    ):
        return False
    lower = name.lower()
    return not (is_standard(name) or difflib.get_close_matches(lower, names(), 1, _ALIKE))


def _is_imported_by_user(name: str, traceback: TracebackType | None) -> bool:
    """Whether the innermost frame is at an import of the name in a cell or file of the user."""
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    if traceback is None:
        return False
    frame = traceback.tb_frame
    file = frame.f_code.co_filename
    if not is_own(str(frame.f_globals.get("__name__")), file):
        return False
    line = linecache.getline(file, traceback.tb_lineno, frame.f_globals)
    return re.search(rf"\b(?:import|from)\b[^#'\"]*\b{re.escape(name)}\b", line) is not None
