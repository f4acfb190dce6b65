// A page as a PNG with a palette: text on flat ground has few colours, and takes a third of the bytes so.
import { crc32, deflateSync } from "node:zlib";
import type { Page } from "playwright-core";

const most_colours = 16;

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, "ascii"), data]);
  const out = Buffer.alloc(named.length + 8);
  out.writeUInt32BE(data.length, 0);
  named.copy(out, 4);
  out.writeUInt32BE(crc32(named), named.length + 4);
  return out;
}

/** The pixels of the whole page, three bytes each, as the browser decodes its own screenshot. */
async function pixels_of(page: Page): Promise<{ width: number; height: number; rgb: Buffer }> {
  const shot = (await page.screenshot({ fullPage: true, scale: "css" })).toString("base64");
  const { width, height, rgba } = await page.evaluate(async (base64) => {
    const image = new Image();
    image.src = `data:image/png;base64,${base64}`;
    await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height);
    const context = canvas.getContext("2d") as OffscreenCanvasRenderingContext2D;
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, image.width, image.height);
    let text = "";
    for (let at = 0; at < data.length; at += 4096) text += String.fromCharCode(...data.subarray(at, at + 4096));
    return { width: image.width, height: image.height, rgba: btoa(text) };
  }, shot);
  const all = Buffer.from(rgba, "base64");
  const rgb = Buffer.alloc(width * height * 3);
  for (let at = 0; at < width * height; ++at) all.copy(rgb, at * 3, at * 4, at * 4 + 3);
  return { width, height, rgb };
}

const parts = (key: number): number[] => [key >> 16, (key >> 8) & 255, key & 255];
const distance = (a: number[], b: number[]): number => a.reduce((sum, value, at) => sum + (value - (b[at] ?? 0)) ** 2, 0);
const step = (value = 0): number => Math.round(value / 17) * 17;

/** The commonest colours when each channel has steps of 17; every other pixel becomes the nearest of them. */
function palette_of(rgb: Buffer): { palette: number[][]; index: Map<number, number> } {
  const counts = new Map<number, number>();
  for (let at = 0; at < rgb.length; at += 3) {
    const key = colour_at(rgb, at);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const keys = [...counts.keys()].sort((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0));
  const palette = keys.slice(0, most_colours).map(parts);
  const nearest = (key: number): number => {
    const distances = palette.map((colour) => distance(colour, parts(key)));
    return distances.indexOf(Math.min(...distances));
  };
  return { palette, index: new Map(keys.map((key) => [key, nearest(key)])) };
}

function colour_at(rgb: Buffer, at: number): number {
  return (step(rgb[at]) << 16) | (step(rgb[at + 1]) << 8) | step(rgb[at + 2]);
}

export async function small_png(page: Page): Promise<Buffer> {
  const { width, height, rgb } = await pixels_of(page);
  const { palette, index } = palette_of(rgb);
  // Two pixels a byte, and a byte before each row for its filter: none.
  const row_size = 1 + Math.ceil(width / 2);
  const rows = Buffer.alloc(row_size * height);
  for (let y = 0; y < height; ++y) {
    for (let x = 0; x < width; ++x) {
      const at = y * row_size + 1 + (x >> 1);
      const colour = index.get(colour_at(rgb, (y * width + x) * 3)) ?? 0;
      rows[at] = (rows[at] ?? 0) | (x % 2 === 0 ? colour << 4 : colour);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([4, 3, 0, 0, 0], 8); // four bits, a palette
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header),
    chunk("PLTE", Buffer.from(palette.flat())),
    chunk("IDAT", deflateSync(rows, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}
