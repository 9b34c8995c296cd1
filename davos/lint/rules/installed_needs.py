"""What pinned packages need of each other, as the metadata of the installed ones says."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Iterator, NamedTuple

from packaging.utils import canonicalize_name

from davos.distributions.conda_names import is_called_alike
from davos.onion.version_sets import can_both_hold, exact_version

if TYPE_CHECKING:
    from packaging.requirements import Requirement as Pep508

    from davos.lint.context import Target
    from davos.onion.comment import Requirement

__all__ = ["Need", "unmet_needs"]


class Need(NamedTuple):
    """A pin that a pinned package rules out; `text` is what that package needs."""

    target: Target
    requirement: Requirement
    needing: Target
    text: str


def unmet_needs(targets: list[Target]) -> Iterator[Need]:
    """The pins that do not go with others, where an installed version is the pinned one.

    Nothing is looked up unless a document pins two distributions.
    """
    pins: dict[str, list[tuple[Target, Requirement]]] = {}
    for target in targets:
        if target.requirement is not None and _is_pin(target.requirement):
            pinned = canonicalize_name(target.requirement.name or "")
            pins.setdefault(pinned, []).append((target, target.requirement))
    for name, asked in pins.items() if len(pins) > 1 else ():
        for needing, pin in asked:
            for other, specifier in _needs(name, exact_version(pin.specifier), pin.extras):
                for target, requirement in pins.get(other, ()):
                    if not can_both_hold(specifier, requirement.specifier):
                        yield Need(target, requirement, needing, f"{requirement.name}{specifier}")


def _is_pin(requirement: Requirement) -> bool:
    if not requirement.name or requirement.marker or requirement.url or requirement.path:
        return False
    if requirement.match_spec is not None and not is_called_alike(requirement.name):
        return False  # PyPI's distribution of this name is another one
    return exact_version(requirement.specifier) != ""


@lru_cache(maxsize=256)
def _needs(name: str, version: str, extras: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Names and specifiers of what a version needs; nothing unless it is the installed one."""
    from davos.distributions.index import find_distribution  # noqa: PLC0415 - for two pins only

    found = find_distribution(name)
    if found is None or not can_both_hold(f"=={found.version}", f"=={version}"):
        return ()
    needs = (_parsed(text) for text in found.requires)
    return tuple(
        (str(canonicalize_name(one.name)), str(one.specifier))
        for one in needs
        if one is not None and one.specifier and _applies(one, extras)
    )


def _parsed(text: str) -> Pep508 | None:
    from packaging.requirements import InvalidRequirement, Requirement  # noqa: PLC0415

    try:
        return Requirement(text)
    except InvalidRequirement:
        return None


def _applies(need: Pep508, extras: tuple[str, ...]) -> bool:
    if need.marker is None:
        return True
    return any(need.marker.evaluate({"extra": extra}) for extra in ("", *extras))
