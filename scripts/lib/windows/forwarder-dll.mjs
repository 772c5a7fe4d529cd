// Makes a Windows DLL (x64) that holds no code: each of its functions is one of another DLL.
//
// The layout is that of the PE format: headers, then one section with the export directory. A function whose address is
// inside the export directory is a forwarder: the address of the text "DLL.function".

const FILE_ALIGNMENT = 0x200;
const SECTION_ALIGNMENT = 0x1000;
const DOS_HEADER_BYTES = 64;
const PE_SIGNATURE_BYTES = 4;
const COFF_HEADER_BYTES = 20;
const OPTIONAL_HEADER_BYTES = 240;
const EXPORT_DIRECTORY_BYTES = 40;
/** Read-only, initialized data. */
const SECTION_FLAGS = 0x40000040;
/** An executable image, larger addresses allowed, a DLL. */
const DLL_FLAGS = 0x2022;
const MACHINE_X64 = 0x8664;
const PE32_PLUS = 0x20b;
const IMAGE_BASE = 0x180000000n;

/**
 * Returns the DLL's bytes.
 * @param {string} name  Such as `example.dll`.
 * @param {Readonly<Record<string, string>>} forwards  From the name of each function to `DLL.function`, without `.dll`.
 * @returns {Buffer}
 */
export function forwarderDll(name, forwards) {
  const exports = exportSection(name, forwards);
  const section = Buffer.alloc(roundUp(exports.length, FILE_ALIGNMENT));
  exports.copy(section);
  return Buffer.concat([headers(exports.length, section.length), section]);
}

/**
 * @param {number} exportBytes
 * @param {number} sectionBytes  In the file.
 */
function headers(exportBytes, sectionBytes) {
  const bytes = Buffer.alloc(FILE_ALIGNMENT);
  bytes.write('MZ', 0, 'latin1');
  bytes.writeUInt32LE(DOS_HEADER_BYTES, 0x3c);
  bytes.write('PE', DOS_HEADER_BYTES, 'latin1');

  const coff = DOS_HEADER_BYTES + PE_SIGNATURE_BYTES;
  bytes.writeUInt16LE(MACHINE_X64, coff);
  bytes.writeUInt16LE(1, coff + 2); // Sections.
  bytes.writeUInt16LE(OPTIONAL_HEADER_BYTES, coff + 16);
  bytes.writeUInt16LE(DLL_FLAGS, coff + 18);

  const optional = coff + COFF_HEADER_BYTES;
  bytes.writeUInt16LE(PE32_PLUS, optional);
  bytes.writeUInt32LE(sectionBytes, optional + 8); // Initialized data.
  bytes.writeBigUInt64LE(IMAGE_BASE, optional + 24);
  bytes.writeUInt32LE(SECTION_ALIGNMENT, optional + 32);
  bytes.writeUInt32LE(FILE_ALIGNMENT, optional + 36);
  bytes.writeUInt16LE(6, optional + 40); // The lowest version of Windows.
  bytes.writeUInt16LE(6, optional + 48); // The lowest version of the subsystem.
  bytes.writeUInt32LE(SECTION_ALIGNMENT + roundUp(exportBytes, SECTION_ALIGNMENT), optional + 56); // Size in memory.
  bytes.writeUInt32LE(FILE_ALIGNMENT, optional + 60); // Size of the headers.
  bytes.writeUInt16LE(3, optional + 68); // Subsystem: console.
  bytes.writeUInt16LE(0x100, optional + 70); // No execution of data.
  bytes.writeUInt32LE(16, optional + 108); // Data directories, of which the first is the export directory.
  bytes.writeUInt32LE(SECTION_ALIGNMENT, optional + 112);
  bytes.writeUInt32LE(exportBytes, optional + 116);

  const section = optional + OPTIONAL_HEADER_BYTES;
  bytes.write('.edata', section, 'latin1');
  bytes.writeUInt32LE(exportBytes, section + 8);
  bytes.writeUInt32LE(SECTION_ALIGNMENT, section + 12);
  bytes.writeUInt32LE(sectionBytes, section + 16);
  bytes.writeUInt32LE(FILE_ALIGNMENT, section + 20);
  bytes.writeUInt32LE(SECTION_FLAGS, section + 36);
  return bytes;
}

/**
 * Returns the export directory, followed by its tables and texts.
 * @param {string} name
 * @param {Readonly<Record<string, string>>} forwards
 */
function exportSection(name, forwards) {
  const functions = Object.keys(forwards).sort(); // The loader searches the names by bisection.
  const addresses = EXPORT_DIRECTORY_BYTES;
  const names = addresses + 4 * functions.length;
  const ordinals = names + 4 * functions.length;
  const tables = Buffer.alloc(ordinals + 2 * functions.length);
  /** @type {Buffer[]} */
  const texts = [];
  let end = tables.length;
  /** @param {string} text */
  const addressOf = (text) => {
    const bytes = Buffer.from(`${text}\0`, 'latin1');
    texts.push(bytes);
    end += bytes.length;
    return SECTION_ALIGNMENT + end - bytes.length;
  };
  tables.writeUInt32LE(addressOf(name), 12);
  tables.writeUInt32LE(1, 16); // The first ordinal.
  tables.writeUInt32LE(functions.length, 20);
  tables.writeUInt32LE(functions.length, 24);
  tables.writeUInt32LE(SECTION_ALIGNMENT + addresses, 28);
  tables.writeUInt32LE(SECTION_ALIGNMENT + names, 32);
  tables.writeUInt32LE(SECTION_ALIGNMENT + ordinals, 36);
  functions.forEach((each, index) => {
    tables.writeUInt32LE(addressOf(forwards[each] ?? ''), addresses + 4 * index);
    tables.writeUInt32LE(addressOf(each), names + 4 * index);
    tables.writeUInt16LE(index, ordinals + 2 * index);
  });
  return Buffer.concat([tables, ...texts]);
}

/**
 * @param {number} value
 * @param {number} step
 */
const roundUp = (value, step) => Math.ceil(value / step) * step;
