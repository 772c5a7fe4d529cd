/** Ids and keys in the cloud's formats, from a source of randomness that tests can replace. */
import { randomBytes } from 'node:crypto';

export type RandomBytes = (size: number) => Uint8Array;

export class Random {
  readonly #bytes: RandomBytes;

  constructor(bytes: RandomBytes = randomBytes) {
    this.#bytes = bytes;
  }

  /** 36 characters, the format of job and resource ids. */
  uuid(): string {
    const hex = this.hex(16);
    const version = `4${hex.slice(13, 16)}`;
    const variant = `a${hex.slice(17, 20)}`;
    return [hex.slice(0, 8), hex.slice(8, 12), version, variant, hex.slice(20)].join('-');
  }

  /** Two lower-case digits for each byte; 16 bytes have the format of a request id or a domain id. */
  hex(bytes: number): string {
    return Buffer.from(this.#bytes(bytes)).toString('hex');
  }

  /** Four characters for every three bytes, safe in a header and a URL. */
  text(bytes: number): string {
    return Buffer.from(this.#bytes(bytes)).toString('base64url');
  }
}
