"""`davos add`: put pinned smuggle statements for packages into a notebook or script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Sequence

from packaging.utils import canonicalize_name

from davos.cli.arguments import Parser
from davos.cli.lock_wishes import wishes_of
from davos.cli.package_edits import EditedDocument, check_arguments, edit
from davos.configuration import BACKENDS
from davos.convert.add_package import Package, add_package
from davos.distributions.import_names import comes_with_kernel
from davos.distributions.modules_of import likely_module, module_of
from davos.exceptions import DavosError, OnionParserError
from davos.onion.validator import validate_text
from davos.resolution.added_packages import Resolved, modules_in_wheel, resolve_added

if TYPE_CHECKING:
    import argparse

    from davos.onion.comment import Onion

__all__ = ["command_parser", "main"]


def main(arguments: Sequence[str]) -> int:
    """Add packages; 0 done, 1 not resolved (or `--diff` found a change), 2 wrong use."""
    parser = command_parser()
    options = parser.parse_args(arguments)
    check_arguments(options.path, options.packages, parser)
    if options.module and len(options.packages) > 1:
        parser.error("--module is for one package")
    onions = [_onion(text, options, parser) for text in options.packages]
    return edit(options.path, options.resolver, lambda document: _add(document, onions, options))


def command_parser() -> Parser:
    """The parser of the command line."""
    parser = Parser(
        prog="davos add",
        description="Resolve packages, together with all that a notebook or script asks for, and "
        "put smuggle statements for them into it, pinned to the versions found. Nothing is "
        "installed. A package that is there already gets the new version.",
        epilog="PACKAGE is what an onion comment may hold: 'pandas<3', 'uvicorn[standard]', "
        "'pkg @ git+https://...', or with options 'torch --index-url URL'.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("path", metavar="PATH", help="a notebook or script")
    add("packages", nargs="+", metavar="PACKAGE", help="a package, with a version or without")
    add("--module", metavar="NAME", help="what to import of the package")
    add("--raw", action="store_true", help="write PACKAGE as it is, without resolving it")
    add("--diff", action="store_true", help="only show what would change; exit 1 if anything does")
    group = parser.add_argument_group("versions")
    group.add_argument("--index-url", metavar="URL", help="the index of the packages")
    group.add_argument("--extra-index-url", metavar="URL", help="one more index")
    group.add_argument("--pre", action="store_true", help="pre-releases, too")
    group.add_argument(
        "--resolver",
        choices=BACKENDS,
        help="what resolves: uv, for all platforms, or pip, for this one [uv if it is there]",
    )
    return parser


def _onion(text: str, options: argparse.Namespace, parser: argparse.ArgumentParser) -> Onion:
    """What an argument and the options ask for, as an onion comment says it."""
    words = [text]
    words += ["--index-url", options.index_url] if options.index_url else []
    words += ["--extra-index-url", options.extra_index_url] if options.extra_index_url else []
    words += ["--pre"] if options.pre else []
    try:
        return validate_text("pip", " ".join(words))
    except OnionParserError as error:
        parser.error(f"{text!r}: {error.msg}")


def _add(document: EditedDocument, onions: Sequence[Onion], options: argparse.Namespace) -> int:
    data, notes = document.data, []
    for onion, resolved in zip(onions, _resolved(document, onions, options)):
        package = _package(onion, resolved, options)
        added = add_package(data, document.path, package)
        data = added.data
        notes += added.notes
    if options.diff:
        return document.show(data)
    lock = document.lock
    if lock is not None:
        lock = document.relocked(data)
    document.write(data, notes, lock)
    return 0


def _resolved(
    document: EditedDocument, onions: Sequence[Onion], options: argparse.Namespace
) -> list[Resolved]:
    """The versions found; what is editable, and with --raw everything, stays as it is written."""
    wishes = wishes_of(document.document, document.lock)
    pinned = [one for one in onions if not (options.raw or one.requirement.editable)]
    found = (
        iter(resolve_added(document.document, pinned, wishes, document.resolve))
        if pinned
        else iter(())
    )
    return [next(found) if one in pinned else _as_written(one) for one in onions]


def _as_written(onion: Onion) -> Resolved:
    name = onion.requirement.name
    if name is None:
        message = f"write {onion.requirement.shown} with its name: `NAME @ URL`"
        raise DavosError(message)
    return Resolved(name, None, onion.requirement.text)


def _package(onion: Onion, resolved: Resolved, options: argparse.Namespace) -> Package:
    """What is written for a package. Raises `DavosError` for what cannot be smuggled."""
    module = options.module or _module(onion, resolved)
    if not all(part.isidentifier() for part in module.split(".")):
        message = f"{module!r} is not the name of a module; --module says what to import"
        raise DavosError(message)
    if comes_with_kernel(module):
        message = f"{module} comes with Python or the kernel: import it"
        raise DavosError(message)
    requirement = ("-e " if onion.requirement.editable else "") + resolved.text
    words = [f'"{word}"' if " " in word else word for word in onion.passed]
    hashes = [f"--hash={one}" for one in onion.options.get("hash", ())]
    return Package(resolved.name, module, requirement, " ".join([*words, *hashes]))


def _module(onion: Onion, resolved: Resolved) -> str:
    """What to import: as davos knows it, else as the package's files say, else as it is called."""
    known = module_of(resolved.name)
    if known is not None:
        return known
    found = likely_module(resolved.name, modules_in_wheel(resolved, onion))
    return found or canonicalize_name(resolved.name).replace("-", "_")
