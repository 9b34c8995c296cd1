"""Solving and linking with py-rattler, in the process that `conda_child` starts.

The scripts that packages have for the time after linking are never run: they are code of the
package that could do anything, with the rights of the user.
"""

from __future__ import annotations

import datetime as dt
import difflib
from pathlib import Path
from typing import Any, Iterable, Iterator, Literal, Sequence

import rattler
from rattler import exceptions

from davos.installers.conda_contents import check_contents
from davos.installers.conda_fetching import Fetching
from davos.installers.conda_protocol import Failure, tell

__all__ = ["Job"]

_INDEX_TIMES = 3  # py-rattler's limit is for a whole index, not for a pause of the server
_SYNTHETIC = "https://davos.invalid/installed"  # RFC 2606: no host has this name


class Job:
    """What one request asks for."""

    timestamp_policy: Literal["allow-missing", "require-timestamp"] = "allow-missing"

    def __init__(self, request: dict[str, Any]) -> None:
        self.request = request
        self.prefix = Path(request["prefix"])
        self.cache = Path(request["cache"])
        self.config = rattler.Config.from_toml(request["config"])
        self.client = self._client()  # each download is watched while it goes on
        self.platforms = [rattler.Subdir.current(), rattler.Subdir("noarch")]
        self.channels = [rattler.Channel(url) for url in request["channels"]]
        self.installed = [rattler.PrefixRecord.from_path(path) for path in request["records"]]
        self.provided = [synthetic(*one) for one in request["provided"]]
        own = (one for one in self.installed if name_of(one) == "python")
        self.python = next(own, None) or synthetic(*request["python"])

    def _client(self, timeout: int | None = None) -> Any:
        retries = self.request["retries"]
        return rattler.Client.from_config(self.config, max_retries=retries, timeout=timeout)

    @property
    def machine(self) -> list[tuple[str, str, str]]:
        """The virtual packages of this machine: name, version and build of each."""
        found = (one.into_generic() for one in self._detected())
        return [(g.name.normalized, str(g.version), str(g.build_string)) for g in found]

    @staticmethod
    def _detected() -> Any:
        return rattler.VirtualPackage.detect(rattler.VirtualPackageOverrides.from_env())

    async def run(self) -> list[dict[str, Any]]:
        """Fetch and link what is wanted and not there; the packages that were linked."""
        wanted = self._to_link(await self.wanted())
        named = sorted(f"{name_of(one)} {one.version} {one.build}" for one in wanted)
        tell("solved", packages=named)
        if not wanted:
            return []
        package_cache = rattler.PackageCache(self.cache / "packages")
        index = await package_cache.index()
        missing = [one for one in wanted if not index.contains_record(one)]
        origins = {one.file_name: (one.url, one.channel) for one in wanted}
        fetched = await Fetching(self.request, self.client, missing).run()
        await check_contents([*fetched, *self._unpacked(wanted)])
        await self._link(wanted, package_cache)
        return [described(one, *origins[one.file_name]) for one in wanted]

    def _unpacked(self, records: Sequence[Any]) -> Iterator[Path]:
        """The folders of packages that are in the cache."""
        for one in records:
            folder = self.cache / "packages" / stem_of(one)
            if folder.is_dir():
                yield folder

    async def wanted(self) -> list[Any]:
        """The records of all packages that shall be there: those of the solution."""
        tell("solving", package=self.request["asked"])
        try:
            return await self._solve(self.request["cache_action"])
        except (exceptions.GatewayError, exceptions.FetchRepoDataError) as error:
            if self.request["cache_action"] == "force-cache-only" and not self.request["offline"]:
                return await self._solve("cache-or-fetch")
            raise Failure("channel", str(error)) from error
        except exceptions.InvalidMatchSpecError as error:
            pins = filter(is_unreadable, self.request["constraints"])
            raise Failure("pin", str(error), pin=next(pins, "")) from error

    async def alone(self, gateway: Any, specs: Sequence[Any]) -> list[Any]:
        """The sources of what is asked for without its dependencies."""
        return [await Alone.of(gateway, self.channels, self.platforms, specs)]

    async def preferred(self, _gateway: Any) -> list[Any]:
        """Further records that the solver takes where they fit."""
        return []

    async def _solve(self, cache_action: Any) -> list[Any]:
        gateway = rattler.Gateway(
            cache_dir=self.cache / "repodata",
            default_config=rattler.SourceConfig(cache_action=cache_action),
            client=self._client(_INDEX_TIMES * self.request["timeout"]),
        )
        request = self.request
        specs = [rattler.MatchSpec(text, strict=False) for text in request["specs"]]
        sources = await self.alone(gateway, specs) if request["no_deps"] else self.channels
        preferred = await self.preferred(gateway)
        kept = [one for one in self.installed if name_of(one) not in request["renewed"]]
        pinned = kept if request["frozen"] else []
        try:
            solved: list[Any] = await rattler.solve(
                sources=list(sources),
                specs=specs,
                gateway=gateway,
                platforms=self.platforms,
                locked_packages=[
                    *self.provided,
                    *preferred,
                    *([] if request["frozen"] else kept),
                ],
                pinned_packages=[self.python, *pinned],
                virtual_packages=self._detected(),
                channel_priority=getattr(rattler.ChannelPriority, request["priority"]),
                constraints=request["constraints"],
                exclude_newer=cutoff(request["exclude_newer"]),
                timestamp_policy=self.timestamp_policy,
            )
            return solved  # noqa: TRY300 - one call
        except exceptions.SolverError as error:
            raise await self._unsolvable(gateway, str(error)) from error

    async def _unsolvable(self, gateway: Any, message: str) -> Failure:
        """Why there is no solution; of a name that no channel has, the names nearest to it."""
        names = {one.normalized for one in await gateway.names(self.channels, self.platforms)}
        asked = next((one for one in self.named if one not in names), self.request["asked"])
        near = difflib.get_close_matches(asked, names, 3, 0.7) if asked not in names else []
        versions = await self._versions(gateway) if asked in names else []
        given = [*self.request["specs"], *self.request["constraints"]]
        return Failure(
            "unsolvable",
            message,
            package=asked,
            known=asked in names,
            near=near,
            versions=versions,
            asked=given,
        )

    @property
    def named(self) -> list[str]:
        """The packages that the user named."""
        return [self.request["asked"]]

    async def _versions(self, gateway: Any) -> list[str]:
        """All versions of what was asked for, sorted."""
        asked = [self.request["asked"]]
        found = await gateway.query(self.channels, self.platforms, asked, recursive=False)
        versions = {str(one.version): one.version for records in found for one in records}
        return [text for text, _ in sorted(versions.items(), key=lambda item: item[1])]

    def _to_link(self, solved: Sequence[Any]) -> list[Any]:
        there = {identity(one) for one in self.installed}
        again = self.request["reinstalled"]
        return [
            one
            for one in solved
            if not is_synthetic(one) and (identity(one) not in there or name_of(one) in again)
        ]

    async def _link(self, wanted: list[Any], package_cache: Any) -> None:
        """Link packages into the prefix; what is there of others stays."""
        meta = self.prefix / "conda-meta"
        meta.mkdir(exist_ok=True)
        placeholder = meta / f"{self.python.file_name.removesuffix('.conda')}.json"
        record = rattler.PrefixRecord(self.python, rattler.PrefixPaths())
        record.write_to_path(placeholder, True)  # noqa: FBT003 - pretty
        there = [rattler.PrefixRecord.from_path(path) for path in sorted(meta.glob("*.json"))]
        names = {name_of(one) for one in wanted}
        try:
            await rattler.install(
                [*wanted, *(one for one in there if name_of(one) not in names)],
                target_prefix=self.prefix,
                package_cache=package_cache,
                installed_packages=there,
                reinstall_packages=names & set(self.request["reinstalled"]),
                execute_link_scripts=False,
                client=self.client,
                reporter=Reporter(len(wanted)),
                alternative_target_prefix=self.request["final_prefix"],
                config=self.config,
            )
        except exceptions.InstallerError as error:
            raise Failure("link", str(error)) from error
        finally:
            placeholder.unlink(missing_ok=True)


class Alone:
    """The packages that were asked for, as if they depended on Python at most (`--no-deps`).

    A source of records for py-rattler: `rattler.repo_data.source.RepoDataSource`.
    """

    def __init__(self, records: Sequence[Any]) -> None:
        self._records = records

    @classmethod
    async def of(
        cls, gateway: Any, channels: Sequence[Any], platforms: Sequence[Any], specs: Sequence[Any]
    ) -> Alone:
        """Those of the first channel that has packages that fit."""
        per_channel = await gateway.query(channels, platforms, specs, recursive=False)
        fitting = (
            [one for one in records if any(spec.matches(one) for spec in specs)]
            for records in per_channel
        )
        records = next(filter(None, fitting), [])
        for one in records:
            one.depends = [text for text in one.depends if text.partition(" ")[0] == "python"]
            one.constrains = []
        return cls(records)

    async def fetch_package_records(self, platform: Any, name: Any) -> list[Any]:
        """The records of a name on a platform."""
        return [
            one
            for one in self._records
            if one.subdir == str(platform) and name_of(one) == name.normalized
        ]

    def package_names(self, platform: Any) -> list[str]:
        """The names that there are on a platform."""
        return sorted({name_of(one) for one in self._records if one.subdir == str(platform)})


class Reporter:
    """Tells which package is linked; py-rattler calls the methods that there are."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._begun = 0

    def on_link_start(self, _operation: int, package_name: str) -> int:
        """A package is about to be linked."""
        self._begun += 1
        tell("linking", package=package_name, files=self._begun, all_files=self._total)
        return self._begun

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("on_"):
            raise AttributeError(name)
        return lambda *_: 0


def is_unreadable(text: str) -> bool:
    """Whether a text is no match specification to the solver."""
    try:
        rattler.MatchSpec(text, strict=True)
    except exceptions.InvalidMatchSpecError:
        return True
    return False


def synthetic(name: str, version: str, build: str, depends: Iterable[str]) -> Any:
    """The record of something that is installed, but not as a package of conda."""
    record = rattler.PackageRecord(
        name, version, rattler.BuildString(build), 0, "noarch", depends=list(depends)
    )
    file_name = f"{name}-{version}-{build}.conda"
    return rattler.RepoDataRecord(record, file_name, f"{_SYNTHETIC}/{file_name}", _SYNTHETIC)


def is_synthetic(record: Any) -> bool:
    """Whether a record is one of those."""
    return str(record.url).startswith(_SYNTHETIC)


def name_of(record: Any) -> str:
    """The name of a package."""
    return str(record.name.normalized)


def stem_of(record: Any) -> str:
    """The name of a package's file without its ending, as that of its record is."""
    return str(record.file_name).removesuffix(".conda").removesuffix(".tar.bz2")


def identity(record: Any) -> tuple[str, str, str, bytes | None]:
    """What tells whether two records mean the same file."""
    return name_of(record), str(record.version), str(record.build), record.sha256


def described(record: Any, url: str, channel: str) -> dict[str, Any]:
    """A linked package, for the event `done`; `record` is the name of its file in conda-meta."""
    return {
        "name": name_of(record),
        "version": str(record.version),
        "url": url,
        "channel": channel,
        "sha256": record.sha256.hex(),
        "record": f"{stem_of(record)}.json",
    }


def cutoff(text: str | None) -> dt.datetime | dt.timedelta | None:
    """A date of ISO 8601, or a number of seconds back from now."""
    if text is None:
        return None
    if text.isdecimal():
        return dt.timedelta(seconds=int(text))
    day = dt.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return day if day.tzinfo else day.replace(tzinfo=dt.timezone.utc)
