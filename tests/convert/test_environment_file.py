"""Environment files of conda, good and bad."""

import pytest

from davos.convert.environment_file import is_environment_file, read_environment
from davos.exceptions import DavosError

pytest.importorskip("yaml")


@pytest.fixture
def read(tmp_path):
    def reading(text):
        file = tmp_path / "environment.yml"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_environment(str(file))

    return reading


@pytest.mark.parametrize(
    ("name", "is_one"),
    [("environment.yml", True), ("a/E.YAML", True), ("requirements.txt", False), ("yml", False)],
)
def test_a_name_tells_an_environment_file(name, is_one):
    assert is_environment_file(name) is is_one


@pytest.mark.parametrize(
    ("entry", "args"),
    [
        ("numpy", "numpy"),
        ("numpy=1.26", "numpy=1.26"),
        ("numpy==1.26.4", "numpy==1.26.4"),
        ("numpy=1.26.4=py311_0", "numpy=1.26.4=py311_0"),
        ("'numpy>=1.20, <2'", "'numpy>=1.20, <2'"),
        ("numpy 1.26.*", "'numpy 1.26.*'"),
        ("conda-forge::numpy=1.26  # why", "conda-forge::numpy=1.26"),
        ("\"numpy[version='>=1,<2']\"", "\"numpy[version='>=1,<2']\""),
        ("&one numpy", "numpy"),
        ("numpy[version=\">=1\",build='py*']", "\"numpy[version='>=1',build='py*']\""),
    ],
)
def test_a_dependency_is_an_onion_comment(read, entry, args):
    found = read(f"dependencies:\n  - {entry}\n")
    assert found.conda == {"numpy": args}
    assert (found.pip, found.notes) == ({}, [])


@pytest.mark.parametrize(
    ("channels", "options"),
    [
        ("[]", ""),
        ("", ""),
        ("[forge, nodefaults, forge]", "-c forge --override-channels "),
        ("[conda-forge]", "-c conda-forge "),
        ("[conda-forge, defaults]", "-c conda-forge -c defaults "),
        ("[conda-forge, nodefaults]", "-c conda-forge --override-channels "),
        ("\n  - https://h.example/c\n  - ./local", "-c https://h.example/c -c ./local "),
    ],
)
def test_channels_are_options(read, channels, options):
    found = read(f"channels: {channels}\ndependencies: [numpy=1]\n")
    assert found.conda == {"numpy": f"{options}numpy=1"}


def test_packages_are_known_by_the_names_of_pypi(read):
    found = read("dependencies: [pytorch=2, py-opencv=4, opencv=4, libopencv=4]")
    assert found.conda["torch"] == "pytorch=2"
    assert "py-opencv=4" in found.conda.values()


def test_python_and_what_installs_is_left_out(read):
    found = read("dependencies: [python=3.11, pip, setuptools, __glibc>=2.17, numpy]")
    assert found.conda == {"numpy": "numpy"}
    said = [note.rpartition("/")[2] for note in found.notes]
    assert said == [
        f"environment.yml:1: {text} is left out: the kernel's Python runs the document"
        for text in ("python=3.11", "__glibc>=2.17")
    ]


def test_the_part_for_pip_may_name_files(read, tmp_path):
    (tmp_path / "more.txt").write_text("six==1.16.0\n")
    found = read(
        "dependencies:\n- pip:\n  - foo[x]>=1 ; python_version>'3'\n  - -r more.txt\n"
        "  - --extra-index-url https://h/s\n  - -e git+https://h/b.git@abc1234#egg=bar\n"
    )
    assert found.pip == {
        "foo": "foo[x]>=1 ; python_version>'3'",
        "six": "six==1.16.0",
        "bar": "-e git+https://h/b.git@abc1234#egg=bar",
    }
    assert found.notes[0].endswith(
        "environment.yml:5: --extra-index-url is left out: put it into the onion comments"
    )


def test_of_a_package_with_a_marker_and_one_of_conda_the_latter_counts(read):
    found = read(
        "dependencies:\n- numpy=1\n- zstd=1.5\n- pip:\n  - numpy==2; python_version<'3'\n"
        "  - zstd==1.5.5.1\n  - .\n"
    )
    assert found.conda == {"numpy": "numpy=1"}
    assert found.pip == {"zstd": "zstd==1.5.5.1"}
    assert [note.rpartition("environment.yml:")[2] for note in found.notes] == [
        "5: numpy==2; python_version<'3' is left out: conda is asked for numpy",
        "7: . is left out: only its build would tell which package it is",
    ]


def test_an_alias_stands_for_what_it_names(read):
    found = read("x: &c [forge]\nchannels: *c\ndependencies: [numpy]\n")
    assert found.conda == {"numpy": "-c forge numpy"}


BOMB = "a: &a [x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n"
    for before, name in zip("abcdefgh", "bcdefghi")
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "environment.yml: it is empty"),
        ("# nothing\n", "environment.yml: it is empty"),
        ("name: x\n", "environment.yml: it has no dependencies"),
        ("- numpy\n", "environment.yml:1: this is not `dependencies:`"),
        ("numpy\n", "environment.yml:1: this is not `dependencies:`"),
        ("dependencies: numpy\n", "environment.yml:1: dependencies must be a list"),
        ("dependencies:\n\t- numpy\n", "environment.yml:2: found character"),
        ("dependencies: [numpy\n", "environment.yml:2: "),
        ("dependencies:\n- numpy\n-\n", "environment.yml:3: this entry is no text"),
        ("dependencies:\n- [numpy]\n", "environment.yml:2: this entry is no text"),
        ("dependencies:\n- !!python/object/apply:os.system [x]\n", "environment.yml:2: this entry is no text"),
        ("dependencies:\n- !!python/name:os.system x\n", "environment.yml:2: this entry is no text"),
        ("dependencies:\n- conda: [x]\n", "environment.yml:2: conda is no entry"),
        ("dependencies:\n- pip: [a]\n- pip: [b]\n", "environment.yml:3: pip stands here twice"),
        ("dependencies:\n- pip: a\n", "environment.yml:2: pip must be a list"),
        ("dependencies:\n- pip: [a b]\n", "environment.yml:2: "),
        ("channels: [local]\ndependencies: [a]\n", "environment.yml:2: -c takes the folder of packages"),
        ("dependencies:\n- numpy=1,six\n", "environment.yml:2: an onion comment is about one package"),
        ("dependencies:\n- numpy -c x\n", "environment.yml:2: 'numpy -c x' is not a requirement"),
        ("dependencies:\n- 1.26\n", "environment.yml:2: '1.26' names no package"),
        ("dependencies: [a]\n---\n", "environment.yml:2: but found another document"),
        ("dependencies:\n- pip: [-r none.txt]\n", "environment.yml:2: none.txt: No such file"),
        ("dependencies:\n- numpy=1\n- numpy=2\n", "environment.yml:3: numpy stands here twice"),
        ("dependencies:\n- six=1\n- pip: [six]\n", "environment.yml:3: six is asked of conda and of pip"),
        ("dependencies:\n- https://h/numpy-1-0.conda\n", "environment.yml:2: "),
        ("dependencies:\n- ../numpy\n", "environment.yml:2: "),
        ("dependencies:\n- -n\n", "environment.yml:2: "),
        ('dependencies:\n- "numpy\\u2028-c x"\n', "environment.yml:2: "),
        ("dependencies: []\ndependencies: []\n", "environment.yml:2: dependencies stands here twice"),
        ("x: &x {}\n<<: *x\ndependencies: []\n", "environment.yml:2: << is no key"),
        ("channels: [nodefaults]\ndependencies: [a]\n", "environment.yml:1: nodefaults leaves no channel"),
        ("channels: ['https://me:secret@h/c']\ndependencies: [a]\n", "environment.yml:1: this channel holds credentials"),
        ("channels: [https://h/t/secret/c]\ndependencies: [a]\n", "environment.yml:1: this channel holds credentials"),
        ("[" * 5000, "environment.yml: it is nested too deeply"),
        (b"\xff\xfe", "environment.yml: it is not encoded in UTF-8"),
        (b"x: \x00\n", "environment.yml: it cannot be read as YAML"),
        (b"#" * 1_000_001, "environment.yml: it is larger than 1,000,000 bytes"),
        (f"{BOMB}dependencies: *i\n", "environment.yml:8: this entry is no text"),
    ],
)  # fmt: skip
def test_a_bad_file_is_one_error_with_its_row(read, text, said):
    with pytest.raises(DavosError) as caught:
        read(text)
    message = str(caught.value)
    assert message.rpartition("/environment")[2].startswith(said.removeprefix("environment"))
    assert "secret" not in message
