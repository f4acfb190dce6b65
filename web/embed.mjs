// Writes the built pages into one C++ file: node embed.mjs <dist folder> <out.cpp>
// Every file comes as it is and already compressed, because compressing once at build time beats doing it for each visitor.
// The same input gives the same bytes: files are sorted, and nothing about the time or the machine goes in.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, extname, join, relative, sep } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const mime_types = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
};

/** Escapes are always three octal digits, so that a digit after one cannot be swallowed by it. */
const spelled = Array.from({ length: 256 }, (_, byte) => {
  if (byte === 0x0a) return "\\n";
  if (byte === 0x22 || byte === 0x3f || byte === 0x5c) return `\\${String.fromCharCode(byte)}`;
  if (byte >= 0x20 && byte < 0x7f) return String.fromCharCode(byte);
  return `\\${byte.toString(8).padStart(3, "0")}`;
});

const bytes_per_line = 96;

/** A string_view with its size spelled out: the bytes may contain NUL. */
function literal(bytes) {
  const lines = [];
  for (let start = 0; start < bytes.length; start += bytes_per_line) {
    let line = "";
    for (const byte of bytes.subarray(start, start + bytes_per_line)) line += spelled[byte];
    lines.push(`        "${line}"`);
  }
  if (lines.length === 0) lines.push('        ""');
  return `std::string_view(\n${lines.join("\n")},\n        ${bytes.length})`;
}

function compressed(bytes) {
  return {
    gzip: gzipSync(bytes, { level: 9, memLevel: 9 }),
    brotli: brotliCompressSync(bytes, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
        [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
      },
    }),
  };
}

function files_below(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function asset(folder, file) {
  const path = `/${relative(folder, file).split(sep).join("/")}`;
  const mime = mime_types[extname(file)];
  if (!mime) throw new Error(`${path}: no media type is known for this ending`);
  const identity = readFileSync(file);
  const etag = `"${createHash("sha256").update(identity).digest("hex").slice(0, 32)}"`;
  return { path, mime, etag, immutable: path.startsWith("/assets/"), identity, ...compressed(identity) };
}

const text = (value) => JSON.stringify(value);

function initializer({ path, mime, etag, immutable, identity, gzip, brotli }) {
  return `    Asset{${text(path)}, ${text(mime)}, ${text(etag)}, ${immutable},
      ${literal(identity)},
      ${literal(gzip)},
      ${literal(brotli)}},`;
}

const [folder, out] = process.argv.slice(2);
if (!folder || !out) {
  process.stderr.write("usage: node embed.mjs <dist folder> <out.cpp>\n");
  process.exit(2);
}
const assets = files_below(folder).map((file) => asset(folder, file)).sort((left, right) => (left.path < right.path ? -1 : 1));
for (const page of ["/chat.html", "/review.html"])
  if (!assets.some(({ path }) => path === page)) throw new Error(`${folder}: ${page} is missing; run the build first`);
mkdirSync(dirname(out), { recursive: true });
writeFileSync(out, `// Written by web/embed.mjs from the built pages. Do not edit.
#include "server/net/assets.hpp"

#include <array>

namespace advisor::server {
namespace {

constexpr std::array<Asset, ${assets.length}> assets{{
${assets.map(initializer).join("\n")}
}};

}  // namespace

std::span<const Asset> embedded_assets() { return assets; }

}  // namespace advisor::server
`);
