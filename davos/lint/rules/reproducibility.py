"""DAV301, 302, 303, 305: onion comments that do not give the same package every time."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterable, Iterator

from packaging.utils import canonicalize_name

from davos.distributions.conda_names import is_called_alike
from davos.distributions.import_names import installed_version, providers
from davos.lint.rule import Change, Finding, Repair, Rule
from davos.lint.rules.branches import branches, exclude_each_other
from davos.lint.rules.installed_needs import unmet_needs
from davos.lint.rules.onion_fixes import repair_near_miss
from davos.lint.rules.pip_lines import end_of_code
from davos.onion.match_spec import cannot_both_hold
from davos.onion.version_sets import (
    can_both_hold,
    exact_version,
    has_upper_bound,
    is_exact,
)
from davos.span import Span
from davos.syntax.nodes import Smuggle
from davos.translate import near_misses

if TYPE_CHECKING:
    from davos.documents.parsed_cell import ParsedCell
    from davos.lint.context import Context, Target
    from davos.lint.rules.branches import Branches
    from davos.onion.comment import Requirement
    from davos.onion.match_spec import MatchSpec

    _Asked = tuple[Target, Requirement]

__all__ = ["ChangesWithTime", "ContradictoryRequirements", "NoExactVersion", "VcsWithoutCommit"]

_COMMIT = re.compile(r"[0-9a-f]{7,64}", re.IGNORECASE)
_NUMBER = re.compile(r"\d+")
_COUNTING = frozenset({"svn", "bzr"})  # they number their commits
_NEWEST = frozenset({"upgrade", "pre", "update_specs", "update_deps"})
_MOST_COMPARED = 20
"""Requirements of one distribution with which a later one is compared: the time stays linear."""
_FIXED_ARCHIVE = re.compile(r"\.whl(?:#|$)|-\d[\w.+!]*\.(?:tar\.\w+|tgz|zip)(?:#|$)|#.*\bsha\d+=")


class NoExactVersion(Rule):
    """A smuggled package without an exact version.

    ## What it does
    Finds packages whose onion comment allows more than one version, and those that
    have no onion comment. Exact are `==1.2.3`, `===1.2.3`, and URLs of a released
    archive or with a hash; for conda `==1.2.3`, `=1.2.3=BUILD` and `[sha256=...]`, but not
    `=1.2.3`, which is any version that begins so. VCS URLs are DAV302's, local paths DAV306's.

    ## Why is this bad?
    Another reader, or the author a year later, gets another version, and possibly
    different results.

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
                message = f"no version specified for {target.top}"
                yield Finding(target.cell, target.span, message, _with_onion(target))
            elif not _is_exact(target.requirement):
                text = target.requirement.text
                message = f"{text!r} does not pin an exact version"
                yield Finding(target.cell, target.requirement_span, message, _pinned(target))


class VcsWithoutCommit(Rule):
    """A VCS requirement without a commit.

    ## What it does
    Finds VCS URLs that name a branch, a tag or nothing after the `@`. Seven digits of
    a commit's hash are enough.

    ## Why is this bad?
    Branches move, and tags can be moved: the notebook may get different code later.

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
            ref = requirement.ref
            what = f"{ref!r} is not a commit" if ref else "no commit specified"
            yield Finding(target.cell, target.requirement_span, what)


class ContradictoryRequirements(Rule):
    """Requirements that cannot both hold.

    ## What it does
    Finds distributions for which two onion comments of one document allow no common
    version, or name different commits (branches, tags). Also finds exact versions of two
    distributions one of which does not go with the other, as far as the installed one is the
    one that is asked for: its metadata says what it needs. Requirements with markers are
    left alone, and so are statements that exclude each other, as the branches of an
    `if` do.

    ## Why is this bad?
    Each statement replaces what the other one installed, every time, and what was
    imported from the first stays in use where it is. If that is intended
    (a comparison of versions), suppress it with `# noqa: DAV303`. Of two distributions that
    do not go together, the second cannot be installed.

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
        told: set[tuple[ParsedCell, Span]] = set()
        around = _Branches()
        for group in _by_distribution(context.targets):
            for (target, requirement), (earlier, other) in _contradictions(group, around):
                if (target.cell, target.span) in told:
                    continue
                told.add((target.cell, target.span))
                message = f"{requirement.text!r} contradicts {other.text!r} ({earlier.place})"
                yield Finding(target.cell, target.requirement_span, message)
        yield from _ruled_out(context.targets, around)


class ChangesWithTime(Rule):
    """An onion comment whose result changes with time.

    ## What it does
    Finds `--upgrade`, `--pre`, conda's `--update-specs` and `--update-deps`, and version
    specifiers without an upper bound.

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
            for option in sorted(_NEWEST & target.onion.options.keys()):
                flag = "--" + option.replace("_", "-")
                message = f"{flag} makes the installed version depend on the date of installation"
                yield Finding(target.cell, target.option_span(flag), message)
            versions = _open_versions(target.onion.requirement)
            if versions:
                message = f"{versions!r} has no upper bound: later releases also match"
                yield Finding(target.cell, target.requirement_span, message)


def _open_versions(requirement: Requirement) -> str:
    """The condition for versions that does not exclude later releases, empty if there is none."""
    spec = requirement.match_spec
    if spec is not None:
        versions = spec.versions
        return "" if versions is None or versions.has_upper_bound else versions.text.strip("*")
    specifier = requirement.specifier
    return specifier if specifier and not has_upper_bound(specifier) else ""


def _is_exact(requirement: Requirement) -> bool:
    """Whether a requirement is exact, or checked by another rule."""
    if requirement.vcs or requirement.path:
        return True
    if requirement.match_spec is not None:
        return requirement.match_spec.is_exact or requirement.match_spec.sha256 != ""
    if requirement.url:
        return _FIXED_ARCHIVE.search(requirement.url) is not None
    return is_exact(requirement.specifier)


def _names_commit(requirement: Requirement) -> bool:
    pattern = _NUMBER if requirement.vcs in _COUNTING else _COMMIT
    return pattern.fullmatch(requirement.ref or "") is not None


def _by_distribution(targets: Iterable[Target]) -> Iterator[list[_Asked]]:
    """What is asked for, where one distribution may be asked for in different ways."""
    groups: dict[tuple[str, ...], list[_Asked]] = {}
    for target in targets:
        requirement = target.requirement
        if requirement is not None and not requirement.marker:
            for identity in _identities(target.module, requirement):
                groups.setdefault(identity, []).append((target, requirement))
    for group in groups.values():
        if len({requirement.text for _, requirement in group}) > 1:
            yield group


def _identities(module: str, requirement: Requirement) -> Iterator[tuple[str, ...]]:
    """What tells a distribution: its name, its repository, the module for want of a name."""
    if requirement.match_spec is not None and not is_called_alike(requirement.match_spec.name):
        yield "conda", requirement.match_spec.name
    elif requirement.name or requirement.vcs:
        yield (canonicalize_name(requirement.name or module),)
    if requirement.vcs:
        repository = (requirement.url or "").partition("#")[0]
        if requirement.ref:
            repository = repository.removesuffix(f"@{requirement.ref}")
        folder = requirement.subdirectory or ""
        yield repository.rstrip("/").removesuffix(".git"), folder


def _ruled_out(targets: list[Target], around: _Branches) -> Iterator[Finding]:
    """The pins with which another pinned package does not go."""
    told: set[tuple[ParsedCell, Span]] = set()
    for target, requirement, needing, need in unmet_needs(targets):
        same_cell = target.cell is needing.cell
        if same_cell and exclude_each_other(around.of(target), around.of(needing)):
            continue
        pin = needing.requirement
        if (target.cell, target.span) in told or pin is None:
            continue
        told.add((target.cell, target.span))
        version = exact_version(pin.specifier)
        message = (
            f"{requirement.text} does not go with {pin.name} {version}, which needs {need} "
            f"({needing.place})"
        )
        yield Finding(target.cell, target.requirement_span, message)


class _Branches:
    """The branches that statements are in; each cell is looked at once."""

    def __init__(self) -> None:
        self._cells: dict[ParsedCell, dict[int, Branches]] = {}

    def of(self, target: Target) -> Branches:
        if target.cell not in self._cells:
            self._cells[target.cell] = branches(target.cell)
        return self._cells[target.cell].get(target.found.statement.span.start, ())


def _contradictions(group: list[_Asked], around: _Branches) -> Iterator[tuple[_Asked, _Asked]]:
    """What contradicts something earlier, with the first such."""
    seen: dict[tuple[str, ParsedCell | None, Branches], _Asked] = {}
    for asked in group:
        target, requirement = asked
        cell = target.cell
        place = around.of(target)
        for (_, other_cell, other_place), other in seen.items():
            both_run = other_cell is not cell or not exclude_each_other(place, other_place)
            if both_run and _contradict(other[1], requirement):
                yield asked, other
                break
        if len(seen) < _MOST_COMPARED:
            seen.setdefault((requirement.text, cell if place else None, place), asked)


def _contradict(one: Requirement, other: Requirement) -> bool:
    if not _may_be_one(one.name, other.name):
        return False
    if one.vcs and other.vcs:
        return _differ(one, other)
    if one.url or other.url or one.path or other.path:
        return False
    if one.match_spec and other.match_spec and cannot_both_hold(one.match_spec, other.match_spec):
        return True
    return not can_both_hold(one.specifier, other.specifier)


def _may_be_one(one: str | None, other: str | None) -> bool:
    """Whether two names are of one distribution, or one of them is not known."""
    if not one or not other or one == other:
        return True
    return canonicalize_name(one) == canonicalize_name(other)


def _differ(one: Requirement, other: Requirement) -> bool:
    """Whether two VCS requirements name different commits, or different branches or tags."""
    if not one.ref or not other.ref or _names_commit(one) != _names_commit(other):
        return False
    if _names_commit(one) and one.vcs not in _COUNTING:
        return not (one.ref.startswith(other.ref) or other.ref.startswith(one.ref))
    return one.ref != other.ref


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
    if requirement.match_spec is not None and not _is_condas(requirement.match_spec, version):
        return None
    content = requirement.pinned(version)
    if " " in content:
        return None
    return Repair(f"Pin to {version}", "unsafe", (Change(target.cell, span, content),))


def _is_condas(spec: MatchSpec, version: str) -> bool:
    """Whether what is installed may be a package of conda that fits."""
    fits = spec.versions is None or spec.versions.admits(version)
    return fits and "+" not in version and is_called_alike(spec.name)


def _with_onion(target: Target) -> Repair | None:
    """An onion comment behind a statement: the one that a comment of it is meant as.

    Else one with the installed version, if the statement is about one package.
    """
    cell, statement = target.cell, target.found.statement
    for comment, miss in near_misses(cell.source.text, statement):
        meant = repair_near_miss(cell, comment, miss)
        if meant is not None:
            return meant
    name = next(iter((*providers(target.module), target.top)))
    version = installed_version(name)
    at = end_of_code(cell, statement)
    if version is None or at is None or _names_several(target):
        return None
    content = f"  # pip: {name}=={version}"
    return Repair(f"Pin to {version}", "unsafe", (Change(cell, Span(at, at), content),))


def _names_several(target: Target) -> bool:
    statement = target.found.statement
    return isinstance(statement, Smuggle) and len(statement.names) > 1
