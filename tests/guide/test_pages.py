"""`davos.guide()` shows the pages, and what the pages list is what the code has."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import davos as package
from davos import exceptions
from davos.cli.main import COMMANDS, main
from davos.cli.projects import ACTIONS
from davos.configuration import FIELDS
from davos.exceptions import DavosError
from davos.guide.pages import TOPICS, guide, in_shell, markdown
from davos.lint import settings
from davos.lint.registry import RULES, page
from davos.onion.options import Effect
from davos.onion.validator import TABLES
from davos.translate import translate

FOLDER = Path(package.__file__).parent / "guide"
PAGES = {path.stem: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}
# These get their values from the front end, when the session begins.
OF_THE_SESSION = {"active", "pip_executable", "project"}


def rows(text):
    """The cells of the rows of Markdown tables, without the headings."""
    tables = re.findall(r"(?:^\|.*\|\n)+", text, re.MULTILINE)
    lines = [line for table in tables for line in table.splitlines()[2:]]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def section(text, title):
    """What stands under a heading of the second level."""
    return re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)[1]


def options(text):
    """The options that a text names."""
    return set(re.findall(r"(?<![\w-])--?[a-zA-Z][\w-]*", text))


# ---- the pages ----


def test_every_topic_has_its_page_and_every_page_its_topic():
    assert set(PAGES) == set(TOPICS)


def test_the_list_names_every_topic():
    assert re.findall(r"^- \*\*([\w-]+)\*\*: ", guide().text, re.MULTILINE) == list(TOPICS)


@pytest.mark.parametrize("topic", PAGES)
def test_links_lead_to_pages_and_are_mentions_where_they_are_shown(topic):
    links = re.findall(r"(?<!!)\[[^\]]*\]\((?!https?:)([^)]*)\)", PAGES[topic])
    assert {Path(link).suffix for link in links} <= {".md"}
    assert {Path(link).stem for link in links} <= set(PAGES)
    for mention, shown in (("`davos guide {}`", in_shell), ('`davos.guide("{}")`', None)):
        text = markdown(topic, shown) if shown else guide(topic).text
        assert ".md)" not in text
        assert all(mention.format(Path(link).stem) in text for link in links)


@pytest.mark.parametrize(
    "code",
    [
        code
        for text in PAGES.values()
        for code in re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    ],
)
def test_examples_compile(code):
    compile(translate(code), "page", "exec")


def test_a_page_is_markdown_in_a_notebook_and_text_elsewhere():
    shown = guide("projects")
    assert shown._repr_markdown_() == str(shown) == repr(shown)
    assert shown.text.startswith("# Projects\n")


@pytest.mark.parametrize("name", ["onion-comments", "onion_comments", "Onion-Comments"])
def test_a_topic_is_found_however_it_is_written(name):
    assert guide(name).text.startswith("# Onion comments\n")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("projcts", "no page 'projcts'; did you mean projects\\?"),
        ("DAV399", "did you mean DAV39?"),
        ("zzz", "topics are statement, "),
        ("../pages", "no page"),
    ],
)
def test_an_unknown_topic_is_an_error_that_helps(name, message):
    with pytest.raises(DavosError, match=message):
        guide(name)


def test_a_rule_has_its_page():
    assert guide("dav301").text == page("DAV301")


@pytest.mark.parametrize(
    "code",
    [
        "import davos; davos.guide('projects'); import davos.guide",
        "import davos.guide",
        "import davos.guide.pages; import davos",
        "from davos.guide import pages; import davos, importlib; importlib.reload(davos)",
    ],
)
def test_the_package_of_the_pages_does_not_replace_the_function(code):
    script = f"{code}\nassert davos.guide('projects').text.startswith('# Projects')"
    command = [sys.executable, "-W", "error", "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


# ---- what they list ----


def test_the_page_of_conda_has_every_option_in_the_row_of_its_effect():
    cells = rows(section(PAGES["conda"], "The options"))
    listed = {option: cell for named, cell in cells for option in options(named)}
    table = TABLES["conda"]
    assert {flag for flag in listed if flag not in table.by_flag} == set()
    assert {one.name for one in table.options} == {table.by_flag[flag].name for flag in listed}
    for flag, cell in listed.items():
        effect = table.by_flag[flag].effect
        assert ("refuses" in cell) == (effect is Effect.REFUSE), flag
        assert ("no effect" in cell) == (effect is Effect.NONE), flag


def test_the_command_line_page_lists_every_command():
    text = PAGES["command-line"]
    sections = re.findall(r"^## davos ([\w-]+)$", text, re.MULTILINE)
    assert sections == re.findall(r"^\| `davos ([\w-]+)", text, re.MULTILINE)
    assert set(sections) == set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_has_the_options_that_its_section_lists(command, capsys):
    commands = [[command]]
    if command == "projects":
        commands = [[command, action] for action in ACTIONS]
    for one in commands:
        with pytest.raises(SystemExit):
            main([*one, "--help"])
    lines = re.findall(r"^  -.*", capsys.readouterr().out, re.MULTILINE)
    wanted = {option for line in lines for option in options(line.partition("   ")[0])}
    cells = rows(section(PAGES["command-line"], f"davos {command}"))
    listed = [row[0] for row in cells] if command != "projects" else [row[1] for row in cells]
    assert options(" ".join(listed)) == wanted - {"-h", "--help"}


def test_the_actions_of_projects_are_listed():
    cells = rows(section(PAGES["command-line"], "davos projects"))
    assert [re.match(r"`(\w+)", row[0])[1] for row in cells] == list(ACTIONS)


def test_no_page_names_an_option_that_does_not_exist():
    known = options(PAGES["command-line"]) | {
        flag for table in TABLES.values() for option in table.options for flag in option.flags
    }
    for topic, text in PAGES.items():
        named = re.findall(r"`[^`\n]*`", text)
        words = {word.partition("=")[0] for code in named for word in code.strip("`").split()}
        found = {word for word in words if re.fullmatch(r"--?[a-zA-Z][\w-]*", word)}
        assert found - known - {"-l", "--help"} == set(), topic  # pygmentize has -l


def test_the_configuration_page_lists_the_fields_with_their_defaults():
    cells = {row[0].strip("`"): row[-1] for row in rows(PAGES["configuration"])}
    assert set(cells) == set(FIELDS)
    given = {name: default for name, default in cells.items() if name not in OF_THE_SESSION}
    wanted = {name: f"`{field.default}`" for name, field in FIELDS.items() if name in given}
    assert given == wanted
    assert not any(cells[name].startswith("`") for name in OF_THE_SESSION)


def test_read_only_fields_are_listed_apart():
    text = PAGES["configuration"].partition("read-only")[2]
    names = {row[0].strip("`") for row in rows(text)}
    assert names == {name for name, field in FIELDS.items() if not field.writable}


def test_the_check_page_lists_every_rule():
    cells = [(row[0], row[1].strip("`"), row[2] or "no") for row in rows_of_rules()]
    assert cells == [(rule.code, rule.name, rule.fixable) for rule in RULES.values()]


def rows_of_rules():
    padded = PAGES["check"].replace("|  |", "| no |")
    return [row for row in rows(padded) if row[0].startswith("DAV")]


def test_the_check_page_lists_every_setting():
    text = re.search(r"```toml\n(.*?)```", PAGES["check"], re.DOTALL)[1]
    assert set(re.findall(r"^([\w-]+) =", text, re.MULTILINE)) == set(settings._KEYS)


def test_every_output_format_is_listed():
    from davos.lint.reports.text import REPORTERS

    (row,) = (row for row in rows(PAGES["command-line"]) if row[0].startswith("`--output-format"))
    assert re.findall(r"`(\w+)`", row[1]) == list(REPORTERS)


def test_the_errors_page_lists_every_exception_with_its_other_bases():
    listed = {row[0].strip("`"): row[1] for row in rows(PAGES["errors"])}
    assert sorted(listed) == sorted(exceptions.__all__)
    for name, text in listed.items():
        kind = getattr(exceptions, name)
        named = re.findall(r"`([\w.]+)`", text.partition("; also ")[2])
        bases = {base.__name__ for base in kind.__mro__}
        assert issubclass(kind, DavosError)
        assert {one.rpartition(".")[2] for one in named} <= bases


def test_the_python_page_lists_every_public_name():
    names = [re.match(r"`davos\.(\w+)", row[0])[1] for row in rows(PAGES["python-api"])]
    assert sorted(names) == sorted(package.__all__)


def test_pictures_are_on_disk_and_small_and_only_pages_on_disk_show_them():
    readme = FOLDER.parents[1] / "README.md"
    shown = {
        (file.parent / name).resolve()
        for file in (*FOLDER.glob("*.md"), *filter(Path.exists, [readme]))
        for name in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", file.read_text(encoding="utf-8"))
    }
    there = set((FOLDER / "pictures").iterdir())
    if not there:
        pytest.skip("only a clone has the pictures")
    assert shown == {file.resolve() for file in there}
    assert all(file.stat().st_size < 60_000 for file in there)
    assert sum(file.stat().st_size for file in there) < 300_000
    for topic in TOPICS:
        assert "![" not in str(guide(topic))
