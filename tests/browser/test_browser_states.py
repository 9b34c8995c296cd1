"""What a user sees while packages are installed, and what davos shows of itself.

With DAVOS_SCREENSHOTS, the path of a folder, each state is written there as a picture.
"""

from __future__ import annotations

import io
import os
import re
import tarfile
import threading
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.network,
    pytest.mark.parametrize("server", ["lab"], indirect=True),
    pytest.mark.parametrize("kernel_name", ["ipykernel7"], indirect=True),
]

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
def picture():
    """A function that writes a picture of a page's notebook, if they are asked for."""
    folder = os.environ.get("DAVOS_SCREENSHOTS")

    def write(page, name):
        if folder:
            page.page.locator(".jp-Notebook").first.screenshot(path=Path(folder) / f"{name}.png")

    return write


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


def test_each_state_is_seen(open_notebook, slow_index, picture, tmp_path):
    slow_index.add("dvlarge", "1.0", files={"dvlarge.py": "", "dvlarge.bin": os.urandom(2_000_000)})
    add_source(slow_index, tmp_path / "go")
    options = f"--index-url={slow_index.url} --no-cache-dir"
    page = open_notebook(
        "import davos; davos.config.pip_backend = 'pip'",
        f"smuggle dvlarge  # pip: dvlarge==1.0 {options}",
        f"smuggle dvbuilt  # pip: dvbuilt==1.0 {options}",
        "davos.project",
        "davos.config",
        "import cv2_missing",
    )
    page.start_all()
    page.wait_for_output(1, "downloading dvlarge 1.0: ")
    picture(page, "downloading")
    slow_index.more.set()
    page.wait_for_output(2, "no wheel of dvbuilt 1.0 for Python ")
    picture(page, "building")
    assert page.output(1).startswith("installed dvlarge 1.0 (project ")
    (tmp_path / "go").touch()
    page.wait_until_idle()
    assert page.output(2).startswith("installed dvbuilt 1.0 (project ")
    picture(page, "done")
    assert re.match(r"Project\(.*\): 2 packages, [\d.]+ MB, no lock\n+package", page.output(3))
    assert "Leave a line that says what was installed." in page.output(4)
    assert "No module named 'cv2_missing'" in page.output(5)
    assert "davos: `smuggle cv2_missing` would install it" in page.output(5)
    assert page.errors == []
