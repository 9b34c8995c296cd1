"""A later smuggle never silently changes what an earlier one of the session asked for."""

from __future__ import annotations

import pytest
from sessions import contents

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("pip_backend")]

ATTEMPT = """
import warnings
warnings.simplefilter("always")
warnings.showwarning = lambda message, *_: print("warning:", message)
def attempt(name, onion):
    try:
        davos.smuggle(name, args_str=onion)
        print(name, sys.modules[name].__version__)
    except ImportError as error:
        print(type(error).__name__, str(error).partition("\\n")[0])
"""


@pytest.fixture
def run(start_session):
    """A function that smuggles one onion after the other in one session; its lines."""

    def run(*onions):
        calls = "".join(f"attempt({name!r}, {onion!r})\n" for name, onion in onions)
        return start_session(ATTEMPT + calls).result().splitlines()

    return run


@pytest.fixture
def shared(index):
    for version in ("1.0", "2.0"):
        index("dvshared", version)
    index("dva", "1.0", requires=["dvshared<2"])
    index("dvb", "1.0", requires=["dvshared>=2"])
    index("dvb", "0.9", requires=["dvshared"])


def test_an_onion_that_needs_another_version_of_an_earlier_ones_package(run, shared, project_dir):
    run(("dvshared", "dvshared==1.0"))
    old = contents(project_dir)
    first, error, again = run(
        ("dvshared", "dvshared==1.0"), ("dvb", "dvb==1.0"), ("dvshared", "dvshared==1.0")
    )
    assert first == again == "dvshared 1.0"
    assert error == (
        "InstallerError dvshared==1.0 does not go with dvb 1.0, which needs dvshared>=2 "
        "('dvb==1.0' contradicts 'dvshared==1.0', smuggled earlier in this session); "
        "nothing was changed"
    )
    assert contents(project_dir) == old


def test_a_version_that_agrees_is_found(run, shared):
    lines = run(("dvshared", "dvshared==1.0"), ("dvb", "dvb"))
    assert lines == ["dvshared 1.0", "dvb 0.9"]


def test_the_same_packages_newer_onion_replaces_the_older(run, shared):
    lines = run(("dvshared", "dvshared==1.0"), ("dvshared", "dvshared==2.0"), ("dvb", "dvb==1.0"))
    assert lines == ["dvshared 1.0", "dvshared 2.0", "dvb 1.0"]


def test_another_session_is_not_bound(run, shared):
    assert run(("dvshared", "dvshared==1.0")) == ["dvshared 1.0"]
    assert run(("dvb", "dvb==1.0")) == ["dvb 1.0"]


def test_what_an_earlier_session_installed_is_not_broken(run, index, project_dir):
    """As numpy 2 beside a pandas built for numpy 1: an error names both, and nothing changes."""
    for version in ("1.0", "2.0"):
        index("dvnumpy", version)
    index("dvpandas", "1.0", requires=["dvnumpy<2"])
    assert run(("dvpandas", "dvpandas==1.0")) == ["dvpandas 1.0"]
    old = contents(project_dir)
    assert run(("dvnumpy", "dvnumpy==2.0"), ("dvpandas", "dvpandas==1.0")) == [
        (
            "InstallerError dvnumpy==2.0 does not go with dvpandas 1.0, which needs dvnumpy<2; "
            "nothing was changed"
        ),
        "dvpandas 1.0",
    ]
    assert contents(project_dir) == old


def test_what_an_earlier_session_installed_is_replaced_where_another_version_goes(run, index):
    for version in ("1.0", "2.0"):
        index("dvnumpy", version)
    index("dvpandas", "1.0", requires=["dvnumpy<2"])
    index("dvpandas", "2.0", requires=["dvnumpy"])
    assert run(("dvpandas", "dvpandas==1.0")) == ["dvpandas 1.0"]
    assert run(("dvnumpy", "dvnumpy==2.0")) == ["dvnumpy 2.0"]
    assert run(("dvpandas", "dvpandas")) == ["dvpandas 2.0"]
