"""DAV210: magics that need a package which is not there yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterable, Iterator

from davos.distributions.magic_modules import needed_module, provides
from davos.documents.magic_uses import magic_uses
from davos.lint.rule import Finding, Rule

if TYPE_CHECKING:
    from davos.documents.magic_uses import MagicUse
    from davos.documents.parsed_cell import ParsedCell
    from davos.lint.context import Context, Target

__all__ = ["MagicBeforeSmuggle"]


class MagicBeforeSmuggle(Rule):
    """A magic above the statement that smuggles the package it needs.

    ## What it does
    Finds magics that import a package (`%matplotlib`, `%pylab`, `%load_ext`, `%%cython` ...), in
    notebooks that smuggle something, if no statement above smuggles this package. What
    comes with IPython (`%load_ext autoreload`) and modules of the folder are left alone.

    ## Why is this bad?
    IPython runs the magic before the package is installed: where it is missing, the cell ends
    with a ModuleNotFoundError, and where it is there, another version may be loaded.

    ## Example
    ```python
    import davos
    # %%
    # %matplotlib inline
    smuggle matplotlib.pyplot as plt    # pip: matplotlib==3.8.4
    ```
    Use instead:
    ```python
    import davos
    # %%
    smuggle matplotlib.pyplot as plt    # pip: matplotlib==3.8.4
    # %matplotlib inline
    ```
    """

    code = "DAV210"
    name = "magic-before-smuggle"

    @classmethod
    def check(cls, context: Context) -> Iterable[Finding]:
        if not (context.is_notebook and context.smuggling):
            return
        told: set[str] = set()
        for cell, use, module in _needs(context):
            bringing = [target for target in context.named if _brings(target, module)]
            if module in told or any(_is_above(target, cell, use) for target in bringing):
                continue
            told.add(module)
            where = f"smuggled only below ({bringing[0].place})" if bringing else "not smuggled"
            message = f"{use.marks}{use.name} needs {module}, which is {where}"
            yield Finding(cell, use.span, message)


def _needs(context: Context) -> Iterator[tuple[ParsedCell, MagicUse, str]]:
    """The magics that import a module from elsewhere."""
    for cell in context.with_magics:
        for use in magic_uses(cell, in_comments=context.comments_magics):
            module = needed_module(use.name, use.argument)
            if module and not context.is_local(module.partition(".")[0]):
                yield cell, use, module


def _brings(target: Target, module: str) -> bool:
    requirement = target.requirement
    return provides(target.module, requirement.name if requirement else None, module)


def _is_above(target: Target, cell: ParsedCell, use: MagicUse) -> bool:
    return (target.cell.number, target.span.start) < (cell.number, use.span.start)
