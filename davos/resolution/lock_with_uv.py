"""A document's requirements resolved by uv, for all platforms (`uv pip compile --universal`)."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Callable, Iterator, Mapping, Sequence

from packaging.utils import canonicalize_name

from davos import subprocesses
from davos.credentials import masked
from davos.documents.lock_place import toml_lock
from davos.exceptions import LockError
from davos.resolution.lock_document import as_toml
from davos.resolution.lock_options import arguments_for_uv
from davos.resolution.uv_configuration import deciding_files

if TYPE_CHECKING:
    from davos.resolution.lock_run import LockRun

__all__ = ["resolve_with_uv"]

_CONSTRAINTS = {"constraint": "--constraints", "build_constraint": "--build-constraints"}
_COMMAND = ("pip", "compile", "--universal", "--no-header", "--color=never", "--no-progress")
_PINNED = re.compile(
    r"(?P<name>[A-Za-z0-9._-]+)(?:\[[^\]]*\])?\s*(?:==|@).*?#\s*via (?P<parents>.*)"
)
_WARNING = re.compile(r"^warning: (.+)", re.MULTILINE)


def resolve_with_uv(
    uv: str, run: LockRun, tell: Callable[[str], None] = lambda _: None
) -> dict[str, Any]:
    """A PEP 751 document, with every file of every package.

    `tell` is called with what uv warns of: yanked versions, extras that a package does not have,
    and with what of uv's own configuration counts for the lock. Raises `LockError`, and
    NoEquivalentError or SettingsError where uv cannot do what pip would.
    """
    with TemporaryDirectory(prefix="davos-") as folder:
        job = _Job(uv, run, Path(folder))
        content = job.lock()
        warnings = _WARNING.findall(job.output)
        parents = job.parents(content)
    for one in (*deciding_files(os.environ), *warnings):
        tell(masked(one))
    for package in content["packages"]:
        needs = _dependencies(package["name"], parents, content["packages"])
        if needs:
            package["dependencies"] = needs
    return content


class _Job:
    def __init__(self, uv: str, run: LockRun, folder: Path) -> None:
        self.uv = uv
        self.run = run
        self.folder = folder
        self.output = ""
        self.arguments = arguments_for_uv(run, os.environ)
        self.requirements = self._written("requirements.in", [*self.arguments.lines, *run.lines])
        self._written("pyproject.toml", _limits(run.python))

    def lock(self) -> dict[str, Any]:
        """Resolve; what was locked before is preferred, because uv reads its output file."""
        output = self.folder / "pylock.toml"
        if self.run.before:
            output.write_bytes(as_toml(self.run.before))
        upgrades = [f"--upgrade-package={name}" for name in self.run.upgrade_packages]
        hashed = ("--generate-hashes", "--format=pylock.toml", f"--output-file={output}")
        self._uv([*hashed, *(["--upgrade"] if self.run.upgrade else []), *upgrades])
        content = toml_lock(output.read_bytes(), str(output))
        content.setdefault("packages", [])
        return content

    def parents(self, content: Mapping[str, Any]) -> dict[str, list[str]]:
        """The packages that need a package, by its name, as uv annotates them."""
        pins = [_pin(package) for package in content["packages"] if package.get("version")]
        pinned = self._written("pins.txt", pins)
        output = self._uv(["--annotation-style=line", f"--constraints={pinned}"])
        found: dict[str, list[str]] = {}
        for line in output.splitlines():
            match = _PINNED.match(line)
            if match:
                parents = [name.strip() for name in match["parents"].split(",")]
                named = [canonicalize_name(name) for name in parents if name[:1] != "-"]
                found.setdefault(canonicalize_name(match["name"]), []).extend(named)
        return found

    def _uv(self, arguments: Sequence[str]) -> str:
        python = (f"--python={sys.executable}", f"--python-version={self.run.python}")
        project = f"--project={self.folder}"
        argv = [
            self.uv,
            *_COMMAND,
            project,
            *python,
            *arguments,
            *self._options(),
            str(self.requirements),
        ]
        try:
            done = subprocesses.capture(argv, self.arguments.env, str(self.run.folder))
        except OSError as error:
            message = f"cannot start {self.uv}: {error.strerror}"
            raise LockError(message) from error
        self.output = done.stderr.decode("utf-8", "replace")
        if done.returncode:
            raise self.run.failed(self.output)
        return done.stdout.decode("utf-8", "replace")

    def _options(self) -> Iterator[str]:
        for dest, flag in _CONSTRAINTS.items():
            if dest in self.run.options:
                yield f"{flag}={self._written(f'{dest}.txt', self.run.options[dest])}"
        yield from self.arguments.words

    def _written(self, name: str, lines: Sequence[str]) -> Path:
        path = self.folder / name
        path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
        return path


def _limits(python: str) -> list[str]:
    """A project's settings: uv would else resolve for all later versions of Python, too."""
    major, minor = python.split(".")
    limit = (
        f"python_full_version >= '{python}' and python_full_version < '{major}.{int(minor) + 1}'"
    )
    return ["[tool.uv]", f'environments = ["{limit}"]']


def _pin(package: Mapping[str, Any]) -> str:
    marker = f" ; {package['marker']}" if package.get("marker") else ""
    return f"{package['name']}=={package['version']}{marker}"


def _dependencies(
    name: str, parents: Mapping[str, Sequence[str]], packages: Sequence[Mapping[str, Any]]
) -> list[dict[str, str]]:
    """What a package needs, as PEP 751 refers to it: by version, too, where there are several."""
    needed = [one for one in packages if name in parents.get(one["name"], ())]
    names = [one["name"] for one in needed]
    return [
        {"name": one["name"], "version": one["version"]}
        if names.count(one["name"]) > 1 and one.get("version")
        else {"name": one["name"]}
        for one in needed
    ]
