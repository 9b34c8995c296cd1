"""Conda packages made by hand in an environment, as conda and rattler leave them."""

from __future__ import annotations

import hashlib
import json

from davos.environments import overlay

PLACEHOLDER = "/opt/placeholder"


def write_conda_package(prefix, name, version, files=None, build="0", listed=None, **fields):
    """Write a package into a prefix; `files` maps paths below the prefix to text or bytes.

    Returns its record, in which `listed` are the files. Further `fields` go into the record: `depends`, `channel`, `requested_spec`.
    """
    paths = []
    for path, text in (files or {}).items():
        data = text if isinstance(text, bytes) else text.encode()
        place = prefix / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
        digest = hashlib.sha256(data).hexdigest()
        size = len(data)
        paths.append({"_path": path, "path_type": "hardlink", "sha256": digest, "size": size})
    record = {
        "name": name,
        "version": version,
        "build": build,
        "build_number": 0,
        "channel": "https://conda.example/test/linux-64",
        "subdir": "linux-64",
        "depends": [],
        "constrains": [],
        "url": f"https://conda.example/test/linux-64/{name}-{version}-{build}.conda",
        "sha256": hashlib.sha256(f"{name}{version}{build}".encode()).hexdigest(),
        "files": list(files or {}) if listed is None else listed,
        "paths_data": {"paths_version": 1, "paths": paths},
        "requested_spec": "",
        **fields,
    }
    file = prefix / "conda-meta" / f"{name}-{version}-{build}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(record, indent=2))
    return file


def python_files(prefix, name, version, modules, requires=()):
    """The files, below the prefix, of a distribution that a conda package holds."""
    site = overlay.site_packages_of(prefix).relative_to(prefix).as_posix()
    info = f"{name}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    metadata += "".join(f"Requires-Dist: {one}\n" for one in requires)
    own = {f"{info}/METADATA": metadata, f"{info}/INSTALLER": "conda\n"}
    files = {**modules, **own}
    record = "".join(f"{path},,\n" for path in (*files, f"{info}/RECORD"))
    return {f"{site}/{path}": text for path, text in {**files, f"{info}/RECORD": record}.items()}
