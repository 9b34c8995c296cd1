"""DAV201, 202, 203, 206, 208: what has no effect, or a different one than it seems."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Iterable, Literal

from packaging.utils import canonicalize_name

from davos.distributions.conda_names import pypi_name
from davos.distributions.import_names import candidates, listed
from davos.distributions.standard_library import is_standard
from davos.exceptions import DavosError
from davos.lint.rule import Change, Finding, Repair, Rule
from davos.lint.rules.no_effect_fixes import repair_no_effect
from davos.source import Source
from davos.span import Span
from davos.syntax.nodes import Smuggle
from davos.translate import parse_all

if TYPE_CHECKING:
    from davos.documents.parsed_cell import FoundStatement, ParsedCell
    from davos.lint.context import Context

__all__ = [
    "IdleOnion",
    "NestedSmuggle",
    "OnionForFirstOnly",
    "OnionOnStandardLibrary",
    "SmuggleInString",
]

_ONION = re.compile(
    r"#[ \t\f]*(?:pip|uv|conda)[ \t\f]*:[ \t\f]*[^\s#](?:[^\r\n\s]|[ \t\f]+(?![#\s]))*"
)
_COMMENTED_OUT = re.compile(r"#+\s*")
# Each fix reads its cell again: so many characters in all, in each round of fixes.
_MOST_REREAD = 3_000_000
_NAMES = {
    ast.FunctionDef: "function",
    ast.AsyncFunctionDef: "function",
    ast.ClassDef: "class",
    ast.For: "loop",
    ast.AsyncFor: "loop",
    ast.While: "loop",
}


class IdleOnion(Rule):
    """An onion comment without effect.

    ## What it does
    Finds comments that look like onion comments and have no effect: on a line of their
    own, after code that is not a smuggle statement, after another comment or `##`, on
    a middle line of a statement, or on its last line when the first has one.

    ## Why is this bad?
    The package is not installed as the comment says, and no error is raised.

    ## Example
    ```python
    # pip: python-dateutil==2.8.2
    smuggle tqdm    # pip: tqdm==4.66.1
    ```
    Use instead:
    ```python
    smuggle dateutil    # pip: python-dateutil==2.8.2
    smuggle tqdm    # pip: tqdm==4.66.1
    ```
    """

    code = "DAV201"
    name = "idle-onion"
    fixable = "unsafe"

    @classmethod
    def check(cls, context: Context) -> Iterable[Finding]:
        if not context.smuggling:
            return
        for cell in context.cells:
            text = cell.source.text
            repairs = 1 + _MOST_REREAD // (len(text) + 1)
            for match in _ONION.finditer(text):
                reason = _why_no_effect(cell, match.start())
                if reason:
                    message = f"onion comment without effect: {reason}"
                    span = Span(*match.span())
                    repair = repair_no_effect(cell, span) if repairs > 0 else None
                    repairs -= 1
                    yield Finding(cell, span, message, repair)


class OnionForFirstOnly(Rule):
    """A statement about several packages whose onion comment covers only the first.

    ## What it does
    Finds `smuggle a, b  # pip: ...` where `b` is neither in the standard library nor
    a module of the first package.

    ## Why is this bad?
    The onion comment applies to the first package; the others are installed in
    any version that pip chooses.

    ## Example
    ```python
    smuggle nilearn, nibabel    # pip: nilearn==0.7.1
    ```
    Use instead:
    ```python
    smuggle nilearn    # pip: nilearn==0.7.1
    smuggle nibabel    # pip: nibabel==3.2.1
    ```
    Where the onion comment names one of the others, it was meant for that one: the fix puts it
    there, and is unsafe.
    """

    code = "DAV202"
    name = "onion-for-first-only"
    fixable = "safe"

    @classmethod
    def check(cls, context: Context) -> Iterable[Finding]:
        for cell, found in context.statements():
            statement = found.statement
            if statement.onion is None or not isinstance(statement, Smuggle):
                continue
            first, *more = statement.names
            others = [alias for alias in more if not _is_covered(alias.name, first.name)]
            if others:
                names = ", ".join(alias.name for alias in others)
                message = f"the onion comment applies to {first.name}, not to {names}"
                yield Finding(cell, others[0].span, message, _split(cell, found))


class OnionOnStandardLibrary(Rule):
    """An onion comment on a standard library module.

    ## What it does
    Finds onion comments after `smuggle json` and the like.

    ## Why is this bad?
    It has no effect: the module comes with Python. Another package may have been intended.

    ## Example
    ```python
    smuggle threading    # pip: threading==9999
    ```
    Use instead:
    ```python
    smuggle threading
    ```
    """

    code = "DAV203"
    name = "onion-on-standard-library"
    fixable = "safe"

    @classmethod
    def check(cls, context: Context) -> Iterable[Finding]:
        for cell, found in context.statements():
            top = _first_top(found)
            onion = found.statement.onion
            if onion is not None and top and is_standard(top):
                text = cell.source.text
                start = len(text[: onion.span.start].rstrip(" \t"))
                removed = Change(cell, Span(start, onion.span.end), "")
                repair = Repair("Remove the onion comment", "safe", (removed,))
                message = f"{top} is in the standard library: the onion comment has no effect"
                # else DAV202 has the better repair
                yield Finding(cell, onion.span, message, None if _meant(found) else repair)


class SmuggleInString(Rule):
    """A smuggle statement in a string passed to exec or eval.

    ## What it does
    Finds `exec("smuggle ...")` and `eval("smuggle ...")` with a literal string.

    ## Why is this bad?
    davos translates the code of cells and files, not strings: the call raises a
    SyntaxError.

    ## Example
    ```python
    smuggle tqdm    # pip: tqdm==4.66.1
    exec("smuggle six")
    ```
    Use instead:
    ```python
    smuggle tqdm    # pip: tqdm==4.66.1
    smuggle six    # pip: six==1.16.0
    ```
    """

    code = "DAV206"
    name = "smuggle-in-string"
    severity = "error"

    @classmethod
    def check(cls, context: Context) -> Iterable[Finding]:
        for cell in context.cells:
            if not re.search(r"\b(?:exec|eval)\b", cell.source.text):
                continue
            for node, _ in cell.nodes:
                text = _executed(node)
                if text is not None and _smuggles(text):
                    message = "smuggle is not translated in strings passed to exec or eval"
                    yield Finding(cell, cell.span(node), message)


class NestedSmuggle(Rule):
    """A smuggle statement inside a function, class or loop of a notebook.

    ## What it does
    Finds smuggle statements in the body of a function, class or loop, in notebooks.

    ## Why is this bad?
    In a notebook a smuggled name is bound globally, wherever the statement is, and
    packages are installed in the middle of a run, possibly after hours.

    ## Example
    ```python
    import davos
    # %%
    def bar(items):
        smuggle tqdm    # pip: tqdm==4.66.1
        return tqdm.tqdm(items)
    ```
    Use instead:
    ```python
    import davos
    # %%
    smuggle tqdm    # pip: tqdm==4.66.1

    def bar(items):
        return tqdm.tqdm(items)
    ```
    """

    code = "DAV208"
    name = "nested-smuggle"

    @classmethod
    def check(cls, context: Context) -> Iterable[Finding]:
        for cell in context.smuggling if context.is_notebook else ():
            for node, scope in cell.import_nodes:
                around = [_NAMES[type(outer)] for outer in scope if type(outer) in _NAMES]
                if around:
                    found = cell.by_start.get(cell.offset(node))
                    if found is not None:
                        message = f"smuggle in a {around[-1]} binds a global name in a notebook"
                        yield Finding(cell, found.statement.span, message)


# ---- DAV201 ----


def _why_no_effect(cell: ParsedCell, start: int) -> str | None:
    """Why the comment text at an offset has no effect; None if it has one, or is not a comment."""
    if start in cell.onion_starts:
        return None
    comment, row = cell.comment_at(start), cell.row(start)
    if comment is None or row in cell.malformed_rows:
        return None
    found = cell.statement_in(row)
    if found is None:
        before = cell.source.text[cell.source.line_starts[row - 1] : comment.start]
        own = not before.strip()
        return "it is on a line of its own" if own else "there is no smuggle statement before it"
    return _why_not_counted(cell, found, comment, start)


def _why_not_counted(cell: ParsedCell, found: FoundStatement, comment: Span, start: int) -> str:
    """Why a comment on a statement's rows is not the statement's onion comment."""
    text = cell.source.text
    if comment.start < start:
        twice = _COMMENTED_OUT.fullmatch(text, comment.start, start) is not None
        return "it is commented out" if twice else "another comment precedes it"
    if found.statement.onion is not None:
        return "the statement's first line has an onion comment"
    return "it is not on the statement's first or last line"


# ---- the others ----


def _is_covered(module: str, first: str) -> bool:
    """Whether a module needs no onion comment of its own beside one for the first module."""
    top = module.partition(".")[0]
    # of a namespace package, each part may come from elsewhere
    same = (top, listed(module)) == (first.partition(".")[0], listed(first))
    return same or is_standard(top)


def _meant(found: FoundStatement) -> int:
    """The index of the name that the requirement of the onion comment is about, if any; else 0."""
    if found.onion is None or not isinstance(found.statement, Smuggle):
        return 0
    requirement = found.onion.requirement
    named = requirement.name or ""
    asked = canonicalize_name(named if requirement.match_spec is None else pypi_name(named))
    names = enumerate(found.statement.names)
    about = (at for at, alias in names if asked in map(canonicalize_name, candidates(alias.name)))
    return next(about, 0)


def _split(cell: ParsedCell, found: FoundStatement) -> Repair | None:
    """The package that the onion comment is about with it, the others on lines of their own."""
    statement = found.statement
    text = cell.source.text
    starts = cell.source.line_starts
    row = cell.row(statement.span.start)
    line = cell.source.line(row)
    indent = text[starts[row - 1] : statement.span.start]
    last = statement.names[-1].span.end
    behind = text[last : statement.onion.span.start] if statement.onion else ""
    if indent.strip() or behind.strip() or last > starts[row - 1] + len(line):
        return None
    end = starts[row - 1] + len(line)
    begin = f"{cell.line_break(row)}{indent}smuggle "
    at = _meant(found)
    spans = [alias.span for alias in statement.names]
    changes = []
    if at:
        changes.append(Change(cell, Span(spans[at - 1].end, spans[at].start), begin))
    if spans[at + 1 :]:
        others = text[spans[at + 1].start : last]
        changes.append(Change(cell, Span(spans[at].end, last), ""))
        changes.append(Change(cell, Span(end, end), f"{begin}{others}"))
    safety: Literal["safe", "unsafe"] = "unsafe" if at else "safe"
    return Repair("Split the statement", safety, tuple(changes))


def _first_top(found: FoundStatement) -> str | None:
    """The top-level module that an onion comment is about; None in a relative statement."""
    statement = found.statement
    if isinstance(statement, Smuggle):
        return statement.names[0].name.partition(".")[0]
    return None if statement.level or not statement.module else statement.module.partition(".")[0]


def _executed(node: ast.AST) -> str | None:
    """The literal string that a node gives to exec or eval."""
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"exec", "eval"}
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    ):
        return node.args[0].value
    return None


def _smuggles(text: str) -> bool:
    if "smuggle" not in text:
        return False
    try:
        return any(parse_all(Source(text)))
    except DavosError:
        return True
