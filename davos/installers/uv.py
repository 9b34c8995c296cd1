"""uv as the installer: plan an argument list, run it, read what it installed.

For a project, uv installs into the prefix of a staging environment. It sees what the
environment is laid over as far as it has to (`uv_shown`), by metadata folders that are there for
the time of its run (`uv_stubs`). The interpreter is the base's, which uv knows from earlier runs:
a new one would be started to be asked for its tags.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Iterator, NamedTuple, Sequence

from davos.distributions import index
from davos.environments import activation, relocate
from davos.environments.requirement_check import conflicts
from davos.environments.site_folders import install_folders
from davos.exceptions import InstallerError
from davos.installers.base import (
    SILENT,
    Environment,
    Listener,
    Plan,
    Progress,
    Request,
    Result,
    may_use_wheels,
)
from davos.installers.constraint_files import Limits, read_limits
from davos.installers.pip_report import InstalledState, changes, installed_state
from davos.installers.run_plan import run_plan
from davos.installers.uv_arguments import CONSTRAINTS, UvArguments, arguments_of
from davos.installers.uv_bars import with_bars, without_bars
from davos.installers.uv_command import HOW_TO_GET, find_uv
from davos.installers.uv_hashes import for_hashes
from davos.installers.uv_lock import pylock_text
from davos.installers.uv_progress import UvOutput
from davos.installers.uv_shown import Shown, goes_together, shown_of
from davos.installers.uv_stubs import Stubs

if TYPE_CHECKING:
    from davos.distributions.distribution import Distribution
    from davos.onion.comment import Requirement

__all__ = ["Uv", "UvFiles", "plan", "run"]

_COMMON = ("pip", "install", "--no-config", "--color", "never")
_LOCK = ".lock"  # uv's own, in the prefix
_UNKNOWN = "unexpected argument '--excludes'"  # of a uv that is too old


class UvFiles(NamedTuple):
    """The files of one run: what uv's command line cannot say, or everybody could read there."""

    constraints: Path | None = None
    build_constraints: Path | None = None
    requirements: Path | None = None
    locked: Path | None = None
    excludes: Path | None = None

    @classmethod
    def written(
        cls,
        folder: Path,
        request: Request,
        limits: Limits,
        lines: Sequence[str],
        excluded: Sequence[str] = (),
    ) -> UvFiles:
        """Write them into a folder of the install's own, which nobody else can read."""
        if request.locked:  # uv takes nothing else beside it
            locked = folder / "pylock.toml"
            locked.write_text(pylock_text(request.locked), "utf-8")
            return cls(locked=locked)
        named = {
            "constraints": limits.constraints,
            "build_constraints": limits.build,
            "requirements": [*lines, *filter(None, [request.onion.requirement_line])],
            "excludes": excluded,
        }
        paths = {kind: folder / f"{kind}.txt" for kind, texts in named.items() if texts}
        for kind, path in paths.items():
            path.write_text("".join(f"{line}\n" for line in named[kind]), "utf-8")
        return cls(**paths)


def plan(
    request: Request,
    environment: Environment | None,
    program: str,
    files: UvFiles,
    arguments: UvArguments,
) -> Plan:
    """The command that installs what is requested; `program` is uv."""
    onion = request.onion
    options = (
        ("-c", files.constraints),
        ("-b", files.build_constraints),
        ("-r", files.requirements),
        ("-r", files.locked),
        ("--excludes", files.excludes),
    )
    named = [word for flag, path in options if path for word in (flag, str(path))]
    hashed = onion.requirement_line is not None
    wanted = [] if hashed or request.locked else onion.requirement_words
    checked = ["--require-hashes"] if hashed and "--require-hashes" not in arguments.words else []
    return Plan(
        requirement=onion.requirement,
        argv=(
            *(program, *_COMMON, *_where(environment)),
            *(*named, *checked, *arguments.words, *wanted, *request.others),
        ),
        env={**arguments.env, "UV_PYTHON_DOWNLOADS": "never", "NO_COLOR": "1"},
    )


def _where(environment: Environment | None) -> tuple[str, ...]:
    if environment is None:
        return ("--python", activation.interpreter())
    return ("--python", str(_interpreter(environment)), "--prefix", str(environment.prefix))


def _interpreter(environment: Environment) -> Path:
    """The interpreter that an environment's own is a link to."""
    try:
        return Path(os.readlink(environment.python))  # noqa: PTH115 - 3.9
    except OSError:
        return environment.python


class Uv:
    """Installs what a `# uv:` onion comment asks for."""

    name = "uv"

    def install(
        self,
        request: Request,
        environment: Environment | None,
        *,
        listener: Listener = SILENT,
        descriptors: Sequence[int] = (),
    ) -> Result:
        """See `davos.installers.base.Installer`."""
        if request.locked:  # exactly these files, whatever the options would choose
            from davos.installers.pip import Pip  # noqa: PLC0415 - for locks only

            onion = replace(request.onion, options={}, passed=())
            return Pip().install(
                request._replace(onion=onion),
                environment,
                listener=listener,
                descriptors=descriptors,
            )
        program = find_uv()
        if program is None:
            raise InstallerError(
                f"cannot install {request.onion.requirement.shown}: there is no uv here; "
                f"{HOW_TO_GET}, or write `# pip:`",
                returncode=1,
                cmd=["uv", "pip", "install"],
            )
        arguments = arguments_of(request.onion, activation.variables())
        return run(program, arguments, request, environment, listener, descriptors)


def run(  # noqa: PLR0913, PLR0917 - what an install is about
    program: str,
    arguments: UvArguments,
    request: Request,
    environment: Environment | None,
    listener: Listener,
    descriptors: Sequence[int],
) -> Result:
    """Install with uv; see `davos.installers.base.Installer.install`."""
    limits = read_limits(request.onion, request.constraints)
    limits, arguments = for_hashes(request.onion, limits, arguments)
    if request.locked:
        arguments = _for_lock(arguments)
    job = _Job(program, arguments, request, limits, listener, descriptors)
    return job.into_kernel() if environment is None else job.into(environment)


def _for_lock(arguments: UvArguments) -> UvArguments:
    """The arguments for exactly the files of a lock: uv refuses constraints beside them."""
    words = (word for word in arguments.words if not word.startswith(CONSTRAINTS))
    return arguments._replace(words=("--no-deps", *words), sees_installed=False)


class _Job:
    """One install: uv runs once, or twice where it has to see all that is installed."""

    def __init__(  # noqa: PLR0913, PLR0917 - what it is about, once
        self,
        program: str,
        arguments: UvArguments,
        request: Request,
        limits: Limits,
        listener: Listener,
        descriptors: Sequence[int],
    ) -> None:
        self.program = program
        self.arguments = arguments
        self.request = request
        self.limits = limits
        self.listener = listener
        self.descriptors = descriptors

    def into_kernel(self) -> Result:
        before = _state(install_folders(None))
        output = self._run(None, Shown())
        installed, removed = changes(before, _state(install_folders(None)), ())
        found = conflicts([one.name for one in installed]) if installed else []
        return Result(installed, removed, tuple(map(str, found)), output)

    def into(self, environment: Environment) -> Result:
        own = [str(environment.site_packages)]
        before = _state(own)
        output = self._resolved(environment, before)
        relocate.interpreters(environment.prefix, _interpreter(environment), environment.python)
        installed, removed = changes(before, _state(own), ())
        return Result(installed, removed, (), output)

    def _resolved(self, environment: Environment, before: InstalledState) -> str:
        """Run uv, which sees what it has to; what it printed."""
        below: list[Distribution] = []
        if self.arguments.sees_installed:
            found = index.distributions(environment.below)
            below = [one for one in found if one.normalized_name not in before]
        few = Shown(below)
        if not before:  # what is installed can be taken back
            few = shown_of(below, self.request, self.arguments, self.limits.constraints)
        output = self._if_it_goes_together(environment, few) if few.excluded else None
        return self._run(environment, Shown(below)) if output is None else output

    def _if_it_goes_together(self, environment: Environment, few: Shown) -> str | None:
        """Run uv without what is excluded; None if that is not the result."""
        try:
            output = self._run(environment, few)
        except InstallerError as error:
            if _UNKNOWN in (error.output or ""):
                return None
            raise
        own = [str(environment.site_packages)]
        index.forget_unsettled()
        if goes_together(self.request, index.distributions(own), [*own, *environment.below]):
            return output
        environment.clear()
        return None

    def _run(self, environment: Environment | None, shown: Shown) -> str:
        with TemporaryDirectory(prefix="davos-") as folder:
            lines = self.arguments.lines
            files = UvFiles.written(Path(folder), self.request, self.limits, lines, shown.excluded)
            ready = plan(self.request, environment, self.program, files, self.arguments)
            if environment is None:
                return self._uv(ready)
            with _stubs(environment, shown.visible, ready.requirement):
                return self._uv(ready)

    def _uv(self, ready: Plan) -> str:
        """Run uv; what it printed. Raises InstallerError."""
        listener = self.listener
        ready = with_bars(ready) if listener.seen else without_bars(ready)
        listener.progress(Progress("resolving", ready.requirement.name or ""))
        said = UvOutput(listener, wheels=may_use_wheels(ready))
        done = run_plan(ready, said.hear, listener, self.descriptors)
        if done.returncode:
            from davos.installers.uv_failure import explain  # noqa: PLC0415 - for errors only

            raise InstallerError(
                explain(self.request.onion, done.returncode, done.output),
                returncode=done.returncode,
                cmd=ready.argv,
                output=done.output,
            )
        return done.output


@contextmanager
def _stubs(
    environment: Environment, visible: Sequence[Distribution], wanted: Requirement
) -> Iterator[None]:
    """Have stubs there for the time of a run, and afterwards neither them nor uv's lock."""
    stubs = Stubs(environment.site_packages)
    try:
        stubs.write(visible, wanted)
        yield
    finally:
        stubs.remove()
        (environment.prefix / _LOCK).unlink(missing_ok=True)


def _state(path: Sequence[str]) -> InstalledState:
    index.forget_unsettled()
    return installed_state(path)
