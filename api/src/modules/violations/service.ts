import type { z } from 'zod';
import { type Account, actorOf } from '../../platform/access/account.ts';
import type { Caller } from '../../platform/access/caller.ts';
import type { Views } from '../../platform/audit/views.ts';
import type { Database, Transaction } from '../../platform/db/database.ts';
import type { Unit, Units } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import { versionConflict } from '../../platform/kit/save.ts';
import type { EvidenceStore } from '../../platform/store/content.ts';
import type { ViolationEvents } from './events.ts';
import { createEvidence, type EvidenceFound } from './evidence.ts';
import { personColumns } from './identity.ts';
import { forgetOnReopen } from './identity-withdrawal.ts';
import { type ChosenPerson, personBy, requireOther } from './person.ts';
import { asReader } from './reach.ts';
import { keepRecusalOf } from './recusal.ts';
import * as rows from './repository.ts';
import type {
  ListQuery,
  TradeRequest,
  VerdictRequest,
  Violation,
  verdictHistory,
  violationPage,
} from './schema.ts';
import { chooseTrade, tradeBy } from './trade.ts';
import { showViolation, showViolations, withNames } from './view.ts';

/** A module that keeps something in step with verdicts. */
export interface VerdictFollower {
  /** Runs before the violation is read, to take locks in one order. */
  before(unit: Unit, violation: string): Promise<void>;
  decided(unit: Unit, violation: string): Promise<void>;
}

/** Where verdicts on people are written: the safety file. It runs in the transaction of the verdict. */
export interface NameRecord {
  /** Whether the name of a person was withdrawn from a violation by an objection. */
  isWithdrawn(tx: Transaction, violation: string, person: string): Promise<boolean>;
  /** @param row the violation with its verdict, or with none any more. */
  decided(unit: Unit, row: rows.ViolationRow): Promise<void>;
  /** @param row a violation that counts in another trade now. */
  tradeChanged(unit: Unit, row: rows.ViolationRow): Promise<void>;
}

type SignedIn = Caller & { account: Account };

export type ViolationsService = ReturnType<typeof createViolationsService>;

const statusAfter = { confirm: 'confirmed', dismiss: 'dismissed', reopen: 'pending' } as const;

/** User operations on violations. Authorisation is checked by the route. */
export function createViolationsService(options: {
  database: Database;
  units: Units;
  views: Views;
  store: EvidenceStore;
  events: ViolationEvents;
}) {
  const { database, units, events } = options;
  const findEvidence = createEvidence(options);
  const followers: VerdictFollower[] = [];
  let nameRecord: NameRecord | null = null;

  async function get(account: Account, id: string): Promise<rows.ViolationRow> {
    const row = await database.transaction(actorOf(account), (tx) =>
      rows.findWithin(tx, asReader(account), id),
    );
    if (!row) throw new Problem('violation.unknown');
    return row;
  }
  /** As the account sees it; null out of its reach. */
  const find = (account: Account, id: string): Promise<Violation | null> =>
    database.transaction(actorOf(account), async (tx) => {
      const row = await rows.findWithin(tx, asReader(account), id);
      return row && ((await showViolations(tx, account, [row]))[0] ?? null);
    });

  async function decideWithin(
    unit: Unit,
    account: Account,
    id: string,
    request: VerdictRequest,
    chosen: ChosenPerson | null = null,
  ): Promise<Violation> {
    const { tx } = unit;
    const { decision } = request;
    const status = statusAfter[decision];
    const at = new Date();
    const reason = request.decision === 'dismiss' ? request.reason : null;
    const note = request.note || null;
    const row = await rows.findWithin(tx, { account, right: 'violation:review' }, id);
    if (!row) throw new Problem('violation.unknown');
    if (row.version !== request.version) throw await conflict(tx, row);
    await requireOther(tx, account, row);
    const person = await personBy(
      tx,
      row,
      request,
      chosen,
      async (one) => (await nameRecord?.isWithdrawn(tx, id, one)) ?? false,
    );
    if (row.status === status) {
      const [current] = await showViolations(tx, account, [row]);
      throw new Problem('violation.already-so', undefined, { current });
    }
    const by = { id: account.id, displayName: account.displayName };
    const undone = { status, by: null, at: null, reason: null, note: null };
    const named = person === null ? row.personId : person.personId;
    const review = {
      ...(decision === 'reopen' ? undone : { status, by, at, reason, note }),
      person,
      trade: await tradeBy(tx, row, { status, person: named }),
    };
    if (!(await rows.reviewAtVersion(tx, id, request.version, review))) {
      // The other reviewer committed between read and write.
      const current = await rows.findViolation(tx, id);
      throw await conflict(tx, current ?? row);
    }
    await rows.addVerdict(tx, {
      tenantId: account.tenant,
      violationId: id,
      version: request.version + 1,
      decision,
      reason,
      note,
      byUser: account.id,
      byName: account.displayName,
      at,
    });
    await unit.audit({
      action: decision,
      entity: 'violation',
      id,
      // Whom the record is of, once a verdict says so.
      person: decision === 'confirm' ? (person?.personId ?? row.personId) : null,
      before: { status: row.status },
      after: { status, reason, note, ...(person?.personBasis && { basis: person.personBasis }) },
      ...(person?.personReason ? { reason: person.personReason } : {}),
    });
    await unit.emit({
      entity: 'violation',
      what: 'reviewed',
      subject: id,
      // Without who decided, as toldOutside.
      data: { violation: id, decision, status, reason, version: request.version + 1 },
    });
    const after = (await rows.findViolation(tx, id)) ?? row;
    const forgot = decision === 'reopen' && (await forgetOnReopen(tx, after));
    const now = forgot ? ((await rows.findViolation(tx, id)) ?? row) : after;
    await nameRecord?.decided(unit, now);
    const decided = showViolation(now);
    await events.emit(unit, 'updated', decided);
    return (await withNames(tx, [decided]))[0] ?? decided;
  }

  return {
    async list(account: Account, query: ListQuery): Promise<z.infer<typeof violationPage>> {
      const order = rows.violationOrders[query.order];
      const after = order.after(query.cursor);
      return database.transaction(actorOf(account), async (tx) => {
        const reader = asReader(account);
        const found = await rows.findPage(tx, reader, query, after);
        const page = order.page(found, query.limit);
        return {
          items: await showViolations(tx, account, page.rows),
          next: page.next,
          ...(after ? {} : { counts: { pending: await rows.countPending(tx, reader) } }),
        };
      });
    },

    async get(account: Account, id: string): Promise<Violation> {
      const found = await find(account, id);
      if (!found) throw new Problem('violation.unknown');
      return found;
    },

    find,

    /**
     * Stores a verdict, or undoes one. The second of two concurrent reviewers gets a conflict with
     * the current row; nothing is overwritten.
     */
    decide: (caller: SignedIn, id: string, request: VerdictRequest): Promise<Violation> =>
      units.run(caller, async (unit) => {
        for (const one of followers) await one.before(unit, id);
        const decided = await decideWithin(unit, caller.account, id, request);
        for (const one of followers) await one.decided(unit, id);
        return decided;
      }),

    /** The same in a unit of work of another module, which knows what follows from it. */
    decideWithin,

    /** In which trade of special work it was: chosen by a reviewer, also after the verdict. */
    setTrade: (caller: SignedIn, id: string, request: TradeRequest): Promise<Violation> =>
      units.run(caller, async (unit) => {
        for (const one of followers) await one.before(unit, id);
        const { row, shown } = await chooseTrade(unit, caller.account, id, request);
        await nameRecord?.tradeChanged(unit, row);
        await events.emit(unit, 'updated', showViolation(row));
        return shown;
      }),

    /** Tells another module of verdicts on single violations, in their transactions. */
    follow: (follower: VerdictFollower) => void followers.push(follower),

    /** Who ever gave a verdict on a violation. */
    judges: async (tx: Transaction, id: string): Promise<string[]> => [
      ...new Set((await rows.findVerdicts(tx, id)).map(({ byUser }) => byUser)),
    ],

    /** Tells one module of each verdict, also of those on incidents. */
    recordNames(record: NameRecord): void {
      nameRecord = record;
    },

    /** Takes the name out of a record whose verdict stays, as it was no longer right. */
    async withdrawName(unit: Unit, id: string): Promise<void> {
      const { tx } = unit;
      for (const one of followers) await one.before(unit, id);
      const { personId } = await tx.violation.findFirstOrThrow({ where: { id } });
      if (personId !== null) await keepRecusalOf(tx, id, personId);
      await tx.violation.updateMany({
        where: { id },
        data: { ...personColumns(null), version: { increment: 1 } },
      });
      const row = await rows.findViolation(tx, id);
      if (row) await events.emit(unit, 'updated', showViolation(row));
      for (const one of followers) await one.decided(unit, id);
    },

    async history(account: Account, id: string): Promise<z.infer<typeof verdictHistory>> {
      const verdicts = await database.transaction(actorOf(account), async (tx) => {
        if (!(await rows.findWithin(tx, asReader(account), id))) {
          throw new Problem('violation.unknown');
        }
        return rows.findVerdicts(tx, id);
      });
      return {
        items: verdicts.map((verdict) => ({
          decision: verdict.decision,
          reason: verdict.reason,
          note: verdict.note,
          by: { id: verdict.byUser, displayName: verdict.byName },
          at: verdict.at.toISOString(),
          version: verdict.version,
        })) as z.infer<typeof verdictHistory>['items'],
      };
    },

    /**
     * Finds a file that every reader of violations may see: of pictures the rendition with
     * blurred faces, never the original. Logs the view.
     *
     * @throws Problem with the reason where there is no such file.
     */
    async evidence(
      caller: SignedIn,
      id: string,
      which: 'snapshot' | 'clip' | 'boxes',
    ): Promise<EvidenceFound> {
      return findEvidence(caller, await get(caller.account, id), which, {
        entity: 'violation',
        id,
      });
    },

    /**
     * The same for a record that has a violation and is given to those who may see that record.
     *
     * @param record whose view is logged.
     */
    async evidenceOf(
      caller: SignedIn,
      id: string,
      which: 'snapshot' | 'clip',
      record: { entity: 'safety-entry' | 'incident-share'; id: string },
    ): Promise<EvidenceFound> {
      const row = await database.transaction(actorOf(caller.account), (tx) =>
        rows.findViolation(tx, id),
      );
      if (!row) throw new Problem('violation.unknown');
      return findEvidence(caller, row, which, record);
    },

    countByStatus: (tenant: string) =>
      database.transaction({ tenant, user: null }, rows.countByStatus),
  };
}

async function conflict(tx: Transaction, row: rows.ViolationRow): Promise<Problem> {
  const [current] = await withNames(tx, [showViolation(row)]);
  return versionConflict('violation.version-conflict', current ?? showViolation(row));
}
