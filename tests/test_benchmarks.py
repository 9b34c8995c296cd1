"""The benchmark table is well-formed, and its probe works; nothing is timed here."""

import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
if not (ROOT / "benchmarks").is_dir():
    pytest.skip("no benchmarks beside the tests", allow_module_level=True)
sys.path.append(str(ROOT))  # benchmarks is no part of the package

from benchmarks.__main__ import RESULTS, ROWS, main  # noqa: E402
from benchmarks.cells import PATHOLOGICAL, ordinary  # noqa: E402
from benchmarks.harness import Budget, Measured, Outcome, Row, in_turns, report, show  # noqa: E402
from benchmarks.probing import Probe, ProbeTimeoutError  # noqa: E402


def test_every_row_has_a_name_of_its_own():
    names = [row.name for row in ROWS]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z0-9-]+", name) for name in names)


def test_every_row_can_be_shown_as_a_line():
    lines = show(Outcome(row, Measured(1.0, 2.0)) for row in ROWS).splitlines()
    assert len(lines) == len(ROWS) + 2
    assert len({len(line) for line in lines}) == 1


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_row_has_a_title_a_unit_and_at_most_one_kind_of_budget(row):
    assert row.title
    assert row.unit in {"s", "B", "x", ""}
    assert row.budget.times is None or row.budget.at_most is None


@pytest.mark.parametrize(
    ("budget", "value", "other", "met"),
    [
        (Budget(times=0.5), 1.0, 2.0, True),
        (Budget(times=0.5), 1.1, 2.0, False),
        (Budget(times=0.5), 1.0, None, None),
        (Budget(at_most=3.0), 3.0, None, True),
        (Budget(at_most=3.0), 3.1, 9.0, False),
        (Budget(plus=0.5), 2.5, 2.0, True),
        (Budget(plus=0.5), 2.6, 2.0, False),
        (Budget(plus=0.5), 2.5, None, None),
        (Budget(), 3.1, 9.0, None),
    ],
)
def test_a_budget_is_met_or_not(budget, value, other, met):
    row = Row("row", "a row", lambda _: Measured(value, other), budget)
    assert Outcome(row, row.measure(None)).met is met


def test_a_row_that_failed_is_no_success():
    outcome = Outcome(ROWS[0], error="it broke")
    assert outcome.met is None
    assert "it broke" in show([outcome])


class NoWorlds:
    """Stands in for the environments, which take minutes to make."""

    def __init__(self, **how):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass


@pytest.mark.parametrize(
    ("arguments", "written"),
    [
        ([], True),
        (["--fresh"], True),
        (["--only", "a"], False),
        (["--quick"], False),
        (["--json"], False),
    ],
)
def test_a_complete_run_writes_the_page_of_results(
    arguments, written, tmp_path, monkeypatch, capsys
):
    rows = (
        Row("a", "the first", lambda _: Measured(1.0, 2.0)),
        Row("b", "the other", lambda _: Measured(3.0)),
    )
    monkeypatch.setattr("benchmarks.__main__.ROWS", rows)
    monkeypatch.setattr("benchmarks.__main__.Worlds", NoWorlds)
    monkeypatch.setattr("benchmarks.__main__.RESULTS", tmp_path / "RESULTS.md")
    assert main(arguments) == 0
    assert (tmp_path / "RESULTS.md").exists() is written
    if written:
        text = (tmp_path / "RESULTS.md").read_text(encoding="utf-8")
        assert re.search(r"^[^|]* \d{4}-\d\d-\d\d, Python 3\.", text, re.DOTALL)
        assert capsys.readouterr().out in text


def test_the_page_of_results_is_as_it_is_written():
    text = RESULTS.read_text(encoding="utf-8")
    about = re.search(r"Date and Python: (.*)\.$", text, re.MULTILINE)[1]
    head = report([], about).partition("|")[0]
    assert text.startswith(head)
    lines = text[len(head) :].splitlines()
    assert len(lines) > 10
    assert len({line.count(" | ") for line in lines}) == 1


def test_sides_take_turns_and_the_best_counts():
    order = []
    sides = {
        "a": lambda: order.append("a") or float(len(order)),
        "b": lambda: order.append("b") or float(len(order)),
    }
    medians, samples = in_turns(2, sides)
    assert order == ["a", "b", "b", "a"]
    assert medians == {"a": 2.5, "b": 2.5}
    assert samples == {"a": [1.0, 4.0], "b": [2.0, 3.0]}


def test_an_unknown_row_is_refused():
    with pytest.raises(SystemExit, match="2"):
        main(["--only", "no-such-row"])


@pytest.mark.parametrize("lines", [100, 5000])
def test_an_ordinary_cell_is_python_of_that_many_lines(lines):
    cell = ordinary(lines)
    assert cell.count("\n") == lines
    compile(cell, "cell", "exec")
    assert "smuggle" not in cell
    assert ordinary(lines, "smuggle json").count("\n") == lines


@pytest.mark.parametrize("name", PATHOLOGICAL)
def test_the_length_of_an_input_is_in_proportion(name):
    make = PATHOLOGICAL[name]
    assert len(make(4000)) / len(make(1000)) == pytest.approx(4, rel=0.15)
    assert "smuggle" in make(10)


def test_a_probe_answers():
    with Probe([sys.executable], {}) as probe:
        probe.ask("start", davos=True, project="bench")
        answer = probe.ask("transform", cells=["x = 1\n", "smuggle json\n"])
        assert answer["calls"] == 1
        assert len(answer["seconds"]) == 2
        assert probe.ask("repeated", cell="smuggle json", number=2) > 0
        assert probe.ask("value", expression="json.__name__") == "json"
        with pytest.raises(RuntimeError, match="ZeroDivisionError"):
            probe.ask("run", cell="1 / 0")


def test_a_probe_that_is_too_slow_is_ended():
    with Probe([sys.executable], {}) as probe, pytest.raises(ProbeTimeoutError):
        probe.ask("start", davos=False, timeout=0.0)
