"""Activation of a virtual environment in the running process, for what the process starts.

As the `activate` script of `venv` does in a shell: the environment's scripts come first on
`PATH`, `VIRTUAL_ENV` names it and `PYTHONHOME` is not set. Besides, `sys.executable` and the
interpreter of `multiprocessing` are the environment's. The running interpreter itself stays
the one of its own environment, so `sys.prefix` and `sys._base_executable` are not changed. The
variables that conda packages in the environment need are set, too (`conda_variables`), and one
that has processes of the environment's Python translate modules that smuggle (`overlay`).

`activation` and `undone` are pure; `enter` and `leave` apply what they return.
Sources: `venv` ("How venvs work"), `multiprocessing.set_executable`, PEP 405.
"""

from __future__ import annotations

import os
import sys
from typing import Any, Hashable, Mapping, NamedTuple, Optional

from davos.environments.layout import scripts_folder

__all__ = [
    "CHILD_IMPORTS",
    "Change",
    "Environment",
    "State",
    "activation",
    "enter",
    "environment_at",
    "interpreter",
    "leave",
    "translate_in_children",
    "undone",
    "variables",
]

CHILD_IMPORTS = "DAVOS_IMPORTS"
"""A process of the project's Python that inherits this variable translates what it imports."""

_SYS = "sys"
_VARIABLES = ("PATH", "VIRTUAL_ENV", "PYTHONHOME", CHILD_IMPORTS)
# They copy `sys.executable` when they are imported, and have `set_executable`.
_COPIES = ("multiprocessing.spawn", "multiprocess.spawn")


class Environment(NamedTuple):
    """An environment: its prefix, its interpreter and the folder of its scripts.

    `of_conda` says that it is the kernel's own one, made by conda: as with `conda activate`, its
    scripts come first on `PATH`, and its packages have the variables that they need.
    """

    prefix: str
    python: str
    scripts: str
    of_conda: bool = False


class State(NamedTuple):
    """What a process starts other processes with.

    `executables` are the interpreters' paths by the name of the module that holds them,
    `variables` the environment variables concerned; None is a variable that is not set.
    """

    executables: Mapping[str, Optional[str]]
    variables: Mapping[str, Optional[str]]


class Change(NamedTuple):
    """A value that an activation sets, by the name of a module or a variable."""

    name: str
    before: str | None
    after: str | None


def environment_at(prefix: str, paths: Any = os.path) -> Environment:
    """The environment in a prefix; `paths` is `posixpath` or `ntpath`.

    The interpreter has the version in its name where there is such a file: Pythons of two
    versions can share the prefix.
    """
    is_nt = paths.sep == "\\"
    scripts = paths.join(prefix, scripts_folder("nt" if is_nt else "posix"))
    version = "{}.{}".format(*sys.version_info)
    python = paths.join(scripts, "python.exe" if is_nt else f"python{version}")
    return Environment(prefix, python, scripts)


def activation(environment: Environment, now: State, paths: Any = os.path) -> list[Change]:
    """The values that differ from `now` while an environment is active; pure."""
    path = _with_first(now.variables.get("PATH"), environment.scripts, paths)
    values: dict[str, str | None] = {"PATH": path}
    if not environment.of_conda:
        values |= dict.fromkeys(now.executables, environment.python)
        values |= {"VIRTUAL_ENV": environment.prefix, "PYTHONHOME": None, CHILD_IMPORTS: "1"}
    before = {**dict.fromkeys(values), **now.executables, **now.variables}
    return [
        Change(name, before[name], after) for name, after in values.items() if before[name] != after
    ]


def undone(
    changes: list[Change], environment: Environment, now: State, paths: Any = os.path
) -> list[Change]:
    """The changes that take an activation back; pure.

    What has another value by now was changed by the user, and is left alone; of `PATH` only
    the activation's own entry is taken away. A module that copied the activation's
    interpreter after it gets the one from before.
    """
    made = {change.name: change for change in changes}
    restored = [
        _restored(made[name], value, environment, paths)
        for name, value in now.variables.items()
        if name in made
    ]
    if _SYS in made:
        copied = {name: made.get(name, made[_SYS]) for name in now.executables}
        restored += [
            _restored(change._replace(name=name), now.executables[name], environment, paths)
            for name, change in copied.items()
        ]
    return [change for change in restored if change.before != change.after]


def _restored(made: Change, value: str | None, environment: Environment, paths: Any) -> Change:
    if value == made.after:
        return Change(made.name, value, made.before)
    if made.name == "PATH" and value is not None:
        return Change(made.name, value, _without(value, environment.scripts, paths))
    return Change(made.name, value, value)


def _with_first(path: str | None, entry: str, paths: Any) -> str:
    """A `PATH` with an entry in front; without a `PATH`, systems search the default one."""
    known: str = paths.defpath if path is None else path
    if paths.normcase(known.split(paths.pathsep, 1)[0]) == paths.normcase(entry):
        return known
    return f"{entry}{paths.pathsep}{known}"


def _without(path: str, entry: str, paths: Any) -> str:
    """A `PATH` without the first of the entries that are a folder."""
    entries = path.split(paths.pathsep)
    same = [one for one in entries if paths.normcase(one) == paths.normcase(entry)]
    if same:
        entries.remove(same[0])
    return str(paths.pathsep).join(entries)


class _Active:
    """The environment that is active, and what was changed for it; one per process, as `sys`.

    `settings` are the changes for conda packages, `source` tells what they were read from.
    """

    environment: Environment | None = None
    changes: list[Change] = []  # noqa: RUF012
    settings: list[Change] = []  # noqa: RUF012
    source: Hashable = None


def enter(environment: Environment) -> None:
    """Activate an environment in this process, in place of another one.

    Nothing happens if it is active: what was changed since then stays. Only what conda packages
    need is set anew if other packages are there now.
    """
    if _Active.environment != environment:
        leave()
        _Active.environment = environment
        _Active.changes = activation(environment, _now())
        _apply(_Active.changes)
    _set_for_packages(environment.prefix)


def _set_for_packages(prefix: str) -> None:
    """Set the variables of conda packages, if they have changed."""
    places = (f"{prefix}/etc/conda", f"{prefix}/conda-meta/state")
    if _Active.source is None and not any(map(os.path.exists, places)):
        return
    from davos.environments import conda_variables  # noqa: PLC0415 - few environments have any

    files = conda_variables.files_of(prefix)
    if files == _Active.source:
        return
    _leave_settings()
    found = conda_variables.settings(prefix, files, variables())
    changes = (Change(name, os.environ.get(name), value) for name, value in found.items())
    _Active.settings = [change for change in changes if change.before != change.after]
    _Active.source = files
    _apply(_Active.settings)


def translate_in_children(on: bool) -> None:  # noqa: FBT001 - a config field's value
    """Have processes that start translate the modules that they import, or not."""
    if not on:
        os.environ.pop(CHILD_IMPORTS, None)
    elif _Active.environment is not None:
        os.environ[CHILD_IMPORTS] = "1"


def leave() -> None:
    """Take back what `enter` changed, but for what was changed since."""
    _leave_settings()
    if _Active.environment is not None:
        _apply(undone(_Active.changes, _Active.environment, _now()))
    _Active.environment = None
    _Active.changes = []


def _leave_settings() -> None:
    _apply(_undone_settings())
    _Active.settings = []
    _Active.source = None


def _undone_settings() -> list[Change]:
    """The changes that take the variables of conda packages back, but for what the user changed."""
    return [
        Change(name, after, before)
        for name, before, after in _Active.settings
        if os.environ.get(name) == after
    ]


def interpreter() -> str:
    """`sys.executable` as it is without an activation."""
    return next((c.after or "" for c in _undone() if c.name == _SYS), sys.executable)


def variables() -> dict[str, str]:
    """The environment variables as they are without an activation."""
    changes = [*_undone(), *_undone_settings()]
    restored = {c.name: c.after for c in changes if c.name not in {_SYS, *_COPIES}}
    found = {**os.environ, **restored}
    return {name: value for name, value in found.items() if value is not None}


def _undone() -> list[Change]:
    if _Active.environment is None:
        return []
    return undone(_Active.changes, _Active.environment, _now())


def _now() -> State:
    copies = {
        name: os.fsdecode(module.get_executable() or "") for name, module in _copies().items()
    }
    return State(
        {_SYS: sys.executable, **copies}, {name: os.environ.get(name) for name in _VARIABLES}
    )


def _copies() -> dict[str, Any]:
    return {name: sys.modules[name] for name in _COPIES if name in sys.modules}


def _apply(changes: list[Change]) -> None:
    copies = _copies()
    for name, _, value in changes:
        if name == _SYS:
            sys.executable = value or ""
        elif name in copies:
            copies[name].set_executable(value)
        elif value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
