import { bilingual, instant } from '@anshi/contracts';
import { z } from 'zod';

export const userSchema = z
  .object({
    id: z.string(),
    username: z.string(),
    displayName: bilingual,
    roles: z.array(z.string()),
    permissions: z.array(z.string()).describe('What the roles allow; the app shows only that.'),
  })
  .meta({ id: 'User' });

export const loginRequest = z
  .object({ username: z.string().min(1).max(64), password: z.string().min(1).max(256) })
  .meta({ id: 'LoginRequest' });

export const loginResponse = z
  .object({ accessToken: z.string(), expiresAt: instant, user: userSchema })
  .meta({ id: 'LoginResponse' });
