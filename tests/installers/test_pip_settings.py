"""pip's configuration as davos reads it, held against the installed pip's own reading."""

import subprocess
import sys

import pytest

from davos.installers.pip_settings import SettingsError, read_settings

PIP_VARIABLES = {"PIP_TIMEOUT": "3", "PIP_EXTRA_INDEX_URL": "https://b/ https://c/"}


@pytest.fixture
def places(tmp_path, monkeypatch):
    """A function that writes pip.conf files; the variables that lead to them."""
    home, system = tmp_path / "home", tmp_path / "etc"
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setattr("davos.installers.pip_settings.sys.platform", "linux")

    def write(**texts):
        files = {
            "system": system / "pip" / "pip.conf",
            "old": home / ".pip" / "pip.conf",
            "user": home / ".config" / "pip" / "pip.conf",
            "chosen": tmp_path / "chosen.conf",
        }
        for name, text in texts.items():
            files[name].parent.mkdir(parents=True, exist_ok=True)
            files[name].write_text(text)
        environ = {"XDG_CONFIG_DIRS": str(system), "HOME": str(home)}
        return {
            **environ,
            **({"PIP_CONFIG_FILE": str(files["chosen"])} if "chosen" in texts else {}),
        }

    return write


def values(environ):
    """What is read, without what this machine's own /etc/pip.conf says."""
    found = read_settings(environ)
    return {dest: one.value for dest, one in found.items() if one.place != "/etc/pip.conf"}


def test_the_users_file_goes_before_the_systems_and_variables_before_both(places):
    environ = places(
        system="[global]\ntimeout = 1\nretries = 1\nindex-url = https://a/\n",
        user="[global]\ntimeout = 2\nretries = 2\n",
    )
    found = values({**environ, "PIP_TIMEOUT": "3"})
    assert found == {"timeout": 3.0, "retries": 2, "index_url": "https://a/"}


def test_the_section_of_the_command_goes_before_the_global_one_of_any_file(places):
    environ = places(system="[install]\ntimeout = 1\n", user="[global]\ntimeout = 2\n")
    assert values(environ) == {"timeout": 1.0}


def test_a_chosen_file_takes_the_place_of_the_users(places):
    environ = places(user="[global]\ntimeout = 2\n", chosen="[global]\nretries = 1\n")
    assert values(environ) == {"retries": 1}


def test_no_file_counts_if_the_chosen_one_is_the_null_device(places):
    environ = places(user="[global]\ntimeout = 2\n")
    assert values({**environ, "PIP_CONFIG_FILE": "/dev/null"}) == {}


def test_lists_are_split_at_white_space_and_the_last_one_counts(places):
    environ = places(user="[global]\nextra-index-url =\n  https://a/\n  https://b/\n")
    assert values(environ) == {"extra_index_url": ["https://a/", "https://b/"]}
    found = values({**environ, "PIP_EXTRA_INDEX_URL": "https://c/"})
    assert found == {"extra_index_url": ["https://c/"]}


@pytest.mark.parametrize("key", ["index-url", "INDEX_URL", "--index-url", "pypi-url"])
def test_keys_are_spelled_as_pip_accepts_them(places, key):
    assert values(places(user=f"[global]\n{key} = https://a/\n")) == {"index_url": "https://a/"}


@pytest.mark.parametrize("text", ["pre = false", "pre =", "nosuch = 1", "[list]\npre = true"])
def test_what_says_nothing_is_left_out(places, text):
    assert values(places(user=f"[global]\n{text}\n")) == {}


def test_any_value_turns_the_cache_off_as_in_pip(places):
    assert values(places(user="[global]\nno-cache-dir = false\n")) == {"no_cache_dir": True}


@pytest.mark.parametrize(
    "text",
    ["target = /x", "dry-run = true", "user = true", "log = /x", "requirement = x", "quiet = 3"],
)
def test_what_has_no_effect_on_a_project_is_left_out(places, text):
    assert values(places(user=f"[global]\n{text}\n")) == {}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[global]\ntimeout = soon\n", "timeout = 'soon'"),
        ("[global]\npre = perhaps\n", "pre = 'perhaps'"),
        ("no section\n", "cannot be read"),
        ("[global]\na = 1\na = 2\n", "cannot be read"),
    ],
)
def test_what_pip_would_refuse_is_an_error_that_names_the_file(places, text, words):
    with pytest.raises(SettingsError, match=r"home/\.config/pip/pip\.conf") as caught:
        values(places(user=text))
    assert words in str(caught.value)


def test_pip_reads_the_same(places):
    """`pip config list` of the installed pip, with the same files and variables."""
    environ = places(
        system="[global]\ntimeout = 1\n",
        old="[global]\nretries = 4\n",
        user="[install]\nfind-links = /a /b\n[global]\ntimeout = 2\ntrusted-host = h\n",
    )
    shown = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"],
        env={**environ, **PIP_VARIABLES, "PATH": "/bin"},
        capture_output=True,
        text=True,
    ).stdout
    lines = dict(line.split("=", 1) for line in shown.splitlines())
    ours = read_settings({**environ, **PIP_VARIABLES})
    assert lines["global.timeout"] == "'2'"
    for key, text in lines.items():
        section, _, name = key.partition(".")
        setting = ours.get(name.replace("-", "_"))
        if setting is not None and not (section == "global" and name == "timeout"):
            value = setting.value if isinstance(setting.value, list) else [setting.value]
            wanted = text.strip("'").replace("\\n", " ").split()
            assert [str(one) for one in value] in (wanted, [f"{one}.0" for one in wanted])
