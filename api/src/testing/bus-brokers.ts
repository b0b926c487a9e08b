import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BusKind, type BusUser, busKinds } from '@anshi/contracts';
import { startBroker } from '../embedded/broker.ts';
import { BusUserFolder } from '../platform/bus-users/folder.ts';
import { type Mosquitto, startMosquitto } from './mosquitto.ts';

/** The secret of every user of these brokers. */
export const BUS_USER_SECRET = 'a-secret-of-a-user-of-the-bus';
const nameOf = (kind: BusKind) => (kind === 'api' || kind === 'simulator' ? '' : 'one');
/** One user of each kind. */
export const busUsers: BusUser[] = busKinds.map((kind) => ({
  tenant: 'demo',
  kind,
  name: nameOf(kind),
}));

/** A broker with {@link busUsers}, for tests of what it lets them do. */
export interface TestBroker {
  url: string;
  folder: string;
  users: BusUserFolder;
  /** After the users changed. */
  changed(): void;
  stop(): Promise<void>;
}

export async function openTestBroker(kind: 'embedded' | 'mosquitto'): Promise<TestBroker> {
  const folder = await mkdtemp(join(tmpdir(), 'anshi-brokers-'));
  await chmod(folder, 0o755);
  const kept = new BusUserFolder(join(folder, 'bus-users'));
  for (const user of busUsers) await kept.put({ ...user, secret: BUS_USER_SECRET });
  const remove = () => rm(folder, { recursive: true, force: true });
  if (kind === 'embedded') {
    const broker = await startBroker({ users: kept });
    const stop = () => broker.stop().then(remove);
    return { url: broker.url, folder, users: kept, changed: () => {}, stop };
  }
  const broker: Mosquitto = await startMosquitto({
    folder,
    passwords: join(kept.path, 'passwords'),
    acl: join(kept.path, 'acl'),
  });
  const stop = () => broker.stop().then(remove);
  return { url: broker.url, folder, users: kept, changed: () => broker.reload(), stop };
}
