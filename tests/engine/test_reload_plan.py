"""Which loaded modules belong to changed distributions, and which cannot be replaced."""

from __future__ import annotations

from importlib.machinery import EXTENSION_SUFFIXES

import pytest

from davos.engine.reload_plan import Action, LoadedModule, modules_in, plan_reload

SO = EXTENSION_SUFFIXES[0]


@pytest.mark.parametrize(
    ("file", "module"),
    [
        ("/s/six.py", "six"),
        ("/s/a/__init__.py", "a"),
        ("/s/a/b/c.py", "a.b.c"),
        (f"/s/a/_c{SO}", "a._c"),
        (f"/s/_c{SO}", "_c"),
        ("/s/a/data.txt", None),
        ("/s/a-1.0.dist-info/METADATA", None),
        ("/s/bin/not-a-module.py", None),
        ("/elsewhere/six.py", None),
        ("/s/a.py/b.py", None),
    ],
)
def test_a_files_path_below_site_packages_is_its_modules_name(file, module):
    assert list(modules_in([file], ["/s"])) == ([module] if module else [])


@pytest.mark.parametrize(
    ("loaded", "owned", "replace", "stuck"),
    [
        ({"six": "/b/six.py", "os": None}, {"six"}, ("six",), ()),
        (
            {"six": "/b/six.py", "six.moves": None, "sixty": "/b/sixty.py"},
            {"six"},
            ("six.moves", "six"),
            (),
        ),
        (
            {"a": "/b/a/__init__.py", "a.b": "/b/a/b.py", "a.b.c": "/b/a/b/c.py"},
            {"a", "a.b"},
            ("a.b.c", "a.b", "a"),
            (),
        ),
        (
            {"google": None, "google.auth": "/b/google/auth.py", "google.cloud": "/b/x.py"},
            {"google.auth"},
            ("google.auth",),
            (),
        ),
        ({"n": "/b/n.py", "n._c": f"/b/n/_c{SO}"}, {"n"}, (), ("n._c",)),
        ({"other._c": f"/b/other/_c{SO}", "n": "/b/n.py"}, {"n"}, ("n",), ()),
        ({"a": "/b/a.py"}, set(), (), ()),
    ],
    ids=["module", "dynamic child", "children first", "namespace", "compiled", "other", "none"],
)
def test_a_plan_replaces_owned_modules_unless_a_compiled_one_is_among_them(
    loaded, owned, replace, stuck
):
    plan = plan_reload([LoadedModule(name, file) for name, file in loaded.items()], {"x": owned})
    assert (plan.replace, plan.stuck) == (replace, stuck)


PACKAGE = {"n": "/b/n.py", "n._c": f"/b/n/_c{SO}"}


@pytest.mark.parametrize(
    ("loaded", "unchanged", "action", "replace", "kept"),
    [
        ({}, set(), Action.NOTHING, (), set()),
        ({"other": "/b/other.py"}, set(), Action.NOTHING, (), set()),
        ({"n": "/b/n.py"}, set(), Action.REPLACE, ("n",), set()),
        (PACKAGE, set(), Action.RESTART, (), set()),
        (PACKAGE, {"n"}, Action.RESTART, (), {"n"}),
        (PACKAGE, {"n._c"}, Action.REPLACE, ("n",), {"n._c"}),
        (PACKAGE, {"n", "n._c"}, Action.NOTHING, (), {"n", "n._c"}),
    ],
)
def test_what_a_changed_distribution_needs_follows_from_what_is_loaded_of_it(
    loaded, unchanged, action, replace, kept
):
    modules = [LoadedModule(name, file) for name, file in loaded.items()]
    plan = plan_reload(modules, {"dist": {"n"}}, unchanged)
    assert (plan.actions, plan.replace, plan.kept) == ({"dist": action}, replace, kept)


def test_one_distribution_that_needs_a_restart_keeps_all_in_memory():
    modules = [LoadedModule(name, file) for name, file in {**PACKAGE, "p": "/b/p.py"}.items()]
    plan = plan_reload(modules, {"d": {"n"}, "e": {"p"}})
    assert plan.actions == {"d": Action.RESTART, "e": Action.REPLACE}
    assert (plan.replace, plan.stuck) == ((), ("n._c",))
