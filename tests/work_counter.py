"""Counts the work of translating a text: function calls, and characters that a search passes over."""

import contextlib
import re
import sys

import davos.onion.parser  # noqa: F401 - so that its patterns are counted, too
from davos.exceptions import DavosParserError
from davos.translate import load, translate

ROOMS = ("davos.source", "davos.syntax.", "davos.onion.", "davos.translate")


class Counter:
    """The work so far; as a profiler it counts calls, of built-in functions as well."""

    def __init__(self):
        self.work = 0

    def __call__(self, frame, event, argument):
        self.work += event in {"call", "c_call"}

    def passed(self, start, match, end):
        """A search that began at one offset ended behind its match, or found none before the end."""
        self.work += (match.end() if match else end) - start


class CountedPattern:
    """A compiled pattern that reports how far it went; the rest is the pattern's own."""

    def __init__(self, pattern, counter):
        self.pattern, self.counter = pattern, counter

    def __getattr__(self, name):
        return getattr(self.pattern, name)

    def search(self, text, start=0, end=sys.maxsize):
        match = self.pattern.search(text, start, end)
        self.counter.passed(start, match, min(end, len(text)))
        return match

    def match(self, text, start=0, end=sys.maxsize):
        match = self.pattern.match(text, start, end)
        self.counter.passed(start, match, start)
        return match

    def fullmatch(self, text, start=0, end=sys.maxsize):
        match = self.pattern.fullmatch(text, start, end)
        self.counter.passed(start, match, min(end, len(text)))
        return match

    def finditer(self, text, start=0, end=sys.maxsize):
        for match in self.pattern.finditer(text, start, end):
            self.counter.passed(start, match, 0)
            yield match
            start = match.end()
        self.counter.passed(start, None, min(end, len(text)))

    def findall(self, text, start=0, end=sys.maxsize):
        self.counter.passed(start, None, min(end, len(text)))
        return self.pattern.findall(text, start, end)


class CountedText(str):
    """A text that reports how far its searches went."""

    __slots__ = ("counter",)

    def find(self, part, start=0, end=sys.maxsize):
        found = super().find(part, start, end)
        self.counter.work += (found if found >= 0 else min(end, len(self))) - start
        return found

    def rfind(self, part, start=0, end=sys.maxsize):
        found = super().rfind(part, start, end)
        self.counter.work += min(end, len(self)) - (found if found >= 0 else start)
        return found


@contextlib.contextmanager
def counted_patterns(counter):
    """While this is open, the patterns of the rooms that translate count."""
    originals = []
    for module in [m for name, m in sys.modules.items() if name.startswith(ROOMS)]:
        for name, value in list(vars(module).items()):
            if isinstance(value, re.Pattern):
                originals.append((module, name, value))
                setattr(module, name, CountedPattern(value, counter))
    try:
        yield
    finally:
        for module, name, value in originals:
            setattr(module, name, value)


def work(text):
    """What translating a text costs, in steps: the same in each run."""
    load()
    counter = Counter()
    counted = CountedText(text)
    counted.counter = counter
    with counted_patterns(counter):
        sys.setprofile(counter)
        try:
            with contextlib.suppress(DavosParserError):
                # a file name of its own: no result of an earlier run is used
                translate(counted, filename=f"{id(counter)}-{len(text)}-{hash(text)}")
        finally:
            sys.setprofile(None)
    return counter.work
