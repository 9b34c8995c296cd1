"""The notebook that runs on Colab, which its page tells."""

import json
import sys
from types import ModuleType

import pytest

from davos.frontends import detect


@pytest.fixture
def page(monkeypatch):
    """Put a `google.colab._message` in place that answers with a value, or raises it."""

    def answer_with(value):
        def blocking_request(kind, timeout_sec):
            assert (kind, timeout_sec > 0) == ("get_ipynb", True)
            if isinstance(value, Exception):
                raise value
            return value

        for name in ("google", "google.colab", "google.colab._message"):
            monkeypatch.setitem(sys.modules, name, ModuleType(name))
        sys.modules["google.colab._message"].blocking_request = blocking_request

    return answer_with


def test_the_notebook_is_what_the_page_sends(page):
    page({"ipynb": {"cells": [], "metadata": {}}})
    assert json.loads(detect.colab_notebook()) == {"cells": [], "metadata": {}}


@pytest.mark.parametrize("answer", [None, {}, {"ipynb": "text"}, TimeoutError("no page")])
def test_without_an_answer_there_is_no_notebook(page, answer):
    page(answer)
    assert detect.colab_notebook() is None


def test_elsewhere_there_is_none(monkeypatch):
    monkeypatch.setitem(sys.modules, "google.colab._message", None)
    assert detect.colab_notebook() is None
