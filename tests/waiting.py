"""Waiting for what another process or thread does."""

from __future__ import annotations

import time


def wait_for(find, seconds=300):
    """What `find` gives as soon as it gives something."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = find()
        if found:
            return found
        time.sleep(0.005)
    raise AssertionError("it did not come")
