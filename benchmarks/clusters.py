"""Hot path: one new package for the 16 workers of a Dask cluster on two hosts.

The hosts are two folders of this machine: what is measured is the installation on each of them,
and the way of the news to all workers, not a network.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Iterator

from benchmarks.harness import NEW, Measured, Row
from benchmarks.providing import write_wheels

if TYPE_CHECKING:
    from benchmarks.worlds import Worlds

__all__ = ["ROWS"]

_HOSTS, _WORKERS = 2, 8
_SCRIPT = Path(__file__).with_name("cluster.py")


def _pip(worlds: Worlds, pins: list[str], wheels: dict[str, str]) -> Iterator[float]:
    """The seconds of `pip install --no-compile`, pin by pin."""
    world = worlds.plain
    world.run("-m", "pip", "-q", "uninstall", "-y", *(pin.partition("=")[0] for pin in pins))
    for pin in pins:
        yield world.run("-m", "pip", "install", "--no-compile", pin, **wheels)


def _new_package(worlds: Worlds) -> Measured:
    folder = worlds.folder()
    names = [f"dvcluster{one}" for one in range(worlds.repeats(5))]
    write_wheels(folder, names)
    pins = [f"{name}==1.0" for name in names]
    wheels = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(folder)}
    world = replace(worlds.clusters, home=worlds.folder())
    samples = {}
    for name, hosts in (("session", 0), (NEW, _HOSTS)):
        world.run(str(_SCRIPT), str(folder), str(hosts), str(_WORKERS), *pins, **wheels)
        samples[name] = json.loads((folder / "seconds.json").read_text())
    samples["pip"] = list(_pip(worlds, pins, wheels))
    alone = median(samples.pop("session"))
    remarks = f"with the session's own installation, {alone:.2g} s"
    return Measured(median(samples[NEW]), median(samples["pip"]), remarks, samples)


ROWS = (
    Row(
        "cluster-16",
        f"smuggle until {_HOSTS * _WORKERS} workers on {_HOSTS} hosts have it",
        _new_package,
        against="pip on one host",
    ),
)
