import { type BufferGeometry, Group, type Material, Mesh } from 'three';
import { mergeGeometries } from 'three/examples/jsm/utils/BufferGeometryUtils.js';
import { addBuilding } from './building.ts';
import { addFurniture } from './furniture.ts';
import { addRobotCell } from './robot-cell.ts';

/** The empty main hall: all static objects, one mesh per material. */
export function makeHall(): Group {
  const hall = new Group();
  addBuilding(hall);
  addFurniture(hall);
  addRobotCell(hall);
  return mergeByMaterial(hall);
}

/** Fewer, larger meshes: a draw call costs more than its triangles. */
function mergeByMaterial(source: Group): Group {
  source.updateMatrixWorld(true);
  const parts = new Map<Material, BufferGeometry[]>();
  source.traverse((object) => {
    if (!(object instanceof Mesh)) return;
    const mesh = object as Mesh<BufferGeometry, Material>;
    const list = parts.get(mesh.material) ?? [];
    list.push(mesh.geometry.clone().applyMatrix4(mesh.matrixWorld));
    parts.set(mesh.material, list);
  });
  const merged = new Group();
  for (const [material, geometries] of parts) {
    const mesh = new Mesh(mergeGeometries(geometries), material);
    mesh.castShadow = true;
    mesh.receiveShadow = true;
    merged.add(mesh);
  }
  return merged;
}
