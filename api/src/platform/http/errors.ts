import { moduleProblems } from './module-problem-codes.ts';
import { platformProblems } from './problem-codes.ts';

/**
 * Every error that the API answers with, as problem+json (RFC 9457). The detail says what to do; a
 * place that knows more than this list gives its own.
 */
const catalogue = {
  ...platformProblems,
  ...moduleProblems,
} as const satisfies Record<string, readonly [status: number, title: string, detail: string]>;

export type ProblemCode = keyof typeof catalogue;

/** An error that is an answer. Thrown anywhere in a request, it becomes problem+json. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly status: number;
  readonly title: string;
  /** Further members of the answer. */
  readonly extra: Record<string, unknown>;

  constructor(code: ProblemCode, detail?: string, extra: Record<string, unknown> = {}) {
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
