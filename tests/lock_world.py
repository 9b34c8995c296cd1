"""Locks made by hand, of wheels that lie in a folder."""

import hashlib
import json
import sys

import pytest
from packaging.pylock import Pylock
from packaging.utils import parse_wheel_filename

PYTHON = f"=={sys.version_info[0]}.{sys.version_info[1]}.*"


def package(*wheels, marker=None, **more):
    """The entry of a lock for the wheels of one version of a distribution."""
    name, version, *_ = parse_wheel_filename(wheels[0].name)
    files = [
        {
            "name": wheel.name,
            "url": wheel.as_uri(),
            "hashes": {"sha256": hashlib.sha256(wheel.read_bytes()).hexdigest()},
        }
        for wheel in wheels
    ]
    found = {"name": name, "version": str(version), "wheels": files, **more}
    return {**found, "marker": marker} if marker else found


def content(*packages, python=PYTHON, **more):
    """A lock as a JSON object or a TOML table; wheels stand for their packages."""
    entries = [one if isinstance(one, dict) else package(one) for one in packages]
    found = {"lock-version": "1.0", "created-by": "test", "packages": entries, **more}
    if python:
        found["requires-python"] = python
    Pylock.from_dict(found)
    return found


def code_cells(sources):
    """The code cells of a notebook's JSON."""
    return [
        {
            "cell_type": "code",
            "execution_count": None,
            "id": f"cell{number}",
            "metadata": {},
            "outputs": [],
            "source": source,
        }
        for number, source in enumerate(sources)
    ]


@pytest.fixture
def locked_notebook(tmp_path):
    """A function that writes a notebook of some cells with the lock of some wheels."""

    def write(*packages, cells=(), name="locked.ipynb", **more):
        made = code_cells(cells)
        metadata = {"davos": {"lock": content(*packages, **more)}}
        path = tmp_path / name
        text = {"cells": made, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
        path.write_text(json.dumps(text))
        return path

    return write
