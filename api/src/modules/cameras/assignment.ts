/** A worker that is there and stays. */
export interface LiveWorker {
  readonly name: string;
  /** Analysed frames a second. */
  readonly capacity: number;
  /** Cameras at most; null for no limit. */
  readonly most: number | null;
}

/** A camera to be watched. */
export interface CameraToAssign {
  readonly id: string;
  /** Analysed frames a second; 0 where it is switched off. */
  readonly cost: number;
  /** The only worker that may watch it; null for any. */
  readonly worker: string | null;
  /** Who has it now: a live worker, or one that the API cannot give cameras to. */
  readonly holder: string | null;
}

interface Share {
  readonly worker: LiveWorker;
  load: number;
  cameras: number;
}

/**
 * Assigns cameras to workers. A camera whose configuration names a worker is assigned to that worker
 * only. Other cameras stay with their present worker; unassigned ones go to the worker with the lowest
 * load after the assignment, in the order of decreasing cost. Capacity is a soft limit: a camera that is
 * analysed too slowly is better than an unassigned one. `most` is a hard limit. The result does not
 * depend on the order of the arguments.
 *
 * @returns the worker of each camera; null where none may watch it.
 */
export function assignCameras(
  cameras: readonly CameraToAssign[],
  workers: readonly LiveWorker[],
): Map<string, string | null> {
  const shares = sharesOf(workers);
  const result = new Map<string, string | null>();
  const give = (camera: CameraToAssign, to: string | null) => {
    result.set(camera.id, to);
    const share = to === null ? undefined : shares.get(to);
    if (!share) return;
    share.load += camera.cost;
    share.cameras += 1;
  };
  const sorted = [...cameras].sort(byCost);
  const open: CameraToAssign[] = [];
  for (const camera of sorted) {
    if (camera.worker !== null) give(camera, shares.has(camera.worker) ? camera.worker : null);
  }
  for (const camera of sorted) {
    if (camera.worker !== null) continue;
    const { holder } = camera;
    const share = holder === null ? undefined : shares.get(holder);
    // An older worker is not among those that are spread over, and keeps what it has.
    if (holder !== null && (!share || hasRoom(share))) give(camera, holder);
    else open.push(camera);
  }
  for (const camera of open) give(camera, leastFull(shares, camera)?.worker.name ?? null);
  return result;
}

/**
 * The camera whose move makes the load more even, where that is worth an interruption: after it, the worker
 * that gets the camera is no fuller than the one that gave it. Capacities that waver so move none back.
 */
export function cameraToMove(
  cameras: readonly CameraToAssign[],
  workers: readonly LiveWorker[],
): { camera: string; from: string; to: string } | null {
  const shares = sharesOf(workers);
  for (const { holder, cost } of cameras) {
    const share = holder === null ? undefined : shares.get(holder);
    if (!share) continue;
    share.load += cost;
    share.cameras += 1;
  }
  let best: { camera: string; from: string; to: string; gain: number } | null = null;
  for (const camera of [...cameras].sort(byCost)) {
    const from = camera.holder === null ? undefined : shares.get(camera.holder);
    if (!from || camera.worker !== null || camera.cost === 0) continue;
    for (const to of shares.values()) {
      if (to === from || !hasRoom(to)) continue;
      if (fullness(to, camera.cost) > fullness(from, -camera.cost)) continue;
      const gain = fullness(from, 0) - fullness(to, camera.cost);
      if (best && gain <= best.gain) continue;
      best = { camera: camera.id, from: from.worker.name, to: to.worker.name, gain };
    }
  }
  return best && { camera: best.camera, from: best.from, to: best.to };
}

function sharesOf(workers: readonly LiveWorker[]): Map<string, Share> {
  const sorted = [...workers].sort((a, b) => (a.name < b.name ? -1 : 1));
  return new Map(sorted.map((worker) => [worker.name, { worker, load: 0, cameras: 0 }]));
}

const fullness = ({ worker, load }: Share, more: number) => (load + more) / worker.capacity;
const hasRoom = ({ worker, cameras }: Share) => worker.most === null || cameras < worker.most;

/** Ties go to the one with fewer cameras, then to the first by name. */
function leastFull(shares: Map<string, Share>, { cost }: CameraToAssign): Share | undefined {
  let best: Share | undefined;
  for (const share of shares.values()) {
    if (!hasRoom(share)) continue;
    const less = best ? fullness(share, cost) - fullness(best, cost) : -1;
    if (less < 0 || (less === 0 && best && share.cameras < best.cameras)) best = share;
  }
  return best;
}

const byCost = (a: CameraToAssign, b: CameraToAssign) => b.cost - a.cost || (a.id < b.id ? -1 : 1);
