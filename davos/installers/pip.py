"""pip as the installer: plan an argument list, run it, read its report.

For a project, the Python of a staging environment runs the base's pip, which then sees
staging environment, project and base together and writes only into the first. This is what
`pip --python` does with its second process; here it is the first.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Mapping, Sequence, Tuple

from packaging.utils import canonicalize_name

from davos.distributions import index
from davos.environments import activation
from davos.environments.requirement_check import conflicts, satisfies
from davos.environments.site_folders import install_folders
from davos.exceptions import InstallerError
from davos.installers.base import (
    SILENT,
    Environment,
    InstalledDistribution,
    Listener,
    Plan,
    Progress,
    Request,
    Result,
    may_use_wheels,
)
from davos.installers.constraint_files import Limits, read_limits
from davos.installers.hash_mismatch import mismatch_in
from davos.installers.pip_environment import environment as variables
from davos.installers.pip_failure import explain
from davos.installers.pip_lock import LockRun, runs
from davos.installers.pip_progress import PipOutput, bar_option, without_bars
from davos.installers.pip_report import InstalledState, changes, installed_state, read_report
from davos.installers.pip_script import PipScript, find_pip, other_script
from davos.installers.run_plan import run_plan

if TYPE_CHECKING:
    from davos.installers.other_pip import OtherPip
    from davos.onion.comment import Onion

__all__ = ["Pip", "executable", "plan"]

_REPORT_SINCE = (22, 2)
_COMMON = (
    "install",
    "--no-input",
    "--disable-pip-version-check",
    "--no-color",
    "--no-warn-conflicts",  # `Result.warnings` are for that, in a tenth of the time
)
# These override pip.conf. (An empty root would be the current folder to pip.)
_IN_PROJECT = (
    "--no-user",
    "--target=",
    "--root=/",
    "--python-version=",
    "--no-warn-script-location",
    "--no-compile",
)
_AGAIN = ("--force-reinstall", "--no-deps")


@dataclass(frozen=True)
class Files:
    """The files of one run: what pip writes, and what its command line cannot say.

    `again` are options for a second run.
    """

    report: Path
    log: Path
    constraints: Path | None = None
    build_constraints: Path | None = None
    requirement: Path | None = None
    again: tuple[str, ...] = ()
    links: Path | None = None

    def for_lock(self, run: LockRun) -> Files:
        """The files of a run for a lock, written beside the others."""
        requirement = self.report.with_name("locked.txt")
        requirement.write_text(run.requirements, "utf-8")
        links = self.report.with_name("links.html") if run.links else None
        if links is not None:
            links.write_text(run.links, "utf-8")
        return replace(self, requirement=requirement, again=run.options, links=links)

    @classmethod
    def written(cls, folder: Path, request: Request, limits: Limits) -> Files:
        """Write them into a folder of the install's own, which nobody else can change."""
        named = {
            "constraints": "\n".join(limits.constraints),
            "build_constraints": "\n".join(limits.build),
            "requirement": request.onion.requirement_line,
        }
        paths = {kind: folder / f"{kind}.txt" for kind, text in named.items() if text}
        for kind, path in paths.items():
            path.write_text(f"{named[kind]}\n", "utf-8")
        return cls(
            folder / "report.json",
            folder / "log.txt",
            paths.get("constraints"),
            paths.get("build_constraints"),
            paths.get("requirement"),
        )


def plan(
    request: Request,
    environment: Environment | None,
    script: PipScript,
    files: Files,
    environ: Mapping[str, str],
) -> Plan:
    """The command that installs what is requested; pure.

    `script` is the pip to run, `files` those that go with its command line, `environ`
    the kernel's environment variables.
    """
    onion = request.onion
    python = activation.interpreter() if environment is None else str(environment.python)
    can_report = script.version >= _REPORT_SINCE
    where = () if environment is None else (*_IN_PROJECT, f"--prefix={environment.prefix}")
    reporting = (f"--report={files.report}",) if can_report else ()
    constrained = ("-c", str(files.constraints)) if files.constraints else ()
    if files.build_constraints:
        constrained = (*constrained, "--build-constraint", str(files.build_constraints))
    wanted = ("-r", str(files.requirement)) if files.requirement else onion.requirement_words
    others = () if files.again else request.others
    # Else pip leaves what a folder holds as it is, whatever its version.
    replacing = ("--upgrade",) if "target" in onion.options else ()
    shown = (bar_option(script.version), f"--log={files.log}")
    own = (*_COMMON, *shown, *where, *reporting, *constrained, *replacing)
    # A variable takes the place of what pip.conf says, which an option would be added to.
    links = {"PIP_FIND_LINKS": files.links.as_uri()} if files.links else {}
    return Plan(
        requirement=onion.requirement,
        argv=(*script.command(python), *own, *files.again, *onion.option_words, *wanted, *others),
        env={**variables(environ, in_project=environment is not None), **links},
        report=files.report if can_report else None,
    )


def executable(python: str) -> str:
    """The pip beside an interpreter, or `<python> -m pip` if there is none."""
    beside = Path(python).parent / "pip"
    return str(beside) if beside.is_file() else f"{python} -m pip"


class Pip:
    """Installs with the kernel's own pip, or with that of another environment."""

    name = "pip"

    def __init__(self, other: OtherPip | None = None) -> None:
        self.other = other

    def install(
        self,
        request: Request,
        environment: Environment | None,
        *,
        listener: Listener = SILENT,
        descriptors: Sequence[int] = (),
    ) -> Result:
        """See `davos.installers.base.Installer`."""
        limits = read_limits(request.onion, request.constraints)
        with TemporaryDirectory(prefix="davos-") as folder:
            files = Files.written(Path(folder), request, limits)
            script = self._script(request.onion, in_project=environment is not None)
            return _Job(script, request, environment, files, descriptors, listener).run()

    def _script(self, onion: Onion, *, in_project: bool) -> PipScript:
        script = find_pip(index.site_folders())
        if self.other is not None:
            script = other_script(self.other, script, in_project=in_project)
        if script is None:
            python = activation.interpreter()
            raise InstallerError(
                f"cannot install {onion.requirement.shown}: this Python ({python}) has "
                "neither pip nor ensurepip; install pip into it (for example `uv pip install pip`, "
                "or `apt-get install python3-pip` for Debian's Python)",
                returncode=1,
                cmd=[python, "-m", "pip"],
            )
        return script


_Outcome = Tuple[Tuple[InstalledDistribution, ...], str]
"""What was reported, and what was printed."""


class _Job:
    """One install: pip runs once, or twice where it takes a version number for the whole truth."""

    def __init__(  # noqa: PLR0913, PLR0917  # what it is about, once
        self,
        script: PipScript,
        request: Request,
        environment: Environment | None,
        files: Files,
        descriptors: Sequence[int],
        listener: Listener,
    ) -> None:
        self.script = script
        self.request = request
        self.onion = request.onion
        self.environment = environment
        self.descriptors = descriptors
        self.files = files
        self.listener = listener

    def run(self) -> Result:
        self.listener.progress(Progress("resolving", self.onion.requirement.name or ""))
        before = self._state()
        reported, output = self._locked() if self.request.locked else self._resolved()
        self._look_again()
        after = self._state()
        self._check_landed(reported, after, output)
        installed, removed = changes(before, after, reported)
        names = [one.name for one in installed]
        # What is staged is checked before it counts.
        found = conflicts(names) if names and self.environment is None else []
        return Result(installed, removed, tuple(map(str, found)), output)

    def _resolved(self) -> _Outcome:
        reported, output = self._pip(self.files)
        if self._is_other_source(reported):
            again, more = self._pip(replace(self.files, again=_AGAIN))
            reported, output = (*reported, *again), output + more
        return reported, output

    def _locked(self) -> _Outcome:
        """Install the files of a lock from where it says, or else from the configured indexes."""
        reported: tuple[InstalledDistribution, ...] = ()
        output = ""
        for run in runs(self.request.locked):
            try:
                more, words = self._pip(self.files.for_lock(run))
            except InstallerError as error:
                if not run.alone or mismatch_in(error.output):
                    raise
                more, words = self._pip(self.files.for_lock(run.from_index))
            reported, output = (*reported, *more), output + words
        return reported, output

    def _own_path(self) -> list[str]:
        return [] if self.environment is None else [str(self.environment.site_packages)]

    def _state(self) -> InstalledState:
        return installed_state(self._own_path() or install_folders(None))

    def _look_again(self) -> None:
        if self.environment is None:
            index.clear_caches()
        else:
            index.forget_unsettled()

    def _pip(self, files: Files) -> _Outcome:
        files.report.unlink(missing_ok=True)
        ready = plan(self.request, self.environment, self.script, files, activation.variables())
        said = PipOutput(self.listener, wheels=may_use_wheels(ready))
        done = run_plan(ready, said.hear, self.listener, self.descriptors)
        output = without_bars(done.output)
        if done.returncode:
            raise InstallerError(
                explain(self.onion.requirement, done.returncode, output, _read(files.log)),
                returncode=done.returncode,
                cmd=ready.argv,
                output=output,
            )
        return read_report(ready.report), output

    def _is_other_source(self, reported: Sequence[InstalledDistribution]) -> bool:
        """Whether pip kept what is there because the URL asked for has its version number."""
        wanted = self.onion.requirement
        if wanted.url is None or wanted.path is not None or self.script.version < _REPORT_SINCE:
            return False
        self._look_again()
        verdict = satisfies(wanted, [*self._own_path(), *sys.path])
        return not verdict and not any(one.direct for one in reported)

    def _check_landed(
        self,
        reported: Sequence[InstalledDistribution],
        after: InstalledState,
        output: str,
    ) -> None:
        """Raise InstallerError if pip reports what is not there (pip.conf, a plugin)."""
        if self.environment is None:
            return
        there = {(name, one.version) for name, one in after.items()}
        lost = [one for one in reported if (canonicalize_name(one.name), one.version) not in there]
        if lost:
            names = ", ".join(f"{one.name} {one.version}" for one in lost)
            raise InstallerError(
                f"pip says that it installed {names}, but not in {self.environment.prefix}: "
                "look for `target`, `prefix`, `root`, `user` or `dry-run` in `pip config list`",
                returncode=0,
                cmd=self.script.command(str(self.environment.python)),
                output=output,
            )


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:  # pip was killed before it wrote, or the user's own log counts
        return ""
