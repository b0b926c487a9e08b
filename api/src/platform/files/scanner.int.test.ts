import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EICAR, hasClamd, startClamd } from '../../testing/clamd.ts';
import { drawPicture } from '../../testing/media.ts';
import { startApi } from '../../testing/site.ts';
import { cipherOf, type FilesWorld, openFilesWorld } from '../../testing/stored-files.ts';
import { upload } from '../../testing/tus.ts';
import { openDatabase } from '../db/database.ts';
import { createUnits } from '../db/unit-of-work.ts';
import { openStore } from '../store/open.ts';
import { createIntake, type IntakeParts } from './intake.ts';
import { openClamav } from './scanner.ts';
import { sweepFiles } from './sweep.ts';

let world: FilesWorld;
beforeAll(async () => {
  world = await openFilesWorld();
});
afterAll(() => world?.close());

describe('without a scanner', () => {
  it('files are accepted as unscanned, and the system state says so', async () => {
    const answer = await upload(world.api, world.user, await drawPicture(28));
    expect(await answer.json()).toMatchObject({ scan: 'unscanned' });
    const system = await world.api.get('/api/v1/system', world.user);
    expect(await system.json()).toMatchObject({
      files: { encrypted: true, scanner: { state: 'not-configured' } },
    });
  });
});

describe.skipIf(!hasClamd())('the scanner (ClamAV; skipped where clamd is not installed)', () => {
  it('refuses infected files, and scans files later that came while it was down', async () => {
    const clamd = await startClamd();
    const { appUrl } = await world.site.seededDatabase();
    const dataDir = join(world.site.folder, 'scanned');
    const scanned = await startApi(world.site, appUrl, { dataDir, clamav: clamd.socket });
    const own = openDatabase(appUrl);
    try {
      const who = await scanned.signIn('operator');
      const bad = await upload(scanned, who, EICAR, { name: 'a.txt', type: 'text/plain' });
      expect(bad.status).toBe(422);
      expect(await bad.json()).toMatchObject({
        code: 'file.infected',
        detail: expect.stringContaining('Eicar-Test'),
      });
      const good = await upload(scanned, who, await drawPicture(41));
      expect(await good.json()).toMatchObject({ scan: 'clean' });

      const state = async () => {
        const answer = await scanned.get('/api/v1/system', who);
        return ((await answer.json()) as { files: { scanner: { state: string } } }).files.scanner;
      };
      expect(await state()).toEqual({ state: 'ready', version: expect.stringContaining('ClamAV') });
      await clamd.stop();
      expect(await state()).toEqual({ state: 'unreachable', version: null });
      const photo = await drawPicture(42);
      const waiting = (await (await upload(scanned, who, photo)).json()) as { id: string };
      const infected = (await (
        await upload(scanned, who, Buffer.concat([Buffer.from('note: '), EICAR]), {
          name: 'b.txt',
          type: 'text/plain',
        })
      ).json()) as { id: string };
      expect(waiting).toMatchObject({ scan: 'pending' });
      expect((await scanned.get(`/api/v1/files/${waiting.id}/content`, who)).status).toBe(409);
      const parts: IntakeParts = {
        ...world.parts(openClamav(clamd.socket)),
        database: own,
        units: createUnits({ database: own, onError: () => {} }),
        store: openStore('files', scanned.settings, cipherOf(own, scanned)),
        folder: join(dataDir, 'uploads'),
      };
      const intake = createIntake(parts);
      expect(await sweepFiles(parts, intake)).toMatchObject({ scanned: 0 });
      await clamd.start();
      expect(await sweepFiles(parts, intake)).toMatchObject({ scanned: 2, infected: 1 });
      expect((await scanned.get(`/api/v1/files/${waiting.id}/content`, who)).status).toBe(200);
      const gone = await scanned.get(`/api/v1/files/${infected.id}/content`, who);
      expect(await gone.json()).toMatchObject({ code: 'file.infected' });
      // Its bytes are removed, and their owners were notified.
      const [row, event] = await own.transaction(
        { tenant: 'demo', user: null },
        async (tx) =>
          [
            await tx.storedFile.findFirstOrThrow({ where: { id: infected.id } }),
            await tx.outboxEvent.findFirst({ where: { type: 'cn.anshi.file.infected.v1' } }),
          ] as const,
      );
      expect(row.scan).toBe('infected');
      expect(await parts.store.size('demo', row.sha256)).toBeNull();
      expect(event?.subject).toBe(infected.id);
    } finally {
      await own.close();
      await scanned.stop();
      await clamd.stop();
    }
  });
});
