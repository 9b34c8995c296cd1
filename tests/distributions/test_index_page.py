"""Pages of an index, as the versions that they offer."""

import json

import pytest

from davos.distributions.index_page import checked_releases, fitting, read_page

JSON = "application/vnd.pypi.simple.v1+json"


def wheel(version, **more):
    return {"filename": f"my_pkg-{version}-py3-none-any.whl", **more}


def page(*files, **more):
    return json.dumps({"meta": {"api-version": "1.1"}, "files": list(files), **more}).encode()


def test_a_page_in_json():
    files = [
        wheel("1.0", **{"requires-python": ">=3.8"}),
        {"filename": "my-pkg-1.0.tar.gz", "requires-python": ">=3.8"},
        {"filename": "my_pkg-1.0-1-py2-none-any.whl", "requires-python": "<3"},
        wheel("2.0", yanked=False),
    ]
    assert read_page("My.Pkg", JSON, page(*files)) == {"1.0": [">=3.8", "<3"], "2.0": [""]}


@pytest.mark.parametrize("kind", ["text/html", "application/vnd.pypi.simple.v1+html"])
def test_a_page_in_html(kind):
    text = """<!DOCTYPE html><html><body><a name=x>no link</a>
    <a href="../files/my_pkg-1.0-py3-none-any.whl?a=b#sha256=0" data-requires-python="&gt;=3.8">x</a>
    <A HREF='https://h/my%5Fpkg-2.0.tar.gz'>
    <a href="my_pkg-3.0.zip" data-yanked="broken">
    <script>"<a href='my_pkg-4.0.zip'>"</script><a href="other-5.0.zip"><a href=
    """
    assert read_page("my-pkg", kind, text.encode()) == {"1.0": [">=3.8"], "2.0": [""]}


@pytest.mark.parametrize("yanked", [True, "", "broken"])
def test_a_yanked_file_counts_for_no_version(yanked):
    both = page(wheel("1.0", yanked=yanked), {"filename": "my_pkg-1.0.tar.gz"})
    assert read_page("my-pkg", JSON, page(wheel("1.0", yanked=yanked))) == {}
    assert read_page("my-pkg", JSON, both) == {"1.0": [""]}


@pytest.mark.parametrize(
    "name",
    [
        "other-1.0-py3-none-any.whl",
        "my_pkg-1.0\x1b[2J-py3-none-any.whl",
        "my_pkg-<script>-py3-none-any.whl",
        "my_pkg-1.0\n2.0-py3-none-any.whl",
        f"my_pkg-{'1' * 300}-py3-none-any.whl",
        "my_pkg-x-py3-none-any.whl",
        "my_pkg.whl",
        ".whl",
        "",
        "my_pkg-1.0.exe",
        None,
        {},
    ],
)
def test_what_is_no_version_of_the_project_is_passed_over(name):
    assert read_page("my-pkg", JSON, page({"filename": name}, wheel("2.0"))) == {"2.0": [""]}


@pytest.mark.parametrize(
    "content",
    [b"[]", b"1", b"null", b'{"files": 1}', b'{"files": {"a": 1}}', b'{"files": [1, []]}'],
)
def test_json_of_another_form_offers_nothing(content):
    assert read_page("my-pkg", JSON, content) == {}


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("application/octet-stream", b"{}"),
        ("application/json", b"{}"),
        (JSON, b"<html>"),
        (JSON, b"\xff\xfe"),
        (JSON, b"[" * 200_000),
    ],
)
def test_a_page_of_another_kind_is_an_error(kind, data):
    with pytest.raises(ValueError, match=r".+"):
        read_page("my-pkg", kind, data)


@pytest.mark.parametrize("found", [None, [], {"1.0": 1}, {"x": [""]}, {"1" * 300: [""]}, {1: [""]}])
def test_what_was_kept_is_checked_as_a_page_is(found):
    assert checked_releases(found) == {}
    assert checked_releases({"1.00": ["", 3, "x" * 300]}) == {"1.0": [""]}


def test_there_is_an_end_to_what_is_kept():
    assert len(checked_releases({str(number): [""] for number in range(20_000)})) == 5000


def test_the_newest_is_first_and_pre_releases_are_last():
    releases = {
        text: [""] for text in ("1.9", "1.10", "2.0rc1", "1.11.dev1", "1!0.1", "1.10.post1")
    }
    assert fitting(releases, "3.11.4") == [
        "1!0.1", "1.10.post1", "1.10", "1.9", "2.0rc1", "1.11.dev1"
    ]  # fmt: skip


def test_versions_for_other_pythons_are_left_out():
    releases = {"1": ["<3"], "2": ["<3", ">=3.8"], "3": ["!!"], "4": [], "5": [">=3.11.5"]}
    assert fitting(releases, "3.11.4") == ["3", "2"]
