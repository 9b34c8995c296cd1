"""pip's half of a lock that has packages of conda: one set, without a distribution twice.

What conda provides is not resolved again. pip's resolver finds these packages as wheels without
contents, which no other version can replace, and which are left out of what it found.
"""

from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Callable, Iterator, Mapping, Sequence

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from davos.environments.requirement_check import contains
from davos.environments.requires_dist import matches
from davos.exceptions import LockError
from davos.resolution.lock_run import is_mentioned

if TYPE_CHECKING:
    from davos.installers.conda_locked import LockedPackage
    from davos.resolution.asked import Asked
    from davos.resolution.lock_run import LockRun

__all__ = ["left_to_pip", "needed_of_conda", "resolved_beside"]

Resolver = Callable[["LockRun"], Mapping[str, Any]]
_NEEDED = "conda"


def left_to_pip(asked: Sequence[Asked], packages: Sequence[LockedPackage]) -> list[Asked]:
    """The statements for pip and uv that no package of conda satisfies.

    Where conda has the name, nothing is asked by one whose marker is false here: the lock is for
    this platform. Raises `LockError`, which names both, where a package of conda does not fit.
    """
    provided = {one.name: one for one in packages if one.is_python}
    return [one for one in asked if not _is_provided(one, provided)]


def _is_provided(one: Asked, provided: Mapping[str, LockedPackage]) -> bool:
    requirement = one.requirement
    package = provided.get(canonicalize_name(requirement.name or ""))
    if package is None:
        return False
    if requirement.marker and not matches(requirement.marker, ""):
        return True
    reason = ""
    if requirement.url or requirement.path:
        reason = "comes from another place"
    elif requirement.extras:
        reason = "has extras, which conda's package does not have: name what they need"
    elif contains(requirement.specifier, package.version or "") is False:
        reason = "does not accept this version"
    if reason:
        message = f"{one.shown} does not go with {package.shown} of conda: it {reason}"
        raise LockError(message)
    return True


def resolved_beside(
    packages: Sequence[LockedPackage], run: LockRun, resolve: Resolver
) -> Mapping[str, Any]:
    """What a resolver finds beside packages of conda: a PEP 751 document without them.

    What a package needs of conda's is noted in its table `tool.davos`. Raises `LockError`.
    """
    if not run.asked:
        return {"lock-version": "1.0", "packages": []}
    with TemporaryDirectory(prefix="davos-") as name:
        folder = Path(name)
        lines = _stub_lines(packages, folder)
        options = dict(run.options)
        if lines:
            options["constraint"] = [*options.get("constraint", ()), *lines]
        try:
            content = resolve(replace(run, options=options))
        except LockError as error:
            raise _named(error, packages, folder) from error
    provided = {one.name: one.package for one in packages if one.is_python}
    found = [_without(one, provided) for one in content["packages"]]
    return {**content, "packages": [one for one in found if one["name"] not in provided]}


def _named(error: LockError, packages: Sequence[LockedPackage], folder: Path) -> LockError:
    """The error of a resolver, with the packages of conda that it is about."""
    text = str(error).replace(f"{folder.as_uri()}/", "").replace(f"{folder}/", "")
    about = [one for one in packages if one.is_python and is_mentioned(one.name, text)]
    lines = [f"  {one.shown} of conda, which the lock holds" for one in about]
    return LockError("\n".join([text, *lines]))


def _without(package: Mapping[str, Any], provided: Mapping[str, str]) -> dict[str, Any]:
    """A package that depends on what the document holds (PEP 751), and notes what conda has."""
    made = dict(package)
    needs = made.pop("dependencies", [])
    kept = [one for one in needs if one["name"] not in provided]
    if kept:
        made["dependencies"] = kept
    of_conda = sorted(provided[one["name"]] for one in needs if one["name"] in provided)
    if of_conda:
        made["tool"] = {"davos": {_NEEDED: of_conda}}
    return made


def needed_of_conda(tool: Mapping[str, Any] | None) -> Iterator[str]:
    """The packages of conda that the table `tool` of a package says it needs."""
    noted = (tool or {}).get("davos")
    names = noted.get(_NEEDED) if isinstance(noted, dict) else None
    yield from (one for one in names if isinstance(one, str)) if isinstance(names, list) else ()


# ---- what stands for the packages of conda ----


def _stub_lines(packages: Sequence[LockedPackage], folder: Path) -> list[str]:
    """Constraint lines for pip and uv: packages of conda as wheels without contents in a folder.

    So what another package needs of them is known to be there, in this version and no other. A
    version that PEP 440 has no room for is left out.
    """
    return [
        f"{one.name} @ {_stub(one, folder).as_uri()}"
        for one in packages
        if one.is_python and _is_version(one.version or "")
    ]


def _is_version(text: str) -> bool:
    try:
        Version(text)
    except InvalidVersion:
        return False
    return True


def _stub(package: LockedPackage, folder: Path) -> Path:
    """A wheel that holds its metadata only ("Binary distribution format")."""
    stem = f"{package.name.replace('-', '_')}-{Version(package.version or '')}"
    metadata = f"Metadata-Version: 2.1\nName: {package.name}\nVersion: {package.version}\n"
    files = {
        "METADATA": metadata,
        "WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        "RECORD": "",
    }
    path = folder / f"{stem}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(f"{stem}.dist-info/{name}", text)
    return path
