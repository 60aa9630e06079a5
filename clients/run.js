import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const here = fileURLToPath(new URL(".", import.meta.url));

/** Runs a command that npm installed and returns what it printed; fails with that if the command does. */
export async function run(command, ...args) {
  try {
    const { stdout, stderr } = await promisify(execFile)(`${here}node_modules/.bin/${command}`, args, { cwd: here });
    return stdout + stderr;
  } catch (error) {
    throw new Error(`${command} ${args.join(" ")} failed:\n${error.stdout}${error.stderr}`, { cause: error });
  }
}
