"""`%run file.py`, for files that smuggle: IPython runs them as it runs any other.

Source: `InteractiveShell.safe_execfile`, which reads the file and compiles it with
`shell.compile` where it is to share the shell's future statements, else with `compile`.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from davos.frontends import import_hook

if TYPE_CHECKING:
    from types import CodeType

    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["run_files_with"]


def run_files_with(shell: InteractiveShell) -> None:
    """Have a shell translate the files that it executes while smuggle statements are on."""
    usual = shell.safe_execfile

    def safe_execfile(fname: Any, *where: Any, **options: Any) -> None:
        path = os.path.expanduser(os.fspath(fname))
        if not (import_hook.hooked() and import_hook.file_smuggles(path)):
            usual(fname, *where, **options)
            return
        compiler = shell.compile
        shell.compile = _Once(shell, compiler)
        try:
            usual(fname, *where, **{**options, "shell_futures": True})
        finally:
            shell.compile = compiler

    shell.safe_execfile = safe_execfile


class _Once:
    """Stands for a shell's compiler until it has compiled one file."""

    def __init__(self, shell: InteractiveShell, compiler: Any) -> None:
        self._shell = shell
        self._compiler = compiler

    def __call__(self, data: bytes, file: Any, mode: str) -> CodeType:
        from davos.frontends.module_code import module_tree  # noqa: PLC0415 - where it is needed

        self._shell.compile = self._compiler  # for the cells that the file may run
        tree = module_tree(data, os.fspath(file))
        code: CodeType = compile(tree, file, mode, dont_inherit=True)
        return code

    def __getattr__(self, name: str) -> Any:
        return getattr(self._compiler, name)
