"""Whether uv draws the bars of its downloads, from which davos reads the bytes.

uv draws them on a terminal only, but not for a notebook (`JPY_SESSION_NAME`), and not if
`UV_NO_PROGRESS` is set.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from davos.installers.base import Plan

__all__ = ["with_bars", "without_bars"]

# uv asks on a terminal whether such a file was meant as one of requirements.
_FILES = (".cfg", ".in", ".py", ".toml", ".txt")


def with_bars(ready: Plan) -> Plan:
    """The plan with a terminal for uv's bars, on which no line is broken to fit its width."""
    if any(word.endswith(_FILES) for word in ready.argv if not word.startswith("/")):
        return without_bars(ready)
    env = {name: value for name, value in ready.env.items() if name != "JPY_SESSION_NAME"}
    return ready._replace(env={**env, "TERM": "xterm", "UV_NO_WRAP": "1"}, terminal=True)


def without_bars(ready: Plan) -> Plan:
    """The plan of a run that tells of large downloads when they begin and end."""
    return ready._replace(argv=(*ready.argv, "--no-progress"))
