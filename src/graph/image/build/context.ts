/** Where a build takes its files from. */
import { builder } from '../../builder.ts';
import { mirrors } from '../../kit/wire.ts';
import { inside, type Place, refuse } from '../../mutation/input-error.ts';
import { archiveOf, BuildFileInput, contextFiles } from './files.ts';
import { remoteContext } from './remote.ts';

export const BuildContextInput = builder.inputType('BuildContextInput', {
  ...mirrors('POST /build'),
  description:
    'Where a build takes its files from: exactly one of these. A `.dockerignore` is the business of whoever packs the ' +
    'files, as it is with the docker CLI: all that is sent is in the context.',
  fields: (t) => ({
    upload: t.boolean({
      description:
        'True for an archive that is sent afterwards: the answer has an address in `upload`, and the build runs while a ' +
        'tar archive, plain or packed by gzip, bzip2 or xz, is PUT there. For contexts of any size.',
    }),
    dockerfile: t.string({
      description: 'The text of a Dockerfile that needs no files beside it, so that it has no `COPY`.',
    }),
    files: t.field({
      type: [BuildFileInput],
      description: 'A few small files, the Dockerfile among them; bounded by the size of a request.',
    }),
    remote: t.string({
      description:
        'A Git repository, such as `https://git.example.org/team/app.git#branch:directory`, or an archive, which the Engine ' +
        'fetches itself. Only where the setting `DOCKGRAPH_BUILD_REMOTES` of the gateway allows the address.',
    }),
  }),
});

type ContextWish = typeof BuildContextInput.$inferInput;

/** How the files get to the Engine. */
export type BuildContext =
  | { readonly kind: 'upload' }
  | { readonly kind: 'archive'; readonly archive: Buffer }
  | { readonly kind: 'remote'; readonly url: string };

/**
 * @param dockerfile the path of the Dockerfile, where one was given
 * @param remotes addresses that the gateway is allowed to name to the Engine
 * @throws InputError
 */
export async function buildContext(
  { upload, dockerfile: text, files, remote }: ContextWish,
  dockerfile: string | undefined,
  remotes: readonly string[],
  place: Place,
): Promise<BuildContext> {
  const kinds = [
    upload && 'upload',
    typeof text === 'string' && 'dockerfile',
    files && 'files',
    typeof remote === 'string' && 'remote',
  ].filter((kind) => typeof kind === 'string');
  if (kinds.length !== 1) {
    refuse(
      place,
      `needs exactly one of \`upload: true\`, \`dockerfile\`, \`files\` and \`remote\`; ` +
        `${kinds.length === 0 ? 'there is none' : `there are ${kinds.map((kind) => `\`${kind}\``).join(' and ')}`}.`,
    );
  }
  if (typeof remote === 'string') {
    return { kind: 'remote', url: remoteContext(remote, remotes, inside(place, 'remote')) };
  }
  if (files)
    return { kind: 'archive', archive: await archiveOf(contextFiles(files, inside(place, 'files'))) };
  if (typeof text === 'string') {
    if (dockerfile !== undefined)
      refuse(
        inside(place, 'dockerfile'),
        'is the Dockerfile itself: leave out the path in `input.dockerfile`.',
      );
    const file = { path: 'Dockerfile', content: Buffer.from(text), mode: 0o644 };
    return { kind: 'archive', archive: await archiveOf([file]) };
  }
  return { kind: 'upload' };
}
