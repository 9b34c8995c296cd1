"""conda's match specifications: what is accepted, what it means, what installed packages fit."""

import sys

import pytest

from davos.onion.match_spec import (
    MatchSpecError,
    accepts,
    cannot_both_hold,
    read_match_spec,
)

DIGEST = "ab" * 32
# text -> the spelling that conda and py-rattler cannot misread
SPECS = {
    "numpy": "numpy",
    "NumPy": "numpy",
    "_libgcc_mutex": "_libgcc_mutex",
    "ruamel.yaml": "ruamel.yaml",
    "numpy=1.26": "numpy[version='1.26.*']",
    "numpy==1.26.4": "numpy[version='==1.26.4']",
    "numpy=1.26.4=py311_0": "numpy[version='==1.26.4',build='py311_0']",
    "numpy==1.26.4=py311_0": "numpy[version='==1.26.4',build='py311_0']",
    "numpy=1.26.*=py*": "numpy[version='1.26.*',build='py*']",
    "numpy=1=py**_**": "numpy[version='==1',build='py*_*']",
    "numpy=*=py*": "numpy[version='*',build='py*']",
    "numpy>=1.20,<2": "numpy[version='>=1.20,<2']",
    "numpy >=1.20 , <2": "numpy[version='>=1.20,<2']",
    "numpy = 1.26": "numpy[version='1.26.*']",
    "numpy 1.26": "numpy[version='==1.26']",
    "numpy 1.26 py311_0": "numpy[version='==1.26',build='py311_0']",
    "numpy >=1.2 py*": "numpy[version='>=1.2',build='py*']",
    "numpy==main": "numpy[version='==main']",
    "numpy=main=h0_0": "numpy[version='==main',build='h0_0']",
    "numpy v1.2": "numpy[version='==v1.2']",
    "numpy=1.8|>=2": "numpy[version='1.8.*|>=2']",
    "conda-forge::numpy": "conda-forge::numpy",
    "conda-forge::numpy=1": "conda-forge::numpy[version='1.*']",
    "conda-forge/linux-64::numpy": "conda-forge/linux-64::numpy",
    "conda-forge/label/dev/noarch::numpy": "conda-forge/label/dev/noarch::numpy",
    "numpy[version='>=1.2',build=py*]": "numpy[version='>=1.2',build='py*']",
    'numpy[version=">=1.2, <2"]': "numpy[version='>=1.2,<2']",
    "numpy[channel=conda-forge, subdir=noarch]": "conda-forge/noarch::numpy",
    "numpy[subdir=noarch]": "numpy[subdir='noarch']",
    f"numpy=1[sha256={DIGEST}]": f"numpy[version='1.*',sha256='{DIGEST}']",
}
REFUSED = {
    "": "is empty",
    "-n": "begin with a dash",
    "https://h/c/numpy": "is a URL",
    "https://h/c::numpy": "is a URL",
    "file:///x": "is a URL",
    "file:x": "is a URL",
    "./numpy": "is a path",
    "/numpy": "is a path",
    "~/numpy": "is a path",
    "a/numpy": "is a path",
    "..\\numpy": "is a path",
    "c::a/numpy": "is a path",
    "numpy-1.26.4-0.conda": "is a file",
    "numpy-1.26.4-0.tar.bz2": "is a file",
    "Numpy.CONDA": "is a file",
    "numpy; python_version>'3'": "has a marker",
    "numpy @ h": "is not a package of conda",
    "numpy[dev]": "conda has no extras",
    "numpy[url=x]": "in brackets, not url",
    "numpy[fn=x.conda]": "in brackets, not fn",
    "numpy[md5=x]": "in brackets, not md5",
    "numpy[build_number=1]": "in brackets, not build_number",
    "numpy[version=1": "one pair of brackets",
    "numpy[version=1][build=x]": "one pair of brackets",
    "[version=1]": "names no package",
    "numpy[version=1,version=2]": "version stands twice",
    "numpy=1[version=2]": "in brackets and before them",
    "c::numpy[channel=d]": "in brackets and before them",
    "numpy[version='']": "version has no value",
    "numpy[sha256=ab]": "64 digits",
    "numpy[subdir=x]": "is not a platform",
    "numpy[build=^py$]": "is not a build",
    "numpy[channel='https://h/c']": "is a URL",
    "numpy[channel='../c']": "is not the name of a channel",
    "::numpy": "is not the name of a channel",
    "a::b::numpy": "is not the name of a channel",
    "../c::numpy": "is a path",
    "__glibc": "a property of the machine",
    "python=3.12": "running Python",
    "numpy=": "a version is missing",
    "numpy=>1": "did you mean '>=1'?",
    "numpy=1=x=y": "not a condition",
    "numpy=1.26=": "a build is missing",
    "numpy==1.26.*": "write =1.26",
    "numpy='>=1'": "is not a condition",
    "numpy=>=1": "did you mean '>=1'?",
    "numpy>=1 <2": "did you mean '>=1,<2'?",
    "numpy>=1<2": "did you mean '>=1,<2'?",
    "numpy=1.26,pandas": "about one package; in 'numpy=1.26,pandas', pandas would be a second",
    "numpy, pandas>=2": "pandas would be a second",
    "numpy pandas": "pandas would be a second",
    "numpy\u00a0pandas": "pandas would be a second",
    "numpy >=1,_x": "_x would be a second",
    "numpy=1.26 , scipy=1": "scipy would be a second",
    "local::numpy": "local is a folder of this machine",
    "numpy[channel=local]": "local is a folder of this machine",
    "numpy 1 x y": "not a condition",
    "*": "is not the name of a package",
    "1.26.4": "'1.26.4' names no package: 1.26.4 would be a version",
    "c::_": "names no package",
    "num*": "is not the name of a package",
    "nüm": "is not the name of a package",
    "pip:numpy": "is not the name of a package",
    "numpy\x1b[0m": "cannot hold the control character",
    "numpy\u202e": "cannot hold the direction control",
    "numpy\nscipy": "cannot hold the control character",
    "n" * 2000: "at most 1000 characters",
}


@pytest.mark.parametrize(("text", "canonical"), SPECS.items())
def test_a_specification_has_one_spelling_that_says_the_same(text, canonical):
    spec = read_match_spec(text)
    assert spec.canonical == canonical
    assert read_match_spec(canonical) == spec


@pytest.mark.parametrize("canonical", sorted({*SPECS.values()}))
@pytest.mark.skipif(sys.version_info < (3, 10), reason="py-rattler needs Python 3.10")
def test_py_rattler_reads_that_spelling_as_davos_does(canonical):
    import rattler

    ours, theirs = read_match_spec(canonical), rattler.MatchSpec(canonical)
    assert theirs.name.normalized == ours.name
    assert str(theirs.version or "") == (ours.versions.text if ours.versions else "")
    assert (theirs.build or "") == ours.build
    assert (theirs.channel.name if theirs.channel else "") == ours.channel
    assert (theirs.subdir or "") == ours.subdir
    assert (theirs.sha256.hex() if theirs.sha256 else "") == ours.sha256


@pytest.mark.parametrize(("text", "message"), REFUSED.items(), ids=range(len(REFUSED)))
def test_what_is_refused_says_why(text, message):
    with pytest.raises(MatchSpecError) as caught:
        read_match_spec(text)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("text", "version", "build", "channel", "fits"),
    [
        ("numpy", "1.0", "0", "", True),
        ("numpy=1.26", "1.26.4", "py311_0", "", True),
        ("numpy=1.26", "1.27", "py311_0", "", False),
        ("numpy=1.26.4=py311_0", "1.26.4", "py311_0", "", True),
        ("numpy=1.26.4=py311_0", "1.26.4", "py311_1", "", False),
        ("numpy=1.26.4=py*_0", "1.26.4", "py311_0", "", True),
        ("numpy=1.26.4=py*_0", "1.26.4", "py_", "", False),
        ("numpy=*=*mkl*", "1.26.4", "py311_mkl_0", "", True),
        ("numpy=*=*mkl*", "1.26.4", "py311_0", "", False),
        ("numpy=*=ab*ba", "1", "aba", "", False),
        ("conda-forge::numpy", "1", "0", "conda-forge", True),
        ("conda-forge::numpy", "1", "0", "https://conda.anaconda.org/conda-forge/linux-64", True),
        ("conda-forge::numpy", "1", "0", "https://conda.anaconda.org/conda-forge/", True),
        ("conda-forge::numpy", "1", "0", "https://h/not-conda-forge/noarch", False),
        ("conda-forge::numpy", "1", "0", "", False),
        ("conda-forge/noarch::numpy", "1", "0", "https://h/conda-forge/noarch", True),
        ("conda-forge/noarch::numpy", "1", "0", "https://h/conda-forge/linux-64", False),
        ("a/label/dev::numpy", "1", "0", "https://h/a/label/dev/noarch", True),
        ("numpy=1", "not a version", "0", "", False),
    ],
)
def test_installed_packages_fit_or_do_not(text, version, build, channel, fits):
    assert accepts(read_match_spec(text), version, build, channel) is fits


def test_a_digest_has_to_be_that_of_the_installed_package():
    spec = read_match_spec(f"numpy[sha256={DIGEST}]")
    assert accepts(spec, "1", sha256=DIGEST)
    assert not accepts(spec, "1")


def test_a_platform_without_a_channel_is_asked_for_too():
    spec = read_match_spec("numpy[subdir=noarch]")
    assert accepts(spec, "1", channel="https://h/c/noarch")
    assert not accepts(spec, "1", channel="https://h/c/linux-64")


@pytest.mark.parametrize(
    "text",
    [
        *("a[" * 499, "a=1" + "=" * 990, "a" + " 1" * 490, "a=1" + " " * 900 + "!", "a[b" * 300),
        *("a" + "=" * 990 + "1", "a" + ">=1 " * 240, "a=1" + " ," * 490 + "b", "a=" + "=>" * 490),
    ],
)
def test_texts_made_to_be_slow_are_refused_like_others(text):
    with pytest.raises(MatchSpecError):
        read_match_spec(text)


def test_a_build_of_many_stars_is_compared_in_one_pass():
    assert not accepts(read_match_spec("a=*=" + "*a" * 490 + "b"), "1", "a" * 100_000)


@pytest.mark.parametrize(
    ("one", "other", "exclusive"),
    [
        ("numpy==1.26", "scipy==1", False),
        ("numpy==1.26", "numpy==1.26.0", False),
        ("numpy==1.26", "numpy==1.27", True),
        ("numpy==1.26g", "numpy>1.26", True),
        ("numpy==1.26", "numpy", False),
        ("numpy=1.25|1.26", "numpy==1.26", False),
        ("numpy=1=py_0", "numpy=1=py_1", True),
        ("numpy=1=py*", "numpy=1=py_1", False),
        ("numpy=1=py*", "numpy=1=h_1", True),
        ("numpy=1=py*", "numpy=1=h*", False),
        ("a::numpy", "b::numpy", True),
        ("a::numpy", "a/linux-64::numpy", False),
        ("numpy[subdir=noarch]", "numpy[subdir=linux-64]", True),
        (f"numpy[sha256={DIGEST}]", f"numpy[sha256={DIGEST[::-1]}]", True),
    ],
)
def test_two_specifications_may_exclude_each_other(one, other, exclusive):
    both = read_match_spec(one), read_match_spec(other)
    assert cannot_both_hold(*both) is cannot_both_hold(*both[::-1]) is exclusive


@pytest.mark.parametrize(
    ("text", "pinned"),
    [
        ("numpy", "numpy==1.26.4"),
        ("a/noarch::numpy>=1", "a/noarch::numpy==1.26.4"),
        ("numpy=1=py*", "numpy==1.26.4=py*"),
        ("numpy[subdir=noarch]", "numpy==1.26.4[subdir='noarch']"),
        (f"numpy[build=py*,sha256={DIGEST}]", f"numpy==1.26.4=py*[sha256='{DIGEST}']"),
    ],
)
def test_another_version_is_asked_for_with_the_rest_as_it_is(text, pinned):
    assert read_match_spec(text).pinned("1.26.4") == pinned
    assert read_match_spec(pinned).is_exact
