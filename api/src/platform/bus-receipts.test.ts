import { beforeEach, expect, it } from 'vitest';
import { acknowledgementsOf, createReceipts } from './bus-receipts.ts';

const sent: number[][] = [];
const message = (id: number, { isAgain = false, bytes = 10 } = {}) => ({ id, isAgain, bytes });
const soon = () => new Promise((resolve) => setImmediate(resolve));
function opened(most = { messages: 100, bytes: 10_000 }) {
  const receipts = createReceipts((ids) => sent.push([...ids]), most);
  receipts.connected(false);
  return receipts;
}
beforeEach(() => {
  sent.length = 0;
});

it('acknowledges nothing that is not handled, and a batch at once', async () => {
  const receipts = opened();
  const [one, , three] = [1, 2, 3].map((id) => receipts.take(message(id)));
  await soon();
  expect(sent).toEqual([]);
  three?.();
  one?.();
  await soon();
  expect(sent).toEqual([[3, 1]]);
  expect(receipts.size).toBe(1);
});

it('what comes again while it is handled is not handled twice, and is acknowledged to the new connection', async () => {
  const receipts = opened();
  const [slow, quick] = [receipts.take(message(1)), receipts.take(message(2))];
  receipts.disconnected();
  quick?.();
  await soon();
  receipts.connected(true);
  await soon();
  // Not before the broker has sent it again.
  expect(sent).toEqual([]);
  expect(receipts.take(message(1, { isAgain: true }))).toBeNull();
  expect(receipts.take(message(2, { isAgain: true }))).toBeNull();
  await soon();
  expect(sent).toEqual([[2]]);
  slow?.();
  await soon();
  expect(sent).toEqual([[2], [1]]);
  expect(receipts.size).toBe(0);
});

it('of a session that the broker has lost nothing is acknowledged', async () => {
  const receipts = opened();
  const old = receipts.take(message(1));
  receipts.disconnected();
  receipts.connected(false);
  const other = receipts.take(message(1));
  old?.();
  await soon();
  expect(sent).toEqual([]);
  other?.();
  await soon();
  expect(sent).toEqual([[1]]);
});

it('a new message with the id of an earlier one is another message', async () => {
  const receipts = opened();
  receipts.take(message(1))?.();
  receipts.disconnected();
  receipts.connected(true);
  expect(receipts.take(message(1))).not.toBeNull();
});

it('one that two further connections did not bring again hides none that has its id', () => {
  const receipts = opened();
  receipts.take(message(1))?.();
  for (let n = 0; n < 3; n++) {
    receipts.disconnected();
    receipts.connected(true);
  }
  expect(receipts.take(message(1, { isAgain: true }))).not.toBeNull();
});

it('acknowledges the oldest where too many wait, by messages and by bytes', async () => {
  const receipts = opened({ messages: 3, bytes: 100 });
  const all = [1, 2, 3, 4].map((id) => receipts.take(message(id)));
  expect(sent).toEqual([[1]]);
  receipts.take(message(5, { bytes: 90 }));
  expect(sent).toEqual([[1], [2], [3]]);
  expect(receipts.size).toBe(2);
  // Once it is handled there is nothing left to say.
  for (const done of all) done?.();
  await soon();
  expect(sent).toEqual([[1], [2], [3], [4]]);
});

it('writes an acknowledgement of four bytes for each id', () => {
  expect([...acknowledgementsOf([1, 0x1234])]).toEqual([0x40, 2, 0, 1, 0x40, 2, 0x12, 0x34]);
});
