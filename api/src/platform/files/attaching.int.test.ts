import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawPicture } from '../../testing/media.ts';
import { type FilesWorld, openFilesWorld } from '../../testing/stored-files.ts';
import { beginUpload, uploadFile } from '../../testing/tus.ts';
import { createFiles } from './files.ts';

let world: FilesWorld;
beforeAll(async () => {
  world = await openFilesWorld();
});
afterAll(() => world?.close());

describe('attaching', () => {
  it("accepts only the caller's own files, once they were checked", async () => {
    const safety = await world.api.signIn('safety');
    const theirs = await uploadFile(world.api, safety, await drawPicture(25));
    await expect(world.attach([theirs], 'case-4')).rejects.toMatchObject({ code: 'file.unknown' });
    const begun = await beginUpload(world.api, world.user, 5000);
    const id = begun.headers.get('location')!.split('/').at(-1)!;
    await expect(world.attach([id], 'case-4')).rejects.toMatchObject({ code: 'file.not-received' });
    const own = await uploadFile(world.api, world.user, await drawPicture(26));
    // All or none.
    await expect(world.attach([own, theirs], 'case-4')).rejects.toMatchObject({
      code: 'file.unknown',
    });
    expect((await world.rowOf(own)).entity).toBeNull();
  });

  it('attached files are readable by the module’s guard, and by none without a guard', async () => {
    const id = await uploadFile(world.api, world.user, await drawPicture(27));
    await world.attach([id], 'case-5');
    const files = createFiles({ store: world.store });
    const see = () =>
      world.database.transaction({ tenant: 'demo', user: null }, (tx) =>
        files.see(tx, world.account, id),
      );
    expect((await see()).sight).toBeNull();
    let original = false;
    files.guard(
      'hazard',
      async () => true,
      async () => original,
    );
    expect((await see()).sight).toBe('shown');
    original = true;
    expect((await see()).sight).toBe('original');
  });
});

describe('[HAZ-15] similar pictures', () => {
  it('are found by their bytes and by their content, after scaling and compression', async () => {
    const photo = await drawPicture(31, 1600);
    const first = await uploadFile(world.api, world.user, photo);
    const smaller = await sharp(photo)
      .resize(700)
      .jpeg({ quality: 55 })
      .modulate({ brightness: 1.1 })
      .toBuffer();
    const second = await uploadFile(world.api, world.user, smaller);
    const strange = await uploadFile(world.api, world.user, await drawPicture(32, 1600));
    const blank = await sharp({
      create: { width: 900, height: 700, channels: 3, background: '#456' },
    })
      .jpeg()
      .toBuffer();
    const [blankA, blankB] = [
      await uploadFile(world.api, world.user, blank),
      await uploadFile(world.api, world.user, await sharp(blank).resize(500).jpeg().toBuffer()),
    ];
    await world.attach([first, strange, blankA], 'case-6');
    const copy = await uploadFile(world.api, world.user, photo);
    const files = createFiles({ store: world.store });
    const alike = async (id: string) =>
      world.database.transaction({ tenant: 'demo', user: null }, async (tx) => {
        const { file } = await files.see(tx, world.account, id);
        return (await files.lookalikes(tx, file, 8)).map((one) => [one.file.id, one.distance]);
      });
    expect(await alike(copy)).toEqual([[first, 0]]);
    const [found, ...rest] = await alike(second);
    expect(found?.[0]).toBe(first);
    expect(found?.[1]).toBeLessThanOrEqual(4);
    expect(rest).toEqual([]);
    // Blank pictures are not similar to each other.
    expect(await alike(blankB)).toEqual([]);
    const other = await world.database.transaction({ tenant: 'nobody', user: null }, async (tx) => {
      const file = { ...(await world.rowOf(copy)), attachedTo: null } as never;
      return files.lookalikes(tx, file, 64);
    });
    expect(other).toEqual([]);
  });
});
