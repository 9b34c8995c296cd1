"""Environments whose kernel is one of ipykernel 6 or 7, laid over the tests' own environment."""

from __future__ import annotations

import os
import subprocess
import sysconfig
import venv

# As it was before a test set anything: servers and environments outlive the test.
GIVEN = {name: value for name, value in os.environ.items() if "JUPYTER" not in name}


def make_environment(folder, requirement):
    """The Python of an environment laid over the tests' own, in which a requirement is met."""
    venv.create(folder)
    site_packages = next(folder.glob("lib/python*/site-packages"))
    paths = {sysconfig.get_path(name) for name in ("purelib", "platlib")}
    lines = [f"import site; site.addsitedir({path!r})\n" for path in sorted(paths)]
    (site_packages / "zzz_tests.pth").write_text("".join(lines))
    python = folder / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "-q", requirement], check=True, env=GIVEN)
    return python
