// Finds the smuggle statements of a text and the words of their onion comments. Pure.

import { logicalLines } from './logical-lines.js';
import { onionWords } from './onion.js';

const CLAUSE_WORDS = new Set(
  'async case class def elif else except finally for if try while with'.split(' ')
);
// `smuggle if x else y` and the like go on with an expression.
const OPERATOR_WORDS = new Set(['and', 'if', 'in', 'is', 'not', 'or']);
const LINE_KINDS = new Set(['newline', 'comment']);
const OPENING = new Set('([{');
const CLOSING = new Set(')]}');
const NOTHING = { type: 'end', value: '' };

/**
 * Follows a logical line: whether a statement can start at the next token. It can at the line's
 * start, behind `;` and behind the colon that ends the header of a clause.
 */
class Starts {
  open = true;
  depth = 0;
  lambdas = 0;
  inHeader = false;

  follow({ value }) {
    const atStart = this.open;
    this.open = false;
    if (OPENING.has(value)) {
      this.depth += 1;
    } else if (CLOSING.has(value)) {
      this.depth = Math.max(0, this.depth - 1);
    } else if (!this.depth) {
      this.outsideBrackets(value, atStart);
    }
  }

  outsideBrackets(value, atStart) {
    if (atStart) {
      this.lambdas = 0;
      this.inHeader = CLAUSE_WORDS.has(value);
    } else if (value === 'lambda') {
      this.lambdas += 1;
    } else if (value === ':' && this.lambdas) {
      this.lambdas -= 1;
    } else if (value === ':' && this.inHeader) {
      this.open = true;
      this.inHeader = false;
    }
    this.open ||= value === ';';
  }
}

/** The index of the keyword of the statement that starts at an index, or -1. */
function keywordAt(tokens, index) {
  if (tokens[index].value === 'smuggle') {
    return goesOnAsStatement(tokens, index) ? index : -1;
  }
  return tokens[index].value === 'from' ? keywordBehindFrom(tokens, index) : -1;
}

/** Whether a name follows, or a lone star. */
function goesOnAsStatement(tokens, index) {
  const { type, value } = tokens[index + 1] ?? NOTHING;
  if (value === '*') {
    const after = tokens[index + 2] ?? NOTHING;
    return after.type === 'end' || LINE_KINDS.has(after.type) || after.value === ';';
  }
  return type === 'name' && !OPERATOR_WORDS.has(value);
}

/** `from x smuggle`, where the module may be called smuggle too. */
function keywordBehindFrom(tokens, from) {
  let hasName = false;
  for (let at = from + 1; at < tokens.length; at++) {
    const { type, value } = tokens[at];
    const before = tokens[at - 1].value;
    if (type !== 'name') {
      if (value !== '.') {
        return -1;
      }
    } else if (at - 1 !== from && before !== '.') {
      return value === 'smuggle' ? at : -1;
    } else if (value === 'smuggle' && !hasName && before === '.' && isKeyword(tokens, at)) {
      return at;
    } else {
      hasName = true;
    }
  }
  return -1;
}

/** Whether a `smuggle` behind dots alone is the keyword: what follows decides. */
function isKeyword(tokens, at) {
  const [follower, second] = [tokens[at + 1] ?? NOTHING, tokens[at + 2] ?? NOTHING];
  if (follower.value !== 'smuggle') {
    return follower.value !== 'import' && follower.value !== '.';
  }
  const isModule = second.type === 'name' && second.value !== 'as';
  return !isModule && second.value !== '(' && second.value !== '*';
}

/** The index behind the statement, and the comments that may be its onion comment. */
function restOf(tokens, keyword) {
  const comments = [];
  let depth = 0;
  let at = keyword + 1;
  for (; at < tokens.length; at++) {
    const { type, value } = tokens[at];
    if (!depth && (type === 'comment' || value === ';')) {
      break;
    }
    if (type === 'comment') {
      comments.push(tokens[at]);
    }
    depth += (value === '(') - (value === ')');
  }
  const last = tokens[at]?.value === ';' ? tokens[at + 1] : tokens[at];
  return { at, comments, last: last?.type === 'comment' ? last : null };
}

/** The first comment if it is on the statement's first physical line, and the last one. */
function candidates(text, start, { comments, last }) {
  const first = comments[0] ?? last;
  const isOnFirst = first && !/[\r\n]/.test(text.slice(start, first.start));
  return [isOnFirst ? first : null, last].filter(Boolean);
}

/**
 * What is to be coloured, in order: [start, end, kind], where kind is keyword, installer,
 * option, value or requirement. `magics` says whether IPython's magics count, as in cells.
 */
export function coloured(text, magics) {
  const spans = [];
  if (!text.includes('smuggle')) {
    return spans;
  }
  for (const tokens of logicalLines(text, magics)) {
    spans.push(...colouredInLine(text, tokens));
  }
  return spans;
}

function* colouredInLine(text, tokens) {
  const starts = new Starts();
  for (let at = 0; at < tokens.length; ) {
    const keyword = starts.open ? keywordAt(tokens, at) : -1;
    if (keyword < 0) {
      if (!LINE_KINDS.has(tokens[at].type)) {
        starts.follow(tokens[at]);
      }
      at += 1;
      continue;
    }
    const rest = restOf(tokens, keyword);
    yield [tokens[keyword].start, tokens[keyword].end, 'keyword'];
    const comments = candidates(text, tokens[at].start, rest);
    const words = comments.map(one => onionWords(one.value, one.start));
    yield* words.find(some => some.length) ?? [];
    starts.open = false;
    at = rest.at;
  }
}
