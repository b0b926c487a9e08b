import { topics } from '@anshi/contracts';
import { expect, it } from 'vitest';
import type { Account } from '../../platform/access/account.ts';
import type { Bus } from '../../platform/bus.ts';
import { tellScreens } from './tell-screens.ts';

type Incident = { cameras: string[] };

function opened() {
  /** The topics that were pushed, each with those of two screens that got it. */
  const told: string[][] = [];
  const screens = ['west', 'east'].map(
    (camera) => ({ screen: { group: 'g', site: 's', cameras: [camera] } }) as unknown as Account,
  );
  let commit: (incident: Incident) => void = () => {};
  const handlers = new Map<string, Parameters<Bus['subscribe']>[2]>();
  tellScreens({
    tenant: 'demo',
    live: {
      offer: () => {},
      push: (_tenant, topic, message, visibleTo = () => true) => {
        expect(message).toEqual({ type: topic });
        const of = screens.filter(visibleTo).map(({ screen }) => screen?.cameras[0] as string);
        told.push([topic, ...of]);
      },
    },
    bus: { subscribe: (filter, _qos, handler) => void handlers.set(filter, handler) },
    incidents: {
      onCommit: (listener) => {
        commit = listener;
      },
    },
  });
  return {
    told,
    commit: (incident: Incident) => commit(incident),
    hear: (entity: string, message: unknown) =>
      handlers.get(topics.records('demo', entity))?.('', message, Buffer.alloc(0), false),
  };
}

it('tells the screens of the cameras of an incident right after its commit, and those of another process by the bus', () => {
  const { told, commit, hear } = opened();
  commit({ cameras: ['west', 'roof'] });
  expect(told).toEqual([['screen-alarms', 'west']]);
  hear('incident', { data: { incident: { cameras: ['east'] } } });
  hear('incident', { data: { incident: 'broken' } });
  expect(told.slice(1)).toEqual([['screen-alarms', 'east']]);
});

it('tells every desk and screen of an acknowledgement', () => {
  const { told, hear } = opened();
  hear('desk-alarm', {});
  expect(told).toEqual([
    ['desk-alarms', 'west', 'east'],
    ['screen-alarms', 'west', 'east'],
  ]);
});
