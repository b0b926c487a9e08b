import {
  DoubleSide,
  ExtrudeGeometry,
  Group,
  LatheGeometry,
  Mesh,
  Shape,
  TorusGeometry,
  Vector2,
} from 'three';
import { surface } from '../hall/materials.ts';

/** The dome from crown to rim, then the rim turned outwards. */
function profile(): Vector2[] {
  const points: Vector2[] = [];
  for (let i = 0; i <= 14; i++) {
    const a = (i / 14) * (Math.PI / 2);
    const radius = Math.max(0.0005, 0.112 * Math.sin(a) ** 0.92);
    points.push(new Vector2(radius, 0.122 * Math.max(0, Math.cos(a)) ** 0.85));
  }
  points.push(new Vector2(0.114, -0.022), new Vector2(0.124, -0.026));
  points.push(new Vector2(0.122, -0.031), new Vector2(0.104, -0.025));
  return points;
}

/** A hard hat with peak, ridges and chin strap, placed for the head bone. */
export function makeHelmet(color: number): Group {
  const shell = surface(color, { roughness: 0.32, grime: 0.12, moving: true, side: DoubleSide });
  const strap = surface(0x222222, { moving: true });
  const helmet = new Group();

  const dome = new Mesh(new LatheGeometry(profile(), 36), shell);
  dome.scale.set(0.97, 1, 1.2);
  helmet.add(dome);

  const outline = new Shape();
  outline.absellipse(0, 0, 0.098, 0.082, 0, Math.PI, false, 0);
  const peak = new Mesh(
    new ExtrudeGeometry(outline, {
      depth: 0.006,
      bevelEnabled: true,
      bevelSize: 0.004,
      bevelThickness: 0.003,
      bevelSegments: 2,
      curveSegments: 20,
    }),
    shell,
  );
  peak.rotation.x = Math.PI / 2 + 0.18;
  peak.position.set(0, -0.014, 0.098);
  helmet.add(peak);

  for (const [x, width] of [
    [0, 0.03],
    [-0.045, 0.016],
    [0.045, 0.016],
  ] as const) {
    const radius = 0.118 - Math.abs(x) * 0.35;
    const ridge = new Mesh(new TorusGeometry(radius, width * 0.5, 8, 24, Math.PI * 0.72), shell);
    ridge.geometry.rotateZ(Math.PI * 0.14);
    ridge.rotation.y = Math.PI / 2;
    ridge.scale.set(1.13, 1, 0.8);
    ridge.position.set(x, 0.001 - Math.abs(x) * 0.1, 0);
    helmet.add(ridge);
  }

  const chin = new Mesh(new TorusGeometry(0.085, 0.004, 6, 24, Math.PI), strap);
  chin.rotation.z = Math.PI;
  chin.position.set(0, -0.03, 0.03);
  chin.scale.set(0.92, 1.3, 1);
  helmet.add(chin);

  helmet.traverse((object) => {
    object.castShadow = true;
    object.receiveShadow = true;
  });
  helmet.position.set(0, 0.158, -0.008);
  helmet.rotation.x = -0.12;
  return helmet;
}
