"""Which distribution a module comes from: the table, what is installed, the folder."""

import importlib.machinery
import re

import pytest
from packaging.utils import canonicalize_name

from davos.distributions import import_names
from davos.distributions.known_names import KNOWN
from davos.distributions.standard_library import is_standard
from davos.distributions.standard_library_3_9 import STANDARD_LIBRARY_3_9
from davos.exceptions import SmugglerError
from davos.lint import Settings, check_document, read_document


def codes(text, filename="case.ipynb.py"):
    document = read_document(f"# %%\nimport davos\n# %%\n{text}\n".encode(), filename)
    return [one.code for one in check_document(document, Settings())]


class Installed:
    """A distribution that holds modules below its own name, with dots for hyphens."""

    def __init__(self, name):
        self.normalized_name = name

    def provides(self, module):
        return f"{module}.".startswith(f"{self.normalized_name.replace('-', '.')}.")


@pytest.fixture
def installed(monkeypatch):
    def give(**tops):
        held = {top: [Installed(name) for name in names] for top, names in tops.items()}
        monkeypatch.setattr(import_names, "_installed", lambda: held)

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


def test_of_a_namespace_the_distribution_of_the_part_is_suggested_not_a_relative(installed):
    installed(google=("protobuf", "google-cloud-core", "google-auth", "google-cloud-no-such"))
    assert import_names.providers("google.cloud.storage") == ("google-cloud-storage",)
    assert import_names.providers("google.auth.transport") == ("google-auth",)
    assert import_names.providers("google.cloud.no") == ()
    assert import_names.providers("google.cloud") == import_names.providers("google") == ()
    assert import_names.providers("google.other") == ()


def test_of_several_distributions_the_one_that_is_called_like_the_module_comes_first(installed):
    installed(yaml=("pyyaml-fork", "pyyaml"), odd=("even", "odd"))
    assert import_names.providers("yaml")[0] == "pyyaml"
    assert import_names.providers("odd") == ("odd", "even")


DEFAULTS = {
    "google.cloud.storage": "google-cloud-storage",
    "google.cloud.storage.Client": "google-cloud-storage",
    "google.auth": "google-auth",
    "google.auth.default": "google-auth",
    "google.oauth2.credentials": "google-auth",
    "google.protobuf": "protobuf",
    "ruamel.yaml": "ruamel.yaml",
    "zope.interface": "zope.interface",
    "azure.storage.blob": "azure-storage-blob",
    "numpy": "numpy",
    "yaml": "yaml",
    "scipy.stats": "scipy",
    "mpl_toolkits.mplot3d": "mpl_toolkits",
}


@pytest.mark.parametrize("module", DEFAULTS)
def test_without_an_onion_comment_a_module_means_its_distribution(module):
    assert import_names.default_distribution(module) == DEFAULTS[module]


@pytest.mark.parametrize(
    ("module", "named"),
    [
        ("google", "google"),
        ("google.cloud", "google.cloud"),
        ("google.no_such", "google.no_such"),
        ("google.no_such.part", "google.no_such"),
        ("google.cloud.no_such.Client", "google.cloud.no_such"),
        ("azure.mgmt.compute", "azure.mgmt"),
    ],
)
def test_nothing_is_guessed_for_an_unknown_part_of_a_namespace(module, named):
    with pytest.raises(SmugglerError, match="Name the distribution in an onion comment") as caught:
        import_names.default_distribution(module)
    assert isinstance(caught.value, ModuleNotFoundError)
    assert caught.value.name == named
    assert "# pip: " in str(caught.value)


def test_parts_of_namespaces_are_checked_as_they_are_installed(installed):
    installed()
    assert codes("smuggle google.cloud.storage") == ["DAV301"]
    assert codes("from google.cloud smuggle storage  # pip: google-cloud-storage==2.0") == []
    assert codes("from google.cloud smuggle storage  # pip: google-cloud-core==2.0") == ["DAV304"]
    assert codes("from google.cloud smuggle no_such") == ["DAV301", "DAV304"]
    assert codes("smuggle google") == ["DAV301", "DAV304"]
    assert codes("from google.cloud smuggle no_such  # pip: mine==2.0") == []


def test_one_part_of_a_namespace_that_is_smuggled_says_nothing_about_the_others(installed):
    installed()
    storage = "from google.cloud smuggle storage  # pip: google-cloud-storage==2.0"
    assert codes(f"{storage}\nfrom google.cloud.storage import blob") == []
    assert codes(f"{storage}\nfrom google.cloud import bigquery") == ["DAV307"]


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
