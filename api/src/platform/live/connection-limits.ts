import type { Account } from '../access/account.ts';

/**
 * Connections that have not signed in, from one address and in all. Beyond it the one that has had
 * the longest time to sign in is closed: a browser takes milliseconds, an attacker holds them open.
 */
const MOST_UNSIGNED_OF_ONE = 100;
const MOST_UNSIGNED = 1_000;
/** Signed-in connections (tabs): of one session, and of one account with all its sessions. */
const MOST_SIGNED = { ofSession: 20, ofAccount: 60 };
/** A live connection, as far as the limits need it. */
interface Connection {
  address: string;
  /** Null until it signs in. */
  account: Account | null;
  session: string;
}

/**
 * The connection that has to be closed before another one of this address is accepted: the oldest that
 * has not signed in, of this address or of the one that has the most.
 *
 * @param connections in the order in which they were opened.
 * @returns undefined where there is room.
 */
export function connectionToEvict<One extends Connection>(
  connections: Iterable<One>,
  address: string,
): One | undefined {
  const byAddress = new Map<string, One[]>();
  let all = 0;
  for (const one of connections) {
    if (one.account) continue;
    all++;
    const list = byAddress.get(one.address);
    if (list) list.push(one);
    else byAddress.set(one.address, [one]);
  }
  let crowd = byAddress.get(address) ?? [];
  if (crowd.length < MOST_UNSIGNED_OF_ONE) {
    if (all < MOST_UNSIGNED) return undefined;
    // The address with the most gives way, so that many from one do not close those of others.
    for (const list of byAddress.values()) if (list.length > crowd.length) crowd = list;
  }
  return crowd[0];
}

/** Whether the session, or its account, has as many signed-in connections as it may. */
export function hasTooMany(
  connections: Iterable<Connection>,
  { tenant, id }: Account,
  session: string,
  most = MOST_SIGNED,
): boolean {
  let ofSession = 0;
  let ofAccount = 0;
  for (const one of connections) {
    if (one.account?.tenant !== tenant || one.account.id !== id) continue;
    ofAccount++;
    if (one.session === session) ofSession++;
  }
  return ofSession >= most.ofSession || ofAccount >= most.ofAccount;
}
