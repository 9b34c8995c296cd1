"""`cluster.py FOLDER HOSTS WORKERS PIN...`: measure smuggle statements with a Dask cluster.

Writes `seconds.json` into the folder: how long each pin took until all workers had it, and how
long another session took for the same without a cluster.
"""

import json
import os
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

from distributed import Client

import davos


def start(stack, *command, **env):
    process = subprocess.Popen(
        [sys.executable, "-m", *command],
        env={**os.environ, **env},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    stack.callback(process.wait)
    stack.callback(process.terminate)


def connected(stack, folder, hosts, workers):
    """A client of a new cluster."""
    file = folder / "scheduler.json"
    options = ("--scheduler-file", str(file), "--no-dashboard", "--host", "127.0.0.1")
    start(stack, "distributed.cli.dask_scheduler", *options, "--port", "0")
    for host in range(hosts):
        home = folder / f"host{host}"
        home.mkdir()
        start(
            stack,
            "distributed.cli.dask_worker",
            *options,
            *("--nworkers", str(workers), "--nthreads", "1", "--local-directory", str(home)),
            DAVOS_HOME=str(home / ".davos"),
        )
    while not file.exists():
        time.sleep(0.05)
    client = Client(scheduler_file=str(file), timeout=60)
    stack.callback(client.close)
    client.wait_for_workers(hosts * workers, timeout=300)
    return client


def seconds_of(project, pins):
    davos.config.project = project
    for pin in pins:
        started = time.perf_counter()
        davos.smuggle(pin.partition("=")[0], args_str=pin)
        yield time.perf_counter() - started


def main(folder, hosts, workers, *pins):
    davos.config.suppress_stdout = True
    alone = list(seconds_of("alone", pins))
    davos.config.project = "bench"
    for pin in pins:
        sys.modules.pop(pin.partition("=")[0])
    with ExitStack() as stack:
        client = connected(stack, Path(folder), int(hosts), int(workers))
        davos.distribute(client)
        together = list(seconds_of("bench", pins))
        found = davos.distribute(client)
    if {host.state for host in found} != {"ready"} or len(found) != int(hosts):
        sys.exit(repr(found))
    Path(folder, "seconds.json").write_text(json.dumps({"davos": together, "session": alone}))


main(*sys.argv[1:])
