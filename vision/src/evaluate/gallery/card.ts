import type { Box } from '@anshi/contracts';
import { VERDICT_CLASSES } from '../labelled-people.ts';
import type { Mistake } from '../mistakes.ts';
import { type Crop, cropAround, cropAsUri } from './crop.ts';
import { both, classWords, escaped, KINDS, STATES, type Words } from './words.ts';

/** The score threshold of a class. */
type TrustOf = (label: string) => number;

/** One error as a figure: the picture around it, labels, detections, and a description. */
export async function mistakeCard(mistake: Mistake, trust: TrustOf): Promise<string> {
  const { picture, box, kind, set, label } = mistake;
  const crop = cropAround(box, picture.width, picture.height);
  const uri = await cropAsUri(picture.file, crop);
  const { zh, en } = sentence(mistake);
  return `<figure class="card ${kind}" data-kind="${kind}" data-set="${escaped(set)}" data-class="${escaped(label)}">
<div class="view"><img loading="lazy" src="${uri}" alt="${escaped(`${zh} / ${en}`)}">${overlay(mistake, crop, trust)}</div>
<figcaption><p class="what"><b class="kind">${both(KINDS[kind])}</b><b>${both(classWords(label))}</b></p>
<p>${both({ zh, en })}</p><p class="file">${escaped(set)}/${escaped(picture.id)}</p></figcaption></figure>`;
}

/** A description in one sentence. */
function sentence(mistake: Mistake): Words {
  switch (mistake.kind) {
    case 'missed': {
      const { box, bestScore } = mistake;
      const high = Math.round(box[3] - box[1]);
      if (bestScore < 0.01)
        return { zh: `高 ${high} 像素，没有分数`, en: `${high} px high, no score` };
      const score = bestScore.toFixed(2);
      return {
        zh: `高 ${high} 像素，最高分 ${score}`,
        en: `${high} px high, best score ${score}`,
      };
    }
    case 'false-alarm': {
      const score = mistake.score.toFixed(2);
      const { instead } = mistake;
      if (!instead) {
        return {
          zh: `分数 ${score}，此处没有标注`,
          en: `Score ${score}, nothing is labelled here`,
        };
      }
      const name = classWords(instead.label);
      const overlap = instead.overlap.toFixed(2);
      return {
        zh: `分数 ${score}，此处标注为“${name.zh}”（重叠 ${overlap}）`,
        en: `Score ${score}, labelled here: ${name.en.toLowerCase()} (overlap ${overlap})`,
      };
    }
    case 'wrong-verdict': {
      const { labelled, said } = mistake;
      return {
        zh: `标注：${STATES[labelled].zh}；判定：${STATES[said].zh}`,
        en: `Labelled ${STATES[labelled].en}, judged ${STATES[said].en}`,
      };
    }
  }
}

/** The boxes of the error, over the crop: labels solid, detections dashed. */
function overlay(mistake: Mistake, crop: Crop, trust: TrustOf): string {
  const { picture, label, kind, box: focus } = mistake;
  const labels = new Set<string>([label]);
  const instead = kind === 'false-alarm' ? mistake.instead?.label : undefined;
  if (kind === 'wrong-verdict') {
    for (const one of Object.values(VERDICT_CLASSES[mistake.label])) labels.add(one);
  }
  const shapes: string[] = [];
  const isFocus = (box: Box) => box.every((value, i) => value === focus[i]);
  for (const one of picture.labels) {
    if ((labels.has(one.label) || one.label === instead) && touches(one.box, crop)) {
      shapes.push(rectangle(one.box, crop, isFocus(one.box) ? 'truth focus' : 'truth', one.label));
    }
  }
  for (const one of picture.found) {
    if (labels.has(one.label) && one.score >= trust(one.label) && touches(one.box, crop)) {
      const name = `${one.label} ${one.score.toFixed(2)}`;
      shapes.push(rectangle(one.box, crop, isFocus(one.box) ? 'drawn focus' : 'drawn', name));
    }
  }
  if (kind === 'wrong-verdict') shapes.push(rectangle(focus, crop, 'person', 'person'));
  return `<svg viewBox="0 0 ${crop.width} ${crop.height}" aria-hidden="true">${shapes.join('')}</svg>`;
}

function touches(box: Box, { left, top, width, height }: Crop): boolean {
  return box[0] < left + width && box[2] > left && box[1] < top + height && box[3] > top;
}

function rectangle(box: Box, crop: Crop, style: string, title: string): string {
  const number = (value: number) => String(Math.round(10 * value) / 10);
  const [x, y] = [number(box[0] - crop.left), number(box[1] - crop.top)];
  const [width, height] = [number(box[2] - box[0]), number(box[3] - box[1])];
  return `<rect class="${style}" x="${x}" y="${y}" width="${width}" height="${height}"><title>${escaped(title)}</title></rect>`;
}
