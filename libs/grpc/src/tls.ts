/** PEM files with which a server proves who it is. They are read again when they change. */
export interface ServerTls {
  /** Certificate chain, the server's own certificate first. */
  readonly certificateFile: string;
  readonly keyFile: string;
  /** Authorities whose certificates clients must show: mutual TLS. Absent: clients show none. */
  readonly clientCaFile?: string | undefined;
  /** Milliseconds between two looks at the files; default 10 s. */
  readonly lookMilliseconds?: number | undefined;
}

/** How a client knows the server, and how it proves who it is. Files are read again when they change. */
export interface ClientTls {
  /** Authorities that the server's certificate may come from; absent means the machine's own. */
  readonly caFile?: string | undefined;
  /** Certificate and key of the client, for mutual TLS. */
  readonly certificateFile?: string | undefined;
  readonly keyFile?: string | undefined;
  /** Milliseconds between two looks at the files; default 10 s. */
  readonly lookMilliseconds?: number | undefined;
}
