import type { DistanceField } from './distance.ts';
import type { Vec3 } from './joints.ts';

/** Triangles of a surface: three numbers a vertex, three indices a triangle. */
export interface Mesh {
  readonly positions: number[];
  readonly indices: number[];
}

const CORNERS: readonly Vec3[] = [
  [0, 0, 0],
  [1, 0, 0],
  [0, 1, 0],
  [1, 1, 0],
  [0, 0, 1],
  [1, 0, 1],
  [0, 1, 1],
  [1, 1, 1],
];

/** Pairs of corners joined by an edge of the cell. */
const EDGES: readonly (readonly [number, number])[] = CORNERS.flatMap((_, a) =>
  [1, 2, 4].filter((bit) => (a & bit) === 0).map((bit) => [a, a | bit] as const),
);

/** Meshes the zero surface of a distance field on a grid of step `h` (naive surface nets). */
export function surfaceNets(field: DistanceField, low: Vec3, high: Vec3, h: number): Mesh {
  const nx = Math.ceil((high[0] - low[0]) / h) + 1;
  const ny = Math.ceil((high[1] - low[1]) / h) + 1;
  const nz = Math.ceil((high[2] - low[2]) / h) + 1;
  const at = (i: number, j: number, k: number): number => (k * ny + j) * nx + i;
  const values = sampleField(field, low, h, [nx, ny, nz]);
  const vertexOf = new Int32Array(nx * ny * nz).fill(-1);
  const positions: number[] = [];
  const indices: number[] = [];
  const corner = new Float64Array(8);

  for (let k = 0; k < nz - 1; k++) {
    for (let j = 0; j < ny - 1; j++) {
      for (let i = 0; i < nx - 1; i++) {
        let inside = 0;
        for (let c = 0; c < 8; c++) {
          const [dx, dy, dz] = CORNERS[c]!;
          const value = values[at(i + dx, j + dy, k + dz)]!;
          corner[c] = value;
          if (value < 0) inside++;
        }
        if (inside === 0 || inside === 8) continue;
        const [x, y, z] = meanCrossing(corner);
        vertexOf[at(i, j, k)] = positions.length / 3;
        positions.push(low[0] + (i + x) * h, low[1] + (j + y) * h, low[2] + (k + z) * h);
      }
    }
  }

  const quad = (a: number, b: number, c: number, d: number, flip: boolean): void => {
    if (a < 0 || b < 0 || c < 0 || d < 0) return;
    if (flip) indices.push(a, b, c, a, c, d);
    else indices.push(a, c, b, a, d, c);
  };
  const vertex = (i: number, j: number, k: number): number => vertexOf[at(i, j, k)]!;
  for (let k = 1; k < nz - 1; k++) {
    for (let j = 1; j < ny - 1; j++) {
      for (let i = 1; i < nx - 1; i++) {
        const s = values[at(i, j, k)]! < 0;
        const here = vertex(i, j, k);
        if (s !== values[at(i + 1, j, k)]! < 0) {
          quad(vertex(i, j - 1, k - 1), vertex(i, j, k - 1), here, vertex(i, j - 1, k), s);
        }
        if (s !== values[at(i, j + 1, k)]! < 0) {
          quad(vertex(i - 1, j, k - 1), vertex(i - 1, j, k), here, vertex(i, j, k - 1), s);
        }
        if (s !== values[at(i, j, k + 1)]! < 0) {
          quad(vertex(i - 1, j - 1, k), vertex(i, j - 1, k), here, vertex(i - 1, j, k), s);
        }
      }
    }
  }
  return { positions, indices };
}

/** Samples the grid row by row; far from the surface several cells share one sample. */
function sampleField(field: DistanceField, low: Vec3, h: number, [nx, ny, nz]: Vec3): Float32Array {
  const values = new Float32Array(nx * ny * nz);
  for (let k = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      const row = (k * ny + j) * nx;
      let i = 0;
      while (i < nx) {
        const d = field(low[0] + i * h, low[1] + j * h, low[2] + k * h);
        const free = Math.floor(((Math.abs(d) - 0.06) / h) * 0.6);
        const run = Math.max(1, Math.min(nx - i, free));
        values.fill(d, row + i, row + i + run);
        i += run;
      }
    }
  }
  return values;
}

/** The mean of the points where the surface crosses the edges of a cell, in cell units. */
function meanCrossing(corner: Float64Array): Vec3 {
  let x = 0;
  let y = 0;
  let z = 0;
  let count = 0;
  for (const [a, b] of EDGES) {
    const da = corner[a]!;
    const db = corner[b]!;
    if (da < 0 === db < 0) continue;
    const t = da / (da - db);
    const from = CORNERS[a]!;
    const to = CORNERS[b]!;
    x += from[0] + t * (to[0] - from[0]);
    y += from[1] + t * (to[1] - from[1]);
    z += from[2] + t * (to[2] - from[2]);
    count++;
  }
  return [x / count, y / count, z / count];
}
