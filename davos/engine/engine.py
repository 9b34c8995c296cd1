"""What a smuggle statement does when it runs: satisfied? install, reload, bind."""

from __future__ import annotations

import ast
import importlib.util
import sys
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Callable, Iterator, Mapping

from davos.credentials import masked_words
from davos.distributions.standard_library import is_standard
from davos.engine.provision import Frontend, Provision, Supply
from davos.engine.reload import replaced
from davos.environments.lock import ThreadLock
from davos.exceptions import SmuggledModuleNotFoundError, TheNightIsDarkAndFullOfErrors
from davos.installers import installer_for
from davos.onion.validator import check_installer, validate_text

if TYPE_CHECKING:
    from types import CodeType, ModuleType

    from davos.configuration import Config
    from davos.installers.base import Installer
    from davos.onion.comment import Onion

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
        keep_own: Callable[[str], None] = lambda _folder: None,
    ) -> None:
        """Make an engine; `keep_own` has davos load what it needs without a folder's help."""
        self.frontend = frontend
        self.settings = settings
        self.supply = Supply(frontend, settings, installers, keep_own)
        # Held while deciding, installing and unloading; never while importing.
        self._lock = ThreadLock()
        self._codes: dict[tuple[str, str | None, int, bool, bool], CodeType] = {}
        # What an onion was found to be satisfied with: the module then in memory.
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
        """Look again at every onion: the project is another one."""
        self._ready.clear()

    @contextmanager
    def _provided(self, top: str, installer: str, args_str: str) -> Iterator[None]:
        """Have the module's distribution there while the block imports it."""
        if top == "davos":
            raise TheNightIsDarkAndFullOfErrors("davos cannot smuggle itself")
        check_installer(installer)
        if is_standard(top) or not (args_str or self._is_missing(top)):
            yield
            self._remember(top, installer, args_str)
            return
        onion = validate_text(installer, args_str or top)
        with ExitStack() as unloading:
            with self._lock:
                provision = self.supply.meet(top, onion)
                if provision.changed or provision.replace:
                    self._ready.clear()
                unloading.enter_context(replaced(provision.replace, provision.owned))
                self.supply.check_visible(top, provision)
            with self._importing(top, onion, provision):
                yield
        with self._lock:
            self.supply.settle(top, onion, provision)
            self._note(top, onion, provision)
        if provision.lasting:
            self._ready[top, installer, args_str] = sys.modules[top]

    @contextmanager
    def _importing(self, top: str, onion: Onion, provision: Provision) -> Iterator[None]:
        """Import without the lock: another thread's import may be waiting for it."""
        try:
            yield
        except BaseException as error:
            with self._lock:
                self.supply.undo(provision)
            if isinstance(error, ModuleNotFoundError) and error.name == top:
                raise _not_provided(top, onion, provision) from error
            raise

    def _is_missing(self, top: str) -> bool:
        """Whether a top-level module is neither loaded nor found, once the project is whole."""
        if top in sys.modules:
            return False
        if self.supply.is_changing:
            with self._lock:
                self.supply.await_change(top)
        return not _importable(top)

    def _remember(self, top: str, installer: str, args_str: str) -> None:
        self._ready[top, installer, args_str] = sys.modules[top]
        self.settings.smuggled[top] = ";".join([installer, *masked_words(args_str.split())])

    def _note(self, top: str, onion: Onion, provision: Provision) -> None:
        """Write into `davos.config.smuggled` what was asked, and the commit that was used."""
        origin = provision.asked.direct_url if provision.asked else None
        words = [onion.installer, *masked_words(onion.text.split())]
        if origin is not None and origin.commit:
            words.append(f"commit={origin.commit}")
        self.settings.smuggled[top] = ";".join(words)


def _importable(top: str) -> bool:
    """Whether a top-level module can be found."""
    try:
        return importlib.util.find_spec(top) is not None
    except (ImportError, ValueError):  # a broken finder; the import will say more
        return True


def _not_provided(top: str, onion: Onion, provision: Provision) -> SmuggledModuleNotFoundError:
    asked = provision.asked
    modules = ", ".join(asked.modules) if asked else ""
    hint = f"; it provides {modules}" if modules else ""
    message = f"{onion.requirement.shown} is installed, but has no module named {top!r}{hint}"
    if asked is None:
        message = f"{onion.requirement.shown} does not apply here, and there is no module {top!r}"
    return SmuggledModuleNotFoundError(message, name=top)
