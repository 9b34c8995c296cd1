"""conda's configuration, read without conda, and the channels that it means."""

import pytest

from davos.installers.conda_channels import channel_urls
from davos.installers.conda_connection import config_text, variables
from davos.installers.conda_settings import CondaSettingsError, read_settings

ALIAS = "https://conda.anaconda.org"


@pytest.fixture
def settings(tmp_path, monkeypatch):
    """A function that reads the text of a .condarc, and variables."""

    def read(text="", **variables):
        (tmp_path / ".condarc").write_text(text)
        return read_settings({"HOME": str(tmp_path), **variables})

    return read


@pytest.mark.parametrize(
    ("text", "options", "urls"),
    [
        ("", {}, [f"{ALIAS}/conda-forge"]),
        ("channels: [a]", {}, [f"{ALIAS}/a"]),
        ("channels: [a]", {"channel": ["b"]}, [f"{ALIAS}/b", f"{ALIAS}/a"]),
        ("channels: [a]", {"channel": ["b"], "override_channels": True}, [f"{ALIAS}/b"]),
        ("channels: [a/label/dev]", {}, [f"{ALIAS}/a/label/dev"]),
        ("channel_alias: https://h/c/\nchannels: [a]", {}, ["https://h/c/a"]),
        ("channels: [https://h/c/linux-64/]", {}, ["https://h/c"]),
        ("channels: [defaults]\ndefault_channels: [https://h/d]", {}, ["https://h/d"]),
        (
            "channels: [a/b]\ncustom_channels: {a: https://h}",
            {},
            ["https://h/a/b"],
        ),
        (
            "channels: [all]\ncustom_multichannels: {all: [x, https://h/y]}",
            {},
            [f"{ALIAS}/x", "https://h/y"],
        ),
        ("", {"channel": ["/srv/c"], "override_channels": True}, ["file:///srv/c"]),
        ("channels: [a]", {"channel": ["a", "b"]}, [f"{ALIAS}/a", f"{ALIAS}/b"]),
    ],
)
def test_channels_are_searched_in_this_order(settings, text, options, urls):
    assert channel_urls(options, settings(text)) == urls


def test_variables_take_the_place_of_files(settings):
    found = settings("offline: true\nchannels: [a]", CONDA_OFFLINE="no", CONDA_CHANNELS="b,c")
    assert found.get("offline") is False
    assert found.get("channels") == ("b", "c", "a")


def test_a_later_file_goes_before_an_earlier_one_but_not_before_final_keys(settings, tmp_path):
    other = tmp_path / "other"
    other.write_text("channels: [b]\noffline: false\nchannel_priority: strict\n")
    found = settings("channels: [a]  #!final\noffline: true\n", CONDARC=str(other))
    assert found.get("channels") == ("a",)
    assert found.get("offline") is False
    assert found.get("channel_priority") == "strict"
    assert found.place("offline") == f"{other}:2"


def test_variables_in_values_are_replaced(settings, monkeypatch):
    monkeypatch.setenv("TOKEN", "abc")
    assert settings("channels: ['https://h/t/${TOKEN}/c']").get("channels") == (
        "https://h/t/abc/c",
    )


@pytest.mark.parametrize(
    ("text", "row", "reason"),
    [
        ("channels: [a\n", 2, "expected"),
        ("a: 1\nchannels: 3\n", 2, "channels must be a list of texts"),
        ("channel_priority: often\n", 1, "strict, flexible or disabled"),
        ("remote_max_retries: x\n", 1, "must be a number"),
        ("remote_read_timeout_secs: -1\n", 1, "a number of seconds"),
        ("proxy_servers: [a]\n", 1, "texts by name"),
        ("- a\n", 1, "does not hold settings"),
        ("channels: !!python/object/apply:os.getcwd []\n", 1, "could not determine a constructor"),
    ],
)
def test_a_malformed_file_is_named_with_its_row(settings, tmp_path, text, row, reason):
    with pytest.raises(CondaSettingsError) as caught:
        settings(text)
    assert str(caught.value).startswith(f"{tmp_path}/.condarc:{row}: ")
    assert reason in str(caught.value)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("denylist_channels: [bad]\nchannels: [bad]", "denylist_channels"),
        ("allowlist_channels: [good]\nchannels: [bad]", "allowlist_channels"),
        ("whitelist_channels: [good]\nchannels: [bad]", "allowlist_channels"),
    ],
)
def test_a_forbidden_channel_is_refused(settings, text, key):
    with pytest.raises(CondaSettingsError, match=f"{ALIAS}/bad .*{key}"):
        channel_urls({}, settings(text))


def test_a_forbidden_channel_is_shown_without_its_password(settings):
    found = settings("denylist_channels: ['https://u:secret@h/c']")
    with pytest.raises(CondaSettingsError) as caught:
        channel_urls({"channel": ["https://u:secret@h/c"]}, found)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", ""),
        ("ssl_verify: false", "tls-no-verify = true\n"),
        ("ssl_verify: /etc/ca.pem", 'tls-root-certs = "system"\n'),
        ("ssl_verify: truststore", 'tls-root-certs = "system"\n'),
        ("ssl_verify: 'yes'", ""),
        ("proxy_servers: {https: 'http://p:1'}", '[proxy-config]\nhttps = "http://p:1"\n'),
        ("proxy_servers: {all: 'http://p:1'}", '[proxy-config]\nhttp = "http://p:1"\nhttps = "http://p:1"\n'),
        ("proxy_servers: {'https://a.x': 'http://p:1'}", '[proxy-config]\nhttps = "http://p:1"\nnon-proxy-hosts = ["b.x"]\n'),
        ("proxy_servers: {'https://a.x': 'http://p:1', https: 'http://p:1'}", '[proxy-config]\nhttps = "http://p:1"\n'),
        ("proxy_servers: {'all://b.x': 'http://p:2'}", '[proxy-config]\nhttps = "http://p:2"\nnon-proxy-hosts = ["a.x"]\n'),
        ("proxy_servers: {'https://other.x': 'http://p:1'}", ""),
        ("proxy_servers: {'http://a.x': 'http://p:1'}", ""),
    ],
)  # fmt: skip
def test_the_connection_is_configured_as_conda_would(settings, text, lines):
    assert config_text(settings(text), ["https://a.x/c", "https://b.x:8443/c"]) == lines


def test_proxies_that_differ_by_host_are_refused(settings, tmp_path):
    found = settings(
        "offline: false\nproxy_servers: {'https://a.x': 'http://me:secret@p', https: 'http://q'}"
    )
    with pytest.raises(CondaSettingsError) as caught:
        config_text(found, ["https://a.x/c", "https://b.x/c"])
    assert str(caught.value).startswith(f"{tmp_path}/.condarc:2: proxy_servers: ")
    assert "one proxy for https, and a.x and b.x have different ones" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_certificates_of_a_file_or_a_folder_are_handed_on(settings, tmp_path):
    file = tmp_path / "ca.pem"
    file.touch()
    assert variables(settings(f"ssl_verify: {file}")) == {"SSL_CERT_FILE": str(file)}
    assert variables(settings(f"ssl_verify: {tmp_path}")) == {"SSL_CERT_DIR": str(tmp_path)}
    assert variables(settings("", CONDA_SSL_VERIFY=str(file))) == {"SSL_CERT_FILE": str(file)}
    for value in ("truststore", "true", "false"):
        assert variables(settings(f"ssl_verify: {value}")) == {}
    with pytest.raises(CondaSettingsError, match=r"condarc:1: ssl_verify names /gone.pem, which"):
        variables(settings("ssl_verify: /gone.pem"))


@pytest.mark.parametrize(
    ("variable", "key", "value"),
    [
        ("CONDA_CHANNELS=a, b", "channels", ("a", "b")),
        ("CONDA_CHANNEL_ALIAS=https://h/c", "channel_alias", "https://h/c"),
        ("CONDA_CHANNEL_PRIORITY=strict", "channel_priority", "strict"),
        ("CONDA_DEFAULT_CHANNELS=https://h/d", "default_channels", ("https://h/d",)),
        ("CONDA_ALLOWLIST_CHANNELS=a", "allowlist_channels", ("a",)),
        ("CONDA_DENYLIST_CHANNELS=a", "denylist_channels", ("a",)),
        ("CONDA_OFFLINE=1", "offline", True),
        ("CONDA_PINNED_PACKAGES=numpy=1", "pinned_packages", ("numpy=1",)),
        ("CONDA_REMOTE_MAX_RETRIES=0", "remote_max_retries", 0),
        ("CONDA_REMOTE_READ_TIMEOUT_SECS=2.5", "remote_read_timeout_secs", 2.5),
        ("CONDA_SSL_VERIFY=no", "ssl_verify", False),
        ("CONDA_CLIENT_SSL_CERT=/c.pem", "client_ssl_cert", "/c.pem"),
        ("CONDA_CLIENT_SSL_CERT_KEY=/k.pem", "client_ssl_cert_key", "/k.pem"),
        ("CONDA_USE_INDEX_CACHE=true", "use_index_cache", True),
    ],
)
def test_the_variables_of_conda_are_read(settings, variable, key, value):
    name, _, text = variable.partition("=")
    found = settings("", **{name: text})
    assert (found.get(key), found.place(key)) == (value, f"the variable {name}")


@pytest.mark.parametrize("key", ["client_ssl_cert", "client_ssl_cert_key"])
def test_a_certificate_of_the_client_is_refused(settings, key):
    with pytest.raises(CondaSettingsError, match=f"cannot use a client's certificate .{key}, "):
        config_text(settings(f"{key}: /c.pem"))
