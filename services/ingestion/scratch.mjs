import { ingestionService } from '@spectrawl/ingestion-service';
import { loadConfig, runServices } from '@spectrawl/runtime';
import { IngestionService } from '@spectrawl/contracts';
import { connect } from '@spectrawl/grpc';
import { readdirSync, readFileSync, mkdtempSync, createReadStream } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
const folder = mkdtempSync('/tmp/ing-');
const services = [ingestionService];
const running = await runServices(
  services,
  loadConfig(
    services,
    JSON.stringify({
      grpc: { port: 0 },
      database: { kind: 'pglite', directory: folder + '/db' },
      objectStore: { kind: 'filesystem', directory: folder + '/objects' },
      eventBus: { kind: 'embedded' },
      services: { ingestion: JSON.parse(process.env.CFG ?? '{}') },
    }),
    {},
  ),
);
const channel = connect(running.address);
const client = channel.client(IngestionService);
const list = process.argv.slice(3);
const paths = list.length
  ? list
  : readdirSync('libs/testing/data/real-spectra', { recursive: true })
      .filter((p) => /\.fits(\.gz)?$/.test(p))
      .map((p) => 'libs/testing/data/real-spectra/' + p);
await client.createPool({ requestId: 'a', poolId: 'p' });
for (let k = 0; k < Number(process.argv[2]); k++) {
  const t = performance.now();
  const c = process.cpuUsage();
  const lag = monitorEventLoopDelay({ resolution: 5 });
  lag.enable();
  async function* msgs() {
    yield { payload: { case: 'open', value: { poolId: 'p', survey: 'auto' } } };
    for (const path of paths) {
      const whole = readFileSync(path);
      for (let o = 0; o < whole.length; o += 1048576) {
        const data = whole.subarray(o, o + 1048576);
        yield { payload: { case: 'piece', value: { path, data } } };
      }
      yield { payload: { case: 'piece', value: { path, last: true } } };
    }
  }
  let n = 0,
    last,
    rss = 0;
  for await (const a of client.ingestFiles(msgs())) {
    n++;
    last = a;
    rss = Math.max(rss, process.memoryUsage().rss);
    if (process.env.V) console.log((performance.now() - t).toFixed(0), a.counts.received, a.bytes);
  }
  const u = process.cpuUsage(c);
  console.log(
    Object.fromEntries(
      Object.entries(last.counts)
        .filter(([k]) => k[0] !== '$')
        .map(([k, v]) => [k, Number(v)]),
    ),
    'wall',
    (performance.now() - t).toFixed(0),
    'cpu',
    ((u.user + u.system) / 1000).toFixed(0),
    'rss MB',
    (rss / 1e6).toFixed(0),
    'messages',
    n,
    'max lag ms',
    (lag.max / 1e6).toFixed(0),
  );
}
channel.close();
await running.stop();
