import Archive from '@lucide/svelte/icons/archive';
import BookLock from '@lucide/svelte/icons/book-lock';
import FileCheck2 from '@lucide/svelte/icons/file-check-2';
import Inbox from '@lucide/svelte/icons/inbox';
import KeyRound from '@lucide/svelte/icons/key-round';
import Scale from '@lucide/svelte/icons/scale';
import ShieldQuestion from '@lucide/svelte/icons/shield-question-mark';
import Timer from '@lucide/svelte/icons/timer';
import type { DashboardModule } from '$lib/app/module.ts';

export const module: DashboardModule = {
  id: 'privacy',
  navigation: [
    {
      id: 'privacy',
      href: '/privacy',
      icon: Scale,
      name: { zh: '隐私', en: 'Privacy' },
      group: 'admin',
      order: 2,
      office: 'privacy',
    },
  ],
  sections: [
    {
      id: 'requests',
      office: 'privacy',
      order: 1,
      icon: Inbox,
      name: { zh: '个人请求', en: 'Requests' },
      hint: {
        zh: '更正与删除请求，在期限内说明理由并答复。',
        en: 'Corrections and removals that people ask for, answered in time and with a reason.',
      },
      needs: 'privacy:manage',
    },
    {
      id: 'compliance',
      office: 'privacy',
      order: 2,
      icon: Scale,
      name: { zh: '合规状态', en: 'Compliance' },
      hint: {
        zh: '每条法律要求什么、系统现在核对到什么、还有什么须由人员确认。',
        en: 'What each law asks, what the system finds of it now, and what a person has to confirm.',
      },
      needs: 'privacy:manage',
    },
    {
      id: 'register',
      office: 'privacy',
      order: 3,
      icon: BookLock,
      name: { zh: '数据登记', en: 'Register of data' },
      hint: {
        zh: '收集什么、作何用途、谁负责、保存多久。',
        en: 'What is collected, what for, who answers for it, and how long it is kept.',
      },
      needs: 'privacy:manage',
    },
    {
      id: 'consents',
      office: 'privacy',
      order: 4,
      icon: FileCheck2,
      name: { zh: '告知与同意', en: 'Notices and consents' },
      hint: {
        zh: '告知文本的版本，以及在岗人员的答复。',
        en: 'The notices by version, and how those who work here answered.',
      },
      needs: 'privacy:manage',
    },
    {
      id: 'retention',
      office: 'privacy',
      order: 5,
      icon: Timer,
      name: { zh: '留存与清除', en: 'Terms and removal' },
      hint: {
        zh: '到期数据每晚自动清除，每次清除留存证明。',
        en: 'What is over its term is removed each night, with a proof of each removal.',
      },
      needs: 'privacy:manage',
    },
    {
      id: 'assessments',
      office: 'privacy',
      order: 6,
      icon: ShieldQuestion,
      name: { zh: '影响评估', en: 'Impact assessments' },
      hint: {
        zh: '处理敏感个人信息之前的评估，至少保存三年。',
        en: 'Made before sensitive data are processed, and kept three years at least.',
      },
      needs: 'privacy:manage',
    },
    {
      id: 'keys',
      office: 'privacy',
      order: 7,
      icon: KeyRound,
      name: { zh: '密钥', en: 'Keys' },
      hint: {
        zh: '谁保管密钥，密钥加密了什么，何时轮换。密钥本身从不显示。',
        en: 'Who keeps the keys, what they encrypt, and when they were rotated. The keys are never shown.',
      },
      needs: 'key:manage',
    },
    {
      id: 'storage',
      office: 'privacy',
      order: 8,
      icon: Archive,
      name: { zh: '备份与存储', en: 'Backups and storage' },
      hint: {
        zh: '备份是否及时，恢复是否演练过，文件是否加密和查毒。',
        en: 'Whether backups are fresh and were tried, and files are encrypted and scanned.',
      },
      needs: 'system:read',
      // Read access to the system state alone does not show the office.
      leadsFor: [],
    },
  ],
};
