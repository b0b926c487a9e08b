import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { outsideCallers } from './outside-callers.ts';

const root = join(import.meta.dirname, '../..');
/** What ships and calls the API: the dashboard, the worker with its gateway, the simulator. */
const clients = ['dashboard/src', 'vision/src', 'simulator/src'];

function* sources(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (entry.name !== 'node_modules') yield* sources(path);
    } else if (/\.(ts|svelte)$/.test(entry.name) && !/(\.test|\.d)\.ts$/.test(entry.name)) {
      yield path;
    }
  }
}

/** Parameter names are ignored: `/x/{id}` and `/x/${camera}` both become `/x/{}`. */
const shapeOf = (path: string) => path.replaceAll(/\$?\{[^}]*\}/g, '{}').replace(/\?.*$/, '');

/** `GET /api/v1/x/{}` from typed calls; `* /api/v1/x/{}` from addresses built as strings. */
function callsIn(text: string): Set<string> {
  const found = new Set<string>();
  for (const [, method, path] of text.matchAll(
    /\.(GET|POST|PUT|PATCH|DELETE)\(\s*'(\/api\/[^']+)'/g,
  )) {
    found.add(`${method} ${shapeOf(path ?? '')}`);
  }
  for (const [, path] of text.matchAll(/[`'"](?:\$\{[^}]*\})?(\/api\/[^`'"\s]+)/g)) {
    found.add(`* ${shapeOf(path ?? '')}`);
  }
  return found;
}

const calls = new Set(
  clients.flatMap((folder) =>
    [...sources(join(root, folder))].flatMap((file) => [...callsIn(readFileSync(file, 'utf8'))]),
  ),
);
const typed = new Set(
  [...calls].flatMap((call) => (call.startsWith('*') ? [] : call.split(' ')[1]!)),
);

interface Operation {
  id: string;
  method: string;
  path: string;
}
const description = JSON.parse(readFileSync(join(root, 'api/openapi.json'), 'utf8')) as {
  paths: Record<string, Record<string, { operationId?: string }>>;
};
const operations = Object.entries(description.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(
    ([method, { operationId }]): Operation => ({
      id: operationId ?? `${method} ${path}`,
      method: method.toUpperCase(),
      path: shapeOf(path),
    }),
  ),
);

const literally = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** An address string may contain parts: `/hazards/${name}.xlsx`. */
const byHand = [...calls].flatMap((call) => {
  if (!call.startsWith('* ')) return [];
  const parts = call.slice(2).split('{}');
  return [new RegExp(`^${parts.map(literally).join('[^/]+')}$`)];
});

/** An address string stands for any method, unless the typed client calls the same address. */
const isCalled = ({ method, path }: Operation): boolean =>
  calls.has(`${method} ${path}`) || (!typed.has(path) && byHand.some((one) => one.test(path)));

describe('the operations of the API', () => {
  it('[ARC-01] are each called by a client here, or have a listed external caller', () => {
    expect(operations.length).toBeGreaterThan(200);
    const uncalled = operations
      .filter((one) => !isCalled(one) && !(one.id in outsideCallers))
      .map(({ id, method, path }) => `${id}: ${method} ${path}`);
    expect(uncalled, 'build a page for it, or name its caller in outside-callers.ts').toEqual([]);
  });

  it('with an external caller exist, and are not called here', () => {
    const ids = new Map(operations.map((one) => [one.id, one]));
    const wrong = Object.keys(outsideCallers).filter((id) => {
      const one = ids.get(id);
      return one === undefined || isCalled(one);
    });
    expect(wrong).toEqual([]);
  });
});
