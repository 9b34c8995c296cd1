"""Comments that look like an onion comment and are none, told apart from ordinary words."""

from __future__ import annotations

import re
from typing import NamedTuple

from davos.exceptions import DavosError

__all__ = ["NearMiss", "near_miss"]

_PIP = re.compile(r"pip(?:\d(?:\.\d+)?)?|ppi|piip|pipp|ipp", re.IGNORECASE | re.ASCII)
_CONDA = frozenset({"conda", "mamba", "micromamba"})
_FOREIGN = "conda|easy_install|mamba|micromamba|pdm|pipenv|pixi|poetry|uv"
_HEAD = re.compile(
    rf"""\#[ \t\f]*
    (?:[$%!>][ \t]*)?                                   # a prompt, or a magic
    (?:(?:uv|[\w./]*python[\d.]*[ \t]+-m)[ \t]+(?=pip\b))?
    (?P<name>(?:{_PIP.pattern}|{_FOREIGN})\b)
    (?:[ \t\f]+(?P<install>(?:pip[ \t]+)?(?:install|add))(?=\s|:))?
    (?P<separator>[ \t\f]*(?:::?|[;,=\uff1a]|->?(?=\s))[ \t\f]*|[ \t\f]+|\Z)
    (?P<args>.*)""",
    re.VERBOSE | re.IGNORECASE | re.ASCII | re.DOTALL,
)
_NEXT_COMMENT = re.compile(r"[ \t\f]#.*", re.DOTALL)
_VERSIONED = re.compile(r"[A-Za-z][\w.-]*(?:\[[^\]]*\])?(?:[=<>!~]=|[=<>~^])=?v?[\d*]", re.ASCII)
_BARE = re.compile(r"[A-Za-z][\w.-]*", re.ASCII)
# what a remark says of an installer in one word
_REMARKS = frozenset(
    "again alone also anyway before below bug build builds can conda does environment env error"
    " fails failed first fix fixes for from here ignored in installed installs instead is issue it"
    " later latest manually needed needs now okay ok old only or package packages pip please"
    " problem release required requires resolver same slow step stuff that them these this those"
    " todo too uv version versions way works wheel with workaround".split()
)


class NearMiss(NamedTuple):
    """An installer's name where it stands in a comment, and what would work instead.

    `start` and `end` are offsets in the comment; `suggestion` is a whole onion comment, empty
    if none can be told.
    """

    name: str
    start: int
    end: int
    suggestion: str

    @property
    def is_known(self) -> bool:
        """Whether an installer is meant that davos can use."""
        return bool(_installer(self.name))

    @property
    def message(self) -> str:
        """The sentence for the user."""
        example = f"an onion comment reads `# {_installer(self.name) or 'pip'}: NAME==VERSION`"
        hint = f"did you mean `{self.suggestion}`?" if self.suggestion else example
        if self.is_known:
            return f"this comment has no effect: it is not an onion comment; {hint}"
        return f"unknown installer {self.name!r}: the comment has no effect; {hint}"


def near_miss(comment: str, module: str = "") -> NearMiss | None:
    """What a comment that is no onion comment may have been meant as, None for ordinary words.

    `comment` is the text from its number sign on, `module` the name that its statement smuggles:
    a comment that repeats it is more likely meant for an installer.
    """
    head = _HEAD.match(_NEXT_COMMENT.sub("", comment))
    if head is None:
        return None
    args = head["args"].strip().rstrip(";,")
    installer = _installer(head["name"]) or "pip"
    valid = _is_valid(installer, args)
    if not _is_meant(head, args, module, valid=valid):
        return None
    return NearMiss(head["name"], *head.span("name"), f"# {installer}: {args}" if valid else "")


def _installer(name: str) -> str:
    """The installer of davos that a name in a comment stands for, empty if there is none."""
    if _PIP.fullmatch(name):
        return "pip"
    if name.lower() in _CONDA:
        return "conda"
    return "uv" if name.lower() == "uv" else ""


def _is_meant(head: re.Match[str], args: str, module: str, *, valid: bool) -> bool:
    """Whether the words behind an installer's name are for it."""
    if head["separator"].strip() in {":", "::", "\uff1a"}:
        return bool(args) or head["install"] is None
    if not args:
        return False
    words = args.split()
    if _VERSIONED.match(args) or module in words:
        return True
    if len(words) > 1:
        return valid and any(word[0] == "-" for word in words)
    return (
        valid
        and (not _BARE.fullmatch(args) or args.lower() not in _REMARKS)
        and (not args[0].isdigit())
    )


def _is_valid(installer: str, args: str) -> bool:
    from davos.onion.validator import validate_text  # noqa: PLC0415 - costs 80 ms

    try:
        validate_text(installer, args)
    except DavosError:
        return False
    return True
