"""What came of providing the session's requirements on the hosts of a cluster: a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Mapping, Sequence, Tuple

from davos.escaping import for_html, html_table, one_line

__all__ = ["Host", "Hosts", "hosts_of"]

_HEADINGS = ("host", "workers", "project", "state")
READY, RESTART, FAILED = "ready", "restart needed", "failed"


@dataclass(frozen=True)
class Host:
    """Workers of one host that are in the same state.

    `workers` are the names that the cluster gives them (Dask: addresses; ipyparallel: engine
    numbers), `project` the folder of the project there, empty if there is none. `state` is
    `"ready"`, `"restart needed"` or `"failed"`; `reasons` says why, a sentence for each
    requirement, and `notes` what is different from the session. `modules` cannot be imported there.
    """

    name: str
    workers: Tuple[str, ...]
    project: str
    state: str
    reasons: Tuple[str, ...] = ()
    notes: Tuple[str, ...] = ()
    modules: Tuple[str, ...] = ()

    @property
    def cells(self) -> tuple[str, ...]:
        """The cells of its row in the table."""
        more = "; ".join((*self.reasons, *self.notes))
        state = f"{self.state}: {more}" if more else self.state
        return tuple(map(one_line, (self.name, ", ".join(self.workers), self.project, state)))


class Hosts(Tuple[Host, ...]):
    """The hosts of a cluster, which show themselves as a table."""

    __slots__ = ()

    def __repr__(self) -> str:
        rows = [_HEADINGS, *(host.cells for host in self)]
        widths = [max(len(row[at]) for row in rows) for at in range(len(_HEADINGS))]
        lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)) for row in rows]
        return "\n".join(map(str.rstrip, lines))

    def _repr_html_(self) -> str:
        rows = (tuple(map(for_html, host.cells)) for host in self)
        return html_table(_HEADINGS, rows)


def hosts_of(outcomes: Mapping[str, Mapping[str, Any]]) -> Hosts:
    """The table for what `on_worker.provide_here` returned, by the name of the worker."""
    grouped: dict[Host, list[str]] = {}
    for worker, outcome in outcomes.items():
        grouped.setdefault(_host_of(outcome), []).append(worker)
    return Hosts(
        Host(
            host.name,
            tuple(sorted(workers)),
            host.project,
            host.state,
            host.reasons,
            host.notes,
            host.modules,
        )
        for host, workers in sorted(grouped.items(), key=lambda pair: sorted(pair[1]))
    )


def _host_of(outcome: Mapping[str, Any]) -> Host:
    """A host without its workers: equal for two workers in the same state."""
    failed: Sequence[Mapping[str, Any]] = outcome["failed"]
    missing = [*failed, *outcome["restart"]]
    state = FAILED if failed else RESTART if missing else READY
    return Host(
        outcome["host"],
        (),
        outcome["project"],
        state,
        tuple(f"{row['requirement']}: {row['reason']}" for row in missing),
        tuple(outcome["notes"]),
        tuple(dict.fromkeys(name for row in missing for name in row["modules"])),
    )
