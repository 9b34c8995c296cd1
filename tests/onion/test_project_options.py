"""Each option of pip, in a project and without: the table's decision, row by row."""

import os

import pytest

from davos.exceptions import OnionArgumentError
from davos.onion.options import Effect, Reach
from davos.onion.pip import PIP
from davos.onion.project_options import REFUSED, refused_options
from davos.onion.validator import refuse_in_project, validate_text

DIGEST = "sha256:" + "ab" * 32
INSIDE = "{project}/x"

# option -> a value that is accepted in a project (True: a flag)
ACCEPTED = {
    "--constraint": "c.txt", "--build-constraint": "c.txt", "--no-deps": True, "--pre": True,
    "--all-releases": "x", "--only-final": "x", "--uploaded-prior-to": "2024-12-31",
    "--hash": DIGEST, "--require-hashes": True, "--no-require-hashes": True, "--upgrade": True,
    "--upgrade-strategy": "eager", "--force-reinstall": True, "--ignore-installed": True,
    "--ignore-requires-python": True, "--break-system-packages": True, "--no-user": True,
    "--src": INSIDE, "--build": INSIDE, "--cache-dir": INSIDE, "--log": INSIDE,
    "--platform": "any", "--python-version": "3.11", "--implementation": "py", "--abi": "none",
    "--no-build-isolation": True, "--use-pep517": True, "--no-use-pep517": True,
    "--check-build-dependencies": True, "--config-settings": "editable_mode=compat",
    "--global-option": "--quiet", "--compile": True, "--no-compile": True, "--no-binary": ":all:",
    "--only-binary": "x", "--prefer-binary": True, "--no-clean": True,
    "--index-url": "https://h/simple", "--extra-index-url": "https://h/simple", "--no-index": True,
    "--find-links": "/wheels", "--trusted-host": "h", "--proxy": "http://h:1",
    "--no-proxy-env": True, "--retries": "1", "--resume-retries": "1", "--timeout": "1",
    "--keyring-provider": "import", "--no-cache-dir": True, "--refresh-package": "x",
    "--verbose": True, "--quiet": True, "--no-input": True, "--isolated": True,
    "--require-virtualenv": True, "--debug": True, "--progress-bar": "off", "--no-color": True,
    "--no-warn-script-location": True, "--no-warn-conflicts": True,
    "--no-python-version-warning": True, "--disable-pip-version-check": True,
    "--root-user-action": "ignore", "--use-feature": "fast-deps",
    "--use-deprecated": "legacy-resolver",
}  # fmt: skip
# option -> a value that a project refuses, and a part of the message
IN_PROJECT = {
    "--target": ("dir", "installs outside project nb"),
    "--user": (True, "installs outside project nb"),
    "--root": ("/", "installs outside project nb"),
    "--prefix": (INSIDE, "installs outside project nb"),
    "--install-option": ("--prefix=x", "installs outside project nb"),
    "--src": ("/elsewhere", "writes outside project nb"),
    "--build": ("{project}/../elsewhere", "writes outside project nb"),
    "--cache-dir": ("~/c", "writes outside project nb"),
    "--log": ("log.txt", "writes outside project nb"),
    "--exists-action": ("w", "deletes, moves or changes"),
    "--cert": ("ca.pem", "certificate"),
    "--client-cert": ("me.pem", "certificate"),
    "--keyring-provider": ("subprocess", "another program"),
    "--config-settings": ("builddir=/elsewhere", "path outside"),
    "--global-option": ("--build-base=../elsewhere", "path outside"),
}
# option -> a value; refused wherever it stands
EVERYWHERE = {
    "--requirement": "r.txt", "--requirements-from-script": "s.py", "--group": "dev",
    "--only-deps": True, "--dry-run": True, "--help": True, "--version": True,
    "--report": "r.json", "--python": "python3",
}  # fmt: skip


def args_with(name, value, project="/project"):
    word = name if value is True else f"{name}={value.format(project=project)}"
    return "-e ./x" if name == "--editable" else f"six==1.16.0 {word}"


def test_every_option_has_a_decision_and_a_row_here():
    tested = {*ACCEPTED, *IN_PROJECT, *EVERYWHERE, "--editable"}
    assert {option.name for option in PIP.options} == tested
    limited = {option.name for option in PIP.options if option.reach in REFUSED}
    assert limited == {*IN_PROJECT}
    assert {o.name for o in PIP.options if o.reach is Reach.NOWHERE} == {*EVERYWHERE}


def test_an_option_is_refused_everywhere_if_the_table_gives_the_reason():
    for option in PIP.options:
        assert (option.reach is Reach.NOWHERE) == (option.effect is Effect.REFUSE)


@pytest.mark.parametrize(("name", "value"), [*ACCEPTED.items(), ("--editable", "./x")])
def test_accepted_in_a_project_and_without(name, value, tmp_path):
    onion = validate_text("pip", args_with(name, value, tmp_path))
    refuse_in_project(onion, str(tmp_path), "project nb")
    assert list(refused_options(onion, PIP, str(tmp_path))) == []


@pytest.mark.parametrize(("name", "value", "message"), [(n, *row) for n, row in IN_PROJECT.items()])
def test_refused_in_a_project_only(name, value, message, tmp_path):
    onion = validate_text("pip", args_with(name, value, tmp_path))
    with pytest.raises(OnionArgumentError) as raised:
        refuse_in_project(onion, str(tmp_path), "project nb")
    assert message in raised.value.msg
    assert "davos.project = None" in raised.value.msg
    assert (raised.value.argument_name, raised.value.code) == (name, "DAV102")
    assert raised.value.msg.startswith(name)
    start, end = raised.value.argument_span
    assert onion.text[start:end] == args_with(name, value, tmp_path).removeprefix("six==1.16.0 ")


@pytest.mark.parametrize(("name", "value"), EVERYWHERE.items())
def test_refused_everywhere(name, value):
    with pytest.raises(OnionArgumentError) as raised:
        validate_text("pip", args_with(name, value))
    assert raised.value.code == "DAV102"


def test_a_link_out_of_the_project_is_outside(tmp_path):
    project = tmp_path / "project"
    project.mkdir()
    (project / "link").symlink_to(tmp_path, target_is_directory=True)
    onion = validate_text("pip", f"x --src={project}/link/src")
    assert [reason for _, _, reason in refused_options(onion, PIP, str(project))]


def test_a_folder_whose_name_only_begins_like_the_project_is_outside(tmp_path):
    onion = validate_text("pip", f"x --log={tmp_path}-2{os.sep}log.txt")
    assert list(refused_options(onion, PIP, str(tmp_path)))
