"""The text that is measured: ordinary cells, and inputs that a careless reader chokes on."""

from __future__ import annotations

from typing import Callable, Mapping

__all__ = ["MARKS", "PATHOLOGICAL", "ordinary"]

# Above and below: CPython puts them into their order by insertion sort (Unicode, D109).
MARKS = "\N{COMBINING ACUTE ACCENT}\N{COMBINING GRAVE ACCENT BELOW}"

_BLOCK = '''\
def function_{0}(data, *, limit={0}, name="{0}"):
    """What number {0} does: nothing."""
    total = 0
    for index, value in enumerate(data):  # every one of them
        if value > limit and index % 2 == 0:
            total += value * {0}
        elif name.startswith(f"no-{{index}}"):
            print("it's", name, end="\\n")
    return total


result_{0} = function_{0}(
    [1, 2, 3, 4, {0}],
    name='number {0}',
)
table_{0} = {{"a": [1, 2], "b": (3, 4), 'c': {{"d": {0}}}}}
assert result_{0} is not None, "never"
x_{0}, y_{0} = result_{0} ** 2, [item for item in range({0}) if item]
text_{0} = """one line,
and another # of number {0}"""
'''
_LINES_A_BLOCK = _BLOCK.count("\n")


def ordinary(lines: int, smuggle: str = "") -> str:
    """A cell of that many ordinary lines; `smuggle` takes the place of the middle one."""
    blocks = "".join(_BLOCK.format(number) for number in range(lines // _LINES_A_BLOCK))
    rest = "value = 1  # fills up\n" * (lines % _LINES_A_BLOCK)
    text = (blocks + rest).splitlines(keepends=True)
    if smuggle:
        # Between two blocks, for nothing may come between the lines of a string.
        middle = lines // _LINES_A_BLOCK // 2 * _LINES_A_BLOCK
        text[middle:middle] = [f"{smuggle}\n"]
        text.pop()
    return "".join(text)


def _leading_commas(size: int) -> str:
    return f"from {'a' * size} smuggle (\n    b\n  , {'c' * size}\n  , d\n)\n"


def _dict_literal(size: int) -> str:
    items = "".join(f'    "key{number}": [{number}, "x"],\n' for number in range(size))
    return f"smuggle json\ntable = {{\n{items}}}\n"


def _onion(size: int) -> str:
    return f"smuggle json  # pip: json {' '.join(['-v'] * size)}\n"


def _wheel(size: int) -> str:
    tags = ".".join(["t"] * (size // 2))
    return f"smuggle json  # pip: ./a-1-{tags}-{tags}-{tags}.whl\n"


def _combining(size: int) -> str:
    return "".join(f"smuggle a{MARKS * 10}  # pip: a\n" for _ in range(size))


# Each makes a text whose length is in proportion to its argument. The name of each is what it
# may provoke: backtracking, starting over again at every character, recursion.
PATHOLOGICAL: Mapping[str, Callable[[int], str]] = {
    "leading commas": _leading_commas,
    "long dict literal": _dict_literal,
    "open string": lambda n: "smuggle json\n" + "x = '" + "smuggle \\'" * n + "\n",
    "open triple quotes": lambda n: "smuggle json\nx = '''" + "'' smuggle x\n" * n,
    "open brackets": lambda n: "smuggle json\n" + "f(\n" * n,
    "brackets opened, quoted": lambda n: "smuggle json\n" + "([{'a': \"b\"\n" * n,
    "long line": lambda n: "x = 1; " * n + "smuggle json\n",
    "long name": lambda n: "smuggle " + "a" * n + "\n",
    "dotted name": lambda n: "smuggle " + "a." * n + "a\n",
    "many statements": lambda n: "smuggle json\n" * n,
    "many names": lambda n: "smuggle " + "json, " * n + "os\n",
    "many soft keywords": lambda n: "smuggle = smuggle + smuggle(smuggle)\n" * n,
    "smuggle in strings": lambda n: "x = 'smuggle json'\n" * n,
    "smuggle in brackets": lambda n: "f(" + "smuggle, " * n + ")\nsmuggle json\n",
    "deep nesting": lambda n: "x = " + "[" * n + "]" * n + "\nsmuggle json\n",
    "nested f-strings": lambda n: "x = " + 'f"{' * n + "1" + '}"' * n + "\nsmuggle json\n",
    "formatted fields": lambda n: 'x = f"' + '{a["b"]!r:>{w}}' * n + '"\nsmuggle json\n',
    "continuation lines": lambda n: "x = 1 + \\\n" * n + "1\nsmuggle json\n",
    "backslashes": lambda n: "smuggle json\nx = '" + "\\" * (2 * n) + "'\n",
    "blank space": lambda n: "smuggle" + " " * n + "json" + " " * n + "# no\n",
    "hashes": lambda n: "smuggle json  " + "# " * n + "\n",
    "onion of many options": _onion,
    "onion of one long word": lambda n: f"smuggle json  # pip: json=={'1.' * n}0\n",
    "onion in quotes": lambda n: f"smuggle json  # pip: json --proxy '{'a ' * n}'\n",
    "onion that never closes": lambda n: f"smuggle json  # pip: json '{'a ' * n}\n",
    "malformed parentheses": lambda n: "from a smuggle (" + "b as " * n + "\n",
    "malformed statements": lambda n: "from a smuggle\n" * n,
    "lambdas": lambda n: "x = " + "lambda: " * n + "0\nsmuggle json\n",
    "errors on one line": lambda n: "smuggle a,;" * n + "\n",
    "tags of a wheel": _wheel,
    "wheel of many parts": lambda n: f"smuggle json  # pip: ./a{'-1' * n}%0A.whl\n",
    "names of combining characters": _combining,
    "one name of combining characters": lambda n: f"smuggle a{MARKS * n}\n",
    "line of accents": lambda n: "\N{LATIN SMALL LETTER E WITH ACUTE} = 1; smuggle json; " * n,
    "carriage returns": lambda n: "x = 1\r" * n + "smuggle json\r",
}
