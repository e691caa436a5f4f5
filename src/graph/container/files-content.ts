/** Small files of a container, read without a download. */
import { containers } from '../../engine/operations/containers.ts';
import { TarWalk } from '../../engine/streams/tar-walk.ts';
import { orNull } from '../../loaders/batch.ts';
import { builder } from '../builder.ts';
import { type Captured, createCapture } from '../exec/capture.ts';
import type { ContainerModel } from './model.ts';

const lossy = new TextDecoder('utf-8', { ignoreBOM: true });

export const ContainerFileContent = builder.objectRef<Captured>('ContainerFileContent').implement({
  description: 'What is in a file, from its beginning.',
  fields: (t) => ({
    text: t.string({
      nullable: false,
      description: 'As text; bytes that are no UTF-8 are U+FFFD.',
      resolve: ({ bytes }) => lossy.decode(bytes),
    }),
    base64: t.string({
      nullable: false,
      description: 'The same byte by byte, in base64.',
      resolve: ({ bytes }) => bytes.toString('base64'),
    }),
    isTruncated: t.boolean({
      nullable: false,
      description: 'Whether the file is longer than `maxBytes`. A download (`archive`) has all of it.',
      resolve: ({ truncated }) => truncated,
    }),
  }),
});

/**
 * The beginning of a regular file; null when it is none, or gone. `GET /containers/{id}/archive`, given up once there is
 * enough.
 */
export async function contentOf(
  { scope, key }: ContainerModel,
  path: string,
  maxBytes: number,
): Promise<Captured | null> {
  const enough = new AbortController();
  const opened = await orNull(scope.stream(containers.archive, { id: key, path }, enough.signal));
  if (!opened) return null;
  const capture = createCapture(maxBytes);
  let files = 0;
  const walk = new TarWalk({
    begin: () => {
      files += 1;
    },
    content: (bytes) => {
      if (files === 1) capture.add(bytes);
    },
  });
  try {
    for await (const chunk of opened.body) {
      walk.add(chunk);
      if (capture.result().truncated) return capture.result();
    }
    walk.end();
    return files === 0 ? null : capture.result();
  } finally {
    enough.abort();
  }
}
