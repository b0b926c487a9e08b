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

/**
 * No consent is widened by joining files: what one of them did not agree to is not agreed to, and what was collected
 * by the other's consent is removed. The person can be asked again.
 */
export async function joinConsents(unit: Unit, pair: PersonPair): Promise<ConsentJoined[]> {
  const { tx, caller } = unit;
  const joined = await consentsJoined(tx, pair);
  for (const { purpose, from, into, result } of joined) {
    const isEnded = result !== 'given' && (from === 'given' || into === 'given');
    const isCarried = (result === 'withdrawn' || result === 'refused') && into !== result;
    if (!isEnded && !isCarried) continue;
    const newest = await tx.consentPurpose.findFirstOrThrow({
      where: { id: purpose },
      orderBy: { version: 'desc' },
    });
    if (isCarried || into === 'given') {
      await tx.consent.create({
        data: {
          tenantId: caller.tenant,
          personId: pair.into,
          purposeId: purpose,
          noticeVersion: newest.version,
          scope: newest.scope,
          decision: result === 'refused' ? 'refused' : 'withdrawn',
          how: 'desk',
          note: '两份档案合并，以较严的答复为准 / two files joined: the stricter answer counts',
          byUser: caller.account?.id ?? null,
        },
      });
    }
    const erased = await endConsent(tx, pair.into, purpose);
    await unit.audit({
      action: 'consent-withdrawn',
      entity: 'person',
      id: pair.into,
      person: pair.into,
      after: { purpose, from, into, erased },
    });
    await unit.emit({
      entity: 'consent',
      what: result === 'refused' ? 'refused' : 'withdrawn',
      subject: pair.into,
      data: { person: pair.into, purpose, noticeVersion: newest.version },
    });
  }
  return joined;
}
