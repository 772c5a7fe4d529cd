/** A disk on which another program opens files for a moment, as virus scanners and indexers do on Windows. */
import type { Clock } from '../../src/base/clock';
import type { Disk } from '../../src/storage/disk';
import { diskError, MemoryDisk } from './memory-disk';
import type { SeededRandom } from './seeded-random';

/** The share of accesses that find the file open in the scanner. */
const SCANNED_SHARE = 0.3;
const MIN_SCAN_MS = 10;
const MAX_SCAN_MS = 500;

interface Scan {
  readonly end: number;
  /** No program can open, rename or remove the file; else programs can read it. */
  readonly isExclusive: boolean;
}

export class ScannedDisk implements Disk {
  private readonly scans = new Map<number, Scan>();
  /** The accesses that failed. */
  failures = 0;
  /** The scanner is at work. */
  isScanning = true;

  readonly inner: MemoryDisk;
  readonly chmod: Disk['chmod'];
  readonly mkdir: Disk['mkdir'];
  readonly readdir: Disk['readdir'];
  /** Reading a file's attributes does not open its content. */
  readonly lstat: Disk['lstat'];

  constructor(
    private readonly random: SeededRandom,
    private readonly clock: Pick<Clock, 'now'>,
  ) {
    this.inner = new MemoryDisk(clock);
    ({ chmod: this.chmod, mkdir: this.mkdir, readdir: this.readdir, lstat: this.lstat } = this.inner);
  }

  /** Lets another program have a file open from now on. */
  hold(file: string, durationMs: number, isExclusive: boolean): void {
    this.scans.set(this.inner.fileAt(file).ino, { end: this.clock.now() + durationMs, isExclusive });
  }

  readonly open: Disk['open'] = async (file, flags) => {
    this.access(file, 'read');
    return this.inner.open(file, flags);
  };

  readonly link: Disk['link'] = async (existing, file) => {
    this.access(existing, 'read');
    return this.inner.link(existing, file);
  };

  readonly rename: Disk['rename'] = async (from, to) => {
    this.access(from, 'remove');
    this.access(to, 'remove');
    return this.inner.rename(from, to);
  };

  readonly unlink: Disk['unlink'] = async (file) => {
    this.access(file, 'remove');
    return this.inner.unlink(file);
  };

  /** Throws, at once, as Windows does if the scanner has the file open. */
  private access(file: string, purpose: 'read' | 'remove'): void {
    const ino = this.inner.files.get(file)?.ino;
    if (ino === undefined) return;
    const scan = this.scanOf(ino);
    if (scan === undefined || (purpose === 'read' && !scan.isExclusive)) return;
    this.failures += 1;
    throw diskError(scan.isExclusive ? 'EBUSY' : 'EPERM', file);
  }

  private scanOf(ino: number): Scan | undefined {
    const running = this.scans.get(ino);
    if (running !== undefined && running.end > this.clock.now()) return running;
    this.scans.delete(ino);
    if (!this.isScanning || !this.random.chance(SCANNED_SHARE)) return undefined;
    const end = this.clock.now() + this.random.between(MIN_SCAN_MS, MAX_SCAN_MS);
    const scan = { end, isExclusive: this.random.chance(0.5) };
    this.scans.set(ino, scan);
    return scan;
  }
}
