/**
 * Every error that the API answers with, as problem+json (RFC 9457). The detail says what to do; a
 * place that knows more than this list gives its own.
 */
const catalogue = {
  'request.invalid': [400, 'The request is not valid', 'Correct the fields named in errors.'],
  'request.cursor': [
    400,
    'The cursor is not valid',
    'Take the cursor from the field next of the last page and keep its order, or start without.',
  ],
  'request.too-large': [413, 'The request is too large', 'Send less in one request.'],
  'request.media-type': [
    415,
    'The content type is not taken here',
    'Send the content type that the API description names for this address.',
  ],
  'request.range': [416, 'The range lies outside the file', 'Ask for bytes inside the file.'],
  'auth.required': [401, 'Signing in is needed', 'Sign in and send the access token as bearer.'],
  'auth.expired': [401, 'The session has ended', 'Sign in again.'],
  'auth.wrong': [
    401,
    'The user name or the password is wrong',
    'Check both; an administrator can set a new password.',
  ],
  'auth.too-many': [
    429,
    'Too many attempts to sign in',
    'Wait for the seconds named in the header retry-after, then try again.',
  ],
  'auth.forbidden': [
    403,
    'Your role does not allow this',
    'Ask an administrator for a role with the permission.',
  ],
  'route.unknown': [404, 'There is nothing at this address', 'Check it against /api/openapi.json.'],
  'violation.unknown': [404, 'There is no such violation', 'It may belong to another company.'],
  'violation.version-conflict': [
    409,
    'Someone else reviewed this violation meanwhile',
    'Look at the row in current, and decide again with its version.',
  ],
  'violation.already-so': [
    409,
    'The violation already has this status',
    'Reload it; to change a verdict, reopen it first.',
  ],
  'evidence.unknown': [
    404,
    'There is no such evidence',
    'A clip follows its violation by seconds.',
  ],
  'evidence.digest': [
    422,
    'The bytes do not have the digest in the address',
    'Send the file again, with the SHA-256 of its bytes in the address.',
  ],
  'evidence.content': [
    422,
    'The bytes are not what the content type says',
    'Send a JPEG picture, an MP4 video or JSON, each with its own content type.',
  ],
  'evidence.too-large': [413, 'The file of evidence is too large', 'Send a shorter clip.'],
  'evidence.no-space': [
    507,
    'The disk of the evidence store is full',
    'Free space in ANSHI_DATA_DIR or give it a larger disk; workers send again by themselves.',
  ],
  'camera.unknown': [404, 'There is no such camera', 'Check the id against cameras.yaml.'],
  'floor-plan.unknown': [
    404,
    'There is no such floor plan picture',
    'Name an image for the floor plan in cameras.yaml and put the file beside it.',
  ],
  'live.unavailable': [
    503,
    'The camera cannot be watched now',
    'See the health of the camera; it is watchable again when its worker is online.',
  ],
  'live.refused': [502, 'The camera worker refused the live view', 'Try again in a moment.'],
  'live.session-unknown': [404, 'There is no such live session', 'It may have ended already.'],
  'database.unavailable': [
    503,
    'The database is not reachable',
    'Try again in a moment; an operator of the system sees more at /api/health.',
  ],
  'server.failed': [
    500,
    'The server failed',
    'Try again; if it stays, give the request id to whoever runs the system.',
  ],
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

/** Codes of Prisma, PostgreSQL and the network that mean: not now, perhaps later. */
const UNAVAILABLE =
  /^(P1001|P1002|P1008|P1017|P2024|P2028|P2037|57P0[0-9]|08[0-9A-Z]{3}|53300|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EPIPE|ENOTFOUND|DatabaseNotReachable|ConnectionClosed|SocketTimeout|TooManyConnections)$/;
const UNAVAILABLE_WORDS =
  /connection terminated|query read timeout|terminating connection|timeout exceeded when trying to connect|server has closed the connection|connection is closed|can't reach database/i;

/** An error and what it came from, as far as Prisma and its driver hand it on. */
function* causesOf(error: unknown): Generator<Record<string, unknown>> {
  for (let at = error, depth = 0; at && typeof at === 'object' && depth < 6; depth++) {
    const one = at as Record<string, unknown>;
    yield one;
    at =
      one.cause ?? (one.meta as { driverAdapterError?: unknown } | undefined)?.driverAdapterError;
  }
}

const codesOf = ({ code, kind, originalCode }: Record<string, unknown>) =>
  [code, kind, originalCode].filter((one) => typeof one === 'string');

/** Tells whether the database could not be asked, rather than that it answered with an error. */
export function isDatabaseUnavailable(error: unknown): boolean {
  for (const one of causesOf(error)) {
    if (one.name === 'PrismaClientInitializationError') return true;
    if (codesOf(one).some((code) => UNAVAILABLE.test(code))) return true;
    if (typeof one.message === 'string' && UNAVAILABLE_WORDS.test(one.message)) return true;
  }
  return false;
}

/** Codes of Prisma, and of PostgreSQL's classes 22 (bad value) and 23 (against a constraint). */
const REFUSED = /^(P2000|P2002|P2003|P2004|P2006|P2007|P2019|P2020|P2033|2[23][0-9A-Z]{3})$/;

/** Tells whether the database refuses the values themselves, however often they are sent. */
export function isRefusedByDatabase(error: unknown): boolean {
  return [...causesOf(error)].some((one) => codesOf(one).some((code) => REFUSED.test(code)));
}

/** Codes of a value that its column cannot hold, such as a text with a zero byte. */
const UNSTORABLE = /^(P2000|P2006|P2007|P2020|P2033|22[0-9A-Z]{3})$/;

/** Tells whether the database refuses a value for what it is, rather than for what else is there. */
export function isUnstorable(error: unknown): boolean {
  return [...causesOf(error)].some((one) => codesOf(one).some((code) => UNSTORABLE.test(code)));
}
