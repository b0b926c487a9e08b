import { impinjEvents } from '../bus/impinj.ts';
import { omloxLocation } from '../bus/location.ts';
import type { topics } from '../bus/topics.ts';
import type { Channel } from './channel.ts';

const reader = { name: 'reader', description: 'Name of the reader, as in its credential.' };

/** What readers and locating systems send in forms of their own. */
export const readerChannels: Readonly<
  Record<Extract<keyof typeof topics, 'readerImpinj' | 'readerOmlox'>, Channel>
> = {
  readerImpinj: {
    title: 'Reads in the form of Impinj',
    summary:
      'Reads of a reader by the Impinj IoT Device Interface, or of a gateway that speaks LLRP with it. `hostname` is the name of the reader.',
    parameters: [reader],
    publishers: ['gateway', 'integrator'],
    subscribers: ['api'],
    qos: 1,
    retained: false,
    messages: [
      { name: 'impinjEvents', summary: 'One event, or a list of them.', payload: impinjEvents },
    ],
  },
  readerOmlox: {
    title: 'Locations by omlox',
    summary:
      'Positions of a locating system or an omlox hub. `provider_id` is that of the topic, and `source` a zone of the sender. Local coordinates are metres of the floor plan that the sender, or its zone, is registered on.',
    parameters: [reader, { name: 'provider', description: 'Id of the badge, tag or device.' }],
    publishers: ['integrator'],
    subscribers: ['api'],
    qos: 1,
    retained: false,
    messages: [
      { name: 'omloxLocation', summary: 'The position of one badge.', payload: omloxLocation },
    ],
  },
};
