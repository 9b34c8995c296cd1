"""A page of JupyterLab or Notebook with davos' extension: colours, marks, panel."""

from __future__ import annotations

from notebook_page import NotebookPage
from waiting import wait_for

COLOUR = "node => getComputedStyle(node).color"


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

    def buttons(self, index):
        """How many buttons the outputs of a cell have."""
        return self.cell(index).locator(".jp-OutputArea-output button").count()

    def start(self, index):
        """Run one cell, and do not wait for its end."""
        self.cell(index).locator(".jp-InputPrompt").click()
        self.page.keyboard.press("Control+Enter")

    def reload(self):
        """Reload the page, whatever the kernel does, and wait for the cells."""
        before = list(self.errors)
        self.page.reload()
        self.cell(0).wait_for()
        self.errors[:] = before  # as in `open`: some of Notebook's come before

    def marked(self):
        """The indexes of the cells whose outputs are marked as older than a rerun."""
        cells = self.page.locator(".jp-Notebook .jp-Cell")
        classes = cells.evaluate_all("cells => cells.map(cell => cell.className)")
        return [index for index, names in enumerate(classes) if "davos-outdated" in names]

    def wait_for_marks(self, indexes):
        """Wait until just these cells are marked."""
        wait_for(lambda: self.marked() == indexes, 30)

    def show_panel(self):
        """Open the panel with the requirements; it."""
        tab = self.page.locator(".lm-TabBar-tab[title='davos: requirements']")
        if tab.count():
            tab.first.click()
        else:
            self.page.get_by_role("menuitem", name="View", exact=True).click()
            for item in ("Right Sidebar", "Show davos: requirements"):
                self.page.locator(".lm-Menu-itemLabel").get_by_text(item, exact=True).click()
        panel = self.page.locator("#davos-requirements")
        panel.wait_for()
        return panel
