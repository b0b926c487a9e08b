/**
 * Reads as much of the syntax of PDF (ISO 32000-2, 7.2 and 7.3) as it takes to find the dictionaries of
 * streams. It looks behind each word `obj`, and not into the table of objects: what a reader is led to by a
 * table that is wrong is found as well.
 */

/** A value of a dictionary: of a name its text without escapes, a number, a list; null for all others. */
export type PdfValue = { readonly name: string } | number | readonly PdfValue[] | null;

export interface PdfStream {
  /** Values by key; several where a key is there twice. */
  readonly entries: ReadonlyMap<string, readonly PdfValue[]>;
  /** Of its first byte. */
  readonly start: number;
}

/** A dictionary that does not end, or is too long to be read. */
export interface BrokenObject {
  /** Of the first byte behind `obj`. */
  readonly brokenAt: number;
}

/** Of one dictionary, bytes. */
const LONGEST = 4 * 1024 * 1024;
/** So often the bytes of a document are read at most: one without nested objects is read once. */
const MOST_READS = 4;
/** The document has more in it to be read than any that is not made to do harm. */
export class TooMuchToRead extends Error {}

const OBJ = Buffer.from('obj');
const WHITE = new Set([0, 9, 10, 12, 13, 32]);
const DELIMITERS = new Set(Buffer.from('()<>[]{}/%'));
const [CR, LF, PERCENT, SLASH, OPEN, CLOSE, BACKSLASH, LESS, MORE] = [
  13, 10, 37, 47, 40, 41, 92, 60, 62,
] as const;

/** Characters of a name may be written as #xx. */
export const withoutEscapes = (text: string): string =>
  text.includes('#')
    ? text.replace(/#([0-9A-Fa-f]{2})/g, (_, hex: string) =>
        String.fromCharCode(Number.parseInt(hex, 16)),
      )
    : text;

/** After so many bytes the reader is given the chance to let others work. */
const PAUSE_EVERY = 1024 * 1024;

/**
 * All streams of a document, and the dictionaries that cannot be read; null now and then, so that a large document is read
 * in turns.
 *
 * @throws TooMuchToRead
 */
export function* streamsOf(bytes: Buffer): Generator<PdfStream | BrokenObject | null> {
  let read = 0;
  let pausedAt = 0;
  for (let at = bytes.indexOf(OBJ); at >= 0; at = bytes.indexOf(OBJ, at + 1)) {
    const after = at + OBJ.length;
    const lexer = new Lexer(bytes.subarray(0, after + LONGEST), after);
    const found = readStream(lexer);
    read += lexer.at - after;
    if (read > MOST_READS * bytes.length + LONGEST) throw new TooMuchToRead();
    if (read > pausedAt + PAUSE_EVERY) {
      pausedAt = read;
      yield null;
    }
    if (found === 'broken') yield { brokenAt: after };
    else if (found !== null) yield found;
  }
}

/** What begins here, where it is a stream. */
function readStream(lexer: Lexer): PdfStream | 'broken' | null {
  if (lexer.next() !== '<<') return null;
  const entries = readDictionary(lexer);
  if (entries === null) return 'broken';
  const word = lexer.next();
  if (
    word === null ||
    typeof word !== 'object' ||
    !('word' in word) ||
    !word.word.startsWith('stream')
  )
    return null;
  let start = word.at + 'stream'.length;
  if (lexer.bytes[start] === CR) start++;
  if (lexer.bytes[start] === LF) start++;
  return { entries, start };
}

/** To its end; null where it has none. Of dictionaries within it nothing is kept. */
function readDictionary(lexer: Lexer): Map<string, PdfValue[]> | null {
  const entries = new Map<string, PdfValue[]>();
  const lists: PdfValue[][] = [];
  let depth = 1;
  let key: string | null = null;
  for (;;) {
    const token = lexer.next();
    if (token === null) return null;
    if (token === '<<') depth++;
    else if (token === '>>') depth--;
    if (depth === 0) return entries;
    if (depth > 1) continue;
    if (token === '[') {
      lists.push([]);
      continue;
    }
    const value = token === ']' ? (lists.pop() ?? null) : readValue(token);
    const list = lists.at(-1);
    if (list) list.push(value);
    // A reference is three tokens: those behind the first are no names, and are left out.
    else if (key === null) key = isName(value) ? value.name : null;
    else {
      entries.set(key, [...(entries.get(key) ?? []), value]);
      key = null;
    }
  }
}

export const isName = (value: PdfValue): value is { readonly name: string } =>
  typeof value === 'object' && value !== null && 'name' in value;

function readValue(token: Exclude<Token, null>): PdfValue {
  if (typeof token === 'string') return null;
  if ('name' in token) return { name: token.name };
  return /^[+-]?\d+$/.test(token.word) ? Number(token.word) : null;
}

type Token =
  | '<<'
  | '>>'
  | '['
  | ']'
  | 'text'
  | { readonly name: string }
  | { readonly word: string; readonly at: number }
  | null;

class Lexer {
  readonly bytes: Buffer;
  at: number;

  constructor(bytes: Buffer, at: number) {
    this.bytes = bytes;
    this.at = at;
  }

  /** Null at the end, and where a string has none. */
  next(): Token {
    this.#skipWhite();
    const { bytes } = this;
    const byte = bytes[this.at];
    if (byte === undefined) return null;
    if (byte === SLASH) {
      this.at++;
      return { name: withoutEscapes(this.#regular()) };
    }
    if (byte === OPEN) return this.#string();
    const two = bytes[this.at + 1];
    if ((byte === LESS || byte === MORE) && two === byte) {
      this.at += 2;
      return byte === LESS ? '<<' : '>>';
    }
    if (byte === LESS) {
      const end = bytes.indexOf(MORE, this.at);
      this.at = end < 0 ? bytes.length : end + 1;
      return 'text';
    }
    if (DELIMITERS.has(byte)) {
      this.at++;
      if (byte === 0x5b) return '[';
      return byte === 0x5d ? ']' : 'text';
    }
    const at = this.at;
    return { word: this.#regular(), at };
  }

  #skipWhite(): void {
    const { bytes } = this;
    for (;;) {
      const byte = bytes[this.at];
      if (byte === PERCENT) {
        while (this.at < bytes.length && bytes[this.at] !== CR && bytes[this.at] !== LF) {
          this.at++;
        }
      } else if (byte !== undefined && WHITE.has(byte)) this.at++;
      else return;
    }
  }

  /** Up to the next white space or delimiter. */
  #regular(): string {
    const { bytes } = this;
    const from = this.at;
    for (;;) {
      const byte = bytes[this.at];
      if (byte === undefined || WHITE.has(byte) || DELIMITERS.has(byte)) break;
      this.at++;
    }
    return bytes.toString('latin1', from, this.at);
  }

  /** A string in parentheses, which may hold others. */
  #string(): Token {
    const { bytes } = this;
    let depth = 0;
    for (; this.at < bytes.length; this.at++) {
      const byte = bytes[this.at];
      if (byte === BACKSLASH) this.at++;
      else if (byte === OPEN) depth++;
      else if (byte === CLOSE && --depth === 0) {
        this.at++;
        return 'text';
      }
    }
    return null;
  }
}
