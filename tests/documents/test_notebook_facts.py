"""What a notebook's metadata say about its runs."""

import json

import pytest

from davos.documents.notebook_facts import last_execution, python_minor


def notebook(cells=(), **metadata):
    return json.dumps({"cells": list(cells), "metadata": metadata, "nbformat": 4}).encode()


@pytest.mark.parametrize(
    ("language_info", "minor"),
    [
        ({"version": "3.11.4"}, "3.11"),
        ({"version": "3.9"}, "3.9"),
        ({"version": "3"}, None),
        ({"version": "3.11x"}, None),
        ({"version": 3.11}, None),
        ({}, None),
        ("python", None),
    ],
)
def test_the_minor_version_of_python_is_read(language_info, minor):
    assert python_minor(notebook(language_info=language_info)) == minor


@pytest.mark.parametrize(
    ("metadata", "time"),
    [
        ({"execution": {"iopub.status.idle": "2023-10-01T12:30:00.123456Z"}}, "2023-10-01T12:30"),
        ({"papermill": {"end_time": "2023-10-01T12:30:00.1+02:00"}}, "2023-10-01T10:30"),
        ({"ExecuteTime": {"start_time": "2023-10-01T12:30:00"}}, "2023-10-01T12:30"),
        ({"executionInfo": {"timestamp": 1696163400000, "elapsed": 17}}, "2023-10-01T12:30"),
        ({"executionInfo": {"timestamp": True, "elapsed": 10**30}}, None),
        ({"execution": {"a": "today", "b": 1}}, None),
        ({"execution": "2023-10-01"}, None),
        ([], None),
    ],
)
def test_front_ends_note_times_each_in_their_way(metadata, time):
    found = last_execution(notebook([{"cell_type": "code", "metadata": metadata}]))
    assert (found and found.strftime("%Y-%m-%dT%H:%M")) == time


def test_the_latest_of_all_counts_the_notebooks_own_too():
    cells = [{"metadata": {"execution": {"a": "2023-10-02T00:00:00Z"}}}, "x", {}]
    later = {"papermill": {"end_time": "2023-10-03T00:00:00Z"}}
    assert last_execution(notebook(cells)).day == 2
    assert last_execution(notebook(cells, **later)).day == 3
    assert last_execution(b'{"cells": 1}') is None
