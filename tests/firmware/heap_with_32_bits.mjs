// heap.py on MicroPython for WebAssembly: PROGRAM FOLDER ARGUMENT. Used by heap_use.py.
// Garbage is collected there only when no Python runs, hence the steps.
import fs from 'fs';
import path from 'path';

const [program, folder, argument] = process.argv.slice(2);
const { loadMicroPython } = await import(program);
const python = await loadMicroPython({ heapsize: 256 * 1024, stdout: (line) => console.log(line), linebuffer: true });

function copy(from, to) {
  python.FS.mkdir(to);
  for (const entry of fs.readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [path.join(from, entry.name), `${to}/${entry.name}`];
    if (entry.isDirectory()) copy(source, target);
    else python.FS.writeFile(target, fs.readFileSync(source));
  }
}

const collect = () => python.runPython('gc.collect()');

try {
  copy(folder, '/board');
  python.runPython(`import gc, sys\nsys.path[:] = ['/board', '.frozen']\nsys.argv[:] = ['', ${JSON.stringify(argument)}]`);
  python.runPython('import heap');
  for (let stage = 0; stage <= 4; stage++) {
    if (stage > 0) python.runPython('next(heap.coming)');
    collect();
    collect();
    python.runPython('heap.look()');
  }
  python.runPython('heap.tell()');
} catch (error) {
  console.error(String(error).slice(-2000));
  process.exit(1);
}
