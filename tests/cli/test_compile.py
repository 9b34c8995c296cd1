"""`davos compile`: the Python that would run."""

CALL = 'smuggle(name="six")'


def test_a_script_is_translated(davos, write):
    write("a.py", "x = 1\nsmuggle six\n")
    status, out, err = davos("compile", "a.py")
    assert (status, err) == (0, "")
    assert out.startswith('x = 1\nsmuggle(name="six"')


def test_text_without_statements_comes_back_as_it_is(davos, stdin):
    stdin("x = 1 # smuggle\n\ty")
    assert davos("compile", "-")[:2] == (0, "x = 1 # smuggle\n\ty")


def test_cells_are_separated_and_magics_are_what_ipython_makes_of_them(davos, write):
    write("a.ipynb", ["x = 1", None, "!ls\nsmuggle six", "%%bash\nsmuggle six"])
    status, out, _ = davos("compile", "a.ipynb")
    assert status == 0
    first, second, third = out.split("# %% ")[1:]
    assert first == "[cell 1]\nx = 1\n"
    assert second.startswith("[cell 3]\nget_ipython().system('ls')\nsmuggle(name=")
    assert third.startswith("[cell 4]\nget_ipython().run_cell_magic('bash', ''")


def test_an_error_is_shown_as_python_shows_it_and_the_other_cells_are_printed(davos, write):
    write("a.ipynb", ["smuggle six as", "x = 1"])
    status, out, err = davos("compile", "a.ipynb")
    assert (status, out) == (1, "# %% [cell 1]\n# %% [cell 2]\nx = 1\n")
    assert '  File "a.ipynb:cell 1", line 1\n    smuggle six as\n' in err
    assert "DavosParserError: expected a name after 'as'" in err
