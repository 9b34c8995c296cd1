"""Which distribution a module comes from: the standard library, a folder, a table, metadata."""

from __future__ import annotations

import ast
import os
import re
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Iterator, Sequence

from packaging.utils import canonicalize_name

from davos.distributions.known_names import KNOWN
from davos.distributions.namespaces import decisive, is_namespace, part_of
from davos.distributions.standard_library import is_standard
from davos.exceptions import SmuggledModuleNotFoundError

if TYPE_CHECKING:
    from davos.distributions.distribution import Distribution

__all__ = [
    "best_first",
    "candidates",
    "comes_with_kernel",
    "default_distribution",
    "distribution_asked",
    "imported_modules",
    "installed_version",
    "is_ambiguous",
    "is_local",
    "listed",
    "parts_named",
    "providers",
]

# The suffixes of importlib.machinery.all_suffixes(), on every platform (PEP 3149, PEP 3147).
_MODULE = re.compile(r"([^\W\d]\w*)(?:\.py[cw]?|(?:\.[\w-]+)?\.(?:so|pyd))")
_MOST_ENTRIES = 10_000

# What the kernel itself is made of, or davos: another version of it would end the session.
_RUNNING = frozenset(
    "IPython __main__ davos debugpy ipykernel jupyter_client jupyter_core pip tornado traitlets"
    " zmq".split(),
)
_HOSTED = ("google.colab", "kaggle_secrets", "dbruntime", "pyodide", "js")


def comes_with_kernel(module: str) -> bool:
    """Whether a dotted module is there wherever a notebook runs, and would not be smuggled."""
    top = module.partition(".")[0]
    return (
        is_standard(top)
        or top in _RUNNING
        or any(module == name or module.startswith(f"{name}.") for name in _HOSTED)
    )


def is_local(top: str, filename: str) -> bool:
    """Whether a top-level module lies in the folder of a file, as far as Python's import sees.

    A folder is a package, with or without an `__init__.py` (PEP 420), if a module lies
    somewhere below it: a folder of data may have the name of a distribution.
    """
    folder, name = os.path.split(filename)
    folder = folder or "."
    changed = _changed(folder)
    entries = _entries(folder, changed)
    if name not in entries:
        return False
    if top in _modules(folder, changed):
        return True
    return top in entries and _holds_modules(os.path.join(folder, top))  # noqa: PTH118 - speed


def _holds_modules(folder: str) -> bool:
    """Whether a module lies below a folder, among the entries that are nearest to it."""
    folders = [folder]
    left = _MOST_ENTRIES
    for path in folders:  # which grows meanwhile
        try:
            with os.scandir(path) as found:
                entries = list(islice(found, left))
        except OSError:
            continue
        if any(_MODULE.fullmatch(entry.name) for entry in entries):
            return True
        folders += [one.path for one in entries if one.name.isidentifier() and one.is_dir()]
        left -= len(entries)
    return False


def _changed(folder: str) -> int:
    """When a folder was changed last, 0 if it is not there."""
    try:
        return os.stat(folder).st_mtime_ns  # noqa: PTH116 - speed
    except OSError:
        return 0


@lru_cache(maxsize=64)
def _entries(folder: str, changed: int) -> frozenset[str]:
    """The names in a folder as it was at a time."""
    del changed
    try:
        return frozenset(os.listdir(folder))  # noqa: PTH208 - speed
    except OSError:
        return frozenset()


@lru_cache(maxsize=64)
def _modules(folder: str, changed: int) -> frozenset[str]:
    """The modules in a folder, but for packages."""
    matches = map(_MODULE.fullmatch, _entries(folder, changed))
    return frozenset(match[1] for match in matches if match)


def parts_named(module: str, names: Sequence[str]) -> list[str]:
    """The dotted modules that `from module import names` is about.

    Each part of a namespace package may come from a distribution of its own; elsewhere the
    module tells.
    """
    if not is_namespace(module):
        return [module]
    return [f"{module}.{name}" for name in names if name != "*"]


def imported_modules(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    """The dotted modules that an absolute import is about."""
    names = [alias.name for alias in node.names]
    if isinstance(node, ast.Import):
        yield from names
    elif not node.level and node.module:
        yield from parts_named(node.module, names)


def is_ambiguous(module: str) -> bool:
    """Whether a dotted name is in a namespace of the table, but in none of the parts known there.

    Nothing says which distribution it comes from.
    """
    return is_namespace(module.partition(".")[0]) and part_of(module) is None


def default_distribution(module: str) -> str:
    """The distribution to install for a dotted module that has no onion comment.

    That of the part of a namespace package, else the top-level name. Raises
    SmuggledModuleNotFoundError for what is in a namespace and in none of its known parts.
    """
    part = part_of(module)
    if part is not None:
        return part[1]
    if not is_ambiguous(module):
        return module.partition(".")[0]
    name = decisive(module)
    message = (
        f"the distribution of {name} is unknown: {module.partition('.')[0]} is a namespace "
        "package, whose parts come from different distributions. Name the distribution in an "
        f"onion comment, as in `smuggle {name}  # pip: name-of-the-distribution`"
    )
    raise SmuggledModuleNotFoundError(message, name=name)


def distribution_asked(module: str, filename: str) -> str | None:
    """The distribution that a document asks for with a module that has no onion comment.

    That of the tables goes first. None for the standard library, davos, a module beside the
    document, and where nothing tells.
    """
    top = module.partition(".")[0]
    if top == "davos" or is_standard(top) or is_local(top, filename):
        return None
    try:
        return next(iter(listed(module)), None) or default_distribution(module)
    except SmuggledModuleNotFoundError:
        return None


def providers(module: str) -> tuple[str, ...]:
    """The distributions that a dotted module is known to come from, the most likely one first.

    Of what is installed first, else from davos' own tables; empty if nothing is known.
    """
    installed = best_first(module, _installed().get(module.partition(".")[0], ()))
    names = (found.normalized_name for found in installed)
    return tuple(dict.fromkeys((*names, *listed(module))))


def best_first(module: str, found: Sequence[Distribution]) -> list[Distribution]:
    """The distributions that hold a dotted module, the most likely one first.

    `found` are those that hold something of its top-level name. In a namespace, those of other
    parts are left out, and the namespace itself comes from none. Of several, one that is called
    like the module comes first.
    """
    top, part = module.partition(".")[0], decisive(module)
    if is_namespace(top):
        found = [one for one in found if not is_namespace(part) and one.provides(part)]
    elif len(found) > 1 and module != top:
        found = [one for one in found if one.provides(module)] or found
    likely = [canonicalize_name(name) for name in candidates(module)]
    return sorted(found, key=lambda one: _rank(one.normalized_name, likely))


def _rank(name: str, likely: Sequence[str]) -> int:
    return likely.index(name) if name in likely else len(likely)


def candidates(module: str) -> tuple[str, ...]:
    """The names that the distribution of a dotted module may have, by the tables and its own.

    A part of a namespace package that no table has is likely to be called like itself.
    """
    if part_of(module) is not None:
        return listed(module)
    if is_ambiguous(module):
        return (decisive(module),)
    return (*listed(module), module.partition(".")[0])


def listed(module: str) -> tuple[str, ...]:
    """The distributions that the tables name for a dotted module, by its longest prefix."""
    part = part_of(module)
    if part is not None:
        return (part[1],)
    while module:
        if module in KNOWN:
            return KNOWN[module]
        module = module.rpartition(".")[0]
    return ()


@lru_cache(maxsize=1)
def _installed() -> dict[str, tuple[Distribution, ...]]:
    """The installed distributions by the top-level modules they hold."""
    from davos.distributions.index import distributions  # noqa: PLC0415 - see installed_version

    found: dict[str, list[Distribution]] = {}
    for distribution in distributions():
        for top in distribution.modules:
            found.setdefault(top, []).append(distribution)
    return {top: tuple(holding) for top, holding in found.items()}


@lru_cache(maxsize=256)
def installed_version(name: str) -> str | None:
    """The installed version of a distribution, None if it is not installed."""
    from importlib import metadata  # noqa: PLC0415 - 20 ms, and few documents need it

    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
