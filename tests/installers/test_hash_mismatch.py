"""Hashes that differ, in what installers print."""

import pytest

from davos.installers.hash_mismatch import Mismatch, mismatch_in

ZEROS, FOUND = "0" * 64, "ce284a76d5b1377fd8836733b983bfb0b76f1aa1c090de2566fcf008d7f6ab16"
PIP = f"""
ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE. If you have updated the
    humanize==4.9.0 from https://h/humanize-4.9.0-py3-none-any.whl#sha256=0 (from -r r.txt (line 1)):
        Expected sha256 {ZEROS}
             Got        {FOUND}
"""
SEVERAL = PIP.replace("             Got", f"        Expected     or {'1' * 64}\n             Got")
UV = f"""
error: Failed to download `humanize==4.9.0`
  cause: Hash mismatch for `humanize==4.9.0`

         Expected:
           sha256:{ZEROS}

         Computed:
           sha256:{FOUND}
"""


@pytest.mark.parametrize("output", [PIP, SEVERAL, UV])
def test_a_mismatch_names_the_package_and_both_digests(output):
    assert mismatch_in(output) == Mismatch("humanize==4.9.0", "sha256", ZEROS, FOUND)


@pytest.mark.parametrize(
    ("output", "written"),
    [(PIP, "x @ https://h/x.zip"), (PIP, "x@ https://h/x.zip"), (UV, "x @ https://h/x.zip")],
)
def test_the_url_of_a_package_is_not_part_of_its_name(output, written):
    found = mismatch_in(output.replace("humanize==4.9.0", written))
    assert found == Mismatch("x", "sha256", ZEROS, FOUND)


@pytest.mark.parametrize("output", ["", "ERROR: No matching distribution found for x", PIP[:200]])
def test_other_failures_are_none(output):
    assert mismatch_in(output) is None
