"""One call of `davos check`: its settings, its files, and what is written where."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Iterator

from davos.cli.check_files import Checked, Job, check_all, check_data
from davos.cli.check_progress import progress
from davos.cli.colors import wants_color
from davos.cli.diff import diff
from davos.cli.input_files import STDIN, Files, complain, put, read_input, reason
from davos.documents.path_patterns import Patterns
from davos.exceptions import DavosError
from davos.lint.reports.style import Style
from davos.lint.reports.text import FOR_PEOPLE, REPORTERS, Reporter, statistics
from davos.lint.settings import Settings, SettingsError, load, read

if TYPE_CHECKING:
    import argparse

    from davos.documents.diagnostic import Diagnostic

__all__ = ["CheckRun"]


class CheckRun:
    """Raises `SettingsError` for a bad configuration, `ValueError` for an unknown code."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.job = Job(
            tuple(options.select),
            tuple(options.ignore),
            tuple(options.extend_select),
            self._given_settings(),
            fix=options.fix or options.diff,
            unsafe=options.unsafe_fixes,
            write=not options.diff,
            diffs=options.output_format == "full" and not options.statistics,
        )
        self.paths = options.paths or ["." if options.stdin_filename is None else STDIN]
        for path in self.paths:
            self.job.settings_for(self._name(path))  # bad ones are told before any file is read
        self.files = Files(self.paths, self._name(STDIN), self._leave)
        self.excluded = Patterns(tuple(options.exclude), ".")
        self.count = self.fixed = self.found = 0

    def status(self) -> int:
        """Check everything, write what was found; 0, 1 or 2."""
        if self.options.diff:
            return self._write_diffs()
        out = sys.stderr if self._fixes_stdin else sys.stdout
        write = statistics if self.options.statistics else self._reporter()
        for chunk in write(self._diagnostics()):
            if self.found or not self.files.failed or self.options.output_format not in FOR_PEOPLE:
                out.write(chunk)
        if self.options.fix and self.fixed:
            complain(f"fixed {self.fixed} finding{'s' * (self.fixed != 1)}")
        return self._end(1 if self.found and not self.options.exit_zero else 0)

    def _given_settings(self) -> Settings | None:
        if self.options.config:
            return read(self.options.config)
        return Settings() if self.options.isolated else None

    def _name(self, path: str) -> str:
        return (self.options.stdin_filename or STDIN) if path == STDIN else path

    def _leave(self, path: str, *, is_folder: bool) -> bool:
        settings = self.job.settings
        if settings is None:
            settings = load(os.path.dirname(path) or ".")  # noqa: PTH120 - speed
        return settings.excluded.match(path, is_folder=is_folder) or self.excluded.match(
            path, is_folder=is_folder
        )

    def _reporter(self) -> Reporter:
        name = self.options.output_format
        if name not in FOR_PEOPLE:
            return REPORTERS[name]
        style = Style(wants_color(sys.stdout, self.options.color), unsafe=self.options.unsafe_fixes)
        return lambda found: FOR_PEOPLE[name](found, style)

    @property
    def _fixes_stdin(self) -> bool:
        return self.options.fix and STDIN in self.paths

    # ---- the files ----

    def _diagnostics(self) -> Iterator[Diagnostic]:
        for checked in self._checked():
            self.found += len(checked.diagnostics)
            yield from checked.diagnostics

    def _checked(self) -> Iterator[Checked]:
        """What came of each file that could be read."""
        if STDIN in self.paths:
            results = self._one_by_one()
        else:
            results = check_all(self.files.paths(), self.job)
        with progress() as bar:
            for checked in results:
                bar.advance()
                if checked.failure is not None:
                    bar.clear()
                    self.files.fail(checked.path, checked.failure)
                    continue
                self.count += 1
                self.fixed += checked.fixed
                if checked.diagnostics:
                    bar.clear()
                yield checked

    def _one_by_one(self) -> Iterator[Checked]:
        for path in self.files.paths():
            if path != STDIN:
                yield from check_all([path], self.job)
                continue
            try:
                checked = check_data(self._name(path), read_input(path, self._name(path)), self.job)
            except SettingsError:
                raise
            except DavosError as error:
                checked = Checked(path, failure=reason(error))
            if self._fixes_stdin and checked.failure is None:
                sys.stdout.write(checked.after.decode("utf-8", "surrogateescape"))
            yield checked

    def _write_diffs(self) -> int:
        changed = 0
        for checked in self._checked():
            for line in diff(checked.path, checked.before, checked.after):
                put(line)
            changed += checked.before != checked.after
        if changed:
            complain(f"{changed} file{'s' * (changed != 1)} would change")
        return self._end(1 if changed and not self.options.exit_zero else 0)

    def _end(self, status: int) -> int:
        if self.files.failed:
            return 2
        if not self.count:
            complain("no notebooks or Python files found under the given paths")
        return status
