"""A package index whose large files and builds wait until a test lets them go on."""

from __future__ import annotations

import io
import os
import tarfile
import threading

import pytest

BACKEND = """
import os, time, zipfile
def build_wheel(folder, settings=None, metadata=None):
    while not os.path.exists({go!r}):
        time.sleep(0.05)
    name = "dvbuilt-1.0-py3-none-any.whl"
    info = "dvbuilt-1.0.dist-info"
    with zipfile.ZipFile(os.path.join(folder, name), "w") as wheel:
        wheel.writestr("dvbuilt.py", "")
        wheel.writestr(info + "/METADATA", "Metadata-Version: 2.1\\nName: dvbuilt\\nVersion: 1.0\\n")
        wheel.writestr(info + "/WHEEL", "Wheel-Version: 1.0\\nGenerator: t\\n"
                       "Root-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(info + "/RECORD", "dvbuilt.py,,\\n" + info + "/METADATA,,\\n"
                       + info + "/WHEEL,,\\n" + info + "/RECORD,,\\n")
    return name
"""
PYPROJECT = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'


@pytest.fixture
def slow_index(package_index, tmp_path):
    """An index that keeps back the second half of wheels until the event `more` is set."""
    package_index.more = threading.Event()
    handler = package_index.server.RequestHandlerClass

    class Stream:
        def __init__(self, stream):
            self.stream = stream

        def write(self, data):
            if len(data) > 1_000_000:
                self.stream.write(data[:1_000_000])
                self.stream.flush()
                package_index.more.wait()
                data = data[1_000_000:]
            return self.stream.write(data)

        def __getattr__(self, name):
            return getattr(self.stream, name)

    def setup(self, usual=handler.setup):
        usual(self)
        self.wfile = Stream(self.wfile)

    handler.setup = setup
    yield package_index
    package_index.more.set()


def add_large(index):
    """Put `dvlarge 1.0` into an index, with its metadata apart (PEP 658): resolving needs no more."""
    path = index.add(
        "dvlarge", "1.0", files={"dvlarge.py": "", "dvlarge.bin": os.urandom(2_000_000)}
    )
    metadata = path.with_name(f"{path.name}.metadata")
    metadata.write_text("Metadata-Version: 2.1\nName: dvlarge\nVersion: 1.0\n")
    index.projects["dvlarge"][-1]["core-metadata"] = True


def add_source(index, go):
    """Put a source distribution into an index whose build waits for a file."""
    path = index.folder / "dvbuilt-1.0.tar.gz"
    files = {
        "pyproject.toml": PYPROJECT,
        "backend.py": BACKEND.format(go=str(go)),
        "PKG-INFO": "Metadata-Version: 2.1\nName: dvbuilt\nVersion: 1.0\n",
    }
    with tarfile.open(path, "w:gz") as archive:
        for name, text in files.items():
            member = tarfile.TarInfo(f"dvbuilt-1.0/{name}")
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    index.add_file("dvbuilt", path)
