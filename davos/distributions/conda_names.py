"""What conda calls distributions that have another name on PyPI.

From the recipes of conda-forge, and from its mapping of conda's names to PyPI's.
"""

from __future__ import annotations

from typing import Mapping, Sequence

from packaging.utils import canonicalize_name

__all__ = [
    "conda_name",
    "conda_names",
    "held_names",
    "is_called_alike",
    "is_other_package",
    "package_name",
    "pypi_name",
]

# PyPI's name, normalised -> conda's, the usual one first. Some stand here because conda has another
# package of PyPI's name: its `snappy`, `tzdata` and `zstd` are libraries and data without Python.
_CONDA: Mapping[str, tuple[str, ...]] = {
    "blosc": ("python-blosc",),
    "brotli": ("brotli-python",),
    "build": ("python-build",),
    "clang": ("python-clang",),
    "duckdb": ("python-duckdb",),
    "faiss-cpu": ("faiss", "faiss-cpu"),
    "flatbuffers": ("python-flatbuffers",),
    "graphviz": ("python-graphviz",),
    "igraph": ("python-igraph",),
    "kaleido": ("python-kaleido",),
    "lmdb": ("python-lmdb",),
    "matplotlib": ("matplotlib", "matplotlib-base"),
    "msgpack": ("msgpack-python",),
    "opencv-python": ("opencv", "py-opencv"),
    "pyqt5": ("pyqt",),
    "python-snappy": ("python-snappy",),
    "snappy": ("python-snappy",),
    "tables": ("pytables",),
    "tensorflow": ("tensorflow", "tensorflow-cpu", "tensorflow-gpu", "tensorflow-base"),
    "torch": ("pytorch", "pytorch-cpu", "pytorch-gpu"),
    "tzdata": ("python-tzdata",),
    "xgboost": ("xgboost", "py-xgboost"),
    "xxhash": ("python-xxhash",),
    "zstd": ("python-zstd",),
}
# PyPI's distributions whose contents a package of conda brings that is called otherwise.
_HELD: Mapping[str, str] = {
    "opencv-contrib-python": "py-opencv",
    "opencv-contrib-python-headless": "py-opencv",
    "opencv-python": "py-opencv",
    "opencv-python-headless": "py-opencv",
    "psycopg2-binary": "psycopg2",
}
_PYPI = {conda: pypi for pypi, names in reversed([*_CONDA.items()]) for conda in names}


def pypi_name(conda: str) -> str:
    """What a package of conda is called on PyPI: most have the same name in both."""
    return _PYPI.get(conda, conda)


def is_called_alike(conda: str) -> bool:
    """Whether a package of conda is PyPI's distribution of the same name, in conda's versions.

    Not so: `pytorch`, which is PyPI's `torch`, and `zstd`, which is a library without Python.
    """
    return conda_name(conda) == conda == pypi_name(conda)


def is_other_package(name: str) -> bool:
    """Whether conda has PyPI's distribution of a name by other names only: `torch`, `zstd`."""
    return name not in _CONDA.get(canonicalize_name(name), (name,))


def conda_name(pypi: str) -> str:
    """What a distribution of PyPI is called by conda, the usual name of several."""
    normalized = canonicalize_name(pypi)
    return _CONDA.get(normalized, (normalized,))[0]


def conda_names(pypi: str) -> tuple[str, ...]:
    """All packages of conda that bring a distribution of PyPI, the one that holds it first."""
    normalized = canonicalize_name(pypi)
    held = _HELD.get(normalized)
    others = _CONDA.get(normalized, () if held else (normalized,))
    return tuple(dict.fromkeys([*([held] if held else []), *others]))


def package_name(pypi: str) -> str:
    """The package on conda's channels that holds a distribution."""
    return conda_names(pypi)[0]


def held_names(conda: str) -> tuple[str, ...]:
    """The normalised names of PyPI's distributions that a package of conda may hold.

    conda's `tzdata`, which has the name of another distribution, holds none.
    """
    name = canonicalize_name(conda)
    return (*_HOLDING.get(name, ()), *([name] if package_name(name) == name else []))


def _holding() -> Mapping[str, Sequence[str]]:
    """Package of conda, normalised -> PyPI's distributions of other names that it holds."""
    found: dict[str, list[str]] = {}
    for name in dict.fromkeys([*_CONDA, *_HELD]):
        package = canonicalize_name(package_name(name))
        if package != name:
            found.setdefault(package, []).append(name)
    return found


_HOLDING = _holding()
