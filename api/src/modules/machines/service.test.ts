import type { MachineState } from '@anshi/contracts';
import pino from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import type { Database } from '../../platform/db/database.ts';
import { createMetrics } from '../../platform/metrics.ts';
import { createMachinesService } from './service.ts';

const said = (state: MachineState['state'], second: number): MachineState => ({
  machine: 'press-1',
  state,
  at: new Date(second * 1_000).toISOString(),
});

it('resolves once a state is committed, and at once where the buffer does without it', async () => {
  const commits: (() => void)[] = [];
  const database: Database = {
    transaction: () => new Promise((resolve) => commits.push(() => resolve(undefined as never))),
    ping: async () => {},
    close: async () => {},
  };
  const service = createMachinesService({
    database,
    metrics: createMetrics(),
    log: pino({ level: 'silent' }),
    tenant: 'demo',
  });
  onTestFinished(() => service.close());
  const over: number[] = [];
  const keep = (state: MachineState['state'], second: number) =>
    void service.keep(said(state, second), second * 1_000).then(() => over.push(second));
  const soon = () => new Promise((resolve) => setImmediate(resolve));
  keep('idle', 0);
  for (const second of [1, 2, 3]) keep('running', second);
  await soon();
  // That it ran at 2 follows from 1 and 3.
  expect([commits.length, over]).toEqual([1, [2]]);
  commits[0]?.();
  await soon();
  expect(over).toEqual([2, 0]);
  commits[1]?.();
  await soon();
  expect(over).toEqual([2, 0, 1, 3]);
});
