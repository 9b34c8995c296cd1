"""What uv prints: its explanations, errors and progress, as davos shows them."""

import pytest

from davos.installers.base import Listener, Progress
from davos.installers.conflict import contradiction_in
from davos.installers.uv_failure import explain, is_final
from davos.installers.uv_progress import UvOutput
from davos.onion.validator import validate_text

HEAD = "Using CPython 3.11.7 interpreter at: /usr/bin/python3\n"
NONE = "error: No solution found when resolving dependencies\n  cause: "
OLD = "  \N{MULTIPLICATION SIGN} No solution found when resolving dependencies:\n  ╰─▶ "
END = ", we can conclude that your requirements are unsatisfiable."

# uv's explanation -> the sentence that names both sides
SENTENCES = {
    "Because pandas==2.1.4 depends on numpy{python_full_version < '3.12'}>=1.23.2,<2 and you require "
    "pandas==2.1.4, we can conclude that you require numpy>=1.23.2,<2.\n"
    f"         And because you require numpy==2.1.0{END}": (
        "numpy==2.1.0 does not go with pandas 2.1.4, which needs numpy>=1.23.2,<2"
    ),
    "Because ipykernel>=7.4.0 depends on jupyter-client>=8.9.0 and you require jupyter-client<8, we can "
    "conclude that your requirements and ipykernel>=7.4.0 are incompatible.\n"
    f"         And because you require ipykernel==7.4.0{END}": (
        "jupyter-client<8 does not go with ipykernel 7.4.0, which needs jupyter-client>=8.9.0"
    ),
    f"Because you require numpy==2.1.0 and numpy<2{END}": "numpy==2.1.0 does not go with numpy<2",
    f"Because you require a[x]==1 and a[x]==2{END}": "a[x]==1 does not go with a[x]==2",
    f"Because there is no version of six==1.99 and you require six==1.99{END}": "",
    f"Because x was not found in the package registry and you require x{END}": "",
}
# uv's output -> a part of the sentence, and whether pip would not do better
FAILURES = {
    f"{NONE}Because x was not found in the package registry and you require x{END}\n": (
        "No solution found when resolving dependencies: Because x was not found",
        "check the spelling",
        False,
    ),
    "error: Failed to download `x==1`\n  cause: Hash mismatch for `x==1`\n\n         Expected:\n": (
        "Failed to download `x==1`: Hash mismatch for `x==1`",
        "do not trust it",
        True,
    ),
    "error: Failed to fetch: http://h/simple/x/\n  cause: error sending request for url (http://h/)\n": (
        "Failed to fetch: http://h/simple/x/: error sending request",
        "cannot be reached",
        True,
    ),
    "error: Failed to build `x @ file:///x`\n  cause: The build backend returned an error\n": (
        "Failed to build `x @ file:///x`: The build backend returned an error",
        "building it from source failed",
        False,
    ),
    "error: Failed to write\n  cause: No space left on device (os error 28)\n": (
        "No space left on device",
        "The disk is full",
        True,
    ),
    "killed": ("killed", "", False),
    "": ("(exit status 1)", "", False),
}


@pytest.mark.parametrize("start", [NONE, OLD])
@pytest.mark.parametrize(("explanation", "sentence"), SENTENCES.items())
def test_both_sides_of_a_contradiction_are_named(start, explanation, sentence):
    assert contradiction_in(HEAD + start + explanation) == sentence


NEEDING = "{} depend on numpy<2 and you require numpy==2.0" + END


@pytest.mark.parametrize(
    ("needing", "version", "named"),
    [
        ("all versions of pandas", "2.1.4", "pandas 2.1.4"),
        ("all versions of pandas[x]", "2.1.4", "pandas[x] 2.1.4"),
        ("all versions of pandas", "", "pandas"),
        ("pandas>=2,<2.2", "2.1.4", "pandas 2.1.4"),
        ("pandas>=2,<2.2", "2.2.0", "pandas>=2,<2.2"),
        ("pandas==2.1.4", "2.1.4", "pandas 2.1.4"),
    ],
)
def test_of_several_versions_the_installed_one_is_named(needing, version, named):
    output = f"{HEAD}{NONE}Because {NEEDING.format(needing)}"
    sentence = contradiction_in(output, {"pandas": version}.get)
    assert sentence == f"numpy==2.0 does not go with {named}, which needs numpy<2"


@pytest.mark.parametrize(("output", "expected"), FAILURES.items())
def test_a_failure_is_a_sentence_with_what_helps(output, expected):
    words, hint, final = expected
    sentence = explain(validate_text("uv", "x==1"), 1, HEAD * bool(output) + output)
    assert sentence.startswith("uv could not install x==1 (exit status 1)")
    assert words in sentence
    assert hint in sentence
    assert is_final(output) is final


def test_a_wrapped_explanation_of_an_older_uv_is_read_as_one():
    wrapped = (
        OLD
        + "Because you require numpy==2.1.0\n      and numpy<2"
        + END.replace(", we", ", we\n     ")
    )
    assert contradiction_in(wrapped) == "numpy==2.1.0 does not go with numpy<2"
    onion = validate_text("uv", "numpy==2.1.0")
    assert "numpy==2.1.0 and numpy<2, we can conclude" in explain(onion, 1, wrapped)


REFUSED = """error: Failed to fetch: http://h/simple/x/
  cause: error sending request for url (http://h/simple/x/)
  cause: client error (Connect)
  cause: Connection refused (os error 111)
"""


@pytest.mark.parametrize(
    ("installer", "output", "named"),
    [
        ("pip", REFUSED, "`pip config list`"),
        ("uv", REFUSED, "`--default-index`, or `UV_DEFAULT_INDEX`"),
        ("pip", "error: Failed to extract archive\n", "`uv cache clean`"),
        ("uv", "error: x==1 has an invalid package format\n", "`uv cache clean`"),
    ],
)
def test_a_hint_names_the_settings_that_count_and_uvs_own_cache(installer, output, named):
    sentence = explain(validate_text(installer, "x==1"), 2, output)
    assert named in sentence
    assert ("pip config" in sentence) is (named == "`pip config list`")
    assert "pip cache" not in sentence


def test_the_first_and_the_last_cause_are_told():
    sentence = explain(validate_text("uv", "x==1"), 2, REFUSED)
    assert "error sending request for url (http://h/simple/x/): Connection refused" in sentence
    assert "client error" not in sentence


def test_a_limit_on_the_size_of_files_is_named():
    assert "File too large" in explain(validate_text("uv", "x==1"), -25, "Resolved 1 package\n")


def heard(lines, **kwargs):
    told, output = [], []
    uv = UvOutput(Listener(output=output.append, progress=told.append), **kwargs)
    for line in lines:
        uv.hear(line)
    assert output == lines
    return told


def test_what_uv_does_is_told():
    assert heard(
        [
            *("Using CPython 3.11.7 interpreter at: /x", "Resolved 2 packages in 5ms"),
            *("   Building x @ file:///x", "   Updating https://h/r.git (HEAD)"),
            *("   Building y==1.0", "      Built y==1.0", "Prepared 1 package in 2s"),
            *("Installed 2 packages in 1ms", " + six==1.0"),
        ]
    ) == [
        Progress("installing", "2 packages"),
        Progress("building", "x"),
        Progress("cloning", "https://h/r.git"),
        Progress("no wheel", "y 1.0"),
        Progress("installing", "1 package"),
    ]
    assert heard(["   Building y==1.0"], wheels=False) == [Progress("building", "y 1.0")]


def test_uvs_downloads_at_once_are_one_with_the_bytes_of_all():
    lines = ["Downloading a (1.5KiB)", "Downloading b (1MiB)", " Downloaded a", " Downloaded b"]
    kib, mib = 1536, 1024**2
    assert heard(lines) == [
        Progress("downloading", "a", 0, kib, 1, 1),
        Progress("downloading", "a, b", 0, kib + mib, 1, 2),
        Progress("downloading", "b", kib, kib + mib, 2, 2),
    ]
