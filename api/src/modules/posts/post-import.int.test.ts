import { readSheet } from 'read-excel-file/node';
import { beforeAll, describe, expect, it } from 'vitest';
import { codesIn, importer } from '../../testing/imports.ts';
import { useApi } from '../../testing/use-api.ts';
import { makeUser } from '../../testing/users.ts';
import type { PostView } from './schema.ts';

const used = useApi();
let keeper: ReturnType<typeof importer>;
const postOf = async (code: string) =>
  (
    await used.api.send<{ items: PostView[] }>('post-keeper', 'GET', `/posts?q=${code}`)
  ).body.items.find((one) => one.code === code);

beforeAll(async () => {
  await makeUser(used.database, 'post-keeper', ['post:read@all', 'post:manage@all']);
  keeper = importer(used.api, 'post-keeper');
});

const HEADINGS = [
  '岗位编号',
  '岗位名称',
  '岗位类型',
  '部门',
  '工作区域',
  '所需技能及等级',
  '特种作业类别',
  '接触危害因素',
  '最少人数',
  '课程编号',
];

describe('a file of posts', () => {
  it('is read with names or ids, and each bad cell is named with its entry', async () => {
    const one = await keeper.checked('posts', [
      HEADINGS,
      [
        'I-1',
        '焊工甲',
        '特种作业岗',
        '冲压车间',
        'press-line',
        '上锁挂牌 1；急救 2级',
        '焊接与热切割作业',
        '噪声（听觉）; 焊接烟尘/吸入',
        '2',
        '上锁挂牌; post-rules',
      ],
      ['I-2', '办事员', 'Office', null, null, null, null, null, null, null],
      [
        'I-3',
        '岗丙',
        '没有的类型',
        '没有的部门',
        '没有的区域',
        '急救',
        'welding; 潜水',
        '噪声',
        '3',
        '跳舞',
      ],
      ['I-1', '焊工乙', '操作岗', null, null, null, null, null, null, null],
      ['I 4', { formula: 'A1' }, '操作岗', null, null, '急救 9', null, null, '一', null],
    ]);
    expect(one).toMatchObject({ total: 5, good: 2, bad: 3 });
    const rows = await keeper.rows(one.id);
    expect(codesIn(rows)).toEqual({
      C4: 'no-word',
      D4: 'department',
      E4: 'no-area',
      F4: 'skill-level',
      G4: 'no-word',
      H4: 'exposure-form',
      J4: 'no-word',
      A5: 'double-in-file',
      B6: 'formula',
      I6: 'crew',
    });
    const words = rows.flatMap(({ issues }) => issues.map(({ what }) => what.zh));
    expect(words).toContain('字典中没有“潜水”');
    const done = await keeper.run(one);
    expect(done).toMatchObject({ done: 2, failed: 0 });
    expect(await postOf('I-1')).toMatchObject({
      name: '焊工甲',
      kind: 'special-work',
      departmentId: 'press-shop',
      areas: ['press-line'],
      skills: [
        { skill: 'lock-out', level: 1 },
        { skill: 'first-aid', level: 2 },
      ],
      specialWork: ['welding'],
      exposures: [
        { substance: '噪声', route: 'hearing' },
        { substance: '焊接烟尘', route: 'inhalation' },
      ],
      minCrew: 2,
      courses: ['lock-out', 'post-rules'],
    });
    expect(await postOf('I-2')).toMatchObject({ departmentId: null, minCrew: 1, skills: [] });

    const change = await keeper.checked(
      'posts',
      [
        ['岗位编号', '所需技能及等级', '最少人数', '岗位名称'],
        ['I-1', '急救 3', null, null],
        ['I-2', null, '1', null],
        ['I-9', null, '1', '新岗'],
      ],
      undefined,
      'update',
    );
    expect(change).toMatchObject({ good: 1, updates: 1, skipped: 1, bad: 1 });
    expect((await keeper.rows(change.id))[0]?.changes).toEqual([
      { column: 'skills', from: '上锁挂牌 1; 急救 2', to: '急救 3' },
    ]);
    const changed = await keeper.run(change);
    expect(await postOf('I-1')).toMatchObject({
      skills: [{ skill: 'first-aid', level: 3 }],
      minCrew: 2,
      version: 2,
    });
    expect(await keeper.undo(changed)).toMatchObject({ undone: 1, kept: 0 });
    expect((await postOf('I-1'))?.skills).toHaveLength(2);

    // The post is of a later version than its import made; the other one goes.
    expect(await keeper.undo(done)).toMatchObject({ undone: 1, kept: 1 });
    expect(await postOf('I-2')).toBeUndefined();
    expect(codesIn(await keeper.rows(done.id, '?state=kept&limit=9'))).toEqual({
      2: 'left-changed',
    });
  });

  it('does not take a post back that a person holds', async () => {
    await makeUser(used.database, 'post-hr', ['person:read@all', 'person:manage@all']);
    const one = await keeper.run(
      await keeper.checked('posts', [
        HEADINGS,
        ['I-7', '检验员', '操作岗', '冲压车间', null, null, null, null, null, null],
      ]),
    );
    const body = { employeeNo: 'IP1', name: '检', departmentId: 'press-shop', post: 'I-7' };
    expect((await used.api.send('post-hr', 'POST', '/persons', body)).status).toBe(201);
    expect(await keeper.undo(one)).toMatchObject({ undone: 0, kept: 1 });
    expect(codesIn(await keeper.rows(one.id))).toEqual({ 2: 'left-in-use' });
  });

  it('is for those who may manage posts, and has a template in both languages', async () => {
    await makeUser(used.database, 'post-reader', ['post:read@all']);
    expect((await importer(used.api, 'post-reader').begin('posts', [HEADINGS])).status).toBe(404);
    const headers = await used.api.signIn('post-keeper');
    for (const lang of ['zh', 'en']) {
      const path = `/api/v1/import-kinds/posts/template?lang=${lang}`;
      const answer = await used.api.get(path, headers);
      const bytes = Buffer.from(await answer.arrayBuffer());
      const sheets = await Promise.all([1, 3].map((at) => readSheet(bytes, at)));
      const isZh = lang === 'zh';
      expect(sheets[0]![0]![0]).toBe(isZh ? '岗位编号' : 'Post code');
      // What the company has: kinds, departments, areas …
      expect(sheets[1]!.map(([kind]) => kind)).toContain(isZh ? '特种作业岗' : 'Special work');
    }
  });
});
