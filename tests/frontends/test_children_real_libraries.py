"""Libraries that start processes of their own: each one's workers find the notebook's project."""

from __future__ import annotations

import pytest

from davos.environments.project import Project
from davos.installers.uv_command import find_uv

pytestmark = [pytest.mark.slow, pytest.mark.network]

SMUGGLES = """\
smuggle sklearn  # pip: scikit-learn
smuggle joblib  # pip: joblib
davos.config.pip_backend = {other!r}
smuggle dask.distributed  # pip: dask[distributed]
smuggle ipyparallel as ipp  # pip: ipyparallel
"""
# The workers import a module beside the notebook that smuggles.
MODULE = """\
smuggle sklearn  # pip: scikit-learn
import sys
def where():
    return sklearn.__version__ == {version!r}, sys.prefix
"""
WHERE = """\
def where(_=None):
    import dv_where
    return dv_where.where()
"""
LIBRARIES = {
    "joblib": "shown = joblib.Parallel(n_jobs=2)(joblib.delayed(where)(i) for i in range(2))[0]",
    "Dask": (
        "with dask.distributed.LocalCluster(\n"
        "    n_workers=1, processes=True, threads_per_worker=1, dashboard_address=None\n"
        ") as cluster, dask.distributed.Client(cluster) as client:\n"
        "    shown = client.submit(where).result()"
    ),
    "ipyparallel": (
        "cluster = ipp.Cluster(n=1, log_level=50)\n"
        "shown = cluster.start_and_connect_sync(activate=False)[:].apply_sync(where)[0]\n"
        "cluster.stop_cluster_sync()"
    ),
}
SEARCH = """\
from sklearn.model_selection import GridSearchCV
from sklearn.linear_model import LogisticRegression
from sklearn.datasets import make_classification
X, y = make_classification(200, random_state=0)
found = GridSearchCV(LogisticRegression(), {"C": [0.1, 1]}, n_jobs=2).fit(X, y)
print(found.best_score_ > 0.5)
"""
RAY = """\
os.environ["RAY_agent_register_timeout_ms"] = "200000"
ray.init(num_cpus=1, include_dashboard=False, log_to_driver=False)
shown = ray.get(ray.remote(where).remote())
ray.shutdown()
"""
PATIENCE = 300


def test_workers_of_libraries_find_the_project(kernel, tmp_path):
    kernel.run("import davos, sys")
    other = "uv" if find_uv() else "pip"
    kernel.run(SMUGGLES.format(other=other), timeout=PATIENCE)
    version = kernel.run("print(sklearn.__version__)").strip()
    (tmp_path / "dv_where.py").write_text(MODULE.format(version=version), "utf-8")
    kernel.run(f"import os\nos.chdir({str(tmp_path)!r})\nsys.path.insert(0, '')\n{WHERE}")
    assert kernel.run(SEARCH, timeout=PATIENCE).endswith("True\n")
    found = {
        name: kernel.run(f"{code}\nprint('FOUND', *shown)", timeout=PATIENCE)
        for name, code in LIBRARIES.items()
    }
    line = f"FOUND True {Project(tmp_path / 'quickstart.ipynb').prefix}\n"
    assert {name: text for name, text in found.items() if line not in text} == {}


def test_workers_of_ray_find_the_project(kernel, tmp_path):
    kernel.run("import davos, os")
    shown = kernel.run("smuggle ray  # pip: ray", timeout=PATIENCE, allow_error=True)
    if "installed ray " not in shown:
        pytest.skip(f"Ray does not install here: {shown.strip().splitlines()[-1]}")
    kernel.run(
        "def where():\n    import sys, ray\n    return ray.__file__.startswith(sys.prefix), sys.prefix"
    )
    code = f"{RAY}print('FOUND', *shown)"
    shown = kernel.run(code, timeout=PATIENCE, allow_error=True)
    if "The current node timed out during startup" in shown:
        pytest.skip("Ray gives its own processes 30 seconds to start, which were not enough here")
    assert f"FOUND True {Project(tmp_path / 'quickstart.ipynb').prefix}\n" in shown
