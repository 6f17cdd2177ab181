import { readFileSync } from "node:fs";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

const FONT_LICENCE = new URL(
  "node_modules/@fontsource-variable/figtree/LICENSE",
  import.meta.url,
);

/** The font's licence asks that its text travels with the files. */
function fontLicence(): Plugin {
  return {
    name: "font-licence",
    generateBundle() {
      this.emitFile({
        type: "asset",
        fileName: "assets/figtree-licence.txt",
        source: readFileSync(FONT_LICENCE),
      });
    },
  };
}

const backend = process.env["MATINEE_URL"] ?? "http://127.0.0.1:8000";

export default defineConfig({
  plugins: [react(), fontLicence()],
  build: {
    outDir: "../src/matinee/server/static",
    emptyOutDir: true,
    // A data: address would break the strict content security policy.
    assetsInlineLimit: 0,
    license: { fileName: "assets/licences.md" },
    // Every browser that has <dialog>, container queries and :has() preloads modules itself.
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: { "/v1": backend, "/art": backend },
  },
});
