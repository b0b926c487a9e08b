import { CHAIN_MOST, type ChainSource, personLink } from '../../platform/incident-chain.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import { dayIn } from '../../platform/obligations/schedule.ts';
import { factsOfPeople } from './person-facts.ts';
import { replaces } from './replacing.ts';
import { lastDay, type StateAt, stateAt } from './state.ts';
import { readCategories, typeNames } from './words.ts';

const states: Readonly<Record<StateAt['state'], Bilingual>> = {
  valid: { zh: '当时有效', en: 'valid then' },
  'not-yet': { zh: '当时尚未生效', en: 'not valid yet' },
  suspended: { zh: '当时已暂停', en: 'suspended then' },
  revoked: { zh: '当时已吊销', en: 'revoked before' },
  expired: { zh: '当时已过期', en: 'expired before' },
};

/**
 * The certificates and skills of the person in the register when the incident began. Medical checks are left out, and so
 * are expired certificates that a valid one replaces.
 */
export const chain: readonly ChainSource[] = [
  {
    kind: 'qualification',
    name: { zh: '当事人资质', en: 'Qualifications of the person' },
    part: 'before',
    permission: 'qualification:read',
    feature: 'qualifications',
    of: 'person',
    async read(tx, { person, startedAt, timeZone }, account) {
      if (person === null) return [];
      const found = await factsOfPeople(tx, person.ids, startedAt);
      const moment = { now: startedAt, today: dayIn(startedAt, timeZone) };
      const all = [...found.values()]
        .flat()
        .filter(({ type }) => type !== 'fitness')
        .map((fact) => ({ fact, ...stateAt(fact, startedAt, timeZone) }));
      const valid = all.filter(({ state }) => state === 'valid');
      const rows = all
        .filter(
          ({ fact, state }) =>
            state !== 'expired' || !valid.some((other) => replaces(other.fact, fact, moment)),
        )
        // What did not count comes first: it is what may have been missing.
        .sort((a, b) => Number(a.state === 'valid') - Number(b.state === 'valid'))
        .slice(0, CHAIN_MOST + 1);
      if (rows.length === 0) {
        return [
          {
            id: 'none',
            at: null,
            title: {
              zh: `${person.name}：当时资质台账中没有证书或技能`,
              en: `${person.name}: no certificate and no skill in the register at that time`,
            },
            detail: { zh: '不含体检', en: 'medical checks are not looked at' },
            tone: 'warn',
            link: personLink(account, person, '/me/qualifications'),
          },
        ];
      }
      const categories = await readCategories(tx);
      return rows.map(({ fact, state }) => {
        const [type, category] = [typeNames[fact.type], categories.name(fact.type, fact.category)];
        const last = lastDay(fact);
        return {
          id: fact.id,
          at: null,
          title: {
            zh: `${person.name}：${type.zh} ${category.zh}`,
            en: `${person.name}: ${type.en}, ${category.en}`,
          },
          detail: {
            zh: `${states[state].zh}${last === null ? '' : `，有效期至 ${last}`}`,
            en: `${states[state].en}${last === null ? '' : `, last day ${last}`}`,
          },
          tone: state === 'valid' ? 'ok' : 'danger',
          link: `/qualifications/${fact.id}`,
        };
      });
    },
  },
];
