"""What a notebook's onion comments ask for, as constraints for one install of it.

The notebook is read, never executed. A constraint is a name and a specifier (pip's
documentation, "Constraints Files"), so requirements with a URL or a path have none, and a
package that the notebook pins to two versions is left out: both are meant.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Iterable, Iterator, Sequence

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name

from davos.environments.requires_dist import matches
from davos.exceptions import DavosError

if TYPE_CHECKING:
    from davos.documents.document import Document
    from davos.onion.comment import Requirement

__all__ = ["constraints_of", "requirements_in", "requirements_of"]


def requirements_in(document: Document) -> list[Requirement]:
    """The requirements of a document's valid onion comments, in their order."""
    from davos.documents.parsed_cell import analyse  # noqa: PLC0415 - see requirements_of

    onions = (found.onion for found in analyse(document).statements)
    return [onion.requirement for onion in onions if onion is not None]


def requirements_of(path: str | None) -> list[Requirement]:
    """Those of the notebook or script at a path; none if it is not known or cannot be read."""
    if path is None:
        return []
    # Heavy; where nothing is known of the document, it is not needed.
    from davos.documents.reader import read_document  # noqa: PLC0415

    try:
        return requirements_in(read_document(Path(path).read_bytes(), path))
    except (OSError, DavosError):
        return []


def constraints_of(
    requirements: Iterable[Requirement], besides: Iterable[str] = ()
) -> dict[str, str]:
    """Constraint lines by normalised name: `{"numpy": "numpy<2,>=1.26"}`.

    Specifiers of one package are joined. Left out are packages named in `besides`, those with
    two different exact versions, and requirements whose marker is false here.
    """
    left_out = {canonicalize_name(name) for name in besides}
    found: dict[str, list[Requirement]] = {}
    for requirement in filter(_constrains, requirements):
        name = canonicalize_name(requirement.name or "")
        if name not in left_out:
            found.setdefault(name, []).append(requirement)
    joined = {name: _joined(same) for name, same in found.items()}
    return {name: f"{name}{specifier}" for name, specifier in joined.items() if specifier}


def _constrains(requirement: Requirement) -> bool:
    direct = requirement.url or requirement.path
    if direct or not (requirement.name and requirement.specifier):
        return False
    return not requirement.marker or matches(requirement.marker, "")


def _joined(requirements: Sequence[Requirement]) -> str:
    """All specifiers of one package as one; empty if they name two exact versions."""
    try:
        sets = [SpecifierSet(requirement.specifier) for requirement in requirements]
    except InvalidSpecifier:  # `===` versions that PEP 440 cannot read
        return ""
    if len(set(_exact_versions(sets))) > 1:
        return ""
    joined = SpecifierSet()
    for one in sets:
        joined &= one
    return str(joined)


def _exact_versions(sets: Iterable[SpecifierSet]) -> Iterator[str]:
    for one in sets:
        exact = (spec for spec in one if spec.operator in {"==", "==="})
        yield from (spec.version for spec in exact if not spec.version.endswith(".*"))
