"""A document's requirements resolved by pip, for the platform that runs it.

`pip install --dry-run --report` (pip >= 22.2) names one file of each package.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import TYPE_CHECKING, Any, Callable, Iterator, Mapping, Sequence
from urllib.parse import urlsplit
from urllib.request import url2pathname

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from davos import subprocesses
from davos.credentials import masked
from davos.distributions import index
from davos.exceptions import LockError
from davos.files import read_file
from davos.installers.pip_environment import environment
from davos.installers.pip_script import PipScript, find_pip
from davos.onion.pip import PIP
from davos.resolution.lock_options import dated_sources, words_for_pip

if TYPE_CHECKING:
    from davos.resolution.lock_run import LockRun

__all__ = ["resolve_with_pip"]

_PROGRESS = re.compile(
    r"\s*(?:Looking in|Collecting|Obtaining|Processing|Downloading|Using cached|Cloning|Running"
    r"|Resolved|Installing build|Getting requirements|Preparing metadata|INFO: pip is looking)\b"
)
_NODE = re.compile(r"[0-9a-f]{40}")
_WARNING = re.compile(
    r"^WARNING: (.*(?:is a yanked version.*\nReason for being yanked:|does not provide the extra"
    r"|Location '.*' is ignored).*)",
    re.MULTILINE,
)
_PLACE = re.compile(r"\s*\(from (?:-r \S+ \(line \d+\)|line \d+ of \S+)\)")
_REPORT_SINCE = (22, 2)
_COMMAND = (
    "install",
    "--dry-run",
    "--ignore-installed",
    "--no-input",
    "--disable-pip-version-check",
    "--no-color",
    "--progress-bar=off",
)


def resolve_with_pip(run: LockRun, tell: Callable[[str], None] = lambda _: None) -> dict[str, Any]:
    """A PEP 751 document for this platform; raises `LockError`.

    What was locked before is kept if it can be. `tell` is called with what pip warns of: yanked
    versions, extras that a package does not have, places of files that it cannot read.
    """
    script = _script(run)
    with TemporaryDirectory(prefix="davos-") as folder:
        job = _Job(script, run, Path(folder))
        kept = [] if run.upgrade else list(_kept(run))
        report = job.report(kept)
        if report is None:
            report = job.report([])
    if report is None:
        raise run.failed(job.output)
    for found in _WARNING.finditer(job.output):
        tell(masked(" ".join(found[1].split())))
    where = report["environment"]
    packages = sorted((_package(one, report) for one in report["install"]), key=_name)
    platform, machine = where["sys_platform"], where["platform_machine"]
    return {
        "lock-version": "1.0",
        "environments": [f"sys_platform == '{platform}' and platform_machine == '{machine}'"],
        "packages": packages,
        "tool": {"davos": {"platform": f"{where['platform_system']} {machine}"}},
    }


def _script(run: LockRun) -> PipScript:
    """The kernel's pip, if it can do what is asked."""
    script = find_pip(index.site_folders())
    if script is None or script.version < _REPORT_SINCE:
        raise LockError("to make a lock, uv or pip >= 22.2 is needed: `pip install uv`")
    here = "{}.{}".format(*sys.version_info)
    if run.python != here:
        message = (
            f"pip resolves for the Python that runs it, which is {here}; a lock for Python "
            f"{run.python} needs uv: `pip install uv`, or give --python-version {here}"
        )
        raise LockError(message)
    first = PIP.by_flag["--uploaded-prior-to"].first or ""
    if "uploaded_prior_to" in run.options and script.version < _numbers(first):
        shown = ".".join(map(str, script.version))
        message = (
            f"a lock as of a date needs uv or pip >= {first}, and this is pip {shown}: "
            "`pip install uv`"
        )
        raise LockError(message)
    return script


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def _kept(run: LockRun) -> Iterator[str]:
    """Constraints for what was locked before and shall not be upgraded."""
    upgraded = {canonicalize_name(name) for name in run.upgrade_packages}
    for package in (run.before or {}).get("packages", ()):
        if package.get("version") and package["name"] not in upgraded:
            yield f"{package['name']}=={package['version']}"


class _Job:
    """One lock: pip runs once, or twice where the versions of before do not go together."""

    def __init__(self, script: PipScript, run: LockRun, folder: Path) -> None:
        self.script = script
        self.run = run
        self.folder = folder
        self.output = ""

    def report(self, kept: Sequence[str]) -> dict[str, Any] | None:
        """The report of pip, with some constraints; None if there is no solution."""
        path = self.folder / "report.json"
        argv = [*self.script.command(sys.executable), *_COMMAND, f"--report={path}"]
        argv += [*self._options(kept), "-r", str(self._written("requirements.txt", self.run.lines))]
        env = environment(os.environ, in_project=True)
        if "uploaded_prior_to" in self.run.options:
            empty = self.folder / "empty"
            empty.mkdir(exist_ok=True)
            env.update(dated_sources(env, empty))
        done = subprocesses.capture(argv, env, str(self.run.folder))
        self.output = _without_progress((done.stdout + done.stderr).decode("utf-8", "replace"))
        if done.returncode:
            return None
        report: dict[str, Any] = json.loads(path.read_text("utf-8"))
        return report

    def _options(self, kept: Sequence[str]) -> Iterator[str]:
        constraints = [*kept, *self.run.options.get("constraint", ())]
        for name, lines in (
            ("constraint", constraints),
            ("build-constraint", self.run.options.get("build_constraint", ())),
        ):
            if lines:
                yield f"--{name}={self._written(f'{name}.txt', lines)}"
        yield from words_for_pip(self.run)

    def _written(self, name: str, lines: Sequence[str]) -> Path:
        path = self.folder / name
        path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
        return path


def _without_progress(output: str) -> str:
    """What pip says about the requirements, without its work and davos' own file."""
    lines = (line for line in output.splitlines() if not _PROGRESS.match(line))
    return _PLACE.sub("", "\n".join(lines))


# ---- the report ----


def _name(package: Mapping[str, Any]) -> str:
    name: str = package["name"]
    return name


def _package(item: Mapping[str, Any], report: Mapping[str, Any]) -> dict[str, Any]:
    """A package of the report as PEP 751 has it."""
    metadata, source = item["metadata"], item["download_info"]
    package = {"name": canonicalize_name(metadata["name"]), "version": metadata["version"]}
    if "vcs_info" in source:
        package["vcs"] = _repository(source)
        del package["version"]
    elif "dir_info" in source:
        package["directory"] = {"path": _path(source["url"])}
        del package["version"]
    elif item.get("is_direct"):
        package["archive"] = {**_file(source), **_subdirectory(source)}
    elif source["url"].partition("#")[0].endswith(".whl"):
        package["wheels"] = [_file(source)]
    else:
        package["sdist"] = _file(source)
    there = {canonicalize_name(one["metadata"]["name"]) for one in report["install"]}
    needs = _needs(item, report["environment"])
    if needs & there:
        package["dependencies"] = [{"name": name} for name in sorted(needs & there)]
    return package


def _repository(source: Mapping[str, Any]) -> dict[str, str]:
    info = source["vcs_info"]
    commit = info["commit_id"]
    if info["vcs"] == "hg" and not _NODE.fullmatch(commit):
        commit = _node(source["url"], info.get("requested_revision"))
    made = {"type": info["vcs"], "url": source["url"], "commit-id": commit}
    if info.get("requested_revision"):
        made["requested-revision"] = info["requested_revision"]
    return {**made, **_subdirectory(source)}


def _node(url: str, revision: str | None) -> str:
    """The full id of a changeset of a Mercurial repository; raises `LockError`.

    pip reports its number in pip's own clone, which is another one in other clones.
    """
    if revision and _NODE.fullmatch(revision):
        return revision
    argv = ["hg", "identify", "--debug", "--id", f"--rev={revision or 'default'}", "--", url]
    try:
        # not in the current folder: a repository there has settings of its own
        done = subprocesses.capture(argv, {**os.environ, "HGPLAIN": "1"}, gettempdir())
    except OSError as error:
        message = f"cannot start hg: {error.strerror}"
        raise LockError(message) from error
    found = done.stdout.decode("ascii", "replace").strip()
    if done.returncode or not _NODE.fullmatch(found):
        message = f"the changeset of {masked(url)} is not known: give its full id behind an @"
        raise LockError(message)
    return found


def _subdirectory(source: Mapping[str, Any]) -> dict[str, str]:
    return {"subdirectory": source["subdirectory"]} if source.get("subdirectory") else {}


def _file(source: Mapping[str, Any]) -> dict[str, Any]:
    """A file with a hash that pip took from the index, or else of the file itself."""
    hashes = dict((source.get("archive_info") or {}).get("hashes") or {})
    url = source["url"].partition("#")[0]
    if "sha256" not in hashes and url.startswith("file:"):
        hashes["sha256"] = hashlib.sha256(read_file(_path(url))).hexdigest()
    if not hashes:
        message = f"{url}: the index gives no hash of this file, so it cannot be locked"
        raise LockError(message)
    return {"url": url, "hashes": hashes}


def _path(url: str) -> str:
    return url2pathname(urlsplit(url).path)


def _needs(item: Mapping[str, Any], where: Mapping[str, str]) -> set[str]:
    """The names of what a distribution needs, in an environment and with the extras asked for."""
    found = set()
    extras = item.get("requested_extras") or [""]
    for text in item["metadata"].get("requires_dist", ()):
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            continue
        marker = requirement.marker
        if marker is None or any(marker.evaluate({**where, "extra": one}) for one in extras):
            found.add(str(canonicalize_name(requirement.name)))
    return found
