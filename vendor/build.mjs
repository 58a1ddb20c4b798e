// Builds ../src/standoff/web/static/vendor from the versions in package.json: see README.md.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync, existsSync } from "node:fs";
import { join } from "node:path";

const out = new URL("../src/standoff/web/static/vendor/", import.meta.url).pathname;
const versions = { ...JSON.parse(readFileSync("package.json")).dependencies };
const files = { preact: "preact", "d3-hierarchy": "d3-hierarchy", codemirror: "@codemirror/view", vega: "vega" };

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const licenses = new Map();
const listed = {};
for (const [name, named] of Object.entries(files)) {
  const file = `${name}-${versions[named]}.js`;
  const made = await build({
    entryPoints: [`${name}.mjs`], bundle: true, minify: true, format: "esm", target: "es2022",
    legalComments: "none", outfile: join(out, file), metafile: true, define: { "process.env.NODE_ENV": '"production"' },
  });
  const packages = new Set(
    Object.keys(made.metafile.inputs).map((path) => path.match(/.*node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1]).filter(Boolean),
  );
  listed[file] = { sha256: createHash("sha256").update(readFileSync(join(out, file))).digest("hex"), packages: {} };
  for (const one of [...packages].sort()) {
    const about = JSON.parse(readFileSync(join("node_modules", one, "package.json")));
    listed[file].packages[one] = about.version;
    const text = readdirSync(join("node_modules", one)).find((f) => /^licen[sc]e/i.test(f));
    licenses.set(`${one} ${about.version} (${about.license})`, text ? readFileSync(join("node_modules", one, text), "utf8").trim() : "");
  }
}
writeFileSync(join(out, "vendor.json"), JSON.stringify(listed, null, 2) + "\n");
writeFileSync(
  join(out, "LICENSES.txt"),
  [...licenses].sort().map(([name, text]) => `${name}\n${"-".repeat(name.length)}\n${text}\n`).join("\n\n"),
);
if (existsSync(join(out, "vendor.json"))) console.log(Object.keys(listed).join("\n"));
