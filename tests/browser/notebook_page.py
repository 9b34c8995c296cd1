"""A notebook in a browser, as its user sees and drives it. JupyterLab and Notebook share it."""

from __future__ import annotations

import nbformat
from waiting import wait_for

PATIENCE = 300_000  # in milliseconds; machines are busy
THEME = "name => (document.body.dataset.jpThemeLight === 'false') === (name === 'dark')"

# [*] is a cell that runs or waits to; one that is not drawn yet has no text.
IS_IDLE = """() => {
  const prompts = [...document.querySelectorAll('.jp-Notebook .jp-InputPrompt')];
  const indicator = document.querySelector('.jp-Notebook-ExecutionIndicator');
  return prompts.length && prompts.every(one => /^\\[[^*]*\\]/.test(one.innerText))
    && indicator && indicator.dataset.status === 'idle';
}"""


class NotebookPage:
    """An open notebook."""

    def __init__(self, page, server, url, file):
        self.page, self.server, self.url, self.file = page, server, url, file
        self.page.set_default_timeout(PATIENCE)
        self.errors = []  # of scripts, once the page is there; some of Notebook's come before
        self.page.on("pageerror", lambda error: self.errors.append(error))
        self.open()

    def open(self):
        """Open the notebook's URL, and wait until its kernel is there."""
        self.page.goto(self.url)
        # Before it is connected, the indicator says idle for a moment.
        wait_for(lambda: self.server.connections(self.file.name))
        self.wait_until_idle()
        self.errors.clear()

    def reopen(self):
        """Leave the page, and open it again."""
        self.page.goto("about:blank")
        wait_for(lambda: not self.server.connections(self.file.name))
        self.open()

    def cell(self, index):
        """The cell of an index."""
        return self.page.locator(".jp-Notebook .jp-Cell").nth(index)

    def prompts(self):
        """What stands before each code cell: `[ ]:`, `[*]:`, `[1]:`."""
        return self.page.locator(".jp-Notebook .jp-InputPrompt").all_inner_texts()

    def output(self, index):
        """The text of all outputs of a cell."""
        texts = self.cell(index).locator(".jp-OutputArea-output").all_inner_texts()
        return "\n".join(text.rstrip() for text in texts)

    def wait_for_output(self, index, text):
        """Wait until a text is in the outputs of a cell."""
        outputs = self.cell(index).locator(".jp-OutputArea-output")
        outputs.filter(has_text=text).first.wait_for()

    def wait_for_other_output(self, index, text):
        """Wait until the outputs of a cell are other than a text, and not empty."""
        wait_for(lambda: self.output(index).strip() not in ("", text))

    def choose(self, menu, item):
        """Choose an item of a menu."""
        self.page.get_by_role("menuitem", name=menu, exact=True).click()
        self.page.locator(".lm-Menu-itemLabel").get_by_text(item, exact=True).click()

    def use_theme(self, name):
        """Settings > Theme > JupyterLab Light or Dark, unless it is used."""
        if not self.page.evaluate(THEME, name):
            self.page.get_by_role("menuitem", name="Settings", exact=True).click()
            for item in ("Theme", f"JupyterLab {name.title()}"):
                self.page.locator(".lm-Menu-itemLabel").get_by_text(item, exact=True).click()
            self.page.wait_for_function(THEME, arg=name)
            self.page.locator("#jupyterlab-splash").wait_for(state="detached")

    def start_all(self):
        """Run > Run All Cells; returns when the first cell has started."""
        before = self.prompts()
        self.choose("Run", "Run All Cells")
        self.page.wait_for_function(
            "before => [...document.querySelectorAll('.jp-Notebook .jp-InputPrompt')]"
            ".some((one, at) => one.innerText !== before[at])",
            arg=before,
        )

    def run_all(self):
        """Run all cells, and wait until none is left."""
        self.start_all()
        self.wait_until_idle()

    def run_cell(self, index):
        """Run one cell, and wait until it is done."""
        self.cell(index).locator(".jp-InputPrompt").click()
        self.page.keyboard.press("Control+Enter")
        self.wait_until_idle()

    def wait_until_idle(self):
        """Wait until no cell runs or waits, and the kernel is idle."""
        self.page.wait_for_function(IS_IDLE, timeout=PATIENCE)

    def input_box(self, index):
        """Wait for the box in which the user answers `input()` below a cell."""
        box = self.cell(index).locator(".jp-Stdin-input")
        box.wait_for()
        return box.element_handle()

    def answer(self, index, text):
        """Type into that box, and press Enter; the box goes away."""
        box = self.input_box(index)
        box.fill(text)
        box.press("Enter")
        box.wait_for_element_state("hidden")

    def button(self, index, label):
        """A button in the outputs of a cell."""
        outputs = self.cell(index).locator(".jp-OutputArea-output")
        return outputs.get_by_role("button", name=label, exact=True)

    def interrupt(self):
        """Kernel > Interrupt Kernel."""
        self.choose("Kernel", "Interrupt Kernel")

    def restart(self):
        """Kernel > Restart Kernel, and yes to the question."""
        self.choose("Kernel", "Restart Kernel…")
        with self.page.expect_response(lambda answer: "/restart" in answer.url):
            self.page.locator(".jp-Dialog .jp-mod-accept").click()
        self.wait_until_idle()

    def save(self):
        """Save; the notebook as it is on disk then."""
        with self.page.expect_response(
            lambda answer: answer.request.method == "PUT" and "/api/contents/" in answer.url
        ):
            self.choose("File", "Save Notebook")
        return nbformat.read(self.file, 4)
