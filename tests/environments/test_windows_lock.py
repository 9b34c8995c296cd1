"""The lock on Windows, with a stand-in for what its files do."""

from __future__ import annotations

import os

from davos.environments.windows_lock import open_exclusively


class Files:
    """Files that one process at a time has open for writing, as `CreateFileW` keeps them."""

    def __init__(self):
        self.open = {}

    def __call__(self, path):
        if path in self.open:
            return None
        self.open[path] = descriptor = os.open(path, os.O_RDWR | os.O_CREAT)
        return descriptor

    def close(self, path):
        os.close(self.open.pop(path))


def test_who_opens_first_holds_it_until_it_is_closed(tmp_path):
    path, files, told, waits = tmp_path / "x.lock", Files(), [], []
    first = open_exclusively(path, told.append, files)
    os.write(first, b"process 1")

    def wait(seconds):
        waits.append(seconds)
        if len(waits) == 3:
            files.close(str(path))

    second = open_exclusively(path, told.append, files, wait)
    assert told == ["process 1"], "once"
    assert len(waits) == 3
    assert files.open == {str(path): second}
    files.close(str(path))


def test_an_interrupt_ends_the_wait(tmp_path):
    def interrupted(_seconds):
        raise KeyboardInterrupt

    path = tmp_path / "x.lock"
    path.touch()
    try:
        open_exclusively(path, None, lambda _path: None, interrupted)
    except KeyboardInterrupt:
        return
    raise AssertionError
