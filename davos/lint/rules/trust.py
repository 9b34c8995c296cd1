"""DAV4xx: where packages come from, and whether they can be modified in transit."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterable, Iterator

from davos.lint.rule import Finding, Rule
from davos.onion.options import Reach
from davos.onion.project_options import REFUSED, given

if TYPE_CHECKING:
    from davos.lint.context import Context
    from davos.onion.comment import Onion
    from davos.onion.options import Option

__all__ = ["ExtraIndex", "OptionOutsideProject", "UntrustedSource"]

_OUTSIDE = {
    "--constraint": "reads a file, which must be beside the notebook wherever it runs",
    "--build-constraint": "reads a file, which must be beside the notebook wherever it runs",
    "--proxy": "sends what pip asks for to a host that the notebook chooses",
}
_PLAIN = re.compile(r"(?:\w+\+)?(?:http|git|svn|ftp)://(?!localhost\b|127\.0\.0\.1\b|\[::1\])")


class UntrustedSource(Rule):
    """A package from a source whose identity is not verified.

    ## What it does
    Finds `--trusted-host`, and indexes, channels, links and requirements whose URL is plain
    `http` (or `git://`, `svn://`, `ftp://`). This machine (`localhost`) is exempt.

    ## Why is this bad?
    An attacker between the reader and the index can replace the package, and the
    notebook runs the replacement.

    ## Example
    ```python
    smuggle six    # pip: six==1.16.0 --index-url http://pypi.example.org/simple
    ```
    Use instead:
    ```python
    smuggle six    # pip: six==1.16.0 --index-url https://pypi.example.org/simple
    ```
    """

    code = "DAV401"
    name = "untrusted-source"

    @classmethod
    def check(cls, context: Context) -> Iterable[Finding]:
        for target in context.targets:
            if target.onion is None:
                continue
            for host in target.onion.options.get("trusted_host", ()):
                message = f"the certificate of {host} is not verified"
                yield Finding(target.cell, target.option_span(host), message)
            for url in _urls(target.onion):
                if _PLAIN.match(url):
                    message = f"{url} is not encrypted: the package can be modified in transit"
                    yield Finding(target.cell, target.option_span(url), message)


class ExtraIndex(Rule):
    """A package that more than one index may provide.

    ## What it does
    Finds `--extra-index-url`.

    ## Why is this bad?
    pip asks all indexes and installs the highest version, from any of them. Anyone who
    registers the name of a private package on the public index can have their code
    run (dependency confusion).

    ## Example
    ```python
    smuggle six    # pip: six==1.16.0 --extra-index-url https://pypi.example.org/simple
    ```
    Use instead:
    ```python
    smuggle six    # pip: six==1.16.0 --index-url https://pypi.example.org/simple
    ```
    """

    code = "DAV402"
    name = "extra-index"

    @classmethod
    def check(cls, context: Context) -> Iterable[Finding]:
        for target in context.targets:
            for url in target.onion.options.get("extra_index_url", ()) if target.onion else ():
                message = f"pip installs the highest version of any index, {url} or the main one"
                yield Finding(target.cell, target.option_span(url), message)


class OptionOutsideProject(Rule):
    """An option that writes, reads or connects outside the project.

    ## What it does
    Finds options that install or write elsewhere (`--target`, `--user`, `--log`, `--cache-dir`,
    `--src` ...), delete what is there (`--exists-action`), start a program
    (`--keyring-provider subprocess`), hand the build a path, name certificates or a
    proxy (`--cert`, `--proxy`), or read a constraints file (`-c`).

    ## Why is this bad?
    The option affects the reader's machine, not the package. While a project is active,
    most of them raise an OnionArgumentError. The file that `-c` reads must be
    beside the notebook. Certificates and proxies belong in the reader's own pip.conf.

    ## Example
    ```python
    smuggle six    # pip: six==1.16.0 --cert company.pem
    ```
    Use instead:
    ```python
    smuggle six    # pip: six==1.16.0
    ```
    """

    code = "DAV404"
    name = "option-outside-project"

    @classmethod
    def check(cls, context: Context) -> Iterable[Finding]:
        from davos.onion.validator import TABLES  # noqa: PLC0415 - with the first onion only

        for target in context.targets:
            onion = target.onion
            for option, value in given(onion, TABLES[onion.installer]) if onion else ():
                if _reaches_out(option, value):
                    reason = _OUTSIDE.get(option.name, option.reach.value)
                    message = f"{option.name} {reason.format(place='the project')}"
                    yield Finding(target.cell, target.option_span(option.name), message)


def _reaches_out(option: Option, value: str) -> bool:
    if option.name in _OUTSIDE or option.reach is Reach.WRITES:
        return True
    refuses = REFUSED.get(option.reach)
    return refuses is not None and refuses(value, "")


def _urls(onion: Onion) -> Iterator[str]:
    """The URLs that an onion comment gives."""
    options = onion.options
    if "index_url" in options:
        yield str(options["index_url"])
    yield from options.get("extra_index_url", ())
    yield from options.get("find_links", ())
    yield from options.get("channel", ())
    if onion.requirement.url:
        yield onion.requirement.url
