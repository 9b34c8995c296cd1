"""Run smuggle statements: provide the requirement, then import and bind the name."""

from __future__ import annotations

import ast
import sys
from contextlib import contextmanager, nullcontext
from functools import partial
from keyword import iskeyword
from typing import TYPE_CHECKING, Callable, ContextManager, Iterator, Optional, Tuple

from davos.credentials import masked_words
from davos.distributions.import_names import default_distribution
from davos.distributions.namespaces import decisive
from davos.distributions.standard_library import is_standard
from davos.engine.provision import Provisioner
from davos.engine.slow_import import SlowImport
from davos.environments import search_path
from davos.exceptions import SmugglerError, TheNightIsDarkAndFullOfErrors
from davos.installers import installer_for
from davos.onion.validator import check_installer, validate_text

if TYPE_CHECKING:
    from types import CodeType, ModuleType

    from davos.configuration import Config
    from davos.engine.frontend import Frontend
    from davos.installers.base import Installer

__all__ = ["Engine", "Target", "code_of"]


Target = Tuple[str, Optional[str], int, bool, bool]
"""The arguments of `smuggle()` that say what is bound: name, as_, level, star, submodule.

A plain tuple, because a statement that runs again has to be looked up by it.
"""


def code_of(target: Target) -> CodeType:
    """The import statement that binds a target, compiled.

    Python itself imports and binds: submodules, `__all__`, `__package__` and the wording of
    errors are its own. Raises SmugglerError for a name that no statement can have.
    """
    name, as_, level, star, submodule = target
    _refuse_other_names(name, as_, level)
    module, _, last = name.rpartition(".")
    statement: ast.stmt
    if star:
        statement = _import_from(name, "*", None, level)
    elif level or (module and as_ and not submodule):
        statement = _import_from(module, last, None if as_ == last else as_, level)
    else:
        statement = ast.Import(names=[ast.alias(name=name, asname=as_)])
    tree = ast.Module(body=[statement], type_ignores=[])
    return compile(ast.fix_missing_locations(tree), f"<smuggle {name}>", "exec")


def _refuse_other_names(name: str, as_: str | None, level: int) -> None:
    """Refuse what is not the name of a module, as `six==1.16.0`, which the index may have."""
    parts = name.split(".") if name or not level else []
    for whole, words in ((name, parts), (as_, [] if as_ is None else [as_])):
        if not all(word.isidentifier() and not iskeyword(word) for word in words):
            raise SmugglerError(
                f"{whole!r} is not a name that can be imported; the statement for a version is "
                "`smuggle numpy as np  # pip: numpy==1.26.4`"
            )


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
        self._codes: dict[Target, CodeType] = {}
        self.provisioner.notice_change()
        self._generation = self.provisioner.shared.stamp
        # The module that was loaded when an onion was found to be satisfied.
        self._ready: dict[tuple[str, str, str], ModuleType] = {}

    def run(self, target: Target, installer: str, args_str: str, *, bind: bool = True) -> None:
        """Import what a statement names, after making sure that it is there, and bind it.

        See `davos.frontends.session.Session.smuggle`, which has the same arguments by name.
        """
        __tracebackhide__ = True
        code = self._codes.get(target)
        if code is None:
            code = self._codes[target] = code_of(target)
        if search_path.generation() != self._generation:
            self._notice_change()
        part = decisive(target[0])
        ready = self._ready.get((part, installer, args_str))
        is_relative = target[2]
        if is_relative or (ready is not None and ready is sys.modules.get(part)):
            exec(code, self.frontend.namespace if bind else {})  # noqa: S102 - an import
            return
        with self._provided(part, installer, args_str), self._told(part):
            exec(code, self.frontend.namespace if bind else {})  # noqa: S102 - an import

    def _told(self, part: str) -> ContextManager[None]:
        """Tells of an import that takes long, while the block runs it."""
        if part in sys.modules or self.settings.suppress_stdout:
            return nullcontext()
        return SlowImport(part, partial(self.frontend.status, stays=False))

    def forget(self) -> None:
        """Look again at every onion, because the project has changed."""
        self._ready.clear()

    def _notice_change(self) -> None:
        """Look again at everything: this kernel or another one changed the project."""
        self._ready.clear()
        search_path.refresh()
        self.provisioner.notice_change()
        self._generation = self.provisioner.shared.stamp

    @contextmanager
    def _provided(self, part: str, installer: str, args_str: str) -> Iterator[None]:
        """Provide the distribution of a module while the block imports it.

        `part` is the top-level module, or the part of a namespace package.
        """
        top = part.partition(".")[0]
        if top == "davos":
            raise TheNightIsDarkAndFullOfErrors("davos cannot smuggle itself")
        check_installer(installer)
        asked = not is_standard(top) and (bool(args_str) or self._is_wanted(part))
        onion = None if asked or is_standard(top) else self.provisioner.again(part)
        if not asked and onion is None:
            yield
            self._remember(part, installer, args_str)
            self.settings.smuggled[part] = ";".join([installer, *masked_words(args_str.split())])
            return
        onion = onion or validate_text(installer, args_str or default_distribution(part))
        try:
            with self.provisioner.ensure(part, onion) as provided:
                if provided.changed or provided.replace:
                    self._ready.clear()
                yield
        except BaseException:
            self._ready.clear()  # an installation may have changed what is on disk
            raise
        if provided.changed:  # by this statement: what was found before it was looked at again
            self._generation = self.provisioner.shared.stamp
        if provided.lasting:
            self._remember(part, installer, args_str)

    def _remember(self, part: str, installer: str, args_str: str) -> None:
        if part in sys.modules:  # in an unknown namespace it may be a name in a module
            self._ready[part, installer, args_str] = sys.modules[part]

    def _is_wanted(self, part: str) -> bool:
        """Whether a module without an onion comment has to be provided all the same."""
        if self.provisioner.is_locked(part):
            return True
        return part not in sys.modules and self.provisioner.is_missing(part)
