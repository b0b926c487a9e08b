import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CameraHealth } from '@anshi/contracts';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { createMetrics } from '../../api/src/platform/metrics.ts';
import { createWorkerMetrics } from '../../vision/src/health/metrics.ts';
import { readPromql } from './promql.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** The parts of a rule file that Prometheus reads (https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/). */
const duration = z.string().regex(/^(\d+(ms|s|m|h|d|w|y))+$/);
const ruleFile = z.strictObject({
  groups: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        interval: duration.optional(),
        rules: z
          .array(
            z.strictObject({
              alert: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/),
              expr: z.string().min(1),
              for: duration.optional(),
              keep_firing_for: duration.optional(),
              labels: z.strictObject({ severity: z.enum(['page', 'ticket']) }),
              annotations: z.strictObject({
                summary: z.string().min(10),
                description: z.string().min(10),
              }),
            }),
          )
          .min(1),
      }),
    )
    .min(1),
});
const dashboardFile = z.object({
  uid: z.string().min(1),
  title: z.string().min(1),
  panels: z.array(
    z.object({
      id: z.number(),
      type: z.string(),
      title: z.string().min(1),
      description: z.string().optional(),
      gridPos: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
      targets: z.array(z.object({ expr: z.string(), legendFormat: z.string() })).default([]),
    }),
  ),
  templating: z.object({ list: z.array(z.object({ name: z.string(), definition: z.string() })) }),
});

const CAMERA: CameraHealth = {
  camera: 'gate',
  worker: 'worker-1',
  at: '2026-01-01T00:00:00.000Z',
  state: 'live',
  quality: 'excellent',
  fault: null,
  codec: 'h264',
  width: 1280,
  height: 720,
  keyFrameSeconds: 1,
  bFrames: false,
  sourceFps: 15,
  analysedFps: 5,
  droppedShare: 0.01,
  loadShedding: 0.4,
  reconnectsLastHour: 0,
  reasons: [],
  stallsLastHour: 0,
  decodeErrorsLastHour: 0,
  delayMs: null,
  scene: [],
  address: null,
  lastFrameAt: '2026-01-01T00:00:00.000Z',
  live: { available: true, reason: null, substream: null },
};
const worker = () =>
  createWorkerMetrics(() => ({
    cameras: [CAMERA],
    outbox: { waiting: 2, rejected: 0 },
    clipsWaiting: 1,
    viewers: 0,
    problem: null,
    refusedTimes: { ahead: 1 },
    recording: true,
    freeBytes: 1e9,
  }));

/** Every series that /metrics of API and worker can have, with the labels of its metric. */
async function series(): Promise<Map<string, Set<string>>> {
  const known = new Map<string, Set<string>>([['up', new Set()]]);
  for (const registry of [createMetrics().registry, worker()]) {
    for (const metric of registry.getMetricsAsArray()) {
      const {
        name,
        labelNames = [],
        get,
      } = metric as unknown as {
        name: string;
        labelNames?: string[];
        get(): Promise<{ type: string }>;
      };
      const { type } = await get.call(metric);
      // Prometheus renames a label to `exported_…` where it has one of that name itself.
      const labels = new Set(labelNames.map((label) => (label === 'job' ? 'exported_job' : label)));
      if (type === 'histogram') {
        known.set(`${name}_bucket`, new Set([...labels, 'le']));
        known.set(`${name}_sum`, labels);
        known.set(`${name}_count`, labels);
      } else known.set(name, labels);
    }
  }
  return known;
}

const alerts = ruleFile.parse(parse(read('deploy/prometheus/alerts.yml')));
const rules = alerts.groups.flatMap((group) => group.rules);
const dashboard = dashboardFile.parse(JSON.parse(read('deploy/grafana/dashboards/anshi.json')));
/** Variables of Grafana. */
const filledIn = (expression: string) =>
  expression.replaceAll('$__rate_interval', '5m').replaceAll('$camera', '.*');
const expressions = [
  ...rules.map(({ alert, expr }) => ({ where: alert, expr })),
  ...dashboard.panels.flatMap(({ title, targets }) =>
    targets.map(({ expr }) => ({ where: title, expr: filledIn(expr) })),
  ),
];

describe('the alert rules and the dashboard', () => {
  it('use only metrics and labels that the API and the worker export', async () => {
    const known = await series();
    expect(expressions.length).toBeGreaterThan(40);
    for (const { where, expr } of expressions) {
      const { metrics, labels } = readPromql(expr);
      expect(metrics, where).not.toEqual([]);
      const own = new Set(['job', 'instance']);
      for (const name of metrics) {
        expect(known.has(name), `${where}: there is no metric ${name}`).toBe(true);
        for (const label of known.get(name) ?? []) own.add(label);
      }
      for (const label of labels) {
        expect(own.has(label), `${where}: ${metrics} have no label ${label}`).toBe(true);
      }
    }
  });

  it('use all of our own metrics', async () => {
    const used = new Set(expressions.flatMap(({ expr }) => readPromql(expr).metrics));
    const bases = new Set([...used].map((name) => name.replace(/_(bucket|sum|count)$/, '')));
    const own = [...(await series()).keys()]
      .filter((name) => name.startsWith('anshi_'))
      .map((name) => name.replace(/_(bucket|sum|count)$/, ''));
    expect(own.filter((name) => !bases.has(name))).toEqual([
      // Shown with the browsers on live events; only of interest when one is slow.
      'anshi_live_event_observations_skipped_total',
    ]);
  });

  it('are rejected for an unknown metric and for invalid PromQL', async () => {
    expect((await series()).has('anshi_http_requests_total')).toBe(false);
    expect(readPromql('sum by (a) (rate(b{c="d"}[5m]))')).toEqual({
      metrics: ['b'],
      labels: ['a', 'c'],
    });
    for (const bad of ['sum(rate(x[5m])', 'x{y=}', 'x >> 1', 'rate(x[5q])']) {
      expect(() => readPromql(bad), bad).toThrow('invalid PromQL');
    }
  });

  it('have unique alert and panel names, and use only defined variables', () => {
    const names = rules.map(({ alert }) => alert);
    expect(new Set(names).size).toBe(names.length);
    const ids = dashboard.panels.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const variables = new Set([
      '__rate_interval',
      ...dashboard.templating.list.map(({ name }) => name),
    ]);
    for (const { targets } of dashboard.panels) {
      for (const { expr } of targets) {
        for (const [, name] of expr.matchAll(/\$(\w+)/g)) expect(variables).toContain(name);
      }
    }
    for (const { title, type, description } of dashboard.panels) {
      if (type !== 'row') expect(description, title).toBeTruthy();
    }
  });

  it('are mounted by docker-compose.yml, and the scrape targets are its services', () => {
    const { services } = parse(read('docker-compose.yml'), { merge: true }) as {
      services: Record<string, { profiles?: string[]; volumes?: string[] }>;
    };
    const { scrape_configs: jobs } = parse(read('deploy/prometheus/prometheus.yml')) as {
      scrape_configs: { job_name: string; static_configs: { targets: string[] }[] }[];
    };
    const named = new Set(
      expressions.flatMap(({ expr }) =>
        [...expr.matchAll(/job="([\w-]+)"/g)].map(([, job]) => job),
      ),
    );
    expect([...named].sort()).toEqual(jobs.map(({ job_name }) => job_name).sort());
    for (const { static_configs } of jobs) {
      for (const target of static_configs.flatMap(({ targets }) => targets)) {
        expect(services).toHaveProperty(target.split(':')[0] ?? '');
      }
    }
    for (const name of ['prometheus', 'grafana', 'jaeger']) {
      expect(services[name]?.profiles, name).toEqual(['monitoring']);
      for (const volume of services[name]?.volumes ?? []) {
        const [source = ''] = volume.split(':');
        if (source.startsWith('./')) expect(existsSync(join(root, source)), source).toBe(true);
      }
    }
  });
});

describe('the metrics of a worker', () => {
  it('are collected when they are scraped', async () => {
    const text = await worker().metrics();
    expect(text).toContain('anshi_camera_live{camera="gate"} 1');
    expect(text).toContain('anshi_camera_dropped_ratio{camera="gate"} 0.01');
    expect(text).toContain('anshi_camera_load_shedding{camera="gate"} 0.4');
    expect(text).toContain('anshi_worker_outbox_waiting 2');
    expect(text).toContain('anshi_worker_problem 0');
  });
});
