"""Two distributions that bring the same module."""

import base64
import hashlib

import pytest

from davos.distributions import index
from davos.distributions.overwritten import overwriter


@pytest.fixture
def write(tmp_path):
    """Writes a distribution with one module; what was there before is overwritten."""

    def make(name, module, text):
        info = tmp_path / f"{name}-1.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Name: {name}\nVersion: 1\n")
        (tmp_path / module).parent.mkdir(exist_ok=True)
        (tmp_path / module).write_text(text)
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=")
        (info / "RECORD").write_text(f"{module},sha256={digest.decode()},{len(text)}\n")

    return make


def found(folder, name):
    index.clear_caches()
    everything = list(index.distributions([str(folder)]))
    one = index.find_distribution(name, [str(folder)])
    rival = overwriter(one, everything)
    return rival.name if rival else None


def test_the_later_one_has_the_files(write, tmp_path):
    write("jwt", "jwt/__init__.py", "a = 1")
    write("PyJWT", "jwt/__init__.py", "b = 2")
    assert found(tmp_path, "jwt") == "PyJWT"
    assert found(tmp_path, "PyJWT") is None


def test_a_file_changed_by_hand_is_nobody_elses(write, tmp_path):
    write("six", "six.py", "a = 1")
    write("other", "other.py", "")
    (tmp_path / "six.py").write_text("changed")
    assert found(tmp_path, "six") is None


def test_equal_files_and_namespace_packages_are_shared(write, tmp_path):
    mark = "__path__ = __import__('pkgutil').extend_path(__path__, __name__)"
    write("a", "ns/__init__.py", mark)
    write("b", "ns/__init__.py", f"{mark}  # other")
    write("c", "same/__init__.py", "x")
    write("d", "same/__init__.py", "x")
    assert [found(tmp_path, name) for name in "abcd"] == [None] * 4
