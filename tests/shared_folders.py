"""Folders that are made once a run, whatever number of pytest-xdist's workers needs them."""

from __future__ import annotations

import os

from waiting import wait_for


def made_once(tmp_path_factory, name, make):
    """The folder of a name, in which `make(folder)` has run: in the first worker that asks.

    Tests must not change what is in it.
    """
    here = tmp_path_factory.getbasetemp()
    shared = (here.parent if "PYTEST_XDIST_WORKER" in os.environ else here) / "made-once"
    shared.mkdir(exist_ok=True)
    folder, made = shared / name, shared / f"{name} is made"
    try:
        folder.mkdir()
    except FileExistsError:
        said = wait_for(lambda: made.exists() and made.read_text())
        assert said == "made", said
    else:
        _make(folder, make, made)
    return folder


def _make(folder, make, made):
    try:
        make(folder)
    except BaseException as error:
        _write(made, f"{folder.name} could not be made: {error!r}")
        raise
    _write(made, "made")


def _write(file, text):
    """Write a file that others read as soon as it is there."""
    started = file.with_suffix(".part")
    started.write_text(text)
    started.rename(file)
