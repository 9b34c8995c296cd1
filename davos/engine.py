"""What a smuggle statement does when it runs: satisfied? install, reload, bind."""

from __future__ import annotations

import ast
import importlib.util
import os
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from types import CodeType, ModuleType
from typing import TYPE_CHECKING, AbstractSet, Any, Callable, Iterator, Mapping, Protocol, Sequence

from davos.environments import search_path
from davos.environments.base import clear_caches, find_distribution
from davos.environments.satisfied import satisfies
from davos.environments.stdlib import is_standard
from davos.exceptions import (
    OnionArgumentError,
    SmuggledModuleNotFoundError,
    SmugglerError,
    TheNightIsDarkAndFullOfErrors,
)
from davos.installers.pip import Pip
from davos.onion.validator import location_options, validate_text
from davos.reload.apply import loaded_modules, replaced
from davos.reload.plan import LoadedModule, modules_in, plan_reload

if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec

    from davos.configuration import Config
    from davos.environments.distribution import Distribution
    from davos.environments.project import Project
    from davos.installers.base import Installer, Result
    from davos.onion.comment import Onion

__all__ = ["INSTALLERS", "Engine", "Frontend"]

INSTALLERS: Mapping[str, Callable[[], Installer]] = {"pip": Pip}
# With these options pip installs whatever is there already.
_FORCING = {"force_reinstall", "ignore_installed", "upgrade"}


class Frontend(Protocol):
    """What the engine needs of the place it runs in."""

    @property
    def namespace(self) -> dict[str, Any]:
        """Where smuggled names are bound."""

    def show(self, text: str) -> None:
        """Show a line of progress."""

    def confirm(self, question: str) -> bool:
        """Ask the user; False where nobody can answer."""


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


@dataclass(frozen=True)
class Provision:
    """What is there after an onion was met, and what must be reloaded for it."""

    replace: tuple[str, ...]
    owned: AbstractSet[str]
    distributions: Sequence[Distribution]
    forced: bool


class Engine:
    """Runs smuggle statements for one interpreter session."""

    def __init__(
        self,
        frontend: Frontend,
        settings: Config,
        installers: Mapping[str, Callable[[], Installer]] = INSTALLERS,
    ) -> None:
        self.frontend = frontend
        self.settings = settings
        self.installers = installers
        self._codes: dict[tuple[str, str | None, int, bool, bool], CodeType] = {}
        # What an onion was found to be satisfied with: the module then in memory.
        self._ready: dict[tuple[str, str, str], ModuleType] = {}
        # The versions of distributions whose modules this session loaded.
        self._loaded: dict[str, str] = {}

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
    ) -> None:
        """Import a module or a name from one, after making sure that it is there.

        `name` is the dotted name; with `as_` its last part is looked up as
        `from parent import last as as_` does, unless `submodule` says that it
        is `import name as as_`. `star` is `from name import *`, `level` the
        number of leading dots. `args_str` holds the arguments of `installer`'s
        install command, as in an onion comment; `installer_kwargs` what the
        parser made of them (they are parsed again here, never trusted).

        Raises SmugglerError (InstallerError if the installer failed),
        OnionParserError for bad arguments, and whatever the import raises.
        """
        how = (name, as_, level, star, submodule)
        code = self._codes.get(how)
        if code is None:
            code = self._codes[how] = Target(*how).code()
        top = name.partition(".")[0]
        asked = (top, installer, args_str)
        if level or (asked in self._ready and self._ready[asked] is sys.modules.get(top)):
            exec(code, self.frontend.namespace)  # noqa: S102 - an import statement
            return
        with self._provided(*asked):
            exec(code, self.frontend.namespace)  # noqa: S102 - an import statement

    @contextmanager
    def _provided(self, top: str, installer: str, args_str: str) -> Iterator[None]:
        """Have the module's distribution there while the block imports it."""
        if top == "davos":
            raise TheNightIsDarkAndFullOfErrors("davos cannot smuggle itself")
        if is_standard(top) or not (args_str or not _importable(top)):
            yield
            self._remember(top, installer, args_str)
            return
        onion = validate_text(installer, args_str or top)
        provision = self._provision(top, onion)
        with replaced(provision.replace, provision.owned):
            try:
                yield
            except ModuleNotFoundError as error:
                if error.name == top:
                    raise _not_provided(top, onion, provision.distributions) from error
                raise
        for dist in provision.distributions:
            self._loaded[dist.normalized_name] = dist.version
        if not provision.forced:
            self._remember(top, installer, args_str)

    def _provision(self, top: str, onion: Onion) -> Provision:
        """Find or install what an onion asks for; decide what must be reloaded."""
        forced = not _FORCING.isdisjoint(onion.options)
        verdict = satisfies(onion.requirement, sys.path)
        if verdict.ignored or (verdict and not forced):
            found = [] if verdict.distribution is None else [verdict.distribution]
            stale = [dist for dist in found if self._is_stale(top, dist)]
        else:
            found = stale = self._install(onion)
        plan = plan_reload(loaded_modules(), owned := _owned(stale))
        if plan.stuck:
            raise _stuck(found, plan.stuck)
        return Provision(plan.replace, owned, found, forced)

    def _is_stale(self, top: str, distribution: Distribution) -> bool:
        """Whether the modules in memory are not those of the distribution on disk."""
        known = self._loaded.get(distribution.normalized_name)
        if known is not None and known != distribution.version:
            return True
        files = distribution.files
        owned = set(modules_in(files, [str(distribution.location)]))
        if not owned:
            return top in sys.modules and not _is_current(top)
        loaded = (module for module in loaded_modules() if module.name in owned and module.file)
        return any(not _is_among(module, files) for module in loaded)

    def _install(self, onion: Onion) -> list[Distribution]:
        """Install; the distributions that changed, the one asked for among them."""
        project: Project | None = self.settings.project
        if project is not None:
            _refuse_location(onion, project)
        self._confirm(onion, project)
        show = self._mute if self.settings.suppress_stdout else self.frontend.show
        installer = self.installers[onion.installer]()
        result = installer.install(onion, project, on_output=show, on_wait=show)
        self._ready.clear()
        clear_caches()
        if project is not None:
            search_path.refresh()
        for line in (_summary(result, project), *result.warnings):
            show(line)
        names = [one.name for one in result.installed]
        found = [find_distribution(name) for name in names]
        return [dist for dist in found if dist is not None]

    def _mute(self, text: str) -> None:
        """Show nothing: an InstallerError holds the whole output."""

    def _confirm(self, onion: Onion, project: Project | None) -> None:
        if not self.settings.confirm_install or self.settings.noninteractive:
            return
        place = _place(project)
        question = f"Install {onion.requirement.text} into {place} with {onion.installer}? [Y/n] "
        if not self.frontend.confirm(question):
            raise SmugglerError(f"{onion.requirement.text} was not installed: you said no")

    def _remember(self, top: str, installer: str, args_str: str) -> None:
        module = sys.modules.get(top)
        if module is not None:
            self._ready[top, installer, args_str] = module
        self.settings.smuggled[top] = f"{installer};{';'.join(args_str.split())}"


def _importable(top: str) -> bool:
    """Whether a top-level module is loaded or can be found."""
    try:
        return top in sys.modules or importlib.util.find_spec(top) is not None
    except (ImportError, ValueError):  # a broken finder; the import will say more
        return True


def _is_current(top: str) -> bool:
    """Whether a loaded top-level module is the one that an import would find now."""
    spec = getattr(sys.modules[top], "__spec__", None)
    found = next(filter(None, (_find_spec(finder, top) for finder in sys.meta_path)), None)
    return spec is None or found is None or spec.origin == found.origin


def _find_spec(finder: Any, top: str) -> ModuleSpec | None:
    find_spec = getattr(finder, "find_spec", None)
    found: ModuleSpec | None = None if find_spec is None else find_spec(top, None)
    return found


def _is_among(module: LoadedModule, files: AbstractSet[str]) -> bool:
    file = module.file or ""
    return file in files or os.path.realpath(file) in files


def _owned(changed: Sequence[Distribution]) -> AbstractSet[str]:
    """The names of the modules of changed distributions, in any copy on the path."""
    owned: set[str] = set()
    for dist in changed:
        for folder in filter(None, sys.path):
            copy = find_distribution(dist.name, [folder])
            if copy is not None:
                owned.update(modules_in(copy.files, [folder]))
        # An editable distribution's files are elsewhere; a namespace package has no file.
        named = (name for name in dist.modules if getattr(sys.modules.get(name), "__file__", None))
        owned.update(named)
    return owned


def _refuse_location(onion: Onion, project: Project) -> None:
    for option in location_options(onion):
        raise OnionArgumentError(
            f"{option} installs outside {_place(project)}: leave it out, or set davos.project = "
            "None to install into the environment itself",
        )


def _place(project: Project | None) -> str:
    """What a user calls the place that packages go to."""
    if project is None:
        return "this environment"
    return f"project {project.notebook.stem if project.notebook else project.name}"


def _summary(result: Result, project: Project | None) -> str:
    """One line: `installed six 1.15.0 (project quickstart)`."""
    place = _place(project)
    names = ", ".join(f"{one.name} {one.version}" for one in result.installed)
    return f"installed {names} ({place})" if names else f"nothing to install ({place})"


def _stuck(distributions: Sequence[Distribution], modules: Sequence[str]) -> SmugglerError:
    names = ", ".join(f"{dist.name} {dist.version}" for dist in distributions)
    more = f" and {len(modules) - 1} more" if len(modules) > 1 else ""
    return SmugglerError(
        f"{names} is installed, but another version is loaded, and Python cannot replace its "
        f"compiled modules ({modules[0]}{more}). The loaded version stays in memory: restart "
        "the kernel and run the notebook again to use the new one.",
    )


def _not_provided(
    top: str,
    onion: Onion,
    distributions: Sequence[Distribution],
) -> SmuggledModuleNotFoundError:
    wanted = onion.requirement.text
    provided = sorted({module for dist in distributions for module in dist.modules})
    hint = f"; it provides {', '.join(provided)}" if provided else ""
    message = f"{wanted} is installed, but has no module named {top!r}{hint}"
    return SmuggledModuleNotFoundError(message, name=top)
