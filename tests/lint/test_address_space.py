"""A gigabyte of addresses is enough for each hostile text of 300 kB, in every format."""

import subprocess
import sys

import pytest

resource = pytest.importorskip("resource")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="RLIMIT_AS")]

CHILD = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (1_000_000_000, 1_000_000_000))
from davos.lint import Settings, apply_fixes, check_document, read_document
from davos.lint.reports.text import REPORTERS
head, unit, tail = (eval(f"'{part}'") for part in sys.argv[1:])
data = (head + unit * (300_000 // len(unit.encode())) + tail).encode()
found = check_document(read_document(data, "a.py"), Settings())
size = sum(len(chunk) for report in REPORTERS.values() for chunk in report(found))
apply_fixes(data, "a.py", found, unsafe=True)
print(len(found), size)
"""

TEXTS = {
    "errors on one line": ("", "smuggle a,;", ""),
    "findings on one line": ("", "smuggle aB;", ""),
    "findings on one line beyond ASCII": (r"\u00e9;", "smuggle aB;", ""),
    "hashes": ("smuggle a  ", "# pip: b ", r"\n"),
    "options": ("smuggle a  # pip: a ", "--extra-index-url http://x ", r"\n"),
    "tags of a wheel": ("smuggle a  # pip: ./a-1-", "t." * 150 + "t-", r"t.whl\n"),
    "combining characters": ("", r"smuggle a" + r"\u0301\u0316" * 20 + r"\n", ""),
    "deep brackets": (r"smuggle a\nx = ", "[", ""),
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_gigabyte_of_addresses_is_enough(text):
    done = subprocess.run([sys.executable, "-c", CHILD, *text], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    found, size = map(int, done.stdout.split())
    assert found > 0
    assert size < 20_000 * (found + 10)
