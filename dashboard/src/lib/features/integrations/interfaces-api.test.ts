import { describeBus } from '@anshi/contracts/asyncapi';
import { expect, it } from 'vitest';
import { enAdminOutside } from '$lib/i18n/en-admin-outside.ts';
import { zhAdminOutside } from '$lib/i18n/zh-admin-outside.ts';
import { topicsOf } from './interfaces-api.ts';

it('[INT-04] the page of interfaces names every topic and its participants, in both languages', () => {
  const topics = topicsOf(describeBus('1'));
  expect(topics.length).toBeGreaterThan(5);
  for (const { key, publishers, subscribers } of topics) {
    for (const { interfaces } of [zhAdminOutside, enAdminOutside]) {
      expect(interfaces.topicNames, key).toHaveProperty(key);
      for (const who of [...publishers, ...subscribers]) {
        expect(interfaces.participants, who).toHaveProperty(who);
      }
    }
    expect(publishers.length * subscribers.length, key).toBeGreaterThan(0);
  }
  expect(topics.find(({ key }) => key === 'machineState')).toMatchObject({
    address: 'anshi/v1/{tenant}/machines/{machine}/state',
    qos: 1,
    retained: true,
    publishers: ['gateway', 'integrator'],
    subscribers: ['api', 'worker'],
  });
});
