"""The walls of the house: imports point down, and each dangerous thing has one place."""

import ast
from pathlib import Path

import pytest

import davos

ROOT = Path(davos.__file__).parent

# What each layer may import of davos (DESIGN.md, section 2), itself aside.
BASE = {"exceptions"}
ONION = {*BASE, "source", "onion"}
ENGINE = {*ONION, "configuration", "environments", "installers", "reload", "ledger"}
LAYERS = {
    "exceptions": set(),
    "source": BASE,
    "configuration": BASE,
    "syntax": {*BASE, "source", "grammar"},
    "onion": {*BASE, "source"},
    "environments": {*ONION, "configuration"},
    "reload": {*ONION, "configuration"},
    "installers": {*ONION, "configuration", "environments"},
    "translate": {*BASE, "source", "syntax", "onion"},
    "ledger": ONION,
    "notebook": {*BASE, "source", "syntax", "onion"},
    "lint": {*ONION, "configuration", "syntax", "translate", "notebook"},
    "convert": {*ONION, "syntax", "notebook", "lint", "environments", "installers"},
    "highlight": {*BASE, "source", "syntax", "notebook"},
    "shim": {*BASE, "source", "notebook", "lint", "installers"},
    "memory": ENGINE,
    "statement": set(),
    "restarting": {*ENGINE, "statement"},
    "installing": {*ENGINE, "memory", "statement"},
    "supply": {*ENGINE, "memory", "restarting", "installing", "statement"},
    "engine": {*ENGINE, "supply", "memory", "restarting", "installing"},
    # The place where everything below is put together, behind `davos` itself.
    "frontends": {*ENGINE, "translate", "engine", "davos", "statement"},
    "lsp": {*ONION, "configuration", "syntax", "translate", "notebook", "lint"},
}
LAYERS["grammar"] = set()
EVERYTHING = {*LAYERS, "cli", "davos"}
LAYERS["cli"] = EVERYTHING
LAYERS["davos"] = EVERYTHING  # __init__.py, which is lazy about it
LAYERS["__main__"] = {"cli"}

TYPES_ONLY = {"exceptions": {"source"}}  # an annotation under TYPE_CHECKING may look up

# Where else the rule of the house may be broken, and why.
ALLOWED_MODULES = {
    "subprocess": {
        "installers/process.py": "the only caller",
        "exceptions.py": "the base CalledProcessError",
    },
}
LONG_FILES: dict[str, str] = {}
LONG_FUNCTIONS: dict[str, str] = {}
MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 40

FILES = sorted(ROOT.rglob("*.py"))


def relative(path):
    return path.relative_to(ROOT).as_posix()


def layer_of(dotted):
    """The layer of a dotted module name of davos."""
    parts = dotted.split(".")
    return parts[1] if len(parts) > 1 else "davos"


def module_name(path):
    parts = ["davos", *path.relative_to(ROOT).with_suffix("").parts]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(path): path for path in FILES}


def nodes(tree, *, lazy, typing):
    """Every node, but for those of functions (not lazy) and of TYPE_CHECKING blocks (not typing)."""
    for child in ast.iter_child_nodes(tree):
        if not lazy and isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        if not typing and isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test):
            continue
        yield child
        yield from nodes(child, lazy=lazy, typing=typing)


def imports(path, *, lazy=True, typing=True):
    """The dotted modules that a file imports."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in nodes(tree, lazy=lazy, typing=typing):
        yield from imported_by(node)


def imported_by(node):
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        assert node.level == 0, "imports are absolute"
        for alias in node.names:
            name = f"{node.module}.{alias.name}"
            yield name if name in MODULES else node.module


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_imports_point_down(path):
    layer = layer_of(module_name(path))
    for typing, also in ((True, TYPES_ONLY.get(layer, set())), (False, set())):
        names = {name for name in imports(path, typing=typing) if name.split(".")[0] == "davos"}
        allowed = {layer, *LAYERS[layer], *also}
        assert not {name for name in names if layer_of(name) not in allowed}


def test_no_module_imports_itself_through_others():
    graph = {
        name: {other for other in imports(path, lazy=False, typing=False) if other in MODULES}
        for name, path in MODULES.items()
    }
    done = set()

    def visit(name, path):
        assert name not in path, " -> ".join([*path, name])
        if name not in done:
            for other in sorted(graph[name]):
                visit(other, [*path, name])
            done.add(name)

    for name in graph:
        visit(name, [])


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_subprocess_has_one_caller(path):
    if "subprocess" in {name.split(".")[0] for name in imports(path)}:
        assert relative(path) in ALLOWED_MODULES["subprocess"]


def test_the_error_tree_calls_no_process():
    tree = ast.parse((ROOT / "exceptions.py").read_text())
    names = [
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "subprocess"
        for alias in node.names
    ]
    assert names == ["CalledProcessError"]


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_only_front_ends_know_ipython(path):
    shells = {"IPython", "ipykernel", "google", "ipywidgets"}
    if shells & {name.split(".")[0] for name in imports(path)}:
        assert relative(path).startswith("frontends/")


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_nothing_reaches_a_shell(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.keyword):
            assert node.arg != "shell"
        if isinstance(node, ast.Attribute):
            assert node.attr not in {"system", "popen", "getoutput", "getstatusoutput", "spawnl"}


def code_lines(function, lines):
    """How many lines of a function hold code: no docstring, comments, blank lines."""
    skipped = set()
    if ast.get_docstring(function) is not None:
        docstring = function.body[0]
        skipped = set(range(docstring.lineno, docstring.end_lineno + 1))
    return sum(
        bool(lines[number - 1].strip()) and not lines[number - 1].lstrip().startswith("#")
        for number in range(function.lineno, function.end_lineno + 1)
        if number not in skipped
    )


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_functions_and_files_are_short(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    if relative(path) not in LONG_FILES:
        assert len(lines) <= MAX_FILE_LINES
    long = {
        node.name: size
        for node in ast.walk(ast.parse("\n".join(lines)))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        for size in [code_lines(node, lines)]
        if size > MAX_FUNCTION_LINES and f"{relative(path)}:{node.name}" not in LONG_FUNCTIONS
    }
    assert not long


def test_every_layer_has_its_row():
    assert {layer_of(name) for name in MODULES} <= set(LAYERS)
    assert all((ROOT / name).is_file() for name in [*ALLOWED_MODULES["subprocess"], *LONG_FILES])
