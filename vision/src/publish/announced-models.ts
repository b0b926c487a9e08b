import {
  type AnnouncedModel,
  announcedModel,
  type CameraConfig,
  type ModelsLoaded,
} from '@anshi/contracts';
import { modelDigest } from '@anshi/contracts/model-digest';
import type { ModelCard } from '../detect/model-card.ts';
import { needsPoses } from '../judge/needs-poses.ts';
import type { Models } from '../models-folder.ts';

/**
 * The part of a card that a worker announces, of whatever task the model has.
 *
 * @throws Error where the card lacks what every card must say.
 */
export function announcedModelOf(card: ModelCard): AnnouncedModel {
  const given: Record<string, unknown> = { ...card };
  return announcedModel.parse({
    name: card.name,
    version: card.version,
    task: card.task,
    // The loader has compared the digests of the card with the files.
    weightsSha256: modelDigest(card),
    description: card.description,
    classes: given.classes ?? [],
    licence: card.licence,
    thresholds: given.thresholds ?? {},
    leastHeights: card.task === 'ppe-detection' ? card.leastHeights : undefined,
    dataSets: given.dataSets ?? [],
    recipe: given.recipe ?? '',
    figures: given.figures ?? [],
    limits: given.limits ?? [],
  });
}

/** The cards of all models that a worker has loaded. */
export const cardsOf = ({ ppe, pose }: Models): ModelCard[] => [
  ...ppe.values(),
  ...(typeof pose === 'string' ? [] : [pose]),
];

/**
 * What a worker has loaded, in an order that depends on nothing but itself. A camera is judged with
 * the detector that it names, and with the pose model where one of its rules needs poses.
 */
export function loadedModels(
  worker: string,
  cards: readonly ModelCard[],
  cameras: readonly Pick<CameraConfig, 'id' | 'model' | 'rules'>[],
): Omit<ModelsLoaded['data'], 'since'> {
  const poses = cards.filter(({ task }) => task === 'pose-estimation').map(({ name }) => name);
  const known = new Set(cards.map(({ name }) => name));
  const modelsOf = ({ model, rules }: (typeof cameras)[number]) =>
    [model, ...(needsPoses(rules) ? poses : [])].filter((name) => known.has(name)).sort();
  return {
    worker,
    models: cards.map(announcedModelOf).sort(byName),
    cameras:
      cards.length === 0
        ? []
        : cameras
            .map((camera) => ({ camera: camera.id, models: modelsOf(camera) }))
            .sort((a, b) => (a.camera < b.camera ? -1 : 1)),
  };
}

const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
