/** Types of the OCI image specification, as the Engine hands them through. */
import type { OciDescriptor, OciPlatform } from '../engine/types.ts';
import { long, map, object, record, text, texts } from './kit/record.ts';
import { of } from './kit/wire.ts';

export const OciPlatformType = record<OciPlatform>('OciPlatform', 'What an image runs on.', {
  [of]: 'OCIPlatform',
  architecture: text('The CPU architecture, such as `amd64` or `arm64`.'),
  os: text('The operating system, such as `linux`.'),
  variant: text('The variant of the CPU, such as `v7`; null for the usual one.'),
  'os.version': text('The version of the operating system, mostly of Windows.'),
  'os.features': texts('What the operating system must have, mostly of Windows.'),
});

export const OciDescriptorType = record<OciDescriptor>(
  'OciDescriptor',
  'What a piece of an image is and how it is found: an index, a manifest, a layer.',
  {
    [of]: 'OCIDescriptor',
    mediaType: text('The format of it.'),
    digest: text('Its digest, which is its address.'),
    size: long('Its size in bytes.'),
    platform: object(OciPlatformType, 'What it runs on; null where that does not apply.', { since: '1.48' }),
    annotations: map('Free metadata.', { since: '1.48' }),
    urls: texts('Where else it can be downloaded.', { since: '1.48' }),
    artifactType: text('What kind of artifact it is; null for images.', { since: '1.48' }),
    data: text('The piece itself, in base64, where it is small enough to be sent along.', { since: '1.48' }),
  },
);
