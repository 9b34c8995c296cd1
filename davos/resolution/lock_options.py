"""The options and settings of one resolution, as the arguments of the program that does it.

Where a document has an onion comment for pip, pip's configuration counts, else uv's variables: as
when the document runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Iterator, Mapping

from davos.credentials import masked
from davos.exceptions import LockError
from davos.installers.backend import trusts_system
from davos.installers.pip_settings import SettingsError, read_settings
from davos.installers.uv_arguments import UvArguments
from davos.installers.uv_command import environment
from davos.installers.uv_equivalents import check_source, equivalent_options
from davos.resolution.lock_run import absolute, option_words

if TYPE_CHECKING:
    from pathlib import Path

    from davos.installers.pip_settings import Setting
    from davos.resolution.lock_run import LockRun

__all__ = ["arguments_for_uv", "dated_sources", "words_for_pip"]

_OF_BOTH = {
    "extra_index_url": "--extra-index-url",
    "find_links": "--find-links",
    "no_binary": "--no-binary",
    "only_binary": "--only-binary",
    "no_index": "--no-index",
    "no_deps": "--no-deps",
}
_PIPS = {
    **_OF_BOTH,
    "trusted_host": "--trusted-host",
    "index_url": "--index-url",
    "ignore_requires_python": "--ignore-requires-python",
    "uploaded_prior_to": "--uploaded-prior-to",
}
_UVS_ONLY = {
    "index": "--index",
    "exclude_newer": "--exclude-newer",
    "exclude_newer_package": "--exclude-newer-package",
    "fork_strategy": "--fork-strategy",
    "index_strategy": "--index-strategy",
    "no_sources": "--no-sources",
    "no_sources_package": "--no-sources-package",
    "prerelease": "--prerelease",
    "prerelease_package": "--prerelease-package",
    "resolution": "--resolution",
    "torch_backend": "--torch-backend",
}
_UVS = {
    **_OF_BOTH,
    **_UVS_ONLY,
    "trusted_host": "--allow-insecure-host",
    "index_url": "--default-index",
    "uploaded_prior_to": "--exclude-newer",
}
# `LockRun.options` has names or lines for these, not what an onion comment says.
_WRITTEN = frozenset({"pre", "constraint", "build_constraint"})
# Settings of pip that are about installing, which nothing does here.
_OF_INSTALLS = frozenset({"compile", "force_reinstall", "require_hashes", "upgrade_strategy"})
# Settings of pip that name further sources of files.
_SOURCES = ("extra_index_url", "find_links")
_WITH_FILES = ("constraint", "build_constraint", "find_links")


def words_for_pip(run: LockRun) -> Iterator[str]:
    """Words of pip's command line; raises `LockError` for what only uv has."""
    for dest, flag in _UVS_ONLY.items():
        if dest in run.options:
            asker = next(one for one in run.asked if dest in one.options)
            message = f"pip has no {flag}, which {asker.shown} gives: uv is needed"
            raise LockError(message)
    yield from option_words(run.options, _PIPS)


def dated_sources(environ: Mapping[str, str], empty: Path) -> dict[str, str]:
    """Leave sources of this machine out of pip's resolution as of a date, by variables for pip.

    They have no upload times, and `--uploaded-prior-to` lets pip take all that they hold. pip
    ignores an empty variable, so the URL of an empty folder takes the place of an empty list.
    Raises `LockError` if the index itself is a folder, and for settings that cannot be read.
    """
    try:
        settings = read_settings(environ)
    except SettingsError as error:
        raise LockError(masked(str(error))) from None
    index = settings.get("index_url")
    if index is not None and not _is_remote(index.value):
        message = (
            f"a lock as of a date needs an index with upload times; {index.place} names a folder"
        )
        raise LockError(message)
    found = {}
    for dest in filter(settings.__contains__, _SOURCES):
        kept = filter(_is_remote, settings[dest].value)
        found[f"PIP_{dest.upper()}"] = " ".join(kept) or empty.as_uri()
    return found


def _is_remote(url: str) -> bool:
    return url.lower().startswith(("http:", "https:"))


def arguments_for_uv(run: LockRun, environ: Mapping[str, str]) -> UvArguments:
    """Options, lines and variables for `uv pip compile`.

    Raises NoEquivalentError or SettingsError where uv cannot do what pip would.
    """
    early = [f"--prerelease-package={name}=allow" for name in run.options.get("pre", ())]
    if all(one.onion.installer == "uv" for one in run.asked):
        words = (*option_words(run.options, _UVS), *early)
        return UvArguments(words, (), environment(environ, own_settings=True))
    for one in run.asked:
        check_source(one.requirement)
    options = {
        dest: value
        for dest, value in run.options.items()
        if dest not in _WRITTEN and dest not in _UVS_ONLY
    }
    found = equivalent_options(
        options, _settings(run, environ), environ, system_certs=trusts_system()
    )
    own = {dest: value for dest, value in run.options.items() if dest in _UVS_ONLY}
    return UvArguments(
        (*_without_strategy(found.words, own), *option_words(own, _UVS_ONLY), *early),
        found.lines,
        found.env,
    )


def _without_strategy(words: tuple[str, ...], own: Mapping[str, Any]) -> tuple[str, ...]:
    """Words without pip's strategy for several indexes, where an onion comment names one."""
    return words[2:] if "index_strategy" in own else words


def _settings(run: LockRun, environ: Mapping[str, str]) -> dict[str, Setting]:
    """The settings of pip; relative paths begin in the document's folder, where pip would run."""
    found = {
        dest: setting
        for dest, setting in read_settings(environ).items()
        if dest not in _OF_INSTALLS
    }
    for dest in _WITH_FILES:
        if dest in found:
            value = [absolute(one, run.folder) for one in found[dest].value]
            found[dest] = found[dest]._replace(value=value)
    return found
