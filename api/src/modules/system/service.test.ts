import { expect, it, vi } from 'vitest';
import { createMetrics } from '../../platform/metrics.ts';
import { createSystemService } from './service.ts';

it('concurrent metrics requests count the violations once', async () => {
  const countByStatus = vi.fn(async () => new Map([['pending', 3]]));
  const service = createSystemService({
    metrics: createMetrics(),
    violations: { countByStatus },
    tenant: 'demo',
  } as unknown as Parameters<typeof createSystemService>[0]);
  const answers = await Promise.all(Array.from({ length: 50 }, () => service.metrics()));
  for (const { text } of answers) expect(text).toContain('anshi_violations{status="pending"} 3');
  expect(countByStatus).toHaveBeenCalledTimes(1);
});

it('concurrent health requests share one connection', async () => {
  const ping = vi.fn(async () => {});
  const service = createSystemService({
    database: { ping },
    bus: { connected: true },
  } as unknown as Parameters<typeof createSystemService>[0]);
  const answers = await Promise.all(Array.from({ length: 50 }, () => service.health()));
  expect(answers.every(({ status }) => status === 'ok')).toBe(true);
  expect(ping).toHaveBeenCalledTimes(1);
  ping.mockRejectedValueOnce(new Error('gone'));
  expect((await service.health()).status).toBe('degraded');
  expect((await service.health()).status).toBe('ok');
});
