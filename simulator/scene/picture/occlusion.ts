import {
  type Camera,
  Color,
  DirectionalLight,
  FloatType,
  HalfFloatType,
  LinearFilter,
  MeshLambertMaterial,
  type Scene,
  type Texture,
  Vector3,
  type WebGLRenderer,
  WebGLRenderTarget,
} from 'three';
import { toWorld } from '../floor.ts';
import type { FloorPoint } from '../types.ts';
import { fullScreen } from './full-screen.ts';

const DIRECTIONS = 48;
const GOLDEN_ANGLE = 2.399963;

const ACCUMULATE = `
uniform sampler2D sampled, sum;
uniform float count;
void main() {
  float light = min(texture2D(sampled, uvPos).r, 1.);
  gl_FragColor = vec4(vec3(mix(texture2D(sum, uvPos).r, light, 1. / (count + 1.))), 1.);
}`;

const FINISH = `
uniform sampler2D sum;
void main() {
  gl_FragColor = vec4(vec3(clamp(texture2D(sum, uvPos).r * 2.3, .25, 1.)), 1.);
}`;

/**
 * Ambient occlusion of the empty hall per pixel: the mean of many shadowed lights over the
 * hemisphere. The camera is fixed, so one picture-sized map serves the whole clip.
 */
export function bakeOcclusion(
  renderer: WebGLRenderer,
  scene: Scene,
  camera: Camera,
  focus: FloorPoint,
  [width, height]: readonly [number, number],
): Texture {
  const { environment, background, overrideMaterial } = scene;
  const lamps = scene.children.filter((child) => child instanceof DirectionalLight);
  for (const lamp of lamps) lamp.visible = false;
  scene.environment = null;
  scene.background = new Color(1, 1, 1);
  scene.overrideMaterial = new MeshLambertMaterial({ color: 0xffffff });
  const light = hemisphereLight();
  const target = toWorld(focus);
  light.target.position.copy(target);
  scene.add(light, light.target);

  const sampled = new WebGLRenderTarget(width, height, { type: HalfFloatType, samples: 4 });
  let sum = new WebGLRenderTarget(width, height, { type: FloatType });
  let next = sum.clone();
  const step = fullScreen(ACCUMULATE, {
    sampled: { value: sampled.texture },
    sum: { value: sum.texture },
    count: { value: 0 },
  });
  for (let i = 0; i < DIRECTIONS; i++) {
    const radius = Math.sqrt((i + 0.5) / DIRECTIONS) * 0.985;
    const angle = i * GOLDEN_ANGLE;
    const up = Math.sqrt(1 - radius * radius);
    const away = new Vector3(radius * Math.cos(angle), up, radius * Math.sin(angle));
    light.position.copy(target).addScaledVector(away, 20);
    renderer.setRenderTarget(sampled);
    renderer.render(scene, camera);
    step.uniforms.sum.value = sum.texture;
    step.uniforms.count.value = i;
    renderer.setRenderTarget(next);
    renderer.render(step.scene, camera);
    [sum, next] = [next, sum];
  }

  const result = new WebGLRenderTarget(width, height, {
    type: HalfFloatType,
    minFilter: LinearFilter,
  });
  renderer.setRenderTarget(result);
  renderer.render(fullScreen(FINISH, { sum: { value: sum.texture } }).scene, camera);
  renderer.setRenderTarget(null);
  for (const used of [sampled, sum, next]) used.dispose();
  light.shadow.dispose();
  scene.remove(light, light.target);
  for (const lamp of lamps) lamp.visible = true;
  Object.assign(scene, { environment, background, overrideMaterial });
  return result.texture;
}

function hemisphereLight(): DirectionalLight {
  const light = new DirectionalLight(0xffffff, Math.PI);
  light.castShadow = true;
  light.shadow.mapSize.set(1024, 1024);
  Object.assign(light.shadow.camera, {
    left: -13,
    right: 13,
    top: 13,
    bottom: -13,
    near: 0.5,
    far: 60,
  });
  light.shadow.radius = 2;
  light.shadow.bias = -0.001;
  light.shadow.normalBias = 0.03;
  return light;
}
