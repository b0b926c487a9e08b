/** Sizes in the units of the drawing. */
export const box = { width: 136, height: 56, gapX: 64, gapY: 24, margin: 20 };

export interface GraphNode {
  id: string;
  x: number;
  y: number;
}

export interface GraphEdge {
  from: string;
  to: string;
  /** Number of transitions on this edge. */
  transitions: string[];
  /** A curve for an SVG path. */
  path: string;
  /** Position of a label. */
  label: { x: number; y: number };
  back: boolean;
}

export interface Graph {
  nodes: GraphNode[];
  edges: GraphEdge[];
  width: number;
  height: number;
}

interface Flow {
  states: readonly { id: string; kind: string }[];
  transitions: readonly { id: string; from: readonly string[]; to: string }[];
}

/**
 * Layered layout: places states in columns by their distance from the start, and routes the edges;
 * back edges run below. Unreachable states are in the last column.
 */
export function layout({ states, transitions }: Flow): Graph {
  const ids = new Set(states.map(({ id }) => id));
  const links = merge(transitions, ids);
  const columnOf = columns(states, links);
  const rows = order(states, links, columnOf);
  const tallest = Math.max(1, ...[...rows.values()].map((list) => list.length));
  const step = { x: box.width + box.gapX, y: box.height + box.gapY };
  const at = new Map<string, GraphNode>();
  for (const [column, list] of rows) {
    list.forEach((id, row) => {
      const y = box.margin + (row + (tallest - list.length) / 2) * step.y;
      at.set(id, { id, x: box.margin + column * step.x, y });
    });
  }
  const floor = box.margin + tallest * step.y;
  let lanes = 0;
  const edges = links.map(({ from, to, ids: transitionIds }): GraphEdge => {
    const [a, b] = [at.get(from) as GraphNode, at.get(to) as GraphNode];
    const back = b.x <= a.x;
    const lane = back ? floor + 11 * lanes++ : 0;
    return { from, to, transitions: transitionIds, back, ...curve(a, b, lane) };
  });
  return {
    nodes: states.flatMap(({ id }) => at.get(id) ?? []),
    edges,
    width: box.margin * 2 + rows.size * step.x - box.gapX,
    height: floor + 11 * lanes + box.margin,
  };
}

interface Link {
  from: string;
  to: string;
  ids: string[];
}

/** One edge for all transitions between the same two states. */
function merge(transitions: Flow['transitions'], known: ReadonlySet<string>): Link[] {
  const links = new Map<string, Link>();
  for (const { id, from, to } of transitions) {
    if (!known.has(to)) continue;
    for (const source of from) {
      if (!known.has(source)) continue;
      const key = `${source} ${to}`;
      const link = links.get(key) ?? { from: source, to, ids: [] };
      link.ids.push(id);
      links.set(key, link);
    }
  }
  return [...links.values()];
}

/** Shortest distance from the start. */
function columns(states: Flow['states'], links: readonly Link[]): Map<string, number> {
  const column = new Map<string, number>();
  let front = states.filter(({ kind }) => kind === 'initial').map(({ id }) => id);
  if (front.length === 0 && states[0]) front = [states[0].id];
  for (let depth = 0; front.length > 0; depth++) {
    for (const id of front) column.set(id, depth);
    front = [
      ...new Set(
        links.flatMap(({ from, to }) => (front.includes(from) && !column.has(to) ? [to] : [])),
      ),
    ];
  }
  const last = Math.max(0, ...column.values());
  for (const { id } of states) if (!column.has(id)) column.set(id, last + 1);
  return column;
}

/** Barycentre ordering within a column, to reduce crossings. */
function order(
  states: Flow['states'],
  links: readonly Link[],
  columnOf: ReadonlyMap<string, number>,
): Map<number, string[]> {
  const rows = new Map<number, string[]>();
  const numbers = [...new Set(columnOf.values())].sort((a, b) => a - b);
  numbers.forEach((column, index) => {
    const list = states.map(({ id }) => id).filter((id) => columnOf.get(id) === column);
    const before = rows.get(index - 1) ?? [];
    const weight = (id: string): number => {
      const places = links.flatMap(({ from, to }) =>
        to === id && before.includes(from) ? [before.indexOf(from)] : [],
      );
      return places.length === 0
        ? before.length
        : places.reduce((sum, place) => sum + place, 0) / places.length;
    };
    rows.set(
      index,
      [...list].sort((a, b) => weight(a) - weight(b)),
    );
  });
  return rows;
}

function curve(
  a: GraphNode,
  b: GraphNode,
  lane: number,
): { path: string; label: { x: number; y: number } } {
  const middle = box.height / 2;
  if (lane > 0) {
    // Out below the one box, along under all, and up into the other.
    const [fromX, toX] = [a.x + box.width * 0.62, b.x + box.width * 0.38];
    const [fromY, toY] = [a.y + box.height, b.y + box.height];
    return {
      path: `M ${fromX} ${fromY} C ${fromX} ${lane}, ${fromX} ${lane}, ${(fromX + toX) / 2} ${lane} S ${toX} ${lane}, ${toX} ${toY}`,
      label: { x: (fromX + toX) / 2, y: lane },
    };
  }
  const [x1, y1, x2, y2] = [a.x + box.width, a.y + middle, b.x, b.y + middle];
  const bend = Math.max(30, (x2 - x1) / 2);
  return {
    path: `M ${x1} ${y1} C ${x1 + bend} ${y1}, ${x2 - bend} ${y2}, ${x2} ${y2}`,
    label: { x: (x1 + x2) / 2, y: (y1 + y2) / 2 },
  };
}
