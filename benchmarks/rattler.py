"""What davos is compared with for conda: `python -I rattler.py REQUEST`, and nothing of davos.

py-rattler reads the channel, solves, fetches, and links into an empty prefix; the sha256 of each
package is compared with that of the channel, which py-rattler does for no file of this machine.
REQUEST is JSON: `channel` (a `file:` URL), `specs`, `prefix`, `cache`.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import platform
import sys
import urllib.parse
from pathlib import Path
from typing import Any


async def _install(request: dict[str, Any]) -> int:
    """Install the packages; how many there are."""
    import rattler

    cache, version = Path(request["cache"]), platform.python_version()
    python = rattler.PackageRecord(
        "python", version, rattler.BuildString("0_cpython"), 0, "noarch", depends=[]
    )
    url = "https://davos.invalid/python.conda"  # RFC 2606: no host has this name
    there = rattler.RepoDataRecord(python, f"python-{version}-0_cpython.conda", url, url)
    solved = await rattler.solve(
        sources=[rattler.Channel(request["channel"])],
        specs=[rattler.MatchSpec(text) for text in request["specs"]],
        gateway=rattler.Gateway(cache_dir=cache / "repodata"),
        platforms=[rattler.Subdir.current(), rattler.Subdir("noarch")],
        pinned_packages=[there],
        virtual_packages=rattler.VirtualPackage.detect(),
    )
    records = [one for one in solved if one.url != url]
    await asyncio.gather(*(asyncio.to_thread(_check, one) for one in records))
    prefix = Path(request["prefix"])
    (prefix / "conda-meta").mkdir(parents=True)
    known = rattler.PrefixRecord(there, rattler.PrefixPaths())
    known.write_to_path(prefix / "conda-meta" / "python.json", False)
    await rattler.install(
        [*records, known],
        target_prefix=prefix,
        cache_dir=cache / "packages",
        installed_packages=[known],
        execute_link_scripts=False,
        show_progress=False,
    )
    return len(records)


def _check(record: Any) -> None:
    """Compare the digest of a file of this machine with that of the index."""
    path = urllib.parse.unquote(urllib.parse.urlsplit(record.url).path)
    if hashlib.sha256(Path(path).read_bytes()).digest() != record.sha256:
        raise ValueError(f"{record.file_name} is not the file that its channel names")


def main() -> None:
    """Do what the request says and print how many packages were linked."""
    print(asyncio.run(_install(json.loads(sys.argv[1]))), flush=True)
    os._exit(0)  # py-rattler may crash when an interpreter ends


if __name__ == "__main__":
    main()
