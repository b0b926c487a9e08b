import { expect } from 'vitest';
import type { QualificationView } from '../modules/qualifications/schema.ts';
import type { Transaction } from '../platform/db/database.ts';
import { cards, openGates } from './gates.ts';
import { until } from './site.ts';
import { makeUser } from './users.ts';

export type SessionWorld = Awaited<ReturnType<typeof openSessions>>;

/** Gates with a start point at the welder, and a fitter who may weld there. */
export async function openSessions() {
  const world = await openGates();
  await makeUser(world.database, 'office', ['qualification:read@all', 'qualification:manage@all']);
  const welder = await world.welder();
  const inTenant = <T>(work: (tx: Transaction) => Promise<T>): Promise<T> =>
    world.database.transaction({ tenant: 'demo', user: null }, work);
  const { id: fitter } = await inTenant((tx) =>
    tx.person.findFirstOrThrow({ where: { employeeNo: 'E007' } }),
  );
  const open = async (machine = 'welder-1') =>
    (await world.sessions(machine)).filter(({ until: end }) => end === null);
  /** The right of the fitter to weld. */
  async function certificate(): Promise<QualificationView> {
    const { body } = await world.api.send<{ items: QualificationView[] }>(
      'office',
      'GET',
      `/persons/${fitter}/qualifications`,
    );
    return body.items.find(
      ({ type, category }) => type === 'special-work' && category === 'welding',
    )!;
  }
  return {
    world,
    welder,
    fitter,
    inTenant,
    open,
    certificate,
    /** A card asks for a start of the welder. */
    start: (card: string = cards.fitter) => world.ask(welder.device, { machine: 'welder-1', card }),
    begins: (count = 1) => until(async () => (await open()).length === count, 'a session is open'),
    ends: () => until(async () => (await open()).length === 0, 'no session is open'),
    isLost: () =>
      until(async () => (await open()).some(({ lostAt }) => lostAt !== null), 'the right is lost'),
    /** Sets the state of the certificate without an event. */
    mark: (status: string) =>
      inTenant((tx) =>
        tx.qualification.updateMany({
          where: { personId: fitter, category: 'welding', type: 'special-work' },
          data: { status },
        }),
      ),
    async step(name: 'suspend' | 'resume') {
      const { id, version } = await certificate();
      const path = `/qualifications/${id}/${name}`;
      const body = { version, reason: 'as reported' };
      expect((await world.api.send('office', 'POST', path, body)).status).toBeLessThan(300);
    },
  };
}
