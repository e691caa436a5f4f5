import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { EngineAccess } from './engine-access.ts';
import { findCommand, installMissing } from './install-engine.ts';
import { listAt, textAt } from './json.ts';
import { type TarEntry, tar } from './tar.ts';

const path = '/bin:/sbin:/usr/bin:/usr/sbin';

/** Whether an ELF file asks for a loader (program header PT_INTERP): it would not run alone in an image. */
function isDynamic(elf: Buffer): boolean {
  const table = Number(elf.readBigUInt64LE(32));
  const size = elf.readUInt16LE(54);
  const entries = elf.readUInt16LE(56);
  return Array.from({ length: entries }, (_, index) => elf.readUInt32LE(table + index * size)).includes(3);
}

let root: readonly TarEntry[] | undefined;

/**
 * The members of a small root file system: this machine's static busybox with all its applets linked, and the few
 * files that tools look for. Installs busybox-static where there is no busybox.
 */
export async function busyboxRoot(): Promise<readonly TarEntry[]> {
  if (root !== undefined) return root;
  await installMissing(['busybox']);
  const command = findCommand('busybox') ?? '/bin/busybox';
  const binary = readFileSync(command);
  if (isDynamic(binary)) {
    throw new Error(`${command} is linked dynamically and cannot run alone: install busybox-static`);
  }
  const applets = execFileSync(command, ['--list'], { encoding: 'utf8' }).split('\n').filter(Boolean);
  root = [
    ...['bin', 'dev', 'etc', 'proc', 'root', 'sys', 'tmp', 'var'].map((directory) => ({
      path: `${directory}/`,
      directory: true as const,
      mode: directory === 'tmp' ? 0o1777 : 0o755,
    })),
    { path: 'bin/busybox', content: binary, mode: 0o755 },
    ...applets
      .filter((applet) => applet !== 'busybox')
      .map((applet) => ({ path: `bin/${applet}`, linkTo: 'busybox' })),
    { path: 'etc/passwd', content: 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n' },
    { path: 'etc/group', content: 'root:x:0:\nnogroup:x:65534:\n' },
  ];
  return root;
}

/**
 * Makes a busybox image (2 MB, CMD sh) out of this machine's own, with no network; resolves with its ID.
 * `POST /images/create?fromSrc=-`
 */
export async function importBusybox(engine: EngineAccess, tag = 'busybox:latest'): Promise<string> {
  const [repo = tag, version = 'latest'] = tag.split(/:(?=[^/]*$)/);
  const query = new URLSearchParams({ fromSrc: '-', repo, tag: version, message: 'imported from busybox' });
  for (const change of ['CMD ["sh"]', `ENV PATH=${path}`]) query.append('changes', change);
  const answer = await engine.mustRest('POST', `/images/create?${query}`, { body: tar(await busyboxRoot()) });
  const last = answer
    .text()
    .trim()
    .split('\r\n')
    .map((line): unknown => JSON.parse(line))
    .at(-1);
  const id = textAt(last, 'status');
  if (!id.startsWith('sha256:')) throw new Error(`importing ${tag} failed: ${answer.text().trim()}`);
  return id;
}

/** Imports the image only where the Engine does not have it yet. */
export async function ensureBusybox(engine: EngineAccess, tag = 'busybox:latest'): Promise<void> {
  const images = (await engine.mustRest('GET', '/images/json')).json();
  if (listAt(images).some((image) => listAt(image, 'RepoTags').includes(tag))) return;
  await importBusybox(engine, tag);
}
