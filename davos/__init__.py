"""davos: one more statement for Python, `smuggle`.

`smuggle numpy as np  # pip: numpy==1.23.1` is `import numpy as np`, and makes
sure that this version is there. Importing davos in a running IPython turns the
statement on, from the next cell.

PYTEST_DONT_REWRITE: davos has no assert statements, and may be imported before pytest starts.
"""

from __future__ import annotations

import sys
from _thread import RLock
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

from davos.configuration import FIELDS, Binding, config

if TYPE_CHECKING:
    from davos.environments.project import AbstractProject, Project  # noqa: TC004 - see _LAZY
    from davos.environments.project_collection import get_project, prune_projects  # noqa: TC004 - see _LAZY
    from davos.frontends.cluster.hosts import Hosts
    from davos.frontends.session import Session
    from davos.guide.pages import guide  # noqa: TC004 - see _LAZY

    all_projects: list[Project]

__version__ = "0.3.0"

__all__ = [
    "DAVOS_CONFIG_DIR",
    "DAVOS_PROJECT_DIR",
    "AbstractProject",
    "Project",
    "activate",
    "all_projects",
    "config",
    "configure",
    "deactivate",
    "distribute",
    "freeze",
    "get_project",
    "guide",
    "is_active",
    "preview",
    "prune_projects",
    "require_pip",
    "require_python",
    "smuggle",
    "use_default_project",
]

# Imported when first asked for: `davos check` needs none of them.
_LAZY = {
    "AbstractProject": "davos.environments.project",
    "Project": "davos.environments.project",
    "get_project": "davos.environments.project_collection",
    "guide": "davos.guide.pages",
    "prune_projects": "davos.environments.project_collection",
    "require_pip": "davos.installers.required",
    "require_python": "davos.installers.required",
}
# Called for each access, as `all_projects` was in 0.2.3: the functions by their module.
_COMPUTED = {
    "DAVOS_CONFIG_DIR": ("davos.environments.project", "home_folder"),
    "DAVOS_PROJECT_DIR": ("davos.environments.project", "projects_folder"),
    "all_projects": ("davos.environments.project_collection", "all_projects"),
}

# importlib.reload runs this module again, in the namespace that it has.
_session: Session | None = globals().get("_session")
_making = RLock()


def activate() -> None:
    """Turn smuggle statements on and put `smuggle()` into the namespace."""
    config.active = True


def deactivate() -> None:
    """Turn smuggle statements off; take `smuggle` away unless it was overwritten."""
    config.active = False


def is_active() -> bool:
    """Whether smuggle statements are on."""
    return config.active


def configure(**fields: Any) -> None:
    """Set several fields of `davos.config`: all, or none and a `DavosConfigError`."""
    config.update(fields)


def smuggle(name: str, *args: Any, **kwargs: Any) -> None:
    """What a smuggle statement calls; see `davos.frontends.session.Session.smuggle`."""
    __tracebackhide__ = True  # in IPython
    _started().smuggle(name, *args, **kwargs)


def freeze() -> str:
    """What this session smuggled and all that it needs, as lines of a requirements file.

    What the environment below the project provides is among them, and what the project holds.
    """
    return _started().freeze()


def preview() -> str:
    """What a restart now would run again; see `davos.config.auto_rerun`."""
    return _started().preview()


def distribute(client: object, *, restart: bool = False) -> Hosts:
    """Have the hosts of a cluster provide what this session smuggled, now and from now on.

    `client` is a `dask.distributed.Client`, or a client or a view of ipyparallel. Each host
    installs into a project in its own `DAVOS_HOME`, once however many workers it has. Returns
    after all workers that are there have what they can have; later smuggle statements follow
    before they return. With `restart`, Dask's workers that have another version of a compiled
    package loaded are restarted by their nannies.

    Returns a table with a row for the workers of a host that are in the same state; a host that
    cannot provide something is also named in a warning, and its tasks that import this fail.
    Raises `DavosError` for another type of client, one that is closed, and without a project.
    """
    from davos.frontends.cluster import distribution  # noqa: PLC0415 - see _LAZY

    return distribution.distribute(session(), client, restart=restart)


def session() -> Session:
    """The session of this interpreter, which `davos` itself builds on; made if there is none."""
    return _started()


def has_session() -> bool:
    """Whether this interpreter has a session already: nothing is made."""
    return _session is not None


def use_default_project() -> None:
    """Go back to the project that this session began with: the notebook's, as a rule."""
    _started().start()


def load_ipython_extension(shell: Any) -> None:
    """`%load_ext davos`: as `import davos`, in this shell; on again after `%unload_ext`."""
    _started(shell)
    activate()


def unload_ipython_extension(shell: Any) -> None:  # noqa: ARG001 - IPython's signature
    """`%unload_ext davos`: off."""
    deactivate()


def _started(shell: Any = None) -> Session:
    """The session, made now if there is none; that of another shell if one is given."""
    if _session is not None and shell is None:
        return _session
    with _making:
        return _made(shell)


def _made(shell: Any) -> Session:
    global _session  # noqa: PLW0603 - one interpreter, one session at a time
    if _session is None or shell not in (None, config.ipython_shell):
        from davos.frontends import detect  # noqa: PLC0415 - see _LAZY

        shell = shell or detect.running_shell()
        if shell is None:
            from davos.frontends.script import python  # noqa: PLC0415 - see _LAZY

            _session = python.install(config)
        else:
            from davos.frontends.notebook import ipython  # noqa: PLC0415 - see _LAZY

            _session = ipython.install(shell, config)
    return _session


def _starting(name: str) -> Binding:
    """Binds a field that has an effect to the session, which is made at its first use."""

    def bound() -> Binding:
        _started()
        return config.binding(name)

    return Binding(
        read=lambda: bound().read(),
        write=lambda value: bound().write(value),
        check=lambda value: bound().check(value),
    )


class _Davos(ModuleType):
    """The module itself: every config field can be read and set on it."""

    def __getattr__(self, name: str) -> Any:
        if name in FIELDS:
            return getattr(config, name)
        if name in _LAZY:
            return getattr(import_module(_LAZY[name]), name)
        if name in _COMPUTED:
            module, function = _COMPUTED[name]
            return getattr(import_module(module), function)()
        hint = import_module("davos.near_words").did_you_mean(name, [*FIELDS, *__all__], repr)
        error = AttributeError(f"module 'davos' has no attribute {name!r}{hint}")
        error.name = name  # an argument since Python 3.10
        raise error

    def __setattr__(self, name: str, value: Any) -> None:
        if name in FIELDS:
            setattr(config, name, value)
        elif name in _LAZY and isinstance(value, ModuleType):
            pass  # the import system binds the package davos.guide: `davos.guide` is the function
        elif name in vars(self) or name.startswith("_") or isinstance(value, ModuleType):
            super().__setattr__(name, value)
        else:
            config.update({name: value})

    def __dir__(self) -> list[str]:
        return sorted({*vars(self), *_LAZY, *FIELDS, *_COMPUTED})


if _session is None:
    config.bind(**{name: _starting(name) for name in ("active", "pip_executable", "project")})
sys.modules[__name__].__class__ = _Davos
if "IPython" in sys.modules and sys.modules["IPython"].get_ipython() is not None:
    _started()
