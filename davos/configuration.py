"""`davos.config`: one table of fields, and the object that holds their values.

A front end binds the fields that have an effect (`active`, `project`, ...) to
functions of its own; nothing here knows what they do.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Mapping

from davos.escaping import for_html, html_table
from davos.exceptions import DavosConfigError, UnknownFieldError
from davos.near_words import did_you_mean

if TYPE_CHECKING:
    from typing import Generic, Literal, NoReturn, Protocol, TypeVar

    from davos.environments.project import Project

    Read_co = TypeVar("Read_co", covariant=True)
    Written_contra = TypeVar("Written_contra", contravariant=True)

    class InteractiveShell(Protocol):
        """IPython's class of that name, which only front ends import."""

        user_ns: dict[str, Any]
        events: Any
        execution_count: int

    class ReadOnly(Protocol, Generic[Read_co]):
        """A field that nobody can assign to."""

        def __get__(self, config: Config, owner: object = None) -> Read_co: ...
        def __set__(self, config: Config, value: NoReturn) -> None: ...

    class Assigned(Protocol, Generic[Read_co, Written_contra]):
        """A field that takes more types than it returns."""

        def __get__(self, config: Config, owner: object = None) -> Read_co: ...
        def __set__(self, config: Config, value: Written_contra) -> None: ...


__all__ = ["BACKENDS", "FIELDS", "Binding", "Config", "Field", "config"]


@dataclass(frozen=True)
class Field:
    """One row of the table: what a config field is and who may write it."""

    name: str
    type: str
    default: Any
    writable: bool
    help: str


FIELDS: Mapping[str, Field] = {
    field.name: field
    for field in (
        Field("active", "bool", False, True, "Whether smuggle statements are understood."),
        Field(
            "auto_rerun",
            "bool",
            False,
            True,
            "Restart and rerun by itself when a loaded package cannot be replaced.",
        ),
        Field("conda_avail", "bool", False, False, "Whether conda can install packages here."),
        Field("conda_env", "str | None", None, False, "The conda environment davos runs in."),
        Field("conda_envs_dirs", "dict | None", None, False, "Conda environments by name."),
        Field("confirm_install", "bool", False, True, "Ask before anything is installed."),
        Field(
            "debug",
            "bool",
            bool(os.environ.get("DAVOS_DEBUG")),
            True,
            "Show tracebacks of errors in full; also with the variable DAVOS_DEBUG=1.",
        ),
        Field(
            "environment",
            "'Python' | 'IPython<7.0' | 'IPython>=7.0' | 'Colaboratory'",
            "Python",
            False,
            "The kind of interpreter davos runs in.",
        ),
        Field("ipython_shell", "InteractiveShell | None", None, False, "The running IPython."),
        Field(
            "lock",
            "'auto' | str | None",
            "auto",
            True,
            "The lock to install: the notebook's own, that of a file, or None.",
        ),
        Field("noninteractive", "bool", False, True, "Never ask the user anything."),
        Field(
            "pip_backend",
            "'auto' | 'pip' | 'uv'",
            os.environ.get("DAVOS_PIP_BACKEND") or "auto",
            True,
            "What installs for `# pip:`; auto: uv where it can do what pip would.",
        ),
        Field("pip_executable", "str", None, True, "The pip that installs packages."),
        Field(
            "project",
            "Project | str | None",
            None,
            True,
            "Where packages go; None: into the running environment itself.",
        ),
        Field("smuggled", "dict[str, str]", {}, False, "Packages smuggled so far, with onions."),
        Field(
            "summary",
            "bool",
            True,
            True,
            "Leave a line that says what was installed.",
        ),
        Field("suppress_stdout", "bool", False, True, "Show nothing but errors."),
    )
}


_CODE = re.compile(r"`([^`]*)`")
_OBJECT = re.compile(r"<([\w.]+) object at 0x[0-9a-fA-F]+>")
BACKENDS = ("auto", "pip", "uv")


def _help_in_html(text: str) -> str:
    return _CODE.sub(r'<code style="white-space: nowrap">\1</code>', for_html(text))


def _value_in_html(value: object) -> str:
    """The representation of a value; an address in memory tells a reader nothing."""
    text = _OBJECT.sub(r"\1", repr(value))
    return f"<code>{for_html(text)}</code>"


def _as_it_is(value: Any) -> Any:
    return value


@dataclass(frozen=True)
class Binding:
    """How a front end reads a field and writes it.

    `check` turns what the user assigned into the value to keep, or raises
    `DavosConfigError` before anything has changed; `write` makes it so.
    """

    read: Callable[[], Any]
    write: Callable[[Any], None]
    check: Callable[[Any], Any] = _as_it_is


def _unknown(name: str) -> UnknownFieldError:
    hint = did_you_mean(name, FIELDS, repr, otherwise=f"; fields are {', '.join(FIELDS)}")
    return UnknownFieldError(name, "no such field" + hint)


def _checked_bool(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise DavosConfigError(name, f"must be True or False, not {value!r}")
    return value


def _checked_backend(value: object) -> object:
    if value not in BACKENDS:
        known = ", ".join(map(repr, BACKENDS))
        raise DavosConfigError("pip_backend", f"must be one of {known}, not {value!r}")
    return value


def _checked_executable(name: str, value: object) -> str:
    if not isinstance(value, (str, Path)):
        raise DavosConfigError(name, f"must be a path (str or pathlib.Path), not {value!r}")
    path = os.path.expanduser(value)
    if not os.path.isfile(path):
        raise DavosConfigError(name, f"no such file: {str(value)!r}")
    if not os.access(path, os.X_OK):
        raise DavosConfigError(name, f"not executable: {str(value)!r}")
    return path


def _checked_lock(name: str, value: object) -> str | None:
    if value is None or value == "auto":
        return value
    if not isinstance(value, (str, os.PathLike)):
        raise DavosConfigError(name, f"must be 'auto', a path or None, not {value!r}")
    path = os.path.abspath(os.path.expanduser(os.fspath(value)))
    if not os.path.isfile(path):
        raise DavosConfigError(name, f"no such file: {str(value)!r}")
    return path


class Config:
    """The options and data of this interpreter session; `davos.config` is the only one.

    Reading or writing a field that does not exist, writing a read-only one and
    writing a value of the wrong type raise `DavosConfigError`.
    """

    # The types of FIELDS for type checkers; a test compares the two.
    active: bool
    auto_rerun: bool
    conda_avail: ReadOnly[bool]
    conda_env: ReadOnly[str | None]
    conda_envs_dirs: ReadOnly[dict[str, str] | None]
    confirm_install: bool
    debug: bool
    environment: ReadOnly[Literal["Python", "IPython<7.0", "IPython>=7.0", "Colaboratory"]]
    ipython_shell: ReadOnly[InteractiveShell | None]
    lock: Assigned[str | None, str | os.PathLike[str] | None]
    noninteractive: bool
    pip_backend: Literal["auto", "pip", "uv"]
    pip_executable: Assigned[str, str | os.PathLike[str]]
    project: Assigned[Project | None, Project | str | os.PathLike[str] | None]
    smuggled: ReadOnly[dict[str, str]]
    summary: bool
    suppress_stdout: bool

    _values: dict[str, Any]
    _bindings: dict[str, Binding]

    def __init__(self) -> None:
        values = {field.name: field.default for field in FIELDS.values()}
        values["smuggled"] = {}
        object.__setattr__(self, "_values", values)
        object.__setattr__(self, "_bindings", {})

    def bind(self, **bindings: Binding) -> None:
        """Give fields a front end's reader and writer."""
        self._bindings.update(bindings)

    def binding(self, name: str) -> Binding:
        """How a field is bound now; raises KeyError if it is not."""
        return self._bindings[name]

    def establish(self, **values: Any) -> None:
        """Set fields from inside davos, the read-only ones included."""
        self._values.update(values)

    def chosen(self, name: str) -> Any:
        """The value that the user gave a bound field, or its default."""
        return self._values[name]

    def update(self, fields: Mapping[str, Any]) -> None:
        """Set several fields: all of them, or none and a `DavosConfigError`."""
        checked = {name: self._checked(name, value) for name, value in fields.items()}
        after = {**self._values, **checked}
        if after["noninteractive"] and checked.get("confirm_install"):
            reason = "cannot be True in noninteractive mode, where nothing is ever asked"
            raise DavosConfigError("confirm_install", reason)
        before = {name: getattr(self, name) for name in checked}
        done: list[str] = []
        try:
            for name, value in checked.items():
                done.append(name)
                self._write(name, value)
        except BaseException:
            for name in reversed(done):
                self._write(name, before[name])
            raise
        if checked.get("noninteractive"):
            self._values["confirm_install"] = False

    def _checked(self, name: str, value: Any) -> Any:
        field = FIELDS.get(name)
        if field is None:
            raise _unknown(name)
        if not field.writable:
            raise DavosConfigError(name, "is read-only")
        binding = self._bindings.get(name)
        if field.type == "bool":
            value = _checked_bool(name, value)
        elif name == "pip_backend":
            value = _checked_backend(value)
        elif name == "pip_executable":
            value = _checked_executable(name, value)
        elif name == "lock":
            value = _checked_lock(name, value)
        return value if binding is None else binding.check(value)

    def _write(self, name: str, value: Any) -> None:
        binding = self._bindings.get(name)
        if binding is not None:
            binding.write(value)
        else:
            self._values[name] = value

    if not TYPE_CHECKING:  # which is to know the fields above only

        def __getattr__(self, name: str) -> Any:
            if name.startswith("_"):
                raise AttributeError(name)
            binding = self._bindings.get(name)
            if binding is not None:
                return binding.read()
            if name in self._values:
                return self._values[name]
            raise _unknown(name)

        def __setattr__(self, name: str, value: Any) -> None:
            self.update({name: value})

    def __reduce__(self) -> str:
        """A copy of the only one is itself, and pickle keeps no more than its name."""
        return "config"

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *FIELDS]

    def __repr__(self) -> str:
        pad = " " * len("DavosConfig(")
        rows = f",\n{pad}".join(f"{name}={getattr(self, name)!r}" for name in FIELDS)
        return f"DavosConfig({rows})"

    def _repr_html_(self) -> str:
        rows = (
            (name, _help_in_html(field.help), _value_in_html(getattr(self, name)))
            for name, field in FIELDS.items()
        )
        return html_table(("field", "meaning", "value"), rows)


config = Config()
