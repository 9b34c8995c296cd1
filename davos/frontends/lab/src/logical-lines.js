// Splits a cell or a file into logical lines of tokens, as CPython's tokenizer and IPython's
// magics do. `davos/syntax/lexer.py` and `davos/documents/magics.py` are the same for Python;
// tests/frontends/lab compares the two.

export const PYTHON_CELL_MAGICS = [
  'capture', 'debug', 'heat', 'lprun', 'memit', 'mprun', 'prun', 'time', 'timeit'
];

const BREAK = String.raw`\r\n|\r|\n`;
const TOKEN = new RegExp(
  [
    String.raw`[ \t\f]+|\\(?:${BREAK})`,
    String.raw`(?:[A-Za-z]{1,2}(?=["']))?(?:"""(?:\\[^]|[^\\])*?"""|'''(?:\\[^]|[^\\])*?'''` +
      String.raw`|"(?!"")(?:\\(?:\r\n|[^])|[^"\\\r\n])*"|'(?!'')(?:\\(?:\r\n|[^])|[^'\\\r\n])*')`,
    String.raw`[A-Za-z_\u0080-\uffff][0-9A-Za-z_\u0080-\uffff]*`,
    String.raw`#[^\r\n]*|${BREAK}|[0-9][0-9A-Za-z_]*|"""|'''|:=|[^]`
  ].join('|'),
  'y'
);
const TYPES = {
  ' ': 'space',
  '\t': 'space',
  '\f': 'space',
  '\n': 'newline',
  '\r': 'newline',
  '#': 'comment'
};
const CELL_MAGIC = /%%(\w+)(?!\w*\?)[^\r\n]*(?:\r\n?|\n|$)/y;
const BLANK_LINES = /(?:[ \t\f]*(?:\r\n?|\n))*/y;
const ESCAPED = /[ \t\f]*[%!?/,;]/y;
const CONTINUED = /(?:[^\r\n]*\\(?:\r\n|\r|\n))*[^\r\n]*/y;
const TIMED =
  /[ \t\f]*%(?:time|timeit|prun|memit)(?:[ \t]+-\w+(?:[ \t]+\d+)?)*[ \t]+(?=(?:smuggle|from)[ \t])/y;
const ASSIGNED_MAGIC = /[ \t]*[%!](?!=)/y;
const HELP = /\??[ \t]*(?=[\r\n]|$)/y;
const OPENING = new Set('([{');
const CLOSING = new Set(')]}');

/** Where a sticky pattern ends that matches at an offset, or -1. */
function match(pattern, text, at) {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : -1;
}

/** The offset behind the cell magics; -1 if the cell is not Python. */
function behindCellMagics(text) {
  let at = match(BLANK_LINES, text, 0);
  for (;;) {
    CELL_MAGIC.lastIndex = at;
    const magic = CELL_MAGIC.exec(text);
    if (!magic) {
      return at;
    }
    if (!PYTHON_CELL_MAGICS.includes(magic[1])) {
      return -1;
    }
    at = match(BLANK_LINES, text, CELL_MAGIC.lastIndex);
  }
}

/** The type of a token that `TOKEN` matched. */
function typeOf(value) {
  const first = value[0];
  const last = value[value.length - 1];
  if (last === '"' || last === "'") {
    return value.length === 1 ? 'op' : value === '"""' || value === "'''" ? 'endless' : 'string';
  }
  if (/[A-Za-z_\u0080-\uffff]/.test(first)) {
    return 'name';
  }
  return first === '\\' && value.length > 1 ? 'space' : 'op';
}

/** The token at an offset: {type, value, start, end}; null at the end of the text. */
function tokenAt(text, at) {
  TOKEN.lastIndex = at;
  const found = TOKEN.exec(text);
  if (!found) {
    return null;
  }
  const value = found[0];
  return { type: TYPES[value[0]] ?? typeOf(value), value, start: at, end: at + value.length };
}

/** One logical line from an offset on: its tokens without white space, and where it ends. */
function logicalLine(text, start, magics) {
  const tokens = [];
  let depth = 0;
  let at = start;
  for (;;) {
    const token = tokenAt(text, at);
    if (!token) {
      return { tokens, end: text.length };
    }
    at = token.end;
    if (token.type === 'endless') {
      return { tokens, end: text.length };
    }
    if (magics && !depth && token.value === '?' && match(HELP, text, at) >= 0) {
      return { tokens: [], end: match(CONTINUED, text, at) };
    }
    if (magics && !depth && token.value === '=' && match(ASSIGNED_MAGIC, text, at) >= 0) {
      at = match(CONTINUED, text, at);
      continue;
    }
    if (token.type === 'newline' && !depth) {
      return { tokens, end: at };
    }
    depth = Math.max(0, depth + OPENING.has(token.value) - CLOSING.has(token.value));
    if (token.type !== 'space') {
      tokens.push(token);
    }
  }
}

/** The logical lines of a text that hold the word smuggle, as arrays of tokens. */
export function* logicalLines(text, magics) {
  let at = magics ? behindCellMagics(text) : 0;
  while (at >= 0 && at < text.length) {
    if (magics && match(ESCAPED, text, at) >= 0) {
      const timed = match(TIMED, text, at);
      if (timed < 0) {
        at = match(CONTINUED, text, at) + 1;
        continue;
      }
      at = timed;
    }
    const { tokens, end } = logicalLine(text, at, magics);
    if (tokens.some(token => token.value === 'smuggle')) {
      yield tokens;
    }
    at = end;
  }
}
