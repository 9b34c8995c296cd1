"""Credentials in an onion comment reach pip, and nothing that davos shows or keeps."""

from __future__ import annotations

import json

import pytest

from davos.distributions.distribution import DirectUrl
from davos.exceptions import InstallerError, OnionArgumentError, OnionParserError, SmugglerError
from davos.frontends.restart.execution_log import listing
from davos.onion.comment import Requirement

SECRET = "hunter2"
URL = f"https://me:{SECRET}@x.example/simple"


def everything(engine, error=None):
    """All that a user could see of a smuggle."""
    screen, settings = engine.frontend, engine.settings
    seen = [*screen.lines, *screen.statuses, *screen.questions, repr(settings)]
    seen += [settings._repr_html_(), json.dumps(settings.smuggled), str(error), repr(error)]
    seen += [repr(vars(error))] if error else []
    return "\n".join(seen)


@pytest.mark.parametrize("option", ["--extra-index-url", "-i", "--find-links=", "--proxy"])
def test_a_session_shows_none(engine, wheels, write_wheel, option):
    write_wheel(wheels, "dvt", "1.0")
    separator = "" if option.endswith("=") else " "
    for name in ("dvt", "dvt"):
        engine.smuggle(name, args_str=f"dvt==1.0 {option}{separator}{URL}")
    assert SECRET not in everything(engine)
    assert "https://me:****@x.example/simple" in engine.settings.smuggled["dvt"]


def test_a_question_shows_none(engine, wheels, write_wheel):
    write_wheel(wheels, "dvt", "1.0")
    engine.settings.establish(confirm_install=True)
    engine.frontend.answer = False
    with pytest.raises(SmugglerError) as caught:
        engine.smuggle("dvt", args_str=f"dvt==1.0 --proxy me:{SECRET}@x.example:80 -i {URL}")
    assert "me:****@x.example:80" in engine.frontend.questions[0]
    assert SECRET not in everything(engine, caught.value)


@pytest.mark.parametrize(
    ("args", "kind"),
    [
        (f"dvt @ https://me:{SECRET}@x.example/dvt-1.0-py3-none-any.whl", InstallerError),
        (f"git+https://{SECRET}@x.example/dvt#egg=dvt", InstallerError),
        (f"dvt --no-such-option -i {URL}", OnionArgumentError),
        (f"dvt @ git+https://me:{SECRET}@x.example/${{HOME}}", OnionParserError),
        (f"dvt=1 -i {URL}", OnionParserError),
        (f"-e https://me:{SECRET}@x.example/dvt", OnionParserError),
    ],
)
def test_an_error_shows_none(engine, args, kind):
    with pytest.raises(kind) as caught:
        engine.smuggle("dvt", args_str=args)
    assert SECRET not in everything(engine, caught.value)


def test_an_installers_error_holds_none():
    error = InstallerError(
        f"no {URL}", returncode=1, cmd=["pip", "--proxy", f"me:{SECRET}@h"], output=f"at {URL}"
    )
    assert SECRET not in str(error) + repr(vars(error)) + repr(error.args)


def test_what_would_run_again_is_listed_without():
    code = f"smuggle dvt  # pip: dvt -i {URL}"
    cell = {"number": 1, "skipped": False}
    assert SECRET not in listing([{**cell, "code": code}, {**cell, "code": "#" * 30 + code}])
    assert "\x1b" not in listing([{**cell, "code": "'\x1b[2J'"}])


def test_a_recorded_url_is_without():
    """`pip freeze` prints what pip recorded without them; other installers may record them."""
    recorded = {"url": f"https://me:{SECRET}@x.example/a", "vcs_info": {"vcs": "git"}}
    assert DirectUrl(recorded).url == "https://x.example/a"


def test_the_text_for_pip_keeps_them():
    requirement = Requirement(f"a @ {URL}", "a", url=URL)
    assert SECRET in requirement.text
    assert SECRET not in requirement.shown
