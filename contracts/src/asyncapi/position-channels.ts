import { positionsContent, positionsNotice, positionsStateContent } from '../bus/positions.ts';
import type { topics } from '../bus/topics.ts';
import type { Channel } from './channel.ts';

const floorPlan = { name: 'floorPlan', description: 'Id of the floor plan.' };

/** A notice whose text is a JSON object with these fields. */
const noticeOf = (content: { shape: object }) =>
  positionsNotice.extend({
    content: positionsNotice.shape.content.describe(
      `The text of a JSON object with ${Object.keys(content.shape).join(', ')}.`,
    ),
    signatures: positionsNotice.shape.signatures.describe(
      'By worker, as of `arming`: HMAC-SHA256, in hexadecimal, over `anshi-bus-text-1`, a line feed, the topic, a line feed and the content, with ANSHI_BUS_KEY of the worker, as text, as the key.',
    ),
  });

/** The positions that workers may know: of people who agreed, under handles of a day. */
export const positionChannels: Readonly<
  Record<Extract<keyof typeof topics, 'positions' | 'positionsState'>, Channel>
> = {
  positions: {
    title: 'Positions under handles',
    summary:
      'Where badges are whose wearers agreed to badge tracking and to names in video. A lost one is not sent again.',
    parameters: [floorPlan],
    publishers: ['api'],
    subscribers: ['worker'],
    qos: 0,
    retained: false,
    messages: [
      {
        name: 'positions',
        summary: 'The newest fixes on one floor plan, signed for each worker.',
        payload: noticeOf(positionsContent),
      },
    ],
  },
  positionsState: {
    title: 'State of positions',
    summary:
      'Which handles may no longer be used, and how many people cannot be seen. Said again every 10 seconds; what is over says that no name may be given.',
    parameters: [floorPlan],
    publishers: ['api'],
    subscribers: ['worker'],
    qos: 1,
    retained: true,
    messages: [
      {
        name: 'positionsState',
        summary: 'What holds for all positions of one floor plan, signed for each worker.',
        payload: noticeOf(positionsStateContent),
      },
    ],
  },
};
