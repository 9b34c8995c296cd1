"""One interpreter session: config, project, engine and shell put together."""

from __future__ import annotations

import sys
from _thread import RLock
from typing import TYPE_CHECKING, Any, Callable, Mapping

from davos.configuration import Binding, Config
from davos.engine.call_site import show_user_text, statement_frame, warn
from davos.environments import davos_dependencies
from davos.exceptions import DavosConfigError, DavosError
from davos.frontends import conda_state, detect, import_hook
from davos.frontends.pip_choice import PipChoice

if TYPE_CHECKING:
    from davos.engine.engine import Engine
    from davos.engine.frontend import Frontend
    from davos.environments.project import Project
    from davos.onion.comment import Requirement

__all__ = ["Session"]


class _Shown(str):
    """Text that a cell shows without quotes."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


class Session:
    """The project in use and the engine, as `davos.config` says.

    The engine is made at the first smuggle: it, pip's table and the grammar
    cost more to import than all the rest of davos.
    """

    def __init__(self, frontend: Frontend, settings: Config, default_project: str) -> None:
        self.frontend = frontend
        self.settings = settings
        self._default = default_project
        self._engine: Engine | None = None
        self._making = RLock()  # two engines would be two locks
        self._project: Project | None = None
        self._told = False
        self.followers: dict[int, Callable[[], None]] = {}
        """What is called after each smuggle statement that succeeds, by an id of its own."""
        self._pip = PipChoice(settings)
        self.govern()

    def govern(self) -> None:
        """Bind the fields of `davos.config` that have an effect to this session."""
        self.settings.bind(
            project=Binding(self._read_project, self._use_project, self._check_project),
            pip_executable=Binding(self._pip.read, self._use_pip, self._pip.check),
            **conda_state.BINDINGS,
        )

    def start(self) -> None:
        """Use the default project: what an earlier session installed is importable."""
        from davos.environments.project import Project  # noqa: PLC0415 - imported lazily: keeps `import davos` fast

        self._use_project(Project(self._default))

    @property
    def engine(self) -> Engine:
        """The engine, made when it is first needed."""
        with self._making:
            if self._engine is None:
                from davos.engine.engine import Engine  # noqa: PLC0415 - heavy, see the class

                self._warn_of_fallback()
                installers = self._pip.installer
                self._engine = Engine(self.frontend, self.settings, installers, self._load_own)
            return self._engine

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
        """Import a package after making sure that it is there. What smuggle statements call:

            smuggle numpy as np  # pip: numpy==1.26.4
            from pandas smuggle DataFrame  # pip: pandas>=2,<3
            smuggle cv2  # pip: opencv-python

        The comment is the installer and the arguments of its install command; without one any
        version will do. `davos.guide("statement")` and `davos.guide("onion-comments")` tell more.

        `name` is the dotted name; with `as_` its last part is looked up as
        `from parent import last as as_` does, unless `submodule` says that it
        is `import name as as_`. `star` is `from name import *`, `level` the
        number of leading dots. Without `bind` nothing is bound: an import statement
        follows, which finds the module loaded. `args_str` holds the arguments of `installer`'s
        install command, as in an onion comment; `installer_kwargs` what the
        parser made of them (they are parsed again here, never trusted).

        Raises SmugglerError (InstallerError if the installer failed), OnionParserError for bad
        arguments, TypeError for what is not text, and whatever the import raises.
        """
        __tracebackhide__ = True  # IPython shows what the user wrote, and what it imports
        target = (name, as_, level, star, submodule)
        try:
            _refuse_other_types(name, as_ or "", installer, args_str or "")
            (self._engine or self.engine).run(target, installer, args_str or "", bind=bind)
            if self.followers:
                self.follow()
        except (Exception, KeyboardInterrupt) as error:
            if self.settings.debug:
                raise
            cause = None if isinstance(error, DavosError) else error.__cause__
            raise self._shown(error, str(name), str(args_str or "")) from cause

    def follow(self, _info: object = None) -> None:
        """Call the followers; also as a callback of IPython's `pre_run_cell`."""
        for follow in list(self.followers.values()):
            follow()

    def _shown(self, error: BaseException, name: str, args: str) -> BaseException:
        """An error as its user sees it: no frame of davos, and its own errors at the word."""
        from davos.frontends import error_display  # noqa: PLC0415 - for errors only

        frame = statement_frame()
        show_user_text(frame)
        inner = error_display.without_davos_frames(error.__traceback__)
        # An interrupt with a sentence is the engine's.
        is_own = isinstance(error, DavosError) or (
            isinstance(error, KeyboardInterrupt) and error.args
        )
        if inner is None or is_own:
            within = getattr(error, "argument_span", None)
            name_of = self.frontend.file_name
            place = error_display.place_of(frame, name, args, name_of, within)
            error_display.mark(error, place)
            self.frontend.present(error)
            return error.with_traceback(None)
        return error.with_traceback(inner)

    @property
    def requirements(self) -> list[Requirement]:
        """What the session has asked for so far, in its order."""
        if self._engine is None:
            return []
        return [entry.requirement for entry in self._engine.provisioner.requirements.entries]

    def preview(self) -> str:
        """What a restart now would run again: text that shows itself as it is."""
        return _Shown(self.frontend.restarter.preview())

    def freeze(self) -> str:
        """The distributions in use as lines of a requirements file; see `davos.freeze`."""
        from davos.distributions.import_names import providers  # noqa: PLC0415 - only on request
        from davos.environments.used_distributions import (  # noqa: PLC0415 - likewise
            frozen_lines,
            used_distributions,
        )

        names = [name for part in self.settings.smuggled for name in providers(part)[:1]]
        if self._engine is not None:
            names += self._engine.provisioner.requirements.names
        if self._project is not None:
            names += [one.name for one in self._project.distributions()]
        libraries = [] if self._project is None else self._project.libraries()
        return frozen_lines(used_distributions(names, sys.path), libraries)

    def _read_project(self) -> Project | None:
        return self._project

    def _warn_of_fallback(self) -> None:
        if self._project is not None and self._project.name == detect.FALLBACK_PROJECT:
            warn(
                "the notebook's path is not known here, so its packages go into the project "
                f"{detect.FALLBACK_PROJECT!r}; set davos.project to give it one of its own"
            )

    def _check_project(self, value: object) -> Project | None:
        from davos.environments.project import Project  # noqa: PLC0415 - imported lazily: keeps `import davos` fast

        if value is None:
            return None
        if isinstance(value, Project):
            return value.with_notebook()
        if isinstance(value, str) or hasattr(value, "__fspath__"):
            return Project(value).with_notebook()
        raise DavosConfigError("project", f"must be a name, a path, a Project or None: {value!r}")

    def _tell_of_environment(self) -> None:
        if not self._told and not self.settings.suppress_stdout:
            self.frontend.show(f"davos installs into the environment itself now: {self._pip.place}")
        self._told = True

    def _load_own(self, folder: str) -> None:
        """Load what davos is built on, before a project's copy of it is found instead."""
        with davos_dependencies.without(folder):
            # Heavy, and seldom so early.
            from davos.engine import engine, installation, unmet  # noqa: F401, PLC0415
            from davos.environments import requires_dist  # noqa: F401, PLC0415
            from davos.installers import other_pip, pip, required  # noqa: F401, PLC0415
            from davos.translate import load  # noqa: PLC0415

            load()

    def _use_project(self, project: Project | None) -> None:
        from davos.environments import search_path  # noqa: PLC0415 - imported lazily: keeps `import davos` fast

        if project is not None and davos_dependencies.held_in(str(project.site_packages_dir)):
            self._load_own(str(project.site_packages_dir))
        if self._engine is not None:
            self._engine.forget()
        if self._project is not None:
            search_path.deactivate()
        self._project = project
        self._pip.load(in_project=project is not None)
        if project is None:
            self._tell_of_environment()
        else:
            search_path.activate(project)
            if import_hook.modules_smuggle():
                search_path.share_with_processes()

    def _use_pip(self, path: str) -> None:
        self._pip.use(path, in_project=self._project is not None)


def _refuse_other_types(*texts: object) -> None:
    """Refuse a call that is none of a statement's, as `smuggle(3)`."""
    for text in texts:
        if not isinstance(text, str):
            raise TypeError(
                f"smuggle() takes names as text, not {text!r}; it is usually written as a "
                "statement, like import: `smuggle numpy as np  # pip: numpy==1.26.4`"
            )
