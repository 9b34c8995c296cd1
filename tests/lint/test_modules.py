"""Which distribution a module comes from: the table, what is installed, the folder."""

import re

import pytest

from davos.lint import Settings, check_document, modules, read_document
from davos.lint.standard_library import STANDARD_LIBRARY_3_9
from davos.onion.known_names import KNOWN


def codes(text, filename="case.ipynb.py"):
    document = read_document(f"# %%\nimport davos\n# %%\n{text}\n".encode(), filename)
    return [one.code for one in check_document(document, Settings())]


@pytest.fixture
def installed(monkeypatch):
    def give(**tops):
        monkeypatch.setattr(modules, "_installed", lambda: tops)

    return give


def test_rows_of_the_table_say_something():
    for module, names in KNOWN.items():
        assert names, module
        assert all(part.isidentifier() for part in module.split("."))
        assert [modules.normalized(name) for name in names] != [modules.normalized(module)]
        assert all(re.fullmatch(r"[A-Za-z0-9][\w.-]*", name) for name in names)
        assert not modules.is_standard(module)
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
