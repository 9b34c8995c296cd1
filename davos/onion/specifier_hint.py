"""The version specifiers that somebody meant who wrote one as another tool, or language, does."""

from __future__ import annotations

import re
from typing import Callable

__all__ = ["nearest"]

_NAMED = re.compile(
    r"\s*(?P<name>[A-Za-z0-9][\w.-]*?(?:\s*\[[^\]]*\])?)\s*(?P<versions>[=<>~^!:@].*)",
    re.ASCII | re.DOTALL,
)
_CLAUSE = re.compile(r"\s*([=<>~^!:@]+)\s*(v?[\w.*+!-]*\w|\*|v?[\w.+!-]+\*)\.*\s*", re.ASCII)
_DECIMAL = re.compile(r"(?<=\d),(?=\d)")
_NUMBERS = re.compile(r"\d+(?:\.\d+)*", re.ASCII)
_OPERATORS = {
    "=": "==", ":": "==", "@": "==", ":=": "==", "==:": "==", "<>": "!=", "=!": "!=", "=>": ">=",
    "=<": "<=", "=~": "~=", "~>": "~=", "~": "~=", "====": "===",
}  # fmt: skip
_KNOWN = frozenset({"==", "===", "!=", "~=", "<=", ">=", "<", ">"})


def nearest(text: str) -> list[str]:
    """The requirements that a text may have been meant as, the most likely first.

    `x=1` is `x==1`, `x=>1` is `x>=1`; `^` and `~` are what Poetry and npm make of them, a `~` also
    `~=`. Empty if nothing is near.
    """
    head, semicolon, marker = text.partition(";")
    found = _NAMED.fullmatch(head)
    if found is None:
        return []
    clauses = _DECIMAL.sub(".", found["versions"]).rstrip(" ,").split(",")
    read = [_readings(clause) for clause in clauses]
    if not all(read):
        return []
    likely = (",".join(one[min(index, len(one) - 1)] for one in read) for index in (0, 1))
    return [f"{found['name']}{versions}{semicolon}{marker}" for versions in dict.fromkeys(likely)]


def _readings(clause: str) -> list[str]:
    """What a clause such as `^1.0` may mean, as PEP 440 writes it."""
    match = _CLAUSE.fullmatch(clause)
    if match is None:
        return []
    operator, version = match.groups()
    if operator == "^":
        return _below_next(version, _caret_part)
    if operator == "~":
        parts = version.count(".")
        compatible = [f"~={version}"] if parts else []
        return [*compatible, *_below_next(version, lambda numbers: min(1, len(numbers) - 1))]
    known = operator if operator in _KNOWN else _OPERATORS.get(operator)
    return [f"{known}{version}"] if known else []


def _caret_part(numbers: list[int]) -> int:
    """The index of the first number that is not zero, else of the last."""
    return next((index for index, number in enumerate(numbers) if number), len(numbers) - 1)


def _below_next(version: str, part_of: Callable[[list[int]], int]) -> list[str]:
    """From a version on, below the next one that differs in a part."""
    if not _NUMBERS.fullmatch(version):
        return []
    numbers = [int(part) for part in version.split(".")]
    part = part_of(numbers)
    above = [*numbers[:part], numbers[part] + 1, *(0 for _ in numbers[part + 1 :])]
    return [f">={version},<{'.'.join(map(str, above))}"]
