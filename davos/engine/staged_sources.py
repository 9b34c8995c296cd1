"""Where the repositories of editable installs go: into the staging environment first.

`--src` names a folder of the project. What is checked out there is staged and committed as all
else.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from davos.onion.validator import option_error

if TYPE_CHECKING:
    from davos.environments.staging import Staging
    from davos.installers.base import Request
    from davos.onion.comment import Onion

__all__ = ["with_staged_sources"]

# What an environment has itself (`sysconfig`'s schemes, PEP 405).
_OF_ENVIRONMENT = {(), *zip(("bin", "include", "lib", "lib64", "share", "pyvenv.cfg"))}


def with_staged_sources(request: Request, staged: Staging) -> tuple[Request, Staging]:
    """The request and the environment, with the folder that `--src` names moved into the latter.

    Raises OnionArgumentError for a folder that an environment has for something else.
    """
    onion = request.onion
    given = onion.options.get("src")
    if given is None:
        return request, staged
    folder = os.path.relpath(_real(given), _real(str(staged.project_dir)))
    if Path(folder).parts[:1] in _OF_ENVIRONMENT:
        message = (
            f"--src {given} is part of the environment: name a folder of its own in the project"
        )
        raise option_error(onion, "src", given, message)
    staged = staged._replace(sources=folder)
    return request._replace(onion=_moved(onion, str(staged.source_folder))), staged


def _real(path: str) -> str:
    return os.path.realpath(os.path.expanduser(path))  # noqa: PTH111 - as for `refused_options`


def _moved(onion: Onion, folder: str) -> Onion:
    passed = [
        folder if before == "--src" else word
        for before, word in zip(("", *onion.passed), onion.passed)
    ]
    return replace(onion, passed=tuple(passed), options={**onion.options, "src": folder})
