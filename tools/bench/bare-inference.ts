import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { parse } from 'yaml';
import { z } from 'zod';

/** What a bare run needs from a model card. */
const card = z.object({
  weights: z.object({ file: z.string() }),
  input: z.object({ name: z.string(), size: z.number(), multiple: z.number() }),
});

/**
 * CPU milliseconds of one bare `session.run` over a whole 16:9 frame at the model's own size, one
 * thread, median of `rounds`.
 */
export async function bareInferenceMs(modelFolder: string, rounds: number): Promise<number> {
  const { weights, input } = card.parse(
    parse(readFileSync(join(modelFolder, 'card.yaml'), 'utf8')),
  );
  const session = await InferenceSession.create(join(modelFolder, weights.file), {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
  });
  const width = input.size;
  const height = Math.ceil((width * 9) / 16 / input.multiple) * input.multiple;
  const pixels = new Float32Array(3 * width * height).fill(114);
  const feeds = { [input.name]: new Tensor('float32', pixels, [1, 3, height, width]) };
  const times: number[] = [];
  for (let i = 0; i < rounds + 3; i++) {
    const before = process.cpuUsage();
    await session.run(feeds);
    const { user, system } = process.cpuUsage(before);
    if (i >= 3) times.push((user + system) / 1000);
  }
  await session.release();
  times.sort((a, b) => a - b);
  return times[Math.floor(times.length / 2)] as number;
}
