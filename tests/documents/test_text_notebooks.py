"""Notebooks that are text: which parts are cells, and that positions are those of the file."""

import pytest

from davos.lint import Settings, check_document, fix_bytes, read_document

QUARTO = """---
title: smuggle json  # pip: json==1
---

Text with `smuggle json  # pip: json==1`.

```{python}
#| echo: false
import davos
```

```{r}
smuggle json  # pip: json==1
```

```python
smuggle json  # pip: json==1
```

```
smuggle json  # pip: json==1
```

  ```{python}
  smuggle os
  ```

````{python}
x = '''
```
'''
smuggle json  # pip: json==1
````

```{python}
#| eval: true
smuggle json  # pip: json==1
"""
MYST = """---
kernelspec:
  display_name: Python 3
  name: python3
---

# Title

```{code-cell} ipython3
import davos
```

```{code-cell}
:tags: [hide-input]

smuggle json  # pip: json==1
```

```{code-cell} ipython3
---
tags: [a]
---
smuggle json  # pip: json==1
```

```{note}
smuggle json  # pip: json==1
```

```python
x = 1
```
"""
JUPYTEXT = """---
jupyter:
  jupytext:
    formats: ipynb,md
jupytext: x
---

```python
import davos
```

```python tags=["a"]
%time smuggle json  # pip: json==1
```

~~~python
smuggle json  # pip: json==1
~~~

```bash
smuggle json  # pip: json==1
```

```python active="py"
smuggle json  # pip: json==1
```
"""
PERCENT = """smuggle os
# %% [markdown]
# Text, `smuggle json  # pip: json==1`
# %% name tags=["a"]
import davos
# %%time
#%%
smuggle json  # pip: json==1
# + jupytext's light format is a script
"""


def rows(text, name):
    document = read_document(text.encode(), name)
    found = check_document(document, Settings(ignore=("DAV208",)))
    assert {one.cell for one in found} <= {None}
    for one in found:
        line = text.splitlines()[one.location.row - 1]
        assert line[one.location.column - 1 :].startswith(("smuggle", "# pip"))
    return [(one.location.row, one.code) for one in found]


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        (QUARTO, "a.qmd", [(32, "DAV203"), (37, "DAV203")]),
        (MYST, "a.md", [(16, "DAV203"), (23, "DAV203")]),
        (JUPYTEXT, "a.md", [(13, "DAV203"), (17, "DAV203")]),
        (PERCENT, "a.py", [(1, "DAV204"), (8, "DAV203")]),
        (QUARTO.replace("title", "x"), "a.md", []),  # no notebook: its header does not say so
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_cells_are_found_where_they_stand(text, name, expected, newline):
    assert rows(text.replace("\n", newline), name) == expected


@pytest.mark.parametrize(("text", "name"), [(QUARTO, "a.qmd"), (MYST, "a.md"), (PERCENT, "a.py")])
def test_fixes_leave_the_text_alone(text, name):
    fixed = fix_bytes(text.encode(), name, Settings()).data.decode()
    kept = [
        (one, other) for one, other in zip(text.splitlines(), fixed.splitlines()) if one != other
    ]
    assert {one.strip() for one, _ in kept} == {"smuggle json  # pip: json==1"}
    assert {other.strip() for _, other in kept} == {"smuggle json"}


@pytest.mark.parametrize(
    ("text", "fmt", "name"), [(MYST, "md:myst", "a.md"), (PERCENT, "py:percent", "a.py")]
)
def test_jupytext_sees_the_same_code_cells(text, fmt, name):
    jupytext = pytest.importorskip("jupytext")
    cells = [c.source for c in jupytext.reads(text, fmt=fmt).cells if c.cell_type == "code"]
    ours = [cell.source for cell in read_document(text.encode(), name).cells]
    for source in cells:
        line = source.strip().splitlines()[-1]
        assert any(line in cell for cell in ours)


def test_a_marimo_notebook_is_a_script():
    text = "import marimo\napp = marimo.App()\n@app.cell\ndef _():\n    smuggle json\n    return json\n"
    document = read_document(text.encode(), "a.py")
    assert document.kind == "script"
    found = check_document(document, Settings())
    assert [one.code for one in found] == ["DAV307"]  # marimo itself
