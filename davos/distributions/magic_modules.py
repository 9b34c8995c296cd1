"""Which module an IPython magic needs: `%matplotlib inline` imports matplotlib.

Source: the magics that IPython 8 documents as its own, and those that the extensions register
in their wheels on PyPI, read on 2026-11-26. `%load_ext` imports the module that it names; it
stands above the line magics of an extension, which therefore have no row.
"""

from __future__ import annotations

from typing import Mapping

from packaging.utils import canonicalize_name

from davos.distributions.import_names import candidates, comes_with_kernel

__all__ = ["needed_module", "provides"]

_TABLE = """
bigquery google.cloud.bigquery
cython Cython
cython_inline Cython
cython_pyximport Cython
jupysql sql
lprun line_profiler
matplotlib matplotlib
memit memory_profiler
mprun memory_profiler
pylab matplotlib
snakeviz snakeviz
sql sql
"""
_MODULES: Mapping[str, str] = dict(line.split() for line in _TABLE.split("\n") if line)
_LOADING = frozenset({"load_ext", "reload_ext"})
_OF_IPYTHON = frozenset({"autoreload", "storemagic"})

# What needs the module itself, and so brings it along.
_BRING: Mapping[str, frozenset[str]] = {"matplotlib": frozenset({"plotnine", "seaborn"})}


def needed_module(magic: str, argument: str) -> str | None:
    """The dotted module that a magic imports; None if it comes with IPython, or is unknown."""
    if magic not in _LOADING:
        return _MODULES.get(magic)
    if not argument or argument in _OF_IPYTHON or comes_with_kernel(argument):
        return None
    return argument


def provides(smuggled: str, requirement: str | None, module: str) -> bool:
    """Whether a statement's module, and the distribution it asks for, bring another module."""
    wanted = set(map(canonicalize_name, candidates(module)))
    named = {*map(canonicalize_name, candidates(smuggled)), canonicalize_name(requirement or "")}
    return not wanted.isdisjoint(named) or not named.isdisjoint(_BRING.get(module, ()))
