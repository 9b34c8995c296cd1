"""The uv program: where it is, and the environment variables that it is started with."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Mapping

from davos.distributions import index

__all__ = ["HOW_TO_GET", "environment", "find_uv"]

HOW_TO_GET = "install it with `pip install uv`"

_NAMES = frozenset({"uv", "uv.exe"})
# What these say is where an install goes, for which Python, or which packages it takes besides:
# davos says that itself. Those that uv has for a command's own options begin with UV_, too.
_KEPT = frozenset(
    {
        "UV_CACHE_DIR",
        "UV_CONCURRENT_BUILDS",
        "UV_CONCURRENT_DOWNLOADS",
        "UV_CONCURRENT_INSTALLS",
        "UV_HTTP_CONNECT_TIMEOUT",
        "UV_HTTP_RETRIES",
        "UV_HTTP_TIMEOUT",
        "UV_LINK_MODE",
        "UV_LOCK_TIMEOUT",
        "UV_NATIVE_TLS",
        "UV_NO_CACHE",
        "UV_NO_PROGRESS",
        "UV_OFFLINE",
        "UV_REQUEST_TIMEOUT",
        "UV_SYSTEM_CERTS",
    }
)
_PACKAGES = frozenset(
    {
        "UV_CONSTRAINT",
        "UV_DEFAULT_INDEX",
        "UV_EXCLUDE_NEWER",
        "UV_EXTRA_INDEX_URL",
        "UV_FIND_LINKS",
        "UV_INDEX",
        "UV_INDEX_STRATEGY",
        "UV_INDEX_URL",
        "UV_INSECURE_HOST",
        "UV_KEYRING_PROVIDER",
        "UV_NO_INDEX",
        "UV_PRERELEASE",
        "UV_RESOLUTION",
    }
)
_LOGIN = "UV_INDEX_"  # UV_INDEX_NAME_USERNAME, UV_INDEX_NAME_PASSWORD
_STRIPPED = frozenset(
    {
        "CLICOLOR_FORCE",
        "CONDA_PREFIX",
        "FORCE_COLOR",
        "PYTHONHOME",
        "VIRTUAL_ENV",
        "__PYVENV_LAUNCHER__",
    }
)


def find_uv() -> str | None:
    """The path of uv: that of the kernel's environment, else the one on PATH, else None.

    The first is that of the distribution `uv` below the active project, which `uv.find_uv_bin()`
    gives, too; nothing is imported.
    """
    return _installed() or _on_path()


def environment(environ: Mapping[str, str], *, own_settings: bool) -> dict[str, str]:
    """The variables for uv: the user's, without those that redirect an install.

    `own_settings` says whether uv's variables for indexes, versions and constraints count. uv
    itself sees no virtual environment but that on its command line.
    """
    kept = (_KEPT | _PACKAGES) if own_settings else _KEPT
    return {
        name: value
        for name, value in environ.items()
        if name not in _STRIPPED
        and (not name.startswith("UV_") or name in kept or (own_settings and _is_login(name)))
    }


def _is_login(name: str) -> bool:
    return name.startswith(_LOGIN) and name.endswith(("_USERNAME", "_PASSWORD"))


def _installed() -> str | None:
    found = index.find_distribution("uv", [str(folder) for folder in index.site_folders()])
    files = sorted(found.files) if found else []
    scripts = (file for file in files if Path(file).name in _NAMES)
    return next((file for file in scripts if os.access(file, os.X_OK)), None)


def _on_path() -> str | None:
    """The uv on PATH; one in the current folder, which may be a notebook's, is none."""
    found = shutil.which("uv")
    return found if found and Path(found).is_absolute() else None
