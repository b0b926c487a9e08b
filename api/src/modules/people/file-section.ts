import type { FileRow, FileSection } from '../../platform/file-sections.ts';
import { dayText } from '../../platform/kit/schemas.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import { kindTexts } from './kind-words.ts';
import type { PersonKind } from './kinds.ts';
import { badgesOf, findPerson } from './repository.ts';

const words = {
  zh: {
    name: '姓名',
    number: '工号',
    department: '部门',
    post: '岗位',
    kind: '类别',
    company: '单位',
    host: '接待人',
    hiredOn: '入职',
    leftOn: '离职',
    validUntil: '有效至',
    nationalId: '身份证号',
    phone: '电话',
    badges: '工牌',
  },
  en: {
    name: 'Name',
    number: 'Number',
    department: 'Department',
    post: 'Post',
    kind: 'Kind',
    company: 'Company',
    host: 'Host',
    hiredOn: 'Joined',
    leftOn: 'Left',
    validUntil: 'Valid until',
    nationalId: 'ID number',
    phone: 'Phone',
    badges: 'Badges',
  },
} as const;

/** Who the person is. Those outside get no phone, no ID number and no badge: a badge is followed by the readers. */
export const fileSections: readonly FileSection[] = [
  {
    id: 'basics',
    name: { zh: '基本信息', en: 'Basics' },
    permission: 'person:read',
    feature: 'people',
    order: 10,
    async read(tx, { person, recipient, language, user, services, revealed }) {
      const row = await findPerson(tx, person);
      if (!row) return { blocks: [] };
      const t = words[language];
      const rows: FileRow[] = [
        [t.name, row.name],
        [t.number, row.employeeNo],
        [t.department, (row.department.name as Bilingual)[language]],
      ];
      const add = (label: string, value: string | null | undefined) => {
        if (value) rows.push([label, value]);
      };
      add(t.post, row.post);
      add(t.kind, kindTexts[row.kind as PersonKind]?.[language]);
      add(t.company, row.company);
      add(t.hiredOn, dayText(row.hiredOn));
      add(t.leftOn, dayText(row.leftOn));
      add(t.validUntil, dayText(row.validUntil));
      if (recipient !== 'outside') {
        const sensitive = services.get('peopleSensitive');
        const masked = (await sensitive.masked(tx, user.tenant, [person])).get(person);
        add(t.host, row.host?.name);
        add(t.nationalId, revealed.nationalId ?? masked?.nationalId);
        add(t.phone, revealed.phone ?? masked?.phone);
        const badges = await badgesOf(tx, [person]);
        add(t.badges, badges.map(({ badge }) => badge).join(', '));
      }
      return { blocks: [{ type: 'facts', rows }] };
    },
  },
];
