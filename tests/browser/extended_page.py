"""A page of JupyterLab or Notebook with davos' extension: themes, colours, marks, panel."""

from __future__ import annotations

from notebook_page import NotebookPage

COLOUR = "node => getComputedStyle(node).color"
DARK = "() => document.body.dataset.jpThemeLight === 'false'"


class ExtendedPage(NotebookPage):
    """An open notebook whose front end has the extension."""

    def words(self, index, kind):
        """The words of a cell that are coloured as one kind."""
        return self.cell(index).locator(f".cm-content .davos-{kind}").all_inner_texts()

    def colours(self, index):
        """The colour of each kind of word in a cell, and of plain text."""
        cell = self.cell(index)
        kinds = ["keyword", "installer", "option", "value", "requirement"]
        found = {
            kind: cell.locator(f".cm-content .davos-{kind}").first.evaluate(COLOUR)
            for kind in kinds
        }
        plain = cell.locator(".cm-content .cm-line").first.evaluate(COLOUR)
        return {**found, "plain": plain}

    def use_dark_theme(self):
        """Settings > Theme > JupyterLab Dark."""
        self.page.get_by_role("menuitem", name="Settings", exact=True).click()
        for item in ("Theme", "JupyterLab Dark"):
            self.page.locator(".lm-Menu-itemLabel").get_by_text(item, exact=True).click()
        self.page.wait_for_function(DARK)
        self.page.locator("#jupyterlab-splash").wait_for(state="detached")
