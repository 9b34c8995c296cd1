"""How pip installs the files that a lock names: without resolving, with hashes checked.

A requirement with a URL would be recorded as a direct one (PEP 610), though the file comes from
an index. So pip gets names, versions and digests, and as the only place to look, a page with the
links ("Repeatable Installs" and `--find-links` in pip's documentation).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Callable, Iterator, Mapping, Sequence
from urllib.parse import quote, unquote, urlsplit

from davos.escaping import for_html

if TYPE_CHECKING:
    from davos.installers.base import LockedFile

__all__ = ["STRONG", "LockRun", "runs"]

STRONG = ("sha256", "sha384", "sha512")
"""The digests that pip accepts for `--require-hashes`."""


@dataclass(frozen=True)
class LockRun:
    """One run of pip: the text of a requirements file, that of a page with links, and options.

    `alone` says that nothing but the page is needed: the configured indexes are not asked.
    """

    requirements: str
    links: str = ""
    options: tuple[str, ...] = ()
    alone: bool = False

    @property
    def from_index(self) -> LockRun:
        """The same files, by digest, from the configured indexes."""
        options = tuple(option for option in self.options if option != _NO_INDEX)
        return LockRun(self.requirements, "", options)


_NO_INDEX = "--no-index"
_HASHED = ("--no-deps", "--require-hashes")


def runs(files: Sequence[LockedFile]) -> Iterator[LockRun]:
    """The runs that install some files: wheels, then what has to be built, then what has no hash.

    Building needs the configured indexes, and pip cannot check a hash of a repository or a folder.
    """
    listed = [one for one in files if _is_listed(one)]
    wheels = [one for one in listed if one.kind == "wheel"]
    built = [one for one in listed if one.kind != "wheel"]
    direct = [one for one in files if one not in listed and one.hashes]
    unhashed = [one for one in files if not one.hashes]
    if wheels:
        yield LockRun(_lines(wheels, _pinned), _page(wheels), (*_HASHED, _NO_INDEX), alone=True)
    if built:
        yield LockRun(_lines(built, _pinned), _page(built), _HASHED)
    if direct:
        yield LockRun(_lines(direct, _archive), options=_HASHED)
    if unhashed:
        yield LockRun(_lines(unhashed, _source), options=("--no-deps",))


def _is_listed(file: LockedFile) -> bool:
    """Whether pip can find a file by name and version on a page with its link."""
    name = unquote(urlsplit(file.url).path.rpartition("/")[2])
    return file.kind in {"wheel", "sdist"} and bool(file.version) and name == file.filename


def _lines(files: Sequence[LockedFile], line: Callable[[LockedFile], str]) -> str:
    return "".join(f"{line(one)}\n" for one in files)


def _pinned(file: LockedFile) -> str:
    return f"{file.name}=={file.version}{_digests(file.hashes)}"


def _archive(file: LockedFile) -> str:
    return f"{file.name} @ {file.url}{_subdirectory(file)}{_digests(file.hashes)}"


def _source(file: LockedFile) -> str:
    if file.kind == "vcs":
        return _repository(file)
    return f"{file.name} @ {file.url}{_subdirectory(file)}"


def _repository(file: LockedFile) -> str:
    """A commit; pip < 24.1 refuses `name @ git+file:///...`, whose URL has no host."""
    where = f"{file.vcs}+{file.url}@{file.commit}"
    if urlsplit(file.url).netloc:
        return f"{file.name} @ {where}{_subdirectory(file)}"
    return f"{where}#egg={file.name}{_subdirectory(file).replace('#', '&')}"


def _subdirectory(file: LockedFile) -> str:
    return f"#subdirectory={quote(file.subdirectory)}" if file.subdirectory else ""


def _digests(hashes: Mapping[str, str]) -> str:
    return "".join(f" --hash={name}:{digest}" for name, digest in _strong(hashes))


def _strong(hashes: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(name, digest) for name, digest in sorted(hashes.items()) if name in STRONG]


def _page(files: Sequence[LockedFile]) -> str:
    """A page of links as an index writes them ("Simple Repository API")."""
    links = (
        f'<a href="{for_html(f"{one.url}#{name}={digest}")}">{for_html(one.filename)}</a><br>\n'
        for one in files
        for name, digest in _strong(one.hashes)[:1]
    )
    return f"<!DOCTYPE html>\n<html><body>\n{''.join(links)}</body></html>\n"
