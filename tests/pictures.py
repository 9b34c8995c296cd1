"""Pictures of what a user sees, for the guide and for whoever changes it.

With DAVOS_PICTURES, the path of a folder, the tests write there a picture of each state that they
come by: parts of pages as PNG, terminals as SVG, each for a light and for a dark background.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

VARIABLE = "DAVOS_PICTURES"
THEMES = ("light", "dark")


class Pictures:
    """Writes pictures into a folder, nothing where it is None."""

    def __init__(self, folder):
        self.folder = Path(folder) if folder else None
        if self.folder:
            self.folder.mkdir(parents=True, exist_ok=True)

    def of_page(self, page, name, part, height=None):
        """`NAME-light.png` and `NAME-dark.png` of a part of an open notebook, or of its top.

        The page has the light theme afterwards.
        """
        for theme in reversed(THEMES) if self.folder else ():
            page.use_theme(theme)
            part.scroll_into_view_if_needed()
            box = part.bounding_box()
            clip = {**box, "height": height or box["height"]}
            page.page.screenshot(path=self.folder / f"{name}-{theme}.png", clip=clip)

    def of_terminal(self, screen, name, title):
        """`NAME-light.svg` and `NAME-dark.svg` of a terminal's screen."""
        if self.folder is None:
            return
        from terminal_screen import as_svg

        for theme in THEMES:
            text = as_svg(screen, title, is_dark=theme == "dark")
            (self.folder / f"{name}-{theme}.svg").write_text(text, encoding="utf-8")


@pytest.fixture(scope="session")
def pictures():
    """What writes the pictures, if they are asked for."""
    return Pictures(os.environ.get(VARIABLE))
