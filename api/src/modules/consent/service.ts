import type { Account } from '../../platform/access/account.ts';
import type { Caller } from '../../platform/access/caller.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { Unit, Units } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import { requireVersion } from '../../platform/kit/save.ts';
import { endConsent } from '../facts.ts';
import { personWithin } from '../people/service.ts';
import { consentOverview } from './overview.ts';
import type { ConsentOverview, Consents, Purpose, PurposeInput } from './schema.ts';

type User = Caller & { account: Account };
type Decision = 'given' | 'refused' | 'withdrawn';
type How = 'phone' | 'paper' | 'desk';
type Bilingual = { zh: string; en: string };

export type ConsentService = ReturnType<typeof createConsentService>;

/** The newest version of each purpose. */
async function purposes(tx: Transaction): Promise<Purpose[]> {
  const rows = await tx.consentPurpose.findMany({
    orderBy: [{ id: 'asc' }, { version: 'desc' }],
  });
  const newest = new Map<string, Purpose>();
  for (const row of rows) {
    const known = newest.get(row.id);
    const counts = row.renew || row.version === 1 ? row.version : 1;
    if (known) {
      known.validFrom = Math.max(known.validFrom, counts);
      continue;
    }
    newest.set(row.id, {
      id: row.id,
      version: row.version,
      name: row.name as Bilingual,
      notice: row.notice as Bilingual,
      scope: row.scope,
      sensitive: row.sensitive,
      validFrom: counts,
      active: row.active,
      createdAt: row.createdAt.toISOString(),
    });
  }
  return [...newest.values()];
}

/** A person's answers to each purpose, and their current state. */
export async function consentsOf(tx: Transaction, person: string): Promise<Consents> {
  const all = await purposes(tx);
  const lines = await tx.consent.findMany({
    where: { personId: person },
    orderBy: { seq: 'desc' },
    take: 1000,
  });
  return {
    items: all
      .filter(({ active }) => active)
      .map((purpose) => {
        const newest = lines.find(({ purposeId }) => purposeId === purpose.id);
        const outdated = newest?.decision === 'given' && newest.noticeVersion < purpose.validFrom;
        return {
          purpose,
          state: outdated ? 'outdated' : ((newest?.decision as Decision | undefined) ?? 'unasked'),
          at: newest?.at.toISOString() ?? null,
          noticeVersion: newest?.noticeVersion ?? null,
        };
      }),
    history: lines.map((line) => ({
      purpose: line.purposeId,
      noticeVersion: line.noticeVersion,
      scope: line.scope,
      decision: line.decision as Decision,
      how: line.how as How,
      note: line.note,
      at: line.at.toISOString(),
    })),
  };
}

/** Notices before data collection, and the answers. */
export function createConsentService({ units }: { units: Units }) {
  async function decide(
    unit: Unit,
    person: string,
    given: {
      purpose: string;
      noticeVersion: number | null;
      decision: Decision;
      how: How;
      note: string | null;
    },
  ): Promise<void> {
    const { tx, caller } = unit;
    // What is being recorded of the person is committed first, or reads this answer.
    await tx.$queryRaw`SELECT id FROM person WHERE id = ${person} FOR NO KEY UPDATE`;
    const purpose = (await purposes(tx)).find(({ id }) => id === given.purpose);
    // A consent can be withdrawn after its purpose became inactive.
    const isAsked = purpose?.active || given.decision === 'withdrawn';
    if (!purpose || !isAsked) throw new Problem('consent.purpose-unknown');
    // A withdrawal does not require the newest text.
    if (given.decision !== 'withdrawn' && given.noticeVersion !== purpose.version) {
      throw new Problem('consent.notice-old', undefined, { current: purpose });
    }
    await tx.consent.createMany({
      data: [
        {
          tenantId: caller.tenant,
          personId: person,
          purposeId: purpose.id,
          noticeVersion: purpose.version,
          scope: purpose.scope,
          decision: given.decision,
          how: given.how,
          note: given.note,
          byUser: caller.account?.id ?? null,
        },
      ],
    });
    const erased = given.decision === 'given' ? 0 : await endConsent(unit, person, purpose.id);
    await unit.audit({
      action: `consent-${given.decision}`,
      entity: 'person',
      id: person,
      person,
      after: { purpose: purpose.id, noticeVersion: purpose.version, how: given.how, erased },
      reason: given.note,
    });
    await unit.emit({
      entity: 'consent',
      what: given.decision,
      subject: person,
      data: { person, purpose: purpose.id, noticeVersion: purpose.version },
    });
  }
  const ownPerson = (user: User): string => {
    if (user.account.person === null) {
      throw new Problem('person.unknown', 'This account belongs to no person.');
    }
    return user.account.person;
  };

  return {
    purposes: (user: User): Promise<{ items: Purpose[] }> =>
      units.run(user, async ({ tx }) => ({ items: await purposes(tx) })),

    /** A change is a new version: the text that people agreed to stays readable. */
    putPurpose(user: User, id: string, given: PurposeInput): Promise<Purpose> {
      return units.run(user, async (unit) => {
        const { tx } = unit;
        const before = (await purposes(tx)).find((one) => one.id === id);
        requireVersion('privacy.version-conflict', before, given.version);
        const { version, ...fields } = given;
        const written = await tx.consentPurpose.createMany({
          data: [
            {
              tenantId: user.tenant,
              id,
              version: version + 1,
              ...fields,
              createdBy: user.account.id,
            },
          ],
          skipDuplicates: true,
        });
        if (written.count === 0) throw new Problem('privacy.version-conflict');
        await unit.audit({
          action: before ? 'update' : 'create',
          entity: 'consent-purpose',
          id,
          before: before ?? null,
          after: fields,
        });
        const after = (await purposes(tx)).find((one) => one.id === id);
        if (!after) throw new Problem('consent.purpose-unknown');
        return after;
      });
    },

    /** Aggregated answers without names. */
    overview: (user: User): Promise<ConsentOverview> =>
      units.run(user, async ({ tx }) => consentOverview(tx, await purposes(tx))),

    own: (user: User): Promise<Consents> =>
      units.run(user, ({ tx }) => consentsOf(tx, ownPerson(user))),

    decideOwn(
      user: User,
      given: { purpose: string; noticeVersion: number; decision: Decision },
    ): Promise<Consents> {
      return units.run(user, async (unit) => {
        const person = ownPerson(user);
        await decide(unit, person, { ...given, how: 'phone', note: null });
        return consentsOf(unit.tx, person);
      });
    },

    of(user: User, person: string): Promise<Consents> {
      return units.run(user, async ({ tx, audit }) => {
        await personWithin(tx, user.account, 'person:read', person);
        await audit({
          action: 'view',
          entity: 'person',
          id: person,
          person,
          after: { what: 'consents' },
        });
        return consentsOf(tx, person);
      });
    },

    /** Records an answer given on paper or in person. */
    record(
      user: User,
      person: string,
      given: {
        purpose: string;
        noticeVersion: number;
        decision: Decision;
        how: How;
        note: string;
      },
    ): Promise<Consents> {
      return units.run(user, async (unit) => {
        await personWithin(unit.tx, user.account, 'person:manage', person);
        await decide(unit, person, given);
        return consentsOf(unit.tx, person);
      });
    },

    withdraw(user: User, person: string, given: { purpose: string; note: string }) {
      return units.run(user, async (unit): Promise<Consents> => {
        await personWithin(unit.tx, user.account, 'person:manage', person);
        await decide(unit, person, {
          ...given,
          noticeVersion: null,
          decision: 'withdrawn',
          how: 'desk',
        });
        return consentsOf(unit.tx, person);
      });
    },
  };
}
