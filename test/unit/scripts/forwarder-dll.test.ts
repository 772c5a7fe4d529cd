import assert from 'node:assert/strict';
import { forwarderDll } from '../../../scripts/lib/windows/forwarder-dll.mjs';

const HEADER_BYTES = 0x200;
const SECTION_ADDRESS = 0x1000;

/** Reads the export directory as the loader of Windows does. */
function readForwards(dll: Buffer): { readonly name: string; readonly forwards: Readonly<Record<string, string>> } {
  const at = (address: number) => address - SECTION_ADDRESS + HEADER_BYTES;
  const textAt = (address: number) => dll.toString('latin1', at(address), dll.indexOf(0, at(address)));
  const optional = dll.readUInt32LE(0x3c) + 24;
  const directory = dll.readUInt32LE(optional + 112);
  const directoryEnd = directory + dll.readUInt32LE(optional + 116);
  const field = (offset: number) => dll.readUInt32LE(at(directory) + offset);
  const forwards: Record<string, string> = {};
  for (let index = 0; index < field(24); index += 1) {
    const ordinal = dll.readUInt16LE(at(field(36)) + 2 * index);
    const target = dll.readUInt32LE(at(field(28)) + 4 * ordinal);
    assert.ok(target >= directory && target < directoryEnd, 'an address outside the directory would be code');
    forwards[textAt(dll.readUInt32LE(at(field(32)) + 4 * index))] = textAt(target);
  }
  return { name: textAt(field(12)), forwards };
}

describe('a DLL that forwards its functions', () => {
  const dll = forwarderDll('random.dll', { ProcessPrng: 'advapi32.SystemFunction036' });

  it('has the headers of a DLL for x64 and takes 1 kB', () => {
    assert.equal(dll.length, 1024);
    assert.equal(dll.toString('latin1', 0, 2), 'MZ');
    const signature = dll.readUInt32LE(0x3c);
    assert.equal(dll.toString('latin1', signature, signature + 4), 'PE\0\0');
    assert.equal(dll.readUInt16LE(signature + 4), 0x8664);
    assert.equal(dll.readUInt16LE(signature + 22) & 0x2000, 0x2000);
    assert.equal(dll.readUInt16LE(signature + 24), 0x20b);
  });

  it('has no code that could run', () => {
    const optional = dll.readUInt32LE(0x3c) + 24;
    assert.equal(dll.readUInt32LE(optional + 16), 0, 'the entry point');
    const sectionFlags = dll.readUInt32LE(optional + 240 + 36);
    assert.equal(sectionFlags & 0x20000020, 0);
  });

  it('forwards each function by its name', () => {
    const forwards = { ProcessPrng: 'advapi32.SystemFunction036' };
    assert.deepEqual(readForwards(dll), { name: 'random.dll', forwards });
  });

  it('lists its functions in the order in which the loader searches them', () => {
    const forwards = { Zero: 'a.z', alpha: 'b.a', Beta: 'c.b' };
    const read = readForwards(forwarderDll('three.dll', forwards));
    assert.deepEqual(read.forwards, forwards);
    assert.deepEqual(Object.keys(read.forwards), ['Beta', 'Zero', 'alpha']);
  });

  it('grows with its functions', () => {
    const forwards = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`f${index}`, `other.g${index}`]));
    const large = forwarderDll('large.dll', forwards);
    assert.deepEqual(readForwards(large).forwards, forwards);
    assert.equal(large.length % HEADER_BYTES, 0);
  });
});
