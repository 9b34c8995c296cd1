"""What to import of a distribution: the way from its name to a module."""

from __future__ import annotations

from typing import Iterable, Iterator

from packaging.utils import canonicalize_name

from davos.distributions.index import distributions
from davos.distributions.known_names import KNOWN
from davos.distributions.namespaces import PARTS, is_namespace

__all__ = ["likely_module", "module_of"]

# Those that hold a module of their own name besides what davos' tables know of them.
_MAIN = {
    "cython": "Cython",
    "cytoolz": "cytoolz",
    "future": "future",
    "google-api-python-client": "googleapiclient",
    "matplotlib": "matplotlib",
    "pymongo": "pymongo",
    "setuptools": "setuptools",
    "smbus2": "smbus2",
    "toolz": "toolz",
}
_NOT_MEANT = frozenset({"benchmarks", "doc", "docs", "example", "examples", "test", "tests"})


def module_of(name: str) -> str | None:
    """The module that a distribution is used by: of what is installed, else of the tables.

    None if neither knows the distribution.
    """
    normalized = canonicalize_name(name)
    found = next((one for one in distributions() if one.normalized_name == normalized), None)
    if found is not None:
        module = likely_module(name, found.modules)
        if module is not None:
            return module
    return next(_known(normalized), None)


def likely_module(name: str, modules: Iterable[str]) -> str | None:
    """Which of the top-level modules of a distribution is the one that is imported.

    That which is called like the distribution, else the one that the tables name, else the first
    that is not private and no folder of tests. In a namespace it is the part.
    """
    normalized = canonicalize_name(name)
    shown = [one for one in modules if not one.startswith("_") and one.lower() not in _NOT_MEANT]
    for known in _known(normalized):
        if known.partition(".")[0] in shown:
            return known
    plain = normalized.replace("-", "_")
    like = next((one for one in shown if one.lower() == plain), None)
    found = like or next(iter(shown), None)
    return _part(normalized) if found is not None and is_namespace(found) else found


def _known(normalized: str) -> Iterator[str]:
    """The modules that the tables name for a distribution, the most likely one first."""
    if normalized in _MAIN:
        yield _MAIN[normalized]
    yield from (part for part, owner in PARTS.items() if canonicalize_name(owner) == normalized)
    owners = {module: [str(canonicalize_name(n)) for n in names] for module, names in KNOWN.items()}
    rows = [
        (names.index(normalized), "." in module, module)
        for module, names in owners.items()
        if normalized in names
    ]
    like = [row for row in rows if row[2].lower() == normalized.replace("-", "_")]
    yield from (module for _, _, module in (*like, *sorted(rows)))


def _part(normalized: str) -> str:
    return normalized.replace("-", ".")
