import Combine from '@lucide/svelte/icons/combine';
import ShieldAlert from '@lucide/svelte/icons/shield-alert';
import type { DashboardModule } from '$lib/app/module.ts';
import { reviewCount } from '$lib/app/review-count.svelte.ts';

export const module: DashboardModule = {
  id: 'incidents',
  feature: 'monitoring',
  navigation: [
    {
      id: 'incidents',
      href: '/incidents',
      also: ['/violations'],
      icon: ShieldAlert,
      name: { zh: '违章复核', en: 'Review' },
      short: { zh: '复核', en: 'Review' },
      group: 'watch',
      order: 2,
      needs: ['violation:read@department'],
      count: {
        value: () => reviewCount.pending ?? 0,
        words: (n) => ({ zh: `${n} 件待复核`, en: `${n} waiting for review` }),
        follow: () => reviewCount.follow(),
      },
      phone: { rank: 10 },
    },
    {
      id: 'my-incidents',
      href: '/incidents',
      also: ['/violations'],
      icon: ShieldAlert,
      name: { zh: '涉及我的事件', en: 'Incidents of mine' },
      group: 'work',
      order: 9,
      needs: ['violation:read'],
      unless: 'violation:read@department',
    },
  ],
  sections: [
    {
      id: 'incidents',
      office: 'admin',
      group: 'safety',
      order: 9,
      icon: Combine,
      name: { zh: '事件合并', en: 'Joining of findings' },
      hint: {
        zh: '同一人的两项发现相隔多久仍算一次行为',
        en: 'How far apart two findings of one act may be',
      },
      needs: 'registry:manage',
    },
  ],
};
