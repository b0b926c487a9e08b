import type { Logger } from 'pino';

/** The reader waits so long for an answer; then what it stands at stays off or shut, ms. */
const ANSWER_MS = 3_000;

/** A card that is shown so many seconds after the begin of a round. */
export interface Turn {
  readonly after: number;
  readonly card: string;
}

interface Gate {
  readonly name: string;
  /** Address of its gateway; without one it asks the API. */
  readonly url?: string;
}
/** A simulated reader at a machine: its name, its machine and its secret. */
export interface MachineGate extends Gate {
  readonly machine: string;
  readonly secret: string;
}
/** A simulated reader at a door. */
export interface DoorGate extends Gate {
  readonly area: string;
  readonly secret: string;
}
export type GateConfig = MachineGate | DoorGate;

/**
 * Readers of the setting.
 *
 * @param text `name:machine=secret,name:door/area=secret,…`, each with `@http://…` where it asks a gateway; empty for none.
 * @throws Error where it is something else.
 */
export function readGates(text: string): GateConfig[] {
  const slug = '[a-z0-9]+(?:-[a-z0-9]+)*';
  const form = new RegExp(
    `^(${slug}):(door/)?(${slug})=(anshi_[0-9a-z]{16}_[A-Za-z0-9_-]{43})(?:@(https?://[^@\\s]+))?$`,
  );
  return text
    .split(',')
    .filter(Boolean)
    .map((part) => {
      const [, name, door, target, secret, url] = form.exec(part) ?? [];
      if (!name || !target || !secret) {
        throw new Error('ANSHI_SIM_GATES must be name:machine=secret,name:door/area=secret');
      }
      const common = url ? { name, secret, url } : { name, secret };
      return door ? { ...common, area: target } : { ...common, machine: target };
    });
}

/** Asks the API, or the gateway of the reader, for a card. @returns the decision; `none` where there is no answer in time. */
export async function askGate(
  config: GateConfig,
  { apiUrl, card, count, log }: { apiUrl: string; card: string; count: number; log: Logger },
): Promise<string> {
  const { name: point, secret, url = apiUrl } = config;
  const [path, target] =
    'machine' in config
      ? ['machine-start', { machine: config.machine }]
      : ['area-entry', { area: config.area }];
  try {
    const answer = await fetch(`${url}/api/v1/gates/${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${secret}`,
        'idempotency-key': `${point}-${Date.now().toString(36)}-${count}`,
      },
      body: JSON.stringify({ point, ...target, card, at: new Date().toISOString() }),
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    const body = (await answer.json()) as { decision?: string; code?: string };
    if (body.decision !== undefined) return body.decision;
    log.warn({ point, status: answer.status, code: body.code }, 'a reader was not answered');
  } catch (error) {
    log.warn({ point, reason: String(error) }, 'a reader has no answer: it stays off');
  }
  return 'none';
}
