import type { Transaction } from '../../platform/db/database.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import type { PersonPair } from '../../platform/facts.ts';
import { endConsent } from '../facts.ts';
import type { Consents } from './schema.ts';
import { consentsOf } from './service.ts';

type State = Consents['items'][number]['state'];

/** What two files say of a purpose, and what counts once they are joined. */
export interface ConsentJoined {
  purpose: string;
  name: { zh: string; en: string };
  from: State;
  into: State;
  result: State;
}

/** The stricter answer counts: only what both files agree to is agreed to. */
export function stricterOf(from: State, into: State): State {
  const order: readonly State[] = ['withdrawn', 'refused', 'outdated', 'unasked', 'given'];
  return order.find((one) => one === from || one === into) ?? 'unasked';
}

export async function consentsJoined(
  tx: Transaction,
  { from, into }: PersonPair,
): Promise<ConsentJoined[]> {
  const other = await consentsOf(tx, from);
  return (await consentsOf(tx, into)).items.map(({ purpose, state }) => {
    const theirs = other.items.find((one) => one.purpose.id === purpose.id)?.state ?? 'unasked';
    return {
      purpose: purpose.id,
      name: purpose.name,
      from: theirs,
      into: state,
      result: stricterOf(theirs, state),
    };
  });
}

/** Notes an answer that joining or parting files brought, and removes what was collected by the consent that ends. */
async function noteAnswer(
  unit: Unit,
  { person, purpose }: { person: string; purpose: string },
  given: { decision: 'refused' | 'withdrawn'; note: string; isWritten: boolean; after: object },
): Promise<void> {
  const { tx, caller } = unit;
  const { decision, note, isWritten, after } = given;
  const newest = await tx.consentPurpose.findFirstOrThrow({
    where: { id: purpose },
    orderBy: { version: 'desc' },
  });
  if (isWritten) {
    await tx.consent.create({
      data: {
        tenantId: caller.tenant,
        personId: person,
        purposeId: purpose,
        noticeVersion: newest.version,
        scope: newest.scope,
        decision,
        how: 'desk',
        note,
        byUser: caller.account?.id ?? null,
      },
    });
  }
  const erased = await endConsent(unit, person, purpose);
  await unit.audit({
    action: 'consent-withdrawn',
    entity: 'person',
    id: person,
    person,
    after: { purpose, ...after, erased },
  });
  await unit.emit({
    entity: 'consent',
    what: decision,
    subject: person,
    data: { person, purpose, noticeVersion: newest.version },
  });
}

/**
 * No consent is widened by joining files: what one of them did not agree to is not agreed to, and what was collected
 * by the other's consent is removed. The person can be asked again.
 */
export async function joinConsents(unit: Unit, pair: PersonPair): Promise<ConsentJoined[]> {
  const joined = await consentsJoined(unit.tx, pair);
  for (const { purpose, from, into, result } of joined) {
    const isEnded = result !== 'given' && (from === 'given' || into === 'given');
    const isCarried = (result === 'withdrawn' || result === 'refused') && into !== result;
    if (!isEnded && !isCarried) continue;
    const decision = result === 'refused' ? 'refused' : 'withdrawn';
    const note = '两份档案合并，以较严的答复为准 / two files joined: the stricter answer counts';
    const isWritten = isCarried || into === 'given';
    const given = { decision, note, isWritten, after: { from, into } } as const;
    await noteAnswer(unit, { person: pair.into, purpose }, given);
  }
  return joined;
}

/**
 * Undoing a merge restores no consent. What the merge ended, or what was answered since, does not count as agreed in
 * the reopened file, even if its own older answer says so. Consents given since the merge end in the remaining file as
 * well: it is unknown which of the two people answered.
 *
 * @param since when they were joined.
 */
export async function partConsents(unit: Unit, pair: PersonPair, since: Date): Promise<void> {
  const note = '撤销合并，须重新答复 / files parted: to be answered anew';
  const answered = new Set(
    (await consentsOf(unit.tx, pair.into)).items
      .filter(({ at }) => at !== null && new Date(at) > since)
      .map(({ purpose }) => purpose.id),
  );
  for (const { purpose, from, into, result } of await consentsJoined(unit.tx, pair)) {
    const isSince = answered.has(purpose);
    const wasGiven = (one: State) => one === 'given' || one === 'outdated';
    const given = { note, isWritten: true, after: { from, into } };
    if (wasGiven(from) && (isSince || from !== result)) {
      const decision = result === 'refused' ? 'refused' : 'withdrawn';
      await noteAnswer(unit, { person: pair.from, purpose }, { ...given, decision });
    }
    if (wasGiven(into) && isSince) {
      await noteAnswer(unit, { person: pair.into, purpose }, { ...given, decision: 'withdrawn' });
    }
  }
}
