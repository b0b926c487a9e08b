import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { eventually } from '../../test/eventually.ts';
import { MemoryOutbox } from './memory-store.ts';
import { Outbox } from './outbox.svelte.ts';

const fileOf = (id: string) => ({
  id,
  name: `${id}.jpg`,
  type: 'image/jpeg',
  blob: new Blob([id]),
});
const sent: { id: string; files: string[] }[] = [];
let outbox: Outbox;
let stop: () => void;

beforeEach(() => {
  sent.length = 0;
  vi.stubGlobal('navigator', { onLine: true });
  outbox = new Outbox(new MemoryOutbox());
  stop = outbox.follow('a', {
    upload: async (file) => `F-${file.id}`,
    send: async ({ id }, files) => {
      sent.push({ id, files });
      return { no: 'YH-1' };
    },
  });
});
afterEach(() => {
  stop();
  vi.unstubAllGlobals();
});

it('keeps a draft with its files unsent, and sends it once when it is submitted', async () => {
  await outbox.keepDraft('r', { description: 'lo' }, [fileOf('x'), fileOf('y')]);
  await outbox.keepDraft('r', { description: 'loose' }, [fileOf('y')]);
  await outbox.syncNow();
  expect(sent).toEqual([]);
  expect(outbox.unsent).toEqual([]);
  const draft = await outbox.draft('a');
  expect(draft).toMatchObject({ id: 'r', draft: { description: 'loose' } });
  expect(draft?.files.map((file) => file.id)).toEqual(['y']);
  expect(await outbox.file('x')).toBeNull();

  await outbox.add('r', { description: 'loose' }, [fileOf('y')]);
  await eventually(() => expect(sent).toEqual([{ id: 'r', files: ['F-y'] }]));
  expect(await outbox.draft('a')).toBeNull();
  // A late write of the form does not restore it.
  await outbox.keepDraft('r', { description: 'late' }, []);
  await eventually(() => expect(outbox.entries[0]).toMatchObject({ state: 'sent' }));
});

it('sends a report submitted while its draft is being written', async () => {
  const writing = outbox.keepDraft('r', { description: 'loose' }, [fileOf('y')]);
  const adding = outbox.add('r', { description: 'loose rail' }, [fileOf('y')]);
  const late = outbox.keepDraft('r', { description: 'loose' }, []);
  await Promise.all([writing, adding, late]);
  await eventually(() => expect(sent).toEqual([{ id: 'r', files: ['F-y'] }]));
});
