"""What the metadata of a distribution requires (`Requires-Dist`), read as PEP 508 has it.

packaging's parser is loaded with this module, which takes 8 ms: packages of conda do without. It is
loaded with the first distribution that is judged, even if that requires nothing, so that all of
packaging is of one version if another one takes its place on disk later.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Iterator

from packaging.markers import InvalidMarker, Marker, UndefinedEnvironmentName
from packaging.requirements import InvalidRequirement, Requirement

if TYPE_CHECKING:
    from typing import Iterable

__all__ = ["applies", "matches", "read"]


def read(texts: Iterable[str]) -> Iterator[Requirement]:
    """The requirements that texts state; without those that cannot be read."""
    for text in texts:
        with suppress(InvalidRequirement):  # old metadata; pip skips it, too
            yield Requirement(text)


def matches(marker: str, extra: str) -> bool:
    """Whether a marker holds here with an extra, or without any if that is empty."""
    try:
        return Marker(marker).evaluate({"extra": extra})
    except (InvalidMarker, UndefinedEnvironmentName):
        return True


def applies(text: str) -> bool:
    """Whether a text is a requirement whose marker holds here without any extra."""
    return any(one.marker is None or matches(str(one.marker), "") for one in read([text]))
