"""What the process that `conda_child` starts does for locks: it solves for one, or installs one."""

from __future__ import annotations

import datetime as dt
from typing import Any, Mapping, Sequence

import rattler

from davos.installers.conda_job import Alone, Job, identity, is_synthetic, name_of, synthetic
from davos.installers.conda_protocol import Failure, tell

__all__ = ["job_of"]


def job_of(request: dict[str, Any]) -> Job:
    """The work for a request; `purpose` says which, if it is about a lock."""
    return _JOBS.get(request.get("purpose", ""), Job)(request)


class SolveJob(Job):
    """Solves for a lock: nothing is installed, nothing is fetched but the channels' indexes.

    What is installed does not count. `kept` are packages of an earlier lock.
    """

    def __init__(self, request: dict[str, Any]) -> None:
        super().__init__(request)
        if request["dated"]:
            self.timestamp_policy = "require-timestamp"
            self.python.timestamp = dt.datetime(1970, 1, 1, tzinfo=dt.timezone.utc)

    @property
    def named(self) -> list[str]:
        """The packages that the onion comments name."""
        names: list[str] = self.request["named"]
        return names

    async def run(self) -> list[dict[str, Any]]:
        """The packages of the solution."""
        solved = await self.wanted()
        return [_entry(one) for one in solved if not is_synthetic(one)]

    async def alone(self, gateway: Any, specs: Sequence[Any]) -> list[Any]:
        """A source for each of the packages, which may be in different channels."""
        return [await Alone.of(gateway, self.channels, self.platforms, [one]) for one in specs]

    async def preferred(self, gateway: Any) -> list[Any]:
        """The records of the earlier lock that their channels still have."""
        kept = {tuple(one) for one in self.request["kept"]}
        if not kept:
            return []
        names = sorted({name for name, *_ in kept})
        several = await gateway.query(self.channels, self.platforms, names, recursive=False)
        return [one for records in several for one in records if _shown(one) in kept]


class LinkJob(Job):
    """Installs the packages of a lock: nothing is solved, and no index of a channel is read."""

    async def wanted(self) -> list[Any]:
        """The records of the lock; raises Failure for what needs another machine."""
        tell("solving", package=self.request["asked"])
        records = [_record(one) for one in self.request["packages"]]
        _check_machine(records, self.machine)
        return records


def _check_machine(records: Sequence[Any], machine: Sequence[Any]) -> None:
    """Refuse packages whose needs the virtual packages of this machine do not meet."""
    here = {name: synthetic(name, version, build, ()) for name, version, build in machine}
    for record in records:
        for text in record.depends:
            name = text.partition(" ")[0]
            found = here.get(name)
            met = found is not None and rattler.MatchSpec(text, strict=False).matches(found)
            if name.startswith("__") and not met:
                there = f"{name} {found.version} {found.build}" if found else f"no {name}"
                package = f"{name_of(record)} {record.version}"
                raise Failure("machine", package=package, needs=text, found=there)


_JOBS = {"solve": SolveJob, "link": LinkJob}


def _shown(record: Any) -> tuple[str, str, str, str]:
    """What tells whether a record is an entry of a lock: name, version, build and sha256."""
    name, version, build, digest = identity(record)
    return name, version, build, digest.hex() if digest else ""


def _entry(record: Any) -> dict[str, Any]:
    """A package of the solution, with all that is needed to install it."""
    noarch = record.noarch
    kind = "python" if noarch.python else "generic" if noarch.generic else None
    return {
        "name": name_of(record),
        "version": str(record.version),
        "build": str(record.build),
        "build_number": record.build_number,
        "subdir": str(record.subdir),
        "channel": str(record.channel).rstrip("/"),
        "url": str(record.url),
        "sha256": record.sha256.hex() if record.sha256 else None,
        "size": record.size,
        "noarch": kind,
        "depends": list(record.depends),
        "constrains": list(record.constrains),
    }


def _record(entry: Mapping[str, Any]) -> Any:
    """A package of a lock as a channel's index would have it."""
    record = rattler.PackageRecord(
        entry["name"],
        entry["version"],
        rattler.BuildString(entry["build"]),
        entry["build_number"],
        entry["subdir"],
        noarch=entry["noarch"],
        depends=entry["depends"],
        constrains=entry["constrains"],
        sha256=bytes.fromhex(entry["sha256"]),
        size=entry["size"],
    )
    return rattler.RepoDataRecord(record, entry["file_name"], entry["url"], entry["channel"])
