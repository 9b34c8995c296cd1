"""Wheels with compiled modules, a few kilobytes each, built with the C compiler of this machine."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig

import pytest
from packaging.tags import sys_tags

SOURCE = """
#include <Python.h>
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "core", NULL, -1, NULL};
PyMODINIT_FUNC PyInit_core(void) {
    PyObject *made = PyModule_Create(&module);
    PyModule_AddStringConstant(made, "VERSION", TEXT);
    return made;
}
"""
SETUP = """
from setuptools import Extension, setup
versions = {versions!r}
setup(ext_modules=[
    Extension(f"v{{n}}.core", ["core.c"], define_macros=[("TEXT", f'"{{version}}"')])
    for n, version in enumerate(versions)
])
"""


def build_cores(folder, versions):
    """The bytes of the module `core` by version, each with its own VERSION."""
    compiler = (sysconfig.get_config_var("CC") or "cc").split()[0]
    if shutil.which(compiler) is None:
        pytest.skip(f"no C compiler ({compiler})")
    (folder / "core.c").write_text(SOURCE)
    (folder / "setup.py").write_text(SETUP.format(versions=versions))
    for number in range(len(versions)):
        (folder / f"v{number}").mkdir()
    command = [sys.executable, "setup.py", "-q", "build_ext", "--inplace"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return {
        version: (folder / f"v{number}" / f"core{SUFFIX}").read_bytes()
        for number, version in enumerate(versions)
    }


SUFFIX = sysconfig.get_config_var("EXT_SUFFIX")
TAG = str(next(sys_tags()))


def add_compiled(index, name, version, core):
    """Put a package with a compiled module into an index; its version is the module's."""
    files = {
        f"{name}/__init__.py": f"from {name}.core import VERSION as __version__\n",
        f"{name}/core{SUFFIX}": core,
    }
    index(name, version, files, tag=TAG)
