"""What a shell does with code while it is being typed: is it complete, is it a call, TAB.

Each is answered for a smuggle statement as for the import statement that it looks like.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["help_with"]


_ONION = r"(?:.*\bsmuggle\b.*|[^#]*\))[ \t]*#[ \t]*(?P<installer>pip|uv)[ \t]*:[ \t]*"
"""A statement, or the last line of one, up to the arguments of its onion comment."""


def help_with(shell: InteractiveShell) -> None:
    """Make a shell understand smuggle statements that are being typed. Once a shell."""
    managers = (shell.input_transformer_manager, getattr(shell, "input_splitter", None))
    for manager in managers:  # IPython < 7 types in the one and runs with the other
        if manager is not None:
            _know_when_complete(manager)
    _never_call(shell)
    shell.set_hook("complete_command", _complete_module, str_key="smuggle")
    shell.set_hook("complete_command", _complete_version, priority=0, str_key="smuggle")
    shell.set_hook("complete_command", _complete_version, priority=0, str_key="from")
    shell.set_hook("complete_command", _complete_version, re_key=_ONION)


def _know_when_complete(manager: Any) -> None:
    """Have `check_complete` see `import`: to IPython a block with `smuggle` is invalid.

    No transformer could tell it: those with side effects are left out of it, and one
    without would run before the magics are Python.
    """
    original = manager.check_complete

    def check_complete(cell: str) -> Any:
        return original(_as_imports(cell))

    manager.check_complete = check_complete


def _never_call(shell: InteractiveShell) -> None:
    """`%autocall 1` makes `f x` a call of f: not so `smuggle x`, though `smuggle` is one."""
    from IPython.core.prefilter import PrefilterChecker  # noqa: PLC0415 - the shell has it

    class SmuggleChecker(PrefilterChecker):  # type: ignore[misc]
        priority = 150  # behind the escapes (`smuggle?`, `/smuggle x`), before autocall

        def check(self, line_info: Any) -> Any:
            if line_info.ifun != "smuggle" or line_info.esc:
                return None
            return self.prefilter_manager.get_handler_by_name("normal")

    SmuggleChecker(shell, shell.prefilter_manager)  # which registers it


def _complete_version(_shell: Any, event: Any) -> list[str]:
    """TAB behind `==` and the like in an onion comment: the versions, the newest first.

    What is typed may hold characters at which IPython begins a new word; only its rest counts.
    """
    match = re.match(_ONION, event.text_until_cursor)
    if match is None:
        return []
    from davos.distributions.index import find_distribution  # noqa: PLC0415 - at the first TAB
    from davos.installers.offered_versions import offered_versions  # noqa: PLC0415
    from davos.onion.typed_version import typed_version  # noqa: PLC0415
    from davos.onion.validator import TABLES  # noqa: PLC0415

    args = event.text_until_cursor[match.end() :]
    typed = typed_version(args, len(args), TABLES[match["installer"]])
    if typed is None:
        return []
    installed = find_distribution(typed.name)
    versions = [*offered_versions(typed).versions, *([installed.version] if installed else [])]
    known = len(typed.text) - len(event.symbol)
    return [one[known:] for one in dict.fromkeys(versions) if one.startswith(typed.text)]


def _complete_module(_shell: Any, event: Any) -> list[str]:
    """TAB behind `smuggle`: what TAB behind `import` offers."""
    from IPython.core.completerlib import module_completion  # noqa: PLC0415 - at the first TAB

    found: list[str] = module_completion(_as_imports(event.line))
    return found


def _as_imports(text: str) -> str:
    if "smuggle" not in text:
        return text
    from davos.translate import as_imports  # noqa: PLC0415 - at the first smuggle only

    return as_imports(text)
