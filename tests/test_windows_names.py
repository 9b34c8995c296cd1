"""davos loads where Python has none of what only Unix has."""

from __future__ import annotations

import subprocess
import sys

CODE = """
import importlib, os, pkgutil, signal, sys
import davos

def load():
    for one in pkgutil.walk_packages(davos.__path__, "davos."):
        try:
            importlib.import_module(one.name)
        except Exception as error:
            yield one.name, repr(error)

missing = dict(load())  # of an extra that is not installed; all else that davos uses is loaded now
for name in [name for name in sys.modules if name.partition(".")[0] == "davos"]:
    del sys.modules[name]
for name in ("fcntl", "grp", "pwd", "resource", "termios", "tty", "pty", "readline"):
    sys.modules[name] = None
for name in (
    "O_NOFOLLOW O_NONBLOCK O_DIRECTORY O_CLOEXEC register_at_fork fork set_blocking pread pwrite "
    "killpg getuid geteuid getpgid setsid fchmod fchown chown lchown openpty mkfifo uname sysconf"
).split():
    vars(os).pop(name, None)
for name in "SIGKILL SIGHUP SIGALRM SIGQUIT SIGUSR1 SIGUSR2 SIGTSTP SIGCONT".split():
    vars(signal).pop(name, None)
import davos
print({name: error for name, error in load() if name not in missing})
"""


def test_every_module_loads_without_what_only_unix_has():
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    assert done.stdout == "{}\n", done.stderr
