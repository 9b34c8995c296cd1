"""How py-rattler connects to channels: the user's settings of conda as its configuration.

Sources: "Settings" in conda's documentation; for `proxy_servers` conda hands the keys to requests,
whose `select_proxy` looks for `https://HOST`, `https`, `all://HOST` and `all`, in this order.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Iterator, Mapping, Sequence
from urllib.parse import urlsplit

from davos.installers.conda_settings import CondaSettingsError

if TYPE_CHECKING:
    from davos.installers.conda_settings import Settings

__all__ = ["config_text", "variables"]

_SCHEMES = ("http", "https")
_SYSTEM = "truststore"  # the certificates that the system trusts


def config_text(settings: Settings, urls: Sequence[str] = ()) -> str:
    """py-rattler's configuration for channels or packages at these URLs (TOML).

    Raises CondaSettingsError for what py-rattler cannot do.
    """
    for key in ("client_ssl_cert", "client_ssl_cert_key"):
        if settings.get(key):
            place = settings.place(key)
            reason = "py-rattler, which connects here, cannot use a client's certificate"
            raise CondaSettingsError(f"{reason} ({key}, {place})")
    lines = []
    verified = settings.get("ssl_verify", True)
    if verified is False:
        lines.append("tls-no-verify = true")
    elif verified is not True:
        lines.append('tls-root-certs = "system"')
    return "".join(f"{line}\n" for line in [*lines, *_proxies(settings, urls)])


def variables(settings: Settings) -> dict[str, str]:
    """Variables for py-rattler: its configuration has no place for a file of certificates.

    Raises CondaSettingsError if there is no such file or folder.
    """
    named = settings.get("ssl_verify")
    if not isinstance(named, str) or named == _SYSTEM:
        return {}
    path = Path(named).expanduser()
    if not path.exists():
        place = settings.place("ssl_verify")
        raise CondaSettingsError(f"{place}: ssl_verify names {named}, which is not there")
    return {"SSL_CERT_DIR" if path.is_dir() else "SSL_CERT_FILE": str(path)}


def _proxies(settings: Settings, urls: Sequence[str]) -> Iterator[str]:
    """The lines about proxies: one for each scheme, and the hosts that have none."""
    servers = settings.get("proxy_servers", {})
    hosts = dict.fromkeys((parts.scheme, parts.hostname or "") for parts in map(urlsplit, urls))
    direct: list[str] = []
    lines = []
    for scheme in _SCHEMES if servers else ():
        chosen = {host: _proxy(servers, one, host) for one, host in hosts if one == scheme}
        proxy = _only(chosen, scheme, settings) or _proxy(servers, scheme, "")
        if proxy:
            lines.append(f"{scheme} = {_quoted(proxy)}")
            direct += [host for host, own in chosen.items() if own is None]
    if lines:
        yield from ("[proxy-config]", *lines)
    if direct:
        yield f"non-proxy-hosts = [{', '.join(map(_quoted, dict.fromkeys(direct)))}]"


def _proxy(servers: Mapping[str, str], scheme: str, host: str) -> str | None:
    keys = (f"{scheme}://{host}", scheme, f"all://{host}", "all")
    return next((servers[key] for key in keys if key in servers), None)


def _only(chosen: Mapping[str, str | None], scheme: str, settings: Settings) -> str | None:
    """The proxy of all hosts that have one."""
    proxied = {host: proxy for host, proxy in chosen.items() if proxy}
    if len(set(proxied.values())) > 1:
        names, place = " and ".join(proxied), settings.place("proxy_servers")
        reason = f"py-rattler connects by one proxy for {scheme}, and {names} have different ones"
        raise CondaSettingsError(f"{place}: proxy_servers: {reason}")
    return next(iter(proxied.values()), None)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
