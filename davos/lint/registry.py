"""The rules: one class each, whose docstring is its page (`davos check --explain CODE`)."""

from __future__ import annotations

import inspect
from typing import ClassVar, Iterable, Iterator

__all__ = ["RULES", "Rule", "Selection", "page"]


class Rule:
    """A rule has a code, a name that says what it finds, and a severity."""

    code: ClassVar[str]
    name: ClassVar[str]
    severity: ClassVar[str] = "error"


class MalformedStatement(Rule):
    """A smuggle statement that does not follow the grammar.

    ## What it does
    Finds statements that start as a smuggle statement and do not end as one.

    ## Why is this bad?
    The cell raises a SyntaxError, and nothing in it runs.

    ## Example
    ```python
    from scipy smuggle
    ```
    Use instead:
    ```python
    from scipy smuggle stats
    ```
    """

    code = "DAV001"
    name = "malformed-statement"


class UnknownOption(Rule):
    """An option that the installer does not have.

    ## What it does
    Finds words in an onion comment that look like an option of the installer's
    `install` command, and are none.

    ## Why is this bad?
    The cell raises an OnionArgumentError, and nothing in it runs.

    ## Example
    ```python
    smuggle tqdm    # pip: tqdm --upgarde
    ```
    Use instead:
    ```python
    smuggle tqdm    # pip: tqdm --upgrade
    ```
    """

    code = "DAV101"
    name = "unknown-option"


class RefusedOption(Rule):
    """An option of the installer that davos refuses.

    ## What it does
    Finds options that install something else than the smuggled package, do not
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


class RequirementCount(Rule):
    """An onion comment with no requirement, or with more than one.

    ## What it does
    Finds onion comments that do not name exactly one thing to install.

    ## Why is this bad?
    An onion comment is about the statement's one package; the cell raises an
    OnionArgumentError.

    ## Example
    ```python
    smuggle numpy    # pip: numpy scipy
    ```
    Use instead:
    ```python
    smuggle numpy    # pip: numpy
    smuggle scipy    # pip: scipy
    ```
    """

    code = "DAV104"
    name = "requirement-count"


class InvalidOptionValue(Rule):
    """An option without its value, with a bad one, or beside one that excludes it.

    ## What it does
    Checks the values of options as the installer's own command line does.

    ## Why is this bad?
    The cell raises an OnionArgumentError, and nothing in it runs.

    ## Example
    ```python
    smuggle six    # pip: six --retries many
    ```
    Use instead:
    ```python
    smuggle six    # pip: six --retries 5
    ```
    """

    code = "DAV105"
    name = "invalid-option-value"


class UnknownInstaller(Rule):
    """An installer that davos does not know or does not support yet.

    ## What it does
    Finds comments of the form `# name: arguments` behind a smuggle statement
    whose name is an installer that davos cannot use.

    ## Why is this bad?
    The cell raises a ParserNotImplementedError, and nothing in it runs.

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


class UnbalancedQuotes(Rule):
    """An onion comment that cannot be split into words.

    ## What it does
    Finds quotes that are opened and not closed.

    ## Why is this bad?
    The cell raises an OnionParserError, and nothing in it runs.

    ## Example
    ```python
    smuggle six    # pip: "six>=1.15
    ```
    Use instead:
    ```python
    smuggle six    # pip: "six>=1.15"
    ```
    """

    code = "DAV107"
    name = "unbalanced-quotes"


RULES: dict[str, type[Rule]] = {rule.code: rule for rule in Rule.__subclasses__()}


def page(code: str) -> str:
    """A rule's page: its code, its name and its docstring."""
    rule = RULES[code]
    return f"# {rule.name} ({rule.code})\n\n{inspect.getdoc(rule)}\n"


class Selection:
    """Which codes are reported: of `--select` and `--ignore` the longer prefix wins."""

    def __init__(self, select: Iterable[str] = (), ignore: Iterable[str] = ()) -> None:
        self._select = tuple(select) or ("ALL",)
        self._ignore = tuple(ignore)
        unknown = [prefix for prefix in (*self._select, *self._ignore) if not any(_codes(prefix))]
        if unknown:
            message = f"no rule's code starts with {unknown[0]!r}"
            raise ValueError(message)

    def __contains__(self, code: object) -> bool:
        return _longest(self._select, str(code)) > _longest(self._ignore, str(code))


def _codes(prefix: str) -> Iterator[str]:
    return (code for code in RULES if _matched(prefix, code) >= 0)


def _longest(prefixes: Iterable[str], code: str) -> int:
    return max((_matched(prefix, code) for prefix in prefixes), default=-1)


def _matched(prefix: str, code: str) -> int:
    """How many characters of a code a prefix matches, -1 for none."""
    if prefix == "ALL":
        return 0
    return len(prefix) if prefix and code.startswith(prefix) else -1
