import type { Location } from '@anshi/contracts';
import { expect, it } from 'vitest';
import { useApi } from '../../testing/use-api.ts';
import { makeUser } from '../../testing/users.ts';

const used = useApi();

const fix = (badge: string, at: Date): Location => ({
  position: { type: 'Point', coordinates: [3, 7.9] },
  source: 'hall',
  provider_type: 'rfid',
  provider_id: badge,
  trackables: [],
  timestamp_generated: at.toISOString(),
  crs: 'local',
  accuracy: 0.5,
});

it('[SEC-13] [SEC-14] positions are seen of the people of the department, and of oneself', async () => {
  const { api, database } = used;
  const inTenant = <Result>(work: Parameters<typeof database.transaction<Result>>[1]) =>
    database.transaction({ tenant: 'demo', user: null }, work);
  const now = new Date();
  const worn = ['badge-w1', 'badge-w2', 'badge-w3', 'badge-a2'];
  await inTenant(async (tx) => {
    await tx.badge.updateMany({ data: { since: new Date(now.getTime() - 3_600_000) } });
    for (const badge of [...worn, 'forklift-4']) {
      const data = { providerType: 'rfid', providerId: badge, generatedAt: now };
      await tx.locationLatest.create({
        data: { tenantId: 'demo', ...data, location: fix(badge, now) as object },
      });
    }
  });
  const seen = async (user: string) =>
    (await api.send<{ items: Location[] }>(user, 'GET', '/locations')).body.items.map(
      ({ provider_id }) => provider_id,
    );
  for (const [username, scope, employeeNo] of [
    ['press', 'department', 'E005'],
    ['assembly', 'department', 'E012'],
    ['site', 'site', 'E004'],
    ['keeper-own', 'own', 'E009'],
    ['none-own', 'own', 'E010'],
  ] as const) {
    await makeUser(database, username, [`location:read@${scope}`, 'person:read@all'], {
      employeeNo,
    });
  }
  await makeUser(database, 'placeless', ['location:read@department']);
  expect(await seen('press')).toEqual(['badge-w1']);
  expect(await seen('assembly')).toEqual(['badge-w2', 'badge-w3']);
  // All are of one site; a vehicle is of none.
  expect(await seen('site')).toEqual(['badge-a2', 'badge-w1', 'badge-w2', 'badge-w3']);
  expect(await seen('keeper-own')).toEqual(['badge-a2']);
  expect(await seen('none-own')).toEqual([]);
  expect(await seen('placeless')).toEqual([]);
  expect(await seen('operator')).toEqual([...worn, 'forklift-4'].sort());

  // The page of a person says no more than the plan.
  const people = await inTenant((tx) => tx.person.findMany());
  const positionOf = async (user: string, employeeNo: string) => {
    const { id } = people.find((one) => one.employeeNo === employeeNo)!;
    const answer = await api.send<{ lastPosition?: object }>(
      user,
      'GET',
      `/persons/${id}/overview`,
    );
    expect(answer.status).toBe(200);
    return JSON.stringify(answer.body).includes('"hall"');
  };
  expect(await positionOf('press', 'E006')).toBe(true);
  expect(await positionOf('press', 'E011')).toBe(false);
  expect(await positionOf('keeper-own', 'E009')).toBe(true);
  expect(await positionOf('keeper-own', 'E006')).toBe(false);

  // Who got the badge later was not there before.
  await inTenant((tx) =>
    tx.badge.updateMany({
      where: { badge: 'badge-w1' },
      data: { since: new Date(now.getTime() + 1_000) },
    }),
  );
  expect(await seen('press')).toEqual([]);
  // A person who moves takes their position along.
  await inTenant((tx) =>
    tx.person.updateMany({ where: { employeeNo: 'E011' }, data: { departmentId: 'press-shop' } }),
  );
  expect(await seen('press')).toEqual(['badge-w2']);
  expect(await seen('assembly')).toEqual(['badge-w3']);
});
