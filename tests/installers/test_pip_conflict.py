"""pip's explanation of a contradiction as one sentence."""

import pytest

from davos.installers.pip_conflict import Cause, causes_of, contradiction

OUTPUT = """
INFO: pip is looking at multiple versions of pandas ...
ERROR: Cannot install numpy==2.1.0 and pandas==2.1.4 because these package versions have ...

The conflict is caused by:
{}

To fix this you could try to:
1. loosen the range of package versions you've specified
"""

SENTENCES = {
    "asked for, and needed otherwise": (
        [
            "The user requested numpy==2.1.0",
            'pandas 2.1.4 depends on numpy<2 and >=1.23.2; python_version == "3.11"',
        ],
        "numpy==2.1.0 does not go with pandas 2.1.4, which needs numpy<2,>=1.23.2",
    ),
    "in the other order": (
        ["pandas 2.1.4 depends on numpy<2", "The user requested numpy==2.1.0"],
        "numpy==2.1.0 does not go with pandas 2.1.4, which needs numpy<2",
    ),
    "a constraint is a side, too": (
        ["pandas 2.1.4 depends on numpy<2", "The user requested (constraint) numpy==2.1.0"],
        "numpy==2.1.0 does not go with pandas 2.1.4, which needs numpy<2",
    ),
    "what was asked for comes before a constraint": (
        ["The user requested (constraint) six==1.16.0", "The user requested six==1.15.0"],
        "six==1.15.0 does not go with six==1.16.0",
    ),
    "an installed distribution": (
        ["The user requested numpy==2", "pandas 2.1.4 (Installed) depends on numpy<2"],
        "numpy==2 does not go with pandas 2.1.4, which needs numpy<2",
    ),
    "two distributions": (
        ["a 1.0 depends on c<2", "b 1.0 depends on c>=2"],
        "a 1.0 needs c<2, but b 1.0 needs c>=2",
    ),
    "names in several spellings": (
        ["The user requested zope.interface==6", "zope-event 5 depends on Zope_Interface<6"],
        "zope.interface==6 does not go with zope-event 5, which needs Zope_Interface<6",
    ),
    "one side alone": (["The user requested numpy==2.1.0"], ""),
}


@pytest.mark.parametrize("name", SENTENCES)
def test_a_contradiction_names_both_sides(name):
    lines, sentence = SENTENCES[name]
    output = OUTPUT.format("\n".join(f"    {line}" for line in lines))
    assert contradiction(causes_of(output)) == sentence


@pytest.mark.parametrize(
    "output", ["", "The conflict is caused by:", "ERROR: No matching distribution found for x"]
)
def test_without_an_explanation_there_is_no_sentence(output):
    assert causes_of(output) == []
    assert contradiction([]) == ""


def test_causes_end_where_the_explanation_ends():
    output = OUTPUT.format("    The user requested a==1\n    b 2 depends on a<1")
    assert causes_of(output) == [Cause("a==1"), Cause("a<1", "b 2")]
