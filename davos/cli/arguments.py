"""The parser of command lines: of a word that is wrong it says which one is near."""

from __future__ import annotations

import argparse
import re
import sys
from typing import Iterator, Mapping, NoReturn

from davos.near_words import did_you_mean

__all__ = ["Parser"]

_UNKNOWN = re.compile(r"unrecognized arguments: (?P<word>-[^\s=]*)")
_CHOICE = re.compile(
    r"(?P<said>.*invalid choice: (?P<word>'[^']*')) \((?:choose from )?(?P<all>.*)\)"
)
_WORD = re.compile(r"[\w.-]+")
_HELP = ("; did you mean ", "; `davos ")
EXIT_USAGE = 2


class Parser(argparse.ArgumentParser):
    """As `argparse.ArgumentParser`, but for its errors."""

    def error(self, message: str) -> NoReturn:
        """Write an error and exit with 2: the near word if there is one, else the usage, too."""
        told = message if any(word in message for word in _HELP) else None
        helped = told or self._with_near_option(message) or _with_near_choice(message)
        if helped is None:
            super().error(message)
        sys.stdout.flush()
        self.exit(EXIT_USAGE, f"{self.prog}: error: {helped}\n")

    def _with_near_option(self, message: str) -> str | None:
        found = _UNKNOWN.match(message)
        near = did_you_mean(found["word"], self._all_options()) if found else ""
        return f"{message}{near}" if near else None

    def _all_options(self) -> Iterator[str]:
        """The options, those of the command's own commands included."""
        yield from self.options
        for parser in self.commands.values():
            yield from parser.options

    @property
    def options(self) -> Mapping[str, argparse.Action]:
        """What each option does, by its spellings."""
        return self._option_string_actions

    @property
    def commands(self) -> Mapping[str, Parser]:
        """The parsers of the command's own commands, by their names."""
        choices = (one.choices for one in self._actions if not one.option_strings)
        found = (one.items() for one in choices if isinstance(one, dict))
        return {name: one for items in found for name, one in items if isinstance(one, Parser)}

    @property
    def positionals(self) -> list[argparse.Action]:
        """The arguments that are no options and no commands, in their order."""
        plain = (one for one in self._actions if not one.option_strings)
        return [one for one in plain if not (self.commands and one.choices)]


def _with_near_choice(message: str) -> str | None:
    found = _CHOICE.match(message)
    if found is None:
        return None
    near = did_you_mean(found["word"].strip("'"), _WORD.findall(found["all"]))
    return f"{found['said']}{near}" if near else None
