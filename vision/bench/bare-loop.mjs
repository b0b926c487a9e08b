// The baseline of the detect bench: `session.run` and nothing else, on one thread.
import { parentPort, workerData } from 'node:worker_threads';
import { InferenceSession, Tensor } from 'onnxruntime-node';

const { weights, input, options } = workerData;
const session = await InferenceSession.create(weights, options);

parentPort.on('message', async (task) => {
  if (task === 'close') {
    parentPort.close();
    return;
  }
  const feeds = task.shapes.map(({ width, height }) => ({
    [input]: new Tensor('float32', new Float32Array(3 * width * height).fill(114), [
      1,
      3,
      height,
      width,
    ]),
  }));
  const begin = performance.now();
  let runs = 0;
  while (performance.now() - begin < 1000 * task.seconds) {
    await session.run(feeds[runs % feeds.length]);
    runs++;
  }
  parentPort.postMessage({ runs, seconds: (performance.now() - begin) / 1000 });
});
parentPort.postMessage('ready');
