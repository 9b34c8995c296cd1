"""Distributions made by hand in an environment, and what an environment holds."""

from __future__ import annotations

import base64
import csv
import hashlib
import os
import tempfile
from pathlib import Path

from davos.environments import journal, overlay
from davos.environments.commit import commit
from davos.environments.staging import staging

SITE = overlay.site_packages_of(Path("p")).relative_to("p").as_posix()


def write_distribution(prefix, name, version, files, *, record=True):
    """Write a distribution into an environment; `files` maps paths below site-packages to text."""
    site = prefix / SITE
    info = f"{name}-{version}.dist-info"
    files = {
        **files,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
    }
    rows = []
    for path, text in files.items():
        data = text if isinstance(text, bytes) else text.encode()
        place = Path(os.path.normpath(site / path))
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        rows.append([path, f"sha256={digest}", len(data)])
    if record:
        with open(site / info / "RECORD", "w", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([*rows, [f"{info}/RECORD", "", ""]])
    return site / info


def environment(prefix):
    """An environment like a project's, with nothing in it."""
    overlay.ensure(prefix, [], [])
    return prefix


def tree(prefix):
    """Path -> text of each file, target of each link, None of each folder."""
    found = {}
    for path in sorted(Path(prefix).rglob("*")):
        relative = path.relative_to(prefix).as_posix()
        if path.is_symlink():
            found[relative] = os.readlink(path)
        else:
            found[relative] = None if path.is_dir() else path.read_bytes()
    return found


def packages(prefix):
    """`tree` without what davos itself writes."""
    own = {*overlay.own_files(Path(prefix)), "bin", "lib", "lib/" + SITE.split("/")[1], SITE}
    return {path: found for path, found in tree(prefix).items() if path not in own}


def differs_from_record(prefix):
    """The recorded files of an environment that are missing or are not as recorded."""
    wrong = []
    for record in (Path(prefix) / SITE).glob("*.dist-info/RECORD"):
        for path, digest, _ in csv.reader(record.read_text().splitlines()):
            place = Path(os.path.normpath(Path(prefix) / SITE / path))
            if not place.is_file():
                wrong.append(str(place))
            elif digest:
                found = base64.urlsafe_b64encode(hashlib.sha256(place.read_bytes()).digest())
                if f"sha256={found.rstrip(b'=').decode()}" != digest:
                    wrong.append(str(place))
    return wrong


def committed(project, *distributions):
    """Stage distributions (name, version, files) and commit them."""
    with staging(project, []) as made:
        for name, version, files in distributions:
            write_distribution(made.prefix, name, version, files)
        return commit(made)


def expected(tmp_path, *distributions, extra=()):
    """The packages of an environment into which only these were installed."""
    prefix = environment(Path(tempfile.mkdtemp(dir=tmp_path)) / "expected")
    for name, version, files in distributions:
        write_distribution(prefix, name, version, files)
    for path in extra:
        (prefix / SITE / path).parent.mkdir(parents=True, exist_ok=True)
        (prefix / SITE / path).write_text("")
    return packages(prefix)


def beside(project):
    """The names of what lies beside a project."""
    return [path.name for path in project.parent.iterdir() if path != project]


A1 = ("a", "1", {"a/__init__.py": "1", "a/old.py": "1", "a/data/x": "1"})
A2 = ("a", "2", {"a/__init__.py": "2", "a/new.py": "2", "a/data/x": "2"})
B1 = ("b", "1", {"b/__init__.py": "b"})
NAMESPACE_A1 = ("n-a", "1", {"n/a/__init__.py": "1", "n/a/old.py": "1"})
NAMESPACE_A2 = ("n-a", "2", {"n/a/__init__.py": "2"})
NAMESPACE_B = ("n-b", "1", {"n/b/__init__.py": "b"})


class Killed(BaseException):
    """The process would be gone."""


def kill_at(monkeypatch, number):
    """Have the process killed before its rename of a number."""
    rename, made = journal._rename, []

    def counting(source, target):
        if len(made) == number:
            raise Killed
        made.append(source)
        rename(source, target)

    monkeypatch.setattr(journal, "_rename", counting)
    return made
