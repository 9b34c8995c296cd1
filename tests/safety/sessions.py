"""Python processes with davos, and what a project's folder holds."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

SESSION = """
import sys, warnings
warnings.simplefilter("ignore")
import davos
davos.config.project = "shared"
davos.config.suppress_stdout = True
exec(sys.stdin.read())
"""


class Session:
    """A Python process with davos, its project "shared", that runs some code."""

    def __init__(self, code, env=None):
        self.process = subprocess.Popen(
            [sys.executable, "-c", SESSION],
            env={**os.environ, **(env or {})},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.process.stdin.write(code)
        self.process.stdin.close()
        self.process.stdin = None

    @property
    def pid(self):
        return self.process.pid

    def children(self):
        """The installer, once it runs."""
        try:
            return list(
                map(int, Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split())
            )
        except FileNotFoundError:
            return []

    def result(self, *, timeout=120, fails=False):
        """What it printed, at its end."""
        output, _ = self.process.communicate(timeout=timeout)
        assert fails or self.process.returncode == 0, output
        return output


def contents(folder):
    """Path -> link target or hash of each file; bytecode is no part of a state."""
    found = {}
    for path in Path(folder).rglob("*"):
        if path.is_symlink():
            found[str(path.relative_to(folder))] = os.readlink(path)
        elif path.is_file() and "__pycache__" not in path.parts:
            found[str(path.relative_to(folder))] = hashlib.sha1(path.read_bytes()).hexdigest()
    return found
