import { caseList } from './base.ts';

const { cases, ask } = caseList(0);

ask('all in order', ['allow']);
ask('left yesterday', ['deny', 'not-admitted'], {
  admitted: [{ from: '2020-01-01T00:00:00+08:00', until: '2026-11-28T00:00:00+08:00' }],
});
ask('begins tomorrow', ['deny', 'not-admitted'], {
  admitted: [{ from: '2026-11-29T00:00:00+08:00', until: null }],
});
ask('came back', ['allow'], {
  admitted: [
    { from: '2020-01-01T00:00:00+08:00', until: '2023-01-01T00:00:00+08:00' },
    { from: '2025-01-01T00:00:00+08:00', until: null },
  ],
});
ask('a visitor', ['deny', 'kind-not-allowed'], { kind: 'visitor' });
const hall = { kinds: [], area: 'hall', certificates: [], skills: [], posts: [] };
const visiting = {
  from: '2026-11-28T08:00:00+08:00',
  until: null,
  areas: [
    { area: 'hall', escorted: false },
    { area: 'store', escorted: true },
  ],
};
const visitor = { kind: 'visitor' as const, visits: [visiting] };
ask('a visitor in an area of the visit', ['allow'], visitor, hall);
ask('a visitor who has not arrived', ['deny', 'not-on-visit'], { ...visitor, visits: [] }, hall);
ask(
  'a visitor who left',
  ['deny', 'not-on-visit'],
  { ...visitor, visits: [{ ...visiting, until: '2026-11-28T09:00:00+08:00' }] },
  hall,
);
ask('a visitor in another area', ['deny', 'area-not-of-visit'], visitor, {
  ...hall,
  area: 'cell',
});
ask('a visitor who needs an escort', ['hold', 'escort-needed'], visitor, {
  ...hall,
  area: 'store',
});
const supplier = { id: '01JZZZZZZZZZZZZZZZZZZZZZZS', status: 'approved' as const, until: null };
const sent = (more: object = {}) => ({
  kind: 'contractor' as const,
  supplier: { ...supplier, ...more },
});
ask('a contractor of an approved supplier', ['allow'], sent(), hall);
ask('the last day of the contract', ['allow'], sent({ until: '2026-11-28' }), hall);
ask(
  'the contract ended at midnight',
  ['deny', 'contract-over'],
  sent({ until: '2026-11-27' }),
  hall,
);
ask('a blocked supplier', ['deny', 'supplier-blocked'], sent({ status: 'blocked' }), hall);
ask('a suspended supplier', ['hold', 'supplier-not-approved'], sent({ status: 'suspended' }), hall);
ask(
  'a supplier that waits for approval',
  ['hold', 'supplier-not-approved'],
  sent({ status: 'candidate' }),
  hall,
);
ask(
  'a blocked supplier whose contract is over',
  ['deny', 'supplier-blocked', 'contract-over'],
  sent({ status: 'blocked', until: '2026-01-31' }),
  hall,
);
ask('18 today', ['allow'], { bornOn: '2008-11-28' });
ask('18 tomorrow', ['deny', 'age-below'], { bornOn: '2008-11-29' });
ask('age not known', ['hold', 'age-unknown'], { bornOn: null });
ask('another post', ['deny', 'other-post'], {
  posts: [{ post: 'fitter', from: '2020-01-01T00:00:00+08:00', until: null }],
});
ask('moved from the post at midnight', ['deny', 'other-post'], {
  posts: [
    { post: 'welder', from: '2020-01-01T00:00:00+08:00', until: '2026-11-28T00:00:00+08:00' },
  ],
});

const asked = {
  certificates: [{ kind: 'special-work' as const, category: 'welding' }],
  skills: [],
  fitness: true,
};
const cleaner = { post: 'cleaner', certificates: [], skills: [], fitness: false };
const ofPosts = {
  posts: [],
  certificates: [],
  byPost: [cleaner, { post: 'welder', ...asked }],
};
ask('what the own post there asks', ['allow'], {}, ofPosts);
ask(
  'the own post asks for what is missing, another one does not',
  ['deny', 'certificate-missing'],
  { certificates: [] },
  ofPosts,
);
ask(
  'none of the posts that work here',
  ['hold', 'no-post-here'],
  { posts: [{ post: 'fitter', from: '2020-01-01T00:00:00+08:00', until: null }] },
  ofPosts,
);

/** Admission, kind, age and post. */
export const people = cases;
