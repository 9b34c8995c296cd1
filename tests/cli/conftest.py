import json

import pytest

from davos.cli.main import main


@pytest.fixture
def davos(capsys, monkeypatch, tmp_path):
    """Run a command in a folder of its own: `davos("check", "a.py") -> (status, stdout, stderr)`."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        try:
            status = main(arguments)
        except SystemExit as stop:
            status = stop.code
        return (status, *capsys.readouterr())

    return run


@pytest.fixture
def write(tmp_path):
    """Write a file: text, bytes, or the cells of a notebook."""

    def write_file(name, content):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, list):
            content = notebook(*content)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write_file


@pytest.fixture
def stdin(monkeypatch):
    """Give a command its standard input."""

    def give(content):
        class Stdin:
            class buffer:
                @staticmethod
                def read():
                    return content if isinstance(content, bytes) else content.encode()

        monkeypatch.setattr("sys.stdin", Stdin)

    return give


def notebook(*cells):
    """A notebook of code cells; a cell that is None is a Markdown cell."""
    made = [
        {"cell_type": "markdown", "metadata": {}, "source": "text"}
        if cell is None
        else {
            "cell_type": "code",
            "execution_count": None,
            "metadata": {},
            "outputs": [],
            "source": cell,
        }
        for cell in cells
    ]
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 4})
