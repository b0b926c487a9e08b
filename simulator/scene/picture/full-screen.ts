import { type IUniform, Mesh, PlaneGeometry, Scene, ShaderMaterial } from 'three';

const VERTEX = `varying vec2 uvPos;
void main() {
  uvPos = uv;
  gl_Position = vec4(position.xy, 0., 1.);
}`;

/** A scene of one rectangle over the whole picture, shaded by `fragmentShader` (varying `uvPos`). */
export function fullScreen<U extends Record<string, IUniform>>(
  fragmentShader: string,
  uniforms: U,
): { scene: Scene; uniforms: U } {
  const material = new ShaderMaterial({
    uniforms,
    vertexShader: VERTEX,
    fragmentShader: `varying vec2 uvPos;\n${fragmentShader}`,
    depthTest: false,
    depthWrite: false,
  });
  const mesh = new Mesh(new PlaneGeometry(2, 2), material);
  mesh.frustumCulled = false;
  const scene = new Scene();
  scene.add(mesh);
  return { scene, uniforms };
}
