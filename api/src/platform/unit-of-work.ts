import { Prisma } from '../generated/prisma/client.ts';
import { type AuditEntry, auditLines } from './audit.ts';
import type { Caller } from './caller.ts';
import { type Database, sendLast, sqlIn, type Transaction } from './database.ts';
import { newId } from './ids.ts';

/** A fact to tell others, as a CloudEvent of type `cn.anshi.<entity>.<what>.v1`. */
export interface OutgoingEvent {
  /** hazard, person, role … : the topic it is told on. */
  entity: string;
  /** The past-tense verb: reported, closed … */
  what: string;
  /** The id of the thing. */
  subject?: string;
  data: Prisma.InputJsonObject;
}

/**
 * One request's work: the rows, the audit log and the outgoing events of one transaction under one
 * tenant. All of it is committed, or nothing.
 */
export interface Unit {
  readonly tx: Transaction;
  readonly caller: Caller;
  /** Each change, and each view of what is sensitive, leaves a line. */
  audit(entry: AuditEntry): Promise<void>;
  emit(event: OutgoingEvent): Promise<void>;
  /**
   * Writes at the end of the unit, with its lines and events: one statement for all of it, and one
   * message with the commit. Each is an INSERT without a WITH of its own; none sees what another
   * wrote, keys between them are checked when all is written, and where one fails the unit does.
   */
  later(...statements: readonly Prisma.Sql[]): void;
  /** Writes now what waits for the end, for what has to read it. Lines and events still wait. */
  flush(): Promise<void>;
  /** Runs once it is committed, such as a push to browsers; what it throws is logged, not answered. */
  afterCommit(work: () => void | Promise<void>): void;
}

export interface Units {
  run<Result>(caller: Caller, work: (unit: Unit) => Promise<Result>): Promise<Result>;
}

/**
 * The lines and events of a unit are written together at its end: one statement for each kind, and
 * the shortest time between the number that a row takes and its commit.
 *
 * Where the database gives the transaction up to end a deadlock, the work runs again: it does
 * nothing outside of `tx` but by `afterCommit`.
 *
 * @param options.onEvents told after a commit that wrote events, so that they need not wait for the
 * next look.
 * @param options.onAudit told after a commit that left lines.
 */
export function createUnits(options: {
  database: Database;
  onEvents?: () => void;
  onAudit?: (caller: Caller) => void;
  onError: (error: unknown) => void;
}): Units {
  const { database, onError } = options;
  return {
    async run(caller, work) {
      let afterwards: (() => void | Promise<void>)[] = [];
      let lines: AuditEntry[] = [];
      let events: OutgoingEvent[] = [];
      let waiting: Prisma.Sql[] = [];
      const actor = { tenant: caller.tenant, user: caller.account?.id ?? null };
      const result = await database.transaction(
        actor,
        async (tx) => {
          // Of a try before this one, nothing stays.
          afterwards = [];
          lines = [];
          events = [];
          waiting = [];
          const result = await work({
            tx,
            caller,
            async audit(entry) {
              lines.push(entry);
            },
            async emit(event) {
              events.push(event);
            },
            later: (...statements) => void waiting.push(...statements),
            async flush() {
              const statement = together(waiting);
              waiting = [];
              if (statement) await sqlIn(tx)(statement);
            },
            afterCommit: (one) => void afterwards.push(one),
          });
          if (lines.length > 0) waiting.push(auditLines(caller, lines));
          if (events.length > 0) waiting.push(outboxRows(caller, events));
          const last = together(waiting);
          if (last) sendLast(tx, last);
          return result;
        },
        { repeat: true },
      );
      if (events.length > 0) options.onEvents?.();
      if (lines.length > 0) options.onAudit?.(caller);
      for (const one of afterwards) {
        try {
          await one();
        } catch (error) {
          onError(error);
        }
      }
      return result;
    },
  };
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

function outboxRows({ tenant }: Caller, events: readonly OutgoingEvent[]): Prisma.Sql {
  const rows = events.map(({ entity, what, subject, data }) => ({
    ...{ id: newId(), type: `cn.anshi.${entity}.${what}.v1`, entity, subject, data },
  }));
  return Prisma.sql`
    INSERT INTO outbox_event (tenant_id, id, type, entity, subject, data)
    SELECT ${tenant}, event->>'id', event->>'type', event->>'entity', event->>'subject', event->'data'
    FROM jsonb_array_elements(${JSON.stringify(rows)}::jsonb) WITH ORDINALITY AS e (event, n)
    ORDER BY n`;
}
