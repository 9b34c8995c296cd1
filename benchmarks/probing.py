"""The near end of a probe: start the process, ask it, end it. See `benchmarks/probe.py`."""

from __future__ import annotations

import json
import select
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Mapping, Sequence

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["Probe", "ProbeTimeoutError"]

_SCRIPT = Path(__file__).with_name("probe.py")


class ProbeTimeoutError(RuntimeError):
    """The answer did not come in time; the process was ended."""


class Probe:
    """A process in a measured environment, as a context."""

    def __init__(self, python: Sequence[str], env: Mapping[str, str]) -> None:
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process
        self._process = subprocess.Popen(
            [*python, "-I", str(_SCRIPT)],
            env=dict(env),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            cwd=env.get("HOME"),
        )

    def __enter__(self) -> Probe:  # noqa: PYI034 - Self is of Python 3.11
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def ask(self, function: str, *, timeout: float = 600.0, **arguments: Any) -> Any:
        """The answer to a question: the value of one of `probe.py`'s functions.

        Raises ProbeTimeoutError, and RuntimeError with the traceback if the function failed.
        """
        source, target = self._process.stdout, self._process.stdin
        if source is None or target is None:
            raise AssertionError(self._process)
        target.write(json.dumps([function, arguments]).encode() + b"\n")
        target.flush()
        line = self._line(source.fileno(), time.monotonic() + timeout)
        answer = json.loads(line)
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer["value"]

    def _line(self, descriptor: int, deadline: float) -> bytes:
        source = self._process.stdout
        if source is None:
            raise AssertionError(self._process)
        ready, _, _ = select.select([descriptor], [], [], max(deadline - time.monotonic(), 0))
        if not ready:
            self.close()
            raise ProbeTimeoutError(f"no answer in time from {self._process.args!r}")
        line = source.readline()
        if not line:
            self._errors.seek(0)
            raise RuntimeError(self._errors.read().decode("utf-8", "replace"))
        return line

    def close(self) -> None:
        """End the process."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout, self._errors):
            if stream is not None:
                with suppress(BrokenPipeError):
                    stream.close()
