import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { Plugin } from "vite";

const brotli = promisify(brotliCompress);
const zip = promisify(gzip);

/**
 * Keeps of each asset what gzip and Brotli make of it, and not itself: a third
 * of the size to embed, and the server unpacks for whoever takes neither.
 */
export function compress(): Plugin {
  let folder = "";
  return {
    name: "compress-assets",
    apply: "build",
    configResolved(config) {
      folder = join(config.root, config.build.outDir, config.build.assetsDir);
    },
    async closeBundle() {
      for (const name of await readdir(folder)) await compressFile(join(folder, name));
    },
  };
}

async function compressFile(path: string): Promise<void> {
  if (!/\.(js|css|svg|ttf|json|wasm)$/.test(path)) return;
  const text = await readFile(path);
  const params = { [constants.BROTLI_PARAM_SIZE_HINT]: text.length };
  await writeFile(`${path}.br`, await brotli(text, { params }));
  await writeFile(`${path}.gz`, await zip(text, { level: 9 }));
  await rm(path);
}
