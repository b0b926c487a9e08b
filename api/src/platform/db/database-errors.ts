/** Codes of Prisma, PostgreSQL and the network that mean: not now, perhaps later. */
const UNAVAILABLE =
  /^(P1001|P1002|P1008|P1017|P2024|P2028|P2037|57P0[0-9]|08[0-9A-Z]{3}|53300|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EPIPE|ENOTFOUND|DatabaseNotReachable|ConnectionClosed|SocketTimeout|TooManyConnections)$/;
const UNAVAILABLE_WORDS =
  /connection terminated|query read timeout|terminating connection|timeout exceeded when trying to connect|server has closed the connection|connection is closed|not queryable|can't reach database/i;

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

/**
 * Tells whether the driver's error is of a statement that the connection keeps prepared and that
 * reads a table which was changed since: it fails there as often as it is sent.
 */
export function isOfOutdatedPlan(error: unknown): boolean {
  return (error as { routine?: unknown } | undefined)?.routine === 'RevalidateCachedQuery';
}
