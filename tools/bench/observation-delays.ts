/**
 * From the time of a frame, by the stream clock of the worker, until its observation came to a reader of the API's
 * live events, ms. The reader runs on the machine of the worker, so that both read the same clock.
 */
export interface ObservationDelays {
  readonly delays: readonly number[];
  close(): void;
}

/**
 * Watches the observations of one camera over the API's WebSocket.
 *
 * @param url of the API.
 * @param token an access token with `live:watch`.
 * @throws Error where the API refuses the token or the topic.
 */
export function watchObservations(
  url: string,
  token: string,
  camera: string,
): Promise<ObservationDelays> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/api/v1/live-events`);
  const topic = `observations:${camera}`;
  const delays: number[] = [];
  return new Promise((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`${topic}: ${why}`));
    socket.onopen = () => socket.send(JSON.stringify({ type: 'auth', token }));
    socket.onerror = () => fail('no connection to the API');
    socket.onclose = ({ reason }) => fail(`closed by the API: ${reason}`);
    socket.onmessage = ({ data }) => {
      const message = JSON.parse(String(data));
      if (message.type === 'ready') {
        socket.send(JSON.stringify({ type: 'subscribe', topics: [topic] }));
        resolve({ delays, close: () => socket.close() });
      } else if (message.type === 'error') fail(JSON.stringify(message));
      else if (message.type === 'observation') {
        delays.push(Date.now() - Date.parse(message.observation.at));
      }
    };
  });
}
