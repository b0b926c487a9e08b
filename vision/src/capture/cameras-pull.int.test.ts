import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CamerasFile } from '@anshi/contracts';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { CamerasPull } from './cameras-pull.ts';

const SECRET = 'geheim-4711';
const cameras = [
  {
    id: 'gate',
    version: 1,
    config: {
      id: 'gate',
      name: { zh: '门', en: 'Gate' },
      site: 'plant',
      url: `rtsp://viewer:${SECRET}@127.0.0.1/x`,
      picture: [640, 360],
    },
  },
];
const sites = [{ id: 'plant', name: { zh: '厂', en: 'Plant' }, floorPlans: [] }];
const given = { revision: 'r1', sites, cameras };

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A worker whose API gives these answers, the last one again and again. */
async function open(answers: { status: number; body?: object }[], kept?: 'a folder' | object) {
  const folder = await mkdtemp(join(tmpdir(), 'anshi-pull-'));
  ends.push(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'cameras.json');
  if (kept === 'a folder') await mkdir(file);
  else if (kept) await writeFile(file, JSON.stringify(kept));
  const asked: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    const { status, body } = answers[Math.min(asked.length, answers.length - 1)]!;
    asked.push(request.headers['if-none-match']);
    response.writeHead(status).end(body && JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => new Promise((resolve) => server.close(resolve)));
  const said: string[] = [];
  const watched: string[][] = [];
  const pull = new CamerasPull({
    api: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    worker: 'worker-1',
    folder,
    file: join(folder, 'cameras.yaml'),
    from: 'database',
    credential: { secret: 'x', ready: async () => {}, refused: () => {} },
    isKnownModel: () => true,
    log: pino({ level: 'trace' }, { write: (line: string) => void said.push(line) }),
    changed: async (now: CamerasFile) => void watched.push(now.cameras.map(({ id }) => id)),
    problem: () => {},
  });
  ends.push(() => pull.close());
  await pull.start();
  const ask = async () => {
    const before = asked.length;
    pull.ask();
    await expect.poll(() => asked.length).toBeGreaterThan(before);
  };
  return { pull, asked, said, watched, ask, file };
}

describe('the answers of the API', () => {
  it('that there is no camera at all changes nothing', async () => {
    const nothing = { status: 404, body: { code: 'camera.none' } };
    const { pull, watched, ask, file } = await open([{ status: 200, body: given }, nothing]);
    await expect.poll(() => pull.state.revision).toBe('r1');
    await ask();
    await ask();
    expect(watched.at(-1)).toEqual(['gate']);
    expect(pull.state).toMatchObject({ source: 'api', revision: 'r1' });
    expect(JSON.parse(await readFile(file, 'utf8')).cameras).toHaveLength(1);
  });

  it('that nothing changed count only where it said what it has', async () => {
    const refused = [{ camera: 'yard', version: 2, reason: 'no such model' }];
    const { pull, asked, said, ask } = await open([{ status: 304 }], { ...given, refused });
    await ask();
    await expect.poll(() => said.join('')).toContain('it answered 304');
    expect(asked).toEqual(asked.map(() => undefined));
    expect(pull.state.source).toBe('kept');
  });
});

describe('what is kept on the disk', () => {
  it('does not keep a worker from its start where it cannot be read, and is told', async () => {
    const { pull, said } = await open([{ status: 200, body: given }], 'a folder');
    await expect.poll(() => pull.state.revision).toBe('r1');
    expect(said.join('')).toContain('EISDIR');
  });

  it('is not quoted where it is damaged', async () => {
    const { said } = await open([{ status: 503 }], { ...given, sites: SECRET });
    expect(said.join('')).toContain('cannot be used');
    expect(said.join('')).not.toContain(SECRET);
  });
});
