"""DAV304, 306, 309: requirements with a wrong name, and local ones."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterable

from packaging.utils import canonicalize_name

from davos.distributions.conda_names import conda_name, is_other_package, pypi_name
from davos.distributions.import_names import is_ambiguous, listed, providers
from davos.distributions.namespaces import part_of
from davos.lint.rule import Change, Finding, Repair, Rule

if TYPE_CHECKING:
    from davos.lint.context import Context, Target

_FOLDER = re.compile(r"file:|[/.~\\]|[A-Za-z]:[\\/]", re.IGNORECASE)

__all__ = ["LocalModule", "LocalRequirement", "MismatchedName"]


class MismatchedName(Rule):
    """A requirement whose name does not match the module.

    ## What it does
    Finds modules that are known to come from a distribution of another name (`sklearn`,
    `cv2`, `yaml`, `PIL` ...) than the onion comment names, or that have no onion comment
    although their distribution has another name than the module. What is
    known comes from tables and from the packages installed where `davos check` runs.
    Parts of namespace packages (`google.cloud.storage`, `azure.identity` ...) that the tables
    know need no onion comment for that; of the others nobody knows the distribution.

    ## Why is this bad?
    pip installs another package, which anyone may have registered, or fails.

    ## Example
    ```python
    smuggle yaml    # pip: yaml==6.0.1
    ```
    Use instead:
    ```python
    smuggle yaml    # pip: PyYAML==6.0.1
    ```
    """

    code = "DAV304"
    name = "mismatched-name"
    fixable = "unsafe"

    @classmethod
    def check(cls, context: Context) -> Iterable[Finding]:
        for target in context.targets:
            if target.onion is None and target.found.statement.onion is not None:
                continue
            requirement = target.requirement
            asked = _default(target) if requirement is None else requirement.name
            if asked is None or (requirement and (requirement.url or requirement.path)):
                continue
            by_conda = requirement is not None and requirement.match_spec is not None
            known = (
                _others_of_conda(target.module, asked)
                if by_conda
                else _others(target.module, asked)
            )
            if not known and requirement is None and is_ambiguous(target.module):
                message = f"{target.module}: add an onion comment that names its distribution"
                yield Finding(target.cell, target.span, message)
            elif known:
                where = target.span if requirement is None else target.requirement_span
                message = f"{target.module} comes from {' or '.join(known[:3])}, not from {asked}"
                yield Finding(target.cell, where, message, _renamed(target, asked, known[0]))


class LocalRequirement(Rule):
    """A local path or an editable project.

    ## What it does
    Finds requirements that are a path, a `file:` URL, or an editable folder, and channels
    of conda that are a folder.

    ## Why is this bad?
    The folder will not exist on other machines.

    ## Example
    ```python
    smuggle mytools    # pip: -e ../mytools
    ```
    Use instead:
    ```python
    smuggle mytools    # pip: git+https://example.org/me/mytools.git@98a3d80
    ```
    """

    code = "DAV306"
    name = "local-requirement"

    @classmethod
    def check(cls, context: Context) -> Iterable[Finding]:
        for target in context.named:
            requirement = target.requirement
            if requirement is not None and requirement.path is not None:
                message = f"local path {requirement.text!r} will not exist on other machines"
                yield Finding(target.cell, target.requirement_span, message)
            for channel in target.onion.options.get("channel", ()) if target.onion else ():
                if _FOLDER.match(channel):
                    message = f"the channel {channel} will not exist on other machines"
                    yield Finding(target.cell, target.option_span(channel), message)


class LocalModule(Rule):
    """A local module that is smuggled.

    ## What it does
    Finds smuggled modules without an onion comment that are in the same folder as
    the notebook or script.

    ## Why is this bad?
    Where the file is missing, pip installs the package of that name from the index,
    which anyone may have registered.

    ## Example
    With a file `helpers.py` in the same folder:
    ```python
    smuggle helpers
    ```
    Use instead:
    ```python
    import helpers
    ```
    """

    code = "DAV309"
    name = "local-module"

    @classmethod
    def check(cls, context: Context) -> Iterable[Finding]:
        for target in context.named:
            if target.found.statement.onion is None and context.is_local(target.top):
                message = f"{target.top} is a module in this folder: use import"
                yield Finding(target.cell, target.span, message)


def _default(target: Target) -> str:
    """What is installed without an onion comment, as far as that is known."""
    part = part_of(target.module)
    return part[1] if part else target.top


def _others(module: str, asked: str) -> tuple[str, ...]:
    """The distributions a module is known to come from; empty if the one asked for fits."""
    name = canonicalize_name(asked)
    table = listed(module)
    if name in map(canonicalize_name, table):
        return ()
    if not table and name == canonicalize_name(module.partition(".")[0]):
        return ()
    known = providers(module)
    if name in map(canonicalize_name, known):
        return ()
    # several distributions may share a namespace package
    return table or (known if len(known) == 1 else ())


def _others_of_conda(module: str, asked: str) -> tuple[str, ...]:
    """The same, by conda's names."""
    known = _others(module, pypi_name(asked))
    if not known and is_other_package(asked):
        known = (asked,)
    return tuple(map(conda_name, known))


def _renamed(target: Target, asked: str, name: str) -> Repair | None:
    """The requirement with the other name."""
    if target.requirement is None:
        return None
    span = target.requirement_span
    if not target.cell.source.text.startswith(asked, span.start):
        return None
    span = type(span)(span.start, span.start + len(asked))
    return Repair(f"Replace with `{name}`", "unsafe", (Change(target.cell, span, name),))
