import { expect, it, vi } from 'vitest';
import { createMetrics } from '../../platform/metrics.ts';
import { createSystemService } from './service.ts';

it('many who ask for the metrics at once count the violations once', async () => {
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
