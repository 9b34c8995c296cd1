"""A restart in place that fails, is refused or is declined: one clear answer, a kernel that lives."""

from __future__ import annotations

import os

import pytest

pytestmark = pytest.mark.slow

TWO = "smuggle dvtc  # pip: dvtc==2.0"
VERSIONS = "print(dvtc.__version__)"
ASKS = "davos.auto_rerun = False"


def test_a_replayed_cell_that_fails_is_shown_under_the_request_and_aborts_the_rest(
    front_end, tmp_path
):
    mark = tmp_path / "mark"
    front_end.run(f"import os\nif os.path.exists({str(mark)!r}): 1 / 0\nopen({str(mark)!r}, 'w')")
    front_end.run("x = 1")
    failing = front_end.send(f"{TWO}\n{VERSIONS}")
    queued = [front_end.send("x = 2") for _ in range(3)]
    info = front_end.request("kernel_info_request")
    front_end.wait(failing, *queued, info)
    answer = front_end.answer(failing)
    assert answer.reply["ename"] == "ZeroDivisionError"
    assert answer.reply["execution_count"] == 5
    assert "running [3] again ended with:" in answer.shown
    assert "ZeroDivisionError: division by zero" in answer.shown
    assert "[1], [2] ran again: what they defined is there; [4] did not run" in answer.shown
    assert "To go on, run [3], [4] and this cell" in answer.shown
    assert [front_end.answer(one).reply["status"] for one in queued] == ["aborted"] * 3
    assert front_end.answer(info).reply["status"] == "ok"
    after = front_end.run(f"print('x' in globals(), len(In))\n{VERSIONS}")
    assert after.shown == "False 7\n2.0\n"
    assert after.reply["execution_count"] == 6
    assert front_end.run(f"smuggle dvtc  # pip: dvtc==3.0\n{VERSIONS}").shown.endswith("3.0\n")
    assert front_end.run("print('x' in globals())").shown == "False\n"


def test_cells_that_failed_before_davos_was_imported_may_fail_again(start_front_end):
    front_end = start_front_end()
    for code in ("n = 1\n1 / 0", "print('hi'", "raise KeyboardInterrupt", "n += 1"):
        front_end.run(code, stop_on_error=False)
    front_end.run("import davos\ndavos.auto_rerun = True")
    front_end.run("smuggle dvtc  # pip: dvtc==1.0")
    again = front_end.run(f"{TWO}\nprint(dvtc.__version__, n)")
    assert again.shown.endswith("2.0 2\n"), again.shown


def test_a_session_goes_on_after_a_cell_from_before_davos_ended_the_rerun(
    start_front_end, tmp_path
):
    mark = str(tmp_path / "mark")
    front_end = start_front_end()
    front_end.run("n = 5")
    front_end.run(f"import os\nif os.path.exists({mark!r}): 1 / 0\nopen({mark!r}, 'w').close()")
    cells = ["import davos\ndavos.auto_rerun = True", "smuggle dvtc  # pip: dvtc==1.0"]
    for code in cells:
        front_end.run(code)
    ended = front_end.run(TWO)
    if "ran 4 cells again ([2] failed" in ended.shown:
        pytest.skip("this IPython keeps no errors")
    assert "running [2] again ended with:" in ended.shown
    assert "[1] ran again: what they defined is there; [3], [4] did not run" in ended.shown
    assert front_end.run("print(n, 'davos' in globals())").shown == "5 False\n"
    for code in cells:
        front_end.run(code)
    again = front_end.run(f"{TWO}\nprint(dvtc.__version__, n)")
    assert again.shown.endswith("2.0 5\n"), again.shown


def test_a_line_says_how_far_a_long_rerun_is(front_end):
    front_end.run("import time; time.sleep(3)")
    for quiet in (False, True):
        front_end.run(f"davos.suppress_stdout = {quiet}")
        smuggle = f"smuggle dvtc  # pip: dvtc=={3 if quiet else 2}.0"
        again = front_end.run(f"{smuggle}\nprint(dvtc.__version__)")
        lines = [
            content["data"]["text/plain"]
            for kind, content in again.published
            if kind in {"display_data", "update_display_data"}
        ]
        version = "3.0" if quiet else "2.0"
        assert any(f"restarting for dvtc {version}: cell 3 of " in line for line in lines), lines
        assert lines[-1] == ""
        assert "restarting for" not in again.shown
        assert again.shown.endswith(f"{version}\n")


def test_of_two_versions_in_one_cell_the_last_wins(front_end):
    again = front_end.run(
        f"{TWO}\nfirst = dvtc.__version__\nsmuggle dvtc  # pip: dvtc==3.0\nprint(first, dvtc.__version__)"
    )
    assert again.shown.endswith("3.0 3.0\n"), "the version that the restart is for wins"


LOOP = """
for version in range(3):
    smuggle dvtc  # pip: dvtc==2.0
    smuggle dvtc  # pip: dvtc==3.0
"""


def test_a_cell_that_would_restart_for_ever_ends_with_one_error(front_end):
    again = front_end.run(LOOP)
    assert again.reply["ename"] == "SmugglerError"
    assert "Restarting does not help" in again.shown
    assert front_end.run("print('alive')").shown == "alive\n"


FROM_THREAD = """
import threading
def tell():
    try:
        {two}
    except Exception as error:
        print(error)
thread = threading.Thread(target=tell); thread.start(); thread.join()
"""
FROM_FORK = """
import os
reader, writer = os.pipe()
if not (pid := os.fork()):
    try:
        {two}
    except Exception as error:
        os.write(writer, str(error).encode())
    os._exit(0)
os.waitpid(pid, 0)
print(os.read(reader, 9999).decode())
"""
WITHOUT_PYTHON = """
import sys
kept, sys.executable = sys.executable, "/nowhere"
try:
    {two}
finally:
    sys.executable = kept
"""
WITHOUT_CONNECTION = """
import os
path = get_ipython().kernel.parent.abs_connection_file
os.rename(path, path + "~")
try:
    {two}
finally:
    os.rename(path + "~", path)
"""
WITHOUT_FOLDER = """
shell = get_ipython()
kept, shell.starting_dir = shell.starting_dir, "/nowhere"
try:
    {two}
finally:
    shell.starting_dir = kept
"""
WITHOUT_TEMPORARY = """
import tempfile
kept, tempfile.tempdir = tempfile.tempdir, "/nowhere"
try:
    {two}
finally:
    tempfile.tempdir = kept
"""
REFUSED = [
    (FROM_THREAD, "(davos cannot do that itself: the statement does not run in the main thread)"),
    (FROM_FORK, "(davos cannot do that itself: this is a process forked from the kernel)"),
    (WITHOUT_CONNECTION, "(davos cannot do that itself: the kernel's connection file is gone)"),
    (WITHOUT_FOLDER, "itself: the folder in which the kernel started is gone)"),
    (WITHOUT_TEMPORARY, "itself: temporary files cannot be written (No such file or directory))"),
    (WITHOUT_PYTHON, "Restarting failed: [Errno 2]"),
    ("davos.auto_rerun = False", None),
    (
        "{two}",
        "set davos.config.auto_rerun = True to have davos do that (nobody can be asked here)",
    ),
    ("davos.noninteractive = True", None),
    ("{two}", "(davos.config.noninteractive is on)"),
]


def test_where_it_cannot_be_done_the_loaded_version_stays_and_the_error_says_why(front_end):
    for code, reason in REFUSED:
        refused = front_end.send(code.format(two=TWO), allow_stdin=False, stop_on_error=False)
        queued = front_end.send(VERSIONS)
        front_end.wait(refused, queued)
        assert (reason or "") in front_end.answer(refused).shown
        assert front_end.answer(queued).shown == "1.0\n", code
    told = front_end.send("import os; os.system('echo captured')")
    front_end.wait(told, until=lambda answer: answer.complete and "captured" in answer.shown)


def test_a_subshell_is_refused(front_end):
    client = front_end.client
    if "kernel subshells" not in front_end.supports():
        pytest.skip("only ipykernel 7 has subshells")
    client.control_channel.send(client.session.msg("create_subshell_request"))
    subshell = client.get_control_msg(timeout=60)["content"]["subshell_id"]
    message = client.session.msg("execute_request", {"code": TWO, "silent": False})
    message["header"]["subshell_id"] = subshell
    client.shell_channel.send(message)
    (answer,) = front_end.wait(message["header"]["msg_id"])
    assert "the statement does not run in the main thread" in answer.shown
    assert front_end.run(VERSIONS).shown == "1.0\n"


def test_a_program_of_the_users_may_change_its_arguments(front_end):
    front_end.run("import sys; sys.argv = ['prog', '--x']")
    assert front_end.run(f"{TWO}\n{VERSIONS}\nprint(sys.argv)").shown.endswith(
        "2.0\n['prog', '--x']\n"
    )


def test_continue_keeps_the_loaded_version_warns_in_each_cell_and_asks_no_more(front_end):
    front_end.run(ASKS)
    front_end.types = ["c"]
    for _ in range(2):
        done = front_end.run(f"{TWO}\n{VERSIONS}")
        assert done.shown.count("the previously loaded version stays active") == 1
        assert done.shown.count("1.0\n") == 1
    assert len(front_end.asked) == 1


def test_restart_is_chosen_and_the_next_version_is_asked_about_again(front_end):
    front_end.run(f"{ASKS}\n!true")
    front_end.types = ["r", "r"]
    first = front_end.run(f"{TWO}\n{VERSIONS}")
    displayed = [content for kind, content in first.published if kind == "display_data"]
    asked = "\n".join(content["data"]["text/plain"] for content in displayed)
    assert "dvtc 2.0 is installed, but 1.0 is loaded" in asked
    assert "Restarting runs 3 cells again: [1] to [3]. They took " in asked
    assert "[3] holds shell commands, whose effects happen twice." in asked
    assert first.shown.endswith("ran 3 cells again\n2.0\n")
    assert front_end.run(f"smuggle dvtc  # pip: dvtc==3.0\n{VERSIONS}").shown.endswith("3.0\n")
    assert len(front_end.asked) == 2


SABOTAGE = """
import os, shutil
for folder in os.environ["PYTHONPATH"].split(os.pathsep):
    if "davos-rerun" in folder:
        {}
"""
DAMAGE = {
    "no folder": "shutil.rmtree(folder)",
    "no extension": "os.remove(os.path.join(folder, 'davos_rerun.py'))",
    "no state": "os.remove(os.path.join(folder, 'state.json'))",
    "half a state": "os.truncate(os.path.join(folder, 'state.json'), 20)",
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_the_request_is_answered_though_nothing_can_be_replayed(start_front_end, tmp_path, damage):
    folder = tmp_path / "startup"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(SABOTAGE.format(DAMAGE[damage]))
    front_end = start_front_end(PYTHONPATH=str(folder))
    before = front_end.run(LOOK).shown
    front_end.run("import davos\ndavos.auto_rerun = True")
    front_end.run("smuggle dvtc  # pip: dvtc==1.0")
    failing = front_end.run(f"{TWO}\n{VERSIONS}")
    assert failing.reply["ename"] == "RuntimeError"
    assert "To go on, restart the kernel and run all cells" in failing.shown
    assert front_end.run(LOOK).shown == before
    assert list((tmp_path / "temporary").iterdir()) == []


LOOK = "import os, sys; print(sys.argv, sorted(os.environ.items()), getattr(sys, 'orig_argv', 0), sorted(globals()))"


def test_davos_may_be_importable_through_a_cell_only(start_front_end, python, tmp_path):
    import davos

    front_end = start_front_end(PYTHONPATH="")
    hide = "import sys; sys.modules.pop('davos', None)\n"
    front_end.run(f"{hide}sys.path.insert(0, {os.path.dirname(os.path.dirname(davos.__file__))!r})")
    front_end.run("import davos\ndavos.auto_rerun = True")
    front_end.run("smuggle dvtc  # pip: dvtc==1.0")
    assert front_end.run(f"{TWO}\n{VERSIONS}").shown.endswith("ran 3 cells again\n2.0\n")


def test_a_missing_davos_is_shown_under_the_request(front_end, tmp_path):
    mark = tmp_path / "mark"
    front_end.run(f"import os, sys\nopen({str(mark)!r}, 'w').close()")
    front_end.run("x = 1")
    hidden = f"import os, sys\nif os.path.exists({str(mark)!r}): sys.modules['davos'] = None"
    startup = tmp_path / "ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True, exist_ok=True)
    (startup / "hide.py").write_text(hidden)
    failing = front_end.run(TWO)
    assert failing.reply["ename"] == "ModuleNotFoundError"
    assert "running [1] again ended with:" in failing.shown
    assert front_end.run("print('alive')").shown == "alive\n"
