import { type DeclaredManifest, manifests } from '../../modules/manifests.ts';
import type { ProblemEntry } from '../manifest.ts';
import type { FieldError } from './field-errors.ts';

type ProblemsOf<Manifest> = Manifest extends { problems: infer Entries }
  ? keyof Entries & string
  : never;
/** The codes of all modules' problems. */
export type ProblemCode = ProblemsOf<DeclaredManifest>;

/**
 * Every error response of the API, as problem+json (RFC 9457). The detail says what to do; the
 * caller may give a more specific one than the manifest.
 */
const catalogue = Object.fromEntries(
  manifests.flatMap((one) => Object.entries(one.problems ?? {})),
) as Record<ProblemCode, ProblemEntry>;

/** Extension members of a problem. */
export interface ProblemMembers {
  /** What is wrong with which field, for people in both languages. */
  errors?: readonly FieldError[];
  [member: string]: unknown;
}

/** An error that is a response. Thrown anywhere in a request, it becomes problem+json. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly status: number;
  readonly title: string;
  /** Extension members of the response. */
  readonly extra: ProblemMembers;

  constructor(code: ProblemCode, detail?: string, extra: ProblemMembers = {}) {
    const [status, title, usual] = catalogue[code];
    super(detail ?? usual);
    this.name = 'Problem';
    this.code = code;
    this.status = status;
    this.title = title;
    this.extra = extra;
  }

  toJSON(): Record<string, unknown> {
    return {
      type: `urn:anshi:problem:${this.code}`,
      title: this.title,
      status: this.status,
      code: this.code,
      detail: this.message,
      ...this.extra,
    };
  }
}
