import { beforeAll, describe, expect, it } from 'vitest';
import { textOfPdf } from '../../testing/pdf.ts';
import { fillFile } from '../../testing/person-file.ts';
import { useApi } from '../../testing/use-api.ts';
import type { FileSummary, TimelinePage } from './schema.ts';

/** The files of two people of one name, and of one who left. */
const used = useApi();
const inTenant = <Result>(work: Parameters<typeof used.database.transaction<Result>>[1]) =>
  used.database.transaction({ tenant: 'demo', user: null }, work);
const NAME = '张伟';
const [FIRST, SECOND] = ['E006', 'E007'];
const EVENTS = { [FIRST]: 3, [SECOND]: 5 };
const idOf = async (employeeNo: string) =>
  (await inTenant((tx) => tx.person.findFirstOrThrow({ where: { employeeNo } }))).id;
const ids = new Map<string, string>();

const countOf = async (employeeNo: string): Promise<string | undefined> =>
  (
    await used.api.send<FileSummary>(
      'safety.head',
      'GET',
      `/persons/${ids.get(employeeNo)}/file/summary?language=zh`,
    )
  ).body.rows.find(({ id }) => id === 'violations')?.value;
const eventsOf = async (employeeNo: string): Promise<string[]> =>
  (
    await used.api.send<TimelinePage>(
      'safety.head',
      'GET',
      `/persons/${ids.get(employeeNo)}/timeline?kind=violation&limit=100`,
    )
  ).body.items.map(({ id }) => id);
async function print(employeeNo: string): Promise<string> {
  const answer = await used.api.post(
    `/api/v1/persons/${ids.get(employeeNo)}/file/document`,
    {
      recipient: 'outside',
      recipientName: '某某汽车有限公司',
      purpose: '进厂作业审核',
      language: 'zh',
    },
    await used.api.signIn('safety.head'),
  );
  expect(answer.status).toBe(200);
  return textOfPdf(new Uint8Array(await answer.arrayBuffer()));
}

beforeAll(async () => {
  for (const employeeNo of [FIRST, SECOND]) {
    const person = await idOf(employeeNo);
    ids.set(employeeNo, person);
    await inTenant((tx) =>
      fillFile(tx, {
        person,
        name: NAME,
        events: EVENTS[employeeNo] ?? 0,
        reviewer: '王安全',
        job: '换模',
        assessedBy: '演练',
        withdrawnAt: '误认处',
      }),
    );
  }
});

describe('two people of one name', () => {
  it('have a file each, with what is of that one alone', async () => {
    expect(await countOf(FIRST)).toBe('3');
    expect(await countOf(SECOND)).toBe('5');
    const [first, second] = [await eventsOf(FIRST), await eventsOf(SECOND)];
    expect(first.length).toBeGreaterThanOrEqual(3);
    expect(first.filter((id) => second.includes(id))).toEqual([]);
  });

  it('are told apart by their numbers in the document, and the name of the subject is not masked', async () => {
    for (const [own, other] of [
      [FIRST, SECOND],
      [SECOND, FIRST],
    ] as const) {
      const text = await print(own);
      expect(text).toContain(NAME);
      expect(text).toContain(own);
      expect(text).not.toContain(other);
    }
  });
});

describe('a person who left', () => {
  it('has a file that can be read and printed as long as it is kept', async () => {
    await inTenant((tx) =>
      tx.person.updateMany({
        where: { employeeNo: FIRST },
        data: { status: 'left', leftOn: new Date() },
      }),
    );
    expect(await countOf(FIRST)).toBe('3');
    expect((await eventsOf(FIRST)).length).toBeGreaterThanOrEqual(3);
    expect(await print(FIRST)).toContain(FIRST);
    // Not on the board of those who are at the post.
    const { body } = await used.api.send<{ items: { id: string }[] }>(
      'safety.head',
      'GET',
      `/presence?q=${FIRST}`,
    );
    expect(body.items.map(({ id }) => id)).not.toContain(ids.get(FIRST));
  });
});
