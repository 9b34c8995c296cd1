"""Two hosts on one machine: network namespaces that a bridge connects, with names and homes."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

RUN_ON_HOST = Path(__file__).with_name("run_on_host.py")
# Processes of a cluster outlive the variables that a test sets for itself.
DROPPED = ("DAVOS", "JPY_", "JUPYTER", "PIP_", "PYTEST")


@dataclass
class Host:
    """A host: its name, its address, its user's home, and how a command is run there."""

    name: str
    address: str
    home: Path
    prefix: tuple = ()
    env: dict = field(default_factory=dict)
    processes: list = field(default_factory=list)

    @property
    def davos_home(self):
        return self.home / ".davos"

    def start(self, *command, python=sys.executable, **env):
        """Start a module of Python on the host; what it prints is in `log`."""
        environ = {k: v for k, v in os.environ.items() if not k.startswith(DROPPED)}
        environ |= {"HOME": str(self.home), "DAVOS_HOME": str(self.davos_home), **self.env, **env}
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [*self.prefix, str(python), *command],
                env=environ,
                cwd=self.home,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.processes.append(process)
        return process

    @property
    def log(self):
        return self.home / "log"

    def stop(self):
        for process in self.processes:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
        for process in self.processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self.processes.clear()


def ip(*words):
    subprocess.run(["ip", *words], check=True, capture_output=True, text=True)


class Networks:
    """A bridge on this machine, and a network namespace for each host."""

    def __init__(self, tag):
        self.tag, self.bridge, self.spaces = tag, f"dvb{tag}", []
        self.net = f"198.18.{tag % 250}"  # RFC 2544: for tests, never routed

    @property
    def address(self):
        """The address of this machine that the hosts see."""
        return f"{self.net}.1"

    def make(self):
        ip("link", "add", self.bridge, "type", "bridge")
        ip("addr", "add", f"{self.address}/24", "dev", self.bridge)
        ip("link", "set", self.bridge, "up")

    def add(self, number):
        """The namespace of a further host, and its address."""
        space, link = f"dvn{self.tag}-{number}", f"dvl{self.tag}-{number}"
        ip("netns", "add", space)
        self.spaces.append(space)
        ip("link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", space)
        ip("link", "set", link, "master", self.bridge, "up")
        address = f"{self.net}.{number + 1}"
        ip("-n", space, "addr", "add", f"{address}/24", "dev", "eth0")
        ip("-n", space, "link", "set", "eth0", "up")
        ip("-n", space, "link", "set", "lo", "up")
        return space, address

    def remove(self):
        for words in [
            *(("netns", "del", space) for space in self.spaces),
            ("link", "del", self.bridge),
        ]:
            subprocess.run(["ip", *words], check=False, capture_output=True)


def reason_without_networks():
    """Why there can be no network namespaces here; empty if there can be."""
    if sys.platform != "linux":
        return "network namespaces are Linux'"
    if os.geteuid() != 0:
        return "only root can make network namespaces"
    if shutil.which("ip") is None:
        return "there is no `ip` (iproute2)"
    return ""
