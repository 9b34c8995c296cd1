"""DAV301, 302, 303, 305: onion comments that do not give the same package every time."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterable

from davos.lint.modules import installed_version, listed, normalized, providers
from davos.lint.pip_lines import end_of_code
from davos.lint.rule import Change, Finding, Repair, Rule
from davos.lint.versions import can_both_hold, has_upper_bound, is_exact
from davos.source import Span
from davos.syntax.nodes import Smuggle

if TYPE_CHECKING:
    from davos.lint.context import Context, Target
    from davos.onion.comment import Requirement

__all__ = ["ChangesWithTime", "ContradictoryRequirements", "NoExactVersion", "VcsWithoutCommit"]

_COMMIT = re.compile(r"[0-9a-f]{7,64}", re.IGNORECASE)
_NUMBER = re.compile(r"\d+")
_FIXED_ARCHIVE = re.compile(r"\.whl(?:#|$)|-\d[\w.+!]*\.(?:tar\.\w+|tgz|zip)(?:#|$)|#.*\bsha\d+=")


class NoExactVersion(Rule):
    """A smuggled package without an exact version.

    ## What it does
    Finds packages whose onion comment allows more than one version, and those that
    have no onion comment. Exact are `==1.2.3`, `===1.2.3`, and URLs of a released
    archive or with a hash. VCS URLs are DAV302's, local paths DAV306's.

    ## Why is this bad?
    Another reader, or you next year, gets another version, and perhaps other results.

    ## Example
    ```python
    smuggle tqdm    # pip: tqdm>=4.46,<4.67
    ```
    Use instead:
    ```python
    smuggle tqdm    # pip: tqdm==4.66.1
    ```
    """

    code = "DAV301"
    name = "no-exact-version"
    fixable = "unsafe"

    @classmethod
    def check(cls, context: Context) -> Iterable[Finding]:
        for target in context.targets:
            if target.onion is None and target.found.statement.onion is not None:
                continue  # an invalid onion comment, or DAV202's
            if target.requirement is None:
                message = f"nothing says which version of {target.top} this needs"
                yield Finding(target.cell, target.span, message, _with_onion(target))
            elif not _is_exact(target.requirement):
                text = target.requirement.text
                message = f"{text!r} is no exact version"
                yield Finding(target.cell, target.requirement_span, message, _pinned(target))


class VcsWithoutCommit(Rule):
    """A VCS requirement without a commit.

    ## What it does
    Finds VCS URLs that name a branch, a tag or nothing behind the `@`. Seven digits of
    a commit's hash are enough.

    ## Why is this bad?
    Branches move, and tags can be moved: the notebook gets other code tomorrow.

    ## Example
    ```python
    smuggle tqdm    # pip: git+https://github.com/tqdm/tqdm.git@master
    ```
    Use instead:
    ```python
    smuggle tqdm    # pip: git+https://github.com/tqdm/tqdm.git@0ed5d7f18fa3153834cbac0aa57e8092b217cc16
    ```
    """

    code = "DAV302"
    name = "vcs-without-commit"

    @classmethod
    def check(cls, context: Context) -> Iterable[Finding]:
        for target in context.targets:
            requirement = target.requirement
            if requirement is None or requirement.vcs is None or _names_commit(requirement):
                continue
            what = f"{requirement.ref!r} is no commit" if requirement.ref else "no commit is named"
            yield Finding(target.cell, target.requirement_span, what)


class ContradictoryRequirements(Rule):
    """The same distribution asked for with requirements that cannot both hold.

    ## What it does
    Finds distributions for which two onion comments of one document allow no common
    version, or name different commits. Requirements with markers are left alone.

    ## Why is this bad?
    Each statement replaces what the other one installed, every time, and what was
    imported from the first stays in use where it is. Where that is the purpose
    (a comparison of versions), silence it with `# noqa: DAV303`.

    ## Example
    ```python
    smuggle tqdm    # pip: tqdm==4.66.1
    from tqdm.auto smuggle trange    # pip: tqdm==4.65.0
    ```
    Use instead:
    ```python
    smuggle tqdm    # pip: tqdm==4.66.1
    from tqdm.auto smuggle trange    # pip: tqdm==4.66.1
    ```
    """

    code = "DAV303"
    name = "contradictory-requirements"

    @classmethod
    def check(cls, context: Context) -> Iterable[Finding]:
        seen: dict[str, dict[str, tuple[Requirement, str]]] = {}
        for target in context.targets:
            requirement = target.requirement
            if requirement is None or requirement.name is None or requirement.marker:
                continue
            earlier = seen.setdefault(normalized(requirement.name), {})
            for other, place in earlier.values():
                if _contradict(other, requirement):
                    message = f"{requirement.text!r} contradicts {other.text!r} ({place})"
                    yield Finding(target.cell, target.requirement_span, message)
                    break
            earlier.setdefault(requirement.text, (requirement, _place(target)))


class ChangesWithTime(Rule):
    """An onion comment whose result changes with time.

    ## What it does
    Finds `--upgrade`, `--pre`, and version specifiers without an upper bound.

    ## Why is this bad?
    The next release of the package changes what the notebook does, without a change
    in the notebook.

    ## Example
    ```python
    smuggle tqdm    # pip: tqdm==4.66.1 --upgrade
    ```
    Use instead:
    ```python
    smuggle tqdm    # pip: tqdm==4.66.1
    ```
    """

    code = "DAV305"
    name = "changes-with-time"

    @classmethod
    def check(cls, context: Context) -> Iterable[Finding]:
        for target in context.targets:
            if target.onion is None:
                continue
            for option in ("upgrade", "pre"):
                if target.onion.options.get(option):
                    message = f"--{option} takes what is newest on the day"
                    yield Finding(target.cell, target.option_span(f"--{option}"), message)
            specifier = target.onion.requirement.specifier
            if specifier and not has_upper_bound(specifier):
                message = f"{specifier!r} has no upper bound: later releases count too"
                yield Finding(target.cell, target.requirement_span, message)


def _is_exact(requirement: Requirement) -> bool:
    """Whether a requirement is exact, or another rule's business."""
    if requirement.vcs or requirement.path:
        return True
    if requirement.url:
        return _FIXED_ARCHIVE.search(requirement.url) is not None
    return is_exact(requirement.specifier)


def _names_commit(requirement: Requirement) -> bool:
    pattern = _NUMBER if requirement.vcs in {"svn", "bzr"} else _COMMIT
    return pattern.fullmatch(requirement.ref or "") is not None


def _contradict(one: Requirement, other: Requirement) -> bool:
    if one.vcs and other.vcs:
        return one.url != other.url and one.ref != other.ref
    if one.url or other.url or one.path or other.path:
        return False
    return not can_both_hold(one.specifier, other.specifier)


def _place(target: Target) -> str:
    place = target.found.range.start
    cell = "" if target.found.cell is None else f"cell {target.found.cell}, "
    return f"{cell}row {place.row}"


# ---- fixes: the version that is installed where `davos check` runs ----


def _pinned(target: Target) -> Repair | None:
    """The requirement with the installed version."""
    requirement = target.requirement
    if requirement is None or requirement.name is None or requirement.url:
        return None
    version = installed_version(requirement.name)
    span = target.requirement_span
    if version is None or target.cell.source.text[span.start : span.end] != requirement.text:
        return None
    extras = f"[{','.join(requirement.extras)}]" if requirement.extras else ""
    marker = f";{requirement.marker}" if requirement.marker else ""
    content = f"{requirement.name}{extras}=={version}{marker}"
    if " " in content:
        return None
    return Repair(f"Pin to {version}", "unsafe", (Change(target.cell, span, content),))


def _with_onion(target: Target) -> Repair | None:
    """An onion comment with the installed version, behind a statement about one package."""
    name = next(iter((*providers(target.module), *listed(target.module), target.top)))
    version = installed_version(name)
    at = end_of_code(target.cell, target.found.statement)
    if version is None or at is None or _names_several(target):
        return None
    content = f"  # pip: {name}=={version}"
    return Repair(f"Pin to {version}", "unsafe", (Change(target.cell, Span(at, at), content),))


def _names_several(target: Target) -> bool:
    statement = target.found.statement
    return isinstance(statement, Smuggle) and len(statement.names) > 1
