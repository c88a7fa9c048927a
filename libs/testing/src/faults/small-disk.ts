import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Bytes written at once while a disk is filled, so many that it is full at once. */
const FILLING = Buffer.alloc(8 * 2 ** 20);

/** There can be no small disk here; the message says what to do. */
export class SmallDiskError extends Error {
  override readonly name = 'SmallDiskError';
}

/**
 * A disk that can be full: a file system of its own, in memory, which every user may have who may make name spaces. It lies in the
 * mount name space of a process that does nothing else, and ends with that.
 */
export class SmallDisk {
  /** Its root. */
  readonly directory: string;
  readonly #holder: ChildProcess;
  readonly #mountPoint: string;
  readonly #filler: string;

  private constructor(holder: ChildProcess, mountPoint: string) {
    this.#holder = holder;
    this.#mountPoint = mountPoint;
    this.directory = `/proc/${holder.pid}/root${mountPoint}`;
    this.#filler = join(this.directory, 'filler');
  }

  /** @param mebibytes its size @throws {SmallDiskError} */
  static async mount(mebibytes: number): Promise<SmallDisk> {
    const mountPoint = await mkdtemp(join(tmpdir(), 'spectrawl-disk-'));
    const script = `mount -t tmpfs -o size=${mebibytes}m tmpfs "$1" && echo mounted && cat`;
    const holder = spawn('unshare', ['--user', '--map-root-user', '--mount', 'sh', '-c', script, 'sh', mountPoint], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let complaint = '';
    holder.stderr.on('data', (piece: Buffer) => (complaint += piece.toString()));
    const [mounted] = (await Promise.race([
      once(holder.stdout, 'data'),
      once(holder, 'close'),
      once(holder, 'error'),
    ])) as [unknown];
    if (mounted instanceof Buffer) return new SmallDisk(holder, mountPoint);
    throw new SmallDiskError(
      `"unshare" could not mount a file system (${complaint.trim() || String(mounted)}): allow user name spaces ` +
        '(sysctl kernel.unprivileged_userns_clone=1, kernel.apparmor_restrict_unprivileged_userns=0), or run the tests as root',
    );
  }

  /** Takes all the space that is left. @returns bytes */
  async fill(): Promise<number> {
    const file = await open(this.#filler, 'a');
    let filled = 0;
    try {
      for (let size = FILLING.length; size > 0;) {
        try {
          const { bytesWritten } = await file.write(FILLING, 0, size);
          filled += bytesWritten;
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
          size = Math.floor(size / 2);
        }
      }
    } finally {
      await file.close();
    }
    return filled;
  }

  /** Gives the space back. */
  async free(): Promise<void> {
    await rm(this.#filler, { force: true });
  }

  async unmount(): Promise<void> {
    const closed = once(this.#holder, 'close');
    this.#holder.stdin?.end();
    await closed;
    await rm(this.#mountPoint, { recursive: true });
  }
}
