import Percent from '@lucide/svelte/icons/percent';
import ScanEye from '@lucide/svelte/icons/scan-eye';
import type { DashboardModule } from '$lib/app/module.ts';
import { secondReviewCount } from './second-review-count.svelte.ts';

export const module: DashboardModule = {
  id: 'second-reviews',
  feature: 'monitoring',
  navigation: [
    {
      id: 'second-reviews',
      href: '/second-reviews',
      icon: ScanEye,
      name: { zh: '第二次复核', en: 'Second review' },
      short: { zh: '二次复核', en: '2nd review' },
      group: 'watch',
      order: 2.2,
      needs: ['violation:review'],
      count: {
        value: () => secondReviewCount.open + secondReviewCount.disagreements,
        words: (n) => ({
          zh: `${n} 件待第二次复核或了结`,
          en: `${n} to review again or to settle`,
        }),
        follow: () => secondReviewCount.follow(),
      },
    },
  ],
  sections: [
    {
      id: 'second-reviews',
      office: 'admin',
      group: 'safety',
      order: 9.2,
      icon: Percent,
      name: { zh: '第二次复核', en: 'Second review' },
      hint: {
        zh: '每百个复核结论抽取几个作第二次复核',
        en: 'How many of a hundred verdicts are reviewed a second time',
      },
      needs: 'registry:manage',
    },
  ],
};
