import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const lengths = join(import.meta.dirname, 'packet-lengths.ts');

/**
 * MiB of buffers that stay after packets of 600 lengths, with other small buffers between them, as in a
 * process that works.
 *
 * @param user the package whose mqtt-packet is asked.
 */
function kept({ user, part, packed }: { user: string; part: string; packed: boolean }): number {
  const packet = createRequire(
    createRequire(join(root, part, 'package.json')).resolve(user),
  ).resolve('mqtt-packet');
  const script = `
    import { createRequire } from 'node:module';
    const { writeToStream } = createRequire(${JSON.stringify(packet)})(${JSON.stringify(packet)});
    ${packed ? `(await import(${JSON.stringify(lengths)})).packPacketLengths();` : ''}
    const write = (length) =>
      writeToStream({ cmd: 'publish', topic: 'x', payload: Buffer.alloc(length), qos: 0 }, { write: () => true });
    // Memory of buffers is given back beside the program, after the garbage collection.
    const used = async () => {
      for (let round = 0; round < 5; round++) {
        gc();
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      return process.memoryUsage().arrayBuffers;
    };
    write(1);
    const before = await used();
    for (let length = 1000; length < 1600; length++) {
      write(length);
      for (let other = 0; other < 40; other++) Buffer.allocUnsafe(4000);
    }
    console.log(((await used()) - before) / 2 ** 20);`;
  const options = ['--expose-gc', '--input-type=module', '-e', script];
  return Number(execFileSync(process.execPath, options, { encoding: 'utf8' }));
}

describe('lengths of packets', () => {
  it.each([
    ['mqtt', 'vision'],
    ['aedes', 'api'],
  ])('take no memory of %s any more, as they do without packing', (user, part) => {
    expect(kept({ user, part, packed: false })).toBeGreaterThan(20);
    expect(kept({ user, part, packed: true })).toBeLessThan(1);
  });
});
