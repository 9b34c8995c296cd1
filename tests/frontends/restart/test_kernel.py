"""A kernel that restarts in place: what its user sees, and what cells find afterwards."""

from __future__ import annotations

import textwrap

import pytest

pytestmark = pytest.mark.slow

ONE = "smuggle dvtc  # pip: dvtc==1.0"
TWO = "smuggle dvtc  # pip: dvtc==2.0"
THREE = "smuggle dvtc  # pip: dvtc==3.0"
NOTE = "installed dvtc 2.0 (project quickstart); restarted the kernel and ran {} again\n"


def test_the_cell_goes_on_with_the_new_version(front_end):
    front_end.run("x = 1")
    front_end.run("x + 1")
    again = front_end.run(f"print('before')\n{TWO}\nprint(dvtc.__version__)")
    assert again.shown == NOTE.format("4 cells") + "before\n2.0\n"
    assert again.reply["execution_count"] == 5
    assert front_end.run("print(x, Out, len(In), In[3])").shown == "1 {4: 2} 7 x = 1\n"


def test_a_suppressed_note_leaves_what_the_cell_prints(front_end):
    front_end.run("davos.suppress_stdout = True")
    again = front_end.run(f"print('before')\n{TWO}\nprint('after', dvtc.__version__)")
    assert again.shown == "before\nafter 2.0\n"


CONFLICT = "UserWarning: dvtn 1.0 requires dvtc<2.0, but dvtc {}.0 is installed"


@pytest.fixture
def needing(tmp_path):
    """A cell that adds a folder with a distribution that needs an old dvtc."""
    info = tmp_path / "others" / "dvtn-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Name: dvtn\nVersion: 1.0\nRequires-Dist: dvtc<2.0\n")
    return f"import sys\nsys.path.append({str(info.parent)!r})"


@pytest.mark.parametrize("quiet", [False, True])
def test_what_davos_warned_of_is_still_there(front_end, needing, quiet):
    front_end.run(f"{needing}\ndavos.suppress_stdout = {quiet}")
    again = front_end.run(f"{TWO}\nprint(dvtc.__version__)")
    assert again.shown.count("UserWarning") == again.shown.count(CONFLICT.format(2)) == 1
    again = front_end.run(f"import warnings\n{THREE}\nsmuggle dvtd  # pip: dvtd==1.0")
    assert again.shown.count("UserWarning") == again.shown.count(CONFLICT.format(3)) == 1
    twice = "smuggle dvtc  # pip: dvtc==1.0\nsmuggle dvtd  # pip: dvtd==2.0"
    assert "Warning" not in front_end.run(twice).shown


def test_what_davos_warned_of_survives_two_restarts_for_one_cell(front_end, needing):
    front_end.run(f"{needing}\nsmuggle dvtd  # pip: dvtd==1.0")
    again = front_end.run(f"{TWO}\nsmuggle dvtd  # pip: dvtd==2.0\nprint(dvtd.__version__)")
    assert again.shown.count(CONFLICT.format(2)) == 1
    assert again.shown.endswith("2.0\n")


LOUD = """
    import os, subprocess, sys, warnings
    from IPython.display import clear_output, display, update_display
    print("out"); print("err", file=sys.stderr); warnings.warn("warned")
    os.system("echo system"); subprocess.run(["echo", "run"])
    !echo shell
    handle = display("shown", display_id=True); handle.update("updated")
    clear_output(); 1
"""


def test_the_cells_that_run_again_show_nothing(front_end):
    front_end.run(textwrap.dedent(LOUD))
    front_end.run("print('first'); 1 / 0", stop_on_error=False)
    again = front_end.run(f"{TWO}\n'done'")
    front_end.settle()
    assert again.shown == NOTE.format("4 cells") + "'done'\n"
    after = again.kinds[again.kinds.index("clear_output") :]
    assert after == ["clear_output", "stream", "execute_input", "execute_result"]
    assert {*front_end.answers} - {None} == {*front_end.order}, "nothing for another request"


def test_cells_run_again_in_the_order_in_which_they_ran(front_end, tmp_path):
    log = tmp_path / "log"
    cells = {name: f"open({str(log)!r}, 'a').write({name!r})" for name in "abc"}
    for name in "bacab":
        front_end.run(cells[name])
    front_end.run(TWO)
    assert log.read_text() == "bacab" * 2


def test_an_interrupted_cell_does_not_run_again_and_a_failed_one_may_fail_again(front_end):
    front_end.run("seen = []")
    front_end.run("seen.append(1); 1 / 0; seen.append(2)", stop_on_error=False)
    front_end.run("seen.append(3); raise KeyboardInterrupt", stop_on_error=False)
    front_end.run("seen.append(4)")
    again = front_end.run(f"{TWO}\nprint(seen)")
    assert again.shown == NOTE.format("5 cells (not [5], which was interrupted)") + "[1, 4]\n"
    assert front_end.run("print(len(In), In[5][-23:])").shown == "9 raise KeyboardInterrupt\n"


LOOK = """
import os, sys, json, tempfile
print(json.dumps([os.getcwd(), dict(os.environ), sys.argv, getattr(sys, "orig_argv", []), sys.path,
    sorted(get_ipython().extension_manager.loaded), sorted(os.listdir(tempfile.gettempdir())),
    get_ipython().kernel.parent.argv, get_ipython().kernel.parent.extra_extensions, os.getpid()]))
"""


def test_nothing_of_the_restart_is_left_and_cells_find_the_start(front_end, tmp_path, monkeypatch):
    before = front_end.run(LOOK).shown
    front_end.run(
        "first = os.getcwd(), os.environ.get('DVT')\nos.chdir('/'); os.environ['DVT'] = 'x'"
    )
    again = front_end.run(f"{TWO}\nprint(first)\nos.chdir(first[0]); del os.environ['DVT']")
    assert again.shown == NOTE.format("4 cells") + f"('{tmp_path}', None)\n"
    assert front_end.run(LOOK).shown == before


WATCH = """
import glob, os, stat, tempfile
execve = os.execve
def watched(*arguments):
    folder, = glob.glob(os.path.join(tempfile.gettempdir(), "davos-rerun-*"))
    paths = [folder, *glob.glob(os.path.join(folder, "*.json"))]
    modes = [oct(stat.S_IMODE(os.stat(path).st_mode)) for path in paths]
    open({mark!r}, "w").write(" ".join(modes))
    execve(*arguments)
os.execve = watched
"""


def test_the_state_is_private_and_removed(front_end, tmp_path):
    front_end.run(WATCH.format(mark=str(tmp_path / "mark")))
    front_end.run(TWO)
    assert (tmp_path / "mark").read_text() == "0o700 0o600"
    assert list((tmp_path / "temporary").iterdir()) == []


def test_what_earlier_cells_and_the_cell_showed_arrives_whole(front_end):
    size = 2_000_000
    shown = front_end.run_all(f"print('x' * {size})", "0", f"print('y' * {size})\n{TWO}")
    front_end.settle()
    assert [len(answer.shown) for answer in shown[:1]] == [size + 1]
    assert shown[2].shown.endswith("y\n")
    assert shown[2].shown.count("y") >= size
