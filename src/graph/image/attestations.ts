/** Statements about an image, made by its builder: its origin, its parts. */
import { stringify } from 'lossless-json';
import { EngineError } from '../../engine/errors.ts';
import { images } from '../../engine/operations/images.ts';
import type { ImageAttestation } from '../../engine/types.ts';
import { BadUserInput } from '../../errors.ts';
import { type FieldBuilder, mapped, object, record, text } from '../kit/record.ts';
import { isSelected } from '../kit/selected.ts';
import { of, wire } from '../kit/wire.ts';
import { OciDescriptorType } from '../oci.ts';
import type { ImageModel } from './model.ts';
import { platformNamed } from './platform.ts';

const ImageAttestationType = record<ImageAttestation>(
  'ImageAttestation',
  'A statement about an image in the form of in-toto, such as where it is from (provenance) or what is in it (SBOM).',
  {
    [of]: 'AttestationStatement',
    Descriptor: object(OciDescriptorType, 'The statement as the attestation manifest points to it.'),
    PredicateType: text('What it states, as a URI: `https://slsa.dev/provenance/v0.2`.'),
    Statement: mapped(
      'String',
      (statement: unknown) => stringify(statement) ?? null,
      'The statement itself, as JSON text; its form is that of `predicateType`, and it may be megabytes. Read by the Engine ' +
        'only where it is selected.',
    ),
  },
);

/** No such image, none for that platform, or an image store that has none at all: nothing to tell, and no failure. */
const isNothing = (error: unknown): boolean =>
  error instanceof EngineError && (error.status === 404 || error.status === 501);

/** `attestations`: a field of an image. */
export const attestationsField = (t: FieldBuilder<ImageModel>) =>
  t.field({
    type: [ImageAttestationType],
    nullable: true,
    since: '1.55',
    asks: true,
    description:
      'What its builder states about it, for one of its platforms; empty for nothing. Null with the classic image store, ' +
      'which keeps no statements, and for a platform that it is not for. `GET /images/{name}/attestations`.',
    args: {
      platform: t.arg.string({
        ...wire('GET /images/{name}/attestations?platform'),
        description: "The platform, such as `linux/arm64`; the Engine's own if left out.",
      }),
      predicateTypes: t.arg.stringList({
        ...wire('GET /images/{name}/attestations?type'),
        description: 'Only statements of these types, such as `https://spdx.dev/Document`; all if left out.',
      }),
    },
    resolve: async (image, { platform, predicateTypes }, _context, info) => {
      if (predicateTypes?.some((type) => type === ''))
        throw new BadUserInput('`predicateTypes` holds an empty text: leave it out, or give a URI.');
      const wanted = platform
        ? platformNamed(platform, { api: '', path: ['arguments', 'platform'] })
        : undefined;
      const params = {
        name: image.key,
        platform: wanted,
        type: predicateTypes ?? [],
        statement: isSelected(info, 'statement') || undefined,
      };
      return image.scope.call(images.attestations, params).catch((error: unknown) => {
        if (isNothing(error)) return null;
        throw error;
      });
    },
  });
