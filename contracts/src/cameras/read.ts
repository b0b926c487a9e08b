import {
  type Document,
  isCollection,
  isMap,
  LineCounter,
  type Node,
  parseDocument,
  visit,
} from 'yaml';
import type { z } from 'zod';
import { ALIAS_BOMB } from '../yaml.ts';
import { checkMeaning, type Finding } from './checks.ts';
import { type CamerasFile, camerasFile } from './schema.ts';

export type { Finding as CamerasFinding } from './checks.ts';
export { NO_CAMERA } from './checks.ts';

/** One error in a cameras file, with its location. */
export interface CamerasFileProblem {
  file: string;
  /** Counted from 1. */
  line: number;
  /** For example `cameras[0].zones[1].polygon`; empty for a syntax error. */
  field: string;
  message: string;
}

/** Thrown by {@link readCamerasFile}; its message lists every problem, one a line. */
export class CamerasFileError extends Error {
  readonly problems: CamerasFileProblem[];

  constructor(problems: CamerasFileProblem[]) {
    super(
      problems
        .map((p) => `${p.file}:${p.line}: ${p.field === '' ? '' : `${p.field}: `}${p.message}`)
        .join('\n'),
    );
    this.name = 'CamerasFileError';
    this.problems = problems;
  }
}

/**
 * Parses a cameras file and validates its schema and semantics.
 *
 * @param text YAML 1.2.
 * @param file the name for messages.
 * @param isKnownModel whether a model folder exists; left out, every name is accepted.
 * @throws CamerasFileError with all problems, each with its line and field.
 */
export function readCamerasFile(
  text: string,
  file: string,
  isKnownModel: (model: string) => boolean = () => true,
): CamerasFile {
  const { value, lineOf } = readYaml(text, file);
  const checked = checkCameras(value, isKnownModel);
  if ('file' in checked) return checked.file;
  throw new CamerasFileError(
    checked.findings.map(({ path, message }) => ({
      file,
      line: lineOf(path),
      field: fieldOf(path),
      message,
    })),
  );
}

/**
 * The same for cameras that are not a text, such as those that a worker got from the API.
 *
 * @returns the file, or all that is wrong with it.
 */
export function checkCameras(
  value: unknown,
  isKnownModel: (model: string) => boolean = () => true,
): { file: CamerasFile } | { findings: Finding[] } {
  const shape = camerasFile.safeParse(value);
  if (!shape.success) return { findings: flatten(shape.error.issues) };
  const findings = checkMeaning(shape.data);
  shape.data.cameras.forEach((camera, i) => {
    if (!isKnownModel(camera.model)) {
      findings.push({
        path: ['cameras', i, 'model'],
        message: `there is no model "${camera.model}"`,
      });
    }
  });
  return findings.length > 0 ? { findings } : { file: shape.data };
}

/** A YAML text as plain values. */
export interface ReadYaml {
  value: unknown;
  /** The line, counted from 1, of the deepest node on the path that is there. */
  lineOf(path: (string | number)[]): number;
}

/**
 * Reads a YAML text.
 *
 * @param file the name for messages.
 * @throws CamerasFileError where it is not YAML, or its aliases multiply.
 */
export function readYaml(text: string, file: string): ReadYaml {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    throw new CamerasFileError(
      document.errors.map((error) => ({
        file,
        line: lines.linePos(error.pos[0]).line,
        field: '',
        message: error.message,
      })),
    );
  }
  return {
    value: expand(document, file, lines),
    lineOf: (path) => lineOf(document.contents, path, lines),
  };
}

/**
 * The document as plain values, with its aliases expanded.
 *
 * @throws CamerasFileError where aliases multiply: the parser stops after 100 of them.
 */
function expand(document: Document.Parsed, file: string, lines: LineCounter): unknown {
  try {
    return document.toJS();
  } catch {
    let offset = 0;
    visit(document, {
      Alias: (_key, alias) => {
        offset = alias.range?.[0] ?? 0;
        return visit.BREAK;
      },
    });
    throw new CamerasFileError([
      {
        file,
        line: lines.linePos(offset).line,
        field: '',
        message: ALIAS_BOMB,
      },
    ]);
  }
}

/** Points at the unknown key itself, not at its parent map. */
function flatten(issues: z.core.$ZodIssue[]): Finding[] {
  return issues.flatMap((issue) => {
    const path = issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key));
    if (issue.code !== 'unrecognized_keys') return [{ path, message: issue.message }];
    return issue.keys.map((key) => ({ path: [...path, key], message: 'unknown field' }));
  });
}

/** The line of the deepest existing node on the path; of its key, where it is in a map. */
function lineOf(root: Node | null, path: (string | number)[], lines: LineCounter): number {
  let node: unknown = root;
  let offset = root?.range?.[0] ?? 0;
  for (const key of path) {
    if (!isCollection(node)) break;
    if (isMap(node)) {
      const pair = node.items.find((item) => String(item.key) === String(key));
      if (!pair) break;
      offset = (pair.key as Node).range?.[0] ?? offset;
      node = pair.value;
    } else {
      node = node.items[Number(key)];
      offset = (node as Node | undefined)?.range?.[0] ?? offset;
    }
  }
  return lines.linePos(offset).line;
}

/** A path as people write it: `cameras[0].zones[1].polygon`. */
export function fieldOf(path: (string | number)[]): string {
  return path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`))
    .join('')
    .replace(/^\./, '');
}
