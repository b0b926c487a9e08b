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
  'auth.busy': [
    503,
    'Too many are signing in at this moment',
    'Try again after the seconds named in the header retry-after.',
  ],
  'auth.totp-needed': [
    401,
    'A second factor is needed',
    'Send the code of the authenticator app, or a recovery code, as totp.',
  ],
  'auth.totp-wrong': [
    401,
    'The code is not right',
    'Take the code that the app shows now; each works once.',
  ],
  'auth.totp-state': [
    409,
    'The second factor is not in a state for this',
    'See GET /api/v1/auth/me for whether it is switched on, and set it up first.',
  ],
  'auth.origin': [
    403,
    'This is for pages of this server only',
    'Send the header Origin of the page; programs sign in with the access token alone.',
  ],
  'auth.password-due': [
    403,
    'A password of your own is due',
    'Choose one at POST /api/v1/auth/password; an administrator set the present one.',
  ],
  'auth.password-weak': [422, 'The password is too weak', 'Choose a longer one.'],
  'auth.password-wrong': [422, 'The current password is wrong', 'Enter it again.'],
  'auth.session-unknown': [404, 'There is no such session', 'It may have ended already.'],
  'user.unknown': [404, 'There is no such account', 'It may lie outside of your department.'],
  'user.taken': [409, 'The user name is taken', 'Choose another one.'],
  'user.person-taken': [
    409,
    'The person has an account already',
    'Change that account; nobody needs two.',
  ],
  'user.version-conflict': [
    409,
    'Someone else changed the account meanwhile',
    'Look at the row in current, and change it again with its version.',
  ],
  'user.self': [
    403,
    'Nobody changes their own rights',
    'Ask another administrator: what one has is given by someone else.',
  ],
  'user.beyond-own': [
    403,
    'The account lies outside of your reach',
    'Accounts of other departments, and wide rights, are given by an administrator of the company.',
  ],
  'role.unknown': [404, 'There is no such role', 'See GET /api/v1/roles.'],
  'role.in-use': [409, 'The role is in use', 'Take it from its holders first.'],
  'role.seeded': [
    409,
    'The role belongs to the program',
    'Take its permissions away instead; it would come back with the next start.',
  ],
  'role.version-conflict': [
    409,
    'Someone else changed the role meanwhile',
    'Look at the row in current, and change it again with its version.',
  ],
  'role.last-manager': [
    409,
    'Nobody would be left to manage roles',
    'Give role:manage to another active account first.',
  ],
  'role.conflict': [
    409,
    'These rights must not lie in one hand',
    'Give them to different people, or have another administrator record an exception with its reason.',
  ],
  'review.unknown': [404, 'There is no such review of rights', 'See GET /api/v1/access-reviews.'],
  'review.closed': [409, 'The review is closed', 'Open a new one.'],
  'review.open': [409, 'A review is open already', 'Decide its cases first.'],
  'review.self': [403, 'Nobody reviews their own rights', 'Leave the case to another reviewer.'],
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
  'file.unknown': [404, 'There is no such file', 'It may be gone, or not be yours to see.'],
  'file.name': [400, 'The file needs a name', 'Send filename in the header upload-metadata.'],
  'file.size': [
    400,
    'The size of the file is not said',
    'Send its bytes in the header upload-length; a length that comes later is not taken.',
  ],
  'file.too-large': [413, 'The file is too large', 'Send a smaller file.'],
  'file.quota': [
    429,
    'Too many files wait to be attached',
    'Attach or remove those that were sent before; they go by themselves after a day.',
  ],
  'file.not-received': [409, 'The file is not complete yet', 'Go on with the upload.'],
  'file.not-checked': [409, 'The file is still being looked at', 'Try again in a moment.'],
  'file.type': [
    422,
    'A file of this kind is not taken',
    'Send a picture, video, sound or document.',
  ],
  'file.mismatch': [
    422,
    'The file is not what it was announced as',
    'Send it with its own content type.',
  ],
  'file.picture': [422, 'The picture is not taken', 'Take or send it again.'],
  'file.media': [422, 'The video or sound is not taken', 'Record or send it again.'],
  'file.archive': [422, 'The document is not taken', 'Save it anew and send it again.'],
  'file.infected': [
    422,
    'The scanner found malicious software in the file',
    'Do not open it on any machine; tell whoever looks after your computers.',
  ],
  'file.taken': [409, 'The file is attached already', 'Send it again to attach it elsewhere.'],
  'file.not-scanned': [
    409,
    'The file waits for the scanner',
    'It is shown when it was scanned; an administrator sees the state of the scanner.',
  ],
  'file.failed': [500, 'The file could not be looked at', 'Send it again.'],
  'file.unavailable': [
    503,
    'Videos and sounds cannot be looked at here',
    'Whoever runs the system has to install ffmpeg.',
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
  'notice.unknown': [404, 'There is no such notice', 'It may be older than notices are kept.'],
  'notice.robot-unknown': [404, 'There is no such robot', 'Reload the list of channels.'],
  'notice.push-host': [
    422,
    'Notices are not pushed to this address',
    'Take a browser whose push service ANSHI_PUSH_HOSTS names, or add its host there.',
  ],
  'notice.not-configured': [
    409,
    'This channel is not configured',
    'See GET /api/v1/notices/channels for what it lacks.',
  ],
  'feature.off': [
    404,
    'This module is switched off',
    'An administrator can switch it on under modules; nothing of it was lost.',
  ],
  'feature.unknown': [404, 'There is no such module', 'GET /api/v1/features lists them.'],
  'feature.required': [409, 'A base module cannot be switched off', 'Leave it on.'],
  'feature.planned': [
    409,
    'This module is not part of this version yet',
    'It can be switched on after an upgrade that brings it.',
  ],
  'feature.needs': [
    409,
    'Other modules that it needs are off',
    'Switch the modules named in needs on first.',
  ],
  'feature.needed': [
    409,
    'Other modules need it',
    'Switch the modules named in neededBy off first.',
  ],
  'preset.unknown': [404, 'There is no such preset', 'GET /api/v1/presets lists them.'],
  // The registry of people, sensitive fields and privacy.
  'department.unknown': [404, 'There is no such department', 'Check the id against /departments.'],
  'department.loop': [
    409,
    'A department cannot lie below itself',
    'Name a parent that is not one of its own departments.',
  ],
  'area.unknown': [404, 'There is no such area', 'Check the id against /areas.'],
  'equipment.unknown': [404, 'There is no such machine', 'Check the id against /equipment.'],
  'person.unknown': [404, 'There is no such person', 'They may lie outside of what you may see.'],
  'person.number-taken': [
    409,
    'Another person has this employee number',
    'Look that person up, or give another number.',
  ],
  'person.national-id-taken': [
    409,
    'Another person has this identity number',
    'Look that person up by the number: they may be on record already.',
  ],
  'person.version-conflict': [
    409,
    'Someone else changed this person meanwhile',
    'Look at the row in current, and change it again with its version.',
  ],
  'person.left': [
    409,
    'The person has left',
    'A person who comes back is set active again before anything else is changed.',
  ],
  'person.reveal-too-often': [
    429,
    'Too many sensitive fields were revealed',
    'Wait for the seconds named in the header retry-after, then try again.',
  ],
  'person.nothing-sealed': [404, 'This field is empty', 'Nothing was entered for this person.'],
  'badge.taken': [
    409,
    'Somebody else wears this badge',
    'End that binding first, with the time at which the badge was handed back.',
  ],
  'badge.unknown': [404, 'There is no such badge of this person', 'It may be handed back already.'],
  'consent.purpose-unknown': [404, 'There is no such purpose', 'See /consent-purposes.'],
  'consent.notice-old': [
    409,
    'The notice was changed meanwhile',
    'Show the version in current, and ask again.',
  ],
  'privacy.unknown': [404, 'There is no such entry', 'See /privacy/register.'],
  'privacy.version-conflict': [
    409,
    'Someone else changed this entry meanwhile',
    'Look at the entry in current, and change it again with its version.',
  ],
  'data-request.unknown': [404, 'There is no such request', 'See /privacy/requests.'],
  'data-request.decided': [409, 'The request is decided already', 'The person can make a new one.'],
  'evidence.purged': [
    410,
    'The file was removed at the end of its term',
    'Its record stays; the proof of the removal is at /privacy/purges.',
  ],
  'sealed.key-missing': [
    503,
    'Sensitive fields cannot be opened now',
    'Ask the keeper of the keys: "npm run keys -- status" says which key is missing.',
  ],
  'sealed.damaged': [
    500,
    'A sensitive field cannot be opened',
    'It was changed outside of the system. Enter it again, or restore it from a backup.',
  ],
  'key.refused': [409, 'The keys cannot be changed like this', 'See /keys for how they are.'],
  'hazard.unknown': [404, 'There is no such hazard', 'It may lie outside what you may see.'],
  'hazard.exists': [
    409,
    'This id belongs to another report',
    'Make a new ULID for a new report; send an old one again with its own.',
  ],
  'hazard.type-unknown': [
    422,
    'There is no such type of hazard',
    'Take one of GET /api/v1/hazard-types that is active.',
  ],
  'hazard.place-unknown': [
    422,
    'There is no such place',
    'Name a site, an area of that site and a floor plan that the registry has.',
  ],
  'hazard.needs-media': [
    422,
    'The files are neither photo nor video',
    'Show the hazard in a photo or video, or describe it in words.',
  ],
  'hazard.evidence-reused': [
    422,
    'This file was handed in before',
    'Take a new photo or video of the place as it is now; a picture of a report proves no rectification.',
  ],
  'hazard.routing-conflict': [
    409,
    'Someone else changed the routing meanwhile',
    'Load the table again and repeat the change on it.',
  ],
  'hazard.penalty-exists': [
    409,
    'This was decided before',
    'There is one decision of a kind for a hazard and a person; see the list of decisions.',
  ],
  'hazard.penalty-unknown': [404, 'There is no such decision', 'It may be about someone else.'],
  'hazard.due-date': [
    422,
    'The time limit has passed already',
    'Choose a day that is still to come, within a year.',
  ],
  'violation.not-confirmed': [
    409,
    'The violation is not confirmed',
    'Review it first: only a confirmed violation becomes a hazard.',
  ],
  'workflow.unknown': [404, 'There is no such workflow', 'See the list of workflows.'],
  'workflow.case-unknown': [404, 'There is no such case', 'It may belong to another company.'],
  'workflow.already-open': [
    409,
    'The record is in a workflow already',
    'Go on with the case that is open.',
  ],
  'workflow.version-conflict': [
    409,
    'Someone else moved the case meanwhile',
    'Look at the case in current, and decide again with its version.',
  ],
  'workflow.transition': [
    409,
    'The case is not in a state for this step',
    'Reload it, and take one of the steps that are possible.',
  ],
  'workflow.out-of-reach': [
    403,
    'The record lies outside of what your role reaches',
    'Ask someone who is in charge of its department or site.',
  ],
  'workflow.not-yours': [
    403,
    'It is not your turn',
    'Only those whose turn it is may do this step; a reviewer can hand it to you.',
  ],
  'workflow.separation': [
    403,
    'Separation of duties',
    'Nobody reviews what they reported or rectified. Someone else has to.',
  ],
  'workflow.incomplete': [
    422,
    'The step lacks something',
    'Give what is named in errors, and send it again.',
  ],
  'workflow.invalid': [
    422,
    'The workflow has faults',
    'Correct what is named in faults; nothing was saved.',
  ],
  'workflow.definition-conflict': [
    409,
    'Someone else changed the workflow meanwhile',
    'Look at current, and make your change again on its version.',
  ],
  'calendar.conflict': [
    409,
    'Someone else changed the working calendar meanwhile',
    'Look at current, and make your change again on its version.',
  ],
  'webhook.unknown': [404, 'There is no such webhook', 'Reload the list of webhooks.'],
  'webhook.delivery-unknown': [404, 'There is no such delivery', 'Reload the list of deliveries.'],
  'webhook.version-conflict': [
    409,
    'Someone else changed this webhook meanwhile',
    'Look at the row in current, and change it again with its version.',
  ],
  'webhook.target': [
    422,
    'This address may not be told',
    'Name an address outside of the plant, or have it allowed by ANSHI_WEBHOOK_ALLOW.',
  ],
  'audit.finding-unknown': [404, 'There is no such finding', 'Reload the list of findings.'],
  'audit.finding-handled': [409, 'The finding is handled already', 'Reload it.'],
  'audit.rule-unknown': [404, 'There is no such rule', 'GET /api/v1/audit/rules lists them.'],
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

/** Deadlock and serialization failure: the database gave this transaction up so that others go on. */
const GIVEN_UP = /^(P2034|40001|40P01|TransactionWriteConflict)$/;

/** Tells whether the same transaction may well succeed at the next try. */
export function isWorthRepeating(error: unknown): boolean {
  return [...causesOf(error)].some((one) => codesOf(one).some((code) => GIVEN_UP.test(code)));
}
