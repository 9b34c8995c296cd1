"""A real kernel with packages of conda: from the onion comment to the next kernel."""

import subprocess
import sys

import pytest
from conda_channel import Package, compiled_package, needs_rattler

from davos.environments.project import Project

pytestmark = [needs_rattler, pytest.mark.slow]

SCRIPT = 'export DAVOS_GEO_DATA="${CONDA_PREFIX}/share/geo"\n'
FILES = {
    "lib/libgeo.so.1": "library\n",
    "share/geo/data.txt": "data\n",
    "etc/conda/activate.d/geo.sh": SCRIPT,
    "bin/geotool": "#!/bin/sh\necho $DAVOS_GEO_DATA\n",
}
USE = "print(open(os.path.join(os.environ['DAVOS_GEO_DATA'], 'data.txt')).read(), end='')"


def test_a_notebook_mixes_conda_and_pip(start_kernel, index, conda_channel, tmp_path):
    conda_channel.add(
        Package("libgeo", "1.0", FILES, noarch="generic", executable=("bin/geotool",))
    )
    for version in ("1.0", "2.0"):
        conda_channel.add_python("davosnum", version)
        conda_channel.add_python("davosgeo", version, depends=("libgeo", "davosnum >=1,<2"))
        index("davosnum", version)
    index("davosp", "1", requires=["davosnum<2"])
    kernel = start_kernel(tmp_path / "geo.ipynb")
    kernel.run("import davos, os")
    onion = f"# conda: davosgeo==1.0 -c {conda_channel.url}"
    shown = kernel.run(f"smuggle davosgeo  {onion}")
    assert "libgeo 1.0" in shown
    assert "davosnum 1.0" in shown
    assert kernel.run(USE) == "data\n"
    assert kernel.run("!geotool").strip().endswith("/share/geo")
    # pip takes what conda installed, and may not break what conda's packages need
    kernel.run("smuggle davosp  # pip: davosp")
    assert kernel.run("smuggle davosnum\nprint(davosnum.__version__)") == "1.0\n"
    refused = kernel.run("smuggle davosnum  # pip: davosnum==2.0", allow_error=True)
    assert "davosgeo" in refused or "davosp" in refused
    # conda takes what pip installed
    index("davosq", "1")
    conda_channel.add_python("davosr", "1.0", requires=["davosq>=1"])
    kernel.run("smuggle davosq  # pip: davosq==1")
    shown = kernel.run(f"smuggle davosr  # conda: davosr -c {conda_channel.url}")
    assert shown.startswith("installed davosr 1.0 (project ")
    # also by the name that conda has for it, and until pip takes it away
    index("torch", "101.0")
    conda_channel.add_python(
        "davoss", "1.0", requires=["torch==101.0"], depends=("pytorch ==101.0",)
    )
    smuggle = f"smuggle davoss  # conda: davoss -c {conda_channel.url}"
    kernel.run("smuggle torch  # pip: torch==101.0")
    assert kernel.run(smuggle).startswith("installed davoss 1.0 (project ")
    kernel.run("%pip uninstall -q -y davoss")
    assert "installed davoss 1.0 (project " in kernel.run(smuggle)
    # another kernel finds it all without an installation
    other = start_kernel(tmp_path / "geo.ipynb")
    other.run("import davos, os")
    assert other.run(f"smuggle davosgeo  {onion}\nprint(davosgeo.__version__)") == "1.0\n"
    assert other.run(USE) == "data\n"
    # both install into the project at once, what they need included
    conda_channel.add_python("davosu", "1.0")
    for name in ("davost", "davosv"):
        conda_channel.add_python(name, "1.0", depends=("davosu",))
    both = (
        f"smuggle {{0}}  # conda: {{0}} -c {conda_channel.url}\nsmuggle davosu  # conda: davosu\n"
    )
    other.client.execute(both.format("davost"))
    shown = kernel.run(both.format("davosv") + "print(davosv.__version__, davosu.__version__)")
    assert shown.endswith("1.0 1.0\n")
    assert other.run("print(davost.__version__, davosu.__version__)") == "1.0 1.0\n"
    names = [name for name, _ in Project(tmp_path / "geo.ipynb").installed_packages]
    assert {"davosgeo", "davoss", "davost", "davosu", "davosv", "libgeo"} <= set(names)
    assert len(names) == len(set(names))
    assert other.run("davos.project = None\nprint('DAVOS_GEO_DATA' in os.environ)").endswith(
        "False\n"
    )
    # the files of conda's packages have the path of a renamed project
    kernel.run("davos.project.rename('elsewhere')")
    assert kernel.run("!geotool").strip().endswith("/elsewhere/share/geo")
    assert kernel.run(USE) == "data\n"


def test_another_version_of_a_compiled_package_restarts_the_kernel(
    start_kernel, conda_channel, tmp_path
):
    for version in ("1.0", "2.0"):
        conda_channel.add(compiled_package(tmp_path / version, version=version))
    conda_channel.add(compiled_package(tmp_path / "3.0", version="3.0", built="2.0"))
    kernel = start_kernel(tmp_path / "compiled.ipynb")
    kernel.run("import davos\nx = 5")
    smuggle = "smuggle compiled  # conda: compiled=={} -c " + conda_channel.url
    refused = kernel.run(smuggle.format("9.0"), allow_error=True)
    assert "no channel has compiled ==9.0" in refused
    answer = "print(compiled.answer(), x)"  # of the library in lib/, which the module needs
    assert kernel.run(f"{smuggle.format('1.0')}\n{answer}").endswith("1 5\n")
    kernel.run("davos.noninteractive = True")
    told = kernel.run(smuggle.format("2.0"), allow_error=True)
    assert "(davos.config.noninteractive is on)" in told
    assert kernel.run(answer) == "1 5\n"
    kernel.run("davos.noninteractive = False\ndavos.auto_rerun = True")
    assert kernel.run(f"{smuggle.format('2.0')}\n{answer}").endswith("2 5\n")
    # the module is the same file, and uses another library
    told = kernel.run(smuggle.format("3.0"))
    assert "libcompiled.so was loaded before another version was installed" in told
    assert kernel.run(answer) == "2 5\n"


@pytest.mark.network
def test_packages_made_of_real_wheels_are_installed_and_replaced(
    start_kernel, conda_channel, tmp_path
):
    wanted = [("jinja2==3.1.4", "markupsafe==2.1.5"), ("jinja2==3.1.6", "markupsafe==3.0.2")]
    for number, requirements in enumerate(wanted):
        folder = tmp_path / str(number)
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", folder]
        subprocess.run([*command, "--only-binary", ":all:", *requirements], check=True)
        for wheel in sorted(folder.iterdir()):
            needs = ["markupsafe >=2.0"] if wheel.name.lower().startswith("jinja2") else []
            conda_channel.add_wheel(wheel, needs)
    assert len(list(conda_channel.folder.glob("linux-64/*.conda"))) == len(wanted)
    kernel = start_kernel(tmp_path / "wheels.ipynb")
    kernel.run("import davos\nx = 5")
    smuggle = "smuggle {}  # conda: {} -c " + conda_channel.url
    shown = kernel.run(smuggle.format("markupsafe", "markupsafe=2.1"))
    assert "installed markupsafe 2.1.5" in shown.lower()
    shown = kernel.run(smuggle.format("jinja2", "jinja2==3.1.4"))
    assert "installed jinja2 3.1.4 (" in shown.lower()  # what it needs was there
    used = "from markupsafe import _speedups\nprint(jinja2.__version__, _speedups.__file__)"
    assert kernel.run(used).startswith("3.1.4 ")
    # the compiled one stays, the other one is replaced in the running kernel
    shown = kernel.run(f"{smuggle.format('jinja2', 'jinja2=3.1.6')}\n{used}")
    assert "\n3.1.6 " in shown
    assert shown.endswith(".so\n")
    assert kernel.run("print(jinja2.Template('{{ x }}').render(x=x))") == "5\n"
    kernel.run("davos.auto_rerun = True")
    told = kernel.run(
        f"{smuggle.format('markupsafe', 'markupsafe=3')}\nprint(markupsafe.__version__, x)"
    )
    assert "\n3.0.2 5\n" in told
