import type { Unit } from '../../platform/db/unit-of-work.ts';
import type { Erased } from '../../platform/facts.ts';
import { readFacts } from '../facts.ts';
import { idsOfPerson } from '../people/merged.ts';
import { holdPeople } from '../people/rebinding.ts';
import { register } from './register.ts';
import type { Outcome } from './schema.ts';

type Text = { zh: string; en: string };

/** Data exempt from erasure, with the legal basis (PIPL article 47). */
const kept: Record<string, Text> = {
  'violation-records': {
    zh: '履行安全生产法定义务所必需的安全档案，依据第四十七条第二款停止其他处理',
    en: 'Safety records that a duty by law needs; by PIPL 47 nothing else is done with them',
  },
  'hazard-records': {
    zh: '《安全生产法》第四十一条要求如实记录隐患排查治理情况',
    en: 'Work Safety Law 41 asks for true records of hazards',
  },
  attendance: {
    zh: '出勤时间是工资依据：《工资支付暂行规定》第六条要求工资支付记录保存两年以上；工牌、地点与手机位置已删除',
    en: 'The times are the basis of pay, of which Interim Provisions on Payment of Wages 6 asks for records of two years; badge, place and location of the phone are removed',
  },
  'audit-log': {
    zh: '《网络安全法》要求留存日志；哈希链不可删减',
    en: 'The Cybersecurity Law asks for logs to be kept; nothing is taken out of the chain',
  },
  consents: {
    zh: '证明已告知并取得同意的记录',
    en: 'The proof of notice and consent',
  },
};
const employed: Text = {
  zh: '在职期间履行劳动合同、工伤保险等法定义务所必需，离职后按登记的期限删除',
  en: 'Needed by law while employed, such as for insurance; removed after leaving, in the term of the register',
};
const personFile: Text = {
  zh: '安全档案须能对应到人员；不再用于其他目的',
  en: 'Safety records must name their person; it is used for nothing else',
};

/**
 * Erases a person's data as far as the law allows: positions, agreements, and after leaving the
 * identity number and the phone. Reports the reason for the rest.
 */
export async function erase(
  unit: Unit,
  personId: string,
): Promise<Pick<Outcome, 'erased' | 'kept'>> {
  const { tx, caller } = unit;
  // What is being recorded by a consent of the person is committed first, and goes as well.
  await holdPeople(tx, [personId]);
  const policies = new Map((await register(tx)).map((policy) => [policy.id, policy]));
  const nameOf = (id: string): Text => policies.get(id)?.name ?? { zh: id, en: id };
  const person = await tx.person.findFirstOrThrow({ where: { id: personId } });
  const result: Pick<Outcome, 'erased' | 'kept'> = { erased: [], kept: [] };
  const note = (policy: string, count: number) =>
    result.erased.push({ policy, name: nameOf(policy), count });
  const keep = (policy: string, why: Text) =>
    result.kept.push({ policy, name: nameOf(policy), why });

  // What builds on other modules goes first, while these still have what goes.
  const erased: Erased[] = [];
  const ids = await idsOfPerson(tx, personId);
  for (const facts of (await readFacts()).toReversed()) {
    const counts = new Map<string, number>();
    // Also what stayed with files that were joined. Whether the person left is said by the one that remains.
    for (const id of ids) {
      for (const { policy, count } of (await facts.erase?.(unit, { ...person, id })) ?? []) {
        counts.set(policy, (counts.get(policy) ?? 0) + count);
      }
    }
    erased.unshift(...[...counts].map(([policy, count]) => ({ policy, count })));
  }
  for (const { policy, count } of erased) note(policy, count);
  if (person.status !== 'left') keep('person-sensitive', employed);
  keep('person-file', personFile);
  for (const [policy, why] of Object.entries(kept)) keep(policy, why);
  await unit.audit({
    action: 'erase',
    entity: 'person',
    id: personId,
    person: personId,
    after: { erased: result.erased.map(({ policy, count }) => `${policy}: ${count}`) },
  });
  await unit.emit({
    entity: 'person',
    what: 'erased',
    subject: personId,
    data: { person: personId, by: caller.account?.id ?? null },
  });
  return result;
}
