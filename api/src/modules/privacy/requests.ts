import { ulid } from 'ulid';
import type { Account } from '../../platform/access/account.ts';
import type { Caller } from '../../platform/access/caller.ts';
import { holdersOf } from '../../platform/access/holders.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { Unit, Units } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import { noticeLink } from '../../platform/notices/kinds.ts';
import { timeMark } from '../../platform/notices/times.ts';
import type { Notices } from '../../platform/notices/types.ts';
import { privacySettingsOf } from '../../platform/privacy/settings.ts';
import type { Sealed } from '../../platform/sealed/sealed.ts';
import { correctPerson } from '../people/corrections.ts';
import { createSensitive } from '../people/sensitive.ts';
import { erase } from './erase.ts';
import { personOf } from './own-data.ts';
import { requestText } from './request-text.ts';
import { correction, type DataRequest, type Outcome, type OwnRequest } from './schema.ts';

type User = Caller & { account: Account };
type Row = Awaited<ReturnType<Transaction['dataRequest']['findFirstOrThrow']>>;

/** What a person asks for about their own data, and what the privacy officer decides. */
export function createRequests(options: { units: Units; sealed: Sealed; notices: Notices }) {
  const { units, sealed, notices } = options;
  const sensitive = createSensitive(sealed);
  const text = requestText(sealed);

  async function show(tx: Transaction, tenant: string, rows: Row[]): Promise<DataRequest[]> {
    const people = await tx.person.findMany({
      where: { id: { in: rows.map(({ personId }) => personId) } },
      select: { id: true, name: true, employeeNo: true },
    });
    const shown: DataRequest[] = [];
    for (const row of rows) {
      const person = people.find(({ id }) => id === row.personId);
      // One that cannot be decrypted must not hide the others.
      const open = (column: 'text' | 'fields', value: string, instead: string) =>
        text.open(tx, tenant, row.id, column, value).catch(() => instead);
      const fields = row.fields
        ? Object.keys(JSON.parse(await open('fields', row.fields, '{}')))
        : [];
      shown.push({
        id: row.id,
        person: person ?? { id: row.personId, name: '', employeeNo: '' },
        kind: row.kind as DataRequest['kind'],
        text: await open('text', row.text, '***'),
        fields,
        state: row.state as DataRequest['state'],
        createdAt: row.createdAt.toISOString(),
        dueAt: row.dueAt.toISOString(),
        overdue: row.state === 'open' && row.dueAt < new Date(),
        decidedAt: row.decidedAt?.toISOString() ?? null,
        answer: row.answer,
        result: row.result as Outcome | null,
      });
    }
    return shown;
  }

  async function correct(unit: Unit, row: Row): Promise<string[]> {
    const { tx, caller } = unit;
    if (!row.fields) return [];
    const plain = await text.open(tx, caller.tenant, row.id, 'fields', row.fields);
    const { phone, nationalId, name, hiredOn } = correction.parse(JSON.parse(plain));
    await correctPerson(unit, sensitive, row.personId, { phone, nationalId, name, hiredOn });
    const fields = Object.entries({ phone, nationalId, name, hiredOn })
      .filter(([, value]) => value !== undefined)
      .map(([field]) => field);
    await unit.audit({
      action: 'update',
      entity: 'person',
      id: row.personId,
      person: row.personId,
      after: {
        request: row.id,
        ...Object.fromEntries(fields.map((field) => [field, 'corrected'])),
      },
    });
    return fields;
  }

  return {
    create(user: User, given: OwnRequest): Promise<DataRequest> {
      return units.run(user, async (unit) => {
        const { tx } = unit;
        const personId = personOf(user);
        const { answerDays } = await privacySettingsOf(tx);
        const id = ulid();
        const { tenant } = user;
        const row = await tx.dataRequest.create({
          data: {
            tenantId: tenant,
            id,
            personId,
            kind: given.kind,
            text: await text.seal(tx, tenant, id, 'text', given.text),
            fields: given.fields
              ? await text.seal(tx, tenant, id, 'fields', JSON.stringify(given.fields))
              : null,
            dueAt: workingDaysAfter(new Date(), answerDays),
          },
        });
        const line = { entity: 'data-request', id, person: personId } as const;
        await unit.audit({ ...line, action: 'create', after: { kind: given.kind } });
        await unit.emit({
          entity: 'data-request',
          what: 'created',
          subject: id,
          data: { person: personId, kind: given.kind, dueAt: row.dueAt.toISOString() },
        });
        const until = timeMark(row.dueAt);
        const officers = await holdersOf(tx, 'privacy:manage');
        await notices.notify(unit, {
          // Users do not decide on their own requests.
          to: officers.filter((officer) => officer !== user.account.id),
          kind: 'privacy.request',
          severity: 'warning',
          title: kindWords[given.kind],
          body: { zh: `须在 ${until} 前答复。`, en: `It has to be answered by ${until}.` },
          link: noticeLink('privacy.request', id),
          subject: { entity: 'data-request', id },
        });
        return (await show(tx, tenant, [row]))[0] as DataRequest;
      });
    },

    own: (user: User): Promise<{ items: DataRequest[] }> =>
      units.run(user, async ({ tx }) => {
        const where = { personId: personOf(user) };
        const rows = await tx.dataRequest.findMany({ where, orderBy: { id: 'desc' }, take: 200 });
        return { items: await show(tx, user.tenant, rows) };
      }),

    list: (user: User, state?: DataRequest['state']): Promise<{ items: DataRequest[] }> =>
      units.run(user, async ({ tx }) => {
        const where = state ? { state } : {};
        const rows = await tx.dataRequest.findMany({ where, orderBy: { dueAt: 'asc' }, take: 200 });
        return { items: await show(tx, user.tenant, rows) };
      }),

    /**
     * Decides a request. Approved ones are executed at once; legal exemptions are listed with
     * reasons. A person's own request must be decided by another.
     */
    decide(
      user: User,
      id: string,
      given: { decision: 'grant' | 'refuse'; answer: string },
    ): Promise<DataRequest> {
      return units.run(user, async (unit) => {
        const { tx } = unit;
        const row = await tx.dataRequest.findFirst({ where: { id } });
        if (!row) throw new Problem('data-request.unknown');
        if (row.state !== 'open') throw new Problem('data-request.decided');
        if (row.personId === user.account.person) {
          throw new Problem(
            'auth.forbidden',
            'A request of your own has to be decided by another person.',
          );
        }
        const result: Outcome = { erased: [], kept: [], corrected: [] };
        if (given.decision === 'grant') {
          if (row.kind === 'correct') result.corrected = await correct(unit, row);
          else Object.assign(result, await erase(unit, row.personId));
        }
        const granted = result.kept.length > 0 ? 'partly' : 'granted';
        const state = given.decision === 'refuse' ? 'refused' : granted;
        const { count } = await tx.dataRequest.updateMany({
          where: { id, state: 'open' },
          data: {
            state,
            decidedAt: new Date(),
            decidedBy: user.account.id,
            answer: given.answer,
            result,
          },
        });
        if (count === 0) throw new Problem('data-request.decided');
        await unit.audit({
          action: state === 'refused' ? 'refuse' : 'grant',
          entity: 'data-request',
          id,
          person: row.personId,
          after: { state, result },
          reason: given.answer,
        });
        await unit.emit({
          entity: 'data-request',
          what: 'decided',
          subject: id,
          data: { person: row.personId, state },
        });
        const accounts = await tx.appUser.findMany({
          where: { personId: row.personId, active: true },
          select: { id: true },
        });
        await notices.notify(unit, {
          to: accounts.map((account) => account.id),
          kind: 'privacy.decided',
          severity: 'info',
          title: decidedWords[state],
          body: { zh: '答复见“我的数据”。', en: 'The answer is under "My data".' },
          link: noticeLink('privacy.decided', id),
          subject: { entity: 'data-request', id },
        });
        const after = await tx.dataRequest.findFirstOrThrow({ where: { id } });
        return (await show(tx, user.tenant, [after]))[0] as DataRequest;
      });
    },
  };
}

const kindWords = {
  correct: { zh: '有人请求更正个人信息', en: 'A request to correct personal data' },
  erase: { zh: '有人请求删除个人信息', en: 'A request to erase personal data' },
} as const satisfies Record<OwnRequest['kind'], object>;

const decidedWords = {
  granted: { zh: '您的个人信息请求已办理', en: 'Your request about your data was granted' },
  partly: {
    zh: '您的个人信息请求已部分办理',
    en: 'Your request about your data was granted in part',
  },
  refused: { zh: '您的个人信息请求未获同意', en: 'Your request about your data was refused' },
} as const;

/** Without weekends; holidays only extend the time to respond. */
export function workingDaysAfter(from: Date, days: number): Date {
  const at = new Date(from);
  for (let left = days; left > 0; ) {
    at.setUTCDate(at.getUTCDate() + 1);
    if (at.getUTCDay() !== 0 && at.getUTCDay() !== 6) left--;
  }
  return at;
}
