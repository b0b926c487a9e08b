import { join } from 'node:path';
import { DetectorPool } from '../vision/src/detect/detector-pool.ts';
import { loadPoseCard, loadPpeCard } from '../vision/src/detect/model-card.ts';
import { CameraPipeline } from '../vision/src/pipeline/camera-pipeline.ts';
import { clipCamera } from '../vision/src/pipeline/clip-config.ts';
import { clipFrames } from '../vision/src/pipeline/clip-frames.ts';
import { pictureSize } from './bench/fall-clip.ts';
const root = '/work/late';
const file = process.argv[2]!; const rules = JSON.parse(process.argv[3]!);
const card = loadPpeCard(join(root, 'models/ppe'));
const pose = loadPoseCard(join(root, 'models/pose'), join(root, '.anshi/models'));
const pool = await DetectorPool.create({ cards: [card], pose, threads: 1 });
const [width, height] = await pictureSize(file);
const config = { ...clipCamera('clip', [width, height], []), rules };
const pipeline = new CameraPipeline({ config, card, pose, trackPrefix: 'T' });
console.log(width, height);
for await (const frame of clipFrames({ file, camera: 'clip', width, height, fps: config.analysisFps, startAt: 0 })) {
  const found = await pool.detect(frame, pipeline.detectOptions(frame));
  frame.release();
  const out = pipeline.process(frame, found, new Map());
  console.log((frame.at/1000).toFixed(1), out.observation.people.map((p) => `${p.track}[${p.box.map(Math.round)}]${p.score.toFixed(2)}${p.pose?'p':''}`).join(' '), out.verdicts.filter(v=>v.type==='confirmed').map(v=>'*** '+(v as any).rule+(v as any).actor).join(' '));
}
await pool.close();
