"""DAV1xx: onion comments that their installer, or davos, refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterable

from davos.lint.rule import Finding, Rule
from davos.lint.rules.onion_fixes import repair_near_miss
from davos.span import Span
from davos.translate import near_misses

if TYPE_CHECKING:
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
    """An installer that davos does not know, or a comment that is almost an onion comment.

    ## What it does
    Finds comments after a smuggle statement that begin with an installer that davos cannot
    use (`# poetry: x`), and those that look like an onion comment and are
    not one: `# pip numpy==1`, `# Pip: numpy==1`, `# conda install numpy`, `# mamba: x`.

    ## Why is this bad?
    Such a comment has no effect, and any version is accepted; davos warns when the cell runs.

    ## Example
    ```python
    smuggle six    # poetry: six==1.15.0
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
        for cell, found in context.statements():
            for comment, miss in near_misses(cell.source.text, found.statement):
                place = Span(comment.start + miss.start, comment.start + miss.end)
                yield Finding(cell, place, miss.message, repair_near_miss(cell, comment, miss))


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
