import {
  type ColorRepresentation,
  FrontSide,
  MeshStandardMaterial,
  type Side,
  type Texture,
  Vector2,
  Vector3,
} from 'three';
import { noiseTexture } from './noise-texture.ts';

export const MAX_FEET = 16;

/** Uniforms of all hall materials; the stage sets them. */
export const hallUniforms = {
  noiseMap: { value: noiseTexture },
  /** Ankles of the workers, for the contact shadows. */
  feet: { value: Array.from({ length: MAX_FEET }, () => new Vector3(999, 0, 999)) },
  /** Ambient occlusion of the empty hall, in picture space. */
  occlusionMap: { value: null as Texture | null },
  occlusionOn: { value: 0 },
  resolution: { value: new Vector2(1280, 720) },
  /** The changed area of the picture in this frame; depth and colour of the empty hall. */
  movingMap: { value: null as Texture | null },
  depthMap: { value: null as Texture | null },
  plateMap: { value: null as Texture | null },
  skipUnchanged: { value: 0 },
};

export interface SurfaceOptions {
  readonly roughness?: number;
  readonly metalness?: number;
  readonly environment?: number;
  readonly map?: Texture;
  readonly emissive?: ColorRepresentation;
  readonly side?: Side;
  /** Strength of dirt, 0..1. */
  readonly grime?: number;
  /** Concrete: stains, joints and tyre tracks. */
  readonly concrete?: boolean;
  /** The object moves, so the baked occlusion of the hall does not apply. */
  readonly moving?: boolean;
}

const VERTEX_DECLARATIONS = `#include <common>
varying vec3 vWorld;
varying vec3 vWorldNormal;`;

const VERTEX_BODY = `#include <fog_vertex>
vWorld = (modelMatrix * vec4(transformed, 1.)).xyz;
vWorldNormal = normalize(mat3(modelMatrix) * objectNormal);`;

const FRAGMENT_DECLARATIONS = `#include <common>
varying vec3 vWorld;
varying vec3 vWorldNormal;
uniform sampler2D noiseMap, occlusionMap, movingMap, depthMap, plateMap;
uniform vec3 feet[${MAX_FEET}];
uniform vec2 resolution;
uniform float occlusionOn, skipUnchanged;
float dirt(vec3 p, float scale) {
  vec3 a = abs(vWorldNormal);
  if (a.y > .6) return texture2D(noiseMap, p.xz * scale).r;
  return a.x > .6 ? texture2D(noiseMap, p.zy * scale).g : texture2D(noiseMap, p.xy * scale).b;
}`;

const CONCRETE = `
  float stain = smoothstep(.56, .80, dirt(vWorld + 7., .045) * .65 + dirt(vWorld, .31) * .35);
  diffuseColor.rgb *= 1. - .42 * stain;
  diffuseColor.rgb *= .90 + .2 * texture2D(noiseMap, vWorld.xz * 4.).g;
  vec2 joint = abs(fract(vWorld.xz / vec2(4., 5.) + .23) - .5) * vec2(4., 5.);
  float toJoint = min(2. - joint.x, 2.5 - joint.y);
  diffuseColor.rgb *= mix(.55, 1., smoothstep(.006, .02, toJoint));
  float northSouth = abs(abs(vWorld.x - 21.2 + .25 * sin(vWorld.z * .35)) - .55);
  float eastWest = abs(abs(vWorld.z + 6.3 + .3 * sin(vWorld.x * .3)) - .5);
  float track = smoothstep(.12, .03, min(northSouth, eastWest));
  diffuseColor.rgb *= 1. - .22 * track * smoothstep(.35, .65, dirt(vWorld, .6));`;

/** Objects on the floor are darker near it. */
const SOILED_FOOT = `
  diffuseColor.rgb *= mix(.72, 1., smoothstep(0., .5, vWorld.y + .25 * (fine - .5)));`;

const CONTACT_SHADOW = `
  float contact = exp(-max(0., vWorld.y - .02) * 5.) * clamp(vWorldNormal.y, 0., 1.);
  for (int i = 0; i < ${MAX_FEET}; i++) {
    vec3 f = feet[i] - vWorld;
    float d2 = f.x * f.x + f.z * f.z;
    if (d2 < 1.) open_ *= 1. - (.30 * exp(-d2 / .16) + .42 * exp(-d2 / .018)) * contact;
  }`;

/**
 * Shades only pixels that change and are not occluded by the hall; the rest keeps the colour of the
 * plate. It is a loop of zero or one iteration because software rasterisers leave a loop early, but
 * execute both sides of a branch.
 */
const SKIP_UNCHANGED = `
void main() {
  int turns = 1;
  if (skipUnchanged > .5) {
    vec2 at = gl_FragCoord.xy / resolution;
    bool changes = texture2D(movingMap, at).r > .5;
    bool behind = gl_FragCoord.z > texture2D(depthMap, at).r + 2e-5;
    turns = changes && !behind ? 1 : 0;
    gl_FragColor = texture2D(plateMap, at);
  }
  for (int i = 0; i < turns; i++) shade();
}`;

/** A painted, metal or concrete surface with dirt, baked occlusion and contact shadows. */
export function surface(
  color: ColorRepresentation,
  options: SurfaceOptions = {},
): MeshStandardMaterial {
  const { grime = 0.35, concrete = false, moving = false } = options;
  const material = new MeshStandardMaterial({
    color,
    roughness: options.roughness ?? 0.7,
    metalness: options.metalness ?? 0,
    envMapIntensity: options.environment ?? 1,
    map: options.map ?? null,
    emissive: options.emissive ?? 0,
    side: options.side ?? FrontSide,
  });
  material.onBeforeCompile = (shader) => {
    Object.assign(shader.uniforms, hallUniforms);
    shader.vertexShader = shader.vertexShader
      .replace('#include <common>', VERTEX_DECLARATIONS)
      .replace('#include <fog_vertex>', VERTEX_BODY);
    shader.fragmentShader = shader.fragmentShader
      .replace('#include <common>', FRAGMENT_DECLARATIONS)
      .replace(
        '#include <map_fragment>',
        `#include <map_fragment>
        {
          float fine = dirt(vWorld, .47);
          float k = .5 * dirt(vWorld, .09) + .3 * fine + .2 * dirt(vWorld, 2.1);
          diffuseColor.rgb *= mix(1., .35 + 1.3 * k, ${grime.toFixed(2)});
          ${concrete ? CONCRETE : SOILED_FOOT}
        }`,
      )
      .replace(
        '#include <roughnessmap_fragment>',
        `#include <roughnessmap_fragment>
        roughnessFactor = clamp(roughnessFactor * (.75 + .55 * dirt(vWorld, .6)), .08, 1.);`,
      )
      .replace(
        '#include <aomap_fragment>',
        `float open_ = 1.;
        ${moving ? '' : 'if (occlusionOn > .5) open_ = texture2D(occlusionMap, gl_FragCoord.xy / resolution).r;'}
        ${moving ? '' : CONTACT_SHADOW}
        reflectedLight.indirectDiffuse *= open_;
        reflectedLight.indirectSpecular *= open_;
        reflectedLight.directDiffuse *= mix(1., open_, .45);`,
      );
    if (!moving) {
      const shaded = shader.fragmentShader.replace('void main() {', 'void shade() {');
      shader.fragmentShader = shaded + SKIP_UNCHANGED;
    }
  };
  material.customProgramCacheKey = () => `surface ${grime} ${concrete} ${moving}`;
  return material;
}

/** The paints of the hall. */
export const paints = {
  yellow: surface(0xd9a916, { roughness: 0.6, grime: 0.75 }),
  guardrail: surface(0xd2a312, { roughness: 0.45, grime: 0.35 }),
  red: surface(0xa8322a, { grime: 0.6 }),
  white: surface(0xc9ccc8, { roughness: 0.6, grime: 0.75 }),
  wall: surface(0xa9b0b2, { roughness: 0.6, grime: 0.3 }),
  dado: surface(0x5c6b73, { grime: 0.4 }),
  steel: surface(0x4f5b66, { roughness: 0.5 }),
  grey: surface(0x777c7e, { roughness: 0.5, grime: 0.3 }),
  dark: surface(0x2b2e30, { roughness: 0.55, grime: 0.3 }),
  zinc: surface(0x9aa0a3, { roughness: 0.35, metalness: 0.7, grime: 0.3 }),
  wood: surface(0x9b7b52, { roughness: 0.85, grime: 0.6 }),
  cabinet: surface(0xb9bcb7, { roughness: 0.5, grime: 0.25 }),
  blue: surface(0x35506b, { roughness: 0.45, grime: 0.25 }),
};

/** Cartons and crates. */
export const goods = [0xa98156, 0xb38d61, 0x94734b, 0x7d8a90, 0x5f6f7c, 0x2f5d8a, 0xbfc2bf].map(
  (color) => surface(color, { roughness: 0.85, grime: 0.4 }),
);
