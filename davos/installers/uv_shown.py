"""What uv is shown of what is installed below an environment: few of it, or all.

Metadata folders for some hundred distributions (`uv_stubs`) take longer to write than uv takes.
So uv first resolves without those that the request does not name: they are in a file of
`--excludes`, and it neither looks for them nor installs them. That is the result which it
would find with all in sight, unless something that it installs needs another version, an extra or
an origin of one of them: `goes_together` tells, and then uv is shown all.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Iterable, Iterator, NamedTuple, Sequence

from packaging.requirements import InvalidRequirement
from packaging.requirements import Requirement as Pep508
from packaging.utils import canonicalize_name

from davos.distributions import index
from davos.environments.requirement_check import contains, lacks
from davos.installers.uv_arguments import CONSTRAINTS

if TYPE_CHECKING:
    from davos.distributions.distribution import Distribution
    from davos.installers.base import Request
    from davos.installers.uv_arguments import UvArguments

__all__ = ["Shown", "goes_together", "shown_of"]

# With these, what is installed and not named may be replaced, or must not be missing.
_CONCERNS_ALL = frozenset(
    {
        *("--constraint", "--constraints", "-c", "--no-deps", "--require-hashes", "--resolution"),
        *("--reinstall", "--force-reinstall", "--upgrade", "-U"),
    }
)
_VARIABLES = ("UV_CONSTRAINT", "UV_RESOLUTION")
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class Shown(NamedTuple):
    """Distributions that uv sees by stubs, and names that it resolves without."""

    visible: Sequence[Distribution] = ()
    excluded: Sequence[str] = ()


def shown_of(
    below: Sequence[Distribution],
    request: Request,
    arguments: UvArguments,
    constraints: Iterable[str],
) -> Shown:
    """What uv is shown first; all, if what the request does not name may count, too."""
    known = {one.normalized_name: one.version for one in below}
    try:
        named = {*_named(request, arguments), *_broken(constraints, known)}
    except _AnythingError:
        return Shown(below)
    return Shown(
        [one for one in below if one.normalized_name in named],
        [name for name in known if name not in named],
    )


def goes_together(request: Request, staged: Iterable[Distribution], path: Sequence[str]) -> bool:
    """Whether all that was installed and named has what it needs on a search path.

    A requirement with a URL counts as unmet: what is there may come from elsewhere.
    """
    named = {one.normalized_name: (one, frozenset[str]()) for one in staged}
    if any(" @ " in text for one, _ in named.values() for text in one.requires):
        return False
    asked = request.onion.requirement
    pairs = [(one.name, one.extras) for one in map(Pep508, request.others)]
    for name, extras in [(asked.name or "", asked.extras), *pairs]:
        found = index.find_distribution(name, path)
        if found is not None:  # else its marker is false here
            named[found.normalized_name] = found, frozenset(extras)
    return not any(lacks(one, extras, path) for one, extras in named.values())


class _AnythingError(Exception):
    """A request that may be about anything that is installed."""


def _named(request: Request, arguments: UvArguments) -> set[str]:
    """Normalised names of what a request is about. Raises _AnythingError."""
    flags = {word.partition("=")[0] for word in arguments.words if not _is_read(word)}
    if flags & _CONCERNS_ALL or any(name in arguments.env for name in _VARIABLES):
        raise _AnythingError
    if request.onion.requirement.name is None:
        raise _AnythingError
    texts = [_text(word[len(CONSTRAINTS) :]) for word in arguments.words if _is_read(word)]
    names = [request.onion.requirement.name, *(_parsed(word).name for word in request.others)]
    return set(map(canonicalize_name, [*names, *_words([*arguments.words, *texts])]))


def _parsed(text: str) -> Pep508:
    try:
        return Pep508(text)
    except InvalidRequirement:
        raise _AnythingError from None


def _text(path: str) -> str:
    """What is in a constraints file, unless it names other files, or URLs."""
    try:
        text = Path(path).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise _AnythingError from None
    if any(line.lstrip().startswith("-") or "://" in line for line in text.splitlines()):
        raise _AnythingError
    return text


def _is_read(word: str) -> bool:
    """Whether a word names a constraints file of pip's configuration."""
    return word.startswith(CONSTRAINTS)


def _words(texts: Iterable[str]) -> Iterator[str]:
    """All that may be the name of a distribution in some texts."""
    return (found for text in texts for found in _WORD.findall(text))


def _broken(constraints: Iterable[str], known: dict[str, str]) -> Iterator[str]:
    """The names for which a constraint does not fit what is installed."""
    for line in constraints:
        required = _parsed(line)
        name = canonicalize_name(required.name)
        if name in known and not contains(str(required.specifier), known[name]):
            yield name
