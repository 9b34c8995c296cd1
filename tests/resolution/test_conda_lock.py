"""The packages of conda in a lock: what is refused, and what they satisfy."""

import pytest

from davos.exceptions import LockError
from davos.installers.conda_locked import current_subdir, distribution_name
from davos.onion.validator import validate_text
from davos.resolution.conda_lock import lock_misfit, locked_packages, other_platform
from davos.resolution.lock_check import changes
from davos.resolution.lock_document import parse_lock
from davos.resolution.lock_selection import selection

CHANNEL = "https://h/conda-forge"


def entry(name="numpy", version="1.26.4", build="py311_0", **more):
    subdir, channel = more.get("subdir", "linux-64"), more.get("channel", CHANNEL)
    return {
        "name": name,
        "version": version,
        "build": build,
        "subdir": subdir,
        "channel": channel,
        "url": f"{channel}/{subdir}/{name}-{version}-{build}.conda",
        "sha256": "a" * 64,
        "depends": ["python >=3.11,<3.12.0a0", "libblas >=3.9"],
        **more,
    }


def lock_of(tmp_path, *entries):
    tool = {"davos": {"conda": list(entries)}}
    content = {"lock-version": "1.0", "created-by": "davos", "packages": [], "tool": tool}
    return parse_lock(content, tmp_path / "pylock.a.toml")


def test_an_entry_is_a_package_with_what_installs_it(tmp_path):
    (one,) = locked_packages(lock_of(tmp_path, entry(requested="numpy", size=7)))
    assert (one.name, one.package, one.shown) == ("numpy", "numpy", "numpy 1.26.4 py311_0")
    assert (one.filename, one.size) == ("numpy-1.26.4-py311_0.conda", 7)
    assert one.is_python
    (library,) = locked_packages(lock_of(tmp_path, entry("libblas", depends=["libgcc"])))
    assert not library.is_python


@pytest.mark.parametrize(
    ("change", "place", "reason"),
    [
        ({"url": "file:///etc/passwd"}, "url", "is not in the folder linux-64 of the channel"),
        ({"url": "https://evil/conda-forge/linux-64/numpy-1.26.4-py311_0.conda"}, "url", "not in"),
        ({"url": f"{CHANNEL}/linux-64/../../numpy-1.26.4-py311_0.conda"}, "url", "not in the"),
        (
            {"url": f"{CHANNEL}/linux-64/..%2f..%2fnumpy-1.26.4-py311_0.conda"},
            "url",
            "is not numpy",
        ),
        ({"url": f"{CHANNEL}/linux-64/scipy-1.26.4-py311_0.conda"}, "url", "is not numpy-1.26.4"),
        ({"url": f"{CHANNEL}/linux-64/numpy-1.26.4-py311_0.sh"}, "url", "is not numpy-1.26.4"),
        ({"url": "ext::sh -c x"}, "url", "is no URL (http, https, file)"),
        ({"url": f"{CHANNEL}/linux-64/numpy-1.26.4-py311_0.conda?x"}, "url", "is no URL"),
        ({"channel": "https://me:secret@h/x"}, "channel", "holds credentials"),
        ({"channel": "https://token@h/x"}, "channel", "holds credentials"),
        ({"channel": "https://h/t/tk-secret/x"}, "channel", "holds credentials"),
        ({"channel": "file:///home/../etc"}, "channel", "has a part `..`"),
        ({"channel": "file:///home/%2e%2e/etc"}, "channel", "has a part `..`"),
        ({"channel": "conda-forge"}, "channel", "is no URL of a channel"),
        ({"sha256": None}, "sha256", "it is missing"),
        ({"sha256": "A" * 64}, "sha256", "is no sha256, 64 digits 0-9a-f"),
        ({"sha256": "a" * 40}, "sha256", "is no sha256"),
        ({"name": "../numpy"}, "name", "is no name of a package"),
        ({"name": "-numpy"}, "name", "is no name of a package"),
        ({"version": "1/../2"}, "version", "is no version"),
        ({"version": 1}, "version", "it is not a text"),
        ({"build": "a b"}, "build", "is no build"),
        ({"subdir": "../noarch"}, "subdir", "is no folder of a channel"),
        ({"depends": "python"}, "depends", "has no place here"),
        ({"depends": ["x"] * 1001}, "depends", "has no place here"),
        ({"depends": ["x" * 1001]}, "depends", "has no place here"),
        ({"build-number": -1}, "build-number", "has no place here"),
        ({"size": "big"}, "size", "has no place here"),
        ({"noarch": "sh"}, "noarch", "has no place here"),
        ({"requested": "-c x"}, "requested", "has no place here"),
    ],
)
def test_what_is_not_the_file_of_its_channel_is_refused_with_its_place(
    tmp_path, change, place, reason
):
    wrong = {**entry(), **entry(**change)}
    made = lock_of(tmp_path, entry("six"), wrong)
    with pytest.raises(LockError) as caught:
        locked_packages(made)
    message = str(caught.value)
    assert f"tool.davos.conda[1].{place}: " in message
    assert reason in message
    assert "secret" not in message


def test_too_many_packages_and_a_second_one_of_a_name_are_refused(tmp_path):
    with pytest.raises(LockError, match="it has 5001 packages; 5000 are allowed"):
        locked_packages(lock_of(tmp_path, *[entry()] * 5001))
    with pytest.raises(LockError, match=r"conda\[1\]\.name: numpy is there a second time"):
        locked_packages(lock_of(tmp_path, entry(), entry()))
    with pytest.raises(LockError, match=r"conda\[0\]: it is not a table"):
        locked_packages(lock_of(tmp_path, "numpy"))


@pytest.mark.parametrize(
    ("installer", "asked", "reason"),
    [
        ("conda", "numpy=1.26", ""),
        ("conda", "h/conda-forge::numpy", ""),
        ("conda", "numpy=1.26.4=py311_0", ""),
        ("conda", "numpy=2", f"the lock holds numpy 1.26.4 py311_0 of {CHANNEL}"),
        ("conda", "bioconda::numpy", f"the lock holds numpy 1.26.4 py311_0 of {CHANNEL}"),
        ("conda", "scipy", "the lock does not hold it"),
        ("pip", "numpy<2", ""),
        ("pip", "Torch", ""),
        ("pip", "numpy>=2", "the lock holds numpy 1.26.4 py311_0 of conda"),
        ("pip", "libblas", "the lock does not hold it"),
        ("pip", "torch[extra]", "the lock does not hold it"),
    ],
)
def test_the_packages_satisfy_what_conda_and_pip_are_asked_for(tmp_path, installer, asked, reason):
    library = entry("libblas", depends=[])
    found = locked_packages(lock_of(tmp_path, entry(), entry("pytorch"), library))
    packages = {one.package: one for one in found}
    assert lock_misfit(validate_text(installer, asked).requirement, {}, packages) == reason


def test_packages_of_another_platform_are_named(tmp_path):
    found = locked_packages(lock_of(tmp_path, entry(), entry("tzdata", subdir="noarch")))
    assert other_platform(found, "linux-64") == ""
    reason = "packages of conda for osx-arm64: numpy 1.26.4 is for linux-64"
    assert other_platform(found, "osx-arm64") == reason


def test_a_lock_with_packages_of_another_platform_is_not_used(tmp_path):
    chosen = selection(lock_of(tmp_path, entry(subdir="osx-arm64")))
    assert chosen.obstacle == (
        f"the lock of pylock.a.toml lacks packages of conda for {current_subdir()}: numpy 1.26.4 "
        "is for osx-arm64; lock it again here (`davos lock pylock.a.toml`)"
    )
    assert chosen.packages == ()


def test_a_lock_that_a_newer_machine_made_is_not_used(tmp_path, monkeypatch):
    monkeypatch.setenv("CONDA_OVERRIDE_GLIBC", "2.17")
    place = {"subdir": current_subdir()}
    lock = lock_of(tmp_path, entry(**place), entry("new", depends=["__glibc >=2.38"], **place))
    chosen = selection(lock)
    assert chosen.obstacle == (
        "the lock of pylock.a.toml is for another machine: new 1.26.4 needs __glibc >=2.38, and this "
        "machine has __glibc 2.17; lock it again here (`davos lock pylock.a.toml`)"
    )
    assert chosen.packages == ()
    monkeypatch.setenv("CONDA_OVERRIDE_GLIBC", "2.38")
    assert [one.package for one in selection(lock).packages] == ["numpy", "new"]


@pytest.mark.parametrize(
    ("system", "machine", "subdir"),
    [
        ("linux", "x86_64", "linux-64"),
        ("linux", "aarch64", "linux-aarch64"),
        ("darwin", "arm64", "osx-arm64"),
        ("darwin", "x86_64", "osx-64"),
        ("win32", "AMD64", "win-64"),
        ("win32", "ARM64", "win-arm64"),
    ],
)
def test_the_folder_of_a_channel_for_this_machine(monkeypatch, system, machine, subdir):
    monkeypatch.setattr("davos.installers.conda_locked.sys.platform", system)
    monkeypatch.setattr("davos.installers.conda_locked.platform.machine", lambda: machine)
    assert current_subdir() == subdir


def test_packages_are_known_by_the_names_that_pypi_has_for_them():
    names = ("pytorch", "msgpack-python", "python-zstd", "typing_extensions", "numpy")
    pypi = ["torch", "msgpack", "zstd", "typing-extensions", "numpy"]
    assert [distribution_name(one) for one in names] == pypi


def test_a_changed_build_is_a_change(tmp_path):
    before, after = lock_of(tmp_path, entry()), lock_of(tmp_path, entry(build="py311_1"))
    (change,) = changes(before, after)
    assert str(change) == "  conda:numpy 1.26.4 py311_0 -> 1.26.4 py311_1"
