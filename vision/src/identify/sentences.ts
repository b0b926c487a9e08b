import type { Bilingual } from '@anshi/contracts';
import type { Candidate, Reason } from './identity.ts';

/** A reason as a sentence in both languages. */
export function sentenceOf(reason: Reason): Bilingual {
  switch (reason.code) {
    case 'fits':
      return {
        zh: `在 ${reason.witnesses} 个相互独立的时刻、走过 ${reason.metres} 米的路程中，只有这块工牌与此人一致。`,
        en: `This badge alone fits at ${reason.witnesses} independent times, over a way of ${reason.metres} m.`,
      };
    case 'too-few':
      return {
        zh: `相互独立的时刻只有 ${reason.witnesses} 个，需要 ${reason.needed} 个；人站着不动时不会增加。`,
        en: `There are ${reason.witnesses} independent times, and ${reason.needed} are needed; a person who stands still adds none.`,
      };
    case 'others-fit':
      return {
        zh: `还有 ${reason.people} 人与这块工牌一致。`,
        en: `The badge fits ${reason.people} other ${reason.people === 1 ? 'person' : 'people'} as well.`,
      };
    case 'badges-fit':
      return {
        zh: `有 ${reason.badges} 块工牌与此人一致。`,
        en: `${reason.badges} badges fit this person.`,
      };
    case 'may-be-none':
      return {
        zh: `也可能是没有可用工牌的人（概率 ${percent(reason.probability)}）。`,
        en: `It may be a person without a badge that may be used (probability ${percent(reason.probability)}).`,
      };
    case 'possible-swap':
      return {
        zh: '两人在画面中靠得太近，摄像机可能把他们认错；分开后重新判断。',
        en: 'Two people are so near to each other in the picture that the camera may take one for the other; it is decided again when they part.',
      };
    case 'two-places':
      return {
        zh: '这块工牌同时与另一处的人一致。',
        en: 'The badge fits a person at another place at the same time.',
      };
    case 'hand-over':
      return {
        zh: '之前与此人一致的是另一块工牌，工牌可能已转交，须由人核实。',
        en: 'Another badge fitted this person before: it may have been handed over, and a person has to look.',
      };
    case 'too-new':
      return {
        zh: '此人刚刚进入画面，尚未判断。',
        en: 'The person has just come into sight, and nothing is decided yet.',
      };
    case 'began-before':
      return {
        zh: '行为开始时，还不能确定画面中是同一个人。',
        en: 'When it began it was not yet certain that the picture shows the same person.',
      };
    case 'out-of-sight':
      return {
        zh: '此人不在摄像机能定位的地面上，无法与工牌比对。',
        en: 'The person is not where a camera can tell the place on the floor, so no badge can be compared.',
      };
    case 'withdrawn':
      return {
        zh: '曾与此人一致的一块工牌不再允许使用。',
        en: 'A badge that fitted this person may no longer be used.',
      };
    case 'no-positions':
      return {
        zh: '当时没有有效的工牌位置，因此没有姓名。',
        en: 'No position of a badge counted at that time, so there is no name.',
      };
    case 'no-answer':
      return {
        zh: '判断身份的程序没有回答，因此没有姓名。',
        en: 'The part of the worker that decides it did not answer, so there is no name.',
      };
    case 'none-fits':
      if (reason.allAgreed) {
        return {
          zh: `${reason.seconds} 秒内，场内 ${reason.badges} 块工牌都与此人不一致。有工牌的人员均已同意，因此此人没有佩戴工牌，或其工牌读不到。`,
          en: `In ${reason.seconds} s none of the ${reason.badges} badges fits this person. All who have a badge agreed, so the person wears no badge, or one that no reader hears.`,
        };
      }
      return {
        zh: `${reason.seconds} 秒内，场内 ${reason.badges} 块可用的工牌都与此人不一致。这不说明此人没有佩戴工牌。`,
        en: `In ${reason.seconds} s none of the ${reason.badges} badges that may be used fits this person. This does not say that the person wears none.`,
      };
  }
}

/** What a candidate rests on as a sentence in both languages. */
export function explain({ fixes, witnesses, last, others }: Candidate): Bilingual {
  const zh = [`${fixes} 次定位、${witnesses} 个相互独立的时刻与此人一致`];
  const en = [`${fixes} fixes and ${witnesses} independent times were held against the person`];
  if (last) {
    zh.push(
      `最近一次来自 ${last.reader}，相距 ${last.metres.toFixed(1)} 米，${last.ageSeconds.toFixed(0)} 秒前`,
    );
    en.push(
      `the last one is of ${last.reader}, ${last.metres.toFixed(1)} m away, ${last.ageSeconds.toFixed(0)} s old`,
    );
  }
  const [nearest] = others;
  if (nearest) {
    zh.push(`还有 ${others.length} 人一致，最可能的一人相距 ${nearest.metres.toFixed(1)} 米`);
    en.push(
      `it also fits ${others.length} other ${others.length === 1 ? 'person' : 'people'}, the most probable one ${nearest.metres.toFixed(1)} m away`,
    );
  } else {
    zh.push('没有其他人一致');
    en.push('it fits no other person in sight');
  }
  return { zh: `${zh.join('；')}。`, en: `${capital(en.join('; '))}.` };
}

const percent = (share: number) => `${Math.round(100 * share)} %`;
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
