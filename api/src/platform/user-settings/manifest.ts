import { z } from 'zod';
import { legalBases } from '../legal-bases.ts';
import type { ModuleManifest } from '../manifest.ts';

export const manifest = {
  name: 'user-settings',
  folders: ['platform/user-settings'],
  facts: true,
  userSettings: {
    language: {
      zh: '界面语言',
      en: 'Language of the pages',
      schema: z.enum(['zh-CN', 'en']),
    },
    theme: {
      zh: '界面配色',
      en: 'Colours of the pages',
      schema: z.enum(['system', 'dark', 'light']),
    },
    plain: {
      zh: '大字模式',
      en: 'Large text',
      schema: z.boolean(),
    },
    lists: {
      zh: '列表的列、行高与保留的筛选条件',
      en: 'Columns, density and kept filters of lists',
      schema: z
        .record(
          z.string().regex(/^[a-z][a-z0-9-]{0,62}$/),
          z.strictObject({
            compact: z.literal(true).optional(),
            hidden: z
              .array(z.string().regex(/^[A-Za-z][A-Za-z0-9-]{0,40}$/))
              .max(40)
              .optional(),
            // As the address of the list has them.
            filters: z
              .string()
              .max(300)
              .regex(/^(\?.*)?$/)
              .optional(),
          }),
        )
        .refine((lists) => Object.keys(lists).length <= 200),
    },
    shortcuts: {
      zh: '首页快捷入口',
      en: 'Shortcuts of the home page',
      schema: z.strictObject({
        // Ids of menu entries, or office/section, in the person's order; null for the default of the roles.
        chosen: z
          .array(z.string().regex(/^[a-z0-9-]{1,40}(?:\/[a-z0-9-]{1,40})?$/))
          .max(24)
          // Each id once. The library's own words: those are in both languages.
          .refine((ids) => new Set(ids).size === ids.length)
          .nullable(),
      }),
    },
  },
  problems: {
    'setting.unknown': [404, 'There is no such setting', 'Take one of keys.'],
    'setting.not-set': [404, 'It is not set', 'The page takes its default.'],
    'setting.invalid': [422, 'The value does not fit the setting', 'See errors.'],
    'setting.too-large': [413, 'The value is too large', 'A setting has 16 KiB at most.'],
    'setting.version-conflict': [
      409,
      'It was set in another window meanwhile',
      'Look at current, and make your change again on its version.',
    ],
  },
  data: {
    policies: [
      {
        id: 'user-settings',
        name: { zh: '界面设置', en: 'Settings of the pages' },
        purpose: {
          zh: '在任何设备上按本人的选择显示',
          en: 'Showing pages as the person chose, on any device',
        },
        fields: {
          zh: [
            '语言',
            '配色',
            '大字模式',
            '监控墙布局',
            '首页快捷入口',
            '列表的列、行高与筛选条件',
            '上次查看复核队列的时间',
          ],
          en: [
            'language',
            'colours',
            'large text',
            'layout of the camera wall',
            'shortcuts of the home page',
            'columns, density and filters of lists',
            'when the review queue was looked at last',
          ],
        },
        classification: 'internal',
        personal: true,
        sensitive: false,
        legalBasis: legalBases.staffManagement,
        usedBy: ['admin'],
        retentionDays: 30,
        retentionSource: { zh: '离职后起算；企业规定', en: 'From the day of leaving; the company' },
        certainty: 'own',
        storage: { zh: '数据库', en: 'Database' },
      },
    ],
  },
  tables: ['user_setting'],
} as const satisfies ModuleManifest;
