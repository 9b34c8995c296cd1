"""What is told of py-rattler's work, from the lines of its process."""

import json

from davos.installers.base import Listener, Progress
from davos.installers.conda_progress import CondaOutput


def heard(*events):
    """The output and the progress of events, and of lines that are none."""
    output, progress = [], []
    told = CondaOutput(Listener(output=output.append, progress=progress.append))
    for event in events:
        told.hear(json.dumps(event) if isinstance(event, dict) else event)
    return output, progress, told


def fetching(package, files, done):
    counts = {"bytes": done, "total": 9, "files": files, "all_files": 2}
    return {"event": "fetching", "package": package, **counts}


def test_each_step_is_output_once_and_all_of_its_progress():
    output, progress, told = heard(
        {"event": "solving", "package": "thing"},
        {"event": "solved", "packages": ["dep 1.0 py_0", "thing 1.2 py_0"]},
        *(fetching("dep-1.0.conda", 0, 3), fetching("thing-1.2.conda", 0, 5)),
        *(fetching("dep-1.0.conda", 1, 7), "a word of py-rattler"),
        {"event": "linking", "package": "dep", "files": 1, "all_files": 2},
    )
    assert output == [
        *("solving for thing", "to install: dep 1.0 py_0", "to install: thing 1.2 py_0"),
        *("fetching dep-1.0.conda", "fetching thing-1.2.conda", "a word of py-rattler"),
        "installing dep",
    ]
    assert [one.kind for one in progress] == ["resolving", *["downloading"] * 3, "installing"]
    assert progress[3] == Progress("downloading", "dep-1.0.conda", 7, 9, 2, 2)
    assert told.printed == ["a word of py-rattler"]


def test_that_nothing_is_to_do_is_output_too():
    output, progress, told = heard({"event": "solved", "packages": []}, {"event": "done"})
    assert (output, progress, told.last) == (["to install: nothing"], [], {"event": "done"})
