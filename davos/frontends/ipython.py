"""davos in an IPython shell: a notebook's kernel or a terminal.

Source: IPython's "Custom input transformation" (string based transformers,
`input_transformers_post`, `has_side_effects`) and "Writing IPython extensions".
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Callable

from davos.configuration import Binding, Config
from davos.frontends import detect
from davos.frontends.session import Session
from davos.frontends.status import status_for

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["IPythonFrontend", "install"]

# Since 3.10 CPython finds words of up to five letters fastest (`FASTSEARCH` in fastsearch.h).
_MARK = "smugg" if sys.version_info >= (3, 10) else "smuggle"


class IPythonFrontend:
    """The engine's `Frontend` in an IPython shell."""

    def __init__(self, shell: InteractiveShell) -> None:
        self.shell = shell
        self.status = status_for(kernel=detect.is_kernel(shell)).show

    @property
    def namespace(self) -> dict[str, Any]:
        """The user's global namespace."""
        namespace: dict[str, Any] = self.shell.user_ns
        return namespace

    def show(self, text: str) -> None:
        """Print a line, at once."""
        print(text, flush=True)

    def confirm(self, question: str) -> bool:
        """Ask on the cell's input line; False if the front end offers none."""
        try:
            answer = input(question)
        except (EOFError, RuntimeError, NotImplementedError):
            return False
        return answer.strip().lower() in ("", "y", "yes")


class Activation:
    """Whether cells are transformed and `smuggle` is in the user's namespace."""

    def __init__(self, shell: InteractiveShell, smuggle: Callable[..., None]) -> None:
        self.shell = shell
        self.smuggle = smuggle

    @property
    def active(self) -> bool:
        """Whether our transformer is registered."""
        return self.transform in self.shell.input_transformers_post

    def set(self, active: bool) -> None:  # noqa: FBT001 - a config field's value
        """Turn smuggle statements on or off; the next cell is the first affected."""
        transformers, namespace = self.shell.input_transformers_post, self.shell.user_ns
        if active:
            namespace["smuggle"] = self.smuggle
            if not self.active:
                transformers.append(self.transform)
            return
        if self.active:
            transformers.remove(self.transform)
        if namespace.get("smuggle") == self.smuggle:
            del namespace["smuggle"]

    def transform(self, lines: list[str]) -> list[str]:
        """Turn a cell's smuggle statements into calls; other cells come back as they are."""
        text = "".join(lines)
        if _MARK not in text:
            return lines
        from davos.translate import translate  # noqa: PLC0415 - at the first smuggle only

        try:
            translated = translate(text, filename="<cell>")
        except SyntaxError as error:
            error.filename = _cell_name(self.shell, text)
            raise
        if translated is text:
            return lines
        # %reset -f empties the namespace, and importing davos again runs nothing.
        self.shell.user_ns.setdefault("smuggle", self.smuggle)
        return translated.splitlines(keepends=True)

    # IPython leaves such transformers out where it only looks at the code
    # (completion, is it complete?) instead of running it.
    transform.has_side_effects = True  # type: ignore[attr-defined]


def _cell_name(shell: InteractiveShell, text: str) -> str:
    """The name under which tracebacks show a cell, with its lines in `linecache`."""
    name: str = shell.compile.cache(text, shell.execution_count)
    return name


def install(shell: InteractiveShell, settings: Config) -> Session:
    """Make davos work in a shell, and activate it. Once a shell."""
    session = Session(IPythonFrontend(shell), settings, detect.default_project(shell))
    activation = Activation(shell, session.smuggle)
    settings.establish(environment=detect.environment(shell), ipython_shell=shell)
    settings.bind(active=Binding(lambda: activation.active, activation.set))
    session.start()
    activation.set(True)
    return session
