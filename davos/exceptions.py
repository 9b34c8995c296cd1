"""The error tree: davos 0.2.3's names and bases, and what each error is about.

An error about source text is a `SyntaxError` that also holds the `Span` of the
offending word; `davos.source.Source.error` builds it.
"""

from __future__ import annotations

from argparse import ArgumentError
from subprocess import CalledProcessError
from typing import TYPE_CHECKING, Any, Sequence

from davos.credentials import masked, masked_words

if TYPE_CHECKING:
    from davos.span import Span

__all__ = [
    "DavosConfigError",
    "DavosError",
    "DavosParserError",
    "DavosProjectError",
    "InstallerError",
    "LockError",
    "NotebookError",
    "OnionArgumentError",
    "OnionParserError",
    "ParserNotImplementedError",
    "ProjectNotebookNotFoundError",
    "RestartNeededError",
    "SmuggledModuleNotFoundError",
    "SmugglerError",
    "TheNightIsDarkAndFullOfErrors",
    "UnknownFieldError",
]


# What Python's own errors keep in fields of C, of which `__reduce__` of most knows none.
_FIELDS = (
    *("msg", "filename", "lineno", "offset", "text", "end_lineno", "end_offset"),
    *("name", "path", "print_file_and_line"),
)
_OF_THIS_PROCESS = "_render_traceback_"  # IPython's


class DavosError(Exception):
    """Base of every error that davos raises; arrives whole where another process raised it."""

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickled as its arguments, fields and attributes, whatever `__init__` takes."""
        fields = {name: getattr(self, name, None) for name in _FIELDS}
        set_ones = {name: value for name, value in fields.items() if value is not None}
        state = {**set_ones, **vars(self)}
        state.pop(_OF_THIS_PROCESS, None)
        return _rebuilt, (type(self), self.args, state)


def _rebuilt(kind: type[DavosError], args: tuple[Any, ...], state: dict[str, Any]) -> DavosError:
    error = kind.__new__(kind, *args)
    for name, value in state.items():
        setattr(error, name, value)
    return error


class DavosConfigError(DavosError):
    """A config field that does not exist, is read-only, or got a bad value."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"'davos.config.{field}': {message}")
        self.field = field
        self.message = message


class UnknownFieldError(DavosConfigError, AttributeError):
    """A config field that does not exist; also an `AttributeError`, for `hasattr`."""


class DavosParserError(SyntaxError, DavosError):
    """A malformed smuggle statement.

    `span` is the offending word (offsets in code points), `code` the rule of
    `davos check` that reports it.
    """

    code: str = "DAV001"
    span: Span | None = None


class OnionParserError(DavosParserError):
    """An onion comment that cannot be read.

    `argument_span` is the offending word's place in the arguments, which begin behind the colon.
    """

    code = "DAV107"
    argument_span: Span | None = None


class OnionArgumentError(ArgumentError, OnionParserError):
    """An argument in an onion comment that the installer or davos refuses."""

    code = "DAV101"
    argument_name: str | None = None

    def __init__(self, message: str, *details: Any) -> None:
        SyntaxError.__init__(self, message, *details)
        self.message = message

    __str__ = SyntaxError.__str__


class ParserNotImplementedError(OnionParserError, NotImplementedError):
    """An installer that davos does not know."""

    code = "DAV106"


class NotebookError(DavosError):
    """A notebook file that cannot be read as one."""


class LockError(DavosError):
    """A lock that cannot be read, made or written."""


class DavosProjectError(DavosError):
    """A project that cannot be made, found, read or removed."""


class ProjectNotebookNotFoundError(DavosProjectError, FileNotFoundError):
    """The notebook that a project belongs to is not there."""


class SmugglerError(DavosError):
    """A smuggle statement that failed while it ran."""


class RestartNeededError(SmugglerError):
    """What was asked for is installed, and another version of it is loaded that has to stay.

    `fact` is the message without what can be done about it.
    """

    def __init__(self, fact: str, advice: str = "") -> None:
        super().__init__(fact, advice)
        self.fact = fact

    def __str__(self) -> str:
        return " ".join(filter(None, self.args))


class SmuggledModuleNotFoundError(SmugglerError, ModuleNotFoundError):
    """The module is not in its distribution, or nothing says which distribution it comes from."""


class InstallerError(SmugglerError, CalledProcessError, ImportError):
    """The installer ended with an error; `output` is what it printed, credentials in it masked.

    As text, the error is one sentence and the end of the output, without control characters,
    progress bars and what is no reason.
    Also an `ImportError`, so that `except ImportError` means with `smuggle` what it means
    with `import`.
    """

    def __init__(
        self,
        message: str,
        *,
        returncode: int,
        cmd: Sequence[str],
        output: str = "",
    ) -> None:
        message = masked(message)
        ImportError.__init__(self, message)
        self.message = message
        self.returncode = returncode
        self.cmd = masked_words(cmd)
        self.output = masked(output)
        self.stderr = None

    def __str__(self) -> str:
        from davos.program_output import readable_lines, shortened  # noqa: PLC0415 - for errors only

        return "\n".join([self.message, *shortened(readable_lines(self.output))])


class TheNightIsDarkAndFullOfErrors(SmugglerError):
    """The one error that `smuggle davos` raises; kept for 0.2.3's users."""
