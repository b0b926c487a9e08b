import { expect } from 'vitest';
import { checkCharacter } from '../modules/people/identity.ts';
import type { Person } from '../modules/people/schema.ts';
import { factsOfPeople } from '../modules/qualifications/person-facts.ts';
import type { QualificationView } from '../modules/qualifications/schema.ts';
import { drawPicture } from './media.ts';
import { uploadFile } from './tus.ts';
import type { UsedApi } from './use-api.ts';
import { makeUser } from './users.ts';

export const NATIONAL_ID = `32049919900101001${checkCharacter('32049919900101001')}`;

/** A qualification, or why there is none. */
export type QualificationAnswer = QualificationView & {
  code: string;
  errors: { field: string }[];
  current?: QualificationView;
};
export interface QualificationList {
  items: QualificationView[];
  next: string | null;
  waiting: number;
}

/** What the tests of qualifications do over the API. */
export function qualificationActs(used: UsedApi) {
  const send = <Body = QualificationAnswer>(
    user: string,
    method: string,
    path: string,
    body?: object,
  ) => used.api.send<Body>(user, method, path, body);
  let count = 0;
  async function hired(more: object = {}): Promise<Person> {
    const body = { employeeNo: `Q${++count}`, name: `Person ${count}`, departmentId: 'press-shop' };
    const answer = await send<Person>('staff', 'POST', '/persons', { ...body, ...more });
    expect(answer.status, JSON.stringify(answer.body)).toBe(201);
    return answer.body;
  }
  const welding = (more: object = {}) => ({
    type: 'special-work',
    category: 'welding',
    number: 'JS-1',
    issuer: 'Bureau',
    issuedOn: '2025-01-10',
    validFrom: '2025-01-10',
    ...more,
  });
  const add = (person: { id: string }, input: object, user = 'office') =>
    send(user, 'POST', `/persons/${person.id}/qualifications`, input);
  async function added(
    person: { id: string },
    input: object = welding(),
  ): Promise<QualificationView> {
    const { status, body } = await add(person, input);
    expect(status, JSON.stringify(body)).toBe(201);
    return body;
  }
  const step = ({ id, version }: QualificationView, name: string, user = 'office') =>
    send(user, 'POST', `/qualifications/${id}/${name}`, { version, reason: 'as reported' });
  const check = (
    { id, version }: QualificationView,
    decision: string,
    user = 'checker',
    reason: string | null = 'not readable',
  ) => send(user, 'POST', `/qualifications/${id}/check`, { version, decision, reason });
  const scan = async (user: string, bytes?: Buffer, options = {}) =>
    uploadFile(
      used.api,
      await used.api.signIn(user),
      bytes ?? (await drawPicture(++count)),
      options,
    );
  /** Sent by the person of the account `sender`. */
  const sent = async (more: object = {}) =>
    send(
      'sender',
      'POST',
      '/me/qualifications',
      welding({ fileIds: [await scan('sender')], ...more }),
    );
  const auditOf = (id: string) =>
    used.database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.auditLog.findMany({ where: { entityId: id }, orderBy: { seq: 'asc' } }),
    );
  const factsOf = async (person: string, instant = new Date()) =>
    (
      await used.database.transaction({ tenant: 'demo', user: null }, (tx) =>
        factsOfPeople(tx, [person], instant),
      )
    ).get(person) ?? [];

  /** Makes the accounts; `sender` belongs to the person that is returned. */
  async function makeAccounts(): Promise<Person> {
    const { database } = used;
    await makeUser(database, 'staff', ['person:read@all', 'person:manage@all']);
    await makeUser(database, 'office', [
      'qualification:read@all',
      'qualification:manage@all',
      'person:read@all',
    ]);
    await makeUser(database, 'checker', ['qualification:read@all', 'qualification:check@all']);
    await makeUser(database, 'doctor', [
      'qualification:read@all',
      'qualification:manage@all',
      'fitness:manage@all',
    ]);
    await makeUser(database, 'revealer', [
      'qualification:read@all',
      'fitness:reveal@all',
      'person:reveal@all',
    ]);
    await makeUser(database, 'planner', [
      'obligation:read@all',
      'qualification:read@all',
      'person:read@all',
    ]);
    const sender = await hired();
    await makeUser(
      database,
      'sender',
      [
        'qualification:read@all',
        'qualification:manage@all',
        'qualification:check@all',
        'obligation:read@own',
      ],
      { employeeNo: sender.employeeNo },
    );
    await makeUser(
      database,
      'press-head',
      ['qualification:read@department', 'qualification:manage@department'],
      {
        employeeNo: 'E005',
      },
    );
    return sender;
  }

  return {
    send,
    hired,
    welding,
    add,
    added,
    step,
    check,
    scan,
    sent,
    auditOf,
    factsOf,
    makeAccounts,
  };
}
