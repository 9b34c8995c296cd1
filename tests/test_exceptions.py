"""Errors between processes: what a pool, joblib or Dask sends back is the error that was raised."""

from __future__ import annotations

import copy
import pickle

import pytest

from davos import exceptions
from davos.exceptions import (
    DavosConfigError,
    DavosError,
    DavosParserError,
    DavosProjectError,
    InstallerError,
    LockError,
    NotebookError,
    OnionArgumentError,
    OnionParserError,
    ParserNotImplementedError,
    ProjectNotebookNotFoundError,
    RestartNeededError,
    SmuggledModuleNotFoundError,
    SmugglerError,
    TheNightIsDarkAndFullOfErrors,
    UnknownFieldError,
)
from davos.span import Span

PLACE = ("nb.ipynb", 2, 9, "smuggle six  # pip: six --nope\n", 2, 12)
ERRORS = [
    DavosError("a"),
    DavosConfigError("project", "must be a name"),
    UnknownFieldError("projekt", "does not exist"),
    DavosParserError("expected a name", PLACE[:4]),
    OnionParserError("no end", PLACE[:4]),
    OnionArgumentError("pip install has no option --nope", PLACE[:4]),
    ParserNotImplementedError("no installer 'npm'", PLACE[:4]),
    NotebookError("not a notebook"),
    LockError("no lock"),
    DavosProjectError("no project"),
    ProjectNotebookNotFoundError("no notebook"),
    SmugglerError("no"),
    RestartNeededError("numpy 1.26.4 is loaded", "restart the kernel"),
    SmuggledModuleNotFoundError("no module six.x", name="six.x"),
    InstallerError("no six", returncode=3, cmd=["pip", "install", "six"], output="ERROR: a\n"),
    TheNightIsDarkAndFullOfErrors("no"),
]
KEPT = [
    *("field", "message", "fact", "returncode", "cmd", "output", "span", "davos_place"),
    *("filename", "lineno", "offset", "text", "end_lineno", "end_offset", "name", "msg", "args"),
]


def facts(error):
    return type(error), str(error), {name: getattr(error, name, None) for name in KEPT}


def test_each_error_is_a_case():
    assert {type(error).__name__ for error in ERRORS} == set(exceptions.__all__)


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("protocol", [0, 2, pickle.HIGHEST_PROTOCOL])
def test_an_error_arrives_as_it_was_raised(error, protocol):
    error.davos_place = PLACE
    if isinstance(error, SyntaxError):
        error.span = Span(3, 5)
        error.end_offset = 12
    assert facts(pickle.loads(pickle.dumps(error, protocol))) == facts(error)
    assert facts(copy.copy(error)) == facts(error)


def test_what_shows_an_error_in_one_process_stays_there():
    error = SmugglerError("no")
    error._render_traceback_ = list
    found = pickle.loads(pickle.dumps(error))
    assert facts(found) == facts(error)
    assert not hasattr(found, "_render_traceback_")
