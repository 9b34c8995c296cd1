"""Cells that start other processes, and a package that tells where it was imported."""

from __future__ import annotations

# How long anything may take that a cell starts.
PATIENCE = 120

MODULE = """\
import sys
VERSION = {version!r}
def where(_=None):
    import dvt
    return dvt.VERSION, sys.prefix
def main():
    print(where())
"""
TOOL = {"dvt-{0}.dist-info/entry_points.txt": "[console_scripts]\ndvt-tool = dvt:main\n"}
PRINTS = "import dvt; print(dvt.where())"

FUTURES = "concurrent.futures.ProcessPoolExecutor(1, mp_context=multiprocessing.get_context({!r}))"
WAYS = {
    "subprocess, sys.executable": f"print(output([sys.executable, '-c', {PRINTS!r}]))",
    "subprocess, python": f"print(output(['python', '-c', {PRINTS!r}]))",
    "subprocess, python3": f"print(output(['python3', '-c', {PRINTS!r}]))",
    **{
        f"Pool, {method}": (
            f"with multiprocessing.get_context({method!r}).Pool(1) as pool:\n"
            "    print(pool.map(dvt.where, [1])[0])"
        )
        for method in ("fork", "spawn", "forkserver")
    },
    **{
        f"futures, {method}": (
            f"with {FUTURES.format(method)} as pool:\n    print(pool.submit(dvt.where).result())"
        )
        for method in ("fork", "spawn", "forkserver")
    },
}
# A module of the user's own beside the notebook, in processes that have not loaded it.
OWN_MODULE = "smuggle dvt  # pip: dvt==1.0\ndef where(_=None):\n    return dvt.where()\n"
OWN_WAYS = {
    name: code.replace("import dvt;", "import dvt_helper;").replace("dvt.where", "dvt_helper.where")
    for name, code in WAYS.items()
}
IPYTHON_WAYS = {
    "!python": f'!python -c "{PRINTS}"',
    "!tool": "!dvt-tool",
    "%%script python": f"%%script python\n{PRINTS}",
    "%sx": f"print(get_ipython().getoutput('python -c \"{PRINTS}\"')[0])",
}
PRELUDE = """\
import concurrent.futures, multiprocessing, subprocess, sys
def output(command):
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
"""


def add_package(index, version):
    """Put a version of the package `dvt`, with a console script, into an index."""
    files = {"dvt.py": MODULE.format(version=version)}
    files.update((name.format(version), text) for name, text in TOOL.items())
    index("dvt", version, files)
