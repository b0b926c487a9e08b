import { type Loop, startLoop } from '../../platform/feed/loop.ts';
import type { Open } from '../../platform/module.ts';
import { FEATURE } from '../gates/manifest.ts';
import { rememberJobs } from '../gates/matching.ts';
import { createLook } from './look.ts';

/** How often machines are looked at without being nudged, ms. */
const EVERY_MS = 5_000;

/** Machines that run under a person without the right: a violation, from sign-ons, machines and positions. */
export const open: Open = (platform) => {
  const { services, consumers, features, log } = platform;
  const look = createLook({ ...platform, matching: rememberJobs(services.get('match')) });
  let loop: Loop | null = null;
  const nudge = () => loop?.nudge();
  consumers.on({
    name: 'operators.sessions',
    feature: FEATURE,
    types: ['cn.anshi.gate-session.*'],
    handle: async (unit) => unit.afterCommit(nudge),
  });
  services.get('machines').onState(nudge);
  return {
    register() {},
    start() {
      loop = startLoop({
        name: 'unqualified operators',
        log,
        everyMs: EVERY_MS,
        pass: async () => features.isOn(FEATURE) && look.pass(),
      });
    },
    close: () => loop?.close(),
  };
};
