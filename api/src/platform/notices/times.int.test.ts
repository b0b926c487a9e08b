import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type NoticeWorld, openNoticeWorld } from '../../testing/notice-world.ts';
import { readCalendar, saveCalendar } from '../calendar/repository.ts';
import { dayMark, timeMark } from './times.ts';

let world: NoticeWorld;
beforeAll(async () => {
  world = await openNoticeWorld();
  world.chat.answer = () => ({ status: 200, body: '{"errcode":0,"errmsg":"ok"}' });
});
afterAll(() => world?.close());

const at = new Date('2026-12-03T18:05:00Z');
/** What a person typed, in the form of a time. */
const typed = '{t:2026-01-01T00:00:00Z}';

const notify = (title: string) =>
  world.notify({
    severity: 'critical',
    title: { zh: `${title}：${dayMark('2026-12-31')}`, en: `${title}: ${dayMark('2026-12-31')}` },
    body: { zh: `自 ${timeMark(at)} 起。${typed}`, en: `Since ${timeMark(at)}. ${typed}` },
  });
const choices = [{ kind: '*', channel: 'email', on: true }];
const plainly = (text: string | undefined) => text?.replaceAll('\u2060', '');
const lastMail = () => world.mailBox.mails.at(-1)?.mail;

describe('the times of a notice', () => {
  it('are data in the list of the app, and what a person typed is none', async () => {
    const id = await notify('列表');
    const list = await world.api.get('/api/v1/notices', await world.api.signIn('operator'));
    const { items } = (await list.json()) as {
      items: { id: string; title: { en: string }; body: { en: string } }[];
    };
    const found = items.find((one) => one.id === id);
    expect(found?.title.en).toBe('列表: {d:2026-12-31}');
    expect(found?.body.en).toMatch(/^Since \{t:2026-12-03T18:05:00Z\}\. \{\u2060t:2026/);
  });

  it('are text of the plant in a mail, in the language of the person', async () => {
    await world.prefer({ choices });
    await world.ended(await notify('邮件'), 'email', 'sent');
    expect(lastMail()?.subject).toBe('[紧急] 邮件：2026/12/31');
    expect(plainly(lastMail()?.text)).toContain(`自 2026/12/04 02:05 起。${typed}`);
    await world.prefer({ choices, language: 'en' });
    await world.ended(await notify('Mail'), 'email', 'sent');
    expect(lastMail()?.subject).toBe('[Critical] Mail: Dec 31, 2026');
    expect(plainly(lastMail()?.text)).toContain(`Since Dec 04, 2026, 02:05. ${typed}`);
    expect(plainly(String(lastMail()?.html))).toContain('Since Dec 04, 2026, 02:05.');
  });

  it('say their zone to a person in another one', async () => {
    await world.prefer({ choices, language: 'en', timeZone: 'Europe/Berlin' });
    await world.ended(await notify('Away'), 'email', 'sent');
    expect(lastMail()?.text).toContain('Since Dec 04, 2026, 02:05 (UTC+8).');
  });

  it.each([
    ['zh', 'wecom', '自 2026/12/04 02:05（UTC+8） 起。'],
    ['en', 'plain', 'Since Dec 04, 2026, 02:05 (UTC+8).'],
  ])('say it in a chat group, in %s', async (language, format, words) => {
    const robot = { name: '群', format, language, url: `${world.chat.url}/${format}` };
    const added = await world.send('/notices/robots', robot, 'admin', 'POST');
    const { id } = (await added.json()) as { id: string };
    await world.ended(await notify('Group'), 'robot', 'sent');
    const heard = world.chat.heard.find(({ path }) => path === `/${format}`);
    expect(heard?.body.toString()).toContain(words);
    expect(heard?.body.toString()).not.toMatch(/\{[td]:/);
    await world.send(`/notices/robots/${id}`, {}, 'admin', 'DELETE');
  });

  it('follow the zone of the calendar, where the plant has entered one', async () => {
    await world.prefer({ choices, language: 'en', timeZone: 'Europe/Berlin' });
    await world.database.transaction({ tenant: 'demo', user: null }, async (tx) => {
      const { calendar, version } = await readCalendar(tx);
      await saveCalendar(tx, 'demo', { ...calendar, timeZone: 'Europe/Berlin' }, version);
    });
    await world.ended(await notify('Berlin'), 'email', 'sent');
    expect(lastMail()?.text).toContain('Since Dec 03, 2026, 19:05.');
  });
});
