import type { Feature, Preset } from './modules-api.ts';

/** What must be switched on first, or what still needs it. */
export function obstacles(feature: Feature, all: readonly Feature[]): Feature[] {
  return feature.on
    ? all.filter((other) => other.on && other.depends.includes(feature.id))
    : all.filter((other) => feature.depends.includes(other.id) && !other.on);
}

/** What a preset would change: nothing is lost by any of it. */
export function changesBy(preset: Preset, all: readonly Feature[]) {
  const wanted = (feature: Feature) => feature.required || preset.features.includes(feature.id);
  return {
    on: all.filter((one) => wanted(one) && !one.on),
    off: all.filter((one) => !wanted(one) && one.on),
  };
}
