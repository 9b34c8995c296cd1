"""Python processes with davos, and what a project's folder holds."""

from __future__ import annotations

import base64
import csv
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
    """Path -> link target or hash of each file; bytecode and the count of commits are left out."""
    found = {}
    for path in Path(folder).rglob("*"):
        if path.name == "davos-generation":
            continue
        if path.is_symlink():
            found[str(path.relative_to(folder))] = os.readlink(path)
        elif path.is_file() and "__pycache__" not in path.parts:
            found[str(path.relative_to(folder))] = hashlib.sha1(path.read_bytes()).hexdigest()
    return found


def differs_from_record(project_dir):
    """The recorded files of a project that are missing or are not as recorded."""
    wrong = []
    for record in project_dir.glob("lib/*/site-packages/*.dist-info/RECORD"):
        for path, digest, _ in csv.reader(record.read_text().splitlines()):
            place = Path(os.path.normpath(record.parent.parent / path))
            algorithm, _, expected = digest.partition("=")
            if not place.is_file():
                wrong.append(str(place))
            elif digest:
                found = hashlib.new(algorithm, place.read_bytes()).digest()
                if base64.urlsafe_b64encode(found).rstrip(b"=").decode() != expected:
                    wrong.append(str(place))
    return wrong
