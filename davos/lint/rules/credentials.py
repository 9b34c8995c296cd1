"""DAV403: credentials that a notebook holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterable, Iterator

from davos.credentials import credentials
from davos.lint.rule import Finding, Rule
from davos.onion.pip_command import conda_lines, install_lines
from davos.span import Span

if TYPE_CHECKING:
    from davos.documents.parsed_cell import ParsedCell
    from davos.lint.context import Context

__all__ = ["CredentialsInNotebook"]

_MESSAGE = (
    "the URL holds credentials, which anyone who gets this file can read: keep them in pip.conf "
    "or .condarc, a keyring or ~/.netrc"
)


class CredentialsInNotebook(Rule):
    """Credentials in an onion comment or a line that installs.

    ## What it does
    Finds user names with passwords, and tokens, in URLs of onion comments and of
    `%pip install`, `!pip install`, `%conda install` and `!mamba install` lines, and in
    their `--proxy`. The user of an `ssh` URL, the user `git` and variables (`$TOKEN`, `{token}`)
    are exempt.

    ## Why is this bad?
    Whoever gets the notebook gets the credentials, also from its earlier versions in a
    repository. pip takes them from elsewhere: `index-url` in `pip.conf`, the variable
    `PIP_INDEX_URL`, a keyring or `~/.netrc`. Revoke credentials that were published.

    ## Example
    ```python
    smuggle six    # pip: six==1.16.0 --index-url https://me:secret@pypi.example.org/simple
    ```
    Use instead, with the credentials in `~/.netrc`:
    ```python
    smuggle six    # pip: six==1.16.0 --index-url https://pypi.example.org/simple
    ```
    """

    code = "DAV403"
    name = "credentials-in-notebook"

    @classmethod
    def check(cls, context: Context) -> Iterable[Finding]:
        for cell in context.cells:
            if "@" not in cell.written and "/t/" not in cell.written:
                continue
            for place in _places(cell):
                for span in credentials(cell.written[place.start : place.end]):
                    found = Span(place.start + span.start, place.start + span.end)
                    yield Finding(cell, found, _MESSAGE)


def _places(cell: ParsedCell) -> Iterator[Span]:
    """The arguments of onion comments, valid or not, and the magics of pip and conda."""
    for found in cell.statements:
        if found.statement.onion is not None:
            yield found.statement.onion.args_span
    for line in (*install_lines(cell.written), *conda_lines(cell.written)):
        yield Span(line.magic, line.end)
