import {
  type Camera,
  DataTexture,
  DepthTexture,
  type DirectionalLight,
  HalfFloatType,
  LinearFilter,
  NearestFilter,
  RedFormat,
  type Scene,
  UnsignedIntType,
  Vector3,
  type WebGLRenderer,
  WebGLRenderTarget,
} from 'three';
import { hallUniforms } from '../hall/materials.ts';

const TILE = 16;
/** Margin in pixels around moving objects, for blurred shadow edges. */
const MARGIN = 10;

/** A linear-light picture with multisampling, before development. */
export function sceneTarget(width: number, height: number): WebGLRenderTarget {
  return new WebGLRenderTarget(width, height, {
    type: HalfFloatType,
    samples: 4,
    minFilter: LinearFilter,
    magFilter: LinearFilter,
  });
}

/**
 * The empty hall, rendered once. In each frame the hall's materials shade only the tiles near
 * moving objects and take the rest from here.
 */
export class BackPlate {
  readonly #camera: Camera;
  readonly #size: readonly [width: number, height: number];
  readonly #columns: number;
  readonly #tiles: Uint8Array;
  readonly #mask: DataTexture;
  readonly #target: WebGLRenderTarget;
  readonly #depth: WebGLRenderTarget;

  constructor(camera: Camera, width: number, height: number) {
    this.#camera = camera;
    this.#size = [width, height];
    this.#columns = Math.ceil(width / TILE);
    const rows = Math.ceil(height / TILE);
    this.#tiles = new Uint8Array(this.#columns * rows);
    this.#mask = new DataTexture(this.#tiles, this.#columns, rows, RedFormat);
    this.#mask.magFilter = NearestFilter;
    this.#mask.minFilter = NearestFilter;
    this.#mask.unpackAlignment = 1;
    this.#target = sceneTarget(width, height);
    this.#depth = new WebGLRenderTarget(width, height, {
      depthTexture: new DepthTexture(width, height, UnsignedIntType),
    });
  }

  /** Captures the picture and the depth of the hall. */
  take(renderer: WebGLRenderer, scene: Scene): void {
    renderer.setRenderTarget(this.#target);
    renderer.render(scene, this.#camera);
    renderer.setRenderTarget(this.#depth);
    renderer.render(scene, this.#camera);
    renderer.setRenderTarget(null);
    hallUniforms.depthMap.value = this.#depth.depthTexture;
    hallUniforms.movingMap.value = this.#mask;
    hallUniforms.plateMap.value = this.#target.texture;
  }

  /** Clears the marks of the last frame. */
  clear(): void {
    this.#tiles.fill(0);
  }

  /**
   * Marks the picture around a moving object, its shadows from the lamps and, within `around`
   * metres on the floor, its contact shadow. Returns whether any of it is in the picture.
   */
  markMoving(
    eachPoint: (visit: (point: Vector3) => void) => void,
    lamps: readonly DirectionalLight[],
    around: number,
  ): boolean {
    const rays = lamps.map((lamp) => lamp.target.position.clone().sub(lamp.position));
    const bounds = [0, ...rays].map(() => new PixelBounds());
    const shadow = new Vector3();
    eachPoint((point) => {
      rays.forEach((ray, i) => {
        shadow.copy(point).addScaledVector(ray, -Math.max(0, point.y) / ray.y);
        this.#include(bounds[i + 1]!, shadow);
        this.#include(bounds[i + 1]!, shadow.copy(point));
      });
      if (point.y < 0.15) {
        for (const [dx, dz] of [
          [around, 0],
          [-around, 0],
          [0, around],
          [0, -around],
        ] as const) {
          this.#include(bounds[0]!, shadow.set(point.x + dx, 0, point.z + dz));
        }
      }
      this.#include(bounds[0]!, shadow.copy(point));
    });
    return bounds.map((bound) => this.#fill(bound)).includes(true);
  }

  /** Renders the scene on top of the plate. */
  draw(renderer: WebGLRenderer, scene: Scene, target: WebGLRenderTarget): void {
    this.#mask.needsUpdate = true;
    hallUniforms.skipUnchanged.value = 1;
    renderer.setRenderTarget(target);
    renderer.render(scene, this.#camera);
    renderer.setRenderTarget(null);
    hallUniforms.skipUnchanged.value = 0;
  }

  /** Expands a box by a point of the drawing frame; the point is overwritten. */
  #include(bound: PixelBounds, point: Vector3): void {
    const [width, height] = this.#size;
    point.project(this.#camera);
    // Behind the camera the projection is mirrored.
    if (point.z > 1) return;
    bound.add((point.x * 0.5 + 0.5) * width, (point.y * 0.5 + 0.5) * height);
  }

  /** Marks the tiles of a box, if any; rows run from the bottom, as textures do. */
  #fill({ left, bottom, right, top }: PixelBounds): boolean {
    const columns = this.#columns;
    const rows = this.#tiles.length / columns;
    const x0 = Math.max(0, Math.floor((left - MARGIN) / TILE));
    const x1 = Math.min(columns - 1, Math.floor((right + MARGIN) / TILE));
    const y0 = Math.max(0, Math.floor((bottom - MARGIN) / TILE));
    const y1 = Math.min(rows - 1, Math.floor((top + MARGIN) / TILE));
    if (x1 < x0 || y1 < y0) return false;
    for (let y = y0; y <= y1; y++) this.#tiles.fill(255, y * columns + x0, y * columns + x1 + 1);
    return true;
  }
}

class PixelBounds {
  left = Infinity;
  bottom = Infinity;
  right = -Infinity;
  top = -Infinity;

  add(x: number, y: number): void {
    this.left = Math.min(this.left, x);
    this.bottom = Math.min(this.bottom, y);
    this.right = Math.max(this.right, x);
    this.top = Math.max(this.top, y);
  }
}
