export interface SetupStep {
  id: 'site' | 'plan' | 'camera';
  state: 'done' | 'next' | 'later';
  href: string;
}

/** The steps that set a plant up, in their order: the first that is missing is next. */
export function stepsOf(has: { sites: number; plans: number; cameras: number }): SetupStep[] {
  const all = [
    { id: 'site', count: has.sites, href: '/admin/plant-sites?add=site' },
    { id: 'plan', count: has.plans, href: '/admin/plant-sites?add=plan' },
    { id: 'camera', count: has.cameras, href: '/cameras/setup?add=camera' },
  ] as const;
  const next = all.findIndex(({ count }) => count === 0);
  return all.map(({ id, count, href }, n) => ({
    id,
    href,
    state: count > 0 ? 'done' : n === next ? 'next' : 'later',
  }));
}
