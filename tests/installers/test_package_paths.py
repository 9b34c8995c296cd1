"""Whether the paths that packages list stay in the environment."""

import pytest

from davos.installers.package_paths import (
    Listed,
    leads_out,
    link_leads_out,
    outside,
    through_links,
)


@pytest.mark.parametrize(
    ("path", "out"),
    [
        ("lib/libx.so", False),
        ("site-packages/x/..data", False),
        ("a:b/c", True),
        ("lib/a:b", False),
        ("..", True),
        ("../x", True),
        ("lib/../../x", True),
        ("lib\\..\\..\\x", True),
        ("/etc/passwd", True),
        ("\\\\host\\x", True),
        ("C:\\x", True),
        ("", True),
        ("a\0b", True),
    ],
)
def test_a_path_leads_out_if_it_is_none_below_a_folder(path, out):
    assert leads_out(path) is out
    assert outside(Listed(["lib/x", path, "../y"])) == (path if out else "../y")


@pytest.mark.parametrize(
    ("link", "target", "out"),
    [
        ("lib/libx.so", "libx.so.1", False),
        ("lib64", "lib", False),
        ("lib/terminfo", "../share/terminfo", False),
        ("lib/x", "../../y", True),
        ("lib/x", "/tmp", True),
        ("x", "..", True),
    ],
)
def test_a_link_leads_out_if_what_it_points_at_is_elsewhere(link, target, out):
    assert link_leads_out(link, target) is out


def test_paths_below_links_of_any_package_are_found():
    several = [
        Listed(["lib/real/a", "lib/link", "lib/linked"], ["lib/link"]),
        Listed(["./lib/link/b", "lib/link2/b"]),
        Listed(["site-packages/y"], ["site-packages/y"]),
        Listed(["lib/python3.11/site-packages/y/z"]),
    ]
    assert list(through_links(several)) == [
        (0, "lib/link", "./lib/link/b"),
        (2, "site-packages/y", "lib/python3.11/site-packages/y/z"),
    ]
