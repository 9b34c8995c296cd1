"""Every option of `pip install` from pip 21.0 to 26.3, general options included.

Checked against each of these pips' own parsers; `tests/onion/test_pip_table.py`
compares it with the pip of the test environment. Destinations are davos 0.2.3's
keys of `installer_kwargs`; repeatable options hold lists.
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
    seconds,
    upload_time,
    whole_number,
)
from davos.onion.options import row as _row
from davos.onion.requirement import PEP_508

__all__ = ["PIP"]

_ACT, _DAVOS = Effect.ACT, Effect.DAVOS
_LOCATION, _REFUSE = Effect.LOCATION, Effect.REFUSE
_KEEP, _DROP = Folding.KEEP, Folding.DROP
_NOWHERE, _PACKAGE, _PROCESS = Reach.NOWHERE, Reach.PACKAGE, Reach.PROCESS
_SOURCE, _CONNECTION, _LIMITS = Reach.SOURCE, Reach.CONNECTION, Reach.LIMITS
_INSTALLS, _WRITES, _REMOVES = Reach.INSTALLS, Reach.WRITES, Reach.REMOVES
_TRUSTS, _PROGRAM, _PATHS = Reach.TRUSTS, Reach.PROGRAM, Reach.PATHS

_OTHERS = "it installs other packages than the one that is smuggled"
_NOTHING = "it does not install the smuggled package"
_INFORMS = "it prints information and installs nothing"
_OWN_REPORT = "davos reads pip's report itself"
_OWN_PYTHON = "davos installs for the running interpreter; see davos.config.pip_executable"

# fmt: off
_WHAT = (
    _row("-e --editable", _PACKAGE, "Install a local project or VCS checkout in development mode.", metavar="PATH|URL", many=True, effect=_ACT),
    _row("-r --requirement", _NOWHERE, "Install everything a requirements file lists.", metavar="FILE", many=True, effect=_REFUSE, reason=_OTHERS),
    _row("--requirements-from-script", _NOWHERE, "Install what a script's inline metadata asks for.", metavar="FILE", many=True, effect=_REFUSE, reason=_OTHERS, first="26.0"),
    _row("--group", _NOWHERE, "Install a dependency group of a pyproject.toml.", metavar="[PATH:]GROUP", many=True, effect=_REFUSE, reason=_OTHERS, first="25.1"),
    _row("--only-deps --only-dependencies", _NOWHERE, "Install the dependencies, but not the package.", effect=_REFUSE, reason=_NOTHING, first="26.2"),
    _row("--dry-run", _NOWHERE, "Show what would be installed.", effect=_REFUSE, reason=_NOTHING, first="22.2"),
    _row("-h --help", _NOWHERE, "Show pip's help.", effect=_REFUSE, reason=_INFORMS),
    _row("-V --version", _NOWHERE, "Show pip's version.", effect=_REFUSE, reason=_INFORMS, last="26.2"),
    _row("--report", _NOWHERE, "Write a JSON report of the installation.", metavar="FILE", effect=_REFUSE, reason=_OWN_REPORT, first="22.2"),
    _row("--python", _NOWHERE, "Install for another interpreter.", metavar="PYTHON", effect=_REFUSE, reason=_OWN_PYTHON, first="22.3"),
    _row("-c --constraint", _LIMITS, "Keep to the versions in a constraints file (davos reads it).", metavar="FILE", convert=local_file, many=True, effect=_DAVOS),
    _row("--build-constraint", _LIMITS, "Keep to the versions in a constraints file while building (davos reads it).", metavar="FILE", convert=local_file, many=True, effect=_DAVOS, first="25.3"),
    _row("--no-deps --no-dependencies", _PACKAGE, "Leave the dependencies out.", folding=_KEEP),
    _row("--pre", _PACKAGE, "Accept pre-releases and development versions.", folding=_KEEP),
    _row("--all-releases", _PACKAGE, "Accept pre-releases of these packages.", metavar="NAMES", many=True, first="26.0"),
    _row("--only-final", _PACKAGE, "Accept only final releases of these packages.", metavar="NAMES", many=True, first="26.0"),
    _row("--uploaded-prior-to", _PACKAGE, "Ignore files uploaded after a date or within some days.", metavar="DATE|PnD", convert=upload_time, first="26.0"),
    _row("--hash", _PACKAGE, "Accept only a file with one of these digests (davos writes pip a requirements file).", metavar="ALG:HEX", convert=file_hash, many=True, effect=_DAVOS),
    _row("--require-hashes", _PACKAGE, "Insist on a digest for every requirement."),
    _row("--no-require-hashes", _PACKAGE, "Check digests only where there are any.", first="26.2"),
)

_WHETHER = (
    _row("-U --upgrade", _PACKAGE, "Install the newest version that fits.", effect=_ACT, folding=_DROP),
    _row("--upgrade-strategy", _PACKAGE, "Which dependencies --upgrade touches.", metavar="STRATEGY", choices=("only-if-needed", "eager"), folding=_DROP),
    _row("--force-reinstall", _PACKAGE, "Install again, even if it is up to date.", effect=_ACT),
    _row("-I --ignore-installed", _PACKAGE, "Install without looking at what is there.", effect=_ACT),
    _row("--ignore-requires-python", _PACKAGE, "Install even if the package does not support this Python."),
    _row("--break-system-packages", _PROCESS, "Change an environment that the system manages.", first="23.0.1"),
)

_WHERE = (
    _row("-t --target", _INSTALLS, "Install into a folder.", metavar="DIR", effect=_LOCATION),
    _row("--user", _INSTALLS, "Install into the user's site-packages.", effect=_LOCATION, folding=_DROP),
    _row("--no-user", _PROCESS, "Do not install into the user's site-packages."),
    _row("--root", _INSTALLS, "Install below another root folder.", metavar="DIR", effect=_LOCATION),
    _row("--prefix", _INSTALLS, "Install into a prefix.", metavar="DIR", effect=_LOCATION),
    _row("--src --source --source-dir --source-directory", _WRITES, "Where editable VCS projects are checked out.", metavar="DIR", effect=_ACT),
    _row("-b --build --build-dir --build-directory", _WRITES, "Where packages are unpacked and built.", metavar="DIR", last="21.2"),
    _row("--platform", _PACKAGE, "Only wheels for a platform.", metavar="PLATFORM", many=True),
    _row("--python-version", _PACKAGE, "Only files for a Python version.", metavar="VERSION", convert=python_version),
    _row("--implementation", _PACKAGE, "Only wheels for a Python implementation.", metavar="NAME"),
    _row("--abi", _PACKAGE, "Only wheels for an ABI.", metavar="ABI", many=True),
)

_BUILD = (
    _row("--no-build-isolation", _PROCESS, "Build with what is already installed."),
    _row("--use-pep517", _PROCESS, "Build through the project's build back end."),
    _row("--no-use-pep517", _PROCESS, "Build through setup.py.", last="25.2"),
    _row("--check-build-dependencies", _PROCESS, "Check what the build needs.", first="22.2"),
    _row("-C --config-settings", _PATHS, "A setting for the build back end.", metavar="KEY=VALUE", convert=key_value, many=True, dash=True, first="22.1"),
    _row("--install-option", _INSTALLS, "An option for setup.py install.", metavar="OPTIONS", many=True, dash=True, last="23.0.1"),
    _row("--global-option", _PATHS, "An option for setup.py, before its command.", metavar="OPTIONS", many=True, dash=True, last="25.2"),
    _row("--compile", _PROCESS, "Compile Python files to bytecode."),
    _row("--no-compile", _PROCESS, "Do not compile Python files to bytecode."),
    _row("--no-binary", _PACKAGE, "Build these packages from source.", metavar="NAMES", many=True, folding=_KEEP),
    _row("--only-binary", _PACKAGE, "Use only wheels for these packages.", metavar="NAMES", many=True, folding=_KEEP),
    _row("--prefer-binary", _PACKAGE, "Prefer an older wheel to a newer source archive.", folding=_KEEP),
    _row("--no-clean", _PROCESS, "Keep the build folders."),
)

_INDEX = (
    _row("-i --index-url --pypi-url", _SOURCE, "The package index to use.", metavar="URL", dest="index_url", folding=_KEEP),
    _row("--extra-index-url", _SOURCE, "A further package index.", metavar="URL", many=True, folding=_KEEP),
    _row("--no-index", _SOURCE, "Ask no package index."),
    _row("-f --find-links", _SOURCE, "A folder or page with packages.", metavar="PATH|URL", many=True, folding=_KEEP),
    _row("--trusted-host", _CONNECTION, "Do not check this host's certificate.", metavar="HOST", many=True),
    _row("--proxy", _CONNECTION, "A proxy for all connections.", metavar="URL"),
    _row("--no-proxy-env", _PROCESS, "Ignore the proxies that the environment names.", first="26.2"),
    _row("--retries", _PROCESS, "How often a connection is tried again.", metavar="N", convert=whole_number),
    _row("--resume-retries", _PROCESS, "How often an incomplete download is resumed.", metavar="N", convert=whole_number, first="25.1"),
    _row("--timeout --default-timeout", _PROCESS, "Seconds until a connection is given up.", metavar="SECONDS", convert=seconds),
    _row("--cert", _TRUSTS, "A file with trusted certificates.", metavar="FILE"),
    _row("--client-cert", _TRUSTS, "A file with the client's certificate.", metavar="FILE"),
    _row("--keyring-provider", _PROGRAM, "Where passwords are looked up.", metavar="PROVIDER", choices=("auto", "disabled", "import", "subprocess"), first="23.1"),
    _row("--cache-dir", _WRITES, "The folder for pip's cache.", metavar="DIR"),
    _row("--no-cache-dir", _PROCESS, "Use no cache.", folding=_DROP),
    _row("--refresh-package", _PACKAGE, "Ask the index again about these packages.", metavar="NAMES", many=True, first="26.2"),
)

_GENERAL = (
    _row("-v --verbose", _PROCESS, "More output; repeatable.", dest="verbosity", step=1, effect=_ACT, folding=_DROP),
    _row("-q --quiet", _PROCESS, "Less output; repeatable.", dest="verbosity", step=-1, effect=_ACT, folding=_DROP),
    _row("--no-input", _PROCESS, "Never ask.", effect=_ACT, folding=_DROP),
    _row("--exists-action", _REMOVES, "What to do with a checkout that is there: switch, ignore, wipe, back up, abort.", metavar="LETTER", choices=("s", "i", "w", "b", "a"), many=True),
    _row("--isolated", _PROCESS, "Ignore environment variables and user settings."),
    _row("--require-virtualenv --require-venv", _PROCESS, "Only install into a virtual environment."),
    _row("--debug", _PROCESS, "Let pip's own errors through with their traceback.", first="21.3"),
    _row("--log --log-file --local-log", _WRITES, "Append a full log to a file.", metavar="FILE"),
    _row("--progress-bar", _PROCESS, "How downloads are shown.", metavar="STYLE", choices=("auto", "on", "off", "raw", "ascii", "pretty", "emoji"), folding=_DROP),
    _row("--no-color", _PROCESS, "No colours."),
    _row("--no-warn-script-location", _PROCESS, "Do not warn about scripts outside PATH.", folding=_DROP),
    _row("--no-warn-conflicts", _PROCESS, "Do not warn about broken dependencies.", folding=_DROP),
    _row("--no-python-version-warning", _PROCESS, "Do not warn about an old Python."),
    _row("--disable-pip-version-check", _PROCESS, "Do not look for a newer pip.", folding=_DROP),
    _row("--root-user-action", _PROCESS, "Whether to warn when run as root.", metavar="ACTION", choices=("warn", "ignore"), first="22.1", folding=_DROP),
    _row("--use-feature", _PROCESS, "Switch a new feature on.", metavar="FEATURE", many=True, choices=(
        "2020-resolver", "build-constraint", "fast-deps", "in-tree-build", "inprocess-build-deps",
        "no-binary-enable-wheel-cache", "truststore", "venv-isolation")),
    _row("--use-deprecated", _PROCESS, "Switch an old feature back on.", metavar="FEATURE", many=True, choices=(
        "backtrack-on-build-failures", "html5lib", "legacy-certs", "legacy-resolver", "out-of-tree-build")),
)
# fmt: on

PIP = OptionTable(
    "pip",
    _WHAT + _WHETHER + _WHERE + _BUILD + _INDEX + _GENERAL,
    PEP_508,
    exclusive=(
        ("user", "no_user"),
        ("user", "target"),
        ("user", "prefix"),
        ("target", "prefix"),
        ("compile", "no_compile"),
        ("use_pep517", "no_use_pep517"),
        ("cache_dir", "no_cache_dir"),
        ("require_hashes", "no_require_hashes"),
    ),
)
"""pip's options; the exclusive pairs are those that pip refuses or that contradict each other."""
