import type { z } from 'zod';

/** The participants of the bus. */
export const participants = {
  worker: 'A vision worker: watches cameras and reports violations.',
  api: 'The API: the system of record.',
  gateway:
    'Connects badge readers, locating systems, machines, and devices that take commands such as beacons.',
  integrator: 'A system of the customer, such as ERP or MES.',
} as const;
export type Participant = keyof typeof participants;

/** One kind of message of a topic. */
export interface BusMessage {
  /** Unique in the document. */
  name: string;
  summary: string;
  payload: z.ZodType;
}

/** The messages of one topic, and their senders and receivers. */
export interface Channel {
  title: string;
  summary: string;
  /** The parameters after the tenant, in the order of the topic, and their meaning. */
  parameters: readonly { name: string; description: string }[];
  publishers: readonly Participant[];
  subscribers: readonly Participant[];
  qos: 0 | 1;
  retained: boolean;
  messages: readonly BusMessage[];
}
