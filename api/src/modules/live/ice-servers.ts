import { createHmac, randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { TurnSettings } from '../../platform/turn-settings.ts';

/** A view that has not begun within this asks again; the clock of the browser does not matter, seconds. */
export const VALID_SECONDS = 600;

export const iceServersAnswer = z
  .object({
    iceServers: z
      .array(
        z.object({
          urls: z.array(z.string()).describe('Addresses, such as turns:turn.example:443.'),
          username: z
            .string()
            .optional()
            .describe('When the credential ends, and a random number.'),
          credential: z.string().optional().describe('For this view.'),
        }),
      )
      .describe('For RTCPeerConnection; empty where browsers reach the workers by themselves.'),
    validSeconds: z.number().int().describe('How long a view may begin with them.'),
  })
  .meta({ id: 'IceServers' });

export type IceServers = z.infer<typeof iceServersAnswer>;

/**
 * The ICE servers for one view. The credential is that of "A REST API For Access To TURN Services"
 * (draft-uberti-behave-turn-rest-00), which coturn checks by itself: HMAC-SHA1 of the user name, which begins
 * with the second at which it ends. It names no account: TURN servers write user names into their logs.
 *
 * @param nowMs milliseconds since the epoch.
 */
export function iceServers(turn: TurnSettings | null, nowMs: number): IceServers {
  const servers: IceServers['iceServers'] = [];
  const stun = turn?.urls.filter((url) => url.startsWith('stun:')) ?? [];
  const relays = turn?.urls.filter((url) => !url.startsWith('stun:')) ?? [];
  if (stun.length > 0) servers.push({ urls: stun });
  if (turn?.secret && relays.length > 0) {
    const ends = Math.floor(nowMs / 1000) + VALID_SECONDS;
    const username = `${ends}:${randomBytes(9).toString('base64url')}`;
    const credential = createHmac('sha1', turn.secret).update(username).digest('base64');
    servers.push({ urls: relays, username, credential });
  }
  return { iceServers: servers, validSeconds: VALID_SECONDS };
}
