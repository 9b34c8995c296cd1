"""URLs that would have pip, or what it starts, do more than fetch."""

import pytest

from davos.exceptions import OnionArgumentError
from davos.onion.repository_url import objection
from davos.onion.validator import validate_text

ACCEPTED = [
    "https://h/x.zip",
    "https://user:-pw@h/x.zip",
    "http://[::1]:8080/x.zip",
    "https://h/-/x.zip",
    "https://h/x-1.0-py3-none-any.whl#sha256=00",
    "file:///srv/x%20y",
    "git+https://gitlab.com/a/-/b.git@v1-rc#egg=x[a,b]&subdirectory=python/x",
    "git+ssh://git@h/a/b.git@feature/-x",
    "git+file:///srv/r@abc",
    "hg+static-http://h/r",
    "svn+ssh://h/r",
    "bzr+lp:x#egg=x",
    "git+https://h/\u30d1\u30b9",
    "./x",
    "../-x",
    "C:\\x",
    "git@h:a/b.git",
]
# what is refused -> a part of the reason
REFUSED = {
    "git+ext::sh": "'git+ext' is not one",
    "git+fd://17": "'git+fd' is not one",
    "ext::sh": "'ext' is not one",
    "svn+tunnel://h/r": "'svn+tunnel' is not one",
    "x#git+ssh://h/r": "'x#git+ssh' is not one",
    "!git+https://h/r": "'!git+https' is not one",
    "(https://h/x.zip)": "'(https' is not one",
    "x/http://h/y.zip": "'x/http' is not one",
    "hg+bundle://h/r": "not one of pip's",
    "git+ssh://-oProxyCommand=x/r": "host",
    "git+ssh://%2DoProxyCommand=x/r": "host",
    "git+ssh://git@-h/r": "host",
    "git+ssh://-oP@h/r": "user",
    "hg+ssh://%2doP@h/r": "user",
    "https://-u@h/x.zip": "user",
    "git+https://h/r@-x": "ref",
    "git+https://h/r@%2Dx": "ref",
    "git+https://h/r%40-x": "ref",
    "hg+https://h/r@a@--config=x": "ref",
    "hg+file:///r@--config=alias.update=!touch": "ref",
    "git+file:-x": "path",
    "hg+file:///-x": "path",
    "git+ssh://h/-x": "path",
    "file:-x": "path",
    "git+https://h/r%0ahost=x": "U+000A",
    "git+https://h%0d/r": "U+000D",
    "git+https://h/r%E2%80%AE": "U+202E",
    "git+https://h/r#egg=x&egg=y": "twice",
    "git+https://h/r#egg=x==1": "not the name",
    "git+https://h/r#egg=https://h/y.zip": "not the name",
    "git+https://h/r#egg=x&--global-option=y": "neither egg=",
    "git+https://h/r#egg=x&subdir=y": "neither egg=",
    "https://h/x.zip#subdirectory=https://h/y.zip": "not a folder",
    "https://h/x.zip#subdirectory=-y": "not a folder",
    "https://h/x.zip#subdirectory=../y": "not a folder",
    "https://h/x.zip#subdirectory=/etc": "not a folder",
}


@pytest.mark.parametrize("url", ACCEPTED)
def test_accepted(url):
    assert objection(url) is None


@pytest.mark.parametrize(("url", "reason"), REFUSED.items())
def test_refused_in_an_onion(url, reason):
    """Named or not, editable or not."""
    assert reason in objection(url)
    for args in (f"x @ {url}", f"-e x @ {url}"):
        with pytest.raises(OnionArgumentError) as raised:
            validate_text("pip", args)
        assert raised.value.code == "DAV103"


@pytest.mark.parametrize(
    "args",
    [
        "hg+file:///r@--config=alias.update=!touch%20x#egg=x",
        "'hg+file:///r@--config=alias.update=!touch x#egg=x'",
        "-e git+ssh://-oProxyCommand=x/r#egg=x",
        "'git+ext::sh -c touch% x#egg=x'",
        "-e 'git+ext::sh -c touch% x#egg=x'",
    ],
)
def test_as_it_was_tried(args):
    with pytest.raises(OnionArgumentError):
        validate_text("pip", args)
