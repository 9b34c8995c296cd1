"""Which requirements contradict each other, as uv's resolver explains it.

uv writes premises and conclusions: `Because pandas==2.1.4 depends on numpy>=1.23.2,<2 and you
require pandas==2.1.4, we can conclude that you require numpy>=1.23.2,<2. And because you require
numpy==2.1.0, we can conclude that your requirements are unsatisfiable.`
"""

from __future__ import annotations

import re

from packaging.utils import canonicalize_name

from davos.installers.pip_conflict import Cause

__all__ = ["causes_of"]

_PREMISES = re.compile(r"\b[Bb]ecause (.*?), we can conclude\b")
_MARKER = re.compile(r"\{[^{}]*\}")
_VERSIONS = r"[<>=!~]=?=?[\w.*+!-]+"
_WHAT = rf"[A-Za-z0-9][\w.-]*(?:\[[\w,.-]*\])?(?:{_VERSIONS}(?:,{_VERSIONS})*)?"
_DEPENDS = re.compile(rf"(?P<by>{_WHAT}) depends? on (?P<required>{_WHAT})")
_REQUIRED = re.compile(rf"you require (?P<first>{_WHAT})(?: and (?P<second>{_WHAT})(?! depends?))?")
_NAME = re.compile(r"[\w.-]+")


def causes_of(output: str) -> list[Cause]:
    """The sides of the contradiction that uv's output explains; none if it explains none.

    What was requested only to be the one that needs something is left out.
    """
    text = _MARKER.sub("", " ".join(output.split()))
    premises = " ; ".join(_PREMISES.findall(text))
    requested = [
        words for found in _REQUIRED.finditer(premises) for words in found.groups() if words
    ]
    depends = [(found["by"], found["required"]) for found in _DEPENDS.finditer(premises)]
    needing = {_name(by) for by, _ in depends}
    exact = {_name(words): words for words in requested if "==" in words}
    return [
        *(Cause(words) for words in requested if _name(words) not in needing),
        *(Cause(required, _distribution(by, exact)) for by, required in depends),
    ]


def _name(words: str) -> str:
    match = _NAME.match(words)
    return canonicalize_name(match[0]) if match else ""


def _distribution(by: str, exact: dict[str, str]) -> str:
    """`pandas==2.1.4` as `pandas 2.1.4`, also where uv names more versions that need the same."""
    return exact.get(_name(by), by).replace("==", " ", 1)
