"""pip's options and settings, and what uv is given for them: the rows are the documentation."""

import re
import subprocess

import pytest

from davos.installers.pip_settings import Setting, SettingsError, read_settings
from davos.installers.uv_command import find_uv
from davos.installers.uv_equivalents import EQUIVALENTS, NoEquivalentError, equivalent
from davos.onion.options import Effect
from davos.onion.pip import PIP
from davos.onion.uv import UV
from davos.onion.validator import validate_text

BEST = ["--index-strategy", "unsafe-best-match"]
PYPI = "--index-url https://pypi.org/simple"
DIGEST = "sha256:" + "ab" * 32

# an onion comment's arguments -> uv's words behind `BEST`
WORDS = {
    "six": [],
    "six -v --no-input --progress-bar off": [],
    "six --pre": ["--prerelease", "allow"],
    "six --all-releases :all:": ["--prerelease", "allow"],
    "six --only-final :all:": ["--prerelease", "disallow"],
    "six --no-deps": ["--no-deps"],
    "six -U": ["--upgrade-package", "six"],
    "six -U --upgrade-strategy eager": ["--upgrade"],
    "six --upgrade-strategy eager": [],
    "six --force-reinstall": ["--reinstall"],
    "six --no-binary six,numpy": ["--no-binary=six", "--no-binary=numpy"],
    "six --only-binary :all:": ["--only-binary=:all:"],
    "six -C --x=y": ["--config-setting=--x=y"],
    "six --require-hashes": ["--require-hashes"],
    "six --compile": ["--compile-bytecode"],
    "six --trusted-host h:8080": ["--allow-insecure-host=h:8080"],
    "six --no-cache-dir": ["--no-cache"],
    "six --keyring-provider auto": ["--keyring-provider", "disabled"],
    "six --keyring-provider subprocess": ["--keyring-provider", "subprocess"],
    "six --refresh-package six": ["--refresh-package=six"],
    "six --refresh-package :all:": ["--refresh"],
    "six --uploaded-prior-to 2024-01-01T12:00:00Z": ["--exclude-newer=2024-01-01T12:00:00+00:00"],
}
# an onion comment's arguments -> the lines of uv's requirements file
LINES = {
    "six": [PYPI],
    "six -i https://a/": ["--index-url https://a/"],
    "six --extra-index-url https://b/ --extra-index-url https://c/": [
        "--extra-index-url https://pypi.org/simple",
        "--extra-index-url https://b/",
        "--index-url https://c/",
    ],
    "six --no-index -i https://a/": ["--no-index"],
    "six -f https://a/page": [PYPI, "--find-links https://a/page"],
    "six -f /no/such/folder": [PYPI],
}
# an onion comment's arguments -> variables
VARIABLES = {
    "six --retries 2": {"UV_HTTP_RETRIES": "2"},
    "six --timeout 2.5": {"UV_HTTP_TIMEOUT": "3"},
    "six --cache-dir /c": {"UV_CACHE_DIR": "/c/uv"},
    "six --cert /x.pem": {"SSL_CERT_FILE": "/x.pem"},
    "six --client-cert /x.pem": {"SSL_CLIENT_CERT": "/x.pem"},
    "six --proxy http://p:1": {"HTTPS_PROXY": "http://p:1", "https_proxy": "http://p:1"},
}
# an onion comment's arguments -> what uv cannot do
NONE = {
    "six --prefer-binary": "--prefer-binary",
    "six --ignore-requires-python": "--ignore-requires-python",
    "six --platform any": "--platform",
    "six --use-feature fast-deps": "--use-feature",
    "six --only-final six": "--only-final six",
    "six --no-binary :none:": "--no-binary :none:",
    "six --keyring-provider import": "--keyring-provider import",
    "six --isolated": "--isolated",
    "six -i https://${TOKEN}@h/": "the value of a variable",
    "six -f https://${TOKEN}@h/": "the value of a variable",
    "hg+https://h/r": "uv has no hg",
    "-e git+https://h/r#egg=x": "editable",
    "git+https://h/r -U": "names",
}


def given(args, settings=None, environ=None, *, system_certs=False):
    onion = validate_text("pip", args)
    return equivalent(onion, settings or {}, environ or {}, system_certs=system_certs)


def setting(name, value):
    option = PIP.by_flag[name]
    return {option.dest: Setting(option, value, "pip.conf")}


@pytest.mark.parametrize(("args", "words"), WORDS.items())
def test_words(args, words):
    assert list(given(args).words) == BEST + words


@pytest.mark.parametrize(("args", "lines"), LINES.items())
def test_lines(args, lines):
    assert list(given(args).lines) == lines


@pytest.mark.parametrize(("args", "variables"), VARIABLES.items())
def test_variables(args, variables):
    assert variables.items() <= given(args).env.items()


@pytest.mark.parametrize(("args", "what"), NONE.items())
def test_what_has_no_equivalent_is_named(args, what):
    with pytest.raises(NoEquivalentError, match=re.escape(what)):
        given(args)


def test_every_option_of_pip_has_a_row_or_a_reason():
    """Refused ones never come here; those for places and platforms are pip's business."""
    without = {
        "abi", "build", "check_build_dependencies", "debug", "exists_action", "global_option",
        "ignore_requires_python", "implementation", "install_option", "isolated", "log",
        "no_build_isolation", "no_clean", "no_require_hashes", "no_use_pep517", "platform",
        "prefer_binary", "prefix", "python_version", "root", "src", "target", "use_deprecated",
        "use_feature", "user",
    }  # fmt: skip
    dests = {option.dest for option in PIP.options if option.effect is not Effect.REFUSE}
    assert dests == {*EQUIVALENTS, *without}
    assert not without & set(EQUIVALENTS)


def test_what_uv_is_given_are_options_of_its_own():
    words = [word for args in WORDS for word in given(args).words if word.startswith("--")]
    assert {word.partition("=")[0] for word in words} <= set(UV.by_flag)


def test_the_rows_together_are_a_command_that_the_installed_uv_takes():
    uv = find_uv()
    if uv is None:
        pytest.skip("there is no uv here")
    for args in WORDS:
        words = [word for word in given(args).words if word not in BEST]
        done = subprocess.run(
            [
                uv,
                "pip",
                "install",
                "--offline",
                "--no-config",
                *words,
                "--check",
                "--dry-run",
                "-r-",
            ],
            capture_output=True,
            text=True,
            input="",
        )
        assert "unexpected argument" not in done.stderr, words
        assert "invalid value" not in done.stderr, words


def test_an_onion_comment_goes_before_the_configuration_and_lists_are_joined(tmp_path):
    found = given("six -i https://a/", setting("--index-url", "https://b/"))
    assert list(found.lines) == ["--index-url https://a/"]
    found = given("six --extra-index-url https://c/", setting("--extra-index-url", ["https://b/"]))
    assert list(found.lines)[1:] == ["--extra-index-url https://b/", "--index-url https://c/"]
    found = given("six --no-cache-dir", setting("--cache-dir", "/c"))
    assert "UV_CACHE_DIR" not in found.env


def test_a_setting_without_equivalent_names_its_place():
    with pytest.raises(NoEquivalentError, match=r"--prefer-binary \(in pip.conf\)"):
        given("six", setting("--prefer-binary", value=True))


def test_credentials_are_no_words_of_the_command_line():
    found = given("six -i https://user:secret@a/ -f https://user:secret@b/")
    assert "secret" not in " ".join(found.words)
    assert "secret" in " ".join(found.lines)


def test_folders_with_packages_are_absolute_and_a_file_is_for_pip(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "wheels").mkdir()
    (tmp_path / "page.html").touch()
    assert f"--find-links {tmp_path / 'wheels'}" in given("six -f wheels").lines
    with pytest.raises(NoEquivalentError, match=r"--find-links page\.html"):
        given("six -f page.html")
    (tmp_path / "a b").mkdir()
    with pytest.raises(NoEquivalentError, match="a b"):
        given("six -f 'a b'")


def test_constraint_files_of_the_configuration_are_absolute(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = given("six", setting("--constraint", ["c.txt", "https://h/c.txt"]))
    assert list(found.words)[2:] == [
        f"--constraints={tmp_path / 'c.txt'}",
        "--constraints=https://h/c.txt",
    ]


def test_ignoring_what_is_installed_is_not_looking_at_it():
    assert given("six").sees_installed
    assert not given("six -I").sees_installed


def test_certificates_are_those_that_pip_trusts(tmp_path):
    assert "UV_SYSTEM_CERTS" not in given("six").env
    assert given("six", system_certs=True).env["UV_SYSTEM_CERTS"] == "1"
    named = given("six", environ={"REQUESTS_CA_BUNDLE": "/b.pem"}, system_certs=True).env
    assert (named["SSL_CERT_FILE"], named.get("UV_SYSTEM_CERTS")) == ("/b.pem", None)
    folder = given("six", setting("--cert", str(tmp_path)), {"SSL_CERT_FILE": "/x"}).env
    assert (folder["SSL_CERT_DIR"], folder.get("SSL_CERT_FILE")) == (str(tmp_path), None)


def test_a_proxy_of_pip_goes_before_those_of_the_environment():
    environ = {"https_proxy": "http://other", "NO_PROXY": "*"}
    env = given("six --proxy http://p", environ=environ).env
    assert (env["https_proxy"], "NO_PROXY" in env) == ("http://p", False)
    assert "https_proxy" not in given("six --no-proxy-env", environ=environ).env


def test_variables_of_uv_have_no_effect_but_for_its_cache():
    environ = {"UV_INDEX_URL": "https://a/", "UV_TARGET": "/x", "UV_CACHE_DIR": "/c"}
    assert given("six", environ=environ).env == {"UV_CACHE_DIR": "/c"}


def test_days_before_now_are_a_moment():
    (word,) = given("six --uploaded-prior-to P7D").words[2:]
    assert re.fullmatch(r"--exclude-newer=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d", word)


def test_a_digest_stands_in_the_file_with_the_requirement():
    assert list(given(f"six==1.0 --hash {DIGEST}").words) == BEST


# a setting of pip.conf -> what uv is given for it; a `str`: why pip does it
SETTINGS = {
    ("index-url", "https://a/"): ["--index-url https://a/"],
    ("extra-index-url", "https://a/"): ["--index-url https://a/"],
    ("no-index", "true"): ["--no-index"],
    ("find-links", "https://a/page"): ["--find-links https://a/page"],
    ("constraint", "/c.txt"): ["--constraints=/c.txt"],
    ("build-constraint", "/c.txt"): ["--build-constraints=/c.txt"],
    ("proxy", "http://p:1"): ["HTTPS_PROXY=http://p:1"],
    ("cert", "/x.pem"): ["SSL_CERT_FILE=/x.pem"],
    ("client-cert", "/x.pem"): ["SSL_CLIENT_CERT=/x.pem"],
    ("trusted-host", "h"): ["--allow-insecure-host=h"],
    ("pre", "yes"): ["--prerelease"],
    ("no-binary", "six"): ["--no-binary=six"],
    ("only-binary", ":all:"): ["--only-binary=:all:"],
    ("timeout", "7"): ["UV_HTTP_TIMEOUT=7"],
    ("retries", "2"): ["UV_HTTP_RETRIES=2"],
    ("require-hashes", "1"): ["--require-hashes"],
    ("no-deps", "on"): ["--no-deps"],
    ("config-settings", "a=b"): ["--config-setting=a=b"],
    ("no-such-key", "x"): [],
    ("no-build-isolation", "true"): [],
    ("prefer-binary", "true"): "uv has no equivalent of --prefer-binary",
    ("no-build-isolation", "false"): "uv has no equivalent of --no-build-isolation",
    ("use-feature", "fast-deps"): "uv has no equivalent of --use-feature",
    ("timeout", "soon"): "timeout = 'soon'",
}


@pytest.mark.parametrize("place", ["pip.conf", "variable"])
@pytest.mark.parametrize(("key", "value"), SETTINGS)
def test_a_setting_of_pip_has_an_equivalent_or_a_reason(tmp_path, key, value, place):
    environ = {"PIP_CONFIG_FILE": "/dev/null", f"PIP_{key.upper().replace('-', '_')}": value}
    if place == "pip.conf":
        (tmp_path / "pip.conf").write_text(f"[global]\n{key} = {value}\n")
        environ = {"PIP_CONFIG_FILE": str(tmp_path / "pip.conf")}
    alone = {
        "HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path),
        "XDG_CONFIG_DIRS": str(tmp_path),
    }
    expected = SETTINGS[key, value]
    if isinstance(expected, str):
        with pytest.raises((NoEquivalentError, SettingsError), match=re.escape(expected)) as caught:
            given("six", read_settings({**alone, **environ}))
        name = "PIP_" if place == "variable" else "pip.conf"
        assert name in str(caught.value)
        return
    found = given("six", read_settings({**alone, **environ}))
    said = [*found.words, *found.lines, *(f"{name}={text}" for name, text in found.env.items())]
    assert set(expected) <= set(said)
