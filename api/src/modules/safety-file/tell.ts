import { accountsOf, holdersOf, holdersWithin } from '../../platform/access/holders.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import { noticeLink } from '../../platform/notices/kinds.ts';
import { timeMark } from '../../platform/notices/times.ts';
import type { Notices } from '../../platform/notices/types.ts';
import type { EntryRow } from './rows.ts';

/** What became of an entry, for the person. */
export type Told = 'taken-back' | 'withdrawn' | 'upheld' | 'moved';

const titles: Record<Told, (kind: Bilingual) => Bilingual> = {
  'taken-back': (kind) => ({
    zh: `违章记录已收回：${kind.zh}`,
    en: `A violation was taken back from your file: ${kind.en}`,
  }),
  withdrawn: (kind) => ({
    zh: `异议成立，违章记录已撤销：${kind.zh}`,
    en: `Your objection was granted: ${kind.en}`,
  }),
  upheld: (kind) => ({
    zh: `异议未成立，违章记录维持：${kind.zh}`,
    en: `Your objection was not granted: ${kind.en}`,
  }),
  moved: (kind) => ({
    zh: `违章记录误记在您名下，已更正：${kind.zh}`,
    en: `A violation was wrongly entered in your file, and is corrected: ${kind.en}`,
  }),
};
const bodies: Record<Told, Bilingual> = {
  'taken-back': {
    zh: '复核人撤回了结论，该记录不再计入。',
    en: 'The verdict was undone, and the entry does not count any more.',
  },
  withdrawn: {
    zh: '该记录保留在历史中，不再计入。打开可查看理由。',
    en: 'The entry stays in the history and does not count any more. Open it to read why.',
  },
  upheld: { zh: '打开可查看理由。', en: 'Open it to read why.' },
  moved: {
    zh: '当时的工牌登记有误。该记录保留在历史中，不再计入。',
    en: 'The badge was entered for the wrong person. The entry stays in the history and does not count.',
  },
};

export type FileTell = ReturnType<typeof createFileTell>;

/** Tells people what happens in their files. */
export function createFileTell(notices: Notices) {
  const send = (
    unit: Unit,
    to: string[],
    entry: Pick<EntryRow, 'id' | 'personId'>,
    notice: {
      kind: 'safety-entry.written' | 'safety-entry.changed' | 'safety-entry.untold';
      title: Bilingual;
      body: Bilingual;
    },
  ) =>
    notices.notify(unit, {
      to,
      severity: 'warning',
      link: noticeLink(
        notice.kind,
        notice.kind === 'safety-entry.untold' ? entry.personId : entry.id,
      ),
      subject: { entity: 'safety-entry', id: entry.id },
      ...notice,
    });
  /** The heads of the person's department; where there are none, who decides objections. */
  async function headsOf({ tx }: Unit, person: string): Promise<string[]> {
    const found = await tx.person.findFirst({
      where: { id: person },
      select: { departmentId: true, department: { select: { site: true } } },
    });
    const place = { department: found?.departmentId ?? null, site: found?.department.site ?? null };
    const heads = await holdersWithin(tx, 'violation:read', place);
    const all = new Set(await holdersOf(tx, 'violation:read', 'all'));
    const near = heads.filter((id) => !all.has(id));
    return near.length > 0 ? near : holdersOf(tx, 'objection:decide');
  }
  return {
    /** The accounts of a person who can be told. */
    accountsOf,

    async written(unit: Unit, entry: EntryRow, to: string[]): Promise<void> {
      const kind = entry.kindName as Bilingual;
      const camera = entry.cameraName as Bilingual;
      const [when, last] = [timeMark(entry.startedAt), timeMark(entry.objectUntil)];
      await send(unit, to, entry, {
        kind: 'safety-entry.written',
        title: {
          zh: `您的安全档案新增违章记录：${kind.zh}`,
          en: `A violation was entered in your safety file: ${kind.en}`,
        },
        body: {
          zh: `${when}，${camera.zh}。可查看影像；不同意的，可在 ${last} 前提出异议。`,
          en: `${when}, ${camera.en}. Open it to see the evidence; you may object until ${last}.`,
        },
      });
    },

    /** Asks others to tell a person who has no account. The time to object does not run before. */
    async untold(unit: Unit, entry: EntryRow): Promise<void> {
      const { name } = await unit.tx.person.findFirstOrThrow({ where: { id: entry.personId } });
      const kind = entry.kindName as Bilingual;
      await send(unit, await headsOf(unit, entry.personId), entry, {
        kind: 'safety-entry.untold',
        title: {
          zh: `请当面告知${name}：安全档案新增违章记录（${kind.zh}）`,
          en: `Tell ${name} in person: a violation was entered in their safety file (${kind.en})`,
        },
        body: {
          zh: '本人没有账号。请当面出示影像，并登记告知日期；异议期限自告知之日起算。本人有异议的，在同一处登记书面或口头异议。',
          en: 'The person has no account. Show them the evidence and record the day: the time to object runs from it. Record there, too, what they object on paper or at the desk.',
        },
      });
    },

    async changed(unit: Unit, entry: EntryRow, what: Told): Promise<void> {
      const title = titles[what](entry.kindName as Bilingual);
      const accounts = await accountsOf(unit.tx, entry.personId);
      if (accounts.length > 0) {
        await send(unit, accounts, entry, {
          kind: 'safety-entry.changed',
          title,
          body: bodies[what],
        });
        return;
      }
      const { name } = await unit.tx.person.findFirstOrThrow({ where: { id: entry.personId } });
      await send(unit, await headsOf(unit, entry.personId), entry, {
        kind: 'safety-entry.untold',
        title: {
          // The words are those for the person.
          zh: `请当面告知${name}：“${title.zh}”`,
          en: `Tell ${name} in person: “${title.en}”`,
        },
        body: bodies[what],
      });
    },
  };
}
