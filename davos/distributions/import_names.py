"""Which distribution a module comes from: the standard library, a folder, a table, metadata."""

from __future__ import annotations

import os
import re
from functools import lru_cache
from itertools import islice

from davos.distributions.known_names import KNOWN
from davos.distributions.standard_library import is_standard

__all__ = [
    "comes_with_kernel",
    "installed_version",
    "is_local",
    "listed",
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


def providers(module: str) -> tuple[str, ...]:
    """The distributions that a dotted module is known to come from, the usual one first.

    Of what is installed first, else from davos' own table; empty if nothing is known.
    """
    installed = _installed().get(module.partition(".")[0], ())
    return tuple(dict.fromkeys((*installed, *listed(module))))


def listed(module: str) -> tuple[str, ...]:
    """The distributions that the table names for a dotted module, by its longest prefix."""
    while module:
        if module in KNOWN:
            return KNOWN[module]
        module = module.rpartition(".")[0]
    return ()


@lru_cache(maxsize=1)
def _installed() -> dict[str, tuple[str, ...]]:
    """The installed distributions by the top-level modules they hold."""
    from davos.distributions.index import distributions  # noqa: PLC0415 - see installed_version

    found: dict[str, list[str]] = {}
    for distribution in distributions():
        for top in distribution.modules:
            found.setdefault(top, []).append(distribution.normalized_name)
    return {top: tuple(names) for top, names in found.items()}


@lru_cache(maxsize=256)
def installed_version(name: str) -> str | None:
    """The installed version of a distribution, None if it is not installed."""
    from importlib import metadata  # noqa: PLC0415 - 20 ms, and few documents need it

    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
