"""The pages of the guide: which there are, and their text for a terminal and for a notebook."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.resources import files
from typing import Callable, Mapping

from davos.exceptions import DavosError
from davos.near_words import did_you_mean

__all__ = ["TOPICS", "Page", "guide", "in_shell", "markdown"]

# The pages, in the order in which a reader needs them. A topic is its file's name.
TOPICS: Mapping[str, str] = {
    "statement": "the `smuggle` statement: its grammar and where names are bound",
    "onion-comments": "the comment that names a package and its version",
    "conda": "packages of conda channels: how they are named, and the options",
    "projects": "where packages are installed, and how to list, rename and remove them",
    "lock": "the exact files of a notebook, kept with it (`davos lock`)",
    "restart": "restart and rerun: replacing a loaded package that has compiled modules",
    "errors": "what happens when an installation fails, and which exceptions to catch",
    "security": "what an onion comment can do and cannot do",
    "configuration": "the fields of `davos.config`",
    "python-api": "the names that the module `davos` provides",
    "clusters": "Dask and ipyparallel: workers that have what the notebook smuggled",
    "front-ends": "JupyterLab, VS Code, Colab, IPython and others",
    "command-line": "the commands of `davos` and their options",
    "check": "`davos check`: its rules, settings and pre-commit hooks",
    "convert": "`davos convert`: from imports to smuggle statements, and back",
    "editors": "`davos lsp`, the language server",
    "other-tools": "other linters (`davos shim`) and Pygments",
}
_PICTURE = re.compile(r"!\[[^\]]*\]\([^)]+\)\n*")
_LINK = re.compile(r"\[([^\]]+)\]\(([a-z-]+)\.md\)")

Mention = Callable[[str], str]


@dataclass(frozen=True)
class Page:
    """A page of the guide: rendered in a notebook, Markdown text elsewhere."""

    text: str

    def _repr_markdown_(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return self.text

    __str__ = __repr__


def guide(topic: str | None = None) -> Page:
    """A page of the guide, or the list of its topics.

    `topic` is a topic of that list, or the code of a rule of `davos check`. Raises
    `DavosError` for another one.
    """
    return Page(markdown(topic, _in_python))


def in_shell(topic: str) -> str:
    """How a page is opened from a terminal."""
    return f"`davos guide {topic}`"


def _in_python(topic: str) -> str:
    return f'`davos.guide("{topic}")`'


def markdown(topic: str | None, mention: Mention) -> str:
    """The text of a page, or of the list of topics; `mention` says how a page is opened.

    On disk the pages link to each other's files. In a terminal and in a notebook these
    links would lead nowhere, so each of them becomes its text and a mention; pictures are left out.
    """
    if topic is None:
        return _list_of_topics(mention)
    name = topic.lower().replace("_", "-")
    if name in TOPICS:
        text = files("davos.guide").joinpath(f"{name}.md").read_text(encoding="utf-8")
        text = _PICTURE.sub("", text)
        return _LINK.sub(lambda link: f"{link[1]} ({mention(link[2])})", text)
    return _rule_page(topic)


def _list_of_topics(mention: Mention) -> str:
    rows = "".join(f"- **{topic}**: {summary}\n" for topic, summary in TOPICS.items())
    how = f"{mention('TOPIC')} shows a page, {mention('DAV301')} the page of a rule."
    return f"# The guide to davos\n\n{rows}\n{how}\n"


def _rule_page(topic: str) -> str:
    from davos.lint.registry import RULES, page  # noqa: PLC0415 - a topic needs none of it

    code = topic.upper()
    if code in RULES:
        return page(code)
    hint = did_you_mean(topic, [*TOPICS, *RULES], otherwise=f"; topics are {', '.join(TOPICS)}")
    raise DavosError(f"the guide has no page {topic!r}{hint}")
