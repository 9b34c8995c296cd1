"""Solving for a lock: which packages of conda a document's onion comments ask for, all at once.

What is installed does not count, apart from the running Python, which the packages are for.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Mapping, Sequence

from davos.credentials import without_credentials
from davos.environments import activation
from davos.environments.project import home_folder
from davos.exceptions import InstallerError
from davos.installers.base import Request
from davos.installers.conda_channels import without_secrets
from davos.installers.conda_failure import reason_of
from davos.installers.conda_process import answer, no_rattler, plan
from davos.installers.conda_request import Places, child_request
from davos.installers.conda_settings import CondaSettingsError, read_settings
from davos.onion.comment import Onion

if TYPE_CHECKING:
    from davos.installers.conda_process import Answer
    from davos.onion.comment import Requirement

__all__ = ["Solving", "solved"]


@dataclass(frozen=True)
class Solving:
    """What is solved for.

    `asked` are requirements of conda and `options` those of all onion comments together.
    `constraints` are PEP 508 requirements that limit what comes along. `cutoff` is the moment
    (ISO 8601) after which no package was published that is taken. `kept` are packages of an
    earlier lock: name, version, build and sha256.
    """

    asked: Sequence[Requirement]
    options: Mapping[str, Any]
    constraints: Sequence[str] = ()
    cutoff: str | None = None
    kept: Sequence[tuple[str, str, str, str]] = ()


def solved(wanted: Solving) -> list[dict[str, Any]]:
    """The packages, as `conda_lock_jobs` describes them, without credentials.

    Raises InstallerError if py-rattler is missing or finds no solution; its message is the reason.
    """
    reason = no_rattler()
    if reason:
        raise _failed(reason)
    with TemporaryDirectory(prefix="davos-conda-") as folder:

        def request() -> dict[str, Any]:
            return _request(wanted, Path(folder), read_settings(activation.variables()))

        try:
            done = answer(plan(wanted.asked[0]), request)
        except CondaSettingsError as error:
            raise _failed(str(error)) from error
    if not done.is_done:
        raise _failed(_reason(wanted, done, done.asked["channels"]), done.printed)
    return [_public(one) for one in done.packages]


def _request(wanted: Solving, folder: Path, settings: Any) -> dict[str, Any]:
    specs = [one.match_spec for one in wanted.asked if one.match_spec is not None]
    places = Places(folder, folder, folder, home_folder() / "cache" / "conda")
    first = Onion("conda", "", (), wanted.asked[0], wanted.options)
    asked = Request(first, (), tuple(wanted.constraints))
    channels = [spec.channel for spec in specs if spec.channel]
    request = child_request(asked, places, settings, (), channels)
    return {
        **request,
        "purpose": "solve",
        "specs": list(dict.fromkeys(spec.canonical for spec in specs)),
        "named": list(dict.fromkeys(spec.name for spec in specs)),
        "exclude_newer": wanted.cutoff or request["exclude_newer"],
        "dated": bool(wanted.cutoff),
        "kept": list(wanted.kept),
        "renewed": [],
        "frozen": False,
    }


def _reason(wanted: Solving, done: Answer, channels: list[str]) -> str:
    """Why there is no solution, about the requirement that the process names."""
    named = done.event.get("package")
    about = next((one for one in wanted.asked if one.name == named), wanted.asked[0])
    reason = reason_of(about, done.status, done.event, channels)
    return f"{about.shown}: {reason}" if done.event.get("known") is False else reason


def _public(package: dict[str, Any]) -> dict[str, Any]:
    places = {key: without_credentials(without_secrets(package[key])) for key in ("url", "channel")}
    return {**package, **places}


def _failed(reason: str, output: str = "") -> InstallerError:
    return InstallerError(reason, returncode=1, cmd=("conda", "install"), output=output)
