"""Collect: everything that one installation has to bring together, and in which order it is tried.

Hard are the onion and what the session smuggled before. Soft are the pins of statements that
have not run yet: they are tried first, and dropped if nothing satisfies all. Further unmet
onions of the cell are installed in the same run; if that fails, the onion alone, so that an
error stands at its own statement.
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Iterator, Mapping, NamedTuple, Sequence

from packaging.utils import canonicalize_name

from davos.credentials import masked_words
from davos.installers.base import Request
from davos.onion.validator import written_options

if TYPE_CHECKING:
    from davos.engine.session_requirements import Entry
    from davos.installers.base import LockedFile
    from davos.onion.comment import Onion

__all__ = ["Attempt", "Collected", "attempts", "joined", "shown_command"]

# pip would install again, or want hashes of, whatever else is named in the same run. (`--target`
# implies `--ignore-installed`, says pip's `commands/install.py`.)
_FOR_ALL = frozenset(
    {"force_reinstall", "ignore_installed", "upgrade", "target", "hash", "require_hashes"}
)
# These options change what is shown, not what is installed.
_SHOWING = frozenset({"verbosity", "quiet", "no_input", "progress_bar"})


class Collected(NamedTuple):
    """What an installation of `onion` has to bring together.

    `earlier` are the requirements of the session; `fixed` further constraint lines (the pins of a
    restart, what the interpreter runs on); `later` the unmet onions that can be installed in the
    same run; `soft` constraint lines of what has not run yet, by normalised name. `locked` files
    are installed in place of all that.
    """

    onion: Onion
    earlier: Sequence[Entry] = ()
    fixed: Sequence[str] = ()
    later: Sequence[Onion] = ()
    soft: Mapping[str, str] | None = None
    locked: tuple[LockedFile, ...] = ()

    def contradicting(self, output: str) -> list[Entry]:
        """The requirements of the session that an installer's failing output names."""
        from davos.installers.pip_conflict import explanation_in  # noqa: PLC0415 - for errors only

        text = canonicalize_name(explanation_in(output))
        return [
            entry
            for entry in self.earlier
            if entry.constraint is not None and canonicalize_name(entry.constraint) in text
        ]


class Attempt(NamedTuple):
    """One run of the installer; `dropped` are the soft constraints that it does without."""

    request: Request
    dropped: Sequence[str] = ()


def attempts(collected: Collected) -> Iterator[Attempt]:
    """The runs to try, until one succeeds: with all, alone, without soft constraints."""
    soft = tuple((collected.soft or {}).values())
    later = tuple(onion.requirement_words[0] for onion in collected.later)
    request = _request(collected)
    if later:
        joined = request._replace(others=(*request.others, *later))
        yield Attempt(joined._replace(constraints=(*request.constraints, *soft)))
    if soft or not later:
        yield Attempt(request._replace(constraints=(*request.constraints, *soft)))
    if soft or later:
        yield Attempt(request, dropped=soft)


def _request(collected: Collected) -> Request:
    """The run with all that is hard.

    What the session asked for goes along as requirements, so that the resolver sees what those
    packages need in turn; as constraints only where an option of the onion means all that is named.
    """
    lines = [entry.constraint for entry in collected.earlier if entry.constraint]
    named = (entry.word_for(collected.onion.installer) for entry in collected.earlier)
    words = [word for word in named if word]
    is_for_all = not _FOR_ALL.isdisjoint(collected.onion.options)
    return Request(
        collected.onion,
        () if is_for_all else tuple(words),
        (*lines, *collected.fixed),
        collected.locked,
    )


def shown_command(collected: Collected) -> str:
    """The command that the first run amounts to, as a user would type it, without credentials.

    It has all options of the onion comment in full spelling, also those that reach pip in a file,
    and behind the requirement what the session asked for before. Of a lock it is what it names.
    """
    if collected.locked:
        return ", ".join(one.shown for one in collected.locked)
    onion = collected.onion
    words = [onion.installer, "install"]
    for use in written_options(onion):
        if not use.option.names_requirement:
            words += [use.option.name, *([use.value.text] if use.value else [])]
    words += [*onion.requirement_words, *next(attempts(collected)).request.others]
    return shlex.join(masked_words(words))


def joined(onion: Onion, later: Sequence[Onion]) -> list[Onion]:
    """The later onions that can be installed in the run of an onion; one of each distribution."""
    names = {_name(onion)}
    found = []
    for one in later:
        if _name(one) not in names and _can_join(onion, one):
            names.add(_name(one))
            found.append(one)
    return found


def _name(onion: Onion) -> str:
    return canonicalize_name(onion.requirement.name or "")


def _can_join(onion: Onion, later: Onion) -> bool:
    """Whether a later onion is a requirement by name whose options are those of the onion."""
    requirement = later.requirement
    is_plain = not (requirement.url or requirement.path or requirement.editable)
    same = later.installer == onion.installer and _effects(later) == _effects(onion)
    return bool(requirement.name) and is_plain and same and _FOR_ALL.isdisjoint(later.options)


def _effects(onion: Onion) -> dict[str, object]:
    return {name: value for name, value in onion.options.items() if name not in _SHOWING}
