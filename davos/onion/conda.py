"""Every option of `conda install` of conda 4.6 to 26.9, as its documentation lists them.

There is no conda to compare with: `tests/onion/test_conda_table.py` holds the documented options.
Nothing is passed on to a program: davos does what an option says, or it has no effect and its
help says why. Destinations are the names of the long options; repeatable options hold lists.
"""

# ruff: noqa: E501 - one option, one row

from __future__ import annotations

import re
from datetime import datetime

from davos.onion.conda_requirement import MATCH_SPEC
from davos.onion.options import Effect, Folding, OptionTable, Reach
from davos.onion.options import row as _row

__all__ = ["CONDA"]

_ACT, _NONE, _REFUSE = Effect.ACT, Effect.NONE, Effect.REFUSE
_KEEP, _DROP = Folding.KEEP, Folding.DROP
_NOWHERE, _PACKAGE, _PROCESS, _SOURCE = Reach.NOWHERE, Reach.PACKAGE, Reach.PROCESS, Reach.SOURCE

_OTHERS = "it installs other packages than the one that is smuggled"
_NOTHING = "it does not install the smuggled package"
_ELSEWHERE = "davos installs into the project, or into the running environment"
_PROTECTION = "only the owner of an environment lifts its protection"
_CERTIFICATES = "certificates are always checked; ssl_verify in your own .condarc names others"
_OWN_PLATFORM = "davos installs for the running interpreter"
_LOCAL = "name the folder of the packages: -c FOLDER"
_REMOVES = "it removes other packages"
_OVERWRITES = "no package may overwrite another's files"
_SHORTCUTS = "davos adds nothing to the menus of the desktop"

_CHANNEL_NAME = re.compile(r"[A-Za-z0-9_][\w.-]*(?:/[A-Za-z0-9_][\w.-]*)*", re.ASCII)
_CHANNEL_PLACE = re.compile(
    r"(?:https?|file)://\S+|(?:~|\.{1,2})?/.*|\.{1,2}|~|[A-Za-z]:[\\/].*", re.IGNORECASE
)
# names that conda or its files take for something else than a channel
_OTHERWISE = {
    "local": "the folder of packages that were built here",
    "nodefaults": "channels (--override-channels leaves out those of .condarc)",
}
# compiled with the first --exclude-newer
_DURATION = r"(?a:0|(?:\d{1,4}[wdhm])+)"
_TIME = r"(?a:\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)?)?)"


def _channel(text: str) -> str:
    """A channel's name (`conda-forge`, `conda-forge/label/dev`), URL or folder."""
    if text in _OTHERWISE:
        raise ValueError(_OTHERWISE[text])
    if not (_CHANNEL_NAME.fullmatch(text) or _CHANNEL_PLACE.fullmatch(text)):
        raise ValueError("a channel's name, URL (https, http, file) or folder (./x)")
    return text


def _cutoff(text: str) -> str:
    """A date of ISO 8601, with or without a time, or how long ago: `7d`, `3d12h`, `0`."""
    try:
        valid = (
            bool(datetime.fromisoformat(text.replace("Z", "+00:00")))
            if re.fullmatch(_TIME, text)
            else False
        )
    except ValueError:
        valid = False
    if not valid and not re.fullmatch(_DURATION, text):
        raise ValueError("a date such as 2026-04-01, or how long ago, such as 7d or 3d12h")
    return text


# fmt: off
_WHERE = (
    _row("-n --name", _NOWHERE, "Install into a named environment.", metavar="ENVIRONMENT", effect=_REFUSE, reason=_ELSEWHERE),
    _row("-p --prefix", _NOWHERE, "Install into the environment of a folder.", metavar="PATH", effect=_REFUSE, reason=_ELSEWHERE),
    _row("--override-frozen", _NOWHERE, "Change an environment that is protected.", effect=_REFUSE, reason=_PROTECTION),
    _row("-m --mkdir", _PROCESS, "Make the environment's folder if it is missing (davos makes a project's).", effect=_NONE, folding=_DROP),
    _row("--subdir --platform", _NOWHERE, "Install packages for another platform.", metavar="SUBDIR", effect=_REFUSE, reason=_OWN_PLATFORM),
)

_WHAT = (
    _row("-f --file", _NOWHERE, "Install what a file lists.", metavar="FILE", many=True, effect=_REFUSE, reason=_OTHERS),
    _row("--format", _NOWHERE, "The format of that file.", metavar="FORMAT", effect=_REFUSE, reason=_OTHERS),
    _row("--environment-specifier --env-spec", _NOWHERE, "The format of that file.", metavar="FORMAT", effect=_REFUSE, reason=_OTHERS),
    _row("--revision", _NOWHERE, "Go back to an earlier state of an environment.", metavar="REVISION", effect=_REFUSE, reason=_OTHERS),
    _row("--update-all --all", _NOWHERE, "Update all that is installed.", effect=_REFUSE, reason=_OTHERS),
    _row("--prune", _NOWHERE, "Remove dependencies that nothing needs any more.", effect=_REFUSE, reason=_REMOVES),
    _row("--only-deps", _NOWHERE, "Install the dependencies, but not the package.", effect=_REFUSE, reason=_NOTHING),
    _row("-d --dry-run", _NOWHERE, "Show what would be installed.", effect=_REFUSE, reason=_NOTHING),
    _row("--download-only", _NOWHERE, "Download the packages only.", effect=_REFUSE, reason=_NOTHING),
    _row("-h --help", _NOWHERE, "Show conda's help.", effect=_REFUSE, reason=_NOTHING),
)

_CHANNELS = (
    _row("-c --channel", _SOURCE, "Search this channel before those of .condarc: a name, URL or folder.", metavar="CHANNEL", convert=_channel, many=True, effect=_ACT, folding=_KEEP),
    _row("-O --override-channels", _SOURCE, "Search the channels of -c only, and not those of .condarc.", effect=_ACT, folding=_KEEP),
    _row("--use-local", _NOWHERE, "Search the packages that conda-build made.", effect=_REFUSE, reason=_LOCAL),
    _row("--repodata-fn", _SOURCE, "A smaller index to read first (davos reads repodata.json at once).", metavar="FILE", dest="repodata_fn", many=True, effect=_NONE, folding=_DROP),
    _row("--repodata-use-zst", _PROCESS, "Fetch the compressed index (davos does where there is one).", effect=_NONE, folding=_DROP),
    _row("--no-repodata-use-zst", _PROCESS, "Do not fetch the compressed index (both hold the same).", effect=_NONE, folding=_DROP),
    _row("--repodata-use-shards", _PROCESS, "Fetch the index in parts (davos does where it can).", effect=_NONE, folding=_DROP),
    _row("--no-repodata-use-shards", _PROCESS, "Do not fetch the index in parts (both hold the same).", effect=_NONE, folding=_DROP),
    _row("--experimental", _PROCESS, "Switch a feature on that conda had for a time.", metavar="FEATURE", many=True, choices=("jlap", "lock"), effect=_NONE, folding=_DROP),
    _row("--no-lock", _PROCESS, "Read conda's cache without a lock (davos has a cache of its own).", effect=_NONE, folding=_DROP),
    _row("--unknown", _PROCESS, "Search conda's cache for packages of other channels (davos has a cache of its own).", effect=_NONE, folding=_DROP),
    _row("--strict-channel-priority", _SOURCE, "Take a package from the first channel that has it, in any version.", effect=_ACT, folding=_KEEP),
    _row("--no-channel-priority", _SOURCE, "Take the newest version, whichever channel has it.", effect=_ACT, folding=_KEEP),
    _row("--channel-priority", _PROCESS, "Prefer the first channel (conda's rule for years).", effect=_NONE),  # of micromamba, it takes a value
)

_SOLVING = (
    _row("--no-deps", _PACKAGE, "Leave the dependencies out.", effect=_ACT, folding=_KEEP),
    _row("--no-pin", _PACKAGE, "Ignore pinned_packages of .condarc, and an environment's file of pins.", effect=_ACT, folding=_KEEP),
    _row("--exclude-newer", _PACKAGE, "Ignore packages published after a date or within some days.", metavar="DATE|DURATION", convert=_cutoff, effect=_ACT, folding=_KEEP),
    _row("--solver --experimental-solver", _PROCESS, "Which solver conda uses (davos uses rattler's).", metavar="SOLVER", dest="solver", choices=("classic", "libmamba", "libmamba-draft", "rattler"), effect=_NONE, folding=_DROP),
    _row("--freeze-installed --no-update-deps", _PACKAGE, "Leave the dependencies as they are that are installed.", effect=_ACT, folding=_DROP),
    _row("--update-deps", _PACKAGE, "Update the dependencies, too.", effect=_ACT, folding=_DROP),
    _row("-S --satisfied-skip-solve", _PROCESS, "Do nothing if the package is there and fits (davos does nothing then).", effect=_NONE, folding=_DROP),
    _row("--update-specs", _PACKAGE, "Install the newest version that fits.", effect=_ACT, folding=_DROP),
)

_INSTALLING = (
    _row("--force-reinstall --force", _PACKAGE, "Install again, even if it is up to date.", effect=_ACT),
    _row("--copy", _PROCESS, "Copy files, and do not link them (the files of a project are links to the cache of davos).", effect=_NONE, folding=_DROP),
    _row("--clobber", _NOWHERE, "Overwrite the files of other packages.", effect=_REFUSE, reason=_OVERWRITES),
    _row("--no-shortcuts", _PROCESS, "Add nothing to the menus of the desktop (davos never does).", effect=_NONE, folding=_DROP),
    _row("--shortcuts", _NOWHERE, "Add entries to the menus of the desktop.", effect=_REFUSE, reason=_SHORTCUTS),
    _row("--shortcuts-only", _NOWHERE, "Add this package's entries to the menus of the desktop.", metavar="PACKAGE", many=True, effect=_REFUSE, reason=_SHORTCUTS),
)

_NETWORK = (
    _row("-C --use-index-cache", _PROCESS, "Read the index from the cache, even if it is out of date.", effect=_ACT, folding=_DROP),
    _row("-k --insecure", _NOWHERE, "Do not check the certificates of servers.", effect=_REFUSE, reason=_CERTIFICATES),
    _row("--offline", _PROCESS, "Connect to no host.", effect=_ACT),
)

_OUTPUT = (
    _row("-v --verbose", _PROCESS, "Print what is solved, fetched and linked.", dest="verbosity", step=1, effect=_ACT, folding=_DROP),
    _row("-q --quiet", _PROCESS, "Take a -v back.", dest="verbosity", step=-1, effect=_ACT, folding=_DROP),
    _row("--json", _PROCESS, "Report as JSON (davos reports itself).", effect=_NONE, folding=_DROP),
    _row("--console", _PROCESS, "How conda prints (davos prints itself).", metavar="BACKEND", effect=_NONE, folding=_DROP),
    _row("--debug", _PROCESS, "Print what conda does in detail (davos has -v).", effect=_NONE, folding=_DROP),
    _row("--trace", _PROCESS, "Print what conda does in every detail (davos has -v).", effect=_NONE, folding=_DROP),
    _row("-y --yes", _PROCESS, "Ask nothing (davos asks if davos.config.confirm_install says so).", effect=_NONE, folding=_DROP),
    _row("--show-channel-urls", _PROCESS, "Print where packages come from.", effect=_NONE, folding=_DROP),
    _row("--no-show-channel-urls", _PROCESS, "Do not print where packages come from.", effect=_NONE, folding=_DROP),
    _row("--dev", _PROCESS, "Have conda's own scripts run conda as a module (davos runs none of them).", effect=_NONE, folding=_DROP),
    _row("--force-pscheck", _PROCESS, "Install while programs of the environment run (of old versions for Windows).", effect=_NONE, folding=_DROP),
)
# fmt: on

CONDA = OptionTable(
    "conda",
    _WHERE + _WHAT + _CHANNELS + _SOLVING + _INSTALLING + _NETWORK + _OUTPUT,
    MATCH_SPEC,
    exclusive=(
        ("strict_channel_priority", "no_channel_priority"),
        ("channel_priority", "no_channel_priority"),
        ("freeze_installed", "update_deps"),
        ("freeze_installed", "update_specs"),
        ("update_deps", "update_specs"),
        ("satisfied_skip_solve", "freeze_installed"),
        ("satisfied_skip_solve", "update_deps"),
        ("satisfied_skip_solve", "update_specs"),
        ("repodata_use_zst", "no_repodata_use_zst"),
        ("repodata_use_shards", "no_repodata_use_shards"),
        ("show_channel_urls", "no_show_channel_urls"),
    ),
    needing=(("override_channels", "channel"),),
    equals=True,
)
"""conda's options; the exclusive pairs are those that conda refuses or that contradict each other."""
