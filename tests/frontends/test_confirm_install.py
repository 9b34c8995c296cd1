"""`confirm_install`: asked where somebody can answer, an error where nobody can; never a wait."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest

from davos.asking import ask

pytestmark = pytest.mark.slow
BOTH = pytest.mark.usefixtures("pip_backend")
IN_TURN = pytest.mark.usefixtures("backend_in_turn")

ON = "import davos\ndavos.config.confirm_install = True"
SMUGGLE = "smuggle dvt  # pip: dvt==1.0 --no-deps\nprint(dvt.__version__)"
NOBODY = "nobody can be asked here; set it to False"


@pytest.mark.parametrize(
    ("typed", "answer"),
    [("", True), ("y", True), ("YES ", True), ("n", False), ("No", False), (None, None)],
)
def test_an_answer_is_yes_no_or_none(monkeypatch, typed, answer):
    typed_lines = iter(["maybe", typed])

    def reply(question):
        line = next(typed_lines)
        if line is None:
            raise EOFError
        return line

    monkeypatch.setattr("builtins.input", reply)
    assert ask("?") is answer


@pytest.fixture
def asked(start_kernel, index, tmp_path):
    """A function that runs the smuggle in a kernel whose user answers; output and questions."""
    pytest.importorskip("IPython")
    index("dvt", "1.0")
    kernel = start_kernel(tmp_path / "quickstart.ipynb")
    kernel.run(ON)

    def run(answer, cell=SMUGGLE):
        questions, shown = [], []

        def reply(message):
            questions.append(message["content"]["prompt"])
            kernel.client.input(answer)

        def keep(message):
            content = message["content"]
            shown.append(content.get("text", "") + "\n".join(content.get("traceback", ())))

        kernel.client.execute_interactive(
            cell,
            allow_stdin=answer is not None,
            stdin_hook=reply,
            output_hook=keep,
            timeout=60,
        )
        return "".join(shown), questions

    return run


@BOTH
def test_the_question_shows_what_would_run_and_no_installs_nothing(asked):
    shown, questions = asked("n")
    assert questions == [
        "Install dvt==1.0 into project quickstart (pip install --no-deps dvt==1.0)? [Y/n] ",
    ]
    assert "SmugglerError" in shown
    assert "dvt==1.0 was not installed: you said no" in shown
    assert "1.0\n" in asked("y")[0]
    assert asked("n")[1] == [], "what is there needs no question"


def test_a_front_end_without_input_gets_an_error_that_says_how_to_go_on(asked):
    shown, _ = asked(None)
    assert NOBODY in " ".join(shown.split())


@BOTH
def test_no_input_and_noninteractive_ask_nothing(asked):
    shown, questions = asked("n", SMUGGLE.replace("--no-deps", "--no-input"))
    assert "1.0\n" in shown
    assert questions == []


@BOTH
def test_noninteractive_asks_nothing(asked):
    shown, questions = asked("n", f"davos.noninteractive = True\n{SMUGGLE}")
    assert "1.0\n" in shown
    assert questions == []


@BOTH
@pytest.mark.parametrize("confirm", [False, True])
def test_nbclient_neither_asks_nor_hangs(confirm, index, tmp_path):
    nbclient = pytest.importorskip("nbclient")
    nbformat = pytest.importorskip("nbformat")
    index("dvt", "1.0")
    cells = [f"import davos\ndavos.config.confirm_install = {confirm}", SMUGGLE]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    client = nbclient.NotebookClient(notebook, timeout=60, allow_errors=True)
    client.execute(cwd=str(tmp_path))
    outputs = notebook.cells[1].outputs
    if confirm:
        assert NOBODY in outputs[-1].evalue
    else:
        assert outputs[-1].text.endswith("1.0\n")


@IN_TURN
@pytest.mark.parametrize("closed", [False, True])
def test_a_script_without_a_terminal_neither_asks_nor_hangs(closed, index, tmp_path):
    index("dvt", "1.0")
    script = tmp_path / "script.py"
    script.write_text(
        textwrap.dedent(f"""
        import os, sys
        {"sys.stdin.close(); os.close(0)" if closed else ""}
        import davos
        davos.config.confirm_install = True
        try:
            davos.smuggle("dvt", args_str="dvt==1.0")
        except davos.exceptions.SmugglerError as error:
            print(error)
        davos.config.noninteractive = True
        davos.smuggle("dvt", args_str="dvt==1.0")
        print(dvt.__version__)
    """).replace("import davos\n", "import davos, davos.exceptions\n"),
    )
    done = subprocess.run(
        [sys.executable, str(script)],
        stdin=subprocess.PIPE,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert NOBODY in done.stdout
    assert done.stdout.endswith("1.0\n"), done.stderr
