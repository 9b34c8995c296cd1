"""Every option of `uv pip install` of uv 0.9 to 0.13, general options included.

Compared with the installed uv's own help by `tests/onion/test_uv_table.py`. Destinations are
those of pip's table where an option means the same; repeatable options hold lists. uv also
accepts further spellings that its help does not show; those that pip has, too, are here.
"""

# ruff: noqa: E501 - one option, one row

from __future__ import annotations

from davos.onion.options import (
    Effect,
    Folding,
    OptionTable,
    Reach,
    file_hash,
    key_value,
    local_file,
    python_version,
    without_variables,
)
from davos.onion.options import row as _row
from davos.onion.requirement import PEP_508

__all__ = ["UV"]

_ACT, _DAVOS = Effect.ACT, Effect.DAVOS
_LOCATION, _REFUSE = Effect.LOCATION, Effect.REFUSE
_KEEP, _DROP = Folding.KEEP, Folding.DROP
_NOWHERE, _PACKAGE, _PROCESS = Reach.NOWHERE, Reach.PACKAGE, Reach.PROCESS
_SOURCE, _CONNECTION, _LIMITS = Reach.SOURCE, Reach.CONNECTION, Reach.LIMITS
_INSTALLS, _WRITES, _TRUSTS = Reach.INSTALLS, Reach.WRITES, Reach.TRUSTS
_PROGRAM, _PATHS = Reach.PROGRAM, Reach.PATHS

_OTHERS = "it installs other packages than the one that is smuggled"
_NOTHING = "it does not install the smuggled package"
_FILE = "the file decides what is installed in place of other packages"
_IN_BRACKETS = "extras stand behind the name: NAME[EXTRA]"
_OWN_REPORT = "davos reads what uv reports"
_OWN_PYTHON = "davos installs for the running interpreter"
_OWN_SETTINGS = "davos has uv read no configuration file"
_CHECKED = "the digests of an onion comment are always checked"

# fmt: off
_WHAT = (
    _row("-e --editable", _PACKAGE, "Install a local project in development mode.", metavar="PATH", many=True, effect=_ACT),
    _row("-r --requirements --requirement", _NOWHERE, "Install everything a requirements file lists.", metavar="FILE", many=True, effect=_REFUSE, reason=_OTHERS),
    _row("--group", _NOWHERE, "Install a dependency group.", metavar="GROUP", many=True, effect=_REFUSE, reason=_OTHERS),
    _row("--extra", _NOWHERE, "Include an extra of a requirements file.", metavar="EXTRA", many=True, effect=_REFUSE, reason=_IN_BRACKETS),
    _row("--all-extras", _NOWHERE, "Include all extras of a requirements file.", effect=_REFUSE, reason=_IN_BRACKETS),
    _row("--no-editable", _PACKAGE, "Install editable dependencies as others."),
    _row("--no-editable-package", _PACKAGE, "Install these editable packages as others.", metavar="NAME", many=True),
    _row("-c --constraints --constraint", _LIMITS, "Keep to the versions in a constraints file (davos reads it).", metavar="FILE", dest="constraint", convert=local_file, many=True, effect=_DAVOS),
    _row("-b --build-constraints --build-constraint", _LIMITS, "Keep to the versions in a constraints file while building (davos reads it).", metavar="FILE", dest="build_constraint", convert=local_file, many=True, effect=_DAVOS),
    _row("--overrides --override", _NOWHERE, "Take other requirements instead of those of the packages.", metavar="FILE", many=True, effect=_REFUSE, reason=_FILE),
    _row("--excludes --exclude", _NOWHERE, "Leave packages out.", metavar="FILE", many=True, effect=_REFUSE, reason=_FILE),
    _row("--no-deps", _PACKAGE, "Leave the dependencies out.", folding=_KEEP),
    _row("--hash", _PACKAGE, "Accept only a file with one of these digests (davos writes uv a requirements file).", metavar="ALG:HEX", convert=file_hash, many=True, effect=_DAVOS),
    _row("--require-hashes", _PACKAGE, "Insist on a digest for every requirement."),
    _row("--no-verify-hashes", _NOWHERE, "Check no digests.", effect=_REFUSE, reason=_CHECKED),
    _row("--require-build-hashes", _PACKAGE, "Insist on a digest for everything that a build needs."),
    _row("--dry-run", _NOWHERE, "Show what would be installed.", effect=_REFUSE, reason=_NOTHING),
    _row("--check", _NOWHERE, "Check whether the requirements are satisfied.", effect=_REFUSE, reason=_NOTHING),
    _row("-h --help", _NOWHERE, "Show uv's help.", effect=_REFUSE, reason=_NOTHING),
    _row("--output-format", _NOWHERE, "How uv reports what it did.", metavar="FORMAT", choices=("text", "json"), effect=_REFUSE, reason=_OWN_REPORT),
    _row("--exact", _NOWHERE, "Remove all other packages.", effect=_REFUSE, reason="it removes packages that are installed"),
    _row("--strict", _PROCESS, "Warn of broken dependencies."),
)

_WHERE = (
    _row("-t --target", _INSTALLS, "Install into a folder.", metavar="DIR", effect=_LOCATION),
    _row("--prefix", _INSTALLS, "Install into a prefix.", metavar="DIR", effect=_LOCATION),
    _row("--user", _NOWHERE, "Install into the user's site-packages.", effect=_REFUSE, reason="uv cannot install there"),
    _row("--system", _NOWHERE, "Install into the system's Python.", effect=_REFUSE, reason=_OWN_PYTHON),
    _row("--break-system-packages", _PROCESS, "Change an environment that the system manages."),
    _row("--no-break-system-packages", _PROCESS, "Leave an environment alone that the system manages."),
    _row("-p --python", _NOWHERE, "Install for another interpreter.", metavar="PYTHON", effect=_REFUSE, reason=_OWN_PYTHON),
    _row("--managed-python", _NOWHERE, "Use a Python of uv's own.", effect=_REFUSE, reason=_OWN_PYTHON),
    _row("--no-managed-python", _PROCESS, "Use no Python of uv's own."),
    _row("--no-python-downloads", _PROCESS, "Download no Python."),
    _row("--python-version", _PACKAGE, "Only versions for a Python version.", metavar="VERSION", convert=python_version),
    _row("--python-platform", _PACKAGE, "Only wheels for a platform.", metavar="PLATFORM"),
)

_BUILD = (
    _row("--no-build", _PACKAGE, "Build nothing from source.", folding=_KEEP),
    _row("--no-binary", _PACKAGE, "Build these packages from source.", metavar="NAMES", many=True, folding=_KEEP),
    _row("--only-binary", _PACKAGE, "Use only wheels for these packages.", metavar="NAMES", many=True, folding=_KEEP),
    _row("-C --config-setting --config-settings", _PATHS, "A setting for the build back end.", metavar="KEY=VALUE", convert=key_value, many=True, dash=True),
    _row("--config-settings-package", _PATHS, "A setting for the build back end of a package.", metavar="NAME:KEY=VALUE", convert=key_value, many=True, dash=True),
    _row("--no-build-isolation", _PROCESS, "Build with what is already installed."),
    _row("--no-build-isolation-package", _PROCESS, "Build these packages with what is already installed.", metavar="NAME", many=True),
    _row("--compile-bytecode --compile", _PROCESS, "Compile Python files to bytecode.", dest="compile"),
    _row("--no-sources", _PACKAGE, "Ignore the table tool.uv.sources of a local project."),
    _row("--no-sources-package", _PACKAGE, "Ignore it for these packages.", metavar="NAME", many=True),
)

_INDEX = (
    _row("--default-index", _SOURCE, "The package index to use.", metavar="URL", convert=without_variables, folding=_KEEP),
    _row("-i --index-url", _SOURCE, "The package index to use.", metavar="URL", convert=without_variables, folding=_KEEP),
    _row("--index", _SOURCE, "A further package index.", metavar="URL", convert=without_variables, many=True, folding=_KEEP),
    _row("--extra-index-url", _SOURCE, "A further package index.", metavar="URL", convert=without_variables, many=True, folding=_KEEP),
    _row("-f --find-links", _SOURCE, "A folder or page with packages.", metavar="PATH|URL", convert=without_variables, many=True, folding=_KEEP),
    _row("--no-index", _SOURCE, "Ask no package index."),
    _row("--index-strategy", _SOURCE, "Which of several indexes a package comes from.", metavar="STRATEGY", choices=("first-index", "unsafe-first-match", "unsafe-best-match"), folding=_KEEP),
    _row("--torch-backend", _SOURCE, "The index of PyTorch's builds for a processor.", metavar="BACKEND", folding=_KEEP),
    _row("--keyring-provider", _PROGRAM, "Where passwords are looked up.", metavar="PROVIDER", choices=("disabled", "subprocess")),
    _row("--allow-insecure-host --trusted-host", _CONNECTION, "Do not check this host's certificate.", metavar="HOST", dest="trusted_host", many=True),
    _row("--cert", _TRUSTS, "A file with trusted certificates.", metavar="FILE", first="0.13"),
    _row("--system-certs --native-tls", _CONNECTION, "Trust the certificates that the system trusts.", first="0.13"),
    _row("--offline", _PROCESS, "Connect to no host."),
    _row("--cache-dir", _WRITES, "The folder for uv's cache.", metavar="DIR"),
    _row("-n --no-cache --no-cache-dir", _PROCESS, "Use no cache.", folding=_DROP),
    _row("--refresh", _PACKAGE, "Ask the index again about all packages."),
    _row("--refresh-package", _PACKAGE, "Ask the index again about these packages.", metavar="NAME", many=True),
)

_VERSIONS = (
    _row("-U --upgrade", _PACKAGE, "Install the newest versions that fit, of dependencies, too.", effect=_ACT, folding=_DROP),
    _row("-P --upgrade-package", _PACKAGE, "Install the newest version of these packages.", metavar="NAME", many=True, folding=_DROP),
    _row("--upgrade-group", _NOWHERE, "Upgrade a dependency group.", metavar="GROUP", many=True, effect=_REFUSE, reason=_OTHERS),
    _row("--reinstall --force-reinstall", _PACKAGE, "Install again, even if it is up to date.", dest="force_reinstall", effect=_ACT),
    _row("--reinstall-package", _PACKAGE, "Install these packages again.", metavar="NAME", many=True),
    _row("--resolution", _PACKAGE, "Which versions are taken.", metavar="STRATEGY", choices=("highest", "lowest", "lowest-direct"), folding=_KEEP),
    _row("--prerelease", _PACKAGE, "When pre-releases are accepted.", metavar="STRATEGY", choices=("disallow", "allow", "if-necessary", "explicit", "if-necessary-or-explicit"), folding=_KEEP),
    _row("--pre", _PACKAGE, "Accept pre-releases.", folding=_KEEP),
    _row("--prerelease-package", _PACKAGE, "When pre-releases of a package are accepted.", metavar="NAME=STRATEGY", many=True, first="0.13"),
    _row("--fork-strategy", _PROCESS, "How versions for several platforms are chosen.", metavar="STRATEGY", choices=("fewest", "requires-python")),
    _row("--exclude-newer", _PACKAGE, "Ignore files uploaded after a date.", metavar="DATE", folding=_KEEP),
    _row("--exclude-newer-package", _PACKAGE, "Ignore a package's files uploaded after a date.", metavar="NAME=DATE", many=True, folding=_KEEP),
)

_GENERAL = (
    _row("-v --verbose", _PROCESS, "More output; repeatable.", dest="verbosity", step=1, effect=_DAVOS, folding=_DROP),
    _row("-q --quiet", _PROCESS, "Less output; repeatable.", dest="verbosity", step=-1, effect=_DAVOS, folding=_DROP),
    _row("--color", _PROCESS, "Whether uv's messages are coloured (they are not).", metavar="WHEN", choices=("auto", "always", "never"), effect=_DAVOS, folding=_DROP),
    _row("--no-progress", _PROCESS, "Show no progress.", effect=_DAVOS, folding=_DROP),
    _row("--link-mode", _PROCESS, "How files get from the cache into the environment.", metavar="MODE", choices=("clone", "copy", "hardlink")),
    _row("--no-config", _PROCESS, "Read no configuration files (davos has uv read none).", effect=_DAVOS, folding=_DROP),
    _row("--config-file", _NOWHERE, "Read a configuration file.", metavar="FILE", effect=_REFUSE, reason=_OWN_SETTINGS),
    _row("--directory", _NOWHERE, "Work in another folder.", metavar="DIR", effect=_REFUSE, reason="relative paths begin in the notebook's folder"),
    _row("--project", _NOWHERE, "Read the settings of a uv project.", metavar="DIR", effect=_REFUSE, reason=_OWN_SETTINGS),
)
# fmt: on

UV = OptionTable(
    "uv",
    _WHAT + _WHERE + _BUILD + _INDEX + _VERSIONS + _GENERAL,
    PEP_508,
    exclusive=(
        ("break_system_packages", "no_break_system_packages"),
        ("cache_dir", "no_cache"),
        ("default_index", "index_url"),
        ("pre", "prerelease"),
        ("target", "prefix"),
    ),
    abbreviated=False,
    equals=True,
)
"""uv's options; the exclusive pairs are those that uv refuses or that contradict each other."""
