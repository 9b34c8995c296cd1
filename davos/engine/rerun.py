"""Restart and rerun: whether, and what the new process must know. Pure.

A compiled module cannot be replaced in a running interpreter. Instead the interpreter is
started anew and runs again what ran before. Earlier statements may ask for another version
of the same distribution: the versions that the restart is for are *pins* that win over them,
until the statement that asked for the restart is reached.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import AbstractSet, Mapping, NamedTuple, NoReturn, Protocol, TypedDict

__all__ = ["Choice", "Place", "Rerun", "RerunData", "Restarter", "choose"]

# Each statement may ask once, which ends every loop; this ends the replay of a program that
# makes up new statements while it runs.
MAX_RESTARTS = 50


class Choice(Enum):
    """What to do about a loaded module that cannot be replaced."""

    RESTART = "restart"
    ASK = "ask"
    REFUSE = "refuse"


def choose(*, possible: bool, auto_rerun: bool, noninteractive: bool) -> Choice:
    """Decide as documented for `davos.config.auto_rerun` and `noninteractive`."""
    if not possible:
        return Choice.REFUSE
    if auto_rerun:
        return Choice.RESTART
    return Choice.REFUSE if noninteractive else Choice.ASK


class Place(NamedTuple):
    """A smuggle statement that runs: its row in the cell or file, and its onion's text."""

    row: int
    text: str


class RerunData(TypedDict):
    """A `Rerun` as JSON's types; a place is its row and its text."""

    pins: dict[str, str]
    folder: str
    names: dict[str, str]
    places: list[tuple[int, str]]
    count: int
    note: str
    what: str


@dataclass(frozen=True)
class Rerun:
    """What a restart carries over.

    `pins`: normalised distribution names and the versions that win; `folder`: the
    site-packages of the project that holds them, empty without one; `names`: the distributions
    that nameless requirements (a URL, a path) turned out to mean; `places`: the statements
    of the present request that asked for a restart, the latest last; `count`: the restarts
    for that request so far; `note`: what was installed, and `what`: for which distributions it is
    (`numpy 1.26.4`), for the user.
    """

    pins: Mapping[str, str] = field(default_factory=dict)
    folder: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    places: tuple[Place, ...] = ()
    count: int = 0
    note: str = ""
    what: str = ""

    def then(
        self,
        place: Place,
        pins: Mapping[str, str],
        folder: str = "",
        names: Mapping[str, str] | None = None,
        note: str = "",
    ) -> Rerun | None:
        """The restart after this one; None if it would not end.

        Pins of another project's packages do not hold in this one.
        """
        if place in self.places or self.count >= MAX_RESTARTS:
            return None
        earlier = self.pins if folder == self.folder else {}
        return Rerun(
            pins={**earlier, **pins},
            folder=folder,
            names={**self.names, **(names or {})},
            places=(*self.places, place),
            count=self.count + 1,
            note=note,
        )

    def answered(self) -> Rerun:
        """What is kept of it once its request is answered: the versions in use."""
        return Rerun(self.pins, self.folder, self.names)

    def as_json(self) -> RerunData:
        """The same as JSON's types; `from_json` reads it."""
        return {
            "pins": dict(self.pins),
            "folder": self.folder,
            "names": dict(self.names),
            "places": [(place.row, place.text) for place in self.places],
            "count": self.count,
            "note": self.note,
            "what": self.what,
        }

    @classmethod
    def from_json(cls, found: RerunData) -> Rerun:
        """Read what `as_json` returned, also after it was written as JSON and read again."""
        places = tuple(Place(row, text) for row, text in found["places"])
        return cls(
            found["pins"],
            found["folder"],
            found["names"],
            places,
            found["count"],
            found["note"],
            found["what"],
        )


class Restarter(Protocol):
    """How a front end starts its interpreter anew."""

    @property
    def carried(self) -> Rerun:
        """What the last restart carried over; `answered()` once its request is."""

    @property
    def pins_hold(self) -> bool:
        """Whether its pins win: it is replaying, or before the statement that asked for it."""

    @property
    def replaying(self) -> bool:
        """Whether what ran before the request is being run again."""

    def let_go(self) -> None:
        """The statement that asked for the restart is reached: pins win no more."""

    def own_packages(self) -> AbstractSet[str]:
        """The normalised names of the distributions that the interpreter itself runs on."""

    def obstacle(self) -> str | None:
        """Why it cannot be done here, as half a sentence; None if it can."""

    def place(self, text: str) -> Place:
        """Where the statement with this onion runs."""

    def preview(self) -> str:
        """What a restart now would run again, for the user to read."""

    def offer(self, message: str) -> bool | None:
        """Ask whether to restart and rerun; False: continue. None where nobody can answer."""

    def go(self, rerun: Rerun) -> NoReturn:
        """Restart and rerun. Raises OSError if it fails before anything has happened."""
