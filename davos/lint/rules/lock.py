"""DAV310, 311: documents whose lock is out of date or missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterable

from davos.lint.rule import Finding, Rule
from davos.onion.asked_text import asked_text

if TYPE_CHECKING:
    from davos.documents.locked_versions import LockedVersions
    from davos.lint.context import Context, Target

__all__ = ["LockOutOfDate", "NoLock"]


class LockOutOfDate(Rule):
    """An onion comment that is not what was locked.

    ## What it does
    Finds onion comments that were added or changed since `davos lock` made the lock of the
    document, and requirements of the lock that no onion comment asks for any more. The lock is in
    the metadata of a notebook, or in `pylock.NAME.toml` beside a script.

    ## Why is this bad?
    What the lock does not hold is resolved when the notebook runs, and may be another version for
    each reader. With `davos run --locked` it is an error.

    ## Example
    With a lock of `tqdm==4.66.1`:
    ```python
    smuggle tqdm    # pip: tqdm==4.66.4
    ```
    Make a new lock with `davos lock NOTEBOOK`, which keeps the versions of all other packages, or
    use what was locked instead:
    ```python
    smuggle tqdm    # pip: tqdm==4.66.1
    ```
    """

    code = "DAV310"
    name = "lock-out-of-date"

    @classmethod
    def check(cls, context: Context) -> Iterable[Finding]:
        locked = context.locked
        if locked is None or locked.requirements is None:
            return
        known, asked = set(locked.requirements), set()
        for target in context.targets:
            text = None if target.onion is None else asked_text(target.onion)
            asked.add(text)
            if text is not None and text not in known:
                message = f"{text!r} is not what was locked"
                yield Finding(target.cell, target.requirement_span, message)
            elif text is not None and _lacks_package(target, locked):
                message = f"{text!r} is not in the lock, which holds no such package of conda"
                yield Finding(target.cell, target.requirement_span, message)
        for target in context.targets[:1]:
            for text in locked.requirements:
                if text not in asked:
                    message = f"the lock holds {text!r}, which is not asked for any more"
                    yield Finding(target.cell, target.span, message)


class NoLock(Rule):
    """A document without a lock, where the settings ask for one.

    ## What it does
    Finds documents that smuggle packages and have no lock that can be read, if `require-lock` is
    true in `[tool.davos.check]`.

    ## Why is this bad?
    Without a lock, the dependencies of the smuggled packages are those of the day on which
    the notebook runs.

    ## Example
    ```python
    smuggle tqdm    # pip: tqdm==4.66.1
    ```
    Use instead, after `davos lock NOTEBOOK`:
    ```python
    smuggle tqdm    # pip: tqdm==4.66.1
    ```
    """

    code = "DAV311"
    name = "no-lock"

    @classmethod
    def check(cls, context: Context) -> Iterable[Finding]:
        if context.requires_lock and context.locked is None:
            for target in context.targets[:1]:
                yield Finding(target.cell, target.span, "the document has no lock")


def _lacks_package(target: Target, locked: LockedVersions) -> bool:
    """Whether conda's package is not in the lock: earlier versions of davos left it out."""
    spec = target.onion.requirement.match_spec if target.onion else None
    return spec is not None and spec.name not in locked.of_conda
