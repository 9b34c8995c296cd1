"""All rules by their codes, their pages, and which of them are selected."""

from __future__ import annotations

import inspect
from typing import Iterable, Iterator

from davos.lint.rule import Rule
from davos.lint.rules import (
    config,
    credentials,
    lock,
    magics,
    no_effect,
    onion,
    order,
    plain_imports,
    plain_python,
    reproducibility,
    sources,
    syntax,
    trust,
)
from davos.near_words import did_you_mean

__all__ = ["LIST_HINT", "RULES", "Rule", "Selection", "matching", "page", "unknown"]

LIST_HINT = "; `davos rules` lists them"
"""What is said of an unknown code that is near no other one."""
_FAMILIES = (
    syntax,
    onion,
    no_effect,
    order,
    config,
    magics,
    reproducibility,
    sources,
    plain_imports,
    plain_python,
    lock,
    trust,
    credentials,
)
RULES: dict[str, type[Rule]] = {
    rule.code: rule
    for rule in sorted(
        (getattr(family, name) for family in _FAMILIES for name in family.__all__),
        key=lambda rule: rule.code,
    )
}


def page(code: str) -> str:
    """A rule's page: its code, its name, its severity, whether it can be fixed, its docstring."""
    rule = RULES[code]
    fix = {
        "safe": "Some or all findings can be fixed with `--fix`.",
        "unsafe": "Some or all findings can be fixed with `--fix --unsafe-fixes`.",
        "no": "There is no automatic fix.",
    }[rule.fixable]
    head = f"# {rule.name} ({rule.code})\n\nSeverity: {rule.severity}. {fix}\n"
    return f"{head}\n{inspect.getdoc(rule)}\n"


class Selection:
    """Which codes are reported: of `select` (None: all) and `ignore` the longer prefix wins.

    Raises `ValueError` for a prefix that no code begins with.
    """

    def __init__(
        self,
        select: Iterable[str] | None = None,
        ignore: Iterable[str] = (),
        extend_select: Iterable[str] = (),
    ) -> None:
        self._select = (*(("ALL",) if select is None else select), *extend_select)
        self._ignore = tuple(ignore)
        for prefix in (*self._select, *self._ignore):
            if not any(_codes(prefix)):
                raise ValueError(unknown(prefix))
        self.codes = frozenset(
            code for code in RULES if _longest(self._select, code) > _longest(self._ignore, code)
        )

    def __contains__(self, code: object) -> bool:
        return code in self.codes


def unknown(prefix: str) -> str:
    """What to say about a prefix that no code begins with."""
    hint = did_you_mean(prefix, RULES, otherwise=LIST_HINT)
    return f"no rule's code starts with {prefix!r}{hint}"


def matching(prefix: str) -> frozenset[str]:
    """The codes that a prefix stands for."""
    return frozenset(_codes(prefix))


def _codes(prefix: str) -> Iterator[str]:
    return (code for code in RULES if _matched(prefix, code) >= 0)


def _longest(prefixes: Iterable[str], code: str) -> int:
    return max((_matched(prefix, code) for prefix in prefixes), default=-1)


def _matched(prefix: str, code: str) -> int:
    """How many characters of a code a prefix matches, -1 for none."""
    if prefix == "ALL":
        return 0
    return len(prefix) if prefix and code.startswith(prefix) else -1
