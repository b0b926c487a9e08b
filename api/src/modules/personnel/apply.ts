import type { Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import { dayText } from '../../platform/kit/schemas.ts';
import { companyGiven } from '../people/companies.ts';
import type { KindGiven, PersonKind } from '../people/kinds.ts';
import { remainingOf } from '../people/merged.ts';
import type { PeopleMoves } from '../people/moves.ts';
import { isStepDue } from '../people/planned-steps.ts';
import { resolvePost } from '../people/posts.ts';
import { findPerson, type PersonRow } from '../people/repository.ts';
import type { Statement, StatementChange } from './schema.ts';

/** Which system calls whom what. */
export interface Key {
  system: string;
  externalId: string;
}

/** What a statement did, or that its day is not there yet. */
export interface Applied {
  person: string | null;
  changes: StatementChange[];
  planned: boolean;
}

/** Names are compared without spaces and case. */
const plain = (text: string) => text.replace(/\s+/g, '').toLowerCase();

/** The one department in use with this id or name. @throws Problem `personnel.department-unknown`. */
async function departmentOf(tx: Transaction, words: string): Promise<string> {
  const all = await tx.department.findMany({
    where: { active: true },
    select: { id: true, name: true },
  });
  const found = all.filter(({ id, name }) => {
    const { zh, en } = name as { zh: string; en: string };
    return [id, zh, en].some((one) => plain(one) === plain(words));
  });
  const exact = found.find(({ id }) => id === words);
  const one = exact ?? (found.length === 1 ? found[0] : undefined);
  if (!one) throw new Problem('personnel.department-unknown', `The department is "${words}".`);
  return one.id;
}

/** Whether a statement counts now, or waits for its day. */
const isDue = ({ effectiveOn, status }: Statement, today: string): boolean =>
  effectiveOn === null || isStepDue(status === 'left' ? 'leave' : 'move', effectiveOn, today);

/**
 * Kind, company, host and last day as a statement gives them; what it leaves out is left out.
 *
 * @param row the file; null for a new one.
 * @throws Problem `personnel.host-unknown`, `personnel.valid-until-past` for another last day than the file has.
 */
async function termsOf(
  tx: Transaction,
  { system }: Key,
  { kind, company, host, validUntil }: Statement,
  { row, today }: { row: PersonRow | null; today: string },
): Promise<KindGiven> {
  const known = row?.validUntil ? dayText(row.validUntil) : null;
  if (validUntil && validUntil < today && validUntil !== known) {
    throw new Problem('personnel.valid-until-past', `The last day is ${validUntil}.`);
  }
  const isContractor = (kind ?? row?.kind) === 'contractor';
  const given = {
    kind,
    ...(company ? await companyGiven(tx, company, isContractor, row) : { company }),
    validUntil,
  };
  if (host === undefined || host === null) return { ...given, hostId: host };
  const id =
    (await tx.person.findFirst({ where: { employeeNo: host }, select: { id: true } }))?.id ??
    (await tx.personAlias.findFirst({ where: { system, externalId: host } }))?.personId;
  if (!id) throw new Problem('personnel.host-unknown', `The host is "${host}".`);
  return { ...given, hostId: await remainingOf(tx, id) };
}

/** What of it is not so in the file yet. */
function changedTerms(row: PersonRow, terms: KindGiven): KindGiven {
  const has: Required<KindGiven> = {
    kind: row.kind as PersonKind,
    company: row.company,
    supplierId: row.supplierId,
    hostId: row.hostId,
    validUntil: row.validUntil ? dayText(row.validUntil) : null,
  };
  const other = Object.entries(terms).filter(
    ([name, value]) => value !== undefined && value !== has[name as keyof KindGiven],
  );
  return Object.fromEntries(other);
}

/** Whether a number is that of a file that was joined with this person's. */
async function isNumberOf(tx: Transaction, person: string, employeeNo: string): Promise<boolean> {
  const other = await tx.person.findFirst({ where: { employeeNo }, select: { id: true } });
  return other !== null && (await remainingOf(tx, other.id)) === person;
}

/**
 * A system may still send what it knew of a file that was joined, such as that it was left before a new employment: the
 * number of the remaining file says whether the person works here.
 *
 * @throws Problem `personnel.joined-file`.
 */
async function refuseOldFile(tx: Transaction, { id, employeeNo }: PersonRow, given: Statement) {
  if (given.employeeNo === employeeNo) return;
  if (await isNumberOf(tx, id, given.employeeNo)) throw new Problem('personnel.joined-file');
}

/** Brings the file of a person to what a personnel system states. */
export function createApply(moves: PeopleMoves) {
  /**
   * @throws Problem `personnel.other-name`: a wrong number must not take over the file of another;
   *   `personnel.other-id`: two ids of one system for one person would state against each other.
   */
  async function personOf(tx: Transaction, { system, externalId }: Key, given: Statement) {
    const alias = await tx.personAlias.findFirst({ where: { system, externalId } });
    if (alias) return { row: await findPerson(tx, alias.personId), alias };
    const known = await tx.person.findFirst({ where: { employeeNo: given.employeeNo } });
    if (known && plain(known.name) !== plain(given.name)) {
      throw new Problem('personnel.other-name', `${given.employeeNo} is ${known.name}.`);
    }
    const other =
      known && (await tx.personAlias.findFirst({ where: { system, personId: known.id } }));
    if (other) {
      throw new Problem('personnel.other-id', `${given.employeeNo} is ${other.externalId} there.`);
    }
    // The number of a file that was joined leads to the one that remains.
    const id = known && (await remainingOf(tx, known.id));
    return { row: id ? await findPerson(tx, id) : null, alias: null };
  }

  async function bring(
    unit: Unit,
    row: PersonRow,
    given: Statement & { terms: KindGiven },
    { department, today }: { department: string; today: string },
  ): Promise<StatementChange[]> {
    const { tx } = unit;
    const changes: StatementChange[] = [];
    const reread = async () => (await findPerson(tx, row.id)) ?? row;
    const isJoined =
      given.employeeNo !== row.employeeNo && (await isNumberOf(tx, row.id, given.employeeNo));
    const number = isJoined ? row.employeeNo : given.employeeNo;
    if (given.name !== row.name || number !== row.employeeNo) {
      await moves.amend(unit, row, { name: given.name, employeeNo: number });
      changes.push('renamed');
    }
    const terms = changedTerms(row, given.terms);
    if (Object.keys(terms).length > 0) {
      await moves.setKind(unit, await reread(), terms);
      changes.push('terms');
    }
    // What was not stated stays, also a post that is out of use.
    const kept =
      given.post === undefined && row.departmentId === department
        ? { post: row.post, postId: row.postId }
        : null;
    const post = given.post === undefined ? row.post : given.post;
    const held = kept ?? (await resolvePost(tx, { post }, department));
    if (row.status === 'left') {
      const to = { departmentId: department, post: held.post, on: given.effectiveOn ?? today };
      await moves.comeBack(unit, await reread(), to);
      return [...changes, 'returned'];
    }
    const isThere =
      row.departmentId === department && row.postId === held.postId && row.post === held.post;
    if (isThere) return changes;
    await moves.transfer(unit, await reread(), { departmentId: department, ...held });
    return [...changes, 'moved'];
  }

  async function keepAlias(unit: Unit, key: Key, person: string, at: string): Promise<void> {
    const { tx, caller } = unit;
    const stated = { statedAt: new Date(at), updatedAt: new Date() };
    const { count } = await tx.personAlias.updateMany({ where: key, data: stated });
    if (count > 0) return;
    const id = newId();
    await tx.personAlias.create({
      data: { tenantId: caller.tenant, id, personId: person, ...key, ...stated },
    });
    await unit.audit({ action: 'create', entity: 'person-alias', id, person, after: { ...key } });
  }

  return async function apply(
    unit: Unit,
    key: Key,
    given: Statement,
    today: string,
  ): Promise<Applied> {
    const { row, alias } = await personOf(unit.tx, key, given);
    const linked: StatementChange[] = row && !alias ? ['linked'] : [];
    if (given.status === 'left') {
      // Whatever else is wrong with it: who left must not keep rights and badges.
      if (!isDue(given, today)) return { person: row?.id ?? null, changes: [], planned: true };
      if (!row) return { person: null, changes: [], planned: false };
      const leaves = row.status !== 'left';
      if (leaves) await refuseOldFile(unit.tx, row, given);
      if (leaves) await moves.leave(unit, row, given.effectiveOn ?? today);
      await keepAlias(unit, key, row.id, given.at);
      return {
        person: row.id,
        changes: [...linked, ...(leaves ? ['left' as const] : [])],
        planned: false,
      };
    }
    const department = await departmentOf(unit.tx, given.department);
    const terms = await termsOf(unit.tx, key, given, { row, today });
    if (!isDue(given, today)) return { person: row?.id ?? null, changes: [], planned: true };
    const { system, externalId } = key;
    const changes = [...linked];
    let person = row?.id;
    if (row) changes.push(...(await bring(unit, row, { ...given, terms }, { department, today })));
    else {
      person = await moves.join(unit, {
        employeeNo: given.employeeNo,
        name: given.name,
        departmentId: department,
        post: given.post ?? null,
        hiredOn: given.effectiveOn,
        ...terms,
        source: { system, ref: externalId },
      });
      changes.push('joined');
    }
    await keepAlias(unit, key, person as string, given.at);
    return { person: person as string, changes, planned: false };
  };
}
