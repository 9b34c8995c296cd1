"""What `uv pip install` is given so that it does what pip would: one table.

A row stands for an option of pip, given in an onion comment or by pip's configuration. What
has no row has no equivalent in uv, and neither have some values.

Sources: "Compatibility with pip" in uv's documentation (several indexes, pre-releases), pip's
documentation of its options, and "Environment variables" of both.
"""

from __future__ import annotations

import math
import os
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Iterable, Mapping, NamedTuple, Sequence

from davos.installers.uv_arguments import CONSTRAINTS, UvArguments
from davos.installers.uv_command import environment
from davos.onion.pip import PIP

if TYPE_CHECKING:
    from davos.installers.pip_settings import Setting
    from davos.onion.comment import Onion, Requirement

__all__ = [
    "EQUIVALENTS",
    "NoEquivalentError",
    "Part",
    "check_source",
    "equivalent",
    "equivalent_options",
]

_PYPI = "https://pypi.org/simple"
_VARIABLE = re.compile(r"\$\{\w+\}")
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


class NoEquivalentError(Exception):
    """uv cannot do what pip would; the message names the option, or what is wanted."""


class Part(NamedTuple):
    """What uv is given for one option: words, lines of a file, variables; None: taken away."""

    words: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    env: Mapping[str, str | None] = {}


def equivalent(
    onion: Onion, settings: Mapping[str, Setting], environ: Mapping[str, str], *, system_certs: bool
) -> UvArguments:
    """What uv is given for a `# pip:` onion comment and pip's settings.

    `system_certs` says whether pip trusts what the system trusts. Raises NoEquivalentError.
    """
    check_source(onion.requirement)
    values = _values(onion.options, settings)
    found = _arguments(values, settings, environ, system_certs=system_certs)
    return found._replace(words=(*found.words, *_upgrade(onion, values)))


def equivalent_options(
    options: Mapping[str, Any],
    settings: Mapping[str, Setting],
    environ: Mapping[str, str],
    *,
    system_certs: bool,
) -> UvArguments:
    """The same for options of pip by their destination, without any requirement."""
    values = _values(options, settings)
    return _arguments(values, settings, environ, system_certs=system_certs)


def check_source(requirement: Requirement) -> None:
    """Raise NoEquivalentError for a requirement that uv does not take as pip does."""
    if requirement.vcs not in {None, "git"}:
        raise NoEquivalentError(f"uv has no {requirement.vcs}")
    if requirement.editable and requirement.vcs:
        raise NoEquivalentError("uv installs no repository as editable")


def _values(options: Mapping[str, Any], settings: Mapping[str, Setting]) -> dict[str, Any]:
    """Destination -> value, of the configuration and the options given, which go before it."""
    values: dict[str, Any] = {dest: setting.value for dest, setting in settings.items()}
    for dest, value in options.items():
        for rival in PIP.conflicts.get(dest, ()):
            values.pop(rival, None)
        is_list = any(option.many for option in PIP.by_dest(dest))
        values[dest] = [*values.get(dest, ()), *value] if is_list else value
    return values


def _arguments(
    values: Mapping[str, Any],
    settings: Mapping[str, Setting],
    environ: Mapping[str, str],
    *,
    system_certs: bool,
) -> UvArguments:
    parts = [_indexes(values)]
    parts += [_part(dest, value, settings.get(dest)) for dest, value in values.items()]
    env: dict[str, str | None] = dict(environment(environ, own_settings=False))
    env.update(_certificates(environ, system_certs=system_certs))
    for part in parts:
        env.update(part.env)
    return UvArguments(
        tuple(word for part in parts for word in part.words),
        tuple(line for part in parts for line in part.lines),
        {name: value for name, value in env.items() if value is not None},
        sees_installed="ignore_installed" not in values,
    )


def _part(dest: str, value: Any, setting: Setting | None) -> Part:
    find = EQUIVALENTS.get(dest)
    name = PIP.by_dest(dest)[0].name
    place = f" (in {setting.place})" if setting else ""
    if find is None:
        raise NoEquivalentError(f"uv has no equivalent of {name}{place}")
    part = find(value)
    if part is None:
        shown = value if isinstance(value, str) else " ".join(map(str, value))
        raise NoEquivalentError(f"uv has no equivalent of {name} {shown}{place}")
    if any(_VARIABLE.search(text) for text in (*part.words, *part.lines)):
        raise NoEquivalentError(f"uv would put the value of a variable into {name}{place}")
    return part


# ---- what several options decide together ----


def _indexes(values: Mapping[str, Any]) -> Part:
    """The indexes in pip's order; it takes the best version of any, and so does uv here.

    In uv's order an `--extra-index-url` comes before the `--index-url`.
    """
    urls = [values.get("index_url") or _PYPI, *values.get("extra_index_url", ())]
    if "no_index" in values:
        return Part(lines=("--no-index",))
    if _VARIABLE.search(" ".join(urls)):
        raise NoEquivalentError("uv would put the value of a variable into the URL of an index")
    further = (f"--extra-index-url {_plain(url)}" for url in urls[:-1])
    best = ("--index-strategy", "unsafe-best-match")
    return Part(best, (*further, f"--index-url {_plain(urls[-1])}"))


def _upgrade(onion: Onion, values: Mapping[str, Any]) -> tuple[str, ...]:
    """Upgrade what is named, or all that it needs, as the strategy says."""
    if "upgrade" not in values:
        return ()
    if values.get("upgrade_strategy") == "eager":
        return ("--upgrade",)
    if onion.requirement.name is None:
        raise NoEquivalentError("uv upgrades by names, and the requirement has none")
    return ("--upgrade-package", onion.requirement.name)


def _certificates(environ: Mapping[str, str], *, system_certs: bool) -> dict[str, str | None]:
    """The variables for certificates; without them, what the system trusts if pip does."""
    bundle = environ.get("REQUESTS_CA_BUNDLE") or environ.get("CURL_CA_BUNDLE")
    if bundle:
        return _bundle(bundle)
    return {"UV_SYSTEM_CERTS": "1", "UV_NATIVE_TLS": "1"} if system_certs else {}


# ---- one option ----


def _nothing(_value: Any) -> Part:
    """What uv does anyway, or davos."""
    return Part()


def _flag(*words: str) -> Callable[[Any], Part]:
    return lambda _value: Part(words)


def _each(flag: str) -> Callable[[Any], Part]:
    return lambda values: Part(tuple(f"{flag}={value}" for value in values))


def _names(flag: str) -> Callable[[Any], Part | None]:
    """A list of names, separated by commas; `:none:` takes back what stands before it."""

    def find(values: Sequence[str]) -> Part | None:
        names = [name for value in values for name in value.split(",") if name]
        return None if ":none:" in names else Part(tuple(f"{flag}={name}" for name in names))

    return find


def _variable(name: str) -> Callable[[Any], Part]:
    return lambda value: Part(env={name: str(value)})


def _seconds(value: float) -> Part:
    return Part(env={"UV_HTTP_TIMEOUT": str(math.ceil(value))})


def _plain(text: str) -> str:
    """A value for a line of a requirements file, where white space and `#` would end it."""
    if re.search(r"\s|^#", text):
        raise NoEquivalentError(f"uv cannot be given {text!r} in a file")
    return text


def _found_links(values: Iterable[str]) -> Part | None:
    """Folders and pages; pip passes over a folder that is not there, and reads a file as a page."""
    lines = []
    for value in values:
        path = Path(os.path.expanduser(value))  # noqa: PTH111 - leaves an unknown user's ~
        if re.match(r"\w+://", value):
            lines.append(f"--find-links {_plain(value)}")
        elif path.is_file():
            return None
        elif path.is_dir():
            lines.append(f"--find-links {_plain(str(path.absolute()))}")
    return Part(lines=tuple(lines))


def _proxy(value: str) -> Part:
    """A proxy for all connections; what the environment names is left out, as pip does."""
    env: dict[str, str | None] = {}
    for name in _PROXIES:
        env[name] = env[name.lower()] = None if name == "NO_PROXY" else value
    return Part(env=env)


def _no_proxies(_value: Any) -> Part:
    return Part(env={spelling: None for name in _PROXIES for spelling in (name, name.lower())})


def _bundle(value: str) -> dict[str, str | None]:
    """A file of certificates, or a folder of them."""
    path = Path(value).expanduser().absolute()
    name, other = ("SSL_CERT_DIR", "SSL_CERT_FILE")[:: 1 if path.is_dir() else -1]
    return {name: str(path), other: None, "UV_SYSTEM_CERTS": None, "UV_NATIVE_TLS": None}


def _cert(value: str) -> Part:
    return Part(env=_bundle(value))


def _constraints(values: Iterable[str]) -> Part:
    """The files that pip's configuration names; davos reads those of an onion comment itself."""
    return Part(tuple(f"{CONSTRAINTS}{_absolute(value)}" for value in values))


def _build_constraints(values: Iterable[str]) -> Part:
    return Part(tuple(f"--build-constraints={_absolute(value)}" for value in values))


def _absolute(value: str) -> str:
    return value if re.match(r"\w+://", value) else str(Path(value).expanduser().absolute())


def _before(value: str) -> Part:
    """A date means its first moment to pip, and its last to uv: so a time is given."""
    if value.startswith("P"):
        moment = datetime.now().astimezone() - timedelta(days=int(value[1:-1]))
    else:
        moment = datetime.fromisoformat(value.replace("Z", "+00:00"))
        moment = moment if moment.tzinfo else moment.astimezone()
    return Part((f"--exclude-newer={moment.isoformat(timespec='seconds')}",))


def _releases(strategy: str) -> Callable[[Any], Part | None]:
    """Pre-releases of all packages; uv has no such list of names."""
    found = Part(("--prerelease", strategy))
    return lambda values: found if values == [":all:"] else None


def _keyring(value: str) -> Part | None:
    """`auto` is `disabled` where nobody can be asked (pip's `--no-input`)."""
    known = {"auto": "disabled", "disabled": "disabled", "subprocess": "subprocess"}
    return Part(("--keyring-provider", known[value])) if value in known else None


def _refreshed(values: Sequence[str]) -> Part:
    names = [name for value in values for name in value.split(",") if name]
    if ":all:" in names:
        return Part(("--refresh",))
    return Part(tuple(f"--refresh-package={name}" for name in names))


def _cache(value: str) -> Part:
    """A cache of uv's own in a folder of pip's."""
    return Part(env={"UV_CACHE_DIR": str(Path(value).expanduser().absolute() / "uv")})


EQUIVALENTS: Mapping[str, Callable[[Any], Part | None]] = {
    "all_releases": _releases("allow"),
    "break_system_packages": _nothing,
    "build_constraint": _build_constraints,
    "cache_dir": _cache,
    "cert": _cert,
    "client_cert": _variable("SSL_CLIENT_CERT"),
    "compile": _flag("--compile-bytecode"),
    "config_settings": _each("--config-setting"),
    "constraint": _constraints,
    "disable_pip_version_check": _nothing,
    "editable": _nothing,
    "extra_index_url": _nothing,
    "find_links": _found_links,
    "force_reinstall": _flag("--reinstall"),
    "hash": _nothing,
    "ignore_installed": _nothing,
    "index_url": _nothing,
    "keyring_provider": _keyring,
    "no_binary": _names("--no-binary"),
    "no_cache_dir": _flag("--no-cache"),
    "no_color": _nothing,
    "no_compile": _nothing,
    "no_deps": _flag("--no-deps"),
    "no_index": _nothing,
    "no_input": _nothing,
    "no_proxy_env": _no_proxies,
    "no_python_version_warning": _nothing,
    "no_user": _nothing,
    "no_warn_conflicts": _nothing,
    "no_warn_script_location": _nothing,
    "only_binary": _names("--only-binary"),
    "only_final": _releases("disallow"),
    "pre": _flag("--prerelease", "allow"),
    "progress_bar": _nothing,
    "proxy": _proxy,
    "refresh_package": _refreshed,
    "require_hashes": _flag("--require-hashes"),
    "require_virtualenv": _nothing,
    "resume_retries": _nothing,
    "retries": _variable("UV_HTTP_RETRIES"),
    "root_user_action": _nothing,
    "timeout": _seconds,
    "trusted_host": _each("--allow-insecure-host"),
    "upgrade": _nothing,
    "upgrade_strategy": _nothing,
    "uploaded_prior_to": _before,
    "use_pep517": _nothing,
    "verbosity": _nothing,
}
"""pip's options by destination, and what uv is given for a value; None if it has nothing.

Those without a row are refused in onion comments, say where packages go (then pip installs
them), or have no equivalent.
"""
