import { EventEmitter, once } from 'node:events';
import { setImmediate as settle } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { openJobsDatabase } from './database.ts';

/** Nothing listens there. */
const NOWHERE = 'postgres://anshi@127.0.0.1:1/anshi';

it('never settles a statement that was waiting for the database when it was closed', async () => {
  const away = new EventEmitter();
  const database = openJobsDatabase(NOWHERE, 'demo', (error) => away.emit('away', error));
  const told = once(away, 'away');
  const waiting = database.patient.executeSql('SELECT 1', []);
  expect((await told)[0]).toMatchObject({ code: 'ECONNREFUSED' });
  await database.close();
  const late = database.patient.executeSql('SELECT 1', []);
  await settle();
  for (const statement of [waiting, late]) {
    expect(await Promise.race([statement, Promise.resolve('none')])).toBe('none');
  }
});
