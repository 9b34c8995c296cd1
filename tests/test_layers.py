"""The walls of the house: imports point down, and each dangerous thing has one place.

One test a rule. A rule looks at every file; what it finds is shown as a list of
`file: reason`, which must be empty.
"""

import ast
import re
from collections import defaultdict
from pathlib import Path

import pytest

import davos

ROOT = Path(davos.__file__).parent

# What each layer may import of davos (DESIGN.md, section 2), itself aside.
BASE = {"exceptions", "span", "credentials", "escaping", "near_words", "program_output"}
TEXT = {*BASE, "source", "configuration", "parsing", "files"}
ONION = {*TEXT, "onion", "grammar"}
LANGUAGE = {*ONION, "syntax", "translate"}
ENVIRONMENTS = {*ONION, "distributions", "subprocesses", "asking"}
ENGINE = {*ENVIRONMENTS, "environments", "installers"}
TOOLS = {*LANGUAGE, "documents", "distributions", "subprocesses"}
LAYERS = {
    "exceptions": {"span", "credentials", "program_output"},
    "program_output": set(),
    "span": set(),
    "near_words": set(),
    "credentials": {"span"},
    "escaping": {"credentials"},
    "source": BASE,
    "configuration": BASE,
    "parsing": {*BASE, "grammar"},
    "subprocesses": {*BASE, "terminal_text"},
    "terminal_text": {"program_output"},
    "asking": {*BASE, "configuration"},
    "files": set(),
    "grammar": set(),
    "syntax": {*TEXT, "grammar"},
    "onion": {*TEXT, "grammar"},
    "translate": LANGUAGE,
    "distributions": ONION,
    "documents": LANGUAGE,
    "environments": ENVIRONMENTS,
    "installers": {*ENVIRONMENTS, "environments"},
    "resolution": {*ENGINE, *LANGUAGE, "documents"},
    "engine": {*ENGINE, "resolution"},
    "frontends": {*ENGINE, *LANGUAGE, "documents", "engine", "davos"},
    "lint": {*LANGUAGE, "documents", "distributions"},
    "convert": {*TOOLS, "lint"},
    "shim": {*TOOLS, "lint"},
    "lsp": {*TOOLS, "lint"},
    "guide": {*BASE, "lint"},
    "__main__": {"cli"},
}
EVERYTHING = {*LAYERS, "cli", "davos"}
LAYERS["cli"] = EVERYTHING
LAYERS["davos"] = EVERYTHING  # __init__.py, which is lazy about it

# Where else a rule of the house may be broken, and why.
ALLOWED_MODULES = {
    "subprocess": {
        "subprocesses.py": "the only caller",
        "exceptions.py": "the base CalledProcessError",
    },
}
LOOKS_UP_DAVOS = {
    "frontends/restart/carried_state.py": "finds the replay, which runs without davos",
    "frontends/restart/replay.py": "runs without davos, and must not import it",
}
# Markup that is read, and not written.
READS_MARKUP = {"distributions/index_page.py": {"html.parser"}}
# Imports for types only that point up.
TYPES_FROM_ABOVE = {
    ("configuration.py", "davos.environments.project"): "`davos.config.project` is a Project",
}
ASKS = {"asking.py": "the only place that asks the user"}
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
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in FILES}


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
    for node in nodes(TREES[path], lazy=lazy, typing=typing):
        yield from imported_by(node)


def imported_by(node):
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        assert node.level == 0, "imports are absolute"
        for alias in node.names:
            name = f"{node.module}.{alias.name}"
            yield name if name in MODULES else node.module


def names_in_strings(path):
    """The modules of davos that strings of a file name, docstrings aside."""
    for node in ast.walk(TREES[path]):
        text = node.value if isinstance(node, ast.Constant) else None
        if isinstance(text, str) and re.fullmatch(r"davos(\.\w+)+", text) and text in MODULES:
            yield text


def all_found(find):
    """What a rule finds in all files, as `file: reason`."""
    return [f"{relative(path)}: {reason}" for path in FILES for reason in find(path)]


def test_imports_point_down():
    """Also those for types only, and those by name (`import_module`, `sys.modules`)."""

    def find(path):
        layer = layer_of(module_name(path))
        allowed = {layer, *LAYERS[layer]}
        named = {*imports(path), *names_in_strings(path)}
        up = {n for n in named if n.split(".")[0] == "davos" and layer_of(n) not in allowed}
        at_run_time = {*imports(path, typing=False), *names_in_strings(path)}
        known = {name for file, name in TYPES_FROM_ABOVE if file == relative(path)} - at_run_time
        return sorted(up - known)

    assert all_found(find) == []


def test_tools_know_the_linter_by_its_interface():
    """What a cell, an edit or a finding is stands in `davos.documents`."""
    interface = {"checker", "registry", "settings", "reports"}

    def find(path):
        if layer_of(module_name(path)) in {"shim", "convert", "lsp", "cli"}:
            parts = (name.split(".") for name in sorted({*imports(path), *names_in_strings(path)}))
            yield from (
                ".".join(name)
                for name in parts
                if name[:2] == ["davos", "lint"] and not interface.intersection(name[2:3])
            )

    assert all_found(find) == []


def graph(*, typing):
    return {
        name: {other for other in imports(path, lazy=False, typing=typing) if other in MODULES}
        for name, path in MODULES.items()
    }


def circles(edges):
    """The paths on which modules import themselves through others."""
    done, found = set(), []

    def visit(name, path):
        if name in path:
            found.append(" -> ".join([*path[path.index(name) :], name]))
        elif name not in done:
            for other in sorted(edges[name]):
                visit(other, [*path, name])
            done.add(name)

    for name in edges:
        visit(name, [])
    return found


def test_no_module_imports_itself_through_others():
    assert circles(graph(typing=False)) == []


def test_no_module_imports_itself_through_others_for_types_either():
    assert circles(graph(typing=True)) == []


def names_davos(node, constants):
    """Whether a node is the name of a module of davos: a string, or a constant that is one."""
    name = getattr(node, "attr", getattr(node, "id", None))
    values = {getattr(node, "value", None)} if isinstance(node, ast.Constant) else constants[name]
    return any(isinstance(v, str) and re.match(r"davos([._]|$)", v) for v in values)


def constants_of_davos():
    """The strings that modules of davos assign, by the name of the constant."""
    found = defaultdict(set)
    for tree in TREES.values():
        for node in tree.body:
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
                for target in node.targets:
                    found[ast.unparse(target)].add(node.value.value)
    return found


def look_ups(tree):
    """The keys of look-ups in `sys.modules`: `[key]`, `.get(key)`, `key in`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "sys.modules":
            yield node.slice
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("sys.modules."):
            yield from node.args[:1]
        if isinstance(node, ast.Compare) and ast.unparse(node.comparators[0]) == "sys.modules":
            yield node.left


def test_no_module_of_davos_is_looked_up_in_sys_modules():
    """What a module needs of another one is imported or handed in."""
    constants = constants_of_davos()

    def find(path):
        keys = [key for key in look_ups(TREES[path]) if names_davos(key, constants)]
        if relative(path) not in LOOKS_UP_DAVOS:
            yield from (f"row {key.lineno}: sys.modules, {ast.unparse(key)}" for key in keys)

    assert all_found(find) == []
    assert [name for name in LOOKS_UP_DAVOS if not [*look_ups(TREES[ROOT / name])]] == []


@pytest.mark.parametrize(
    "code", ["sys.modules['davos.x']", "sys.modules.get(a.NAME)", "'davos_rerun' in sys.modules"]
)
def test_a_look_up_of_davos_is_recognised(code):
    keys = [*look_ups(ast.parse(code))]
    assert [names_davos(key, {"NAME": {"davos_rerun"}}) for key in keys] == [True]


def test_one_module_asks_the_user():
    def find(path):
        for node in ast.walk(TREES[path]):
            called = node.func if isinstance(node, ast.Call) else None
            if isinstance(called, ast.Name) and called.id == "input" and relative(path) not in ASKS:
                yield f"row {node.lineno}: input()"

    assert all_found(find) == []


def test_subprocess_has_one_caller():
    def find(path):
        if "subprocess" in {name.split(".")[0] for name in imports(path)}:
            yield from {"subprocess"} - (
                {"subprocess"} if relative(path) in ALLOWED_MODULES["subprocess"] else set()
            )

    assert all_found(find) == []


def test_the_error_tree_calls_no_process():
    names = [
        alias.name
        for node in ast.walk(TREES[ROOT / "exceptions.py"])
        if isinstance(node, ast.ImportFrom) and node.module == "subprocess"
        for alias in node.names
    ]
    assert names == ["CalledProcessError"]


def test_only_front_ends_know_ipython():
    shells = {"IPython", "ipykernel", "google", "ipywidgets"}

    def find(path):
        if not relative(path).startswith("frontends/"):
            yield from sorted(shells & {name.split(".")[0] for name in imports(path)})

    assert all_found(find) == []


def test_an_activated_project_does_not_influence_installers():
    """They ask `environments.activation` for the interpreter and the variables from before."""

    def find(path):
        if relative(path).startswith("installers/"):
            for node in ast.walk(TREES[path]):
                text = ast.unparse(node) if isinstance(node, ast.Attribute) else ""
                if text in {"sys.executable", "os.environ"}:
                    yield f"row {node.lineno}: {text}"

    assert all_found(find) == []


def test_markup_is_escaped_in_one_place():
    def find(path):
        if relative(path) != "escaping.py":
            named = {*imports(path)} - READS_MARKUP.get(relative(path), set())
            yield from sorted({"html", "xml"} & {name.split(".")[0] for name in named})

    assert all_found(find) == []


def test_nothing_reaches_a_shell():
    shells = {"system", "popen", "getoutput", "getstatusoutput", "spawnl"}

    def find(path):
        for node in ast.walk(TREES[path]):
            if isinstance(node, ast.keyword) and node.arg == "shell":
                yield f"row {node.value.lineno}: shell="
            if isinstance(node, ast.Attribute) and node.attr in shells:
                yield f"row {node.lineno}: {node.attr}"

    assert all_found(find) == []


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


def test_functions_and_files_are_short():
    def find(path):
        lines = path.read_text(encoding="utf-8").splitlines()
        if len(lines) > MAX_FILE_LINES and relative(path) not in LONG_FILES:
            yield f"{len(lines)} lines"
        for node in ast.walk(TREES[path]):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                size = code_lines(node, lines)
                known = f"{relative(path)}:{node.name}" in LONG_FUNCTIONS
                if size > MAX_FUNCTION_LINES and not known:
                    yield f"{node.name}: {size} lines"

    assert all_found(find) == []


def test_every_layer_has_its_row():
    assert {layer_of(name) for name in MODULES} <= set(LAYERS)
    assert all((ROOT / name).is_file() for name in [*ALLOWED_MODULES["subprocess"], *LONG_FILES])
