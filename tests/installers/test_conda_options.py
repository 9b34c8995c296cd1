"""Every option of `conda install`: what an onion comment that has it makes py-rattler do.

`OPTIONS` has an entry for each row of the table, under the name of the row.
"""

from pathlib import Path
from typing import NamedTuple

import pytest

from davos.exceptions import OnionArgumentError
from davos.installers.base import Request
from davos.installers.conda_request import Places, child_request
from davos.installers.conda_settings import read_settings
from davos.onion.conda import CONDA
from davos.onion.options import Effect
from davos.onion.validator import validate_text

HOME = "https://conda.anaconda.org"
FOLDER = Path("p")
PLACES = Places(FOLDER, FOLDER, FOLDER, FOLDER, [FOLDER / "six-1.0-0.json"], pins=["zstd <2"])
SETTINGS = "channels: [ours]\npinned_packages: [six <2]\n"


class Acts(NamedTuple):
    """The value behind the option, and what becomes different in the request to py-rattler."""

    changes: dict[str, object]
    value: str = ""
    given: object = True
    """What `Onion.options` holds."""
    beside: str = ""
    """Words that the onion comment has in both cases."""


class Prints(NamedTuple):
    """The engine shows more or less of the output; the request stays the same."""

    given: int
    value: str = ""


class NoEffect(NamedTuple):
    """Accepted; the request to py-rattler stays the same."""

    value: str = ""


class Refused(NamedTuple):
    """An error at the option's word, with this reason."""

    reason: str
    value: str = ""


ELSEWHERE = "davos installs into the project, or into the running environment"
OTHERS = "it installs other packages than the one that is smuggled"
NOTHING = "it does not install the smuggled package"
MENUS = "davos adds nothing to the menus of the desktop"
OPTIONS = {
    # where
    "--name": Refused(ELSEWHERE, "x"),
    "--prefix": Refused(ELSEWHERE, "/x"),
    "--override-frozen": Refused("only the owner of an environment lifts its protection"),
    "--mkdir": NoEffect(),
    "--subdir": Refused("davos installs for the running interpreter", "osx-64"),
    # what
    "--file": Refused(OTHERS, "x.txt"),
    "--format": Refused(OTHERS, "x"),
    "--environment-specifier": Refused(OTHERS, "x"),
    "--revision": Refused(OTHERS, "1"),
    "--update-all": Refused(OTHERS),
    "--prune": Refused("it removes other packages"),
    "--only-deps": Refused(NOTHING),
    "--dry-run": Refused(NOTHING),
    "--download-only": Refused(NOTHING),
    "--help": Refused(NOTHING),
    # channels
    "--channel": Acts({"channels": [f"{HOME}/x", f"{HOME}/ours"]}, "x", ["x"]),
    "--override-channels": Acts({"channels": [f"{HOME}/x"]}, beside="-c x"),
    "--use-local": Refused("name the folder of the packages: -c FOLDER"),
    "--repodata-fn": NoEffect("current_repodata.json"),
    "--repodata-use-zst": NoEffect(),
    "--no-repodata-use-zst": NoEffect(),
    "--repodata-use-shards": NoEffect(),
    "--no-repodata-use-shards": NoEffect(),
    "--experimental": NoEffect("jlap"),
    "--no-lock": NoEffect(),
    "--unknown": NoEffect(),
    "--strict-channel-priority": Acts({"priority": "Strict"}),
    "--no-channel-priority": Acts({"priority": "Disabled"}),
    "--channel-priority": NoEffect(),
    # solving
    "--no-deps": Acts({"no_deps": True}),
    "--no-pin": Acts({"constraints": []}),
    "--exclude-newer": Acts({"exclude_newer": "604800"}, "7d", "7d"),
    "--solver": NoEffect("libmamba"),
    "--freeze-installed": Acts({"frozen": True}),
    "--update-deps": Acts({"renewed": ["numpy", "six"]}),
    "--satisfied-skip-solve": NoEffect(),
    "--update-specs": Acts({"renewed": ["numpy"]}),
    # installing
    "--force-reinstall": Acts({"renewed": ["numpy"], "reinstalled": ["numpy"]}),
    "--copy": NoEffect(),
    "--clobber": Refused("no package may overwrite another's files"),
    "--no-shortcuts": NoEffect(),
    "--shortcuts": Refused(MENUS),
    "--shortcuts-only": Refused(MENUS, "x"),
    # the network
    "--use-index-cache": Acts({"cache_action": "force-cache-only"}),
    "--insecure": Refused(
        "certificates are always checked; ssl_verify in your own .condarc names others"
    ),
    "--offline": Acts({"offline": True, "cache_action": "force-cache-only"}),
    # output
    "--verbose": Prints(1),
    "--quiet": Prints(-1),
    "--json": NoEffect(),
    "--console": NoEffect("json"),
    "--debug": NoEffect(),
    "--trace": NoEffect(),
    "--yes": NoEffect(),
    "--show-channel-urls": NoEffect(),
    "--no-show-channel-urls": NoEffect(),
    "--dev": NoEffect(),
    "--force-pscheck": NoEffect(),
}
EFFECTS = {
    Acts: Effect.ACT,
    Prints: Effect.ACT,
    NoEffect: Effect.NONE,
    Refused: Effect.REFUSE,
}


def spellings(kind):
    """The entries of a kind, once for each way in which the option and its value are written."""
    return [
        pytest.param(case, flag, f"{flag}{mark}{case.value}", id=f"{flag}{mark}{case.value}")
        for name, case in OPTIONS.items()
        if isinstance(case, kind)
        for flag in CONDA.by_flag[name].flags
        for mark in (([" ", "="] if flag[1] == "-" else [" ", "=", ""]) if case.value else [""])
    ]


@pytest.fixture
def request_of(tmp_path):
    """A function that gives the request for an onion comment."""
    (tmp_path / ".condarc").write_text(SETTINGS)
    settings = read_settings({"HOME": str(tmp_path)})

    def request(onion):
        return child_request(Request(onion), PLACES, settings, [])

    return request


def test_every_row_of_the_table_has_a_case_of_its_effect():
    decided = {option.name: option.effect for option in CONDA.options}
    assert {name: EFFECTS[type(case)] for name, case in OPTIONS.items()} == decided


@pytest.mark.parametrize(("case", "flag", "words"), spellings(Acts))
def test_what_davos_does_is_in_the_request(request_of, case, flag, words):
    before = validate_text("conda", f"numpy {case.beside}")
    onion = validate_text("conda", f"numpy {case.beside} {words}")
    assert onion.options == {**before.options, CONDA.by_flag[flag].dest: case.given}
    assert request_of(onion) == {**request_of(before), **case.changes}
    assert request_of(onion) != request_of(before)


@pytest.mark.parametrize(("case", "flag", "words"), spellings((NoEffect, Prints)))
def test_what_has_no_effect_leaves_the_request_as_it_is(request_of, case, flag, words):
    onion = validate_text("conda", f"numpy {words}")
    option = CONDA.by_flag[flag]
    value = getattr(case, "given", case.value or True)
    assert onion.options == {option.dest: [value] if option.many else value}
    assert request_of(onion) == request_of(validate_text("conda", "numpy"))
    assert onion.passed == (() if isinstance(case, NoEffect) else (option.name,))


@pytest.mark.parametrize(("case", "flag", "words"), spellings(Refused))
def test_what_is_refused_is_an_error_at_the_word(case, flag, words):
    for comment in (f"numpy {words}", f"{words} numpy"):
        with pytest.raises(OnionArgumentError) as caught:
            validate_text("conda", comment)
        error = caught.value
        assert (error.code, error.argument_name) == ("DAV102", flag)
        assert error.text[error.span.start : error.span.end] == words.split()[0]
        message = f"{flag} is not allowed in an onion comment: {case.reason}"
        assert str(error).startswith(message)


@pytest.mark.parametrize(
    ("text", "cutoff"),
    [
        ("0", None),
        ("1w2d3h4m", str(9 * 86_400 + 3 * 3_600 + 4 * 60)),
        ("2026-04-01T12:00:00Z", "2026-04-01T12:00:00Z"),
        # conda counts a day's packages up to its end, in UTC
        ("2026-04-01", "2026-04-01T23:59:59.999999Z"),
        ("9999-12-31", "9999-12-31T23:59:59.999999Z"),
    ],
)
def test_a_date_or_duration_is_a_moment(request_of, text, cutoff):
    onion = validate_text("conda", f"numpy --exclude-newer {text}")
    assert request_of(onion)["exclude_newer"] == cutoff


def test_pins_are_those_of_condarc_and_of_the_environment(request_of):
    assert request_of(validate_text("conda", "numpy"))["constraints"] == ["six <2", "zstd <2"]
