/** Decodes the text of files that other programs wrote: UTF-8, and UTF-16 as PowerShell's `>` writes it. */

const UTF8_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const UTF16_LE_MARK = Buffer.from([0xff, 0xfe]);
const UTF16_BE_MARK = Buffer.from([0xfe, 0xff]);

/**
 * Decodes UTF-8 and UTF-16 of either byte order, with or without a byte order mark. Bytes that are not UTF-8, e.g. comments
 * in the code page of an old editor, become U+FFFD.
 * @returns the text without the byte order mark; undefined if the bytes are no text
 */
export function decodeText(bytes: Buffer): string | undefined {
  const text = startsWith(bytes, UTF8_MARK) ? bytes.toString('utf8', UTF8_MARK.length) : decodeOthers(bytes);
  // No text contains it, and UTF-32 always does.
  return text?.includes('\0') === true ? undefined : text;
}

function decodeOthers(bytes: Buffer): string | undefined {
  if (startsWith(bytes, UTF16_LE_MARK)) return decodeLittleEndian(bytes.subarray(UTF16_LE_MARK.length));
  if (startsWith(bytes, UTF16_BE_MARK)) return decodeBigEndian(bytes.subarray(UTF16_BE_MARK.length));
  if (!bytes.includes(0)) return bytes.toString('utf8');
  // The files of keys begin with ASCII, of which UTF-16 has one byte zero. If the first is not, UTF-16 was appended to UTF-8.
  const [first, second] = bytes;
  if (second === 0 && first !== 0) return decodeLittleEndian(bytes);
  if (first === 0 && second !== 0 && second !== undefined) return decodeBigEndian(bytes);
  return undefined;
}

function decodeLittleEndian(bytes: Buffer): string {
  return wholeUnits(bytes).toString('utf16le');
}

/** Without TextDecoder, whose UTF-16BE is missing in some builds of Node.js. */
function decodeBigEndian(bytes: Buffer): string {
  return Buffer.from(wholeUnits(bytes)).swap16().toString('utf16le');
}

/** Leaves out the half of a character that is still being written. */
function wholeUnits(bytes: Buffer): Buffer {
  return bytes.subarray(0, bytes.length - (bytes.length % 2));
}

function startsWith(bytes: Buffer, mark: Buffer): boolean {
  return bytes.subarray(0, mark.length).equals(mark);
}
