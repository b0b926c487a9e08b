import type { Database } from '../db/database.ts';
import { settledPosition } from '../feed/feed.ts';
import { type Anchor, isSigned } from './anchor-signature.ts';
import { contentOf } from './chain.ts';
import { GENESIS, sealHash } from './seal-hash.ts';
import { SEAL_FEED } from './sealer.ts';

/** A flaw at one position of the log. */
export interface Flaw {
  /**
   * `changed`: the row differs from what was sealed. `removed`: the row is missing. `reordered`:
   * the sealed content is at another position. `seals-missing`: positions of the chain are missing.
   * `resealed`: the chain breaks, a seal was rewritten. `unsealed-row`: a row that bypassed the
   * sealer. `cut-off`, `rewritten`, `bad-anchor`: the chain does not match an anchor.
   */
  kind:
    | 'changed'
    | 'removed'
    | 'reordered'
    | 'seals-missing'
    | 'resealed'
    | 'unsealed-row'
    | 'cut-off'
    | 'rewritten'
    | 'bad-anchor';
  position: string | null;
  seq: string | null;
  /** Time and entity of the row, as it is now. */
  at: string | null;
  user: string | null;
  action: string | null;
  entity: string | null;
  entityId: string | null;
  detail: string;
}

export interface Verification {
  ok: boolean;
  tenant: string;
  /** Number of verified rows, and the head of the chain. */
  sealed: string;
  head: string;
  flaws: Flaw[];
  /** There are more flaws than listed. */
  moreFlaws: number;
  /** Committed rows that are not sealed yet: those of the last second, while the sealer runs. */
  unsealed: { count: number; since: string | null };
  anchors: { checked: number; newest: string | null };
  startedAt: string;
  seconds: number;
}

interface Looked {
  position: bigint;
  seq: bigint;
  hash: string;
  previous: string;
  content: string | null;
  at: Date | null;
  user: string | null;
  action: string | null;
  entity: string | null;
  entityId: string | null;
}

const BATCH = 5_000;
const MOST_FLAWS = 1_000;

/**
 * Verifies the whole chain of a tenant against the log, in batches, while others write.
 *
 * @param options.anchors signed anchors, and their public key.
 * @param options.pause between two batches, in milliseconds, to limit the load.
 */
export async function verifyAudit(
  database: Database,
  tenant: string,
  options: {
    anchors?: { list: Anchor[]; publicKey: string } | undefined;
    pause?: () => Promise<void>;
    stopped?: () => boolean;
  } = {},
): Promise<Verification> {
  const started = Date.now();
  const flaws: Flaw[] = [];
  let moreFlaws = 0;
  const wrong = (kind: Flaw['kind'], row: Partial<Looked>, detail: string) => {
    if (flaws.length < MOST_FLAWS) flaws.push(toFlaw(kind, row, detail));
    else moreFlaws++;
  };
  const anchors = (options.anchors?.list ?? []).filter((anchor) => anchor.tenant === tenant);
  const due = checkAnchors(anchors, options.anchors?.publicKey ?? '', wrong);
  const suspects: Looked[] = [];
  let position = 0n;
  let head = GENESIS;

  for (;;) {
    if (options.stopped?.()) throw new Error('the verification was stopped');
    const rows = await readSeals(database, tenant, position);
    for (const row of rows) {
      if (row.position !== position + 1n) {
        const last = row.position - 1n;
        const range = last === position + 1n ? `${last}` : `${position + 1n} to ${last}`;
        wrong('seals-missing', { position: position + 1n }, `the seals ${range} are gone`);
      } else if (row.previous !== head) {
        const detail = `the seal does not follow from the one at ${position}: a seal was changed or written anew`;
        wrong('resealed', row, detail);
      }
      if (row.content === null) {
        wrong('removed', row, `the row ${row.seq} was sealed here and is gone from the log`);
      } else if (!fits(tenant, row, row.seq, row.content)) {
        if (suspects.length < MOST_FLAWS) suspects.push(row);
        else wrong('changed', row, 'the row is not what was sealed');
      }
      const anchored = due.get(row.position);
      if (anchored !== undefined && anchored !== row.hash) {
        const detail = 'an anchor names another hash here: the chain was written anew';
        wrong('rewritten', row, detail);
      }
      due.delete(row.position);
      position = row.position;
      head = row.hash;
    }
    if (rows.length < BATCH) break;
    await options.pause?.();
  }

  nameSuspects(tenant, suspects, wrong);
  for (const missing of due.keys()) {
    if (missing <= position) continue;
    const detail = `an anchor says that ${missing} rows were sealed, and the chain ends at ${position}: its end was cut off`;
    wrong('cut-off', { position: missing }, detail);
  }
  const unsealed = await readUnsealed(database, tenant, wrong);
  return {
    ok: flaws.length === 0,
    tenant,
    sealed: String(position),
    head,
    flaws: flaws.sort(byPlace),
    moreFlaws,
    unsealed,
    anchors: { checked: anchors.length, newest: anchors.at(-1)?.at ?? null },
    startedAt: new Date(started).toISOString(),
    seconds: (Date.now() - started) / 1000,
  };
}

type Wrong = (kind: Flaw['kind'], row: Partial<Looked>, detail: string) => void;

const fits = (tenant: string, { position, previous, hash }: Looked, seq: bigint, content: string) =>
  sealHash({ tenant, position, seq, previous, content }) === hash;

/** @returns the expected hash at each anchored position. */
function checkAnchors(anchors: Anchor[], publicKey: string, wrong: Wrong): Map<bigint, string> {
  const due = new Map<bigint, string>();
  for (const anchor of anchors) {
    const position = BigInt(anchor.position);
    if (!isSigned(anchor, publicKey)) {
      wrong('bad-anchor', { position }, `the anchor of ${anchor.at} is not signed with the key`);
    } else if (due.has(position) && due.get(position) !== anchor.hash) {
      wrong('rewritten', { position }, 'two anchors name different hashes for this position');
    } else due.set(position, anchor.hash);
  }
  return due;
}

/**
 * Rows that differ from their seal: changed, or swapped with another such row that holds the sealed
 * content.
 */
function nameSuspects(tenant: string, suspects: Looked[], wrong: Wrong): void {
  for (const row of suspects) {
    const elsewhere = suspects.find(
      (other) =>
        other !== row &&
        other.content !== null &&
        (fits(tenant, row, row.seq, other.content) || fits(tenant, row, other.seq, other.content)),
    );
    if (elsewhere) {
      const detail = `what was sealed here now lies at row ${elsewhere.seq} (position ${elsewhere.position})`;
      wrong('reordered', row, detail);
    } else wrong('changed', row, 'the row is not what was sealed');
  }
}

function readSeals(database: Database, tenant: string, after: bigint): Promise<Looked[]> {
  return database.transaction(
    { tenant, user: null },
    // Row by row through the index: on a large log any other plan reads all of it for each batch.
    (tx) => tx.$queryRaw<Looked[]>`
      SELECT s.position, s.seq, encode(s.hash, 'hex') AS hash, encode(s.previous, 'hex') AS previous,
             r.content, r.at, r."user", r.action, r.entity, r."entityId"
      FROM (SELECT * FROM audit_seal WHERE position > ${after} ORDER BY position LIMIT ${BATCH}) AS s
      LEFT JOIN LATERAL (
        SELECT ${contentOf} AS content, l.at, l.user_name AS user, l.action, l.entity,
               l.entity_id AS "entityId"
        FROM audit_log l WHERE l.tenant_id = s.tenant_id AND l.seq = s.seq OFFSET 0) AS r ON true
      ORDER BY s.position`,
  );
}

/** The unsealed tail, and rows that the sealer will never see. */
async function readUnsealed(
  database: Database,
  tenant: string,
  wrong: Wrong,
): Promise<Verification['unsealed']> {
  return database.transaction({ tenant, user: null }, async (tx) => {
    // First the position, then the rows: rows that settle in between are sealed by then.
    const settled = await settledPosition(tx, SEAL_FEED);
    const past = await tx.$queryRaw<Looked[]>`
      SELECT l.seq, l.at, l.user_name AS user, l.action, l.entity, l.entity_id AS "entityId"
      FROM audit_log l WHERE l.seq <= ${settled} AND NOT EXISTS (
        SELECT 1 FROM audit_seal s WHERE s.tenant_id = l.tenant_id AND s.seq = l.seq)
      ORDER BY l.seq LIMIT ${MOST_FLAWS}`;
    for (const row of past) {
      wrong('unsealed-row', row, 'the row is in the log without a seal, before rows that have one');
    }
    const [tail] = await tx.$queryRaw<{ count: bigint; since: Date | null }[]>`
      SELECT count(*) AS count, min(l.at) AS since
      FROM audit_log l WHERE l.seq > ${settled} AND NOT EXISTS (
        SELECT 1 FROM audit_seal s WHERE s.tenant_id = l.tenant_id AND s.seq = l.seq)`;
    return { count: Number(tail?.count ?? 0), since: tail?.since?.toISOString() ?? null };
  });
}

function toFlaw(kind: Flaw['kind'], row: Partial<Looked>, detail: string): Flaw {
  return {
    kind,
    position: row.position === undefined ? null : String(row.position),
    seq: row.seq === undefined ? null : String(row.seq),
    at: row.at?.toISOString() ?? null,
    user: row.user ?? null,
    action: row.action ?? null,
    entity: row.entity ?? null,
    entityId: row.entityId ?? null,
    detail,
  };
}

function byPlace(a: Flaw, b: Flaw): number {
  const place = (flaw: Flaw) => BigInt(flaw.position ?? flaw.seq ?? 0);
  const [left, right] = [place(a), place(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}
