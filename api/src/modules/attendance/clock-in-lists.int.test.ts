import { DateTime } from 'luxon';
import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AttendanceWorld, openAttendance } from '../../testing/attendance.ts';
import { codesIn } from '../../testing/imports.ts';

let world: AttendanceWorld;
beforeAll(async () => {
  world = await openAttendance();
});
afterAll(() => world?.positions.stop());
const today = () => world.today();

describe('lists of attendance machines', () => {
  const HEADINGS = ['考勤号码', '姓名', '日期', '打卡时间', '考勤状态', '机器号'];

  it('[INT-20] [ATT-03] are imported with what is wrong by cell, once, and can be taken back', async () => {
    const day = DateTime.fromISO(today()).minus({ days: 3 }).toISODate() as string;
    const table = [
      HEADINGS,
      ['E007', '吴维修', day, '08:01 12:02 12:58 17:31', null, '东门'],
      ['E009', '冯仓管', day, '07:55', '上班', '东门'],
      ['E009', '冯仓管', day, '17:05', '下班', '东门'],
      ['E005', null, null, `${day} 20:10`, null, null],
      ['E005', null, null, '08:10', null, null],
      ['E999', null, day, '08:00', null, null],
      ['E006', '别人', day, '08:00', null, null],
      ['E006', '孙小梅', day, '25:00', null, null],
      ['E006', '孙小梅', day, '08:00', '迟到', null],
      ['E006', '孙小梅', '2126-01-01', '08:00', null, null],
    ];
    const checked = await world.imports.checked('clock-ins', table, 'clock.xlsx');
    expect(checked).toMatchObject({ state: 'checked', good: 4, bad: 6 });
    expect(codesIn(await world.imports.rows(checked.id))).toMatchObject({
      C6: 'no-day',
      A7: 'person',
      B8: 'name-differs',
      D9: 'time-form',
      E10: 'direction-form',
      D11: 'clock-ahead',
    });
    const done = await world.imports.run(checked);
    expect(done).toMatchObject({ state: 'done', done: 4 });
    const of = async (employeeNo: string) =>
      (await world.list('timekeeper', `day=${day}&q=${employeeNo}`)).items[0];
    expect(await of('E007')).toMatchObject({
      state: 'done',
      sources: ['import'],
      presentMinutes: 514,
    });
    expect(await of('E009')).toMatchObject({ state: 'done', presentMinutes: 550 });
    expect(await of('E005')).toMatchObject({ state: 'missing-out', assumed: true });
    // The same list again: nothing is doubled.
    const again = await world.imports.checked('clock-ins', table.slice(0, 5), 'clock.csv');
    expect(again).toMatchObject({ good: 0 });
    expect(Object.values(codesIn(await world.imports.rows(again.id)))).toEqual(
      Array(4).fill('clock-known'),
    );
    const undone = await world.imports.undo(done);
    expect(undone).toMatchObject({ undone: 4 });
    expect(await of('E007')).toMatchObject({ state: 'not-clocked' });
  });

  it('by the number of a file that was joined are those of the person whose file remains', async () => {
    const day = DateTime.fromISO(today()).minus({ days: 8 }).toISODate() as string;
    await world.inTenant(async (tx) => {
      const { id, name, departmentId } = await tx.person.findFirstOrThrow({
        where: { employeeNo: 'E009' },
      });
      await tx.person.create({
        data: {
          tenantId: 'demo',
          id: ulid(),
          employeeNo: 'E909',
          name,
          departmentId,
          status: 'left',
          leftOn: new Date(),
          mergedInto: id,
        },
      });
    });
    const table = [HEADINGS, ['E909', '冯仓管', day, '08:00 17:00', null, '东门']];
    const done = await world.imports.run(
      await world.imports.checked('clock-ins', table, 'old-number.csv'),
    );
    expect(done).toMatchObject({ done: 1 });
    const [row] = (await world.list('timekeeper', `day=${day}&q=E009`)).items;
    expect(row).toMatchObject({ state: 'done', presentMinutes: 540 });
    const again = await world.imports.checked('clock-ins', table, 'old-number.csv');
    expect(again).toMatchObject({ good: 0 });
  });
});
