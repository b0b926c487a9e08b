import { DateTime } from 'luxon';
import { expect } from 'vitest';
import { checkCharacter } from '../modules/suppliers/credit-code.ts';
import type { LotView, SupplierView } from '../modules/suppliers/schema.ts';
import type { Sent } from './site.ts';
import type { UsedApi } from './use-api.ts';

export const ZONE = 'Asia/Shanghai';
/** A day at the plant, counted from today. */
export const dayIn = (days: number): string =>
  DateTime.now().setZone(ZONE).plus({ days }).toISODate() as string;

/** Kind of a qualification, days until its end, and waste that it covers. */
type Paper = [kind: string, days?: number, wastes?: string[]];

let count = 0;
/** A right credit code that no other test has. */
export function newCode(): string {
  const first17 = `91320499MA9T${10_000 + count++}`;
  return first17 + checkCharacter(first17);
}

export const codesOf = ({ body }: Sent<object>) => body.reasons?.map(({ code }) => code);

/** What the tests of suppliers do over and over, by those whose duty it is. */
export function supplierActs(used: UsedApi) {
  const send = <Body = SupplierView>(user: string, method: string, path: string, body?: object) =>
    used.api.send<Body>(user, method, path, body);
  const addPaper = ({ id }: { id: string }, [kind, days = 400, wastes = []]: Paper) =>
    send('buyer', 'POST', `/suppliers/${id}/qualifications`, {
      kind,
      number: 'N-1',
      issuer: 'Bureau',
      validFrom: dayIn(days < 0 ? -400 : -10),
      validUntil: dayIn(days),
      wastes,
    });
  const setStatus = ({ id, version }: SupplierView, status: string, user = 'safety') =>
    send(user, 'POST', `/suppliers/${id}/status`, { version, status, reason: 'reviewed' });
  /** A candidate with these qualifications. */
  async function made(kind: string, papers: Paper[]): Promise<SupplierView> {
    const input = { name: `Firm ${count}`, creditCode: newCode(), kind };
    let { status, body } = await send('buyer', 'POST', '/suppliers', input);
    expect([status, body.status]).toEqual([201, 'candidate']);
    for (const paper of papers) {
      ({ status, body } = await addPaper(body, paper));
      expect(status).toBe(201);
    }
    return body;
  }
  /** A supplier that is cleared. */
  async function approved(kind: string, papers: Paper[]): Promise<SupplierView> {
    const { status, body } = await setStatus(await made(kind, papers), 'approved');
    expect([status, body.cleared]).toEqual([200, true]);
    return body;
  }
  const setLimit = (upper: number, more: object = {}, user = 'safety') =>
    send<{ id: string; version: number }>(user, 'PUT', '/supplier-limits', {
      product: 'Solvent',
      item: 'water',
      unit: '%',
      upper,
      version: 0,
      ...more,
    });
  /** Enters a delivery of solvent with values of its water. */
  const enter = (
    { id }: { id: string },
    number: string,
    values: number[] = [],
    more: object = {},
  ) =>
    send<LotView>('buyer', 'POST', `/suppliers/${id}/lots`, {
      number,
      product: 'Solvent',
      quantity: 12.5,
      unit: 'kg',
      deliveredOn: dayIn(0),
      results: values.map(water),
      ...more,
    });
  const addResults = ({ id, version }: LotView, values: number[]) =>
    send<LotView>('buyer', 'POST', `/supplier-lots/${id}/results`, {
      version,
      results: values.map(water),
    });
  const decide = (
    { id, version }: LotView,
    decision: string,
    { user = 'keeper', reason = null as string | null } = {},
  ) => send<LotView>(user, 'POST', `/supplier-lots/${id}/decision`, { version, decision, reason });
  return { send, addPaper, setStatus, made, approved, setLimit, enter, addResults, decide };
}

const water = (value: number) => ({ item: 'water', value, unit: '%' });
