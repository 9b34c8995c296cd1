"""What `davos.config` says of conda: looked up when it is asked for."""

from __future__ import annotations

import os
import sys
from typing import Any, Mapping

from davos.configuration import Binding

__all__ = ["BINDINGS"]


def _ignore(_value: Any) -> None:
    """The fields are read-only."""


def _can_install() -> bool:
    from davos.environments import conda_environments  # noqa: PLC0415 - only on request

    return conda_environments.can_install()


def _environment() -> str | None:
    from davos.environments import conda_environments  # noqa: PLC0415 - only on request

    return conda_environments.environment_name(sys.prefix, os.environ)


def _environments() -> dict[str, str] | None:
    from davos.environments import conda_environments  # noqa: PLC0415 - only on request

    return conda_environments.environments(sys.prefix, os.environ) or None


BINDINGS: Mapping[str, Binding] = {
    "conda_avail": Binding(_can_install, _ignore),
    "conda_env": Binding(_environment, _ignore),
    "conda_envs_dirs": Binding(_environments, _ignore),
}
"""How the fields `conda_...` are read."""
