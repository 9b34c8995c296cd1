"""Which modules the import hook loads, and what the loaded code is."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import find_spec

import pytest

from davos.frontends import child_imports, import_hook
from davos.frontends.import_hook import SmuggleLoader


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder on the search path of a process whose modules may smuggle."""
    monkeypatch.syspath_prepend(tmp_path)
    was = import_hook.hooked()
    import_hook.set_hooked(True)
    yield tmp_path
    import_hook.set_hooked(was)


LOADERS = [
    ("x = 1\n", SourceFileLoader),
    ("x = 'smuggle json'  # smuggle json\n", SourceFileLoader),
    ("def smuggle(): pass\nsmuggle()\n", SourceFileLoader),
    ("smuggle json\n", SmuggleLoader),
    ("def f():\n    from json smuggle loads\n", SmuggleLoader),
    ("# coding: latin-1\nsmuggle json; x = '\xe9'\n", SmuggleLoader),
    ("# coding: nosuch\nsmuggle json\n", SourceFileLoader),
    ("smuggle json; x = '\xe9'\n", SourceFileLoader),  # which is no UTF-8
]


@pytest.mark.parametrize(("text", "loader"), LOADERS)
def test_only_modules_with_statements_get_another_loader(folder, text, loader):
    (folder / "dvt_near.py").write_text(text, "latin-1")
    spec = find_spec("dvt_near")
    assert type(spec.loader) is loader
    assert spec.origin == str(folder / "dvt_near.py")


def test_installed_modules_keep_their_loader(folder, monkeypatch):
    installed = folder / "site-packages"
    installed.mkdir()
    (installed / "dvt_near.py").write_text("smuggle json\n")
    monkeypatch.syspath_prepend(installed)
    assert type(find_spec("dvt_near").loader) is SourceFileLoader


class _File(contextlib.nullcontext):
    def __enter__(self):
        return self


def test_a_module_without_the_word_costs_one_search(folder, monkeypatch):
    (folder / "dvt_near.py").write_text("x = 1\n")
    asked = []

    class Data(bytes):
        def __contains__(self, word):
            asked.append(word)
            return super().__contains__(word)

    file = _File()
    file.read = lambda: Data(b"x = 1\n")
    monkeypatch.setattr(child_imports, "open", lambda _path, _mode: file, raising=False)
    find_spec("dvt_near")
    assert asked == [b"smuggle"]


def test_an_editable_installs_finder_is_asked(folder, monkeypatch):
    (folder / "src").mkdir()
    (folder / "src" / "dvt_near.py").write_text("smuggle json\n")

    class Finder:
        __module__ = "__editable___dvt_finder"

        @classmethod
        def find_spec(cls, name, path=None, target=None):
            file = folder / "src" / f"{name}.py"
            if not file.exists():
                return None
            loader = SourceFileLoader(name, str(file))
            return ModuleSpec(name, loader, origin=str(file))

    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, Finder])
    assert type(find_spec("dvt_near").loader) is SmuggleLoader


def test_hooking_twice_hooks_once(folder):
    import_hook.set_hooked(True)
    assert sum(type(one).__name__ == "SmuggleFinder" for one in sys.meta_path) == 1
    import_hook.set_hooked(False)
    (folder / "dvt_near.py").write_text("smuggle json\n")
    assert type(find_spec("dvt_near").loader) is SourceFileLoader


@pytest.fixture
def python(tmp_path):
    """A function that writes `near.py` and runs code that may import it."""

    def run(near, code, encoding="utf-8"):
        (tmp_path / "near.py").write_bytes(near.encode(encoding))
        code = f"import davos, sys; davos.configure(active=True, project='mine')\nsys.path.insert(0, '.')\n{code}"
        command = [sys.executable, "-B", "-c", code]
        return subprocess.run(
            command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60
        )

    return run


_REWRITE = (
    "open('near.py', 'w').write(text); import importlib; importlib.reload(near); print(near.x)"
)
RUNS = {
    "docstring": ("'''Doc.'''\nsmuggle json\n", "print(near.__doc__)", "Doc."),
    "future": (
        "'''Doc.'''\nfrom __future__ import annotations\nsmuggle json\ndef f(x: int): 0\n",
        "print(near.f.__annotations__)",
        "{'x': 'int'}",
    ),
    "only a future": (
        "from __future__ import annotations\nif 0:\n  smuggle nosuch\nx = 1\n",
        "print(near.x)",
        "1",
    ),
    "a function": ("def f():\n  smuggle json\n  return json.loads('2')\n", "print(near.f())", "2"),
    "the line": (
        "from json smuggle (\n  loads,\n)\ndef f(): return 1\n",
        "print(near.f.__code__.co_firstlineno)",
        "4",
    ),
    "source": (
        "smuggle json\ndef f():\n    smuggle json\n",
        "import inspect; print(repr(inspect.getsource(near.f)))",
        "'def f():\\n    smuggle json\\n'",
    ),
    "line cache": (
        "smuggle json\n",
        "import linecache; print(linecache.getline(near.__file__, 1), end='')",
        "smuggle json",
    ),
    "pickle": (
        "smuggle json\nclass A: pass\n",
        "import pickle; print(type(pickle.loads(pickle.dumps(near.A()))).__module__)",
        "near",
    ),
    "reload": (
        "smuggle json\nx = 1\n",
        "text = 'smuggle json\\nx = 22\\n'; " + _REWRITE,
        "22",
    ),
    "reload plain": (
        "x = 1\n",
        "text = 'smuggle json\\nx = json.loads(\"3\")\\n'; " + _REWRITE,
        "3",
    ),
    "not its importer": ("smuggle json\n", "print('json' in globals())", "False"),
    "star": ("from json smuggle *\n", "print(near.loads('4'))", "4"),
    "its spec": ("smuggle json\n", "print(near.__spec__.name, near.__loader__.name)", "near near"),
}


@pytest.mark.parametrize("what", RUNS)
def test_a_module_that_smuggles_is_as_any_other(python, what):
    near, code, expected = RUNS[what]
    done = python(near, f"import near\n{code}")
    assert (done.stdout.strip(), done.stderr) == (expected, "")


def test_a_module_is_read_in_its_encoding(python):
    near = "# coding: latin-1\nsmuggle json\nx = '\xe9'\n"
    done = python(near, "import near; print(ascii(near.x))", "latin-1")
    assert done.stdout == "'\\xe9'\n", done.stderr
    done = python("\ufeffsmuggle json\r\nx = '\xe9'\r\n", "import near; print(ascii(near.x))")
    assert done.stdout == "'\\xe9'\n", done.stderr


FAULTS = {
    "from json smuggle\n": ("1", "from json smuggle", "DavosParserError"),
    "x = 1\nsmuggle six  # pip: six --upgrad3\n": ("2", "--upgrad3", "OnionArgumentError"),
    "smuggle json; x = = 1\n": ("1", "smuggle json; x = = 1", "SyntaxError"),
    "smuggle json\ndef f(:\n": ("2", "def f(:", "SyntaxError"),
}


@pytest.mark.parametrize("near", FAULTS)
def test_a_fault_is_shown_where_it_stands_in_the_module(python, near):
    row, text, kind = FAULTS[near]
    code = (
        "from davos.frontends.error_display import lines_of\n"
        "try:\n    import near\n"
        "except SyntaxError as error:\n    print(*lines_of(error), 'near' in sys.modules, sep='\\n')"
    )
    shown = python(near, code).stdout.splitlines()
    assert shown[0].endswith(f'near.py", line {row}')
    assert text in shown[1]
    assert "^" in shown[2]
    assert shown[3].startswith(f"{kind}: ")
    assert shown[-1] == "False"


def test_errors_that_are_pythons_stay_so(python):
    near = "# coding: nosuch\nsmuggle json\n"
    ours, theirs = (
        python(near, f"{off}import near").stderr for off in ("", "davos.active = False\n")
    )
    assert ours.splitlines()[-1] == theirs.splitlines()[-1] != ""


def test_no_bytecode_of_such_a_module_is_read_or_written(tmp_path, monkeypatch):
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    (tmp_path / "near.py").write_text("x = 'plain'\n")
    (tmp_path / "far.py").write_text("smuggle json\nx = 1\n")
    code = (
        "import davos, sys; davos.active = True; sys.path.insert(0, '.')\n"
        "import far, near; print(far.x, near.x)"
    )

    def run():
        command = [sys.executable, "-c", code]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)

    assert run().stdout == "1 plain\n"
    written = {path.name.partition(".")[0] for path in (tmp_path / "__pycache__").iterdir()}
    assert written == {"near"}, "Python alone could not run the other's bytecode"
    # Bytecode that claims to be of this very file, as another program's or an older one's would.
    cached = next((tmp_path / "__pycache__").iterdir())
    foreign = cached.read_bytes()
    status = (tmp_path / "far.py").stat()
    stamp = int(status.st_mtime).to_bytes(4, "little") + status.st_size.to_bytes(4, "little")
    far = cached.with_name(cached.name.replace("near", "far"))
    far.write_bytes(foreign[:8] + stamp + foreign[16:])
    assert run().stdout == "1 plain\n"


def test_a_finder_that_came_before_pythons_stays_before_it(folder, monkeypatch):
    (folder / "dvt_near.py").write_text("x = 1\n")

    class Finder:
        @staticmethod
        def find_spec(name, path=None, target=None):
            return ModuleSpec(name, None, origin="mine") if name == "dvt_near" else None

    import_hook.set_hooked(False)
    at = sys.meta_path.index(PathFinder)
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path[:at], Finder, *sys.meta_path[at:]])
    import_hook.set_hooked(True)
    assert find_spec("dvt_near").origin == "mine"
