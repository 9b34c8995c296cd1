"""The specification by which jupyter-lsp starts `davos lsp` (entry point `jupyter_lsp_spec_v1`).

Source: jupyter-lsp's documentation, "Extending jupyterlab-lsp"; version 2 of its schema.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from typing import Any

__all__ = ["servers"]


def servers(manager: object) -> dict[str, dict[str, Any]]:
    """The language servers that davos has, by name; none without the extra `lsp`.

    `manager` is jupyter-lsp's, of which nothing is asked. The server runs in the
    environment of Jupyter Server, and no program has to be on `PATH`.
    """
    del manager
    if find_spec("pygls") is None:
        return {}
    return {
        "davos": {
            "version": 2,
            "argv": [sys.executable, "-m", "davos", "lsp"],
            "languages": ["python"],
            "mime_types": ["text/x-python", "text/x-ipython"],
            "display_name": "davos",
        }
    }
