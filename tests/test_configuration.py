"""`davos.config`: every field documented, checked, and written all or nothing."""

from __future__ import annotations

import copy
import pickle

import pytest

import davos
from davos.configuration import FIELDS, Binding, Config
from davos.exceptions import DavosConfigError


@pytest.fixture
def config():
    return Config()


@pytest.mark.parametrize("name", FIELDS)
def test_every_field_has_a_default_and_a_help_line(config, name):
    assert getattr(config, name) == FIELDS[name].default
    assert FIELDS[name].help.endswith(".")


def annotated(field):
    """How the class `Config` must annotate a field, for type checkers."""
    path = "os.PathLike[str]"
    read = {"environment": f"Literal[{field.type}]".replace(" |", ",")}
    read["conda_envs_dirs"] = "dict[str, str] | None"
    written = {
        "lock": f"Assigned[str | None, str | {path} | None]",
        "pip_backend": f"Literal[{field.type}]".replace(" |", ","),
        "pip_executable": f"Assigned[str, str | {path}]",
        "project": f"Assigned[Project | None, Project | str | {path} | None]",
    }
    if field.writable:
        return written.get(field.name, field.type)
    return f"ReadOnly[{read.get(field.name, field.type)}]"


def test_type_checkers_see_every_field_of_the_table_and_no_other():
    public = {n: t for n, t in Config.__annotations__.items() if not n.startswith("_")}
    assert public == {name: annotated(field) for name, field in FIELDS.items()}


@pytest.mark.slow
def test_mypy_knows_the_types_of_fields(tmp_path):
    api = pytest.importorskip("mypy.api")
    code = tmp_path / "code.py"
    code.write_text(
        "from davos import config\nfrom davos.environments.project import Project\n"
        "project: Project | None = config.project\nquiet: bool = config.noninteractive\n"
        "config.project = 'a name'\n"
        "text: str = config.project\n"  # row 6
        "config.noninteractive = 'yes'\nconfig.smuggled = {}\nconfig.projct\n"
    )
    found = api.run(["--strict", "--no-incremental", "--follow-imports=silent", str(code)])[0]
    rows = [line.split(":")[1] for line in found.splitlines() if "error:" in line]
    assert rows == ["6", "7", "8", "9"]


@pytest.mark.parametrize("name", [n for n, f in FIELDS.items() if not f.writable])
def test_a_read_only_field_cannot_be_written(config, name):
    with pytest.raises(DavosConfigError, match=f"'davos.config.{name}': is read-only"):
        setattr(config, name, "x")


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("supress_stdout", True, "did you mean 'suppress_stdout'"),
        ("Active", True, "did you mean 'active'"),
        ("zzz", 1, "fields are active, auto_rerun"),
        ("active", 1, "must be True or False, not 1"),
        ("noninteractive", "yes", "must be True or False, not 'yes'"),
        ("pip_executable", "/no/such/pip", "no such file: '/no/such/pip'"),
        ("pip_executable", 3, "must be a path"),
        ("pip_executable", __file__, "not executable"),
    ],
)
def test_a_bad_assignment_names_the_field_and_the_reason(config, name, value, message):
    with pytest.raises(DavosConfigError, match=message) as caught:
        setattr(config, name, value)
    assert caught.value.field == name


def test_a_misspelt_field_that_is_read_names_the_nearest(config):
    with pytest.raises(AttributeError, match="did you mean 'suppress_stdout'"):
        config.supress_stdout  # noqa: B018
    assert not hasattr(config, "supress_stdout")


def test_noninteractive_switches_confirmation_off(config):
    config.confirm_install = True
    config.noninteractive = True
    assert config.confirm_install is False
    with pytest.raises(DavosConfigError, match="cannot be True in noninteractive mode"):
        config.confirm_install = True


@pytest.mark.parametrize(
    "fields",
    [
        {"suppress_stdout": True, "no_such": 1},
        {"suppress_stdout": True, "environment": "x"},
        {"suppress_stdout": True, "active": "yes"},
        {"suppress_stdout": True, "noninteractive": True, "confirm_install": True},
    ],
)
def test_configure_writes_all_or_nothing(config, fields):
    with pytest.raises(DavosConfigError):
        config.update(fields)
    assert (config.suppress_stdout, config.noninteractive) == (False, False)


def test_a_writer_that_fails_undoes_the_fields_before_it(config):
    kept = []

    def fail(value):
        if value != "old":
            raise DavosConfigError("project", "no")
        kept.append(value)

    config.bind(project=Binding(lambda: "old", fail))
    with pytest.raises(DavosConfigError, match="no"):
        config.update({"suppress_stdout": True, "project": "new"})
    assert config.suppress_stdout is False
    assert kept == ["old"]


def test_the_repr_lists_every_field(config):
    assert all(f"{name}=" in repr(config) for name in FIELDS)


def test_the_html_repr_escapes_values(config):
    config.smuggled["<b>"] = "pip;<script>"
    assert "<script>" not in config._repr_html_()
    assert all(name in config._repr_html_() for name in FIELDS)
    assert "`" not in config._repr_html_(), "code in the descriptions is shown as code"
    config.smuggled["x"] = object()
    assert "'x': object}" in config._repr_html_().replace("&#x27;", "'"), "not its address"


@pytest.mark.parametrize(
    "copied", [copy.copy, copy.deepcopy, lambda config: pickle.loads(pickle.dumps(config))]
)
def test_a_copy_is_the_object_itself(copied):
    assert copied(davos.config) is davos.config


def test_no_second_object_comes_out_of_a_pickle(config):
    with pytest.raises(pickle.PicklingError, match="not the same object"):
        pickle.dumps(config)
