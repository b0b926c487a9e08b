import type { Feature, Preset } from './modules-api.ts';

/** Missing dependencies, or active dependents. */
export function obstacles(feature: Feature, all: readonly Feature[]): Feature[] {
  return feature.on
    ? all.filter((other) => other.on && other.depends.includes(feature.id))
    : all.filter((other) => feature.depends.includes(other.id) && !other.on);
}

/** The changes of a preset; no data is lost. */
export function changesBy(preset: Preset, all: readonly Feature[]) {
  const wanted = (feature: Feature) => feature.required || preset.features.includes(feature.id);
  return {
    on: all.filter((one) => wanted(one) && !one.on),
    off: all.filter((one) => !wanted(one) && one.on),
  };
}
