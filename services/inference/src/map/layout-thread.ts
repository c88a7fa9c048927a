import { parentPort } from 'node:worker_threads';
import type { LayoutReply, LayoutRequest } from './lay-out-map.ts';
import { MapLayout } from './map-layout.ts';

const port = parentPort!;
let layout: MapLayout | undefined;

const reply = (message: LayoutReply, transferred: ArrayBuffer[] = []): void => port.postMessage(message, transferred);

port.on('message', (request: LayoutRequest) => {
  if (request.type === 'begin') layout = new MapLayout(request.width, request.landmarks, request.seed);
  else if (request.type === 'rows') layout!.add(request.rows);
  else {
    const places = layout!.finish((done) => reply({ type: 'progress', done }));
    reply({ type: 'laid-out', places }, [places.buffer]);
  }
});
