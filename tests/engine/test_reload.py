"""Replaced modules are new ones, or the old ones again if the import fails."""

from __future__ import annotations

import importlib
import sys

import pytest

from davos.engine.reload import loaded_modules, replaced


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A function that writes `pkg` (with `pkg.sub`) as some version and puts it first."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    def write(version, *, broken=False):
        folder = tmp_path / version / "pkg"
        folder.mkdir(parents=True)
        (folder / "__init__.py").write_text(f"from pkg import sub\nv = {version!r}\n")
        (folder / "sub.py").write_text(f"v = {version!r}\n" + ("1 / 0\n" if broken else ""))
        monkeypatch.syspath_prepend(folder.parent)

    yield write
    for name in [name for name in sys.modules if name.partition(".")[0] == "pkg"]:
        del sys.modules[name]


def test_modules_are_loaded_anew(package):
    package("1")
    old = importlib.import_module("pkg")
    package("2")
    with replaced(["pkg.sub", "pkg"], {"pkg"}):
        new = importlib.import_module("pkg")
    assert (old.v, new.v, new.sub.v) == ("1", "2", "2")
    assert sys.modules["pkg"] is new
    assert old.sub.v == "1", "code that still holds the old package goes on working"


def test_a_failing_import_leaves_the_old_modules(package):
    package("1")
    old = importlib.import_module("pkg")
    package("2", broken=True)
    with pytest.raises(ZeroDivisionError), replaced(["pkg.sub", "pkg"], {"pkg"}):
        importlib.import_module("pkg")
    assert sys.modules["pkg"] is old
    assert sys.modules["pkg.sub"].v == "1"


def test_a_failing_import_leaves_nothing_of_the_new_version(package):
    package("1", broken=True)
    with pytest.raises(ZeroDivisionError), replaced([], {"pkg"}):
        importlib.import_module("pkg.sub")
    assert not [name for name in sys.modules if name.partition(".")[0] == "pkg"]


def test_the_attribute_of_a_parent_that_stays_is_put_back(package):
    package("1")
    parent = importlib.import_module("pkg")
    package("2", broken=True)
    with pytest.raises(KeyError), replaced(["pkg.sub"], {"pkg.sub"}):
        assert not hasattr(parent, "sub")
        raise KeyError
    assert parent.sub.v == "1"


def test_a_failing_import_leaves_no_finder_no_importer_and_no_attribute(package):
    package("1")
    parent = importlib.import_module("pkg")
    before = list(sys.meta_path), list(sys.path_hooks), dict(sys.path_importer_cache)
    with pytest.raises(KeyError), replaced([], {"pkg.new"}):
        finder = type("Finder", (), {"__module__": "pkg.new", "find_spec": lambda *_: None})()
        sys.modules["pkg.new"] = parent.new = type(sys)("pkg.new")
        sys.meta_path.insert(0, finder)
        sys.path_hooks.append(type(finder))
        sys.path_importer_cache["/nowhere"] = finder
        raise KeyError
    assert (sys.meta_path, sys.path_hooks, sys.path_importer_cache) == before
    assert not hasattr(parent, "new")


def test_a_failing_import_leaves_the_finder_of_a_module_that_stays():
    finder = type("Finder", (), {"__module__": "pytest", "find_spec": lambda *_: None})()
    before = list(sys.meta_path)
    with pytest.raises(KeyError), replaced([], {"pkg"}):
        sys.meta_path.append(finder)
        raise KeyError
    assert sys.meta_path == [finder, *before]
    sys.meta_path.remove(finder)


def test_a_package_that_asks_for_its_compiled_module_gets_the_loaded_one(package, tmp_path):
    package("1")
    importlib.import_module("pkg")
    compiled = sys.modules["pkg._c"] = type(sys)("pkg._c")
    compiled.__spec__ = spec = importlib.machinery.ModuleSpec("pkg._c", None)
    compiled.x = 3
    package("2")
    (tmp_path / "2" / "pkg" / "sub.py").write_text("import pkg._c\nv = pkg._c.x\n")
    with replaced(["pkg.sub", "pkg"], {"pkg"}):
        new = importlib.import_module("pkg")
    assert (new.sub.v, new._c, compiled.__spec__) == (3, compiled, spec)


def test_what_stays_loaded_of_a_package_is_the_new_ones_attribute(package):
    package("1")
    importlib.import_module("pkg")
    compiled = sys.modules["pkg._c"] = type(sys)("pkg._c")
    package("2")
    with replaced(["pkg.sub", "pkg"], {"pkg"}):
        new = importlib.import_module("pkg")
    assert (new.v, new._c) == ("2", compiled)


def test_a_lazy_modules_attributes_are_not_asked_for(monkeypatch):
    class Lazy(type(sys)):
        def __getattr__(self, name):
            raise AssertionError(name)

    monkeypatch.setitem(sys.modules, "lazy", Lazy("lazy"))
    assert ("lazy", None) in [(module.name, module.file) for module in loaded_modules()]


COMPILED = """
import sys
module = sys.modules["pkg._c"] = type(sys)("pkg._c")
module.__file__ = {file!r}
"""


@pytest.fixture
def compiled_package(package, tmp_path):
    """A function that writes a version of `pkg` whose `pkg.sub` loads a compiled module."""

    def write(version, after=""):
        package(version)
        file = f"_c{importlib.machinery.EXTENSION_SUFFIXES[0]}"
        code = COMPILED.format(file=file) + f"v = {version!r}\n"
        (tmp_path / version / "pkg" / "sub.py").write_text(code)
        with (tmp_path / version / "pkg" / "__init__.py").open("a") as init:
            init.write(after)

    return write


def test_a_failing_import_leaves_a_package_with_compiled_modules_whole(compiled_package, package):
    package("1")
    importlib.import_module("pkg")
    compiled_package("2")
    with pytest.raises(ModuleNotFoundError), replaced(["pkg.sub", "pkg"], {"pkg", "pkg.sub"}):
        importlib.import_module("pkg.no_such_part")
    new = importlib.import_module("pkg")
    assert (new.v, new.sub.v) == ("2", "2")
    assert sys.modules["pkg.sub"] is new.sub
    assert "pkg._c" in sys.modules


def test_a_compiled_module_is_not_loaded_a_second_time_for_a_package_that_fails(
    compiled_package, package
):
    package("1")
    importlib.import_module("pkg")
    compiled_package("2", after="1 / 0\n")
    with pytest.raises(ZeroDivisionError), replaced(["pkg.sub", "pkg"], {"pkg", "pkg.sub"}):
        importlib.import_module("pkg")
    loaded = sys.modules["pkg._c"]
    with pytest.raises(ZeroDivisionError):
        importlib.import_module("pkg")
    assert sys.modules["pkg._c"] is loaded
    assert sys.modules["pkg.sub"].v == "2", "old and new halves do not mix"


def test_what_a_compiled_module_was_loaded_with_stays_and_what_failed_is_put_back(
    compiled_package, monkeypatch
):
    old, pure = type(sys)("other"), type(sys)("pure")
    monkeypatch.setitem(sys.modules, "other", old)
    monkeypatch.setitem(sys.modules, "other.sub", old)
    compiled_package("2")
    with pytest.raises(KeyError), replaced(["other.sub", "other"], {"pkg", "pure", "other"}):
        importlib.import_module("pkg")
        monkeypatch.setitem(sys.modules, "pure", pure)
        monkeypatch.setitem(sys.modules, "other.sub", pure)
        raise KeyError
    assert sys.modules["pure"] is pure
    assert sys.modules["other"] is sys.modules["other.sub"] is old
