"""The answer of a kernel that started anew without loading `davos.frontends.restart.replay`.

It needs no file: it is a line of code that IPython runs when it starts (`code_to_run`), and
that the extension takes back. Queued requests are lost then; the one that asked is answered.
"""

from __future__ import annotations

import json
from typing import Any, Mapping, Sequence

__all__ = ["FLAG", "VARIABLE", "source"]

VARIABLE = "DAVOS_RERUN_FAILED"
FLAG = (
    "--InteractiveShellApp.code_to_run="
    f"exec(__import__('os').environ.pop('{VARIABLE}', 'pass'), dict(shell=get_ipython()))"
)
_CODE = (
    "raise RuntimeError('davos restarted the kernel, but could not run the notebook again: nothing "
    "that was defined before is there. To go on, restart the kernel and run all cells')"
)
_DELIMITER = b"<IDS|MSG>"
# A front end's sockets come back after ZeroMQ's reconnect interval of 0.1 to 0.2 s.
_RECONNECT_SECONDS = 1.0
_SOURCE = """
import os, shutil, sys, zmq
from tornado.ioloop import IOLoop

kernel = shell.kernel
kernel.session.session = {session!r}
shutil.rmtree({folder!r}, ignore_errors=True)
for name, value in {variables!r}.items():
    os.environ.pop(name, None)
    if value is not None:
        os.environ[name] = value
for arguments in (sys.argv, getattr(sys, "orig_argv", []), kernel.parent.argv):
    arguments[:] = [word for word in arguments if word not in {flags!r}]

def answer():
    kernel.session.digest_history.clear()
    frames = kernel.session.serialize({message!r}, {idents!r})
    return kernel.dispatch_shell([zmq.Message(frame) for frame in frames])

IOLoop.current().call_later({seconds}, answer)
"""


def source(
    request: list[bytes],
    session: str,
    folder: str,
    variables: Mapping[str, str | None],
    flags: Sequence[str],
) -> str:
    """Python code that answers a request with an error, and leaves nothing of the restart."""
    start = request.index(_DELIMITER)
    content: dict[str, Any] = {"code": _CODE, "silent": False, "store_history": False}
    message = {
        "header": json.loads(request[start + 2]),
        "parent_header": {},
        "metadata": {},
        "content": content,
    }
    return _SOURCE.format(
        session=session,
        folder=folder,
        variables=dict(variables),
        flags=list(flags),
        message=message,
        idents=request[:start],
        seconds=_RECONNECT_SECONDS,
    )
