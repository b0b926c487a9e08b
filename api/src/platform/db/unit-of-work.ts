import { inSpan, type Span } from '@anshi/contracts/tracing';
import { Prisma } from '../../generated/prisma/client.ts';
import type { Caller } from '../access/caller.ts';
import { type AuditEntry, auditLines } from '../audit/entry.ts';
import { outboxRows, typeOf } from '../outbox/rows.ts';
import { type Database, sendLast, sqlIn, type Transaction } from './database.ts';

/** An event, sent as a CloudEvent of type `cn.anshi.<entity>.<what>.v1`. */
export interface OutgoingEvent {
  /** hazard, person, role … : the topic. */
  entity: string;
  /** The past-tense verb: reported, closed … */
  what: string;
  /** The id of the record. */
  subject?: string;
  data: Prisma.InputJsonObject;
}

/**
 * One request's work: rows, audit log and outgoing events of one transaction under one tenant. All
 * of it is committed, or nothing. It ends with its work function, or at its time limit: later calls
 * would be lost, so all of its functions fail then.
 */
export interface Unit {
  readonly tx: Transaction;
  readonly caller: Caller;
  /** Each change, and each view of sensitive data, leaves a line. */
  audit(entry: AuditEntry): Promise<void>;
  emit(event: OutgoingEvent): Promise<void>;
  /**
   * Writes at the end of the unit, with its lines and events: one statement for all of it, and one
   * message with the commit. Each is an INSERT without a WITH clause; none sees what another wrote,
   * foreign keys are checked at the end, and if one fails the unit fails.
   */
  later(...statements: readonly Prisma.Sql[]): void;
  /**
   * Writes the deferred rows now, for queries that need them. Lines and events are still deferred.
   */
  flush(): Promise<void>;
  /** Runs after the commit, such as a push to browsers; its errors are logged, not returned. */
  afterCommit(work: () => void | Promise<void>): void;
}

export interface Units {
  /** @param options.longestMs time limit, in the place of that of the database. */
  run<Result>(
    caller: Caller,
    work: (unit: Unit) => Promise<Result>,
    options?: { longestMs?: number },
  ): Promise<Result>;
}

/**
 * The lines and events of a unit are written together at its end: one statement per kind, and the
 * shortest time between drawing a sequence number and the commit.
 *
 * If the database aborts the transaction to end a deadlock, the work is repeated: it must have no
 * side effects outside of `tx` except by `afterCommit`.
 *
 * @param options.onEvents called with the event types after a commit, so that they are sent without
 *   waiting for the next poll.
 * @param options.onAudit called after a commit with audit lines.
 */
export function createUnits(options: {
  database: Database;
  onEvents?: (types: readonly string[]) => void;
  onAudit?: (caller: Caller) => void;
  onError: (error: unknown) => void;
}): Units {
  const { database, onError } = options;
  return {
    run: (caller, work, terms = {}) =>
      inSpan('unit of work', { attributes: { 'anshi.tenant': caller.tenant } }, (span) =>
        runUnit(caller, work, span, terms),
      ),
  };

  async function runUnit<Result>(
    caller: Caller,
    work: (unit: Unit) => Promise<Result>,
    span: Span | null,
    terms: { longestMs?: number },
  ): Promise<Result> {
    const actor = { tenant: caller.tenant, user: caller.account?.id ?? null };
    let open = null as OpenUnit | null;
    try {
      const result = await database.transaction(
        actor,
        async (tx) => {
          // Nothing of an earlier attempt is kept.
          open?.end();
          const own = openUnit(tx, caller);
          open = own;
          try {
            const result = await work(own.unit);
            own.finish();
            return result;
          } finally {
            own.end();
          }
        },
        { repeat: true, ...terms },
      );
      span?.setAttribute('anshi.audit_lines', open?.lines.length ?? 0);
      span?.setAttribute('anshi.events', open?.events.map(nameOf) ?? []);
      await tell(open, caller);
      return result;
    } finally {
      // Work beyond the time limit continues, but its calls are refused.
      open?.end();
    }
  }

  async function tell(ended: OpenUnit | null, caller: Caller): Promise<void> {
    if (!ended) return;
    if (ended.events.length > 0) options.onEvents?.(ended.events.map(typeOf));
    if (ended.lines.length > 0) options.onAudit?.(caller);
    for (const one of ended.afterwards) {
      try {
        await one();
      } catch (error) {
        onError(error);
      }
    }
  }
}

interface OpenUnit {
  readonly unit: Unit;
  readonly lines: readonly AuditEntry[];
  readonly events: readonly OutgoingEvent[];
  readonly afterwards: readonly (() => void | Promise<void>)[];
  /** Sends the deferred statements, with the commit. */
  finish(): void;
  /** From now on the unit refuses calls. */
  end(): void;
}

/** A unit that collects its work until its end. */
function openUnit(tx: Transaction, caller: Caller): OpenUnit {
  const lines: AuditEntry[] = [];
  const events: OutgoingEvent[] = [];
  const afterwards: (() => void | Promise<void>)[] = [];
  let waiting: Prisma.Sql[] = [];
  let isOver = false;
  const takes = (what: string) => {
    if (isOver) throw new UnitOver(what);
  };
  return {
    unit: {
      tx,
      caller,
      async audit(entry) {
        takes(`the line "${entry.action} ${entry.entity}"`);
        lines.push(entry);
      },
      async emit(event) {
        takes(`the event "${event.entity} ${event.what}"`);
        events.push(event);
      },
      later(...statements) {
        takes('a statement for its end');
        waiting.push(...statements);
      },
      async flush() {
        takes('a flush');
        const statement = together(waiting);
        waiting = [];
        if (statement) await sqlIn(tx)(statement);
      },
      afterCommit(one) {
        takes('work for after its commit');
        afterwards.push(one);
      },
    },
    lines,
    events,
    afterwards,
    finish() {
      if (lines.length > 0) waiting.push(auditLines(caller, lines));
      if (events.length > 0) waiting.push(outboxRows(caller, events));
      const last = together(waiting);
      if (last) sendLast(tx, last);
    },
    end() {
      isOver = true;
    },
  };
}

/** A call of a unit after its end. */
export class UnitOver extends Error {
  /** @param what the refused call. */
  constructor(what: string) {
    super(
      `the unit of work is over, and ${what} came after its end and would be lost: wait for all that the work starts before it returns`,
    );
  }
}

/** Any number of statements as one; null for none. */
function together(statements: readonly Prisma.Sql[]): Prisma.Sql | null {
  const last = statements.at(-1);
  if (!last) return null;
  const others = statements
    .slice(0, -1)
    .map((one, n) => Prisma.sql`${Prisma.raw(`w${n}`)} AS (${one})`);
  return others.length > 0 ? Prisma.sql`WITH ${Prisma.join(others)} ${last}` : last;
}

const nameOf = ({ entity, what }: OutgoingEvent) => `${entity} ${what}`;
