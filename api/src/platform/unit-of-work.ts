import { ulid } from 'ulid';
import type { Prisma } from '../generated/prisma/client.ts';
import { type AuditEntry, writeAudit } from './audit.ts';
import type { Caller } from './caller.ts';
import type { Database, Transaction } from './database.ts';

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
  /** Runs once it is committed, such as a push to browsers; what it throws is logged, not answered. */
  afterCommit(work: () => void | Promise<void>): void;
}

export interface Units {
  run<Result>(caller: Caller, work: (unit: Unit) => Promise<Result>): Promise<Result>;
}

/** @param options.onEvents told after a commit that wrote events, so that they need not wait for the next look. */
export function createUnits(options: {
  database: Database;
  onEvents?: () => void;
  onError: (error: unknown) => void;
}): Units {
  const { database, onError } = options;
  return {
    async run(caller, work) {
      const afterwards: (() => void | Promise<void>)[] = [];
      let events = 0;
      const actor = { tenant: caller.tenant, user: caller.account?.id ?? null };
      const result = await database.transaction(actor, (tx) =>
        work({
          tx,
          caller,
          audit: (entry) => writeAudit(tx, caller, entry),
          async emit({ entity, what, subject, data }) {
            const type = `cn.anshi.${entity}.${what}.v1`;
            const row = { tenantId: caller.tenant, id: ulid(), type, entity, data };
            await tx.outboxEvent.createMany({ data: [{ ...row, subject: subject ?? null }] });
            events++;
          },
          afterCommit: (one) => afterwards.push(one),
        }),
      );
      if (events > 0) options.onEvents?.();
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
