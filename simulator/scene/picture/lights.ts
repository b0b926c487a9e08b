import {
  BoxGeometry,
  Color,
  type ColorRepresentation,
  DirectionalLight,
  DoubleSide,
  Mesh,
  MeshBasicMaterial,
  PMREMGenerator,
  Scene,
  type Texture,
  Vector3,
  type WebGLRenderer,
} from 'three';
import { toWorld } from '../floor.ts';
import type { FloorPoint } from '../types.ts';

interface Lamp {
  /** Direction from the lit point to the lamp, drawing frame. */
  readonly towards: readonly [number, number, number];
  readonly intensity: number;
  readonly color: ColorRepresentation;
}

const LAMPS: readonly Lamp[] = [
  { towards: [-4.5, 9, 4], intensity: 2.9, color: 0xfff4e2 },
  { towards: [5, 9, -4.5], intensity: 1.2, color: 0xf2f6ff },
];

/** The two lamps with shadows, aimed at the focus of the picture. */
export function makeLamps(focus: FloorPoint): DirectionalLight[] {
  return LAMPS.map(({ towards, intensity, color }) => {
    const light = new DirectionalLight(color, intensity);
    light.target.position.copy(toWorld(focus));
    light.position.copy(light.target.position).add(new Vector3(...towards));
    light.castShadow = true;
    const { shadow } = light;
    shadow.mapSize.set(2048, 2048);
    Object.assign(shadow.camera, { left: -12, right: 12, top: 12, bottom: -12, near: 1, far: 30 });
    shadow.radius = 3.5;
    shadow.bias = -0.0006;
    shadow.normalBias = 0.02;
    return light;
  });
}

/** Environment light: a grey room with rows of ceiling lamps and two bands of windows. */
export function makeSurroundings(renderer: WebGLRenderer): Texture {
  const room = new Scene();
  const add = (
    [width, height, depth]: readonly [number, number, number],
    [x, y, z]: readonly [number, number, number],
    color: ColorRepresentation,
    strength = 1,
  ): void => {
    const material = new MeshBasicMaterial({
      color: new Color(color).multiplyScalar(strength),
      side: DoubleSide,
    });
    const mesh = new Mesh(new BoxGeometry(width, height, depth), material);
    mesh.position.set(x, y, z);
    room.add(mesh);
  };
  add([22, 0.1, 40], [0, -1.2, 0], 0x5a5a56);
  add([22, 0.1, 40], [0, 8, 0], 0x50555a);
  for (const side of [-1, 1]) {
    add([0.1, 9.2, 40], [side * 11, 3.4, 0], 0x6b7072);
    add([22, 9.2, 0.1], [0, 3.4, side * 20], 0x6a6f70);
    add([16, 1.3, 0.05], [0, 4.6, side * 19.8], 0xcfe2f5, 4);
  }
  for (const x of [-7, 0, 7]) {
    for (let z = -15; z <= 15; z += 5) add([0.8, 0.1, 3], [x, 7.4, z], 0xfff6e8, 11);
  }
  const generator = new PMREMGenerator(renderer);
  const { texture } = generator.fromScene(room, 0.02);
  generator.dispose();
  return texture;
}
