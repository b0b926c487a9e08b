import { expect, test } from 'vitest';
import { LIVE_ENGINE_HEADER, LIVE_REASON_HEADER, liveEngineOfAnswer } from './live-engine.ts';

test('the headers of an answer name engine and reason; words that are not known are none', () => {
  const answer = (engine: string, reason: string) =>
    liveEngineOfAnswer(new Headers({ [LIVE_ENGINE_HEADER]: engine, [LIVE_REASON_HEADER]: reason }));
  expect(answer('mediasoup', '')).toEqual({ engine: 'mediasoup', reason: null });
  expect(answer('node-datachannel', 'no-worker')).toEqual({
    engine: 'node-datachannel',
    reason: 'no-worker',
  });
  expect(answer('<script>', 'sounds good')).toEqual({ engine: null, reason: null });
  expect(liveEngineOfAnswer(new Headers())).toEqual({ engine: null, reason: null });
});
