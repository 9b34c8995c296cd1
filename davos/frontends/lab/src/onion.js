// Splits an onion comment into its installer, options, values and requirement. Pure.

import VALUE_OPTIONS from './value-options.js';

// "##" comments an onion comment out; white space followed by "#" ends it.
const HEAD = /^#[ \t\f]*(pip|uv|conda)[ \t\f]*:[ \t\f]*(?=[^\s#])/d;
const NEXT_COMMENT = /[ \t\f]#/;
const WORD = /(?:[^\s'"]+|'[^']*'|"[^"]*")+|\S+/g;

/** What is to be coloured of a comment that stands at an offset; nothing if it is no onion. */
export function onionWords(comment, offset) {
  const head = HEAD.exec(comment);
  if (!head) {
    return [];
  }
  const start = head[0].length;
  const ending = comment.slice(start).search(NEXT_COMMENT);
  const args = ending < 0 ? comment.slice(start) : comment.slice(start, start + ending);
  const takesValue = new Set(VALUE_OPTIONS[head[1]] ?? []);
  const [from, to] = head.indices[1];
  const words = [...pieces(args, takesValue)].map(([a, b, kind]) => [a + start, b + start, kind]);
  return [[from, to, 'installer'], ...words].map(([a, b, kind]) => [a + offset, b + offset, kind]);
}

function* pieces(args, takesValue) {
  let expected = '';
  for (const { 0: word, index } of args.matchAll(WORD)) {
    const end = index + word.length;
    if (expected) {
      yield [index, end, expected];
      expected = '';
    } else if (word[0] !== '-' || word === '-') {
      yield [index, end, 'requirement'];
    } else {
      const equals = word.startsWith('--') ? word.indexOf('=') : -1;
      const flagEnd = equals < 0 ? word.length : equals;
      yield [index, index + flagEnd, 'option'];
      const kind = isEditable(word.slice(0, flagEnd)) ? 'requirement' : 'value';
      if (equals >= 0 && equals + 1 < word.length) {
        yield [index + equals + 1, end, kind];
      } else if (takesValue.has(word)) {
        expected = kind;
      }
    }
  }
}

function isEditable(flag) {
  return flag === '-e' || flag === '--editable';
}
