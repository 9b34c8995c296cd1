"""What another program printed, without what only a terminal needs."""

import pytest

from davos.exceptions import InstallerError
from davos.program_output import readable_lines, shortened

LINES = {
    "a color": ("\x1b[31mERROR: no\x1b[0m", ["ERROR: no"]),
    "a color of 8-bit terminals": ("\x9b1;31mno\x9bm", ["no"]),
    "a hyperlink": ("\x1b]8;;https://h\x1b\\text\x1b]8;;\x07", ["text"]),
    "a cursor that is hidden": ("\x1b[?25lno\x1b[?25h", ["no"]),
    "a backspace and a bell": ("no\x08\x07", ["no"]),
    "an escape at the end": ("no\x1b", ["no"]),
    "a carriage return": ("10%\r20%\rdone\r", ["done"]),
    "pip's bar": ("   \u2501\u2501\u2501\u2501\u257a 1.2/1.2 MB 3.0 MB/s eta 0:00:00", []),
    "tqdm's bar": (" 45%|\u2588\u2588\u2588\u258c  | 9/20 [00:01<00:01]", []),
    "tqdm's bar with a name": ("Loading: 100%|\u2588\u2588| 20/20", []),
    "a bar of signs": ("[########      ] 50%", []),
    "an old bar of pip": ("     |################| 1.2MB 3.0MB/s", []),
    "empty lines": ("a\n\n \t\nb", ["a", "b"]),
    "what pip does": ("Looking in indexes: x\nCollecting six\n  Using cached six.whl\nno", ["no"]),
    "pip's general advice": (
        "a 1 depends on b<2\nTo fix this you could try to:\n2. remove package versions to allow\n",
        ["a 1 depends on b<2"],
    ),
    "pip's warnings": ("WARNING: Retrying\n[notice] A new release\nno", ["no"]),
    "a percentage in a sentence": (
        "only 50% of the tests passed",
        ["only 50% of the tests passed"],
    ),
    "a rule": ("  ---- end of output ----", ["  ---- end of output ----"]),
    "the indentation of code": ("    int x = 1;\n         ^", ["    int x = 1;", "         ^"]),
    "a table of sizes": ("total 5 MB", ["total 5 MB"]),
}


@pytest.mark.parametrize("case", LINES)
def test_only_what_a_person_reads_is_left(case):
    output, lines = LINES[case]
    assert readable_lines(output) == lines


def test_the_last_lines_are_kept_and_the_others_counted():
    lines = shortened([str(n) for n in range(100)], 10)
    assert len(lines) == 10
    assert lines[0].startswith("[91 lines more")
    assert lines[1:] == [str(n) for n in range(91, 100)]
    assert shortened(["a", "b"], 2) == ["a", "b"]


def test_a_long_line_is_cut():
    assert max(map(len, shortened(["x" * 10_000]))) < 300


def test_an_installers_error_is_a_sentence_and_readable_lines_and_has_all_of_the_output():
    noise = "".join(f"\x1b[2K {n}%|#####| {n}/100\r" for n in range(100))
    output = f"Collecting six\n{noise}\n\n\x1b[31mERROR: the compiler failed\x1b[0m\n"
    error = InstallerError("pip could not install six", returncode=1, cmd=["pip"], output=output)
    assert str(error) == "pip could not install six\nERROR: the compiler failed"
    assert error.output == output


def test_an_installers_error_is_bounded():
    output = "x" * 5_000 + "\n" + "row\n" * 100_000
    error = InstallerError("pip failed", returncode=1, cmd=["pip"], output=output)
    assert len(str(error)) < 25_000
    assert len(error.output) > 400_000
