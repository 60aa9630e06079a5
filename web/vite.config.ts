import { defineConfig } from "vitest/config";
import { compress } from "./compress.ts";

export default defineConfig({
  base: "./", // the pages are served below any folder
  plugins: [compress()],
  worker: { format: "es" },
  build: {
    outDir: "dist/site",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0, // the policy of the page permits no font in a data URL
    chunkSizeWarningLimit: 5000, // the editor is as large as it is
    rolldownOptions: {
      onLog(level, log, handler) {
        if (log.code !== "MODULE_LEVEL_DIRECTIVE") handler(level, log); // "use client", hundreds of times
      },
    },
  },
  server: {
    // `npm run dev` beside `go run . --demo`
    proxy: { "/graphql": "http://127.0.0.1:8080", "/schema.graphql": "http://127.0.0.1:8080" },
  },
  test: { include: ["test/**/*.test.ts"], testTimeout: 60_000 },
});
