"""`--src`: repositories of editable installs are staged and committed as all else."""

import os
from pathlib import Path

import pytest

from davos.engine.staged_sources import with_staged_sources
from davos.environments.staging import Staging
from davos.exceptions import OnionArgumentError, SmugglerError
from davos.installers.base import Request
from davos.onion.validator import validate_text


@pytest.fixture
def staged(tmp_path):
    (tmp_path / "project").mkdir()
    return Staging(tmp_path / "staging", tmp_path / "project", 3)


def moved(args, staged):
    request, environment = with_staged_sources(Request(validate_text("pip", args)), staged)
    return list(request.onion.passed), environment.source_folder.relative_to(staged.prefix)


@pytest.mark.parametrize("folder", ["src", "checkouts", "a/b", "./src", "x/../src"])
def test_a_folder_of_the_project_is_that_of_the_staging_environment(staged, folder):
    words, place = moved(f"-e ./x -v --src={staged.project_dir}/{folder} -U", staged)
    normal = os.path.normpath(folder)
    assert place == Path(normal)
    assert words == ["--verbose", "--src", str(staged.prefix / normal), "--upgrade"]


def test_without_the_option_it_is_src(staged):
    assert moved("-e ./x -v", staged) == (["--verbose"], Path("src"))


@pytest.mark.parametrize("folder", ["", ".", "bin", "lib/python3/site-packages", "pyvenv.cfg"])
def test_a_folder_of_the_environment_itself_is_refused_at_the_word(staged, folder):
    args = f"-e ./x --src {staged.project_dir}/{folder}"
    with pytest.raises(OnionArgumentError, match="part of the environment") as raised:
        moved(args, staged)
    assert args[slice(*raised.value.argument_span)].startswith("--src ")


@pytest.fixture
def checkout(engine, wheels, write_wheel, monkeypatch):
    """A function that smuggles `dvt` with a checkout; its folder in the project."""
    write_wheel(wheels, "dvt", "1.0")
    write_wheel(wheels, "dvt", "2.0", files={"dvt.py": "", "bad.pth": b"\xff\xfe\n"})
    folder = engine.settings.project.project_dir / "checkouts"
    install = engine.installer.install

    def check_out(request, environment, **how):
        words = list(request.onion.passed)
        place = Path(words[words.index("--src") + 1])
        (place / "dvt").mkdir(parents=True)
        (place / "dvt" / f"{request.onion.requirement.specifier[2:]}.txt").write_text("x")
        return install(request, environment, **how)

    monkeypatch.setattr(engine.installer, "install", check_out)

    def smuggle(version):
        engine.smuggle("dvt", args_str=f"dvt=={version} --src {folder}")
        return folder

    return smuggle


def test_a_checkout_comes_with_the_commit_and_replaces_the_old_one(checkout, wheels, write_wheel):
    folder = checkout("1.0")
    assert [path.name for path in (folder / "dvt").iterdir()] == ["1.0.txt"]
    write_wheel(wheels, "dvt", "3.0")
    checkout("3.0")
    assert [path.name for path in (folder / "dvt").iterdir()] == ["3.0.txt"]


def test_without_a_commit_the_old_checkout_stays(checkout):
    folder = checkout("1.0")
    with pytest.raises(SmugglerError, match=r"bad\.pth"):
        checkout("2.0")
    assert [path.name for path in (folder / "dvt").iterdir()] == ["1.0.txt"]
