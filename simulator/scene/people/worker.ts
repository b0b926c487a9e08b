import {
  type BufferGeometry,
  type Camera,
  Group,
  Matrix4,
  Mesh,
  type Object3D,
  Skeleton,
  SkinnedMesh,
  Vector3,
} from 'three';
import { pose } from '../body/gait.ts';
import { type Bones, buildGeometry, type Garment, makeSkeleton } from '../body/geometry.ts';
import { REST_HEIGHT } from '../body/joints.ts';
import type { Build } from '../body/shape.ts';
import { headingToRotation, toWorld } from '../floor.ts';
import { surface } from '../hall/materials.ts';
import { box } from '../hall/shapes.ts';
import type { PartTruth, PixelBox, WorkerSpec } from '../types.ts';
import { clothing } from './clothing.ts';
import { makeHelmet } from './helmet.ts';
import { type PathState, STRIDE, WalkedPath } from './path.ts';

const geometries = new Map<string, BufferGeometry>();

/** The box of a worker behind the camera: outside of every picture. */
const BEHIND: PixelBox = [-2, -2, -1, -1];

/** Heights in the rest pose, metres: where the head ends, and the torso from belt to collar. */
const CHIN = 1.53;
const BELT = 0.86;
const COLLAR = 1.49;
/** Half the width of head and torso without arms in the rest pose, metres. */
const HALF_HEAD = 0.13;
const HALF_TORSO = 0.21;

/** Bodies of the same build share their geometry. */
function sharedGeometry(build: Build, garment: Garment): BufferGeometry {
  const key = `${garment} ${build.girth} ${build.loose}`;
  const geometry = geometries.get(key) ?? buildGeometry(build, garment);
  geometries.set(key, geometry);
  return geometry;
}

/** A worker in the hall: skinned body, clothes, load and path. */
export class Worker {
  readonly spec: WorkerSpec;
  readonly group = new Group();
  readonly #bones: Bones;
  readonly #skins: SkinnedMesh[] = [];
  readonly #rigid: Object3D[] = [];
  readonly #path: WalkedPath;
  readonly #seed: number;
  readonly #period: number;
  #state: PathState;

  constructor(spec: WorkerSpec, index: number, duration: number) {
    this.spec = spec;
    this.#seed = index * 1.7;
    this.#period = duration;
    this.#path = new WalkedPath(spec, duration);
    this.#state = this.#path.at(0);
    const { bones, ordered } = makeSkeleton();
    this.#bones = bones;
    this.group.add(bones.pelvis);
    this.group.updateMatrixWorld(true);
    this.#dress(new Skeleton(ordered));
    this.group.scale.setScalar(spec.looks.height / REST_HEIGHT);
  }

  #dress(skeleton: Skeleton): void {
    const { looks, carriesBox } = this.spec;
    const build: Build = { girth: looks.girth ?? 0, loose: 0.012 };
    const garments: Garment[] = looks.vest === undefined ? ['body'] : ['body', 'vest'];
    for (const garment of garments) {
      const mesh = new SkinnedMesh(sharedGeometry(build, garment), clothing(looks, garment));
      mesh.bind(skeleton, new Matrix4());
      mesh.frustumCulled = false;
      mesh.castShadow = true;
      mesh.receiveShadow = true;
      this.group.add(mesh);
      this.#skins.push(mesh);
    }
    if (looks.helmet !== undefined) {
      const helmet = makeHelmet(looks.helmet);
      this.#bones.head.add(helmet);
      this.#rigid.push(helmet);
    }
    if (carriesBox) {
      const carton = surface(0xa98156, { roughness: 0.85, moving: true });
      this.#rigid.push(box(this.#bones.chest, [0.34, 0.22, 0.28], [0, -0.16, 0.4], carton));
    }
  }

  /** Moves the worker to the position at `time`. */
  moveTo(time: number): void {
    const state = this.#path.at(time);
    this.#state = state;
    this.group.position.copy(toWorld([state.x, state.y]));
    this.group.rotation.y = headingToRotation(state.heading);
    pose(this.#bones, {
      phase: state.phase,
      walking: state.walking * Math.min(1, 0.55 + (0.45 * state.speed) / 1.3),
      stride: STRIDE,
      time,
      period: this.#period,
      act: state.act,
      seed: this.#seed,
    });
    this.group.updateMatrixWorld(true);
  }

  get state(): PathState {
    return this.#state;
  }

  /** The ankles in the drawing frame. */
  ankles(): [Vector3, Vector3] {
    const { footL, footR } = this.#bones;
    return [footL.getWorldPosition(new Vector3()), footR.getWorldPosition(new Vector3())];
  }

  /**
   * Calls back with points of the body, helmet and load in the drawing frame; the vector is reused.
   */
  eachPoint(visit: (point: Vector3) => void): void {
    const point = new Vector3();
    for (const skin of this.#skins) {
      const positions = skin.geometry.getAttribute('position');
      for (let i = 0; i < positions.count; i += 7) {
        point.fromBufferAttribute(positions, i);
        skin.applyBoneTransform(i, point);
        visit(point.applyMatrix4(skin.matrixWorld));
      }
    }
    for (const part of this.#rigid) eachMeshPoint(part, 3, visit);
  }

  /**
   * The bounding box of the worker in the picture, in pixels, not clipped; BEHIND where the worker
   * is behind the camera.
   */
  pixelBox(camera: Camera, width: number, height: number): PixelBox {
    return boxRound(camera, width, height, (visit) => this.eachPoint(visit));
  }

  /** The bounding boxes of head (with the helmet, where one is worn) and torso, as `pixelBox`. */
  partBoxes(camera: Camera, width: number, height: number): Omit<PartTruth, 'visible'>[] {
    const { helmet, vest } = this.spec.looks;
    const around = (visitAll: (visit: (point: Vector3) => void) => void) =>
      boxRound(camera, width, height, visitAll);
    const head = around((visit) => {
      this.#eachSkinPoint(0, visit, ([x, y]) => y > CHIN && Math.abs(x) < HALF_HEAD);
      if (helmet !== undefined) eachMeshPoint(this.#rigid[0]!, 3, visit);
    });
    const torso = around((visit) =>
      vest === undefined
        ? this.#eachSkinPoint(
            0,
            visit,
            ([x, y]) => y > BELT && y < COLLAR && Math.abs(x) < HALF_TORSO,
          )
        : this.#eachSkinPoint(1, visit),
    );
    return [
      { label: helmet === undefined ? 'head' : 'helmet', box: head },
      { label: vest === undefined ? 'no_vest' : 'vest', box: torso },
    ];
  }

  /** Visits points of the body (0) or the vest (1) whose position in the rest pose is accepted. */
  #eachSkinPoint(
    index: 0 | 1,
    visit: (point: Vector3) => void,
    wanted: (rest: readonly [x: number, y: number]) => boolean = () => true,
  ): void {
    const skin = this.#skins[index]!;
    const rest = skin.geometry.getAttribute('rest');
    const point = new Vector3();
    for (let i = 0; i < rest.count; i += 3) {
      if (!wanted([rest.getX(i), rest.getY(i)])) continue;
      point.fromBufferAttribute(rest, i);
      skin.applyBoneTransform(i, point);
      visit(point.applyMatrix4(skin.matrixWorld));
    }
  }
}

/** Visits every `every`-th vertex of the meshes under an object; the vector is reused. */
export function eachMeshPoint(
  root: Object3D,
  every: number,
  visit: (point: Vector3) => void,
): void {
  const point = new Vector3();
  root.traverse((object) => {
    if (!(object instanceof Mesh)) return;
    const positions = (object as Mesh<BufferGeometry>).geometry.getAttribute('position');
    for (let i = 0; i < positions.count; i += every) {
      visit(point.fromBufferAttribute(positions, i).applyMatrix4(object.matrixWorld));
    }
  });
}

/**
 * The bounding box of points of the drawing frame in the picture, in pixels; BEHIND where all are
 * behind the camera.
 */
function boxRound(
  camera: Camera,
  width: number,
  height: number,
  visitAll: (visit: (point: Vector3) => void) => void,
): PixelBox {
  const bounds: PixelBox = [Infinity, Infinity, -Infinity, -Infinity];
  visitAll((point) => {
    point.project(camera);
    if (point.z > 1) return;
    const u = (point.x * 0.5 + 0.5) * width;
    const v = (0.5 - point.y * 0.5) * height;
    bounds[0] = Math.min(bounds[0], u);
    bounds[1] = Math.min(bounds[1], v);
    bounds[2] = Math.max(bounds[2], u);
    bounds[3] = Math.max(bounds[3], v);
  });
  return bounds[0] === Infinity ? BEHIND : bounds;
}
