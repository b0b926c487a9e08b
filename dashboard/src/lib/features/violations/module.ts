import ShieldAlert from '@lucide/svelte/icons/shield-alert';
import type { DashboardModule } from '$lib/app/module.ts';
import { reviewCount } from '$lib/app/review-count.svelte.ts';

export const module: DashboardModule = {
  id: 'violations',
  feature: 'monitoring',
  navigation: [
    {
      id: 'violations',
      href: '/violations',
      icon: ShieldAlert,
      name: { zh: '违章复核', en: 'Review' },
      short: { zh: '复核', en: 'Review' },
      group: 'watch',
      order: 2,
      needs: ['violation:read'],
      count: {
        value: () => reviewCount.pending ?? 0,
        words: (n) => ({ zh: `${n} 条待复核`, en: `${n} waiting for review` }),
        follow: () => reviewCount.follow(),
      },
      phone: { rank: 10 },
    },
  ],
};
