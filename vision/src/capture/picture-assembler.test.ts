import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PictureAssembler } from './picture-assembler.ts';
import { type Slot, SlotPool } from './slot-pool.ts';

function assemble(pool: SlotPool, keep = false) {
  const pictures: { n: number; bytes: number[]; slot: Slot }[] = [];
  const discarded: number[] = [];
  const assembler = new PictureAssembler(pool, {
    picture: (n, slot) => {
      pictures.push({ n, bytes: [...slot.bytes], slot });
      if (!keep) pool.give(slot);
    },
    discarded: (n) => discarded.push(n),
  });
  return { assembler, pictures, discarded };
}

test('pictures are reassembled from chunks of any size', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.uint8Array({ minLength: 1, maxLength: 200 }),
      fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }),
      (size, bytes, cuts) => {
        const { assembler, pictures } = assemble(new SlotPool());
        assembler.setSize(size);
        for (let at = 0, i = 0; at < bytes.length; i++) {
          const next = at + cuts[i % cuts.length]!;
          assembler.take(bytes.subarray(at, next));
          at = next;
        }
        const whole = Math.floor(bytes.length / size);
        expect(pictures.flatMap((p) => p.bytes)).toEqual([...bytes.subarray(0, whole * size)]);
        expect(pictures.map((p) => p.n)).toEqual([...Array(whole).keys()]);
      },
    ),
  );
});

test('without a free slot a picture is dropped and counted, the next ones are correct', () => {
  const pool = new SlotPool(2);
  const { assembler, pictures, discarded } = assemble(pool, true);
  assembler.setSize(2);
  assembler.take(Uint8Array.of(0, 0, 1, 1, 2));
  assembler.take(Uint8Array.of(2));
  pool.give(pictures[0]!.slot);
  assembler.take(Uint8Array.of(3, 3));
  expect(discarded).toEqual([2]);
  expect(pictures.map((p) => [p.n, p.bytes])).toEqual([
    [0, [0, 0]],
    [1, [1, 1]],
    [3, [3, 3]],
  ]);
});

test('bytes that come before the size is known are kept', () => {
  const { assembler, pictures } = assemble(new SlotPool());
  assembler.take(Uint8Array.of(1, 2));
  assembler.take(Uint8Array.of(3));
  assembler.setSize(3);
  expect(pictures.map((p) => p.bytes)).toEqual([[1, 2, 3]]);
});

test('a slot of an earlier size is not reused', () => {
  const pool = new SlotPool(1);
  const old = pool.take(4)!;
  const fresh = pool.take(9)!;
  pool.give(old);
  expect(pool.take(9)).toBeNull();
  pool.give(fresh);
  expect(pool.take(9)).toBe(fresh);
});
