"""`davos verify`: what differs from the lock is named, file by file."""

import base64
import hashlib
import json
import zipfile
from importlib import metadata

import pytest

from davos.environments.commit import commit
from davos.environments.installed_files import known_files
from davos.environments.project import Project
from davos.environments.staging import staging


@pytest.fixture
def there(locked_notebook, write_wheel, tmp_path):
    """A notebook whose lock names two distributions, which its project holds."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    files = {"dvta/__init__.py": "a = 1\n", "dvta/b.py": "b = 1\n", "dvta/deep/c.txt": "c\n"}
    wheels = [write_wheel(folder, "dvta", "1.0", files), write_wheel(folder, "dvtb", "2.0")]
    project = Project.for_notebook(locked_notebook(*wheels))
    project.ensure()
    for name, wheel in zip(("dvta", "dvtb"), wheels):
        install(project, name, wheel, hashlib.sha256(wheel.read_bytes()).hexdigest())
    return project


def install(project, name, wheel, digest):
    with project.lock(), staging(project.project_dir) as made:
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(made.site_packages)
        commit(made, {name: digest})


def found(davos):
    status, out, err = davos("verify", "--json", "locked.ipynb")
    (report,) = json.loads(out)["files"]
    assert (err, status) == ("", int(bool(report["differences"])))
    return report["differences"]


def kinds(davos, project):
    site = str(project.site_packages_dir)
    return [(one["kind"], (one["file"] or "").replace(f"{site}/", "")) for one in found(davos)]


def test_what_is_as_locked_is_said_to_be(davos, there):
    assert davos("verify", "locked.ipynb") == (0, "locked.ipynb: as locked (project locked)\n", "")
    assert found(davos) == []


def test_each_file_that_differs_is_missing_or_is_extra_is_named(davos, there):
    package = there.site_packages_dir / "dvta"
    (package / "b.py").write_text("b = 2\n")
    (package / "__init__.py").unlink()
    (package / "deep" / "new.py").write_text("")
    (package / "__pycache__").mkdir()
    (package / "__pycache__" / "b.cpython-311.pyc").write_text("")
    assert kinds(davos, there) == [
        ("missing", "dvta/__init__.py"),
        ("differs", "dvta/b.py"),
        ("extra", "dvta/deep/new.py"),
    ]
    status, out, _ = davos("verify", "locked.ipynb")
    assert status == 1
    assert out.splitlines()[1] == (
        f"locked.ipynb: dvta: differs: {package / 'b.py'} differs from what was installed"
    )


def test_it_is_said_how_a_damaged_project_is_installed_anew(davos, there):
    (there.site_packages_dir / "dvtb.py").unlink()
    *_, last = davos("verify", "locked.ipynb")[1].splitlines()
    assert last == (
        f"locked.ipynb: `davos projects remove {there.name}` and `davos sync locked.ipynb` "
        "install it anew"
    )
    assert davos("projects", "remove", "--yes", there.name)[0] == 0
    assert "not installed" in davos("verify", "locked.ipynb")[1]


def test_a_file_of_the_environment_below_that_differs_is_named(
    davos, there, write_wheel, tmp_path, monkeypatch
):
    base = tmp_path / "base"
    with zipfile.ZipFile(tmp_path / "wheels" / "dvtb-2.0-py3-none-any.whl") as archive:
        archive.extractall(base)
    monkeypatch.syspath_prepend(str(base))
    empty = ("verify", "--project", "empty", "locked.ipynb")
    assert "dvtb" not in davos(*empty)[1]
    (base / "dvtb.py").write_text("changed = 1\n")
    status, out, _ = davos(*empty)
    assert status == 1
    assert f"dvtb: differs: {base / 'dvtb.py'} differs from what was installed" in out
    assert "install it anew" not in out


def test_a_record_that_was_changed_along_with_a_file_is_named(davos, there):
    module = there.site_packages_dir / "dvtb.py"
    record = there.site_packages_dir / "dvtb-2.0.dist-info" / "RECORD"
    old = base64.urlsafe_b64encode(hashlib.sha256(module.read_bytes()).digest())
    module.write_text("changed = 1\n")
    new = base64.urlsafe_b64encode(hashlib.sha256(module.read_bytes()).digest())
    text = record.read_text()
    record.write_text(text.replace(old.rstrip(b"=").decode(), new.rstrip(b"=").decode()))
    assert record.read_text() != text
    assert kinds(davos, there) == [("differs", "dvtb-2.0.dist-info/RECORD")]


def test_another_file_of_the_same_version_is_named_with_both_hashes(davos, there, tmp_path):
    (wheel,) = (tmp_path / "wheels").glob("dvtb-*")
    install(there, "dvtb", wheel, "ab" * 32)
    (one,) = found(davos)
    assert (one["kind"], one["distribution"], one["version"]) == ("other file", "dvtb", "2.0")
    assert f"sha256 {'ab' * 32}, the lock has " in one["message"]


def test_a_distribution_that_is_missing_or_has_another_version_is_named(
    davos, there, locked_notebook, write_wheel, tmp_path
):
    folder = tmp_path / "other"
    folder.mkdir()
    locked_notebook(write_wheel(folder, "dvta", "3.0"), write_wheel(folder, "dvtc", "1.0"))
    assert [(one["kind"], one["message"]) for one in found(davos)] == [
        ("other version", "dvta 1.0 is installed, the lock has dvta 3.0"),
        ("not installed", "dvtc 1.0 is not installed"),
    ]


def test_what_sync_leaves_to_the_kernel_is_no_fault(davos, locked_notebook, write_wheel, tmp_path):
    pytest.importorskip("ipykernel", reason="kernels need the extra 'run'")
    locked_notebook(write_wheel(tmp_path, "traitlets", "0.1"))
    version = metadata.version("traitlets")
    left = f"traitlets 0.1 is left out: this kernel runs on {version}"
    assert davos("verify", "locked.ipynb") == (
        0,
        f"locked.ipynb: traitlets: left to the kernel: {left}\nlocked.ipynb: as locked (project locked)\n",
        "",
    )


def test_another_project_can_be_looked_at(davos, there):
    status, out, _ = davos("verify", "locked.ipynb", "--project", "empty")
    assert (status, out.count("not installed: dvt")) == (1, 2)
    assert out.endswith("locked.ipynb: not as locked (project empty)\n")


SETTINGS = {
    'davos.project = "course"': "course",
    'davos.config.project = "course"': "course",
    'davos.configure(project="course", active=True)': "course",
    'davos.project = "other.ipynb"': "other",
    'davos.project = "my" + "course"': "locked",
    "": "locked",
}


@pytest.mark.parametrize("setting", SETTINGS)
def test_the_project_that_the_notebook_sets_is_looked_at(
    davos, locked_notebook, write, write_wheel, tmp_path, setting
):
    (tmp_path / "sub").mkdir()
    write("sub/other.ipynb", [])
    cells = ["import davos", setting]
    locked_notebook(write_wheel(tmp_path, "dvta", "1.0"), cells=cells, name="sub/locked.ipynb")
    shown = [
        "dvta: not installed: dvta 1.0 is not installed",
        f"not as locked (project {SETTINGS[setting]})",
    ]
    status, out, err = davos("verify", "sub/locked.ipynb")
    assert (status, out, err) == (1, "".join(f"sub/locked.ipynb: {one}\n" for one in shown), "")


@pytest.mark.parametrize("command", ["sync", "verify"])
@pytest.mark.parametrize(
    ("name", "reason"),
    [("gone.ipynb", "there is no notebook 'gone.ipynb'"), ("a\nb", None), ("", None)],
)
def test_a_project_that_the_notebook_sets_and_that_cannot_be_is_an_error(
    davos, locked_notebook, write_wheel, tmp_path, command, name, reason
):
    locked_notebook(write_wheel(tmp_path, "dvta", "1.0"), cells=[f"davos.project = {name!r}"])
    status, out, err = davos(command, "locked.ipynb")
    assert (status, out) == (1, "")
    start = f"davos: locked.ipynb: it sets davos.config.project to {name!r}: {reason or ''}"
    assert err.startswith(start)
    assert len(err.splitlines()) == 1


def test_the_file_with_what_was_installed_may_be_anything(davos, there):
    file = there.site_packages_dir.parent / "davos-installed.json"
    for text in ("", "[]", '{"dvta": 1}', '{"dvta": {"version": 1}}', "[" * 100_000):
        file.write_text(text)
        assert known_files(there) == {}
    assert found(davos) == []


def test_a_document_without_a_lock_or_that_is_missing(davos, write):
    write("a.ipynb", ["1"])
    assert davos("verify", "a.ipynb")[0] == 1
    assert davos("verify", "b.ipynb")[0] == 2
