/** Reads how many bytes a .vsix takes. */
import { readFileSync } from 'node:fs';
// A .vsix is a ZIP archive, and Node.js cannot read one.
import { unzipSync } from 'fflate';

const PICTURE = /\.(?:png|svg|gif|jpe?g|webp)$/;

export function vsixSizes(file: string): { readonly bytes: number; readonly bytesWithoutPictures: number } {
  const archive = readFileSync(file);
  let pictures = 0;
  unzipSync(archive, {
    filter: ({ name, size }) => {
      if (PICTURE.test(name)) pictures += size;
      return false; // Its contents are not needed.
    },
  });
  return { bytes: archive.length, bytesWithoutPictures: archive.length - pictures };
}
