import { join } from 'node:path';
import {
  type Box,
  observation as observationSchema,
  type RuleConfig,
  topics,
  violationConfirmed,
} from '@anshi/contracts';
import { connectAsync } from 'mqtt';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { loadPpeCard } from '../detect/model-card.ts';
import type { FrameDetections } from '../frame.ts';
import { Bus } from '../publish/bus.ts';
import { confirmedEvent } from '../record/events.ts';
import { startBroker } from '../testing/broker.ts';
import { CameraPipeline } from './camera-pipeline.ts';
import { clipCamera } from './clip-config.ts';

const PEOPLE = 200;
const START = Date.UTC(2026, 0, 1);
const STEP_MS = 200;
const crowd: RuleConfig = {
  kind: 'over-occupancy',
  id: 'crowd',
  severity: 'medium',
  zone: 'everywhere',
  maxPeople: 150,
  confirmSeconds: 2,
};
const config = clipCamera('square', [1920, 1080], [], [crowd]);
const card = loadPpeCard(join(import.meta.dirname, '../../../models/ppe'));

/** Ten rows of twenty people with bare heads, who all walk to the right. */
function people(ms: number): FrameDetections {
  const boxes = Array.from({ length: PEOPLE }, (_, n): Box => {
    const left = 20 + (n % 20) * 92 + ms / 100;
    const top = 5 + Math.floor(n / 20) * 106;
    return [left, top, left + 36, top + 96];
  });
  const head = ([left, top]: Box): Box => [left + 11, top, left + 25, top + 16];
  const vest = ([left, top]: Box): Box => [left + 3, top + 18, left + 33, top + 54];
  return {
    detections: boxes.flatMap((box) => [
      { label: 'person', score: 0.8, box },
      { label: 'head', score: 0.6, box: head(box) },
      { label: 'vest', score: 0.7, box: vest(box) },
    ]),
    regions: 1,
    cropped: boxes,
    timings: { wait: 0, prepare: 0, infer: 0, decode: 0 },
  };
}

it('200 people in a frame are followed and judged one by one, within the time of a frame, and told whole over the bus', async () => {
  const broker = await startBroker();
  const listener = await connectAsync(broker.url, { protocolVersion: 4 });
  const heard: number[] = [];
  let wake = () => {};
  listener.on('message', (_, payload) => {
    heard.push(observationSchema.parse(JSON.parse(payload.toString())).people.length);
    wake();
  });
  await listener.subscribeAsync(topics.observations('demo', 'w', 'square'), { qos: 0 });
  let connected = () => {};
  const isConnected = new Promise<void>((resolve) => {
    connected = resolve;
  });
  const bus = new Bus({
    url: broker.url,
    tenant: 'demo',
    worker: 'w',
    key: 'b'.repeat(64),
    log: pino({ level: 'silent' }),
    onAcknowledgement: () => {},
    onConnect: () => connected(),
  });
  try {
    await isConnected;
    const pipeline = new CameraPipeline({ config, card, trackPrefix: 'T' });
    const verdicts = [];
    const took: number[] = [];
    const frames = 30;
    for (let n = 0; n < frames; n++) {
      const at = START + n * STEP_MS;
      const meta = { camera: 'square', sequence: n, at, width: 1920, height: 1080 };
      const began = performance.now();
      const outcome = pipeline.process(meta, people(n * STEP_MS));
      took.push(performance.now() - began);
      verdicts.push(...outcome.verdicts);
      bus.observation(outcome.observation);
    }
    while (heard.length < frames) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    expect(heard.slice(5)).toEqual(Array(frames - 5).fill(PEOPLE));

    const confirmed = verdicts.filter((one) => one.type === 'confirmed');
    const heads = confirmed.filter(({ rule }) => rule === 'missing-ppe');
    expect(heads).toHaveLength(PEOPLE);
    expect(new Set(heads.map(({ actor }) => actor)).size).toBe(PEOPLE);
    expect(confirmed).toHaveLength(PEOPLE + 1);
    // Each of them is an event that the API takes.
    for (const verdict of confirmed) {
      const event = confirmedEvent(verdict, {
        source: '/vision/w',
        camera: config,
        model: card,
        configuration: null,
        snapshot: null,
      });
      expect(violationConfirmed.safeParse(event).error).toBeUndefined();
    }
    const middle = took.sort((a, b) => a - b)[Math.floor(frames / 2)]!;
    console.log(
      `${PEOPLE} people: ${middle.toFixed(1)} ms a frame, at most ${took.at(-1)!.toFixed(1)}`,
    );
    expect(middle).toBeLessThan(STEP_MS);
  } finally {
    await bus.close();
    await listener.endAsync(true);
    await broker.close();
  }
});
