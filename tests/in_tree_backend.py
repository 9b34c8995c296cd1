"""A build backend that lies in the folder it builds: nothing has to be installed for a build."""

from __future__ import annotations

PYPROJECT = """\
[build-system]
requires = []
build-backend = "back"
backend-path = ["."]
"""
BACKEND = """
import os, zipfile

def _wheel(folder, files):
    name = "NAME-1.0-py3-none-any.whl"
    info = "NAME-1.0.dist-info"
    files = {
        f"{info}/METADATA": "Metadata-Version: 2.1\\nName: NAME\\nVersion: 1.0\\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\n"
        "Tag: py3-none-any\\n",
        **files,
    }
    with zipfile.ZipFile(os.path.join(folder, name), "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
        archive.writestr(f"{info}/RECORD", "".join(path + ",,\\n" for path in files))
    return name

def build_wheel(folder, settings=None, metadata=None):
    return _wheel(folder, {"NAME.py": open("NAME.py").read()})

def build_editable(folder, settings=None, metadata=None):
    return _wheel(folder, {"NAME.pth": os.getcwd() + "\\n"})
"""


def write_source(folder, name, text):
    """Write the source of a distribution of one module, version 1.0."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pyproject.toml").write_text(PYPROJECT)
    (folder / "back.py").write_text(BACKEND.replace("NAME", name))
    (folder / f"{name}.py").write_text(text)
