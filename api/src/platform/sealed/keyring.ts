import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';

const keySchema = z.object({
  id: z.string().regex(/^[A-Za-z0-9._-]{1,64}$/),
  createdAt: z.iso.datetime(),
  /** 256 bits in base64. */
  key: z.base64().refine((text) => Buffer.from(text, 'base64').length === 32, 'must be 32 bytes'),
});
const ringSchema = z
  .object({ version: z.literal(1), current: z.string(), keys: z.array(keySchema).min(1) })
  .refine(({ current, keys }) => keys.some(({ id }) => id === current), {
    path: ['current'],
    message: 'names none of the keys',
  });

type Ring = z.infer<typeof ringSchema>;

/** A fault of the key ring, with its remedy. */
export class KeyringError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'KeyringError';
  }
}

/**
 * The key-encryption keys: a file outside of the database, so that a copy of one is useless without
 * the other. They only wrap data keys.
 */
export interface Keyring {
  readonly file: string;
  /** The current wrapping key. The file is read again after a change. */
  current(): Promise<{ id: string; key: Buffer }>;
  /** @throws KeyringError where the ring lacks it. */
  key(id: string): Promise<Buffer>;
  list(): Promise<{ id: string; createdAt: string; current: boolean }[]>;
}

/**
 * Opens a key ring; it is read on demand.
 *
 * @param options.make whether a missing ring is created. Not where the path is configured: a wrong
 *   path must not create a second ring.
 */
export function openKeyring(file: string, options: { make?: boolean } = {}): Keyring {
  let seen: { stamp: string; ring: Ring } | undefined;
  async function load(): Promise<Ring> {
    const stamp = await stampOf(file);
    if (seen && stamp !== null && seen.stamp === stamp) return seen.ring;
    if (stamp === null) {
      if (!options.make) {
        throw new KeyringError(
          `there is no key ring ${file}: put it back from its copy, or name another by ANSHI_KEYRING; a first one is made by "npm run keys -- add"`,
        );
      }
      await makeRing(file);
    }
    const ring = await readRing(file);
    seen = { stamp: (await stampOf(file)) ?? '', ring };
    return ring;
  }
  return {
    file,
    async current() {
      const ring = await load();
      return { id: ring.current, key: await this.key(ring.current) };
    },
    async key(id) {
      const found = (await load()).keys.find((one) => one.id === id);
      if (!found) {
        throw new KeyringError(
          `the key ring ${file} does not have the key ${id}: put back the copy of the ring that has it`,
        );
      }
      return Buffer.from(found.key, 'base64');
    },
    async list() {
      const { keys, current } = await load();
      return keys.map(({ id, createdAt }) => ({ id, createdAt, current: id === current }));
    },
  };
}

const stampOf = (file: string) =>
  stat(file, { bigint: true }).then(
    ({ mtimeNs, size, ino }) => `${mtimeNs} ${size} ${ino}`,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw new KeyringError(`the key ring ${file} cannot be read: ${error.message}`);
    },
  );

async function readRing(file: string): Promise<Ring> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new KeyringError(`the key ring ${file} cannot be read: ${(error as Error).message}`);
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new KeyringError(`the key ring ${file} is not JSON: put it back from its copy`);
  }
  const read = ringSchema.safeParse(json);
  if (read.success) return read.data;
  // Only the location: a key must never be in a message.
  const where = read.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`);
  throw new KeyringError(`the key ring ${file} is not valid: ${where.join('; ')}`);
}

const newKey = (): Ring['keys'][0] => {
  const now = new Date();
  const id = `k${now.toISOString().slice(0, 10).replaceAll('-', '')}-${randomBytes(4).toString('hex')}`;
  return { id, createdAt: now.toISOString(), key: randomBytes(32).toString('base64') };
};

/** Creates a ring with a first key. Of two concurrent calls one wins and both use it. */
async function makeRing(file: string): Promise<void> {
  const key = newKey();
  await mkdir(dirname(file), { recursive: true });
  const part = await writePart(file, { version: 1, current: key.id, keys: [key] });
  try {
    // Unlike rename, it fails where the file exists.
    await link(part, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(part, { force: true });
  }
}

/**
 * Adds a key and makes it the wrapping key; creates the ring if needed.
 *
 * @returns the id of the key.
 */
export async function addKey(file: string): Promise<string> {
  if ((await stampOf(file)) === null) {
    await makeRing(file);
    return (await readRing(file)).current;
  }
  const ring = await readRing(file);
  const key = newKey();
  await replace(file, { ...ring, current: key.id, keys: [...ring.keys, key] });
  return key.id;
}

/**
 * Removes a key from the ring. The caller has checked that nothing is wrapped by it.
 *
 * @throws KeyringError where it is the wrapping key, or does not exist.
 */
export async function dropKey(file: string, id: string): Promise<void> {
  const ring = await readRing(file);
  if (!ring.keys.some((one) => one.id === id)) {
    throw new KeyringError(`the key ring ${file} does not have the key ${id}`);
  }
  if (ring.current === id) {
    throw new KeyringError(`${id} is the key that wraps now: add another first`);
  }
  await replace(file, { ...ring, keys: ring.keys.filter((one) => one.id !== id) });
}

/** Atomic: a truncated ring would lose everything that it opens. */
async function replace(file: string, ring: Ring): Promise<void> {
  await rename(await writePart(file, ring), file);
}

async function writePart(file: string, ring: Ring): Promise<string> {
  const part = `${file}.${randomBytes(6).toString('hex')}.new`;
  const handle = await open(part, 'wx', 0o600);
  try {
    await handle.writeFile(`${JSON.stringify(ring, null, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return part;
}
