import { type Texture, Vector2 } from 'three';
import { fullScreen } from './full-screen.ts';

const DEVELOP = `
uniform sampler2D picture;
uniform vec2 resolution;
uniform float frame;
const float EXPOSURE = .85, NOISE = .022, BLUR = .75;
float hash(vec3 p) {
  p = fract(p * .1031);
  p += dot(p, p.zyx + 31.32);
  return fract((p.x + p.y) * p.z);
}
vec3 at(float x, float y) {
  return min(texture2D(picture, uvPos + vec2(x, y) * BLUR / resolution).rgb, vec3(6.));
}
vec3 toneMap(vec3 x) {
  x *= EXPOSURE;
  x = clamp((x * (2.51 * x + .03)) / (x * (2.43 * x + .59) + .14), 0., 1.);
  return mix(12.92 * x, 1.055 * pow(max(x, 1e-4), vec3(1. / 2.4)) - .055, step(.0031308, x));
}
void main() {
  // Lens blur.
  vec3 cross_ = at(1., 0.) + at(-1., 0.) + at(0., 1.) + at(0., -1.);
  vec3 corners = at(1., 1.) + at(-1., 1.) + at(1., -1.) + at(-1., -1.);
  vec3 c = toneMap(at(0., 0.) * .36 + cross_ * .11 + corners * .05);
  // The camera's own sharpening, vignette and colour.
  vec3 wide = toneMap((at(3., 1.) + at(-3., -1.) + at(1., -3.) + at(-1., 3.)) * .25);
  c = clamp(c + (c - wide) * .28, 0., 1.);
  vec2 q = uvPos - .5;
  c *= 1. - .38 * dot(q, q);
  float luma = dot(c, vec3(.3, .59, .11));
  c = mix(vec3(luma), c, .84) * .93 + vec3(.036, .038, .037);
  c *= vec3(1., 1.005, .985);
  // Sensor noise: fine in brightness, coarser in colour.
  vec2 px = floor(uvPos * resolution);
  float n = hash(vec3(px, frame)) + hash(vec3(px + 71., frame + 9.)) - 1.;
  vec2 p2 = floor(px / 2.);
  vec3 tint = vec3(hash(vec3(p2, frame + 3.)), hash(vec3(p2 + 13., frame + 5.)), hash(vec3(p2 + 29., frame + 7.)));
  c += (n + (tint - .5) * .8) * NOISE * (1.15 - .6 * luma);
  gl_FragColor = vec4(c, 1.);
}`;

/** Converts the linear-light picture to the output of a surveillance camera. */
export function makeDeveloper(picture: Texture, width: number, height: number) {
  return fullScreen(DEVELOP, {
    picture: { value: picture },
    resolution: { value: new Vector2(width, height) },
    frame: { value: 0 },
  });
}
