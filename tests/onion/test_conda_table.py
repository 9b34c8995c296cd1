"""The table of conda's options, and the options that conda's documentation lists.

There is no conda to ask: the lists are read off the page of `conda install` of conda 4.6, 4.11, 23.9
and 26.9, and off what its parser takes besides. What each option does is tested in
`tests/installers/test_conda_options.py`.
"""

import pytest

from davos.exceptions import OnionArgumentError
from davos.onion.conda import CONDA
from davos.onion.options import Effect, Reach
from davos.onion.validator import validate_text

# `--flag VALUE` or `--flag`, each with its short spelling; alternatives are on one row
DOCUMENTED = """
-h --help
--revision REVISION
--override-frozen
-n --name ENVIRONMENT
-p --prefix PATH
-c --channel CHANNEL
--use-local
-O --override-channels
--repodata-fn REPODATA_FNS
--experimental {jlap,lock}
--no-lock
--repodata-use-zst
--no-repodata-use-zst
--repodata-use-shards
--no-repodata-use-shards
--strict-channel-priority
--no-channel-priority
--no-deps
--only-deps
--no-pin
--exclude-newer DURATION_OR_DATE
--copy
--no-shortcuts
--shortcuts-only SHORTCUTS_ONLY
--clobber
-C --use-index-cache
-k --insecure
--offline
--json
--console CONSOLE
-v --verbose
-q --quiet
-d --dry-run
-y --yes
--download-only
--show-channel-urls
-f --file FILE
--environment-specifier --env-spec FORMAT
--format FORMAT
--solver {classic,libmamba,rattler}
--force-reinstall
--freeze-installed --no-update-deps
--update-deps
-S --satisfied-skip-solve
--update-all --all
--update-specs
-m --mkdir
--dev
--prune
"""
UNDOCUMENTED = """
--unknown
--channel-priority
--force
--shortcuts
--no-show-channel-urls
--debug
--trace
--force-pscheck
--subdir --platform SUBDIR
--experimental-solver {classic,libmamba,libmamba-draft}
"""
ROWS = [row.split() for row in (DOCUMENTED + UNDOCUMENTED).strip().splitlines() if row]


@pytest.mark.parametrize("row", ROWS, ids=" ".join)
def test_each_documented_option_is_in_the_table_with_its_spellings_and_its_value(row):
    flags = [word for word in row if word[0] == "-"]
    options = {CONDA.by_flag[flag] for flag in flags}
    assert len(options) == 1
    option = options.pop()
    assert option.takes_value == (row[-1][0] != "-")
    if row[-1][0] == "{":
        assert set(row[-1][1:-1].split(",")) <= set(option.choices)


def test_the_table_has_no_other_options():
    documented = {word for row in ROWS for word in row if word[0] == "-"}
    assert set(CONDA.by_flag) == documented


def test_rows_are_complete():
    for option in CONDA.options:
        assert option.help.endswith((".", ").")), option.flags
        assert bool(option.reason) == (option.effect is Effect.REFUSE), option.flags
        assert (option.reach is Reach.NOWHERE) == (option.effect is Effect.REFUSE), option.flags


def test_spellings_and_destinations_are_unique():
    flags = [flag for option in CONDA.options for flag in option.flags]
    dests = [option.dest for option in CONDA.options if not option.step]
    assert len(flags) == len(set(flags))
    assert len(dests) == len(set(dests))
    assert all(CONDA.by_dest(dest) for pair in CONDA.exclusive for dest in pair)


@pytest.mark.parametrize(
    ("words", "options"),
    [
        (
            "-c conda-forge -c ./x -c https://h/c",
            {"channel": ["conda-forge", "./x", "https://h/c"]},
        ),
        ("-cconda-forge/label/dev", {"channel": ["conda-forge/label/dev"]}),
        ("--channel=file:///srv/c", {"channel": ["file:///srv/c"]}),
        (r"-c C:\channel", {"channel": [r"C:\channel"]}),
        ("-c x --override-c", {"channel": ["x"], "override_channels": True}),
        ("--strict", {"strict_channel_priority": True}),
        ("-c=x -yc=y -ycz", {"channel": ["x", "y", "z"], "yes": True}),
        ("--no-update", {"freeze_installed": True}),
        ("--offline -C", {"offline": True, "use_index_cache": True}),
        ("--exclude-newer 3d12h", {"exclude_newer": "3d12h"}),
        ("--exclude-newer 2026-04-01T12:00:00Z", {"exclude_newer": "2026-04-01T12:00:00Z"}),
        ("-yvvq", {"yes": True, "verbosity": 1}),
    ],
)
def test_options_mean_what_conda_takes_them_for(words, options):
    assert validate_text("conda", f"six {words}").options == options


@pytest.mark.parametrize(
    ("words", "word", "message"),
    [
        ("--chanel x", "--chanel", "conda install has no option --chanel; did you mean --channel?"),
        ("--index-url x", "--index-url", "conda install has no option --index-url"),
        ("--update", "--update", "it could be --update-all, --update-deps, --update-specs"),
        ("--pre", "--pre", "--pre, short for --prefix, is not allowed in an onion comment"),
        ("-c", "-c", "-c needs a value: -c CHANNEL"),
        ("-c -y", "-c", "-c needs a value, but -y follows"),
        ("-c ''", "''", "the value of -c is empty"),
        ("-c ftp://h/c", "ftp://h/c", "-c takes a channel's name, URL"),
        ("-c 'a b'", "'a b'", "-c takes a channel's name, URL"),
        ("-c a//b", "a//b", "-c takes a channel's name, URL"),
        ("-c=", "-c=", "the value of -c is empty"),
        ("-c==x", "-c==x", "-c takes a channel's name, URL"),
        ("-v=1", "-v=1", "conda install has no option -="),
        ("-c local", "local", "-c takes the folder of packages that were built here, not 'local'"),
        ("-c nodefaults", "nodefaults", "--override-channels leaves out those of .condarc"),
        ("--exclude-newer soon", "soon", "--exclude-newer takes a date such as"),
        ("--exclude-newer 2026-13-01", "2026-13-01", "--exclude-newer takes a date such as"),
        ("--solver pip", "pip", "--solver takes one of classic, libmamba"),
        ("--no-deps=1", "--no-deps=1", "--no-deps takes no value"),
        ("--strict --no-channel-priority", "--no-channel-priority", "combined with --strict"),
        ("--update-deps --freeze-installed", "--freeze-installed", "combined with --update-deps"),
        ("-S --update-specs", "--update-specs", "combined with -S"),
        ("-O", "-O", "-O leaves no channel to search: name one with -c"),
        ("-y --override-c", "--override-c", "leaves no channel to search: name one with -c"),
        ("1.16", "1.16", "1.16 would be a second; did you mean NAME==1.16?"),
        ("numpy", "numpy", "about one package; numpy would be a second"),
        (
            "python=3.12",
            "python=3.12",
            "would be a second; the Python that runs is used, and no other",
        ),
        ("@ https://h/x", "@", "about one package; @ would be a second"),
    ],
)
def test_what_conda_does_not_take_is_an_error_at_the_word(words, word, message):
    with pytest.raises(OnionArgumentError) as caught:
        validate_text("conda", f"six {words}")
    error = caught.value
    assert message in str(error)
    assert error.text[error.span.start : error.span.end] == word


@pytest.mark.parametrize("installer", ["pip", "uv", "conda"])
def test_the_word_of_the_command_is_left_out(installer):
    with pytest.raises(OnionArgumentError, match="six would be a second; leave the word install"):
        validate_text(installer, "install six")


@pytest.mark.parametrize("args", ["six -O -c x", "-c x --override-channels six", "x::six -O"])
def test_channels_may_be_overridden_by_those_that_are_named(args):
    assert validate_text("conda", args).options["override_channels"] is True


@pytest.mark.parametrize(
    ("args", "spec"),
    [
        ("numpy=1.26 -c x", "numpy=1.26"),
        ("'numpy 1.26'", "numpy 1.26"),
        ("-y numpy >=1.20, <2 -c x", "numpy >=1.20, <2"),
        ("numpy>= 1.20", "numpy>= 1.20"),
        ("numpy[version='>=1.2',build=py*]", "numpy[version='>=1.2',build=py*]"),
        ("\"numpy[version='>=1.2, <2']\" -q", "numpy[version='>=1.2, <2']"),
        ('numpy=="1.26"', "numpy==1.26"),
        ("-- numpy", "numpy"),
    ],
)
def test_a_requirement_may_be_quoted_and_have_spaces_around_operators(args, spec):
    onion = validate_text("conda", args)
    assert onion.requirement.text == spec
    assert onion.installer_kwargs == {"editable": False, "spec": spec, **onion.options}


def test_a_requirement_says_what_those_of_other_installers_say():
    requirement = validate_text("conda", "conda-forge::NumPy=1.26").requirement
    assert (requirement.name, requirement.specifier) == ("numpy", "==1.26.*")
    assert requirement.pinned("1.26.4") == "conda-forge::numpy==1.26.4"
    assert requirement.match_spec.channel == "conda-forge"


def test_a_requirement_of_another_installer_has_no_match_specification():
    assert validate_text("pip", "numpy==1.26").requirement.match_spec is None
