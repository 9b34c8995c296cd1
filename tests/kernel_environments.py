"""Environments: laid over the tests' own, with another package in it; copies of a plain one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
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


def make_plain(folder):
    """An environment with pip, which takes seconds."""
    subprocess.run([sys.executable, "-m", "venv", folder], check=True, env=GIVEN)


def copy_environment(original, folder):
    """A copy of an environment, as if it had been made there; its site-packages.

    Files of packages are hard links, as uv makes them: pip replaces files, and writes into none.
    """
    shutil.copytree(original, folder, symlinks=True, copy_function=os.link)
    for path in (folder / "pyvenv.cfg", *(folder / "bin").iterdir()):
        if not path.is_symlink():
            text = path.read_bytes().replace(os.fsencode(original), os.fsencode(folder))
            mode = path.stat().st_mode
            path.unlink()
            path.write_bytes(text)
            path.chmod(mode)
    return next(folder.glob("lib/python*/site-packages"))
