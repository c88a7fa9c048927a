/** What one server takes on at most. */
export interface Limits {
  /** Largest message either way, in bytes. */
  readonly maxMessageBytes: number;
  /** Calls with one answer under way at a time on the whole server. */
  readonly maxCalls: number;
  /** Streams of answers under way at a time on the whole server: watchers can't keep others from being answered. */
  readonly maxStreams: number;
  /** Calls and streams under way at a time on one connection. */
  readonly maxConnectionStreams: number;
  /** Milliseconds of silence after which the other side is asked whether it is still there. */
  readonly keepaliveMilliseconds: number;
  /**
   * Milliseconds after which a connection takes no new calls, and streams that would last for ever are told to end: whoever comes
   * again comes with a fresh token, over a connection with the newest certificates, to the replica whose turn it is.
   */
  readonly maxConnectionAgeMilliseconds: number;
  /** Milliseconds that calls on a connection of that age have to finish: uploads of whole surveys take long. */
  readonly connectionGraceMilliseconds: number;
}

/** Feature batches of 1000 spectra are 0.6 MB; chunks of files are 1 MiB. */
export const DEFAULT_LIMITS: Limits = {
  maxMessageBytes: 4 * 1024 * 1024,
  maxCalls: 500,
  maxStreams: 1_000,
  maxConnectionStreams: 200,
  keepaliveMilliseconds: 60_000,
  maxConnectionAgeMilliseconds: 3_600_000,
  connectionGraceMilliseconds: 43_200_000,
};
