/** Literary words that comments and test titles of this repository do not use, with what to write. */
const bannedWords: readonly (readonly [pattern: RegExp, instead: string])[] = [
  [/\bwhoever\b/i, 'the role: the caller, the user, the owner'],
  [/\b(?:somebody|anybody|everybody)\b/i, 'the role, or "a person"'],
  [/\bnobody would\b|\bwould be left\b/i, 'the rule that forbids it'],
  [/\banew\b/i, '"again"'],
  [/\b(?:is|are) handed\b/i, '"gets", "is passed", "is submitted"'],
  [/\bhangs? on\b/i, '"depends on"'],
  [/\bspeaks? for\b/i, 'the field’s term, such as "acknowledgement"'],
  [/\bgoes on by\b/i, '"continues"'],
  [/\bwhose turn\b/i, '"the assignee"'],
];

const COMMENT_LINE = /^\s*(?:\/\/|\/?\*|<!--|#|"""|--\s)/;
const TRAILING_COMMENT = /\s\/\/\s.*$/;
const TEST_TITLE = /\b(?:describe|it|test)(?:\.\w+)*(?:\([^'"`]*\))?\(\s*(['"`])(.*?)\1/g;

/** The banned words in the comments and test titles of a source file, as `line: word`. */
export function bannedIn(source: string): string[] {
  return source.split('\n').flatMap((line, index) => {
    const text = COMMENT_LINE.test(line)
      ? [line]
      : [...line.matchAll(TEST_TITLE)].map((match) => match[2] as string);
    const trailing = COMMENT_LINE.test(line) ? undefined : TRAILING_COMMENT.exec(line)?.[0];
    return [...text, trailing ?? ''].flatMap((part) =>
      bannedWords.flatMap(([pattern, instead]) => {
        const word = pattern.exec(part)?.[0];
        return word === undefined ? [] : [`${index + 1}: "${word}", write ${instead}`];
      }),
    );
  });
}
