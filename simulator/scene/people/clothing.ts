import { Color, DoubleSide, FrontSide, MeshStandardMaterial } from 'three';
import type { Garment } from '../body/geometry.ts';
import { ARM_ANGLE, FORE_ARM, SHOULDER, UPPER_ARM } from '../body/joints.ts';
import { noiseTexture } from '../hall/noise-texture.ts';
import type { Appearance } from '../types.ts';

const ARM_LENGTH = (UPPER_ARM + FORE_ARM - 0.01).toFixed(3);

/** The colours of one worker, read by the shaders below. */
function wardrobe(looks: Appearance) {
  const colour = (value: number) => ({ value: new Color(value) });
  return {
    skin: colour(looks.skin),
    hair: colour(looks.hair),
    top: colour(looks.top),
    trousers: colour(looks.trousers),
    shoe: colour(0x1e1a17),
    glove: colour(looks.glove ?? looks.skin),
    vest: colour(looks.vest ?? 0),
    sleeve: { value: looks.sleeve ?? 1 },
    noiseMap: { value: noiseTexture },
  };
}

const DECLARATIONS = `#include <common>
varying vec3 vRest;
varying float vOpen;
varying vec3 vWorld;
uniform vec3 skin, top, trousers, hair, shoe, glove, vest;
uniform float sleeve;
uniform sampler2D noiseMap;
float reflective = 0.;
float weave(vec3 p) {
  float sum = texture2D(noiseMap, p.xy).r + texture2D(noiseMap, p.zy + .37).g;
  return (sum + texture2D(noiseMap, p.xz + .71).b) / 3.;
}`;

/** A vest: two reflective belts, two shoulder stripes, a zip. Heights are of the rest pose. */
const VEST = `
  vec3 R = vRest;
  float ax = abs(R.x);
  float belts = max(step(abs(R.y - .935), .027), step(abs(R.y - 1.115), .027));
  reflective = max(belts, step(abs(ax - .115), .024) * step(1.115, R.y));
  float zip = step(ax, .006) * step(0., R.z);
  vec3 c = vest * (.80 + .40 * weave(R * 1.7));
  c = mix(c, vec3(.62, .64, .63) * (.85 + .3 * weave(R * 3.)), reflective);
  c = mix(c, vec3(.1), zip * .8);
  c *= mix(1., .78, smoothstep(.55, .8, weave(R * .9 + .3)));
  diffuseColor.rgb = c;`;

/** Face, hair, gloves, shoes, trousers and jacket, distinguished by their position in rest pose. */
const BODY = `
  vec3 R = vRest;
  float ax = abs(R.x);
  float s = sign(R.x);
  vec3 c;
  vec2 down = vec2(s * ${Math.sin(ARM_ANGLE).toFixed(4)}, -${Math.cos(ARM_ANGLE).toFixed(4)});
  float along = dot(R.xy - vec2(s * ${SHOULDER[0]}, ${SHOULDER[1]}), down);
  bool isArm = ax > .21 && R.y > .70;
  float n = weave(R * 1.6), fine = weave(R * 6.);
  if (R.y > 1.492 && ax < .13) {
    c = skin * (.92 + .16 * n);
    if (R.z > .04) {
      vec2 e = vec2(ax - .031, R.y - 1.668) * vec2(1., 1.6);
      c *= 1. - .72 * exp(-dot(e, e) / .00022);
      vec2 brow = vec2((ax - .033) * .5, R.y - 1.692);
      c *= 1. - .6 * exp(-dot(brow, brow) / .00007);
      vec2 mouth = vec2(R.x * .45, R.y - 1.603);
      c *= mix(vec3(1.), vec3(.72, .45, .42), exp(-dot(mouth, mouth) / .00006));
      c *= 1. - .10 * smoothstep(1.62, 1.57, R.y);
    }
    float nape = R.z < .02 ? .075 * smoothstep(.03, -.05, R.z) : 0.;
    float hairline = 1.705 + .004 * sin(R.x * 90.) - nape;
    bool hasHair = ax < .06 || R.z < .03 || R.y > 1.72;
    if (hasHair && R.y > hairline && !(R.z > .06 && R.y < 1.715)) c = hair * (.7 + .6 * fine);
    if (R.y < 1.515) c *= .85;
  } else if (isArm && along > ${ARM_LENGTH}) {
    c = glove * (.85 + .3 * n);
  } else if (isArm && along > sleeve * ${ARM_LENGTH}) {
    c = skin * (.92 + .16 * n);
  } else if (R.y < .10 || (R.y < .13 && R.z > .07)) {
    c = shoe * (.7 + .6 * fine);
    if (R.y < .022) c = vec3(.05);
  } else if (R.y < .885 && !isArm) {
    c = trousers * (.72 + .52 * n) * (.9 + .2 * fine);
    c *= mix(.72, 1., smoothstep(.1, .4, R.y + .2 * (n - .5)));
    c *= 1. - .12 * step(abs(R.y - .62), .07) * step(.155, ax);
    if (R.y > .868) c *= .6;
  } else {
    c = top * (.74 + .5 * n) * (.9 + .2 * fine);
    if (R.z > .05 && ax < .008 && !isArm) c *= .6;
    if (isArm && along > sleeve * ${ARM_LENGTH} - .02) c *= .72;
    if (R.y < .90 && !isArm) c *= .75;
    vec2 pocket = abs(vec2(ax - .09, R.y - 1.29));
    if (R.z > 0. && pocket.x < .045 && abs(pocket.y - .045) < .006) c *= .7;
  }
  diffuseColor.rgb = c;`;

/** Folds of the cloth as a bump map. */
function folds(strength: string): string {
  return `#include <normal_fragment_maps>
  {
    float h = weave(vRest * vec3(2.3, 1.3, 2.3)) * .010 + weave(vRest * vec3(6., 4., 6.)) * .004;
    h *= ${strength};
    vec3 dx = dFdx(-vViewPosition), dy = dFdy(-vViewPosition);
    vec3 r1 = cross(dy, normal), r2 = cross(normal, dx);
    float det = dot(dx, r1);
    vec3 slope = sign(det) * (dFdx(h) * r1 + dFdy(h) * r2);
    normal = normalize(mix(normal, normalize(abs(det) * normal - slope), .75));
  }`;
}

const RETROREFLECTION = `
  float facing = max(0., dot(normal, normalize(vViewPosition)));
  totalEmissiveRadiance += reflective * vec3(.16) * pow(facing, 3.) + (1. - reflective) * vest * .10;`;

/** The material of a worker's body or vest. */
export function clothing(looks: Appearance, garment: Garment): MeshStandardMaterial {
  const isVest = garment === 'vest';
  const material = new MeshStandardMaterial({
    roughness: 0.82,
    side: isVest ? DoubleSide : FrontSide,
  });
  const uniforms = wardrobe(looks);
  material.onBeforeCompile = (shader) => {
    Object.assign(shader.uniforms, uniforms);
    shader.vertexShader = shader.vertexShader
      .replace(
        '#include <common>',
        `#include <common>
        attribute vec3 rest;
        attribute float openness;
        varying vec3 vRest;
        varying float vOpen;
        varying vec3 vWorld;`,
      )
      .replace(
        '#include <begin_vertex>',
        '#include <begin_vertex>\nvRest = rest; vOpen = openness;',
      )
      .replace(
        '#include <fog_vertex>',
        '#include <fog_vertex>\nvWorld = (modelMatrix * vec4(transformed, 1.)).xyz;',
      );
    const foldStrength = isVest ? '1.2' : '(vRest.y > 1.49 && abs(vRest.x) < .13 ? .15 : 1.)';
    shader.fragmentShader = shader.fragmentShader
      .replace('#include <common>', DECLARATIONS)
      .replace('#include <map_fragment>', isVest ? VEST : BODY)
      .replace('#include <normal_fragment_maps>', folds(foldStrength))
      .replace(
        '#include <aomap_fragment>',
        `float open_ = vOpen * mix(.55, 1., smoothstep(0., .9, vWorld.y));
        reflectedLight.indirectDiffuse *= open_;
        reflectedLight.indirectSpecular *= open_;
        reflectedLight.directDiffuse *= mix(1., vOpen, .5);
        ${isVest ? RETROREFLECTION : ''}`,
      );
  };
  material.customProgramCacheKey = () => `clothing ${garment}`;
  return material;
}
