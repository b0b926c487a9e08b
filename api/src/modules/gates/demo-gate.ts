/** The readers of the demonstration, which the simulator plays: their names, and machines or areas. */
export const demoGate = { device: 'welder-1-reader', machine: 'welder-1' } as const;
export const demoForkliftGate = { device: 'forklift-1-reader', machine: 'forklift-1' } as const;
/**
 * Two at the door of an area: people and vehicles go in by the one, and out by the other. The third is the barrier of the
 * loading gate, which lets trucks in.
 */
export const demoDoors = [
  { device: 'chemical-store-door', area: 'chemical-store' },
  { device: 'chemical-store-exit', area: 'chemical-store' },
  { device: 'loading-gate-barrier', area: 'loading-gate' },
] as const;

/** Formats a reader of the demonstration for `ANSHI_SIM_GATES`. @param url address of its gateway; left out: it asks the API. */
export const simulatedGate = (
  one: { device: string } & ({ machine: string } | { area: string }),
  secret: string,
  url?: string,
): string =>
  `${one.device}:${'machine' in one ? one.machine : `door/${one.area}`}=${secret}${url ? `@${url}` : ''}`;
