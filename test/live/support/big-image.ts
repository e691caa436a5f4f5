import { randomBytes } from 'node:crypto';
import type { EngineAccess } from '../../support/engine-access.ts';
import { tar } from '../../support/tar.ts';

/**
 * Makes an image of layers that nothing can make smaller, each of so many bytes. `POST /build`, by the classic builder.
 *
 * @returns its ID, as `docker image inspect` shows it
 */
export async function makeBigImage(
  engine: EngineAccess,
  name: string,
  layers: readonly number[],
): Promise<string> {
  const files = layers.map((size, index) => ({ path: `file${index}`, content: randomBytes(size) }));
  const copies = files.map(({ path }) => `COPY ${path} /${path}\n`).join('');
  const context = tar([{ path: 'Dockerfile', content: `FROM scratch\n${copies}` }, ...files]);
  const answer = await engine.mustRest('POST', `/build?t=${name}`, { body: context });
  if (answer.text().includes('"errorDetail"')) throw new Error(answer.text());
  return engine.cli('image', 'inspect', '--format', '{{.Id}}', name);
}
