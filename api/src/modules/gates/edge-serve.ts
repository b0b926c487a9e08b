import type { EdgeContent, EdgeEntry, EdgeKey, EdgeReport, EdgeSigned } from '@anshi/contracts';
import { signEdge } from '@anshi/contracts/edge-signature';
import { Problem } from '../../platform/http/errors.ts';
import type { Platform } from '../../platform/module.ts';
import { openHashKey, type SigningKey, signingKey } from './edge-key.ts';
import type { EdgeTell } from './edge-tell.ts';

/** How often a request of a gateway is written down, ms. */
const NOTE_MS = 10_000;
/** Requests of one point that wait at once; a further one is answered now. A gateway has one. */
const MOST_WAITING = 4;

/** A list, or what the gateway has already. */
export interface Served {
  sequence: number;
  signed: EdgeSigned | null;
}

export type EdgeServe = ReturnType<typeof createEdgeServe>;

/** Gives each point its own list, signed for the request. */
export function createEdgeServe(
  platform: Pick<Platform, 'database' | 'units' | 'settings' | 'sealed'> & { tell: EdgeTell },
) {
  const { database, settings, sealed, tell } = platform;
  const { tenant } = settings;
  const waiting = new Map<string, Set<() => void>>();
  let key: SigningKey | null = null;
  let closed = false;

  const within = <Result>(work: Parameters<typeof database.transaction<Result>>[1]) =>
    database.transaction({ tenant, user: null }, work);

  const keyIn = async (tx: Parameters<typeof signingKey>[0]): Promise<SigningKey> => {
    key ??= await signingKey(tx, sealed, tenant);
    return key;
  };

  /** Settles when a list of the point is issued, or after the time. */
  function until(device: string, ms: number): Promise<void> {
    return new Promise((resolve) => {
      const all = waiting.get(device) ?? new Set();
      waiting.set(device, all);
      const end = () => {
        clearTimeout(timer);
        all.delete(end);
        if (all.size === 0) waiting.delete(device);
        resolve();
      };
      const timer = setTimeout(end, ms);
      all.add(end);
    });
  }

  /** @throws Problem `gate.point-unknown`, `gate.out-of-use`, `gate.edge-off`, `gate.edge-not-ready`. */
  const read = (device: string, nonce: string, have: number | null): Promise<Served> =>
    within(async (tx) => {
      const point = await tx.gatePoint.findFirst({
        where: { device },
        include: { edgeList: true },
      });
      if (!point) throw new Problem('gate.point-unknown');
      if (!point.active) throw new Problem('gate.out-of-use');
      if (!point.edge) throw new Problem('gate.edge-off');
      const list = point.edgeList;
      if (!list?.issuedAt || !list.expiresAt) throw new Problem('gate.edge-not-ready');
      const now = new Date();
      const sequence = Number(list.sequence);
      const isNews = list.fetchedSequence !== list.sequence;
      if (isNews || !list.fetchedAt || now.getTime() - list.fetchedAt.getTime() > NOTE_MS) {
        await tx.gateEdgeList.updateMany({
          where: { pointId: point.id },
          data: { fetchedAt: now, fetchedSequence: list.sequence },
        });
      }
      if (have === sequence) return { sequence, signed: null };
      const { privateKey, keyId } = await keyIn(tx);
      const content: EdgeContent = {
        nonce,
        now: now.toISOString(),
        list: {
          version: 1,
          device,
          sequence,
          issuedAt: list.issuedAt.toISOString(),
          expiresAt: list.expiresAt.toISOString(),
          hashKey: await openHashKey(tx, sealed, tenant, list),
          machine: point.machineId,
          area: point.areaId,
          ...(point.direction === 'exit' ? { direction: 'exit' as const } : {}),
          entries: list.entries as unknown as EdgeEntry[],
        },
      };
      return { sequence, signed: signEdge(privateKey, keyId, JSON.stringify(content)) };
    });

  return {
    /** The public half of the key, which a gateway pins. */
    key: (): Promise<EdgeKey> =>
      within(async (tx) => {
        const { keyId, publicKey } = await keyIn(tx);
        return { keyId, publicKey };
      }),

    /**
     * The list of a point; where the gateway has it already, another one that is issued within the time.
     *
     * @param have the sequence that the gateway has; null for none.
     */
    async list(
      device: string,
      { nonce, have, waitMs }: { nonce: string; have: number | null; waitMs: number },
    ): Promise<Served> {
      const ends = performance.now() + waitMs;
      for (;;) {
        // Waits before it reads, so that no list is missed in between.
        const left = ends - performance.now();
        const mayWait = left > 0 && !closed && (waiting.get(device)?.size ?? 0) < MOST_WAITING;
        const issued = mayWait ? until(device, left) : null;
        const found = await read(device, nonce, have);
        if (found.signed || !issued) {
          if (issued) for (const end of [...(waiting.get(device) ?? [])]) end();
          return found;
        }
        await issued;
      }
    },

    /** A list of the point was issued, by this process or another. */
    issued(device: string): void {
      for (const end of [...(waiting.get(device) ?? [])]) end();
    },

    /** What a gateway refused: it is shown at the point and told to those who manage points. */
    report: async ({ point, fault, at }: EdgeReport): Promise<void> => {
      await platform.units.run({ tenant, account: null, address: null, requestId: null }, (unit) =>
        tell.fault(unit, point, fault, new Date(at)),
      );
    },

    close(): void {
      closed = true;
      for (const all of [...waiting.values()]) for (const end of [...all]) end();
    },
  };
}
