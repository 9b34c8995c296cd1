"""Which distribution a module comes from: the table, what is installed, the folder."""

import importlib.machinery
import re

import pytest
from packaging.utils import canonicalize_name

from davos.distributions import import_names
from davos.distributions.known_names import KNOWN
from davos.distributions.standard_library import is_standard
from davos.distributions.standard_library_3_9 import STANDARD_LIBRARY_3_9
from davos.lint import Settings, check_document, read_document


def codes(text, filename="case.ipynb.py"):
    document = read_document(f"# %%\nimport davos\n# %%\n{text}\n".encode(), filename)
    return [one.code for one in check_document(document, Settings())]


@pytest.fixture
def installed(monkeypatch):
    def give(**tops):
        monkeypatch.setattr(import_names, "_installed", lambda: tops)

    return give


def test_rows_of_the_table_say_something():
    for module, names in KNOWN.items():
        assert names, module
        assert all(part.isidentifier() for part in module.split("."))
        assert [canonicalize_name(name) for name in names] != [canonicalize_name(module)]
        assert all(re.fullmatch(r"[A-Za-z0-9][\w.-]*", name) for name in names)
        assert not is_standard(module)
    assert {"sys", "os", "distutils", "_thread"} <= STANDARD_LIBRARY_3_9


def test_what_is_installed_counts_where_the_table_is_silent(installed):
    installed(strange=("odd-name",))
    assert codes("smuggle strange  # pip: odd.name==1") == []
    assert codes("smuggle strange  # pip: other==1") == ["DAV304"]
    assert codes("smuggle strange  # pip: strange==1") == []  # perhaps a newer one
    assert codes("smuggle unknown  # pip: other==1") == []


def test_one_more_distribution_in_a_namespace_is_no_surprise(installed):
    installed(google=("protobuf", "google-auth"))
    assert codes("smuggle google.cloud.vision  # pip: google-cloud-vision==3.7.0") == []


def test_what_is_installed_wins_over_the_table(installed):
    installed(cv2=("opencv-mobile",))
    assert codes("smuggle cv2  # pip: opencv-mobile==4") == []
    installed()
    assert codes("smuggle cv2  # pip: opencv-mobile==4") == ["DAV304"]


def test_a_module_beside_the_file_is_local(tmp_path):
    (tmp_path / "helpers.py").touch()
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "__init__.py").touch()
    (tmp_path / "data").mkdir()
    notebook = tmp_path / "case.py"
    notebook.touch()
    assert codes("smuggle helpers", str(notebook)) == ["DAV309"]
    assert codes("from package.sub smuggle x", str(notebook)) == ["DAV309"]
    assert codes("smuggle os\nimport helpers, package", str(notebook)) == []
    assert codes("smuggle data", str(notebook)) == ["DAV301"]
    assert codes("smuggle helpers  # pip: helpers", str(notebook)) == ["DAV301"]
    assert codes("smuggle helpers", str(tmp_path / "not_saved_yet.py")) == ["DAV301"]
    (tmp_path / "data" / "x.py").touch()
    (tmp_path / "new.py").touch()
    assert codes("smuggle data, new", str(notebook)) == ["DAV309", "DAV309"]


PLACES = [
    ("src/__init__.py", True),
    ("src/data/load.py", True),
    ("src/a/b/c/deep.py", True),
    ("src/data/fast.cpython-311-x86_64-linux-gnu.so", True),
    ("src.cpython-311-darwin.so", True),
    ("src.abi3.so", True),
    ("src.so", True),
    ("src.cp312-win_amd64.pyd", True),
    ("src.pyd", True),
    ("src.pyc", True),
    ("src/table.csv", False),
    ("src/2024/table.csv", False),
    ("src/not-a-package/script.py", False),
    ("src/.ipynb_checkpoints/load.py", False),
    ("src/__pycache__/load.cpython-311.pyc", False),
    ("src", False),
    ("src.txt", False),
    ("src-1.0.py", False),
    ("other/src.py", False),
]


@pytest.mark.parametrize(("place", "local"), PLACES)
def test_local_is_what_python_would_import_from_the_folder(tmp_path, place, local):
    notebook = tmp_path / "case.py"
    notebook.touch()
    (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / place).touch()
    assert import_names.is_local("src", str(notebook)) is local


@pytest.mark.parametrize("suffix", importlib.machinery.all_suffixes())
def test_every_suffix_of_this_python_makes_a_module_local(tmp_path, suffix):
    (tmp_path / "case.py").touch()
    (tmp_path / f"src{suffix}").touch()
    assert import_names.is_local("src", str(tmp_path / "case.py"))


def test_a_module_of_a_namespace_package_beside_the_file_is_not_smuggled(tmp_path):
    notebook = tmp_path / "case.py"
    notebook.touch()
    (tmp_path / "src" / "data").mkdir(parents=True)
    (tmp_path / "src" / "data" / "load.py").touch()
    assert codes("from src.data smuggle load", str(notebook)) == ["DAV309"]
    assert codes("smuggle os\nfrom src.data import load", str(notebook)) == []


def test_a_large_folder_of_data_is_not_looked_through_to_its_end(tmp_path, monkeypatch):
    monkeypatch.setattr(import_names, "_MOST_ENTRIES", 3)
    (tmp_path / "case.py").touch()
    (tmp_path / "src" / "data").mkdir(parents=True)
    (tmp_path / "src" / "data" / "load.py").touch()
    assert import_names.is_local("src", str(tmp_path / "case.py"))
    for number in range(2):
        (tmp_path / "src" / f"{number}.csv").touch()
    assert not import_names.is_local("src", str(tmp_path / "case.py"))
