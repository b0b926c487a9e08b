/** Codes of Prisma, PostgreSQL and the network for transient unavailability. */
const UNAVAILABLE =
  /^(P1001|P1002|P1008|P1017|P2024|P2028|P2037|57P0[0-9]|08[0-9A-Z]{3}|53200|53300|53400|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EPIPE|ENOTFOUND|DatabaseNotReachable|ConnectionClosed|SocketTimeout|TooManyConnections)$/;
const UNAVAILABLE_WORDS =
  /connection terminated|query read timeout|terminating connection|timeout exceeded when trying to connect|server has closed the connection|connection is closed|not queryable|can't reach database/i;

/** An error with its causes, as far as Prisma and its driver pass them on. */
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

/** Whether the database was unavailable, rather than answering with an error. */
export function isDatabaseUnavailable(error: unknown): boolean {
  for (const one of causesOf(error)) {
    if (one.name === 'PrismaClientInitializationError') return true;
    if (codesOf(one).some((code) => UNAVAILABLE.test(code))) return true;
    if (typeof one.message === 'string' && UNAVAILABLE_WORDS.test(one.message)) return true;
  }
  return false;
}

/** PostgreSQL's disk_full, and what the file system says of itself. */
const NO_ROOM = /^(53100|ENOSPC|EDQUOT)$/;

/** Tells whether an error says that a disk is full: that of the database, or one of ours. */
export function noRoomOf(error: unknown): 'database' | 'disk' | null {
  for (const one of causesOf(error)) {
    const code = codesOf(one).find((each) => NO_ROOM.test(each));
    if (code !== undefined) return code === '53100' ? 'database' : 'disk';
  }
  return null;
}

/** Codes of Prisma, and of PostgreSQL's classes 22 (bad value) and 23 (against a constraint). */
const REFUSED = /^(P2000|P2002|P2003|P2004|P2006|P2007|P2019|P2020|P2033|2[23][0-9A-Z]{3})$/;

/** Whether the database rejects the values themselves, at any repetition. */
export function isRefusedByDatabase(error: unknown): boolean {
  return [...causesOf(error)].some((one) => codesOf(one).some((code) => REFUSED.test(code)));
}

/** Codes of a value that its column cannot store, such as a text with a zero byte. */
const UNSTORABLE = /^(P2000|P2006|P2007|P2020|P2033|22[0-9A-Z]{3})$/;

/** Whether the database rejects a value for itself, rather than for other rows. */
export function isUnstorable(error: unknown): boolean {
  return [...causesOf(error)].some((one) => codesOf(one).some((code) => UNSTORABLE.test(code)));
}

/**
 * Deadlock and serialization failure: the database aborted this transaction in favour of others.
 */
const GIVEN_UP = /^(P2034|40001|40P01|TransactionWriteConflict)$/;

/** Whether a repetition of the same transaction may succeed. */
export function isWorthRepeating(error: unknown): boolean {
  return [...causesOf(error)].some((one) => codesOf(one).some((code) => GIVEN_UP.test(code)));
}

/**
 * Whether the driver's error is of a prepared statement whose table was changed since: it fails at
 * every repetition.
 */
export function isOfOutdatedPlan(error: unknown): boolean {
  return (error as { routine?: unknown } | undefined)?.routine === 'RevalidateCachedQuery';
}
