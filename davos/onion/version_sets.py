"""What version specifiers (PEP 440) have in common."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from packaging.specifiers import Specifier, SpecifierSet
    from packaging.version import Version

__all__ = ["can_both_hold", "exact_version", "has_upper_bound", "is_exact"]

_LOWEST, _HIGHEST = "0", "999999"


def is_exact(specifier: str) -> bool:
    """Whether a specifier set allows one version only."""
    return exact_version(specifier) != ""


def exact_version(specifier: str) -> str:
    """The one version that a specifier set allows, empty if there are several."""
    exact = (
        one.version
        for one in _parts(specifier)
        if one.operator == "===" or (one.operator == "==" and not one.version.endswith(".*"))
    )
    return next(exact, "")


def has_upper_bound(specifier: str) -> bool:
    """Whether a specifier set excludes what is released later."""
    return any(one.operator in {"==", "===", "~=", "<", "<="} for one in _parts(specifier))


@lru_cache(maxsize=4096)
def can_both_hold(one: str, other: str) -> bool:
    """Whether some version satisfies both specifier sets.

    A set is a union of intervals whose ends are the versions it names: if there is a
    common version, then one of those, or one just above or below them, is common too.
    """
    first, second = _set(one), _set(other)
    return any(
        first.contains(version, prereleases=True) and second.contains(version, prereleases=True)
        for version in (*_candidates(one), *_candidates(other))
    )


@lru_cache(maxsize=512)
def _set(specifier: str) -> SpecifierSet:
    from packaging.specifiers import SpecifierSet  # noqa: PLC0415 - 17 ms, with an onion only

    return SpecifierSet(specifier)


@lru_cache(maxsize=512)
def _candidates(specifier: str) -> tuple[Version | str, ...]:
    """Versions of which one is in a set and in another one if those have any in common."""
    from packaging.version import InvalidVersion, Version  # noqa: PLC0415 - see above

    found: dict[Version | str, None] = {}
    for text in (
        _HIGHEST,
        _LOWEST,
        *(near for one in _set(specifier) for near in _near(one.version)),
    ):
        try:
            found[Version(text)] = None
        except InvalidVersion:  # of ===, which compares strings
            found[text] = None
    return tuple(found)


@lru_cache(maxsize=512)
def _parts(specifier: str) -> tuple[Specifier, ...]:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet  # noqa: PLC0415 - see above

    try:
        return tuple(SpecifierSet(specifier))
    except InvalidSpecifier:
        return ()


def _near(text: str) -> list[str]:
    """A version, and versions just above and below it."""
    from packaging.version import InvalidVersion, Version  # noqa: PLC0415 - see above

    text = text.removesuffix(".*")
    try:
        version = Version(text)
    except InvalidVersion:  # of ===, which compares strings
        return [text]
    *first, last = version.release
    epoch = f"{version.epoch}!" if version.epoch else ""
    dotted = [".".join(map(str, (*first, last + step))) for step in (0, 1, -1) if last + step >= 0]
    above = [f"{dotted[0]}.0.0.0.1", f"{dotted[-1]}.999999"]
    releases = [epoch + release for release in (*dotted, *above)]
    return [text, f"{epoch}{dotted[0]}.dev0", f"{epoch}{dotted[0]}.post999", *releases]
