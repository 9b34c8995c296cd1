import pytest

from davos.lint import Settings, check_document, read_document

SETTINGS = Settings()


@pytest.mark.parametrize(
    ("args", "code", "word"),
    [
        ("--no-binary six six", "DAV301", "six"),
        ("-i https://six.example/simple six", "DAV301", "six"),
        ("--pre --no-binary=:all: six", "DAV305", "--pre"),
        ("--prefer-binary --pre six==1", "DAV305", "--pre"),
        ("six==1 -U", "DAV305", "-U"),
        ("six==1 -qUv", "DAV305", "-qUv"),
        ("--no-binary six 'six>=1'", "DAV305", "six>=1"),
        ("six==1 --trusted-host=six", "DAV401", "six"),
        ("six==1 -ihttp://a.example/six==1", "DAV401", "http://a.example/six==1"),
        ("-i https://a.b 'six @ http://a.b/six.zip'", "DAV401", "http://a.b/six.zip"),
        ("--src six -e ./six", "DAV306", "./six"),
        ("--src ./six --editable=./six", "DAV306", "./six"),
        ("--src git+https://a.b/c -e git+https://a.b/c#egg=c", "DAV302", "git+https://a.b/c#egg=c"),
    ],
)
def test_a_finding_points_at_the_last_of_equal_words(args, code, word):
    """Each text ends with the word that is meant, though it may stand in front of it, too."""
    line = f"smuggle six  # pip: {args}"
    document = read_document(f"import davos\n{line}\n".encode(), "a.py")
    found = [one for one in check_document(document, SETTINGS) if one.code == code]
    assert len(found) == 1
    start, end = found[0].location, found[0].end_location
    text = line[start.column - 1 : end.column - 1]
    assert (text, start.column - 1) == (word, line.rindex(word))
