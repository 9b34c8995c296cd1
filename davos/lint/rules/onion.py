"""DAV1xx: onion comments that their installer, or davos, refuses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterable

from davos.exceptions import DavosParserError
from davos.lint.rule import Change, Finding, Repair, Rule
from davos.span import Span

if TYPE_CHECKING:
    from davos.documents.parsed_cell import ParsedCell
    from davos.lint.context import Context

__all__ = [
    "InvalidOptionValue",
    "InvalidRequirement",
    "RefusedOption",
    "RequirementCount",
    "UnbalancedQuotes",
    "UnknownInstaller",
    "UnknownOption",
]

_KNOWN = frozenset({"pip", "conda"})
# what installs Python packages, and nothing that a remark would begin with
_FOREIGN = re.compile(
    r"#[ \t\f]*(?P<name>conda|easy_install|mamba|micromamba|pdm|pip[23x]?|pipenv|pixi|poetry|uv)"
    r"[ \t\f]*:[ \t\f]*(?=[^\s#])",
    re.IGNORECASE,
)


class UnknownOption(Rule):
    """An option that the installer does not have.

    ## What it does
    Finds words in an onion comment that look like an option of the installer's
    `install` command but are not one of them.

    ## Why is this bad?
    The cell raises an OnionArgumentError, and nothing in it runs.

    ## Example
    ```python
    smuggle tqdm    # pip: tqdm==4.66.1 --upgade-strategy eager
    ```
    Use instead:
    ```python
    smuggle tqdm    # pip: tqdm==4.66.1 --upgrade-strategy eager
    ```
    """

    code = "DAV101"
    name = "unknown-option"
    severity = "error"
    fixable = "safe"


class RefusedOption(Rule):
    """An option of the installer that davos refuses.

    ## What it does
    Finds options that install something other than the smuggled package, do not
    install it, or put it where davos would not find it.

    ## Why is this bad?
    The cell raises an OnionArgumentError, and nothing in it runs.

    ## Example
    ```python
    smuggle tqdm    # pip: -r requirements.txt
    ```
    Use instead:
    ```python
    smuggle tqdm    # pip: tqdm==4.66.1
    ```
    """

    code = "DAV102"
    name = "refused-option"
    severity = "error"


class InvalidRequirement(Rule):
    """A requirement or version specifier that the installer cannot read.

    ## What it does
    Finds requirements that are neither a name with an optional version
    specifier (PEP 508, PEP 440), nor a URL, a VCS URL, a path or a wheel.

    ## Why is this bad?
    The cell raises an OnionArgumentError, and nothing in it runs.

    ## Example
    ```python
    smuggle six    # pip: six=1.16.0
    ```
    Use instead:
    ```python
    smuggle six    # pip: six==1.16.0
    ```
    """

    code = "DAV103"
    name = "invalid-requirement"
    severity = "error"
    fixable = "safe"


class RequirementCount(Rule):
    """An onion comment with no requirement, or with more than one.

    ## What it does
    Finds onion comments that do not name exactly one thing to install.

    ## Why is this bad?
    An onion comment applies to exactly one package; the cell raises an
    OnionArgumentError.

    ## Example
    ```python
    smuggle numpy    # pip: numpy==1.26.4 scipy==1.12.0
    ```
    Use instead:
    ```python
    smuggle numpy    # pip: numpy==1.26.4
    smuggle scipy    # pip: scipy==1.12.0
    ```
    """

    code = "DAV104"
    name = "requirement-count"
    severity = "error"


class InvalidOptionValue(Rule):
    """An option without its value, with a bad one, or beside one that excludes it.

    ## What it does
    Checks the values of options as the installer's own command line does.

    ## Why is this bad?
    The cell raises an OnionArgumentError, and nothing in it runs.

    ## Example
    ```python
    smuggle six    # pip: six==1.16.0 --retries many
    ```
    Use instead:
    ```python
    smuggle six    # pip: six==1.16.0 --retries 5
    ```
    """

    code = "DAV105"
    name = "invalid-option-value"
    severity = "error"


class UnknownInstaller(Rule):
    """An installer that davos does not know or does not support yet.

    ## What it does
    Finds comments of the form `# name: arguments` after a smuggle statement
    whose name is an installer that davos cannot use (`conda`, `uv`, `poetry` ...), or is
    `pip` written in another way.

    ## Why is this bad?
    With `conda`, the cell raises a ParserNotImplementedError, and nothing in it runs.
    With another name it is an ordinary comment, and any version is accepted.

    ## Example
    ```python
    smuggle six    # conda: six=1.15
    ```
    Use instead:
    ```python
    smuggle six    # pip: six==1.15.0
    ```
    """

    code = "DAV106"
    name = "unknown-installer"
    severity = "error"
    fixable = "unsafe"

    @classmethod
    def check(cls, context: Context) -> Iterable[Finding]:
        for cell in context.smuggling:
            for match in _FOREIGN.finditer(cell.source.text):
                if match["name"] not in _KNOWN and _is_meant(cell, match.start()):
                    yield _foreign(cell, match)


class UnbalancedQuotes(Rule):
    """An onion comment that cannot be split into words.

    ## What it does
    Finds quotes that are opened and not closed.

    ## Why is this bad?
    The cell raises an OnionParserError, and nothing in it runs.

    ## Example
    ```python
    smuggle six    # pip: "six==1.15.0
    ```
    Use instead:
    ```python
    smuggle six    # pip: "six==1.15.0"
    ```
    """

    code = "DAV107"
    name = "unbalanced-quotes"
    severity = "error"


def _is_meant(cell: ParsedCell, start: int) -> bool:
    """Whether a comment is where an onion comment of a statement would be."""
    row, comment = cell.row(start), cell.comment_at(start)
    found = cell.statement_in(row)
    if comment is None or comment.start != start or found is None:
        return False
    ends = (cell.row(end) for end in found.statement.span)
    return found.statement.onion is None and row in ends


def _foreign(cell: ParsedCell, match: re.Match[str]) -> Finding:
    from davos.onion.validator import validate_text  # noqa: PLC0415 - costs 80 ms

    name = match["name"]
    message, repair = f"unknown installer {name!r}", None
    try:
        validate_text(name, "")
    except DavosParserError as error:
        message = error.msg
    if name.lower() in {"pip", "pip2", "pip3"}:
        change = Change(cell, Span(*match.span("name")), "pip")
        repair = Repair("Replace with `pip`", "unsafe", (change,))
    return Finding(cell, Span(*match.span("name")), message, repair)
