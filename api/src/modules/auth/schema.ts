import { bilingual, instant } from '@anshi/contracts';
import { z } from 'zod';
import { scopes } from '../../platform/manifest.ts';

export const userSchema = z
  .object({
    id: z.string(),
    username: z.string(),
    displayName: bilingual,
    roles: z.array(z.string()),
    permissions: z.array(z.string()).describe('What the roles allow; the app shows only that.'),
    scopes: z
      .record(z.string(), z.enum(scopes))
      .optional()
      .describe('How far each permission reaches: own records, department, site or all.'),
    person: z.string().nullable().describe('The person of the account.'),
    department: z.string().nullable(),
    site: z.string().nullable(),
    secondFactor: z.boolean().describe('Whether a code is asked for at the sign-in.'),
    mustChangePassword: z
      .boolean()
      .describe('An administrator set the password: choose one before all else.'),
    screen: z.literal(true).optional().describe('A screen on a wall, which is no person.'),
    features: z.array(z.string()).optional().describe('The modules that are switched on.'),
  })
  .meta({ id: 'User' });

export const loginRequest = z
  .object({
    username: z.string().min(1).max(64),
    password: z.string().min(1).max(1024),
    totp: z.string().min(1).max(32).optional().describe('A code of the app, or a recovery code.'),
  })
  .meta({ id: 'LoginRequest' });

export const loginResponse = z
  .object({ accessToken: z.string(), expiresAt: instant, user: userSchema })
  .meta({ id: 'LoginResponse' });

export const passwordRequest = z
  .object({ current: z.string().min(1).max(1024), next: z.string().min(1).max(1024) })
  .meta({ id: 'PasswordRequest' });

export const sessionSchema = z
  .object({
    id: z.string(),
    current: z.boolean().describe('The one that asks.'),
    createdAt: instant,
    lastUsedAt: instant,
    expiresAt: instant,
    address: z.string().nullable(),
    agent: z.string().nullable().describe('What the browser calls itself.'),
  })
  .meta({ id: 'Session' });
