import { monitorEventLoopDelay } from 'node:perf_hooks';
import { gauge } from './metrics.ts';

const NANOSECONDS = 1e9;
/** milliseconds between two looks at the clock */
const RESOLUTION = 20;

/** Shows the memory of the process and how long its event loop lets others wait. @returns ends it */
export function watchProcess(): () => void {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION });
  delay.enable();
  const ends = [
    gauge('process.memory.usage', { description: 'Physical memory of the process', unit: 'By' }, () => [
      { value: process.memoryUsage.rss() },
    ]),
    gauge('v8js.memory.heap.used', { description: 'JavaScript heap in use', unit: 'By' }, () => [
      { value: process.memoryUsage().heapUsed },
    ]),
    gauge('process.uptime', { description: 'Time since the start of the process', unit: 's' }, () => [
      { value: process.uptime() },
    ]),
    ...([50, 90, 99] as const).map((percentile) =>
      gauge(
        `nodejs.eventloop.delay.p${percentile}`,
        { description: `Delay of the event loop, percentile ${percentile} since the start`, unit: 's' },
        () => [{ value: delay.count === 0 ? 0 : delay.percentile(percentile) / NANOSECONDS }],
      ),
    ),
  ];
  return () => {
    delay.disable();
    for (const end of ends) end();
  };
}
