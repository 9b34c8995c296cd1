"""Channels of conda packages in a folder, and a loopback server for them that can misbehave.

The packages are written here (conda's documentation, "Conda package specification"): `.tar.bz2`
with the standard library, `.conda` with Zstandard frames of uncompressed blocks (RFC 8878), and
those from real wheels by py-rattler-build. Nothing of py-rattler runs in the process of the tests.
"""

from __future__ import annotations

import bz2
import contextlib
import hashlib
import io
import json
import os
import re
import shutil
import ssl
import struct
import subprocess
import sys
import sysconfig
import tarfile
import threading
import urllib.parse
import zipfile
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from waiting import wait_for

PLACEHOLDER = "/opt/conda_placeholder" + "_placehold" * 20
PYTHON = f"{sys.version_info[0]}.{sys.version_info[1]}"
SITE_PACKAGES = f"lib/python{PYTHON}/site-packages"
needs_rattler = pytest.mark.skipif(
    sys.version_info < (3, 10), reason="py-rattler needs Python 3.10"
)


@dataclass
class Package:
    """What goes into a package; `files` maps paths in it to text or bytes.

    `noarch` puts a package into that folder of the channel; of a Python package the files
    below `site-packages/` go to that folder of the interpreter. Files that hold `PLACEHOLDER` get
    the prefix instead, `executable` are those that can be run. `links` maps the paths of symbolic
    links to what they point at.
    """

    name: str
    version: str = "1.0"
    files: dict = field(default_factory=dict)
    depends: tuple = ()
    constrains: tuple = ()
    noarch: str | None = "python"  # or "generic", or None: for this platform
    build: str = ""
    build_number: int = 0
    entry_points: tuple = ()
    executable: tuple = ()
    links: dict = field(default_factory=dict)
    timestamp: int = 1_600_000_000_000

    def __post_init__(self):
        self.build = self.build or f"{'py' if self.noarch == 'python' else 'h'}_{self.build_number}"

    @property
    def subdir(self):
        return "noarch" if self.noarch else "linux-64"

    @property
    def stem(self):
        return f"{self.name}-{self.version}-{self.build}"

    @property
    def index(self):
        given = {"noarch": self.noarch} if self.noarch else {"arch": "x86_64", "platform": "linux"}
        return {
            **given,
            "build": self.build,
            "build_number": self.build_number,
            "constrains": list(self.constrains),
            "depends": list(self.depends),
            "license": "MIT",
            "name": self.name,
            "subdir": self.subdir,
            "timestamp": self.timestamp,
            "version": self.version,
        }

    def contents(self):
        return {path: _bytes(data) for path, data in self.files.items()}

    def info(self):
        """The files below `info/`."""
        contents = self.contents()
        paths = [_path_entry(path, data) for path, data in sorted(contents.items())]
        link = {**_path_entry("", b""), "path_type": "softlink"}
        paths += [{**link, "_path": path} for path in sorted(self.links)]
        files = {
            "info/index.json": json.dumps(self.index),
            "info/paths.json": json.dumps({"paths": paths, "paths_version": 1}),
            "info/files": "".join(f"{path}\n" for path in sorted(contents)),
            "info/about.json": "{}",
        }
        if self.noarch == "python":
            noarch = {"type": "python", "entry_points": list(self.entry_points)}
            link = {"noarch": noarch, "package_metadata_version": 1}
            files["info/link.json"] = json.dumps(link)
        return {path: text.encode() for path, text in files.items()}

    def is_executable(self, path):
        return path in self.executable or path.startswith("bin/")


def _bytes(data):
    return data if isinstance(data, bytes) else data.encode()


def _path_entry(path, data):
    entry = {
        "_path": path,
        "path_type": "hardlink",
        "sha256": hashlib.sha256(data).hexdigest(),
        "size_in_bytes": len(data),
    }
    if PLACEHOLDER.encode() in data:
        entry["prefix_placeholder"] = PLACEHOLDER
        entry["file_mode"] = "binary" if b"\0" in data else "text"
    return entry


def python_package(name, version="1.0", files=None, *, requires=(), depends=None, **fields):
    """A noarch Python package with its metadata (default: one module that has `__version__`).

    `requires` are requirements of the distribution; the package depends on the same, unless
    `depends` says else.
    """
    module = name.replace("-", "_")
    info = f"site-packages/{module}-{version}.dist-info"
    headers = [f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}"]
    headers += [f"Requires-Dist: {requirement}" for requirement in requires]
    contents = dict(files or {f"{module}.py": f"__version__ = {version!r}\n"})
    contents = {f"site-packages/{path}": data for path, data in contents.items()}
    contents[f"{info}/METADATA"] = "\n".join(headers) + "\n"
    contents[f"{info}/RECORD"] = "".join(
        f"{path.removeprefix('site-packages/')},,\n" for path in [*contents, f"{info}/RECORD"]
    )
    if depends is None:
        depends = tuple(re.sub(r"(?<=\w)(?=[<>=!])", " ", one, count=1) for one in requires)
    return Package(name, version, contents, ("python >=3.8", *depends), **fields)


def unlinkable_package(name, version, **fields):
    """A noarch Python package that lists a file that it does not hold."""
    package = python_package(name, version, **fields)
    info = package.info()
    listed = json.loads(info["info/paths.json"])
    listed["paths"].append(_path_entry("site-packages/not_there.py", b""))
    info["info/paths.json"] = json.dumps(listed).encode()
    package.info = lambda: info
    return package


def with_activation(name, variables, version="1.0", *, script=None, env_vars=None):
    """A package whose activation sets variables, as those of GDAL and PROJ do.

    `script` is further text of `etc/conda/activate.d/NAME.sh`, `env_vars` what its
    JSON file in `etc/conda/env_vars.d` holds. Values may use `${CONDA_PREFIX}`.
    """
    lines = [f'export {key}="{value}"\n' for key, value in variables.items()]
    undo = [f"unset {key}\n" for key in variables]
    files = {
        f"share/{name}/data.txt": f"{name} {version}\n",
        f"etc/conda/activate.d/{name}-activate.sh": "".join(["#!/bin/sh\n", *lines, script or ""]),
        f"etc/conda/deactivate.d/{name}-deactivate.sh": "".join(["#!/bin/sh\n", *undo]),
    }
    if env_vars:
        files[f"etc/conda/env_vars.d/{name}.json"] = json.dumps(env_vars)
    return Package(name, version, files, noarch="generic")


def with_prefix(name="prefixed", version="1.0"):
    """A package with the prefix in a text file, in a binary one and in the first line of a tool."""
    text = f"prefix = {PLACEHOLDER}\n"
    binary = b"\x7fBIN\0" + PLACEHOLDER.encode() + b"/share/x\0end\0"
    tool = f"#!{PLACEHOLDER}/bin/python\nimport sys\nprint('{name} {version}', sys.prefix)\n"
    files = {
        f"share/{name}/prefix.txt": text,
        f"share/{name}/prefix.bin": binary,
        f"bin/{name}-tool": tool,
    }
    return Package(name, version, files, noarch=None)


class CondaChannel:
    """A channel in a folder; `url` is its `file:` URL. Every change writes its index anew."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.records = {"noarch": {}, "linux-64": {}}
        self._write_index()

    @property
    def url(self):
        return self.folder.as_uri()

    def add(self, package, kind="conda"):
        """Put a package into the channel, as `.conda` or `.tar.bz2`; its path."""
        write = {"conda": _write_conda, "tar.bz2": _write_tar}[kind]
        path = self.folder / package.subdir / f"{package.stem}.{kind}"
        write(path, package)
        return self.add_file(path, package.index)

    def add_python(self, name, version="1.0", files=None, **fields):
        """Put a noarch Python package into the channel (see `python_package`); its path."""
        return self.add(python_package(name, version, files, **fields))

    def add_file(self, path, index):
        """Put a package file with this `index.json` into the channel's index."""
        data = path.read_bytes()
        self.records[path.parent.name][path.name] = {
            **index,
            "md5": hashlib.md5(data).hexdigest(),
            "sha256": hashlib.sha256(data).hexdigest(),
            "size": len(data),
        }
        self._write_index()
        return path

    def add_wheel(self, wheel, depends=(), *, build_number=0):
        """Put a real wheel into the channel, assembled by py-rattler-build; the package's path.

        A pure one is a noarch Python package. A compiled one is for the running Python and for this
        platform.
        """
        name, version, *_, tag = wheel.name.removesuffix(".whl").split("-")
        pure = tag == "any"
        subdir = "noarch" if pure else "linux-64"
        build = f"py{'' if pure else PYTHON.replace('.', '')}_{build_number}"
        staged = self.folder / ".staged" / wheel.stem
        inner = staged / ("site-packages" if pure else SITE_PACKAGES)
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(inner)
        needs = ["python >=3.8"] if pure else [f"python {PYTHON}.*"]
        request = {
            "name": name.lower().replace("_", "-"),
            "version": version,
            "target_platform": subdir,
            "build_string": build,
            "build_number": build_number,
            "output_dir": str(self.folder),
            "files_dir": str(staged),
            "depends": [*needs, *depends],
            "noarch": "python" if pure else None,
        }
        done = subprocess.run(
            [sys.executable, "-c", _ASSEMBLE],
            input=json.dumps(request),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        shutil.rmtree(staged)
        path = Path(done.stdout.splitlines()[-1])
        wanted = self.folder / subdir / path.name
        if path != wanted:
            path.replace(wanted)
        index = {key: request[key] for key in ("name", "version", "depends", "build_number")}
        given = {"noarch": "python"} if pure else {}
        return self.add_file(wanted, {**index, **given, "build": build, "subdir": subdir})

    def tamper(self, path):
        """Change a package's bytes after it was indexed; it can still be unpacked."""
        data = path.read_bytes()
        if path.suffix == ".conda":
            with zipfile.ZipFile(path, "a") as archive:
                archive.writestr("tampered", b"x")
        else:
            path.write_bytes(data + bz2.compress(b"\0" * 1024))
        assert path.read_bytes() != data

    def _write_index(self):
        for subdir, records in self.records.items():
            index = {
                "info": {"subdir": subdir},
                "packages": _ending(records, ".tar.bz2"),
                "packages.conda": _ending(records, ".conda"),
                "removed": [],
                "repodata_version": 1,
            }
            (self.folder / subdir).mkdir(parents=True, exist_ok=True)
            (self.folder / subdir / "repodata.json").write_text(json.dumps(index))


_ASSEMBLE = """
import json, sys
from rattler_build import assemble_package
request = {k: v for k, v in json.load(sys.stdin).items() if v is not None}
print(assemble_package(**request).path)
"""


def _ending(records, suffix):
    return {name: record for name, record in records.items() if name.endswith(suffix)}


def _tar(files, package, *, links=False):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for path, data in files.items():
            member = tarfile.TarInfo(path)
            member.size, member.mode = len(data), 0o755 if package.is_executable(path) else 0o644
            archive.addfile(member, io.BytesIO(data))
        for path, target in package.links.items() if links else ():
            member = tarfile.TarInfo(path)
            member.type, member.linkname = tarfile.SYMTYPE, target
            archive.addfile(member)
    return buffer.getvalue()


def _write_tar(path, package):
    path.write_bytes(
        bz2.compress(_tar({**package.info(), **package.contents()}, package, links=True))
    )


def _write_conda(path, package):
    parts = {"info": package.info(), "pkg": package.contents()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("metadata.json", '{"conda_pkg_format_version": 2}')
        for part, files in parts.items():
            data = _tar(files, package, links=part == "pkg")
            archive.writestr(f"{part}-{package.stem}.tar.zst", zstandard(data))


def zstandard(data):
    """A Zstandard frame of uncompressed blocks (RFC 8878, 3.1.1)."""
    size = 1 << 17
    blocks = [data[at : at + size] for at in range(0, len(data), size)] or [b""]
    # A single segment with a content size of 8 bytes and without a checksum
    frame = [struct.pack("<IBQ", 0xFD2FB528, 0b1110_0000, len(data))]
    for number, block in enumerate(blocks, 1):
        header = len(block) << 3 | (number == len(blocks))
        frame += [struct.pack("<I", header)[:3], block]
    return b"".join(frame)


class ChannelServer:
    """Serves a folder of channels on the loopback; `behave` makes it misbehave.

    `requests` are the paths that were asked for.
    """

    def __init__(self, folder):
        self.folder = Path(folder)
        self.requests, self.rules, self.released = [], [], threading.Event()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.server.daemon_threads = True
        self.host = f"127.0.0.1:{self.server.server_address[1]}"
        self.url = f"http://{self.host}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def behave(self, pattern, how, value=None):
        """Answer requests whose path has a match of a pattern in another way.

        `how` is `stall` (no answer until `released` is set), `status` (with the number `value`), `redirect`
        (to the URL `value`), `truncate` (half of the file), or `replace` (the bytes `value`).
        """
        self.rules.append((re.compile(pattern), how, value))

    def encrypted(self, folder):
        """Serve by TLS from now on; the file of the certificate, which nobody has signed."""
        folder.mkdir()
        key, certificate = folder / "key.pem", folder / "certificate.pem"
        subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
        subject += ["-addext", "basicConstraints=critical,CA:FALSE"]
        command = [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
        ]
        command += ["-nodes", "-days", "2", *subject, "-keyout", key, "-out", certificate]
        subprocess.run(command, check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.url = f"https://{self.host}"
        return certificate

    def wait_for(self, pattern):
        """Wait until a path that has a match of a pattern was asked for."""
        wait_for(lambda: any(re.search(pattern, path) for path in self.requests))

    def rule(self, path):
        return next((rule[1:] for rule in self.rules if rule[0].search(path)), (None, None))

    def close(self):
        self.released.set()
        self.server.shutdown()
        self.server.server_close()


def _handler(served):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.0"

        def do_GET(self):
            served.requests.append(self.path)
            how, value = served.rule(self.path)
            if how == "stall":
                served.released.wait(60)
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                    self.send_file(None, None)
            elif how in {"status", "redirect"}:
                self.send_response(value if how == "status" else 302)
                if how == "redirect":
                    self.send_header("Location", value)
                self.send_header("Content-Length", "0")
                self.end_headers()
            else:
                self.send_file(how, value)

        def send_file(self, how, value):
            # as a proxy it is asked for a whole URL
            path = served.folder / urllib.parse.urlsplit(self.path).path.lstrip("/")
            if not path.is_file():
                self.send_error(404)
                return
            data = value if how == "replace" else path.read_bytes()
            self.send_response(200)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            if self.command == "GET":
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                    self.wfile.write(data[: len(data) // 2] if how == "truncate" else data)

        do_HEAD = do_GET

        def log_message(self, *_args):
            pass

    return Handler


@pytest.fixture
def conda_home(tmp_path, monkeypatch):
    """The folder that is HOME: nothing of this machine's conda is read, no channel configured."""
    home = tmp_path / "conda-user"
    home.mkdir()
    (home / ".condarc").write_text("channels: []\n")
    for name in [name for name in os.environ if name.startswith(("CONDA", "MAMBA"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / ".config"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return home


@pytest.fixture
def conda_channel(tmp_path, conda_home):
    """An empty channel in a folder."""
    return CondaChannel(tmp_path / "channel")


@pytest.fixture
def channel_server(tmp_path):
    """A server of the temporary folder: the channel `conda_channel` is its `/channel`."""
    server = ChannelServer(tmp_path)
    yield server
    server.close()


def compiled_package(folder, name="compiled", version="1.0", *, built=None):
    """A package for the running Python: an extension module and the shared library it needs.

    The library lies in `lib/` of the prefix, where the module finds it by its RPATH. `NAME.answer()`
    is the version's first number. The module differs from those that were `built` for other versions.
    """
    folder.mkdir(parents=True, exist_ok=True)
    number = version.partition(".")[0]
    (folder / "answer.c").write_text(f"int {name}_answer(void) {{ return {number}; }}\n")
    text = f'const char *{name}_built = "{built or version}";\n'
    (folder / "module.c").write_text(_MODULE.replace("NAME", name) + text)
    library, module = f"lib{name}.so", f"{name}{sysconfig.get_config_var('EXT_SUFFIX')}"
    include = f"-I{sysconfig.get_path('include')}"
    shared = ["cc", "-shared", "-fPIC", include]
    compile_ = [
        [*shared, "-o", library, "answer.c", f"-Wl,-soname,{library}"],
        [*shared, "-o", module, "module.c", f"./{library}", "-Wl,-rpath,$ORIGIN/../.."],
    ]
    for command in compile_:
        subprocess.run(command, cwd=folder, check=True)
    info = f"{name}-{version}.dist-info"
    recorded = "".join(f"{file},,\n" for file in (module, f"{info}/METADATA", f"{info}/RECORD"))
    files = {
        f"lib/{library}": (folder / library).read_bytes(),
        f"{SITE_PACKAGES}/{module}": (folder / module).read_bytes(),
        f"{SITE_PACKAGES}/{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{SITE_PACKAGES}/{info}/RECORD": recorded,
    }
    needs = (f"python >={PYTHON},<{PYTHON}.1000",)
    executable = (f"lib/{library}",)
    return Package(name, version, files, needs, noarch=None, executable=executable)


_MODULE = """
#include <Python.h>
extern int NAME_answer(void);
static PyObject *answer(PyObject *self, PyObject *args) { return PyLong_FromLong(NAME_answer()); }
static PyMethodDef methods[] = {{"answer", answer, METH_NOARGS, ""}, {NULL, NULL, 0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "NAME", NULL, -1, methods};
PyMODINIT_FUNC PyInit_NAME(void) { return PyModule_Create(&module); }
"""
