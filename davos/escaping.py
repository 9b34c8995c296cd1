"""Text of notebooks, file names, indexes and wheels, escaped for the place where it is shown.

One function for each kind of place; credentials are masked in all but JSON. Terminals and
logs obey control characters (ECMA-48), bidirectional controls reorder what is read (Unicode
TR 36), and CI runners take commands from the lines of a log: `::error` (GitHub Actions,
"Workflow commands"), `##vso[` (Azure Pipelines, "Logging commands"), `##teamcity[`. Other
Unicode text stays as it is.
"""

from __future__ import annotations

import re
from typing import Any, Iterable, Sequence

from davos.credentials import masked

__all__ = [
    "for_html",
    "for_json",
    "for_markdown",
    "for_markdown_code",
    "for_terminal",
    "for_workflow_command",
    "for_xml",
    "html_table",
    "one_line",
]

# C0 and C1, bidirectional controls, U+2028 and U+2029, and lone surrogates, which no
# encoding can write; tabs and line feeds stay.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ud800-\udfff]"
)
_COMMAND = re.compile(r"^[^\S\n]*(:)(?=:)|(#)(?=#[A-Za-z]*\[)", re.MULTILINE)
_NOT_XML = re.compile("[\ufffe\uffff]")  # besides those above: XML 1.0, production 2
_MARKDOWN = re.compile(r"[\\`*_\[\]<>#]")


def for_terminal(text: str) -> str:
    """Text for a terminal, a notebook's output or a CI log; its line feeds and tabs stay."""
    text = _printable(text)
    return _COMMAND.sub(_first_letter, text) if "::" in text or "##" in text else text


def one_line(text: str) -> str:
    r"""A part of a line for a terminal or a log: line feeds become `\n`, too."""
    return for_terminal(text.replace("\n", "\\n"))


def for_html(text: str) -> str:
    """Text in an HTML element or a quoted attribute."""
    return _without_markup(_printable(text))


def for_xml(text: str) -> str:
    """Text on one line in an XML 1.0 element or a quoted attribute."""
    return _without_markup(_NOT_XML.sub(_escape, one_line(text)))


def for_json(value: Any, indent: int | None = None) -> str:
    """A JSON document in ASCII, in which a CI runner finds no command."""
    import json  # noqa: PLC0415 - `import davos` does not need it

    return json.dumps(value, indent=indent).replace("##", "#\\u0023")


def for_workflow_command(text: str, also: str = "") -> str:
    """The message of a GitHub workflow command; `also` names what ends a property of one.

    GitHub reads `%0A` as a line end, and prints it into the log again.
    """
    text = for_terminal(text)
    for character in "%\r\n" + also:
        text = text.replace(character, f"%{ord(character):02X}")
    return text


def for_markdown(text: str) -> str:
    """Text on one line in which Markdown finds no markup."""
    return _MARKDOWN.sub(r"\\\g<0>", one_line(text))


def for_markdown_code(text: str) -> str:
    """Text as Markdown shows it letter by letter, also if it holds backquotes."""
    text = one_line(text)
    fence = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    padding = " " if "`" in text else ""
    return f"{fence}{padding}{text}{padding}{fence}"


def _without_markup(text: str) -> str:
    import html  # noqa: PLC0415 - `import davos` does not need it

    return html.escape(text)


def _printable(text: str) -> str:
    return _UNSAFE.sub(_escape, masked(text))


def _escape(found: re.Match[str]) -> str:
    return ascii(found[0])[1:-1]


def _first_letter(found: re.Match[str]) -> str:
    r"""The command with its first letter as `\x3a` or `\x23`."""
    letter = found[1] or found[2]
    return f"{found[0][:-1]}\\x{ord(letter):02x}"


def html_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table for a notebook; the cells are HTML already. The last column may break long words.

    Front ends align cells to the right, which is for numbers.
    """
    left = 'style="text-align: left"'
    last = 'style="text-align: left; overflow-wrap: anywhere"'
    titles = "".join(f"<th {left}>{title}</th>" for title in head)
    body = "".join(
        f"<tr><th {left}>{first}</th>{''.join(f'<td {left}>{cell}</td>' for cell in middle)}"
        f"<td {last}>{end}</td></tr>"
        for first, *middle, end in rows
    )
    return f"<table><thead><tr>{titles}</tr></thead><tbody>{body}</tbody></table>"
