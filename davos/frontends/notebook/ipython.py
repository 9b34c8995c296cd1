"""davos in an IPython shell: a notebook's kernel or a terminal.

Source: IPython's "Writing IPython extensions"; `cells` and `typing_help` name theirs.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, Callable
from weakref import WeakKeyDictionary

import davos
from davos.asking import ask, has_terminal
from davos.configuration import Binding, Config
from davos.engine.call_site import remember_text, show_user_line, show_user_text
from davos.escaping import for_terminal
from davos.exceptions import DavosConfigError, DavosError
from davos.frontends import detect, import_hook, missing_module
from davos.frontends.notebook import magic_hint
from davos.frontends.notebook.cell_status import CellStatus
from davos.frontends.notebook.input_transformer import cells_of
from davos.frontends.notebook.run_files import run_files_with
from davos.frontends.notebook.typing_help import help_with
from davos.frontends.restart.carried_state import folder_in_use, replay_of_this_process
from davos.frontends.restart.execution_log import CellLog
from davos.frontends.session import Session
from davos.frontends.status import TerminalStatus

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from davos.engine.rerun import Restarter

__all__ = ["IPythonFrontend", "install"]

# Since 3.10 CPython finds words of up to five letters fastest (`FASTSEARCH` in fastsearch.h).
_MARK = "smugg" if sys.version_info >= (3, 10) else "smuggle"


class IPythonFrontend:
    """The engine's `Frontend` in an IPython shell."""

    def __init__(self, shell: InteractiveShell) -> None:
        self.shell = shell
        self.began_with = replay_of_this_process()
        self.cells = CellLog(self.began_with.state["cells"] if self.began_with else ())
        self._status = CellStatus(shell) if detect.is_kernel(shell) else TerminalStatus()
        self.status = self._status.show

    @property
    def namespace(self) -> dict[str, Any]:
        """The user's global namespace."""
        namespace: dict[str, Any] = self.shell.user_ns
        return namespace

    @property
    def document(self) -> str | None:
        """The path of the notebook, if the front end tells it."""
        return detect.notebook_path(self.shell)

    @property
    def notebook_text(self) -> bytes | None:
        """The notebook's JSON on Colab, which tells no path."""
        return detect.colab_notebook() if detect.is_colab(self.shell) else None

    def present(self, error: BaseException) -> None:
        """Have IPython show an error as its own few lines, except with `%xmode Verbose`."""
        error._render_traceback_ = partial(_rendered, self.shell, error)  # type: ignore[attr-defined]

    def file_name(self, filename: str) -> str:
        """How messages name a file or cell, as IPython does: `Cell In[3]`."""
        name_of = getattr(self.shell.compile, "format_code_name", None)
        found = name_of(filename) if name_of is not None else None
        return " ".join(found) if found else f"File {filename}"

    @property
    def shows_status(self) -> bool:
        """Whether the status line is seen."""
        return self._status.is_seen

    def show(self, text: str) -> None:
        """Print a line, at once."""
        print(for_terminal(text), flush=True)

    def conclude(self, text: str) -> None:
        """End the status line as one that stays, or print that."""
        if isinstance(self._status, CellStatus):
            self._status.conclude(text)
        else:
            self._status.show("")
            self.show(text)

    def confirm(self, question: str) -> bool | None:
        """Ask below the cell, or on the terminal; None where nobody can answer."""
        return ask(question) if detect.is_kernel(self.shell) or has_terminal() else None

    def announce_rerun(self) -> None:
        """Tell projects which folder a rerun in progress uses."""
        if self.began_with is not None:
            from davos.environments import lifecycle  # noqa: PLC0415 - after a restart only

            lifecycle.expect_rerun(partial(folder_in_use, self.began_with))

    def tell_of_unfinished_rerun(self) -> None:
        """Say what is not there if the last session's process ended while it ran cells again."""
        if self.began_with is None:
            from davos.frontends.restart import unfinished_rerun  # noqa: PLC0415 - for kernels only

            connection = detect.connection_file(self.shell)
            told = unfinished_rerun.take(connection, detect.notebook_path(self.shell))
            if told:
                self.show(told)

    @property
    def restarter(self) -> Restarter:
        """How to start this shell anew."""
        from davos.frontends.restart.unavailable import NoRestarter  # noqa: PLC0415 - at the first smuggle

        if detect.is_colab(self.shell):
            return NoRestarter("choose Runtime > Restart session, then run the cells again")
        if detect.is_kernel(self.shell):
            from davos.frontends.restart.kernel import KernelRestarter  # noqa: PLC0415 - likewise

            return KernelRestarter(self.shell, self.cells, self.began_with)
        return NoRestarter("restart IPython to use the new one")


class Activation:
    """Whether cells and modules are translated, and `smuggle` is in the user's namespace."""

    def __init__(
        self, shell: InteractiveShell, smuggle: Callable[..., None], settings: Config
    ) -> None:
        self.shell = shell
        self.smuggle = smuggle
        self.settings = settings
        self.cells = cells_of(shell, self.translate)
        self._told: tuple[int, str] = (0, "")

    @property
    def active(self) -> bool:
        """Whether cells are translated."""
        return self.cells.hooked

    def set(self, active: bool) -> None:  # noqa: FBT001 - a config field's value
        """Turn smuggle statements on or off; the next cell is the first affected."""
        namespace = self.shell.user_ns
        import_hook.set_hooked(active)
        if active:
            namespace["smuggle"] = self.smuggle
            self.cells.hook()
            return
        self.cells.unhook()
        found = namespace.get("smuggle")
        if callable(found) and found in (self.smuggle, davos.smuggle):
            del namespace["smuggle"]

    def translate(self, text: str) -> str:
        """Turn a cell's smuggle statements into calls; other cells come back as they are."""
        if _MARK not in text:
            return text
        try:
            once = (self.shell.execution_count, text)  # ipykernel transforms a cell twice
            tell = None if once == self._told else partial(self._tell, text)
            self._told = once
            translated = _translator()(text, filename="<cell>", tell=tell)
        except SyntaxError as error:
            error.filename = _cell_name(self.shell, text)
            if self.settings.debug:
                raise
            raise error.with_traceback(None) from None
        if translated is not text:
            remember_text(translated, text)
            # %reset -f empties the namespace, and importing davos again runs nothing.
            self.shell.user_ns.setdefault("smuggle", self.smuggle)
        return translated

    def _tell(self, text: str, row: int, message: str) -> None:
        """Warn about a row of a cell that is about to run."""
        from davos.engine.call_site import warn_at  # noqa: PLC0415 - where there is a warning

        warn_at(_cell_name(self.shell, text), row, message)


def _rendered(shell: InteractiveShell, error: BaseException) -> list[str]:
    """The lines of an error (`InteractiveShell.showtraceback`); raises if a traceback is wanted."""
    if getattr(shell.InteractiveTB, "mode", "") == "Verbose":
        raise LookupError("a traceback is wanted")
    from davos.frontends.error_display import lines_of  # noqa: PLC0415 - for errors only

    return lines_of(error)


def _show_own_lines(shell: InteractiveShell, frontend: IPythonFrontend, settings: Config) -> None:
    """Have IPython show each error of davos as its own few lines.

    `InteractiveShell.showtraceback` asks errors for `_render_traceback_`, but no `SyntaxError`.
    """
    usual_syntax = shell.SyntaxTB.structured_traceback
    usual = shell.InteractiveTB.structured_traceback

    def structured_syntax(etype: type, value: Any, *args: Any, **kwargs: Any) -> list[str]:
        if isinstance(value, SyntaxError):
            show_user_line(value)
        if isinstance(value, DavosError) and not settings.debug:
            _mark_in_magic(value, frontend.file_name)
        try:
            marked = getattr(value, "davos_place", None) is not None  # of a module
            lines = _rendered(shell, value) if marked else value._render_traceback_()
        except (AttributeError, LookupError):
            lines = usual_syntax(etype, value, *args, **kwargs)
        return lines

    def structured(etype: type, value: Any, *args: Any, **kwargs: Any) -> list[str]:
        if isinstance(value, (DavosError, AttributeError)) and not settings.debug:
            with suppress(LookupError):
                return _rendered_at_user(shell, value, frontend.file_name)
        _show_user_texts(value)
        lines: list[str] = usual(etype, value, *args, **kwargs)
        return lines

    shell.SyntaxTB.structured_traceback = structured_syntax
    shell.InteractiveTB.structured_traceback = structured


def _mark_in_magic(error: BaseException, name_of: Callable[[str], str]) -> None:
    """Have an error of a statement that `%%time` runs show its line instead of a traceback."""
    from davos.frontends import error_display  # noqa: PLC0415 - for errors only

    place = error_display.in_magic(error, name_of) if isinstance(error, SyntaxError) else None
    if place is not None:
        error_display.mark(error, place)


def _show_user_texts(error: BaseException | None) -> None:
    """Have the traceback of any error show cells as they were written, not translated."""
    traceback = getattr(error, "__traceback__", None)
    while traceback is not None:
        show_user_text(traceback.tb_frame)
        traceback = traceback.tb_next


def _rendered_at_user(
    shell: InteractiveShell, error: DavosError | AttributeError, name_of: Callable[[str], str]
) -> list[str]:
    """The lines of an error with the user's line that it comes from; raises as `_rendered` does."""
    from davos.frontends import error_display  # noqa: PLC0415 - for errors only
    from davos.frontends.user_line import is_missing_name, user_place  # noqa: PLC0415 - likewise

    if not (isinstance(error, DavosError) or is_missing_name(error)):
        raise LookupError("an error of something else")
    place = user_place(error, error.__traceback__, name_of)
    if place is None:
        raise LookupError("no code of the user called davos")
    error_display.mark(error, place)
    return _rendered(shell, error)


@lru_cache(maxsize=1)
def _translator() -> Callable[..., str]:
    from davos.translate import translate  # noqa: PLC0415 - at the first smuggle only

    return translate


def _cell_name(shell: InteractiveShell, text: str) -> str:
    """The name under which tracebacks show a cell, with its lines in `linecache`."""
    name: str = shell.compile.cache(text, shell.execution_count)
    return name


def _refuse_on_colab(value: object) -> bool:
    if value:
        raise DavosConfigError("auto_rerun", "does not work on Colab: its runtime restarts itself")
    return False


_installed: WeakKeyDictionary[InteractiveShell, tuple[Session, Activation]] = WeakKeyDictionary()


def install(shell: InteractiveShell, settings: Config) -> Session:
    """Make davos work in a shell, and activate it.

    `davos.config` governs the shell that came last; the cells of an earlier one stay
    translated, and go on to bind its own names.
    """
    if shell not in _installed:
        frontend = IPythonFrontend(shell)
        session = Session(frontend, settings, detect.default_project(shell))
        _installed[shell] = session, Activation(shell, session.smuggle, settings)
        help_with(shell)
        run_files_with(shell)
        magic_hint.attend(shell, lambda: _installed[shell][1].active, lambda: frontend.document)
        missing_module.attend(shell, lambda: _installed[shell][1].active)
        _show_own_lines(shell, frontend, settings)
        if detect.is_kernel(shell) and not detect.is_colab(shell):
            frontend.cells.attend(shell)
            frontend.announce_rerun()
            frontend.tell_of_unfinished_rerun()
        session.start()
    session, activation = _installed[shell]
    session.govern()
    settings.establish(environment=detect.environment(shell), ipython_shell=shell)
    settings.bind(active=Binding(lambda: activation.active, activation.set))
    if detect.is_colab(shell):
        settings.bind(auto_rerun=Binding(lambda: False, lambda _: None, _refuse_on_colab))
    activation.set(True)
    return session
