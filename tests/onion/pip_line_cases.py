"""Lines that run `pip install`, and what each reader of their words makes of them.

`args` is what follows `install`; `^^` marks the place where the editor is asked. In each row:

- `strict`: the requirement and the options if the arguments form an onion comment, else the
  code of the error and the word it points at;
- `check`: the packages that DAV308 names in a document that smuggles `numpy`, `six`, `rich`,
  `pandas` and `tool`, None if it is silent; with `fix`, whether it folds the line;
- `convert`: what the line asks for, and the options that the onion comments keep; None for a
  line that stays as it is;
- `hover`: how the page for the marked place begins; `completes`: what may be typed there.
"""

from __future__ import annotations

from typing import Any, NamedTuple

MARK = "^^"
URL = "https://x/simple"
ASKED = "**pip** is asked for"


class Case(NamedTuple):
    """A row of the table."""

    args: str
    strict: tuple[str, Any]
    check: list[str] | None
    fix: bool
    convert: tuple[list[str], list[str]] | None
    hover: str = ""
    completes: list[str] | None = None


CASES = [
    # flags, alone and joined
    Case("-U^^q numpy==1.26.4", ("numpy==1.26.4", {"upgrade": True, "verbosity": -1}), ["numpy==1.26.4"], True, (["numpy==1.26.4"], []), "`-q`, `--quiet`"),
    Case("-U -q numpy^^", ("numpy", {"upgrade": True, "verbosity": -1}), ["numpy"], True, (["numpy"], [])),
    Case("-qq^^q numpy", ("numpy", {"verbosity": -3}), ["numpy"], True, (["numpy"], []), "`-q`, `--quiet`"),
    Case("--no^^-deps numpy", ("numpy", {"no_deps": True}), ["numpy"], False, (["numpy"], ["--no-deps"]), "`--no-deps`"),
    Case("--no-d^^", ("DAV101", "--no-d"), None, False, None, "", ["--no-deps", "--no-dependencies"]),
    # values: in the next word, joined, behind `=`, behind a prefix
    Case(f"-i ^^{URL} numpy", ("numpy", {"index_url": URL}), ["numpy"], False, (["numpy"], [f"-i {URL}"]), "`-i`, `--index-url`"),
    Case(f"-i^^{URL} numpy", ("numpy", {"index_url": URL}), ["numpy"], False, (["numpy"], [f"-i{URL}"]), "`-i`, `--index-url`"),
    Case(f"-q^^i{URL} numpy", ("numpy", {"verbosity": -1, "index_url": URL}), ["numpy"], False, (["numpy"], [f"-i{URL}"]), "`-i`, `--index-url`"),
    Case(f"--index-url=^^{URL} numpy", ("numpy", {"index_url": URL}), ["numpy"], False, (["numpy"], [f"--index-url={URL}"]), "`-i`, `--index-url`"),
    Case(f"--ind^^ex {URL} numpy", ("numpy", {"index_url": URL}), ["numpy"], False, (["numpy"], [f"--index {URL}"]), "`-i`, `--index-url`"),
    Case("'--find-links=^^a b' numpy", ("numpy", {"find_links": ["a b"]}), ["numpy"], False, (["numpy"], ["'--find-links=a b'"]), "`-f`, `--find-links`"),
    Case("numpy --progress-bar=o^^n", ("numpy", {"progress_bar": "on"}), ["numpy"], True, (["numpy"], []), "`--progress-bar`", ["on", "off"]),
    Case("numpy --prog=o^^n", ("numpy", {"progress_bar": "on"}), ["numpy"], True, (["numpy"], []), "`--progress-bar`", ["on", "off"]),
    Case("numpy --progress-bar o^^n", ("numpy", {"progress_bar": "on"}), ["numpy"], True, (["numpy"], []), "`--progress-bar`", ["on", "off"]),
    Case("--root-user-action ignore --user numpy^^", ("numpy", {"root_user_action": "ignore", "user": True}), ["numpy"], True, (["numpy"], [])),
    Case("--target ^^lib numpy", ("numpy", {"target": "lib"}), ["numpy"], False, None, "`-t`, `--target`"),
    # what pip refuses
    Case("--up^^gr numpy", ("DAV101", "--upgr"), ["numpy"], False, None, "`--upgr` may be `--upgrade`, `--upgrade-strategy`"),
    Case("--no^^-dep numpy", ("DAV101", "--no-dep"), ["numpy"], False, None, "`--no-dep` may be `--no-dependencies`, `--no-deps`"),
    Case("--pre=^^1 numpy", ("DAV105", "--pre=1"), ["numpy"], False, None, "`--pre`"),
    Case("numpy -^^i", ("DAV105", "-i"), ["numpy"], False, None, "`-i`, `--index-url`"),
    Case("--^^frobnicate numpy", ("DAV101", "--frobnicate"), ["numpy"], False, None, "`--frobnicate` is not an option"),
    Case("-U^^z numpy", ("DAV101", "-Uz"), ["numpy"], False, None, "`-z` is not an option"),
    Case("-^^y numpy", ("DAV101", "-y"), ["numpy"], False, None, "`-y` is not an option"),
    # pip takes the next word for the value; an onion comment does not
    Case("-i -^^U numpy", ("DAV105", "-i"), ["numpy"], False, (["numpy"], ["-i -U"]), "`-i`, `--index-url`"),
    # requirements
    Case("'num^^py>=1,<2'", ("numpy>=1,<2", {}), ["numpy>=1,<2"], True, (["numpy>=1,<2"], []), ASKED),
    Case("num^^py>=1,<2", ("numpy>=1,<2", {}), ["numpy>=1,<2"], True, (["numpy>=1,<2"], []), ASKED),
    Case('"pan^^das[excel]"', ("pandas[excel]", {}), ["pandas[excel]"], True, (["pandas[excel]"], []), ASKED),
    Case("numpy==1.*^^", ("numpy==1.*", {}), ["numpy==1.*"], True, (["numpy==1.*"], [])),
    Case("'numpy; python_version < \"3.9\"'^^", ('numpy; python_version < "3.9"', {}), ['numpy; python_version < "3.9"'], False, (['numpy; python_version < "3.9"'], [])),
    Case("numpy black 'rich[a]'^^", ("DAV104", "black"), ["numpy", "rich[a]"], False, (["numpy", "black", "rich[a]"], [])),
    Case("numpy six 'rich[a]'^^", ("DAV104", "six"), ["numpy", "six", "rich[a]"], True, (["numpy", "six", "rich[a]"], [])),
    Case("numpy -- six^^", ("DAV104", "six"), ["numpy", "six"], True, (["numpy", "six"], [])),
    Case("black^^", ("black", {}), None, False, (["black"], [])),
    Case("git+https://h/u/tool.git^^", ("git+https://h/u/tool.git", {}), ["git+https://h/u/tool.git"], False, ([], [])),
    Case("'tool @ git+https://h/u/tool'^^", ("tool @ git+https://h/u/tool", {}), ["tool @ git+https://h/u/tool"], False, (["tool @ git+https://h/u/tool"], [])),
    Case("-^^e .", (".", {}), None, False, None, "`-e`, `--editable`"),
    Case("-e../tool^^ numpy", ("DAV104", "numpy"), ["../tool", "numpy"], False, None),
    Case("numpy^1^^", ("DAV103", "numpy^1"), None, False, ([], [])),
    # other files, and no installation at all
    Case("-^^r requirements.txt", ("DAV102", "-r"), None, False, None, "`-r`, `--requirement`"),
    Case("-q^^rrequirements.txt numpy", ("DAV102", "-qrrequirements.txt"), None, False, None, "`-r`, `--requirement`"),
    Case("-c limits.txt numpy^^", ("numpy", {"constraint": ["limits.txt"]}), None, False, None),
    Case("--dry^^-run numpy", ("DAV102", "--dry-run"), None, False, None, "`--dry-run`"),
    # what the shell and IPython read
    Case("numpy^^  # why", ("DAV104", "#"), ["numpy"], True, (["numpy"], [])),
    Case("numpy^^ && ls", ("DAV104", "&&"), ["numpy"], False, None),
    Case("numpy; ls^^", ("DAV103", "numpy; ls"), ["numpy"], False, None),
    Case("numpy > log^^", ("DAV103", "numpy > log"), ["numpy"], False, None),
    Case("numpy >= 1^^", ("numpy >= 1", {}), ["numpy"], False, None),
    Case("$NAME^^", ("DAV103", "$NAME"), None, False, None),
    Case("numpy==$VERSION^^", ("DAV103", "numpy==$VERSION"), ["numpy==$VERSION"], False, None),
    Case("numpy=={version}^^", ("DAV103", "numpy=={version}"), ["numpy=={version}"], False, None),
    Case("numpy --pre 'six^^", ("DAV107", "'"), None, False, None),
]  # fmt: skip
