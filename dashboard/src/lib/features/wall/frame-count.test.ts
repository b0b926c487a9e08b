import { expect, it } from 'vitest';
import { frameCount } from './frame-count.ts';

const video = (currentTime: number, totalVideoFrames?: number) => ({
  currentTime,
  ...(totalVideoFrames !== undefined && {
    getVideoPlaybackQuality: () => ({ totalVideoFrames }) as VideoPlaybackQuality,
  }),
});

it('counts the frames of a live video, whose time runs on without any', () => {
  expect(frameCount(video(4, 60))).toBe(60);
  expect(frameCount(video(9, 60))).toBe(60);
});

it('is the time in a browser that counts no frames', () => {
  expect(frameCount(video(4))).toBe(4);
  expect(frameCount(video(5, 0))).toBe(5);
});
