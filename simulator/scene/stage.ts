import {
  Color,
  type DirectionalLight,
  type Group,
  NoToneMapping,
  PCFShadowMap,
  type PerspectiveCamera,
  Scene,
  WebGLRenderer,
  type WebGLRenderTarget,
} from 'three';
import { makeHall } from './hall/hall.ts';
import { hallUniforms, MAX_FEET } from './hall/materials.ts';
import { makeRobotArm, type RobotArm } from './hall/robot-cell.ts';
import { eachMeshPoint, Worker } from './people/worker.ts';
import { floorHomography, makeCamera } from './picture/camera.ts';
import { makeDeveloper } from './picture/develop.ts';
import { makeLamps, makeSurroundings } from './picture/lights.ts';
import { bakeOcclusion } from './picture/occlusion.ts';
import { BackPlate, sceneTarget } from './picture/plate.ts';
import { VisibilityMeter } from './picture/visibility.ts';
import { describeWorker, shareInside } from './truth.ts';
import type { DrawnFrame, Homography, Scenario } from './types.ts';

/** Radius in metres around a worker's feet within which the floor is redrawn. */
const CONTACT_RADIUS = 0.75;

/** The hall of one scenario, its people and its camera. Runs in the browser page. */
export class Stage {
  readonly #scenario: Scenario;
  readonly #renderer: WebGLRenderer;
  readonly #scene = new Scene();
  readonly #camera: PerspectiveCamera;
  readonly #lamps: DirectionalLight[];
  readonly #hall: Group;
  readonly #robot: RobotArm;
  readonly #workers: Worker[];
  readonly #plate: BackPlate;
  readonly #picture: WebGLRenderTarget;
  readonly #developer: ReturnType<typeof makeDeveloper>;
  readonly #visibility: VisibilityMeter;

  constructor(scenario: Scenario) {
    const { width, height, camera, focus } = scenario;
    this.#scenario = scenario;
    this.#renderer = makeRenderer(width, height);
    this.#scene.background = new Color(0x6f767a);
    this.#scene.environment = makeSurroundings(this.#renderer);
    this.#scene.environmentIntensity = 0.56;
    this.#camera = makeCamera(camera, width, height);
    this.#lamps = makeLamps(focus);
    for (const lamp of this.#lamps) this.#scene.add(lamp, lamp.target);
    this.#hall = makeHall();
    this.#scene.add(this.#hall);
    this.#bakeOcclusion();
    this.#plate = new BackPlate(this.#camera, width, height);
    this.#plate.take(this.#renderer, this.#scene);
    this.#robot = makeRobotArm();
    this.#workers = scenario.workers.map((spec, i) => new Worker(spec, i, scenario.duration));
    this.#scene.add(this.#robot.group, ...this.#workers.map(({ group }) => group));
    this.#picture = sceneTarget(width, height);
    this.#developer = makeDeveloper(this.#picture.texture, width, height);
    this.#visibility = new VisibilityMeter(this.#renderer, this.#camera, width, height);
  }

  get homography(): Homography {
    return floorHomography(this.#camera, this.#scenario.width, this.#scenario.height);
  }

  /** Renders the frame at `time` seconds and returns its truth. */
  draw(time: number, index: number): DrawnFrame {
    const { width, height, duration } = this.#scenario;
    this.#robot.move(time, duration);
    this.#robot.group.updateMatrixWorld(true);
    for (const worker of this.#workers) worker.moveTo(time);
    const boxes = this.#workers.map((worker) => worker.pixelBox(this.#camera, width, height));
    const inside = boxes.map((box) => shareInside(box, width, height));
    const shown = this.#markMoving();
    this.#plate.draw(this.#renderer, this.#scene, this.#picture);
    this.#developer.uniforms.frame.value = index % 97;
    this.#renderer.render(this.#developer.scene, this.#camera);
    const rgb = this.#readRgb();
    const still = [this.#hall, this.#robot.group];
    const parts = this.#scenario.parts
      ? this.#workers.map((worker) => worker.partBoxes(this.#camera, width, height))
      : [];
    const partBoxes = parts.map((ofOne) => ofOne.map(({ box }) => box));
    const seen = this.#visibility.measure(this.#scene, still, this.#workers, shown, partBoxes);
    const workers = this.#workers.map((worker, i) =>
      describeWorker(worker.spec, worker.state, boxes[i]!, inside[i]!, seen[i]!, parts[i]),
    );
    return { rgb, workers };
  }

  /** Marks the changed area; workers out of the picture, shadow included, are not rendered. */
  #markMoving(): boolean[] {
    const { feet } = hallUniforms;
    for (const foot of feet.value) foot.set(999, 0, 999);
    this.#plate.clear();
    this.#plate.markMoving((visit) => eachMeshPoint(this.#robot.group, 1, visit), this.#lamps, 0.3);
    return this.#workers.map((worker, i) => {
      const drawn = this.#plate.markMoving(
        (visit) => worker.eachPoint(visit),
        this.#lamps,
        CONTACT_RADIUS,
      );
      worker.group.visible = drawn;
      if (drawn && i * 2 + 1 < MAX_FEET) {
        const [left, right] = worker.ankles();
        feet.value[i * 2]!.copy(left);
        feet.value[i * 2 + 1]!.copy(right);
      }
      return drawn;
    });
  }

  #bakeOcclusion(): void {
    const { width, height, focus } = this.#scenario;
    hallUniforms.resolution.value.set(width, height);
    const size = [width, height] as const;
    hallUniforms.occlusionMap.value = bakeOcclusion(
      this.#renderer,
      this.#scene,
      this.#camera,
      focus,
      size,
    );
    hallUniforms.occlusionOn.value = 1;
  }

  /** The finished picture as packed RGB, top row first, in base64. */
  #readRgb(): string {
    const { width, height } = this.#scenario;
    const gl = this.#renderer.getContext();
    const rgba = new Uint8Array(width * height * 4);
    gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, rgba);
    const rgb = new Uint8Array(width * height * 3);
    let to = 0;
    for (let y = height - 1; y >= 0; y--) {
      for (let x = 0, from = y * width * 4; x < width; x++, from += 4) {
        rgb[to++] = rgba[from]!;
        rgb[to++] = rgba[from + 1]!;
        rgb[to++] = rgba[from + 2]!;
      }
    }
    let text = '';
    for (let i = 0; i < rgb.length; i += 32768) {
      text += String.fromCharCode(...rgb.subarray(i, i + 32768));
    }
    return btoa(text);
  }
}

function makeRenderer(width: number, height: number): WebGLRenderer {
  const renderer = new WebGLRenderer({ antialias: false, preserveDrawingBuffer: true });
  renderer.setPixelRatio(1);
  renderer.setSize(width, height);
  renderer.shadowMap.enabled = true;
  renderer.shadowMap.type = PCFShadowMap;
  renderer.toneMapping = NoToneMapping;
  document.body.appendChild(renderer.domElement);
  return renderer;
}
