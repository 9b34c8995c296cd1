"""A plugin of pytest: test modules and conftest files may smuggle, asserts are rewritten.

Entry point `pytest11`. It does nothing but look for the word in the files that are imported,
until one has smuggle statements. Sources: pytest's "Writing plugins" and "Assertion rewriting".
"""

from __future__ import annotations

import ast
import re
import sys
from typing import TYPE_CHECKING, Any, Sequence

import pytest

from davos.frontends import detect, import_hook
from davos.frontends.own_files import is_own

if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec
    from types import ModuleType

    from _pytest.assertion.rewrite import AssertionRewritingHook

__all__ = ["default_project", "pytest_load_initial_conftests"]


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Let modules smuggle before the first conftest file is imported."""
    detect.use_by_default(default_project(early_config))
    if not import_hook.hooked():
        import_hook.set_hooked(True)
        early_config.add_cleanup(lambda: import_hook.set_hooked(False))
    hook = getattr(early_config.pluginmanager, "rewrite_hook", None)
    if hook in sys.meta_path:  # not with --assert=plain
        finder: Any = _RewritingFinder(early_config, hook)
        sys.meta_path.insert(sys.meta_path.index(hook), finder)
        early_config.add_cleanup(lambda: sys.meta_path.remove(finder))


def default_project(config: pytest.Config) -> str:
    """The project of a test run: that of the file that configures it, else of its folder's name."""
    conftest = config.rootpath / "conftest.py"
    for file in (config.inipath, conftest):
        if file is not None and file.exists():
            return str(file)
    return "pytest-" + re.sub(r"[^\w.-]+", "_", config.rootpath.name)


class _RewritingFinder:
    """Finds the modules that pytest would rewrite, and that smuggle."""

    def __init__(self, config: pytest.Config, hook: AssertionRewritingHook) -> None:
        self._config = config
        self._hook = hook

    def find_spec(
        self,
        name: str,
        path: Sequence[str] | None = None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        """The spec that pytest's own finder gives, with our loader; None for all else."""
        spec = self._hook.find_spec(name, path, target)
        if spec is None or spec.origin is None or not is_own(name, spec.origin):
            return None
        if not import_hook.file_smuggles(spec.origin):
            return None
        spec.loader = _RewritingLoader(name, spec.origin, self._config)
        return spec

    def invalidate_caches(self) -> None:
        """Nothing is cached here."""


class _RewritingLoader(import_hook.SmuggleLoader):
    """Loads a module that smuggles, with its assert statements rewritten.

    pytest's own cache of bytecode is passed over: without davos it could not run.
    """

    def __init__(self, name: str, path: str, config: pytest.Config) -> None:
        super().__init__(name, path)
        self._config = config

    def tree_of(self, data: bytes, path: str) -> Any:
        """See `SmuggleLoader`."""
        from _pytest.assertion.rewrite import rewrite_asserts  # noqa: PLC0415 - with such a module

        tree = super().tree_of(data, path)
        if isinstance(tree, ast.Module):
            rewrite_asserts(tree, data, path, self._config)
        return tree
