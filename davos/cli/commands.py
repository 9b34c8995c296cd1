"""The commands of `davos`, and the module of each."""

from __future__ import annotations

from importlib import import_module
from typing import Any

__all__ = ["COMMANDS", "command_module"]

COMMANDS = {
    "check": "find what is wrong with the smuggle statements of notebooks and scripts",
    "rules": "list what `davos check` can find",
    "parse": "print the smuggle statements and the errors of files, for editors",
    "compile": "print the Python code that would run",
    "add": "put a smuggle statement for a package into a notebook or script, pinned",
    "remove": "take the smuggle statements for a package out",
    "convert": "turn imports into smuggle statements with the installed versions, or back",
    "shim": "run another linter on a copy in which `smuggle` reads `import`",
    "lock": "resolve all onion comments of notebooks and scripts, and keep the exact files",
    "run": "run a notebook in a kernel, or a script",
    "sync": "install what the locks of notebooks and scripts name, without running them",
    "verify": "compare the installed files with the locks of notebooks and scripts",
    "tree": "show the packages of a lock, and who needs them",
    "export": "print a lock as a requirements file, pylock.toml, environment.yml, or for uv",
    "shell": "start IPython with smuggle statements on",
    "lsp": "start the language server for editors",
    "projects": "list, show, rename and delete the projects of notebooks",
    "guide": "show a page of the guide, or the list of its topics",
    "generate-shell-completion": "print a script with which a shell completes davos' words",
}


def command_module(name: str) -> Any:
    """The module of a command: `main(arguments) -> status`, and `command_parser()`."""
    return import_module(f"davos.cli.{name.replace('-', '_')}")
