import type { Bilingual, ViolationIdentity } from '@anshi/contracts';

/** A violation of the demonstration, of a camera and zone of the shipped file. */
export interface DemoScene {
  camera: string;
  zone: string;
  item: 'helmet' | 'vest';
  floor: [number, number];
  box: [number, number, number, number];
  /** Who stood so near that the badge may be theirs: drawn beside the actor. */
  isCrowded: boolean;
  /** Colour of the clothes in the drawing. */
  coat: string;
  /** Employee numbers of those whose badges the identity names. */
  people: readonly string[];
  /** Whom the worker took it to be. @param handles of the people, in their order. */
  identity(handles: readonly string[], since: string): ViolationIdentity;
  /** The reviewer confirms it; the others wait in the queue. */
  isReviewed: boolean;
}

/** Where all of them are seen. */
const PLACE = {
  camera: 'hall-west',
  zone: 'assembly',
  box: [580, 210, 690, 632],
} satisfies Partial<DemoScene>;

const NAMED: Bilingual = {
  zh: '工牌与其距离不足 1 米，多次读取一致，附近没有其他人',
  en: 'The badge was less than a metre away in several readings, and no other person was near',
};

/** In the words of the worker, of which it says the same of people in the picture. */
const fits = (fixes: number, witnesses: number, metres: string, other: string): Bilingual => ({
  zh: `${fixes} 次定位、${witnesses} 个相互独立的时刻与此人一致；最近一次来自 uwb-1，相距 ${metres} 米，1 秒前；还有 1 人一致，最可能的一人相距 ${other} 米。`,
  en: `${fixes} fixes and ${witnesses} independent times were held against the person; the last one is of uwb-1, ${metres} m away, 1 s old; it also fits 1 other person, the most probable one ${other} m away.`,
});

/**
 * One who agreed and is named; one who stood so near to another that two badges fit; and one whose wearer refused to be named
 * by video, of whom no badge may be used and nothing is said.
 */
export const demoScenes: readonly DemoScene[] = [
  {
    ...PLACE,
    item: 'helmet',
    floor: [12, 7.2],
    isCrowded: false,
    coat: '#33507a',
    people: ['E011'],
    identity: ([handle = ''], since) => ({
      state: 'confirmed',
      handle,
      since,
      reasons: [NAMED],
      candidates: [{ handle, posterior: 0.997, explanation: NAMED }],
    }),
    isReviewed: true,
  },
  {
    ...PLACE,
    item: 'vest',
    floor: [21, 3.4],
    isCrowded: true,
    coat: '#7a3340',
    people: ['E012', 'E006'],
    identity: ([first = '', second = ''], since) => ({
      state: 'ambiguous',
      handle: null,
      since,
      reasons: [
        { zh: '有 2 块工牌与此人一致。', en: '2 badges fit this person.' },
        {
          zh: '还有 1 人与这块工牌一致。',
          en: 'The badge fits 1 other person as well.',
        },
      ],
      candidates: [
        { handle: first, posterior: 0.56, explanation: fits(11, 4, '0.7', '0.9') },
        { handle: second, posterior: 0.38, explanation: fits(10, 4, '0.9', '0.6') },
      ],
    }),
    isReviewed: false,
  },
  {
    ...PLACE,
    item: 'helmet',
    floor: [3.5, 2],
    isCrowded: false,
    coat: '#4d5d3a',
    people: [],
    identity: (_, since) => ({
      state: 'unbadged',
      handle: null,
      since,
      reasons: [
        {
          zh: '14 秒内，场内 3 块可用的工牌都与此人不一致。这不说明此人没有佩戴工牌。',
          en: 'In 14 s none of the 3 badges that may be used fits this person. This does not say that the person wears none.',
        },
      ],
      candidates: [],
    }),
    isReviewed: false,
  },
];
