"""What a session smuggled and which versions it loaded; `davos run` asks its kernel at the end."""

from __future__ import annotations

import json
import sys

import davos
from davos.distributions.index import distributions_providing
from davos.distributions.standard_library import is_standard

__all__ = ["QUESTION", "report"]

# For a kernel that may never have imported davos: then the answer is None.
QUESTION = (
    "__import__('sys').modules.get('davos')"
    " and __import__('davos.cli.session_report', fromlist=['report']).report()"
)


def report() -> str:
    """One line for each smuggled module, as a JSON list of strings."""
    project = davos.config.project
    place = "this environment" if project is None else f"project {project.project_dir}"
    lines = [_line(module) for module in davos.config.smuggled]
    return json.dumps([*lines, f"packages are kept in {place}"] if lines else [])


def _line(name: str) -> str:
    """`loaded six 1.15.0 from /.../site-packages/six.py`."""
    module = sys.modules.get(name)
    file = getattr(module, "__file__", None) or "memory"
    found = [] if is_standard(name.partition(".")[0]) else distributions_providing(name)
    here = [dist for dist in found if file.startswith(str(dist.location))] or found
    # What is on disk may be newer than what a restart would load.
    version = getattr(module, "__version__", None)
    if not isinstance(version, str) and here:
        version = here[0].version
    shown = " ".join(filter(None, (here[0].name if here else name, version)))
    return f"loaded {shown} from {file}"
