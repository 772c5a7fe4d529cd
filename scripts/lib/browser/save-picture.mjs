// Saves a screenshot as a small file.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';

/**
 * Saves a screenshot with as few colours as look the same, a quarter of its size: as WebP, which VS Code shows, or as PNG, for
 * README, which marketplaces show.
 * @param {Buffer} screenshot
 * @param {string} file  Ends in .webp or .png.
 */
export async function savePicture(screenshot, file) {
  // Imported here because prepare() installs it. sharp because Node.js has no image codec.
  const { default: sharp } = await import('sharp');
  await mkdir(path.dirname(file), { recursive: true });
  // Without dithering, areas stay plain, as a user interface has them.
  const palette = sharp(screenshot).removeAlpha().png({ palette: true, quality: 90, dither: 0, effort: 10 });
  if (file.endsWith('.png')) await palette.toFile(file);
  else
    await sharp(await palette.toBuffer())
      .removeAlpha()
      .webp({ lossless: true, effort: 6 })
      .toFile(file);
}
