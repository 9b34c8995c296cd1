"""What code sets in `davos.config`, where that is known without running it."""

import pytest

from davos.documents.literal_settings import is_set, literal_setting
from davos.documents.reader import read_text

SET = {
    'davos.project = "a"': "a",
    'davos.config.project = "a"': "a",
    'davos.configure(project="a", active=True)': "a",
    'import davos as d\nd.project = "a"': "a",
    'from davos import config\nconfig.project = "a"': "a",
    'from davos import configure as set_up\nset_up(project="a")': "a",
    'davos.project = davos.config.project = "a"': "a",
    'davos.project = "a"\ndavos.project = "a"': "a",
    'smuggle numpy  # pip: numpy==1.26.4\ndavos.project = "a"': "a",
}
UNKNOWN = [
    "",
    "import davos",
    'project = "a"',
    'from davos import project\nproject = "a"',
    'config.project = "a"',
    'other.project = "a"',
    'davos.config.other.project = "a"',
    "davos.project = None",
    "davos.project = 1",
    'davos.project = b"a"',
    "davos.project = name",
    'davos.project = f"{name}"',
    'davos.project = pathlib.Path("a")',
    'davos.project = "a"\ndavos.project = "b"',
    'davos.project = "a"\ndavos.project = name',
    'if remote:\n    davos.project = "a"',
    'def start():\n    davos.configure(project="a")',
    'davos.project = "a"\nif remote:\n    davos.configure(project="b")',
    "davos.configure(**settings)",
    'davos.project == "a"',
    '# davos.project = "a"',
    '"""davos.project = \'a\'"""',
    'davos.project = "a" +',
]


@pytest.mark.parametrize("code", SET)
def test_a_literal_at_the_top_level_is_known(code):
    assert literal_setting(read_text(code, "a.py"), "project") == SET[code]


@pytest.mark.parametrize("code", UNKNOWN)
def test_anything_else_is_unknown(code):
    assert literal_setting(read_text(code, "a.py"), "project") is None


def test_cells_count_together():
    code = '# %%\nfrom davos import config\n# %%\nconfig.project = "a"\n'
    assert literal_setting(read_text(code, "a.py"), "project") == "a"
    assert (
        literal_setting(read_text(code + "# %%\nconfig.project = 1\n", "a.py"), "project") is None
    )


def test_other_fields_are_not_meant():
    code = 'davos.configure(project="a", pip_backend="uv")'
    assert literal_setting(read_text(code, "a.py"), "pip_backend") == "uv"
    assert literal_setting(read_text(code, "a.py"), "lock") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("davos.config.lock = None", True),
        ("if x:\n    davos.configure(lock=path)", True),
        ("davos.lock == path", False),
        ("import davos", False),
    ],
)
def test_it_is_known_whether_a_field_is_set_to_anything(text, expected):
    assert is_set(read_text(f"import davos\n{text}\n", "a.py"), "lock") is expected
