"""`cluster.py FOLDER HOSTS WORKERS PIN...`: measure smuggle statements with a Dask cluster.

Writes `seconds.json` into the folder: how long each pin took until all workers had it. With no
hosts there is no cluster: it is how long the session's own installation takes.
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


def seconds_of(pins):
    for pin in pins:
        started = time.perf_counter()
        davos.smuggle(pin.partition("=")[0], args_str=pin)
        yield time.perf_counter() - started


def main(folder, hosts, workers, *pins):
    davos.configure(suppress_stdout=True, project=f"bench{hosts}")
    with ExitStack() as stack:
        client = None
        if int(hosts):
            client = connected(stack, Path(folder), int(hosts), int(workers))
            davos.distribute(client)
        seconds = list(seconds_of(pins))
        found = davos.distribute(client) if client else ()
        if any(host.state != "ready" for host in found) or len(found) != int(hosts):
            sys.exit(repr(found))
    Path(folder, "seconds.json").write_text(json.dumps(seconds))


main(*sys.argv[1:])
