"""The one requirement of an onion comment: which words it spans, and what it says.

pip's own reading of a requirement, as pip-requirements-parser keeps it. That
package takes longer to import than everything else here and a third of the time
of an onion comment, so a plain `name[extras]==version` goes to packaging
directly, as that package would do; a test holds the two readings together.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Callable, Sequence

from davos.onion import wheel_name
from davos.onion.characters import first_refused
from davos.onion.comment import Requirement
from davos.onion.repository_url import objection
from davos.onion.requirement_syntax import RequirementError, RequirementSyntax
from davos.onion.specifier_hint import nearest
from davos.onion.words import unquote

if TYPE_CHECKING:
    from packaging.specifiers import SpecifierSet

    from davos.onion.words import Word

__all__ = [
    "PEP_508",
    "load",
    "parse",
    "requirement_end",
    "requirement_text",
]

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(?=$|[\[(=<>!~@;,])")
_CONTINUES = re.compile(r"===?|[<>!~]=|[<>](?!\w*://)|=|[\[\](),@]")
_UNFINISHED = tuple("=<>~,@[(")
_WHOLLY_QUOTED = re.compile(r"""'[^']*'|"[^"]*\"""")
_NAMED_VERSION = re.compile(r"[\w.-]+(?:\[[^\]]*\])?\s*(?:===?|[<>!~]=?|=)", re.ASCII)
_OPERATOR_AT_END = re.compile(r"(===?|[<>!~]=?|=)\s*\Z")
_VARIABLE = re.compile(r"\$\{[A-Za-z0-9_]+\}")
_NAMED_URL = re.compile(r"[A-Za-z0-9][\w.-]*\s*(?:\[[^\]]*\]\s*)?@", re.ASCII)
_NOT_EDITABLE = "only a project folder or a VCS URL (git+https://...) can be editable"
_MAX_BRACKETS = 16
_FRAGMENT = re.compile(r"#(?:egg|subdirectory)=")


_PLAIN = re.compile(
    r"""([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)
        (?:\[([A-Za-z0-9]+(?:,[A-Za-z0-9]+)*)\])?
        ((?:===?|[<>!~]=|[<>])[A-Za-z0-9.!+*]+(?:,(?:===?|[<>!~]=|[<>])[A-Za-z0-9.!+*]+)*)?""",
    re.VERBOSE,
)
_ARCHIVE = re.compile(r"\.(?:whl|zip|tar|tgz|tbz|gz|bz2|xz|txz|tlz|lz|lzma)", re.IGNORECASE)


def requirement_end(words: Sequence[Word], first: int) -> int:
    """The index behind the last word of the requirement that begins at a word.

    White space may stand inside `name [extra] >= 1, < 2 ; marker` and around the
    `@` of `name @ URL`, as in PEP 508. An option always ends the requirement.
    """
    word = words[first]
    if word.quoted:
        return first + 1
    named = _NAME.match(word.text) is not None
    closed = not named or _gives_url(word.text)
    marker = _opens_marker(word.text, closed=closed)
    last = first
    while last + 1 < len(words):
        word = words[last + 1]
        if word.text[:1] == "-" and not (marker and word.quoted):
            break
        before = words[last].text
        starts_marker = word.text[:1] == ";" and not word.quoted
        if not (marker or starts_marker or (not closed and _goes_on(before, word.text))):
            break
        closed = closed or before[-1:] == "@" or _gives_url(word.text)
        marker = marker or starts_marker or _opens_marker(word.text, closed=closed)
        last += 1
    return last + 1


def _goes_on(before: str, text: str) -> bool:
    return before.endswith(_UNFINISHED) or _CONTINUES.match(text) is not None


def _gives_url(text: str) -> bool:
    return "@" in text[:-1]


def _opens_marker(text: str, *, closed: bool) -> bool:
    # a URL or path may hold a semicolon of its own: there only one at the end counts
    return text[-1:] == ";" if closed else ";" in text


def requirement_text(raw: str) -> str:
    """A requirement as its installer shall get it, from the text that spans it.

    Quotes are undone, but for those in a marker: they belong to its strings.
    """
    if "'" not in raw and '"' not in raw:
        return raw
    if _WHOLLY_QUOTED.fullmatch(raw):
        return raw[1:-1]
    head, semicolon, marker = raw.partition(";")
    if len(re.findall(r"['\"]", head)) % 2:
        return unquote(raw)
    return unquote(head) + semicolon + marker


def parse(text: str, *, editable: bool = False) -> Requirement:
    """The requirement that a text states.

    Raises
    ------
    RequirementError
        with what is wrong and, where that is clear, what was meant.

    """
    plain = None if editable else _PLAIN.fullmatch(text)
    try:
        if plain and not _ARCHIVE.search(text):
            return _plain(text, *plain.groups())
        _refuse_dangerous(text)
        found = _build(text, editable=editable)
        _refuse_url(text, found.link)
        return _requirement(text, found, editable=editable)
    except RequirementError:
        raise
    except Exception as error:  # noqa: BLE001
        # of many kinds: InstallationError, packaging's three, assertions, RecursionError
        raise RequirementError(_explain(text, error)) from None


@lru_cache(maxsize=1)
def _specifier_set() -> type[SpecifierSet]:
    from packaging.specifiers import SpecifierSet  # noqa: PLC0415 - with the first onion only

    return SpecifierSet


@lru_cache(maxsize=1)
def _builders() -> tuple[Callable[[str], Any], Callable[[str], Any]]:
    from pip_requirements_parser import (  # noqa: PLC0415 - 77 ms, where the quick way ends
        build_editable_req,
        build_install_req,
    )

    return build_install_req, build_editable_req


def load() -> None:
    """Load what reads requirements, for good."""
    _specifier_set()
    _builders()


# The notebooks of a course ask for the same packages again and again.
@lru_cache(maxsize=512)
def _plain(text: str, name: str, extras: str | None, specifier: str | None) -> Requirement:
    return Requirement(
        text,
        name,
        tuple(sorted({extra.lower() for extra in extras.split(",")})) if extras else (),
        str(_specifier_set()(specifier)) if specifier else "",
    )


def _refuse_dangerous(text: str) -> None:
    if not text.strip():
        raise RequirementError("the requirement is empty")
    if text.lstrip()[0] == "-":
        raise RequirementError(f"a requirement cannot begin with a dash: {text!r}")
    if text.lstrip()[0] == "#":  # in the file in which pip gets it, that is a comment
        raise RequirementError(f"a requirement cannot begin with #: {text!r}")
    if text.count("[") > _MAX_BRACKETS:
        raise RequirementError("too many brackets")  # pip's code takes quadratic time with them
    fault = wheel_name.fault(text)
    if fault:
        raise RequirementError(fault)
    variable = _VARIABLE.search(text)
    if variable:
        raise RequirementError(f"environment variables are not expanded: {variable.group()!r}")
    refused = first_refused(text)
    if refused:
        raise RequirementError(f"a requirement cannot hold {refused.description}")


def _refuse_url(text: str, link: Any) -> None:
    if link is None:
        return
    # what follows the @ is left in for a scheme that pip does not know
    named = _NAMED_URL.match(link.url) if "://" in link.url else None
    reason = objection(link.url[named.end() :].strip() if named else link.url)
    if reason:
        raise RequirementError(f"{text!r} is refused: {reason}")


def _build(text: str, *, editable: bool) -> Any:
    build_install_req, build_editable_req = _builders()
    if not editable:
        found = build_install_req(text)
        if found.req and found.req.url and ":" not in found.req.url:
            raise RequirementError(f"{found.req.url!r} behind the @ is not a URL{_hint(text)}")
        return found
    if _NAMED_VERSION.match(text):
        raise RequirementError(_NOT_EDITABLE)
    found = build_install_req(text) if _NAMED_URL.match(text) else build_editable_req(text)
    if found.link.is_vcs and not found.req:
        raise RequirementError(f"{text!r} needs a name: NAME @ URL, or #egg=NAME behind the URL")
    if not found.link.is_vcs and "://" in found.link.url and found.link.scheme != "file":
        raise RequirementError(_NOT_EDITABLE)
    return found


def _requirement(text: str, found: Any, *, editable: bool) -> Requirement:
    required, link = found.req, found.link
    name = required.name if required else None
    extras = tuple(sorted(found.extras)) if found.extras else ()
    specifier = str(required.specifier) if required else ""
    marker = str(found.marker) if found.marker else None
    if link is None:
        return Requirement(text, name, extras, specifier, marker)
    return Requirement(
        text, name, extras, specifier, marker, editable=editable, **_link_fields(link)
    )


def _link_fields(link: Any) -> dict[str, Any]:
    if link.scheme == "file":
        place: dict[str, Any] = {"url": link.url, "path": link.file_path}
    elif "://" in link.url:
        place = {"url": link.url}
    else:
        place = {"path": _FRAGMENT.split(link.url)[0]}
    fields = {**place, "subdirectory": link.subdirectory_fragment}
    if link.is_vcs:
        behind = link.path.rpartition("/")[2] if "@" not in link.path else link.path
        fields["vcs"] = link.scheme.partition("+")[0]
        fields["ref"] = behind.rpartition("@")[2] if "@" in behind else None
    return fields


def _hint(text: str) -> str:
    """What a text may have been meant as, to be added to an error; empty if nothing is near."""
    meant = [repr(near) for near in nearest(text) if _is_requirement(near)]
    return f"; did you mean {' or '.join(meant)}?" if meant else ""


def _is_requirement(text: str) -> bool:
    try:
        found = _builders()[0](text)
    except Exception:  # noqa: BLE001 - of many kinds, as in `parse`
        return False
    return bool(found.req) and found.link is None


def _explain(text: str, error: Exception) -> str:
    hint = _hint(text)
    if hint:
        return f"{text!r} is not a requirement{hint}"
    if type(error).__name__ == "InstallationError" and "editable" in str(error):
        return _NOT_EDITABLE
    operator = _OPERATOR_AT_END.search(text)
    if operator and not set(text) & set("/:;@"):
        return f"{text!r} is not a valid requirement: a version is missing behind {operator[1]!r}"
    reason = str(error).partition("\n")[0].strip()
    reason = re.sub(r"^(?:Invalid requirement: *)?(?:'[^']*')?[: ]*", "", reason).rstrip(": ")
    return f"{text!r} is not a valid requirement" + (f": {reason}" if reason else "")


PEP_508 = RequirementSyntax(requirement_end, requirement_text, parse)
"""How the requirement of an onion comment for pip or uv is written."""
