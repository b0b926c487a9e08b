import {
  type Camera,
  Color,
  LinearSRGBColorSpace,
  type Material,
  Mesh,
  MeshBasicMaterial,
  NearestFilter,
  type Object3D,
  type Scene,
  type WebGLRenderer,
  WebGLRenderTarget,
} from 'three';
import type { Worker } from '../people/worker.ts';
import type { PixelBox } from '../types.ts';

/** Visibility of a worker. */
export interface Visibility {
  /** Share of the worker's pixels in the picture that are not occluded. */
  readonly share: number;
  /** The bounding box of the visible pixels. */
  readonly box: PixelBox | null;
  /** The same share within each of the requested boxes. */
  readonly within: readonly number[];
}

const UNSEEN: Visibility = { share: 0, box: null, within: [] };
const MAX_WORKERS = 15;

/** Counts workers' pixels at half size: all together with the hall, then each alone. */
export class VisibilityMeter {
  readonly #renderer: WebGLRenderer;
  readonly #camera: Camera;
  readonly #target: WebGLRenderTarget;
  readonly #pixels: Uint8Array;
  readonly #hidden = new MeshBasicMaterial({ color: 0x000000 });
  readonly #flags = Array.from({ length: MAX_WORKERS }, (_, i) => {
    const color = new Color().setRGB((i + 1) / 16, 0, 0, LinearSRGBColorSpace);
    return new MeshBasicMaterial({ color });
  });

  constructor(renderer: WebGLRenderer, camera: Camera, width: number, height: number) {
    this.#renderer = renderer;
    this.#camera = camera;
    this.#target = new WebGLRenderTarget(width / 2, height / 2, {
      minFilter: NearestFilter,
      magFilter: NearestFilter,
    });
    this.#pixels = new Uint8Array(width * height);
  }

  /** Measures the workers of `shown` (those in the picture); the others count as invisible. */
  measure(
    scene: Scene,
    still: readonly Object3D[],
    workers: readonly Worker[],
    shown: readonly boolean[],
    boxes: readonly (readonly PixelBox[])[] = [],
  ): Visibility[] {
    const { background } = scene;
    const { shadowMap } = this.#renderer;
    const materials = new Map<Mesh, Material | Material[]>();
    scene.background = new Color(0);
    shadowMap.autoUpdate = false;
    scene.traverse((object) => {
      if (!(object instanceof Mesh)) return;
      materials.set(object, object.material);
      object.material = this.#hidden;
    });
    workers.forEach((worker, i) => {
      worker.group.traverse((object) => {
        if (object instanceof Mesh) object.material = this.#flags[i]!;
      });
    });

    this.#draw(scene);
    const seen = workers.map((_, i) => this.#count(i, boxes[i]));
    for (const object of still) object.visible = false;
    const results = workers.map((worker, i) => {
      const found = seen[i]!;
      if (!shown[i] || found.count === 0) return UNSEEN;
      for (const other of workers) other.group.visible = other === worker;
      this.#draw(scene);
      const alone = this.#count(i, boxes[i]);
      return {
        share: found.count / alone.count,
        box: found.box,
        within: found.within.map((count, k) => count / Math.max(1, alone.within[k]!)),
      };
    });

    for (const object of still) object.visible = true;
    workers.forEach((worker, i) => {
      worker.group.visible = shown[i] ?? true;
    });
    for (const [mesh, material] of materials) mesh.material = material;
    scene.background = background;
    shadowMap.autoUpdate = true;
    this.#renderer.setRenderTarget(null);
    return results;
  }

  #draw(scene: Scene): void {
    const { width, height } = this.#target;
    this.#renderer.setRenderTarget(this.#target);
    this.#renderer.render(scene, this.#camera);
    this.#renderer.readRenderTargetPixels(this.#target, 0, 0, width, height, this.#pixels);
  }

  #count(
    worker: number,
    boxes: readonly PixelBox[] = [],
  ): { count: number; box: PixelBox; within: number[] } {
    const { width, height } = this.#target;
    const box: PixelBox = [Infinity, Infinity, -Infinity, -Infinity];
    const low = (worker + 0.5) * (255 / 16);
    const high = low + 255 / 16;
    let count = 0;
    const within = boxes.map(() => 0);
    for (let i = 0; i < width * height; i++) {
      const red = this.#pixels[i * 4]!;
      if (red < low || red > high) continue;
      count++;
      const x = (i % width) * 2;
      const y = (height - 1 - Math.floor(i / width)) * 2;
      box[0] = Math.min(box[0], x);
      box[1] = Math.min(box[1], y);
      box[2] = Math.max(box[2], x + 2);
      box[3] = Math.max(box[3], y + 2);
      boxes.forEach(([left, top, right, bottom], k) => {
        if (x >= left && x < right && y >= top && y < bottom) within[k]!++;
      });
    }
    return { count, box, within };
  }
}
