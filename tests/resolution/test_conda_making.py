"""A lock with packages of conda, from the answers of a solver and of a resolver."""

import sys
import zipfile
from urllib.parse import urlsplit

import pytest

from davos.documents.reader import read_text
from davos.exceptions import InstallerError, LockError
from davos.resolution.lock_check import out_of_date
from davos.resolution.lock_making import Wishes, make_lock

HERE = "{}.{}".format(*sys.version_info)
CHANNEL = "https://h/forge"


def solved(name, version="1.0", build="py_0", depends=("python >=3.8",), **more):
    return {
        "name": name,
        "version": version,
        "build": build,
        "build_number": 0,
        "subdir": "noarch",
        "channel": CHANNEL,
        "url": f"{CHANNEL}/noarch/{name}-{version}-{build}.conda",
        "sha256": "a" * 64,
        "size": 10,
        "noarch": None,
        "depends": list(depends),
        "constrains": [],
        **more,
    }


def wheel(name, version="1.0", needs=()):
    file = {"url": f"https://h/{name}-{version}-py3-none-any.whl", "hashes": {"sha256": "b" * 64}}
    found = {"name": name, "version": version, "wheels": [file]}
    return {**found, "dependencies": [{"name": one} for one in needs]} if needs else found


class Maker:
    """Locks texts; `solvings` and `runs` are what the solver and the resolver were asked."""

    def __init__(self, folder):
        self.folder = folder
        self.solvings, self.runs, self.stubs = [], [], []
        self.packages, self.wheels, self.failure = [], [], None

    def __call__(self, text, before=None, **wishes):
        self.document = read_text(text, str(self.folder / "a.py"))
        wished = Wishes(wishes.pop("python", HERE), **wishes)
        return make_lock(self.document, wished, before, self.resolve, self.solve)

    def solve(self, wanted):
        self.solvings.append(wanted)
        if self.failure:
            raise InstallerError(self.failure, returncode=1, cmd=["conda"])
        return self.packages

    def resolve(self, run):
        self.runs.append(run)
        for line in run.options.get("constraint", ()):
            path = urlsplit(line.partition(" @ ")[2]).path
            with zipfile.ZipFile(path) as stub:
                texts = [stub.read(one) for one in stub.namelist() if one.endswith("METADATA")]
            self.stubs.append((line.partition(" @ ")[0], texts[0].decode()))
            if self.failure_of_pip:
                message = f"because only {line.partition(' @ ')[0]}<2 is available: {path}"
                raise LockError(message)
        return {"lock-version": "1.0", "packages": self.wheels}

    failure_of_pip = False


@pytest.fixture
def make(tmp_path):
    return Maker(tmp_path)


def test_packages_of_conda_are_in_the_table_of_davos(make):
    make.packages = [solved("thing", depends=["python", "dep >=1"]), solved("dep", noarch="python")]
    lock = make("smuggle thing  # conda: thing=1 -c forge --strict-channel-priority")
    assert [one["name"] for one in lock.conda] == ["dep", "thing"]
    assert lock.conda[1] == {
        "name": "thing",
        "version": "1.0",
        "build": "py_0",
        "build-number": 0,
        "subdir": "noarch",
        "channel": CHANNEL,
        "url": f"{CHANNEL}/noarch/thing-1.0-py_0.conda",
        "sha256": "a" * 64,
        "size": 10,
        "depends": ["python", "dep >=1"],
        "requested": "thing[version='1.*']",
    }
    assert lock.requirements == (
        "conda: thing[version='1.*'] --channel=forge --strict-channel-priority",
    )
    assert lock.pylock.packages == []
    assert make.runs == []
    assert out_of_date(make.document, lock, make.folder) == []


def test_a_changed_version_channel_or_priority_is_out_of_date(make):
    make.packages = [solved("thing")]
    lock = make("smuggle thing  # conda: thing=1 -c forge")
    for changed in ("thing=2 -c forge", "thing=1 -c other", "thing=1 -c forge --no-deps"):
        document = read_text(f"smuggle thing  # conda: {changed}", str(make.folder / "a.py"))
        reasons = out_of_date(document, lock, make.folder)
        assert any("is not what was locked" in one for one in reasons), changed
    priority = "smuggle thing  # conda: thing=1 -c forge --strict-channel-priority"
    assert out_of_date(read_text(priority, "a.py"), lock, make.folder)


def test_a_lock_of_an_older_davos_that_has_no_packages_of_conda_is_out_of_date(make):
    make.packages = []
    lock = make("smuggle thing  # conda: thing\nsmuggle six  # pip: six")
    assert out_of_date(make.document, lock, make.folder) == [
        "conda: thing (row 1) is not in the lock, which holds no such package of conda"
    ]


def test_all_statements_for_conda_are_solved_at_once(make):
    (make.folder / "nb").mkdir()
    make.packages = [solved("a"), solved("b")]
    make.wheels = [wheel("c")]
    text = (
        "smuggle a  # conda: a>=1 -c ./own -c forge\n"
        "smuggle b  # conda: b -c other\n"
        "smuggle c  # pip: c<2\n"
    )
    make(text, cutoff="2023-10-02T00:00:00Z")
    (wanted,) = make.solvings
    assert [one.name for one in wanted.asked] == ["a", "b"]
    assert wanted.options["channel"] == [str(make.folder / "own"), "forge", "other"]
    assert wanted.constraints == ["c<2"]
    assert wanted.cutoff == "2023-10-02T00:00:00Z"


def test_different_priorities_are_refused_with_both_statements(make):
    text = "smuggle a  # conda: a --strict-channel-priority\nsmuggle b  # conda: b\n"
    with pytest.raises(LockError, match=r"conda: a --strict.*\(row 1\) is not that of conda: b"):
        make(text)
    assert make.solvings == []


def test_of_two_versions_of_a_package_the_first_counts(make):
    make.packages = [solved("a")]
    lock = make("smuggle a  # conda: a==1.0\nsmuggle a  # conda: a==2.0\n")
    assert [one.text for one in make.solvings[0].asked] == ["a==1.0"]
    assert "conda: a[version='==2.0'] (row 2) is not in the lock" in lock.notes[0]


def test_what_was_locked_is_kept_apart_from_what_is_upgraded(make):
    make.packages = [solved("a"), solved("pytorch")]
    text = "smuggle a  # conda: a\nsmuggle torch  # conda: pytorch"
    before = make(text)
    kept = {"a": ("a", "1.0", "py_0", "a" * 64), "pytorch": ("pytorch", "1.0", "py_0", "a" * 64)}
    for wishes, names in (
        ({}, ["a", "pytorch"]),
        ({"upgrade_packages": ("torch",)}, ["a"]),
        ({"upgrade_packages": ("A",)}, ["pytorch"]),
        ({"upgrade": True}, []),
    ):
        make(text, before, **wishes)
        assert make.solvings[-1].kept == [kept[name] for name in names]


def test_what_conda_provides_is_not_locked_from_pypi(make):
    make.packages = [solved("pytorch", "2.1"), solved("libz", depends=[]), solved("a", "9e")]
    make.wheels = [wheel("b", needs=["torch", "c"]), wheel("c"), wheel("torch", "2.1")]
    lock = make("smuggle torch  # conda: pytorch\nsmuggle b  # pip: b\nsmuggle torch  # pip: torch")
    assert [one.name for one in lock.pylock.packages] == ["b", "c"]
    assert make.runs[0].lines == ["b"]
    ((name, metadata),) = make.stubs
    assert name == "torch"
    assert metadata == "Metadata-Version: 2.1\nName: torch\nVersion: 2.1\n"
    b = lock.pylock.packages[0]
    assert [one["name"] for one in b.dependencies] == ["c"]
    assert b.tool == {"davos": {"conda": ["pytorch"]}}


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ("numpy>=2", "does not accept this version"),
        ("numpy[x]", "has extras, which conda's package does not have"),
        ("git+https://h/numpy#egg=numpy", "comes from another place"),
    ],
)
def test_a_contradiction_between_pip_and_conda_names_both(make, asked, reason):
    make.packages = [solved("thing"), solved("numpy", "1.26.4")]
    text = f"smuggle thing  # conda: thing\nsmuggle numpy  # pip: {asked}"
    with pytest.raises(LockError) as caught:
        make(text)
    assert "(row 2) does not go with numpy 1.26.4 py_0 of conda: it " in str(caught.value)
    assert reason in str(caught.value)


def test_a_contradiction_that_pips_resolver_finds_names_the_package_of_conda(make):
    make.packages = [solved("numpy", "1.26.4")]
    make.failure_of_pip = True
    with pytest.raises(LockError) as caught:
        make("smuggle numpy  # conda: numpy\nsmuggle b  # pip: b")
    first, last = str(caught.value).splitlines()
    assert first == "because only numpy<2 is available: numpy-1.26.4-py3-none-any.whl"
    assert last == "  numpy 1.26.4 py_0 of conda, which the lock holds"


def test_what_cannot_be_solved_names_the_statements(make):
    make.failure = "right 1.0 needs core >=2, but left 1.0 needs core <2"
    with pytest.raises(LockError) as caught:
        make("smuggle left  # conda: left\nsmuggle right  # conda: right\nsmuggle a  # conda: a")
    assert str(caught.value).splitlines() == [
        f"the packages of conda cannot be solved: {make.failure}",
        "  conda: left (row 1)",
        "  conda: right (row 2)",
    ]


def test_a_package_without_a_digest_is_not_locked(make):
    make.packages = [solved("thing", sha256=None)]
    with pytest.raises(LockError, match=r"thing 1\.0 cannot be locked: its channel gives no sha"):
        make("smuggle thing  # conda: thing")


def test_packages_of_conda_are_locked_for_the_python_that_runs_davos(make):
    with pytest.raises(LockError, match=r"the lock is for Python 3\.99: run davos with that one"):
        make("smuggle thing  # conda: thing", python="3.99")
    assert make.solvings == []


HERE_ONLY, ELSEWHERE = "os_name != 'fs-9'", "os_name == 'fs-9'"


def test_a_marker_that_is_true_here_limits_conda_one_that_is_false_asks_for_nothing(make):
    make.packages = [solved("num", "1.5"), solved("other", "2.0")]
    text = "smuggle num  # conda: num\nsmuggle other  # conda: other\n"
    make(
        f"{text}smuggle num  # pip: num<2; {HERE_ONLY}\nsmuggle other  # pip: other<2; {ELSEWHERE}\n"
    )
    assert make.solvings[0].constraints == ["num<2"]
    assert make.runs == []


def test_a_marker_that_is_true_here_contradicts_condas_package(make):
    make.packages = [solved("num", "3.0")]
    with pytest.raises(LockError, match=r"num<2.* does not go with num 3\.0 py_0 of conda"):
        make(f"smuggle num  # conda: num\nsmuggle num  # pip: num<2; {HERE_ONLY}\n")
