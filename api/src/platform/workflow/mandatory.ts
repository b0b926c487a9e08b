import type { WorkflowDefinition, WorkflowTransition } from './definition.ts';
import { edgesOf } from './graph.ts';
import type { DefinitionFault } from './validate.ts';

/**
 * The mandatory steps that a tenant's change must keep.
 *
 * Every path to an end must take the mandatory steps in an order that exists in the product's
 * definition (with more steps in between or repeated). A new end may only be reached by an order
 * that leads to an end in the product's. And each mandatory step keeps at least its guards.
 */
export function keepsMandatory(
  product: WorkflowDefinition,
  changed: WorkflowDefinition,
): DefinitionFault[] {
  const faults: DefinitionFault[] = [];
  const mandatory = new Set(product.transitions.filter((one) => one.mandatory).map(({ id }) => id));
  if (mandatory.size === 0) return faults;
  const finals = product.states.filter(({ kind }) => kind === 'final').map(({ id }) => id);
  const ours = automaton(product, mandatory);
  const theirs = automaton(changed, mandatory);

  for (const { id, kind } of changed.states) {
    if (kind !== 'final') continue;
    const isKnown = finals.includes(id);
    const way = wayAround(theirs, new Set([id]), ours, new Set(isKnown ? [id] : finals), isKnown);
    if (way === null) continue;
    const steps = way.length > 0 ? way.join(' → ') : '—';
    faults.push({
      path: `states[${id}]`,
      code: 'mandatory-missed',
      message: {
        zh: `存在绕过必经步骤到达“${id}”的路径(经过的必经步骤:${steps})。`,
        en: `A way leads to "${id}" around mandatory steps; it only takes these of them: ${steps}.`,
      },
    });
  }
  for (const step of product.transitions) {
    const now = changed.transitions.find(({ id }) => id === step.id);
    if (!step.mandatory || !now) continue;
    for (const [part, zh, en] of weakened(step, now)) {
      faults.push({
        path: `transitions[${step.id}].${part}`,
        code: 'mandatory-weakened',
        message: {
          zh: `必经步骤“${step.name.zh}”不能削弱:${zh}。`,
          en: `The mandatory step "${step.name.en}" must not be weakened: ${en}.`,
        },
      });
    }
  }
  return faults;
}

function weakened(
  product: WorkflowTransition,
  now: WorkflowTransition,
): [part: string, zh: string, en: string][] {
  const found: [string, string, string][] = [];
  const lacks = (list: readonly string[], of: readonly string[]) =>
    of.some((one) => !list.includes(one));
  if (!now.mandatory) found.push(['mandatory', '须保持必经', 'it stays mandatory']);
  if (now.permission !== product.permission) {
    const en = `it needs the permission ${product.permission}`;
    found.push(['permission', `须有权限 ${product.permission}`, en]);
  }
  if (product.assigneesOnly && !now.assigneesOnly) {
    found.push(['assigneesOnly', '只限处理人', 'it is only for those whose turn it is']);
  }
  if (lacks(now.notParts, product.notParts) || lacks(now.notFiredBy, product.notFiredBy)) {
    found.push(['notParts', '职责分离不能减少', 'it keeps the separation of duties']);
  }
  for (const field of product.fields) {
    const same = now.fields.find(({ id }) => id === field.id);
    if (field.required && (!same?.required || same.type !== field.type)) {
      found.push([
        `fields[${field.id}]`,
        `须填“${field.name.zh}”`,
        `"${field.name.en}" is required`,
      ]);
    }
  }
  const { evidence } = product;
  const isLess =
    evidence !== null &&
    evidence.min > 0 &&
    (now.evidence === null ||
      now.evidence.min < evidence.min ||
      (evidence.kinds.length > 0 &&
        (now.evidence.kinds.length === 0 || lacks(evidence.kinds, now.evidence.kinds))));
  if (isLess) {
    const kinds = evidence.kinds.join('/');
    found.push([
      'evidence',
      `至少 ${evidence.min} 个${kinds}`,
      `at least ${evidence.min} ${kinds}`,
    ]);
  }
  return found;
}

/** States as nodes, mandatory steps as letters, other steps as epsilon transitions. */
interface Automaton {
  initial: string[];
  letters: Map<string, { from: string; to: string }[]>;
  silent: { from: string; to: string }[];
}

function automaton(definition: WorkflowDefinition, mandatory: ReadonlySet<string>): Automaton {
  const letters = new Map<string, { from: string; to: string }[]>();
  const silent: { from: string; to: string }[] = [];
  for (const { from, to, transition } of edgesOf(definition)) {
    if (!mandatory.has(transition)) silent.push({ from, to });
    else letters.set(transition, [...(letters.get(transition) ?? []), { from, to }]);
  }
  const initial = definition.states.filter(({ kind }) => kind === 'initial').map(({ id }) => id);
  return { initial, letters, silent };
}

function closure(nodes: Iterable<string>, { silent }: Automaton): Set<string> {
  const seen = new Set(nodes);
  for (const at of seen) for (const { from, to } of silent) if (from === at) seen.add(to);
  return seen;
}

function step(nodes: ReadonlySet<string>, letter: string, machine: Automaton): Set<string> {
  const edges = machine.letters.get(letter) ?? [];
  return closure(
    edges.filter(({ from }) => nodes.has(from)).map(({ to }) => to),
    machine,
  );
}

/** Limit of the subset construction; beyond it the change is refused. */
const MOST = 20_000;

/**
 * Searches an order of mandatory steps that leads to an end in theirs but not in ours.
 *
 * @param loose whether more steps may come in between.
 * @returns the steps of the shortest such path; null where there is none.
 */
function wayAround(
  theirs: Automaton,
  theirEnds: ReadonlySet<string>,
  ours: Automaton,
  ourEnds: ReadonlySet<string>,
  loose: boolean,
): string[] | null {
  const reaches = (nodes: ReadonlySet<string>, ends: ReadonlySet<string>) =>
    [...ends].some((id) => nodes.has(id));
  const seen = new Set<string>();
  const queue = [
    {
      at: closure(theirs.initial, theirs),
      same: closure(ours.initial, ours),
      way: [] as string[],
    },
  ];
  for (const { at, same, way } of queue) {
    const key = JSON.stringify([[...at].sort(), [...same].sort()]);
    if (seen.has(key)) continue;
    seen.add(key);
    if (seen.size > MOST) return way;
    if (reaches(at, theirEnds) && !reaches(same, ourEnds)) return way;
    for (const letter of theirs.letters.keys()) {
      const next = step(at, letter, theirs);
      if (next.size === 0) continue;
      const along = step(same, letter, ours);
      const kept = loose ? new Set([...same, ...along]) : along;
      queue.push({ at: next, same: kept, way: [...way, letter] });
    }
  }
  return null;
}
