"""What the guide says about Ray. It needs 230 MB and a minute, so it runs where it is asked for."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import davos

pytestmark = [
    pytest.mark.slow,
    pytest.mark.network,
    pytest.mark.skipif(not os.environ.get("DAVOS_RAY"), reason="DAVOS_RAY=1 asks for it"),
]
PAGE = Path(davos.__file__).parent / "guide" / "clusters.md"
TASK = """
@ray.remote
def version():
    from importlib.metadata import version
    return version("iniconfig")

print("found", ray.get(version.remote()))
"""


def test_ray_installs_what_is_frozen(tmp_path):
    pytest.importorskip("ray", reason="Ray is not installed")
    (lines,) = re.findall(r"```python\n(import ray\n.*?)```", PAGE.read_text(), re.DOTALL)
    script = tmp_path / "script.py"
    begin = "import davos\ndavos.project = 'ray'\n"
    smuggled = "davos.smuggle('iniconfig', args_str='iniconfig==2.0.0')\n"
    script.write_text(begin + smuggled + lines + TASK)
    done = subprocess.run(
        [sys.executable, script], capture_output=True, text=True, check=False, timeout=300
    )
    assert "found 2.0.0" in done.stdout, done.stderr
