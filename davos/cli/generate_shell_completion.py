"""`davos generate-shell-completion`: the script that has a shell complete davos' words."""

from __future__ import annotations

import sys
from typing import Sequence

from davos.cli.arguments import Parser

__all__ = ["command_parser", "main"]

_QUESTIONS = {"--words": (), "--words-then-new": ("",)}
"""With one of these and `--` in front the words of a command line are completed, for the scripts.

What is completed is the last word. Before PowerShell 7.3 a program gets no empty argument, so it
says when a new word begins.
"""

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
    "powershell": """\
Register-ArgumentCompleter -Native -CommandName davos -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements | Select-Object -Skip 1 |
        Where-Object { $_.Extent.StartOffset -lt $cursorPosition } |
        ForEach-Object { if ($null -ne $_.Value) { $_.Value } else { $_.Extent.Text } })
    $question = if ($wordToComplete) { '--words' } else { '--words-then-new' }
    davos generate-shell-completion $question '--' $words 2>$null | ForEach-Object {
        $word = if ($_ -match '[^\\w./\\\\:,=+-]') { "'" + $_.Replace("'", "''") + "'" } else { $_ }
        [System.Management.Automation.CompletionResult]::new($word, $_, 'ParameterValue', $_)
    }
}
""",
}


def main(arguments: Sequence[str]) -> int:
    """Print the script of a shell; 0 done, 2 wrong use."""
    more = _QUESTIONS.get(arguments[0]) if list(arguments[1:2]) == ["--"] else None
    if more is not None:
        from davos.cli.completion import candidates  # noqa: PLC0415 - a script does not need it

        sys.stdout.writelines(f"{one}\n" for one in candidates([*arguments[2:], *more]))
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
        "~/.config/fish/completions/davos.fish; PowerShell: davos generate-shell-completion "
        "powershell | Out-String | Invoke-Expression in $PROFILE",
        allow_abbrev=False,
    )
    parser.add_argument(
        "shell", choices=SCRIPTS, metavar="SHELL", help="bash, zsh, fish or powershell"
    )
    return parser
