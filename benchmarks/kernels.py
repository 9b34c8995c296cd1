"""A Jupyter kernel in one of the environments, for the rows that need a real one."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Iterator

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.worlds import World

__all__ = ["kernel_of"]


@contextmanager
def kernel_of(world: World, specs: Path, **settings: str) -> Iterator[Any]:
    """A client of a new kernel of a world; `specs` is a folder for its kernel spec."""
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.manager import KernelManager

    argv = [str(world.python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    name = f"davos-benchmarks-{world.name}"
    spec = {"argv": argv, "display_name": name, "language": "python"}
    (specs / name).mkdir(exist_ok=True)
    (specs / name / "kernel.json").write_text(json.dumps(spec), "utf-8")
    finder = KernelSpecManager(kernel_dirs=[str(specs)])
    manager = KernelManager(kernel_name=name, kernel_spec_manager=finder)
    manager.start_kernel(env=world.environ(**settings), cwd=str(world.home))
    client: Any = manager.blocking_client()
    try:
        client.start_channels()
        client.wait_for_ready(timeout=60)
        yield client
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
