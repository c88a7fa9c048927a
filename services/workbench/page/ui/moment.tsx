import type { Timestamp } from '@bufbuild/protobuf/wkt';
import { timestampDate } from '@bufbuild/protobuf/wkt';

const SHOWN = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short', timeZone: 'UTC' });

/** A moment in UTC, as observatories tell it; a dash where there is none. */
export function Moment({ time }: { time: Timestamp | undefined }) {
  if (!time) return <>–</>;
  const date = timestampDate(time);
  return (
    <time dateTime={date.toISOString()} title={date.toISOString()}>
      {SHOWN.format(date)} UT
    </time>
  );
}
