"""`davos generate-shell-completion`: the script that has a shell complete davos' words."""

from __future__ import annotations

import sys
from typing import Sequence

from davos.cli.arguments import Parser

__all__ = ["command_parser", "main"]

_WORDS = ["--words", "--"]
"""With these in front, the words of a command line are completed: so the scripts ask."""

SCRIPTS = {
    "bash": """\
_davos() {
    local line
    COMPREPLY=()
    while IFS= read -r line; do
        COMPREPLY+=("$line")
    done < <("$1" generate-shell-completion --words -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
    if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == */ ]]; then
        compopt -o nospace 2>/dev/null
    fi
}
complete -o filenames -F _davos davos
""",
    "zsh": """\
#compdef davos
_davos() {
    local -a found folders others
    local said
    said=$(davos generate-shell-completion --words -- "${(@)words[2,CURRENT]}" 2>/dev/null)
    found=("${(@f)said}")
    folders=(${(M)found:#*/})
    others=(${found:#*/})
    compadd -S '' -a folders
    compadd -a others
}
if [ "$funcstack[1]" = "_davos" ]; then
    _davos "$@"
else
    compdef _davos davos
fi
""",
    "fish": """\
complete -c davos -f -a '(davos generate-shell-completion --words -- \
(commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)'
""",
}


def main(arguments: Sequence[str]) -> int:
    """Print the script of a shell; 0 done, 2 wrong use."""
    if list(arguments[:2]) == _WORDS:
        from davos.cli.completion import candidates  # noqa: PLC0415 - a script does not need it

        sys.stdout.writelines(f"{one}\n" for one in candidates(arguments[2:]))
        return 0
    sys.stdout.write(SCRIPTS[command_parser().parse_args(arguments).shell])
    return 0


def command_parser() -> Parser:
    """The parser of the command line."""
    parser = Parser(
        prog="davos generate-shell-completion",
        description="Print a script that has a shell complete commands, options, codes of rules, "
        "names of projects, and files.",
        epilog='bash: eval "$(davos generate-shell-completion bash)" in ~/.bashrc; zsh: the same '
        "with zsh in ~/.zshrc; fish: davos generate-shell-completion fish > "
        "~/.config/fish/completions/davos.fish",
        allow_abbrev=False,
    )
    parser.add_argument("shell", choices=SCRIPTS, metavar="SHELL", help="bash, zsh or fish")
    return parser
