"""What `smuggle` reads is what Python reads when the statement says `import`."""

from __future__ import annotations

import sysconfig
from pathlib import Path

import pytest
from import_oracle import differences, read

STDLIB = Path(sysconfig.get_paths()["stdlib"])
SITE_PACKAGES = Path(sysconfig.get_paths()["purelib"])


def files(root):
    skipped = {"__pycache__", "site-packages"}
    found = (path for path in root.rglob("*.py"))
    return sorted(path for path in found if not skipped & set(path.relative_to(root).parts))


def check(paths, at_least):
    total, problems = 0, []
    for path in paths:
        readable = read(path)
        if readable is not None:
            count, found = differences(*readable, str(path))
            total += count
            problems += found
    assert not problems, "\n".join(problems[:20])
    assert total >= at_least


def test_a_sample_of_the_standard_library_reads_as_with_import():
    check(files(STDLIB)[::12], at_least=400)


@pytest.mark.slow
def test_the_whole_standard_library_reads_as_with_import():
    check(files(STDLIB), at_least=5000)


@pytest.mark.slow
def test_every_installed_package_reads_as_with_import():
    check(files(SITE_PACKAGES), at_least=1000)
