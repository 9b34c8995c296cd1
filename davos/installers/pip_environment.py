"""The environment variables of pip's process: the user's, but what an onion asks for is installed.

pip reads settings from variables and from configuration files, and a variable that is
not empty overrides every file. So the variables also say "no" for what files may ask.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Mapping

from davos.onion.options import Effect
from davos.onion.pip import PIP

if TYPE_CHECKING:
    from davos.onion.options import Option

__all__ = ["environment", "is_overruled"]

_OPTIONS = tuple(
    option
    for option in PIP.options
    if option.effect is Effect.REFUSE or option.name in {"--editable", "--quiet"}
)
_OPTIONS_IN_PROJECT = tuple(
    option
    for option in PIP.options
    if option.effect is Effect.LOCATION
    or option.name in {"--platform", "--python-version", "--implementation", "--abi"}
)
# An empty list of ABIs would be a list: no wheel with compiled modules would fit any more.
_STRIPPED_ONLY = frozenset({"--platform", "--abi"})
# These stand on the command line that davos gives pip, so that a setting has no effect.
_COMMANDED = frozenset({"--log", "--progress-bar", "--no-input", "--no-user"})
# Kernels set FORCE_COLOR (ipykernel's `init_environment`); with it, rich underlines what pip
# prints even where it must not colour.
_STRIPPED = frozenset({"PYTHONHOME", "__PYVENV_LAUNCHER__", "FORCE_COLOR", "TTY_COMPATIBLE"})


def environment(environ: Mapping[str, str], *, in_project: bool) -> dict[str, str]:
    """The variables for pip: the user's, without what redirects an install.

    Index, proxy, certificate, cache and constraint settings stay. In a project no
    bytecode is written by importing, for what is imported there is the base's; what pip
    installs is compiled when the kernel imports it, in a fraction of the time.
    """
    options = (*_OPTIONS, *(_OPTIONS_IN_PROJECT if in_project else ()))
    stripped = {variable for option in options for variable in _variables(option)}
    env = {
        key: value
        for key, value in environ.items()
        if key not in _STRIPPED and _normalized(key) not in stripped
    }
    denied = (option for option in options if option.name not in _STRIPPED_ONLY)
    env.update((_variables(option)[0], no) for option in denied if (no := _no(option)))
    env.update(PYTHONUNBUFFERED="1", PYTHONIOENCODING="utf-8")
    # `python = ...` in pip.conf would start pip once more, somewhere else.
    env["_PIP_RUNNING_IN_SUBPROCESS"] = "1"
    if in_project:
        env["PYTHONDONTWRITEBYTECODE"] = "1"
    return env


def is_overruled(option: Option) -> bool:
    """Whether what pip's configuration says of an option has no effect on a project."""
    return option in _OPTIONS or option in _OPTIONS_IN_PROJECT or option.name in _COMMANDED


def _variables(option: Option) -> list[str]:
    """The variables that pip reads as an option, by its long spellings."""
    return [_normalized(f"PIP_{flag[2:]}") for flag in option.flags if flag[:2] == "--"]


def _normalized(variable: str) -> str:
    return variable.upper().replace("-", "_")


def _no(option: Option) -> str:
    """The value that stands for "not given"; none for an option with one value.

    pip passes over a variable that is empty, and splits the values of a list at white space;
    but it adds every group to those that it was given before.
    """
    if option.name == "--group":
        return ""
    if option.many:
        return " "
    return "" if option.takes_value else "0"
