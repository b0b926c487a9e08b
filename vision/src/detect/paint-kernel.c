/*
 * The inner loops of TensorPainter (prepare.ts): a region of an I420 picture is resampled, turned
 * from BT.709 limited range into RGB and written as float32 planes, in one pass over its lines.
 *
 * Built into paint-kernel.wasm, which is kept beside it, so that no compiler is needed to run it:
 *
 *   clang --target=wasm32 -O3 -msimd128 -nostdlib -ffreestanding -Wl,--no-entry -Wl,--import-memory \
 *     -Wl,--strip-all -Wl,-z,stack-size=4096 -Wl,--stack-first -o paint-kernel.wasm paint-kernel.c
 *
 * The caller lays everything out in the memory: see the structs here and kernel-memory.ts.
 */
#include <stdint.h>
#include <wasm_simd128.h>

/* Weights of one axis: for each output sample the first source sample and `taps` weights, Q14. */
typedef struct {
  const int32_t *start;
  const int16_t *weight;
  int32_t taps;
} Axis;

typedef struct {
  /* First byte of the rows that are there, and how far a row is from the next. */
  const uint8_t *rows;
  int32_t stride;
  /* The columns that are read: first, and how many. `columns.start` counts from the first. */
  int32_t first;
  int32_t count;
  /* Four weights to a group; two output samples side by side: x's four, then those of x + 1. */
  Axis columns;
  /* `lines.start` counts rows from `rows`. */
  Axis lines;
} Plane;

typedef struct {
  Plane y, u, v;
  /* Painted pixels, and how far a line of the tensor is from the next. */
  int32_t width;
  int32_t height;
  int32_t stride;
  float *red;
  float *green;
  float *blue;
  /* value = gain * (0 to 255) + offset, for red, green and blue. */
  float gain[3];
  float offset[3];
  /* Working space: a line of 16-bit samples; what a line of chroma adds to red, green and blue. */
  int16_t *line;
  float *chroma[3];
} Job;

/*
 * Vertical pass over the columns of one output line. Samples are taken as -128 to 127; the result
 * is the weighted sum times 64, so that the overshoot of a sharpening filter fits 16 bits.
 */
static void sum_lines(const Plane *plane, int32_t out, int16_t *line) {
  const int32_t taps = plane->lines.taps;
  const int16_t *weight = plane->lines.weight + out * taps;
  const uint8_t *from = plane->rows + plane->lines.start[out] * plane->stride + plane->first;
  const v128_t sign = wasm_i8x16_splat(-128);
  for (int32_t c = 0; c < plane->count; c += 16) {
    v128_t low = wasm_i16x8_splat(0);
    v128_t high = low;
    const uint8_t *at = from + c;
    for (int32_t k = 0; k < taps; k++, at += plane->stride) {
      const v128_t samples = wasm_v128_xor(wasm_v128_load(at), sign);
      const v128_t w = wasm_i16x8_splat(weight[k]);
      low = wasm_i16x8_add(low, wasm_i16x8_q15mulr_sat(wasm_i16x8_shl(wasm_i16x8_extend_low_i8x16(samples), 7), w));
      high = wasm_i16x8_add(high, wasm_i16x8_q15mulr_sat(wasm_i16x8_shl(wasm_i16x8_extend_high_i8x16(samples), 7), w));
    }
    wasm_v128_store(line + c, low);
    wasm_v128_store(line + c + 8, high);
  }
}

/* Horizontal pass of four output samples; the result is sample minus 128, times 2^20. */
static inline v128_t four_columns(const int16_t *line, const int32_t *start, const int16_t *weight, int32_t groups) {
  v128_t a = wasm_i32x4_splat(0);
  v128_t b = a;
  for (int32_t g = 0; g < groups; g++) {
    const int32_t tap = 4 * g;
    const v128_t p = wasm_v128_load64_lane(line + start[1] + tap, wasm_v128_load64_zero(line + start[0] + tap), 1);
    const v128_t q = wasm_v128_load64_lane(line + start[3] + tap, wasm_v128_load64_zero(line + start[2] + tap), 1);
    a = wasm_i32x4_add(a, wasm_i32x4_dot_i16x8(p, wasm_v128_load(weight + 8 * g)));
    b = wasm_i32x4_add(b, wasm_i32x4_dot_i16x8(q, wasm_v128_load(weight + 8 * (groups + g))));
  }
  return wasm_i32x4_add(wasm_i32x4_shuffle(a, b, 0, 2, 4, 6), wasm_i32x4_shuffle(a, b, 1, 3, 5, 7));
}

static const float SAMPLE = 1.0f / 1048576.0f;

/* What one line of chroma adds to red, green and blue of 0 to 255 (ITU-R BT.709, section 3). */
static void paint_chroma(const Job *job, int32_t out) {
  const int32_t half = (job->width + 1) >> 1;
  const float gain = SAMPLE * 255.0f / 224.0f;
  const int32_t groups = (job->u.columns.taps + 3) >> 2;
  for (int32_t plane = 0; plane < 2; plane++) {
    const Plane *source = plane ? &job->v : &job->u;
    sum_lines(source, out, job->line);
    for (int32_t x = 0; x < half; x += 4) {
      const v128_t sum = four_columns(job->line, source->columns.start + x, source->columns.weight + 4 * groups * x, groups);
      const v128_t c = wasm_f32x4_mul(wasm_f32x4_convert_i32x4(sum), wasm_f32x4_splat(gain));
      if (plane == 0) {
        wasm_v128_store(job->chroma[1] + x, wasm_f32x4_mul(c, wasm_f32x4_splat(-0.1873f)));
        wasm_v128_store(job->chroma[2] + x, wasm_f32x4_mul(c, wasm_f32x4_splat(1.8556f)));
      } else {
        const v128_t green = wasm_v128_load(job->chroma[1] + x);
        wasm_v128_store(job->chroma[0] + x, wasm_f32x4_mul(c, wasm_f32x4_splat(1.5748f)));
        wasm_v128_store(job->chroma[1] + x, wasm_f32x4_add(green, wasm_f32x4_mul(c, wasm_f32x4_splat(-0.4681f))));
      }
    }
  }
}

static inline v128_t coloured(const Job *job, v128_t luma, int32_t x, int32_t colour) {
  v128_t chroma = wasm_v128_load64_zero(job->chroma[colour] + (x >> 1));
  chroma = wasm_i32x4_shuffle(chroma, chroma, 0, 0, 1, 1);
  v128_t value = wasm_f32x4_add(luma, chroma);
  value = wasm_f32x4_pmin(wasm_f32x4_pmax(value, wasm_f32x4_splat(0)), wasm_f32x4_splat(255));
  return wasm_f32x4_add(wasm_f32x4_mul(value, wasm_f32x4_splat(job->gain[colour])), wasm_f32x4_splat(job->offset[colour]));
}

static void paint_line(const Job *job, int32_t out) {
  const int32_t groups = (job->y.columns.taps + 3) >> 2;
  float *const to[3] = {job->red + out * job->stride, job->green + out * job->stride, job->blue + out * job->stride};
  const float gain = 255.0f / 219.0f;
  sum_lines(&job->y, out, job->line);
  for (int32_t x = 0; x < job->width; x += 4) {
    const v128_t sum = four_columns(job->line, job->y.columns.start + x, job->y.columns.weight + 4 * groups * x, groups);
    const v128_t luma = wasm_f32x4_add(wasm_f32x4_mul(wasm_f32x4_convert_i32x4(sum), wasm_f32x4_splat(SAMPLE * gain)), wasm_f32x4_splat((128 - 16) * gain));
    const int32_t left = job->width - x;
    for (int32_t colour = 0; colour < 3; colour++) {
      const v128_t value = coloured(job, luma, x, colour);
      float *at = to[colour] + x;
      if (left >= 4) {
        wasm_v128_store(at, value);
      } else {
        /* What lies beyond is padding, or the next line. */
        at[0] = wasm_f32x4_extract_lane(value, 0);
        if (left > 1) at[1] = wasm_f32x4_extract_lane(value, 1);
        if (left > 2) at[2] = wasm_f32x4_extract_lane(value, 2);
      }
    }
  }
}

__attribute__((export_name("paint"))) void paint(const Job *job) {
  for (int32_t line = 0; line < job->height; line++) {
    if ((line & 1) == 0) paint_chroma(job, line >> 1);
    paint_line(job, line);
  }
}
