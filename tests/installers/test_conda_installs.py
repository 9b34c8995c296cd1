"""Packages of conda are installed into a staging environment, from channels made by the test."""

import hashlib
import json
import os
import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import psutil
import pytest
from conda_channel import (
    PLACEHOLDER,
    PYTHON,
    CondaChannel,
    Package,
    needs_rattler,
    python_package,
    unlinkable_package,
    with_prefix,
)

from davos.environments.layout import LAYOUT
from davos.environments.project import Project
from davos.environments.staging import staging
from davos.exceptions import InstallerError
from davos.installers import conda_process, installer_for
from davos.installers.base import Listener, Progress, Request
from davos.onion.validator import validate_text

pytestmark = [needs_rattler, pytest.mark.slow]


def conda_onion(text, channel, **options):
    """An onion comment with a channel; of an option the value is given."""
    given = [f"--{name.replace('_', '-')} {value}" for name, value in options.items()]
    return validate_text("conda", " ".join([text, "-c", channel, *given]))


def files_in(prefix):
    """Path -> bytes of each file."""
    return {
        path.relative_to(prefix).as_posix(): path.read_bytes()
        for path in prefix.rglob("*")
        if path.is_file() and not path.is_symlink()
    }


class Smuggler:
    """Installs into a staging environment over a project, and keeps what was staged."""

    def __init__(self, channel, folder, project):
        self.channel, self.folder, self.project = channel, folder, project
        self.progress, self.path, self.options = [], [], {}

    def __call__(self, text, *, others=(), constraints=(), channel=None):
        onion = conda_onion(text, channel or self.channel.url, **self.options)
        self.files, self.output = {}, []
        listener = Listener(output=self.output.append, progress=self.progress.append)
        with staging(self.project.project_dir, self.path) as made:
            try:
                return installer_for("conda").install(
                    Request(onion, tuple(others), tuple(constraints)),
                    made,
                    listener=listener,
                    descriptors=[made.descriptor],
                )
            finally:
                self.files = files_in(made.prefix)

    def keep(self):
        """Put what was staged into the project."""
        for name, data in self.files.items():
            path = self.project.project_dir / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)

    def record(self, name):
        found = [file for file in self.files if file.startswith(f"conda-meta/{name}-")]
        return json.loads(self.files[found[0]])


@pytest.fixture
def smuggle(conda_channel, tmp_path):
    return Smuggler(conda_channel, tmp_path, Project.named("conda-test"))


@pytest.fixture
def base(smuggle, tmp_path, write_wheel):
    """A function that puts a distribution into the base, which holds nothing else."""
    folder = tmp_path / "base" / "site-packages"
    folder.mkdir(parents=True)
    smuggle.path = [str(folder)]

    def put(*args, **kwargs):
        with zipfile.ZipFile(write_wheel(tmp_path, *args, **kwargs)) as archive:
            archive.extractall(folder)

    return put


def named(result):
    return {(one.name, one.version) for one in result.installed}


def test_a_package_and_what_it_needs_are_staged(smuggle, conda_channel):
    conda_channel.add_python("thing", "1.0")
    path = conda_channel.add_python("thing", "1.2", requires=["dep>=1"])
    conda_channel.add(python_package("dep", "1.0", entry_points=("dep-tool = dep:x",)), "tar.bz2")
    result = smuggle("thing=1.2")
    assert named(result) == {("thing", "1.2"), ("dep", "1.0")}
    folder = LAYOUT.site_packages
    assert smuggle.files[f"{folder}/thing.py"] == b"__version__ = '1.2'\n"
    # nothing that a RECORD does not list: pip, which takes away what it lists, would leave it
    assert f"{folder}/thing-1.2.dist-info/INSTALLER" not in smuggle.files
    assert smuggle.files["bin/dep-tool"].startswith(
        f"#!{smuggle.project.project_dir}/bin/python".encode()
    )
    record = smuggle.record("thing")
    assert record["url"] == path.as_uri()
    assert record["requested_specs"] == ["thing[version='1.2.*']"]
    one = next(one for one in result.installed if one.name == "thing")
    assert (one.url, one.sha256) == (path.as_uri(), record["sha256"])
    assert not [file for file in smuggle.files if "python-3" in file]
    assert smuggle.output[:3] == [
        *("solving for thing", "to install: dep 1.0 py_0", "to install: thing 1.2 py_0")
    ]
    assert {"fetching dep-1.0-py_0.tar.bz2", "installing thing"} <= set(smuggle.output)


def test_the_distributions_of_packages_are_named_not_copies_that_they_hold(smuggle, conda_channel):
    packages = [
        python_package("vendoring", files={"vendoring/_vendor/x-1.dist-info/METADATA": "x"}),
        Package("eggs", files={"site-packages/Eggs-1.egg-info": "Name: Eggs\nVersion: 1\n"}),
        Package("bare", files={"site-packages/bare.py": ""}),
    ]
    for one in packages:
        conda_channel.add(one)
    result = smuggle("vendoring", others=["eggs", "bare"])
    assert named(result) == {("vendoring", "1.0"), ("Eggs", "1"), ("bare", "1.0")}


def test_files_get_the_path_of_the_project(smuggle, conda_channel):
    conda_channel.add(with_prefix())
    smuggle("prefixed")
    prefix = str(smuggle.project.project_dir).encode()
    assert smuggle.files["share/prefixed/prefix.txt"] == b"prefix = " + prefix + b"\n"
    assert prefix + b"/share/x\0" in smuggle.files["share/prefixed/prefix.bin"]
    assert smuggle.files["bin/prefixed-tool"].startswith(b"#!" + prefix + b"/bin/python\n")
    # what a rename of the project relies on
    rows = {row["_path"]: row for row in smuggle.record("prefixed")["paths_data"]["paths"]}
    assert {path: row["file_mode"] for path, row in rows.items()} == {
        "share/prefixed/prefix.txt": "text",
        "share/prefixed/prefix.bin": "binary",
        "bin/prefixed-tool": "text",
    }
    for path, row in rows.items():
        assert row["prefix_placeholder"] == PLACEHOLDER
        assert row["sha256_in_prefix"] == hashlib.sha256(smuggle.files[path]).hexdigest()


def test_what_the_base_shows_is_not_fetched_again(smuggle, conda_channel, write_wheel, base):
    for version in ("1.0", "1.5", "2.0"):
        conda_channel.add_python("six-like", version)
    conda_channel.add_python("thing", "1.0", requires=["six-like>=1"])
    conda_channel.add_python("newer", "1.0", requires=["six-like>=2"])
    base("six-like", "1.5")
    assert named(smuggle("thing")) == {("thing", "1.0")}
    assert named(smuggle("newer")) == {("newer", "1.0"), ("six-like", "2.0")}
    assert named(smuggle("six-like=1.5")) == set()


def test_what_the_base_needs_is_kept_or_refused(smuggle, conda_channel, base):
    for version in ("1.0", "2.0"):
        conda_channel.add_python("core", version)
    conda_channel.add_python("thing", "1.0", requires=["core>=2"])
    base("core", "1.0")
    base("user", "3.0", requires=["core<2"])
    with pytest.raises(InstallerError) as caught:
        smuggle("thing", others=["user==3.0"])
    assert "thing" in str(caught.value)
    assert "core >=2" in str(caught.value)
    assert "core <2" in str(caught.value)


def test_constraints_of_the_session_and_pins_of_condarc_are_kept(
    smuggle, conda_channel, conda_home
):
    for version in ("1.0", "2.0"):
        conda_channel.add_python("core", version)
    conda_channel.add_python("thing", "1.0", requires=["core"])
    (conda_home / ".condarc").write_text("channels: []\npinned_packages: [core <2]\n")
    assert ("core", "1.0") in named(smuggle("thing"))
    assert ("core", "2.0") in named(smuggle("thing --no-pin"))
    (conda_home / ".condarc").write_text("channels: []\npinned_packages: [core = of = no]\n")
    with pytest.raises(InstallerError, match=r"the pin 'core = of = no' cannot be read.*condarc"):
        smuggle("thing")
    (conda_home / ".condarc").write_text("channels: []\n")
    assert ("core", "1.0") in named(smuggle("thing", constraints=["core==1.0"]))
    with pytest.raises(InstallerError, match=r"core ==3\.0.*|.*core ==3") as caught:
        smuggle("thing", constraints=["core==3.0"])
    assert "thing" in str(caught.value)


def test_two_packages_that_contradict_each_other_are_both_named(smuggle, conda_channel):
    for version in ("1.0", "2.0"):
        conda_channel.add_python("core", version)
    conda_channel.add_python("left", "1.0", requires=["core<2"])
    conda_channel.add_python("right", "1.0", requires=["core>=2"])
    with pytest.raises(InstallerError) as caught:
        smuggle("left", others=["right"])
    text = str(caught.value)
    assert "left 1.0 needs core <2" in text
    assert "right 1.0 needs core >=2" in text


def test_a_file_that_was_changed_is_refused(smuggle, conda_channel):
    path = conda_channel.add_python("thing", "1.0")
    digest = json.loads((conda_channel.folder / "noarch" / "repodata.json").read_text())
    wanted = digest["packages.conda"][path.name]["sha256"]
    conda_channel.tamper(path)
    with pytest.raises(InstallerError) as caught:
        smuggle("thing")
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    for part in (path.name, wanted, found):
        assert part in str(caught.value)
    assert not [file for file in smuggle.files if "thing" in file]


def test_the_same_name_from_another_channel_is_not_taken_from_the_cache(
    smuggle, conda_channel, tmp_path
):
    conda_channel.add_python("thing", "1.0")
    other = CondaChannel(tmp_path / "other")
    other.add_python("thing", "1.0", {"thing.py": "other = 1\n"})
    smuggle("thing")
    smuggle("thing", channel=other.url)
    assert smuggle.files[f"{LAYOUT.site_packages}/thing.py"] == b"other = 1\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("thng", ["no channel has a package of this name", "did you mean thing?"]),
        ("thing=7", ["no channel has thing", "7.*", "1.0, 1.2"]),
        ("thing=1.0=other_0", ["no channel has thing", "other_0"]),
    ],
)
def test_what_no_channel_has_is_explained(smuggle, conda_channel, text, words):
    for version in ("1.0", "1.2"):
        conda_channel.add_python("thing", version)
    with pytest.raises(InstallerError) as caught:
        smuggle(text)
    for word in [text, conda_channel.url, *words]:
        assert word in str(caught.value)


@pytest.mark.parametrize(
    ("pattern", "how", "value", "words"),
    [
        ("repodata", "status", 500, "cannot be read"),
        ("repodata", "replace", b"{", "cannot be read"),
        ("repodata", "stall", None, "cannot be read"),
        (r"\.conda$", "status", 500, "cannot be fetched"),
        (r"\.conda$", "truncate", None, "cannot be fetched"),
        (r"\.conda$", "replace", b"x" * 100, "is not the file that its channel names"),
        (r"\.conda$", "replace", b"x" * 9_000_000, "longer than"),
        (r"\.conda$", "stall", None, "cannot be fetched"),
        (r"\.conda$", "redirect", "file:///dev/zero", "is not the file that its channel names"),
        ("repodata", "redirect", "file:///dev/zero", "cannot be read"),
    ],
)
def test_a_server_that_misbehaves_ends_in_one_error(
    smuggle, conda_channel, channel_server, conda_home, pattern, how, value, words
):
    conda_channel.add_python("thing", "1.0")
    (conda_home / ".condarc").write_text(
        "channels: []\nremote_read_timeout_secs: 1\nremote_max_retries: 0\n"
    )
    channel_server.behave(pattern, how, value)
    with pytest.raises(InstallerError) as caught:
        smuggle("thing", channel=f"{channel_server.url}/channel")
    assert words in str(caught.value)
    assert channel_server.host in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1
    assert not [file for file in smuggle.files if "thing" in file]


@pytest.mark.parametrize(
    "package",
    [
        Package("thing", files={"../../x": "x"}, noarch=None),
        python_package("thing", files={"../../../../../x": "x"}),
        Package("thing", files={"/x": "x"}, noarch=None),
    ],
    ids=["..", "../ of site-packages", "/"],
)
def test_a_package_with_a_file_elsewhere_is_refused(smuggle, conda_channel, package):
    path = conda_channel.add(package)
    with pytest.raises(InstallerError) as caught:
        smuggle("thing")
    assert f"{path.name} has a file that leads out of the environment: " in str(caught.value)
    assert not [file for file in smuggle.files if "thing" in file]


def test_a_file_of_one_package_below_a_link_of_another_is_refused_if_that_leads_out(
    smuggle, conda_channel, tmp_path
):
    (tmp_path / "target").mkdir()
    links = {"lib/link": str(tmp_path / "target")}
    conda_channel.add(Package("link", files={"share/a": "a"}, links=links, noarch=None))
    conda_channel.add(Package("user", files={"lib/link/b": "b"}, depends=("link",), noarch=None))
    for cached in (False, True):
        with pytest.raises(InstallerError, match="leads out of the environment: 'lib/link/b'"):
            smuggle("user")
        if not cached:
            smuggle("link")
    assert list((tmp_path / "target").iterdir()) == []


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("thing-1.0-a/../../../b.conda", "its channel has a package whose name is no file's"),
        ("thing-1.0-py_0.conda", "unsafe metadata"),  # py-rattler's words
    ],
)
def test_a_build_that_is_a_path_is_refused(smuggle, conda_channel, channel_server, key, said):
    path = conda_channel.add(Package("thing"))
    conda_channel.add_file(path, {**Package("thing").index, "build": "a/../../../b"})
    index = conda_channel.folder / "noarch" / "repodata.json"
    index.write_text(index.read_text().replace(path.name, key))
    with pytest.raises(InstallerError) as caught:
        smuggle("thing", channel=f"{channel_server.url}/channel")
    assert said in str(caught.value)
    assert not [file for file in smuggle.files if "thing" in file]


def test_a_server_may_redirect_to_another_place(smuggle, conda_channel, channel_server):
    path = conda_channel.add_python("thing", "1.0")
    moved = path.rename(conda_channel.folder / "moved")
    channel_server.behave(r"\.conda$", "redirect", f"{channel_server.url}/channel/{moved.name}")
    url = channel_server.url.replace("//", "//user:secret@")
    result = smuggle("thing", channel=f"{url}/channel")
    assert named(result) == {("thing", "1.0")}
    assert "secret" not in json.dumps(smuggle.record("thing"))
    assert "secret" not in str(result)


def test_what_is_cached_is_not_downloaded_again(smuggle, conda_channel, channel_server):
    conda_channel.add_python("thing", "1.0")
    url = f"{channel_server.url}/channel"
    smuggle("thing", channel=url)
    smuggle("thing --offline", channel=url)
    downloads = [path for path in channel_server.requests if path.endswith(".conda")]
    assert len(downloads) == 1
    size = next(conda_channel.folder.glob("noarch/*.conda")).stat().st_size
    assert smuggle.progress[0] == Progress("resolving", "thing")
    assert Progress("downloading", "thing-1.0-py_0.conda", size, size, 1, 1) in smuggle.progress
    assert Progress("installing", "thing", index=1, count=1) in smuggle.progress


def test_offline_fetches_nothing(smuggle, conda_channel, channel_server):
    conda_channel.add_python("thing", "1.0")
    with pytest.raises(InstallerError):
        smuggle("thing --offline", channel=f"{channel_server.url}/channel")
    assert channel_server.requests == []


def test_the_variables_of_conda_and_a_proxy_for_one_host_are_heeded(
    smuggle, conda_channel, channel_server, conda_home, monkeypatch
):
    conda_channel.add_python("thing", "1.0")
    proxies = f"proxy_servers: {{'http://conda.example': '{channel_server.url}'}}\n"
    (conda_home / ".condarc").write_text(f"channels: []\n{proxies}")
    monkeypatch.setenv("CONDA_CHANNEL_ALIAS", "http://conda.example")
    monkeypatch.setenv("CONDA_OFFLINE", "1")
    with pytest.raises(InstallerError):
        smuggle("thing", channel="channel")
    assert channel_server.requests == []
    monkeypatch.setenv("CONDA_OFFLINE", "0")
    assert named(smuggle("thing", channel="channel")) == {("thing", "1.0")}
    assert "http://conda.example/channel/noarch/thing-1.0-py_0.conda" in channel_server.requests


def test_a_server_whose_certificate_is_not_known_is_trusted_if_the_settings_say_so(
    smuggle, conda_channel, channel_server, conda_home, tmp_path, monkeypatch
):
    conda_channel.add_python("thing", "1.0")
    certificate = channel_server.encrypted(tmp_path / "tls")
    monkeypatch.setenv("CONDA_REMOTE_MAX_RETRIES", "0")
    for verified in ("true", str(certificate), "false"):
        (conda_home / ".condarc").write_text(f"channels: []\nssl_verify: {verified}\n")
        if verified == "true":
            with pytest.raises(
                InstallerError, match="its certificate is not trusted; ssl_verify in"
            ):
                smuggle("thing", channel=f"{channel_server.url}/channel")
        else:
            assert named(smuggle("thing", channel=f"{channel_server.url}/channel"))


def test_without_dependencies_the_package_comes_alone(smuggle, conda_channel):
    conda_channel.add_python("thing", "1.0", requires=["nowhere>=1"])
    with pytest.raises(InstallerError, match="nowhere"):
        smuggle("thing")
    assert named(smuggle("thing --no-deps")) == {("thing", "1.0")}


def test_a_package_of_the_base_is_installed_again_by_force(smuggle, conda_channel, base):
    conda_channel.add_python("thing", "1.0")
    base("thing", "1.0")
    assert named(smuggle("thing")) == set()
    assert named(smuggle("thing --force-reinstall")) == {("thing", "1.0")}


def test_a_newer_package_than_that_of_the_base_comes_with_update_specs(
    smuggle, conda_channel, base
):
    conda_channel.add_python("thing", "2.0")
    base("thing", "1.0")
    assert named(smuggle("thing")) == set()
    assert named(smuggle("thing --update-specs")) == {("thing", "2.0")}


def test_what_is_installed_is_kept_or_updated_as_the_options_say(smuggle, conda_channel):
    for version in ("1.0", "2.0"):
        conda_channel.add_python("dep", version)
    conda_channel.add_python("thing", "1.0", requires=["dep>=1"])
    conda_channel.add_python("other", "1.0", requires=["dep>=2"])
    smuggle("dep=1.0")
    smuggle.keep()
    assert named(smuggle("thing --freeze-installed")) == {("thing", "1.0")}
    assert named(smuggle("thing")) == {("thing", "1.0")}
    assert named(smuggle("thing --update-deps")) == {("thing", "1.0"), ("dep", "2.0")}
    with pytest.raises(InstallerError, match="dep"):
        smuggle("other --freeze-installed")
    assert named(smuggle("other")) == {("other", "1.0"), ("dep", "2.0")}


def test_packages_that_the_project_has_for_another_python_are_installed_for_this_one(
    smuggle, conda_channel
):
    conda_channel.add_python("dep", "1.0")
    conda_channel.add_python("thing", "1.0", requires=["dep>=1"])
    conda_channel.add(with_prefix())
    smuggle("thing", others=["prefixed"])
    for name in smuggle.files:
        smuggle.files[name] = smuggle.files[name].replace(f"python{PYTHON}".encode(), b"python2.7")
    smuggle.files = {
        name.replace(f"python{PYTHON}", "python2.7"): data for name, data in smuggle.files.items()
    }
    smuggle.keep()
    assert named(smuggle("thing")) == {("thing", "1.0"), ("dep", "1.0")}


def test_an_index_in_the_cache_is_not_fetched_again_if_the_options_say_so(
    smuggle, conda_channel, channel_server
):
    conda_channel.add_python("thing", "1.0")
    url = f"{channel_server.url}/channel"
    assert named(smuggle("thing -C", channel=url)) == {("thing", "1.0")}
    conda_channel.add_python("thing", "2.0")
    channel_server.requests.clear()
    assert named(smuggle("thing --use-index-cache", channel=url)) == {("thing", "1.0")}
    assert channel_server.requests == []
    assert named(smuggle("thing", channel=url)) == {("thing", "2.0")}


@pytest.mark.parametrize(
    ("flags", "version"), [("--strict-channel-priority", "1.0"), ("--no-channel-priority", "2.0")]
)
def test_the_priority_of_channels_decides(
    smuggle, conda_channel, conda_home, tmp_path, flags, version
):
    other = CondaChannel(tmp_path / "other")
    conda_channel.add_python("thing", "1.0")
    other.add_python("thing", "2.0")
    (conda_home / ".condarc").write_text(f"channels: [{other.url}]\n")
    assert named(smuggle(f"thing {flags}")) == {("thing", version)}


def test_override_channels_leaves_those_of_condarc_out(
    smuggle, conda_channel, conda_home, tmp_path
):
    other = CondaChannel(tmp_path / "other")
    other.add_python("thing", "2.0")
    (conda_home / ".condarc").write_text(f"channels: [{other.url}]\n")
    assert named(smuggle("thing")) == {("thing", "2.0")}
    with pytest.raises(InstallerError, match="no channel has"):
        smuggle("thing --override-channels")


def test_packages_newer_than_a_date_are_left_out(smuggle, conda_channel):
    conda_channel.add(python_package("thing", "1.0", timestamp=1_500_000_000_000))
    conda_channel.add(python_package("thing", "2.0", timestamp=1_700_000_000_000))
    smuggle.options["exclude_newer"] = "2020-01-01"
    assert named(smuggle("thing")) == {("thing", "1.0")}


def test_a_malformed_condarc_is_one_error_with_its_row(smuggle, conda_channel, conda_home):
    (conda_home / ".condarc").write_text("channels: []\noffline: perhaps\n")
    with pytest.raises(InstallerError) as caught:
        smuggle("thing")
    assert f"{conda_home}/.condarc:2: offline must be true or false" in str(caught.value)


def test_an_interrupt_ends_the_process(smuggle, conda_channel, channel_server):
    conda_channel.add_python("thing", "1.0")
    channel_server.behave(r"\.conda$", "stall")

    def interrupt(told):
        if told.kind == "resolving":
            raise KeyboardInterrupt

    smuggle.progress = SimpleNamespace(append=interrupt)
    with pytest.raises(KeyboardInterrupt):
        smuggle("thing", channel=f"{channel_server.url}/channel")
    assert not [file for file in smuggle.files if "thing" in file]


def test_eight_sessions_install_into_one_project_at_once(conda_channel, tmp_path):
    names = [f"thing{number}" for number in range(8)]
    for name in names:
        conda_channel.add_python(name, "1.2", requires=["dep"])
        (tmp_path / f"with_{name}.py").write_text(
            "import davos\ndavos.project = 'shared'\n"
            f"smuggle {name}  # conda: {name}=1.2 -c {conda_channel.url}\n"
            "smuggle dep  # conda: dep=1\n"
            f"print({name}.__version__, dep.__version__)\n"
        )
    conda_channel.add_python("dep", "1.0")

    def run(name):
        command = [sys.executable, "-m", "davos", "run", str(tmp_path / f"with_{name}.py")]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    with ThreadPoolExecutor(len(names)) as pool:
        for done in pool.map(run, names):
            assert done.stdout.splitlines()[-1:] == ["1.2 1.0"], done.stderr
            assert "Warning" not in done.stderr  # the pin of the second statement can be kept
    records = sorted(os.listdir(Project.named("shared").project_dir / "conda-meta"))
    assert records == ["dep-1.0-py_0.json", *(f"{name}-1.2-py_0.json" for name in names)]


def test_eight_at_once_share_the_cache(conda_channel, tmp_path):
    """Each for a project of its own: the engine holds the lock of a project while it stages."""
    conda_channel.add_python("thing", "1.0", requires=["dep"])
    conda_channel.add_python("dep", "1.0")
    several = [
        Smuggler(conda_channel, tmp_path, Project.named(f"conda-test-{number}"))
        for number in range(8)
    ]
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda smuggle: smuggle("thing"), several))
    assert all(named(result) == {("thing", "1.0"), ("dep", "1.0")} for result in results)
    assert all(f"{LAYOUT.site_packages}/dep.py" in one.files for one in several)


def test_a_killed_process_is_an_error_and_the_next_one_installs(
    smuggle, conda_channel, channel_server
):
    conda_channel.add_python("thing", "1.0")
    channel_server.behave(r"\.conda$", "stall")
    url = f"{channel_server.url}/channel"

    def kill(told):
        if told.kind == "resolving":
            child = next(
                one for one in psutil.Process().children() if "conda_child" in str(one.cmdline())
            )
            child.kill()

    smuggle.progress = SimpleNamespace(append=kill)
    with pytest.raises(InstallerError, match="signal 9"):
        smuggle("thing", channel=url)
    assert not [file for file in smuggle.files if "thing" in file]
    channel_server.rules.clear()
    smuggle.progress = []
    assert named(smuggle("thing", channel=url)) == {("thing", "1.0")}


def test_an_environment_of_conda_is_changed_in_place(conda_channel, tmp_path, monkeypatch):
    """Without a project. The prefix here has records, and no interpreter of its own."""
    prefix = tmp_path / "prefix"
    (prefix / LAYOUT.site_packages).mkdir(parents=True)
    (prefix / "conda-meta").mkdir()
    (prefix / "conda-meta" / "history").write_text("==> 2020-01-01 00:00:00 <==\n")
    python = {**python_package("python", PYTHON, depends=()).index, "depends": [], "files": []}
    own = prefix / "conda-meta" / f"python-{PYTHON}-py_0.json"
    where = {
        "fn": f"{own.stem}.conda",
        "url": f"file:///c/{own.stem}.conda",
        "channel": "file:///c",
    }
    paths = {"paths_data": {"paths_version": 1, "paths": []}}
    own.write_text(json.dumps({**python, **where, **paths}))
    monkeypatch.setattr(sys, "prefix", str(prefix))
    conda_channel.add_python("thing", "1.0", requires=["dep"])
    conda_channel.add_python("dep", "1.0")
    conda_channel.add_python("thing", "2.0", requires=["dep"])
    conda_channel.add_python("dep", "2.0")
    own.with_name("pinned").write_text("# the owner's\n\ndep <2  # not yet\n")
    conda_channel.add(unlinkable_package("thing", "3.0", requires=["dep"]))

    def install(version):
        onion = conda_onion(f"thing={version}", conda_channel.url)
        return installer_for("conda").install(Request(onion), None)

    assert named(install("1.0")) == {("thing", "1.0"), ("dep", "1.0")}
    assert [(one.name, one.version) for one in install("2.0").removed] == [("thing", "1.0")]
    before = files_in(prefix)
    with pytest.raises(InstallerError, match="its files cannot be linked"):
        install("3.0")
    assert files_in(prefix) == before
    folder = prefix / LAYOUT.site_packages
    assert (folder / "thing.py").read_text() == "__version__ = '2.0'\n"
    assert not (folder / "thing-1.0.dist-info").exists()
    records = sorted(path.name for path in (prefix / "conda-meta").glob("*.json"))
    assert records == ["dep-1.0-py_0.json", own.name, "thing-2.0-py_0.json"]
    history = (prefix / "conda-meta" / "history").read_text()
    place = f"{conda_channel.url}/noarch::thing"
    assert f"-{place}-1.0-py_0\n+{place}-2.0-py_0\n# update specs: [" in history


def test_without_a_project_the_environment_must_be_one_of_conda(conda_channel):
    onion = conda_onion("thing", conda_channel.url)
    with pytest.raises(InstallerError, match="is not an environment of conda"):
        installer_for("conda").install(Request(onion), None)


def test_without_py_rattler_the_error_says_what_installs_it(smuggle, monkeypatch):
    monkeypatch.setattr(conda_process.index, "find_distribution", lambda *_: None)
    with pytest.raises(InstallerError, match=r"pip install \"davos\[conda\]>=0.3\""):
        smuggle("thing")


def test_an_old_python_is_named_as_the_reason(smuggle, monkeypatch):
    monkeypatch.setattr(conda_process, "_OLDEST", (99, 0))
    with pytest.raises(InstallerError, match=r"need Python 3\.10"):
        smuggle("thing")


@pytest.mark.skipif(
    os.environ.get("DAVOS_TEST_CONDA_FORGE") != "1",
    reason="conda-forge is asked only where DAVOS_TEST_CONDA_FORGE=1 says that it can be reached",
)
def test_a_package_of_conda_forge_is_installed(smuggle):
    assert "tzdata" in {name for name, _ in named(smuggle("python-tzdata", channel="conda-forge"))}
    assert smuggle.record("python-tzdata")["channel"].endswith("conda-forge/")
