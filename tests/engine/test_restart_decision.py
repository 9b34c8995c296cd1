"""What becomes of a statement whose package cannot be replaced in memory."""

from __future__ import annotations

import sys
import warnings
from importlib.machinery import EXTENSION_SUFFIXES
from types import SimpleNamespace

import pytest

from davos.engine.rerun import Place, Rerun
from davos.engine.restart_decision import Change, Restarts
from davos.exceptions import SmugglerError
from davos.onion.validator import validate_text

COMPILED = f"dvt/_c{EXTENSION_SUFFIXES[0]}"


class RestartedError(Exception):
    """What stands for the end of the process."""


class Restarter:
    """A front end's restarter that notes what it is asked for."""

    def __init__(self, answer=None, carried=None, *, replaying=False, why=None, own=()):
        self.answer, self.carried, self.replaying, self.why = answer, carried, replaying, why
        self.pins_hold, self.own = carried is not None, set(own)
        self.carried = carried or Rerun()
        self.offered, self.row = [], 1

    def let_go(self):
        self.pins_hold = False

    def own_packages(self):
        return self.own

    def obstacle(self):
        return self.why

    def place(self, text):
        return Place(self.row, text)

    def offer(self, message):
        self.offered.append(message)
        return self.answer

    def go(self, rerun):
        self.gone = rerun
        raise RestartedError


@pytest.fixture
def restarter(engine, monkeypatch):
    """A function that gives the engine a restarter."""

    def give(*args, **kwargs):
        made = Restarter(*args, **kwargs)
        engine.provisioner.restarts = Restarts(made, engine.settings)
        return made

    return give


@pytest.fixture
def loaded(engine, wheels, write_wheel):
    """dvt 1.0 with a compiled module is in memory, and 2.0 can be had."""
    for version in ("1.0", "2.0", "3.0"):
        write_wheel(
            wheels, "dvt", version, {"dvt/__init__.py": f"v = {version!r}\n", COMPILED: version}
        )
    write_wheel(wheels, "dvtpure", "1.0")
    engine.smuggle("dvt", args_str="dvt==1.0")
    module = sys.modules["dvt._c"] = type(sys)("dvt._c")
    module.__file__ = str(engine.settings.project.site_packages_dir / COMPILED)
    return engine


def switch(engine, version="2.0"):
    engine.smuggle("dvt", args_str=f"dvt=={version}")


def test_auto_rerun_restarts_with_what_was_installed_pinned(loaded, restarter):
    asked = restarter()
    loaded.settings.auto_rerun = True
    with pytest.raises(RestartedError):
        switch(loaded)
    assert asked.gone == Rerun(
        pins={"dvt": "2.0"},
        folder=str(loaded.settings.project.site_packages_dir),
        places=(Place(1, "dvt==2.0"),),
        count=1,
        note="installed dvt 2.0 (project test)",
        what="dvt 2.0",
    )
    assert not asked.offered


def test_suppressed_output_carries_no_note(loaded, restarter):
    asked = restarter()
    loaded.settings.update({"auto_rerun": True, "suppress_stdout": True})
    with pytest.raises(RestartedError):
        switch(loaded)
    assert asked.gone.note == ""


def test_without_auto_rerun_the_user_is_asked(loaded, restarter):
    asked = restarter(answer=True)
    with pytest.raises(RestartedError):
        switch(loaded)
    assert asked.offered[0].startswith("dvt 2.0 is installed, but 1.0 is loaded, and Python")


def test_to_continue_keeps_the_loaded_version_warns_and_asks_no_more(loaded, restarter):
    asked = restarter(answer=False)
    for _ in range(2):
        with pytest.warns(UserWarning, match=r"dvt 2\.0 was installed, but the previously loaded"):
            switch(loaded)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        loaded.smuggle("dvt")
    assert (loaded.frontend.namespace["dvt"].v, len(asked.offered)) == ("1.0", 1)


def test_what_is_installed_again_is_asked_about_again(loaded, restarter):
    asked = restarter(answer=False)
    for version in ("2.0", "1.0", "2.0"):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            switch(loaded, version)
    assert [text.partition(" is installed")[0] for text in asked.offered] == ["dvt 2.0", "dvt 2.0"]


def test_auto_rerun_takes_continue_back(loaded, restarter):
    restarter(answer=False)
    with pytest.warns(UserWarning, match="stays active"):
        switch(loaded)
    loaded.settings.auto_rerun = True
    with pytest.raises(RestartedError):
        switch(loaded)


def test_the_version_in_memory_needs_no_restart_after_continue(loaded, restarter):
    asked = restarter(answer=False)
    with pytest.warns(UserWarning, match="stays active"):
        switch(loaded)
    switch(loaded, "1.0")
    assert (loaded.frontend.namespace["dvt"].v, len(asked.offered)) == ("1.0", 1)


def test_what_was_continued_without_is_pinned_by_a_later_restart(loaded, restarter):
    asked = restarter(answer=False)
    with pytest.warns(UserWarning, match="stays active"):
        switch(loaded)
    asked.answer = True
    with pytest.raises(RestartedError):
        switch(loaded, "3.0")
    assert asked.gone.pins == {"dvt": "3.0"}


@pytest.mark.parametrize(
    ("settings", "options", "words"),
    [
        ({"noninteractive": True}, {}, "noninteractive is on"),
        ({}, {"answer": None}, "auto_rerun = True .*nobody can be asked"),
        ({"auto_rerun": True}, {"why": "restart Windows"}, "restart Windows"),
        ({"auto_rerun": True}, {"own": ["dvt"]}, "the kernel itself uses dvt"),
        ({"auto_rerun": True}, {"replaying": True}, "while the rest ran again"),
        ({}, {"answer": True, "replaying": True}, "while the rest ran again"),
    ],
)
def test_where_it_cannot_restart_the_error_says_why(loaded, restarter, settings, options, words):
    asked = restarter(**options)
    loaded.settings.update(settings)
    with pytest.raises(SmugglerError, match=words):
        switch(loaded)
    assert sys.modules["dvt"].v == "1.0"
    assert not hasattr(asked, "gone")


def test_a_statement_restarts_once_for_a_request(loaded, restarter):
    restarter(carried=Rerun(places=(Place(1, "dvt==2.0"),), count=1))
    loaded.settings.auto_rerun = True
    with pytest.raises(SmugglerError, match="Restarting does not help"):
        switch(loaded)


def test_a_restart_that_fails_says_so(loaded, restarter):
    asked = restarter()
    loaded.settings.auto_rerun = True
    asked.go = lambda _: (_ for _ in ()).throw(OSError("no space left"))
    words = r"Restarting failed: no space left\. What was defined is still there"
    with pytest.raises(SmugglerError, match=words):
        switch(loaded)


@pytest.mark.parametrize("onion", ["dvt==9.9", "dvt -U", "dvt<1", "dvt", "--force-reinstall dvt"])
def test_a_pin_wins_over_what_an_onion_asks_for(engine, wheels, write_wheel, restarter, onion):
    write_wheel(wheels, "dvt", "1.0")
    engine.smuggle("dvt", args_str="dvt==1.0")
    asked = restarter(carried=Rerun(pins={"dvt": "1.0"}, places=(Place(9, "dvt==1.0"),)))
    engine.smuggle("dvt", args_str=onion)
    assert engine.installer.calls == ["dvt==1.0"]
    assert asked.pins_hold


@pytest.mark.parametrize("onion", ["dvt==2.0", "dvt -U", "dvt"])
def test_a_pinned_version_that_was_removed_is_installed_again(
    engine, wheels, write_wheel, restarter, onion
):
    for version in ("1.0", "2.0"):
        write_wheel(wheels, "dvt", version)
    folder = str(engine.settings.project.site_packages_dir)
    restarter(carried=Rerun(pins={"dvt": "1.0"}, folder=folder, places=(Place(9, "dvt==1.0"),)))
    engine.smuggle("dvt", args_str=onion)
    assert engine.installer.calls == ["dvt==1.0"]


def test_a_target_folder_holds_the_pins_of_a_restart(engine, restarter, tmp_path):
    asked = SimpleNamespace(location=tmp_path / "target", normalized_name="dvt", version="2.0")
    made = restarter()
    engine.settings.update({"project": None, "auto_rerun": True})
    change = Change(asked, [], [asked], ["dvt._c"], "")
    asked.name = "dvt"
    for onion, folder in (("dvt==2.0 -t target", str(asked.location)), ("dvt==2.0", "")):
        with pytest.raises(RestartedError):
            engine.provisioner.restarts.decide(validate_text("pip", onion), change)
        assert made.gone.folder == folder


STUCK = [
    ({}, "dvta 2.0, dvtb 2.0 are installed, but other versions are loaded"),
    ({"dvta": "1.0"}, "dvta 2.0, dvtb 2.0 are installed, but other versions are loaded"),
    (
        {"dvta": "1.0", "dvtb": "1.5"},
        "dvta 2.0, dvtb 2.0 are installed, but dvta 1.0, dvtb 1.5 are loaded",
    ),
    (
        {"dvta": "2.0", "dvtb": "1.5"},
        "dvta 2.0, dvtb 2.0 are installed, but other versions are loaded",
    ),
    (
        {"dvta": "2.0", "dvtb": "2.0"},
        "dvta 2.0, dvtb 2.0 are installed, but other copies of them are loaded",
    ),
]


@pytest.mark.parametrize(("known", "words"), STUCK)
def test_the_question_names_the_loaded_versions_as_far_as_they_are_known(
    engine, restarter, known, words
):
    stuck = [SimpleNamespace(normalized_name=name, version="2.0") for name in ("dvta", "dvtb")]
    for dist in stuck:
        dist.name = dist.normalized_name
    asked = restarter(answer=False)
    with pytest.warns(UserWarning, match="versions stay active"):
        engine.provisioner.restarts.decide(
            validate_text("pip", "dvta==2.0"), Change(None, [], stuck, ["dvta._c"], "", known)
        )
    assert asked.offered[0].startswith(words)


def test_pins_end_at_the_statement_that_asked(engine, wheels, write_wheel, restarter):
    write_wheel(wheels, "dvt", "1.0")
    write_wheel(wheels, "dvt", "2.0")
    engine.smuggle("dvt", args_str="dvt==1.0")
    engine.forget()
    asked = restarter(carried=Rerun(pins={"dvt": "1.0"}, places=(Place(2, "dvt==1.0"),)))
    engine.smuggle("dvt", args_str="dvt==2.0")
    asked.row = 2
    engine.smuggle("dvt", args_str="dvt==1.0")
    assert not asked.pins_hold
    engine.smuggle("dvt", args_str="dvt==2.0")
    assert engine.installer.calls == ["dvt==1.0", "dvt==2.0"]


def test_a_requirement_that_a_pin_overruled_binds_no_later_install(
    engine, wheels, write_wheel, restarter
):
    write_wheel(wheels, "dvt", "1.0")
    engine.smuggle("dvt", args_str="dvt==1.0")
    restarter(carried=Rerun(pins={"dvt": "1.0"}, places=(Place(9, "dvt==1.0"),)))
    engine.smuggle("dvt", args_str="dvt==2.0")
    entries = engine.provisioner.requirements._entries.values()
    assert [entry.requirement.text for entry in entries] == ["dvt==1.0"]
