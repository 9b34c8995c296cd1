"""Run smuggle statements: provide the requirement, then import and bind the name."""

from __future__ import annotations

import ast
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Callable, Iterator, Mapping

from davos.distributions.standard_library import is_standard
from davos.engine.provision import Frontend, Provisioner
from davos.exceptions import TheNightIsDarkAndFullOfErrors
from davos.installers import installer_for
from davos.onion.validator import check_installer, validate_text

if TYPE_CHECKING:
    from types import CodeType, ModuleType

    from davos.configuration import Config
    from davos.installers.base import Installer

__all__ = ["Engine", "Frontend"]


@dataclass(frozen=True)
class Target:
    """The arguments of `smuggle()` that say what is bound, as `import` would."""

    name: str
    as_: str | None
    level: int
    star: bool
    submodule: bool

    @property
    def top(self) -> str:
        """The top-level module."""
        return self.name.partition(".")[0]

    def code(self) -> CodeType:
        """The import statement that binds it, compiled.

        Python itself imports and binds: submodules, `__all__`, `__package__`
        and the wording of errors are its own.
        """
        module, _, last = self.name.rpartition(".")
        statement: ast.stmt
        if self.star:
            statement = _import_from(self.name, "*", None, self.level)
        elif self.level or (module and self.as_ and not self.submodule):
            asname = None if self.as_ == last else self.as_
            statement = _import_from(module, last, asname, self.level)
        else:
            statement = ast.Import(names=[ast.alias(name=self.name, asname=self.as_)])
        tree = ast.Module(body=[statement], type_ignores=[])
        return compile(ast.fix_missing_locations(tree), f"<smuggle {self.name}>", "exec")


def _import_from(module: str, name: str, asname: str | None, level: int) -> ast.ImportFrom:
    alias = ast.alias(name=name, asname=asname)
    return ast.ImportFrom(module=module or None, names=[alias], level=level)


class Engine:
    """Runs smuggle statements for one interpreter session."""

    def __init__(
        self,
        frontend: Frontend,
        settings: Config,
        installers: Callable[[str], Installer] = installer_for,
        load_own: Callable[[str], None] = lambda _folder: None,
    ) -> None:
        """Make an engine; `load_own` loads what davos needs from elsewhere than a folder."""
        self.frontend = frontend
        self.settings = settings
        self.provisioner = Provisioner(frontend, settings, installers, load_own)
        self._codes: dict[tuple[str, str | None, int, bool, bool], CodeType] = {}
        # The module that was loaded when an onion was found to be satisfied.
        self._ready: dict[tuple[str, str, str], ModuleType] = {}

    def smuggle(
        self,
        name: str,
        as_: str | None = None,
        installer: str = "pip",
        args_str: str = "",
        installer_kwargs: Mapping[str, Any] | None = None,
        *,
        level: int = 0,
        star: bool = False,
        submodule: bool = False,
        bind: bool = True,
    ) -> None:
        """Import a module or a name from one, after making sure that it is there.

        `name` is the dotted name; with `as_` its last part is looked up as
        `from parent import last as as_` does, unless `submodule` says that it
        is `import name as as_`. `star` is `from name import *`, `level` the
        number of leading dots. Without `bind` nothing is bound: an import statement
        follows, which finds the module loaded. `args_str` holds the arguments of `installer`'s
        install command, as in an onion comment; `installer_kwargs` what the
        parser made of them (they are parsed again here, never trusted).

        Raises SmugglerError (InstallerError if the installer failed),
        OnionParserError for bad arguments, and whatever the import raises.
        """
        __tracebackhide__ = True
        how = (name, as_, level, star, submodule)
        code = self._codes.get(how)
        if code is None:
            code = self._codes[how] = Target(*how).code()
        top = name.partition(".")[0]
        asked = (top, installer, args_str)
        ready = self._ready.get(asked)
        if level or (ready is not None and ready is sys.modules.get(top)):
            exec(code, self.frontend.namespace if bind else {})  # noqa: S102 - an import
            return
        with self._provided(*asked):
            exec(code, self.frontend.namespace if bind else {})  # noqa: S102 - an import

    def forget(self) -> None:
        """Look again at every onion, because the project has changed."""
        self._ready.clear()

    @contextmanager
    def _provided(self, top: str, installer: str, args_str: str) -> Iterator[None]:
        """Provide the module's distribution while the block imports it."""
        if top == "davos":
            raise TheNightIsDarkAndFullOfErrors("davos cannot smuggle itself")
        check_installer(installer)
        asked = (top, installer, args_str)
        if is_standard(top) or not (args_str or self._is_missing(top)):
            yield
            self._ready[asked] = sys.modules[top]
            self.settings.smuggled[top] = f"{installer};{';'.join(args_str.split())}"
            return
        onion = validate_text(installer, args_str or top)
        try:
            with self.provisioner.ensure(top, onion) as provided:
                if provided.changed or provided.replace:
                    self._ready.clear()
                yield
        except BaseException:
            self._ready.clear()  # an installation may have changed what is on disk
            raise
        if provided.lasting:
            self._ready[asked] = sys.modules[top]

    def _is_missing(self, top: str) -> bool:
        return top not in sys.modules and self.provisioner.is_missing(top)
