"""Every alternative and every symbol of both grammars decides something.

Each part of a grammar is removed in turn. Either Lark refuses what remains, or one of
the cases comes out differently.
"""

import re

import pytest
from lark.exceptions import LarkError

from davos.exceptions import DavosParserError
from davos.onion.parser import onion_driver
from davos.onion.parser import parse as parse_onion
from davos.onion.pip import PIP
from davos.onion.words import Problem
from davos.parsing import grammar_text
from davos.source import Source
from davos.syntax.nodes import Smuggle
from davos.syntax.parser import parse as parse_statements
from davos.syntax.parser import statement_driver

# Statement -> its module, level and names; or the error's message and the word it points at.
STATEMENTS = {
    "smuggle a": (None, 0, ["a"]),
    "smuggle a.b.c": (None, 0, ["a.b.c"]),
    "smuggle a as b": (None, 0, ["a as b"]),
    "smuggle a.b as c, d, e as f": (None, 0, ["a.b as c", "d", "e as f"]),
    "from a smuggle b": ("a", 0, ["b"]),
    "from a.b.c smuggle d as e": ("a.b.c", 0, ["d as e"]),
    "from a smuggle b, c, d as e": ("a", 0, ["b", "c", "d as e"]),
    "from a smuggle (b)": ("a", 0, ["b"]),
    "from a smuggle (b, c, d as e)": ("a", 0, ["b", "c", "d as e"]),
    "from a smuggle (b, c,)": ("a", 0, ["b", "c"]),
    "from a smuggle *": ("a", 0, ["*"]),
    "from . smuggle a": (None, 1, ["a"]),
    "from ... smuggle a": (None, 3, ["a"]),
    "from .a.b smuggle c": ("a.b", 1, ["c"]),
    "from ...a smuggle b": ("a", 3, ["b"]),
    "from .. smuggle *": (None, 2, ["*"]),
    "from .. smuggle (a)": (None, 2, ["a"]),
    "smuggle a b": ("expected 'as', ',', '.' or the end of the statement, not 'b'", "b"),
    "smuggle a,": ("trailing comma not allowed", ","),
    "smuggle a as": ("expected a name after 'as'", ""),
    "smuggle a as b.c": ("a name after 'as' cannot be dotted: 'b.'", "."),
    "from a smuggle": ("expected one or more names after 'smuggle'", ""),
    "from a smuggle ()": ("expected one or more names between the parentheses", ")"),
    "from a smuggle (b": ("'(' was never closed", "("),
    "from a smuggle b.c": (
        "a name after 'smuggle' cannot be dotted in a 'from' statement",
        ".",
    ),
    "from a smuggle b,": ("trailing comma not allowed without surrounding parentheses", ","),
    "from a smuggle *, b": ("expected the end of the statement, not ','", ","),
    "from a smuggle (*)": ("expected a name, not '*'", "*"),
}

# Arguments -> requirement and options; or the error's code and the word it points at.
ONIONS = {
    "a": ("a", {}),
    "-v a": ("a", {"verbosity": 1}),
    "-vv --pre a": ("a", {"verbosity": 2, "pre": True}),
    "a -v": ("a", {"verbosity": 1}),
    "a -v --timeout 1": ("a", {"verbosity": 1, "timeout": 1.0}),
    "--timeout 1 a": ("a", {"timeout": 1.0}),
    "--timeout=1 a -td": ("a", {"timeout": 1.0, "target": "d"}),
    "-e .": (".", {}),
    "-v --editable=. --pre": (".", {"verbosity": 1, "pre": True}),
    "a --": ("a", {}),
    "a -v --": ("a", {"verbosity": 1}),
    "-- a": ("a", {}),
    "-v --pre -- a": ("a", {"verbosity": 1, "pre": True}),
    "": ("DAV104", ""),
    "--": ("DAV104", "--"),
    "-v": ("DAV104", "-v"),
    "a b": ("DAV104", "b"),
    "a -v b": ("DAV104", "b"),
    "a -e .": ("DAV104", "-e"),
    "-e . a": ("DAV104", "a"),
    "-- a -v": ("DAV104", "-v"),
    "-- a --": ("DAV104", "--"),
    "a -- b": ("DAV104", "b"),
    "a --timeout": ("DAV105", "--timeout"),
    "--timeout -v a": ("DAV105", "--timeout"),
    "a -vt": ("DAV105", "-vt"),
    "--timeout -- a": ("DAV105", "--timeout"),
    "--timeout - a": ("DAV105", "--timeout"),
    "--timeout --frobnicate a": ("DAV105", "--timeout"),
    "-e": ("DAV105", "-e"),
    "-e -": ("DAV105", "-e"),
    "-e --pre .": ("DAV105", "-e"),
    "--pre=yes a": ("DAV105", "--pre=yes"),
}


def statement_facts(text, driver):
    try:
        (node,) = parse_statements(Source(text), driver)
    except DavosParserError as error:
        return error.msg, text[slice(*error.span)]
    names = [a.name if a.asname is None else f"{a.name} as {a.asname}" for a in node.names]
    if isinstance(node, Smuggle):
        return None, 0, names
    return node.module, node.level, names


def onion_facts(args, driver, installer="pip", table=PIP):
    try:
        onion = parse_onion(installer, args, table, driver)
    except Problem as problem:
        return problem.code, args[problem.start : problem.end]
    return onion.requirement.text, dict(onion.options)


GRAMMARS = {
    "smuggle": (statement_driver, statement_facts, STATEMENTS),
    "onion": (onion_driver, onion_facts, ONIONS),
}


@pytest.mark.parametrize(("text", "expected"), STATEMENTS.items(), ids=repr)
def test_a_statement_and_what_it_says(text, expected):
    assert statement_facts(text, None) == expected


@pytest.mark.parametrize(("args", "expected"), ONIONS.items(), ids=repr)
def test_an_onion_comment_and_what_it_says(args, expected):
    assert onion_facts(args, None) == expected


def test_an_unknown_installer_is_refused_before_its_arguments_are_read():
    assert onion_facts("'", None, "npm", None) == ("DAV106", "")


# A grammar's notation, as nested lists: a body is a list of alternatives, an alternative a
# list of items, an item a symbol or a body in brackets, with a mark of repetition behind it.
PIECE = re.compile(r'"[^"]*"|[A-Za-z_]+|->|[()\[\]|*+?]')
RULE = re.compile(r"^([a-z_]+)\s*:((?:.*)(?:\n[ \t]+\|.*)*)", re.MULTILINE)
CLOSING = {"(": ")", "[": "]"}


def read_body(pieces):
    alternatives = [[]]
    while pieces and pieces[0] not in {")", "]"}:
        piece = pieces.pop(0)
        if piece == "|":
            alternatives.append([])
        elif piece in CLOSING:
            alternatives[-1].append([piece, read_body(pieces), ""])
            assert pieces.pop(0) == CLOSING[piece]
        elif piece in {"*", "+", "?"}:
            alternatives[-1][-1][2] = piece
        elif piece == "->":
            alternatives[-1].append(["->", pieces.pop(0), ""])
        else:
            alternatives[-1].append([piece, None, ""])
    return alternatives


def written(body):
    return " | ".join(" ".join(map(written_item, alternative)) for alternative in body)


def written_item(item):
    opening, content, mark = item
    if opening == "->":
        return f"-> {content}"
    return f"{opening}{written(content)}{CLOSING[opening]}{mark}" if content else opening + mark


def bodies(body):
    """A body, and those in brackets within it."""
    yield body
    for item in (item for alternative in body for item in alternative):
        if item[0] in CLOSING:
            yield from bodies(item[1])


def shortened(body):
    """The body without one of its parts, as text: an alternative, an item, a mark."""
    for inner in bodies(body):
        for alternative in list(inner):
            if len(inner) > 1:
                index = inner.index(alternative)
                del inner[index]
                yield written(body)
                inner.insert(index, alternative)
            yield from without_items(body, alternative)


def without_items(body, alternative):
    for index, item in enumerate(list(alternative)):
        if item[0] == "->":
            continue
        del alternative[index]
        yield written(body)
        alternative.insert(index, item)
        opening, content, mark = item
        if mark or opening == "[":
            alternative[index] = ["(" if opening == "[" else opening, content, ""]
            yield written(body)
            alternative[index] = item


def mutants(grammar):
    """The grammar's text without one of its parts, again and again."""
    code = re.sub(r"//.*", "", grammar)
    for rule in RULE.finditer(code):
        body = read_body(PIECE.findall(rule[2]))
        for text in shortened(body):
            yield f"{code[: rule.start()]}{rule[1]}: {text}{code[rule.end() :]}"


def survives(grammar, make, facts, cases):
    try:
        driver = make(grammar)
    except LarkError:
        return False
    return all(outcome(facts, text, driver) == expected for text, expected in cases.items())


def outcome(facts, text, driver):
    try:
        return facts(text, driver)
    except (IndexError, TypeError, ValueError, AttributeError, StopIteration) as error:
        return error  # the rules or the messages met what only a mutant lets through


@pytest.mark.parametrize("name", GRAMMARS)
def test_no_part_of_a_grammar_can_be_removed(name):
    grammar = grammar_text(name)
    all_mutants = list(mutants(grammar))
    assert len(all_mutants) > 20
    assert [text for text in all_mutants if survives(text, *GRAMMARS[name])] == []


@pytest.mark.parametrize("name", GRAMMARS)
def test_a_grammar_written_anew_from_its_parts_is_the_same(name):
    """So that a mutant differs from the grammar by its missing part only."""
    code = re.sub(r"//.*", "", grammar_text(name))
    again = RULE.sub(lambda rule: f"{rule[1]}: {written(read_body(PIECE.findall(rule[2])))}", code)
    assert "".join(again.split()) == "".join(code.split())
    assert survives(again, *GRAMMARS[name])
