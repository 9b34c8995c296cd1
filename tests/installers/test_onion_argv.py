"""Whatever the arguments of an onion comment are: an error in them, or one requirement for pip."""

from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from davos.exceptions import OnionParserError
from davos.installers.base import Request
from davos.installers.pip import Files, plan
from davos.installers.pip_environment import environment
from davos.installers.pip_script import PipScript
from davos.onion.arguments import OptionUse, RequirementWords, UnknownOption, one_word, read
from davos.onion.pip import PIP
from davos.onion.validator import validate_text
from davos.onion.words import Word

SCRIPT = PipScript("pip", (26, 3))
FILES = Files(Path("report.json"), Path("log.txt"), Path("constraints.txt"))
DIGEST = "sha256:" + "ab" * 32
PIECES = st.sampled_from(
    [
        *"\v\f\x1c\x1d\x1e\x85\u2028\u2029\u200e\u202e\u2066\u200b\ufeff\r\n\t\x00\x1b 'é中\"",
        *(
            "-r other.txt",
            " -c c.txt",
            " --log=x",
            " -e ",
            " --",
            "-",
            f" --hash={DIGEST}",
            " -Ivv ",
        ),
        *("git+ext::sh -c x", "git+ssh://-oP@h/r", "hg+file:///r@--config=x", "#egg=x&--pre"),
        *("six", "==1.0", "numpy", " @ https://h/x.zip", "git+https://h/r", "%0a", "%2D", "@", ";"),
        *("python_version > '3'", "./x", "[a]", ",", "=", "^1.0", "x.whl", "file:", "://", "\\"),
        *("#egg=x", "#", " #", "${X}", " --pre ", " --timeout 3", "-C ", " --x=y", "~", "C:"),
    ]
)
ARGUMENTS = st.lists(PIECES, max_size=8).map("".join) | st.builds(
    "{}{}{}".format, st.sampled_from(["six==1.0", "-e ./x", "x @ git+https://h/r"]), PIECES, PIECES
)


@given(ARGUMENTS)
@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example(f"six --hash={DIGEST}\u2028-r other.txt")
@example(f"six\x85==1.0 --hash={DIGEST}")
@example(f"six\n==1.0 --hash={DIGEST}")
@example("hg+file:///r@--config=alias.update=!touch%20x#egg=x")
@example("-C --x=y six")
@example(f"--hash={DIGEST} #git+ssh://h/r")
def test_an_error_inside_the_arguments_or_one_requirement(args):
    try:
        onion = validate_text("pip", args)
    except OnionParserError as error:
        assert 0 <= error.span.start <= error.span.end <= len("# pip: ") + len(args)
        assert "\n" not in error.msg
        return
    argv = plan(Request(onion), None, SCRIPT, files_of(onion), {}).argv
    assert all(len(word.splitlines()) <= 1 for word in argv)
    assert requirements_in(argv[len(SCRIPT.command("python")) :]) == 1


def files_of(onion):
    """The files of a run; the requirement is in one of them if it has digests."""
    line = onion.requirement_line
    if line is None:
        return FILES
    assert len(line.splitlines()) == 1
    assert line[0] not in "-#"
    return Files(FILES.report, FILES.log, requirement=Path("requirement.txt"))


def requirements_in(argv):
    """How many requirements words are, each as the shell would hand it on; all options are pip's."""
    found = 0
    assert argv[0] == "install"
    for argument in read([Word(word, 0, 0, word) for word in argv[1:]], PIP, one_word):
        assert not isinstance(argument, UnknownOption), argument
        if isinstance(argument, RequirementWords):
            found += 1
        elif isinstance(argument, OptionUse):
            assert argument.fault is None, argument
            found += argument.option.name in {"--editable", "--requirement"}
    return found


def test_pip_is_not_told_to_underline_what_it_prints():
    assert "FORCE_COLOR" not in environment({"FORCE_COLOR": "1"}, in_project=True)
