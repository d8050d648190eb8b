// Runs a file of Python in the Pyodide of a folder, under Node: node lite_numbers.mjs FOLDER FILE
import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";

const [folder, file] = process.argv.slice(2);
try {
  const { loadPyodide } = await import(pathToFileURL(`${folder}/pyodide.mjs`));
  const pyodide = await loadPyodide({ indexURL: `${folder}/` });
  await pyodide.loadPackage("bpviz", { messageCallback: () => undefined });
  await pyodide.runPythonAsync(await readFile(file, "utf8"));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
