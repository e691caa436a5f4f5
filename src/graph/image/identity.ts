/** Where an image is from, as far as the Engine has verified it. */
import type { ImageIdentity } from '../../engine/types.ts';
import { enumOf } from '../kit/enum.ts';
import { type Columns, object, objects, record, text, texts, time, word } from '../kit/record.ts';
import { of } from '../kit/wire.ts';

type Signature = NonNullable<ImageIdentity['Signature']>[number];
type Signer = NonNullable<Signature['Signer']>;
type SignedTime = NonNullable<Signature['Timestamps']>[number];

const TimestampKind = enumOf('SignatureTimestampType', 'Who says when something was signed.', {
  Tlog: { name: 'TRANSPARENCY_LOG', description: 'A public log that every signature is written to.' },
  TimestampAuthority: { name: 'TIMESTAMP_AUTHORITY', description: 'An authority that signs the time.' },
});

const SignatureKind = enumOf('ImageSignatureType', 'How a signature is written.', {
  'bundle-v0.3': { name: 'BUNDLE', description: 'As a bundle with all that is needed to verify it.' },
  'simplesigning-v1': { name: 'SIMPLE_SIGNING', description: 'As older tools write it.' },
});

const KnownSigner = enumOf('KnownSigner', 'Signers that the Engine knows by itself.', {
  DHI: { name: 'DOCKER_HARDENED_IMAGES', description: 'Docker, of its hardened images.' },
});

const SignatureTimestampType = record<SignedTime>('SignatureTimestamp', 'A verified moment of a signature.', {
  [of]: 'SignatureTimestamp',
  Type: word(TimestampKind, 'Who says so.'),
  URI: text('The address of who says so.', { name: 'uri' }),
  Timestamp: time('The moment.', { name: 'at' }),
});

const signer: Columns<Signer> = {
  [of]: 'SignerIdentity',
  CertificateIssuer: text('Who issued the certificate that was signed with.'),
  SubjectAlternativeName: text(
    'Whom the certificate is made out to: an address, or the workflow that built the image.',
  ),
  Issuer: text('Who vouched for the identity: the address of the OIDC issuer.'),
  BuildSignerURI: text('The build instructions that signed.', { name: 'buildSignerUri' }),
  BuildSignerDigest: text('The exact version of those instructions.'),
  RunnerEnvironment: text("Whether it was built on a platform's machines or on the builder's own."),
  SourceRepositoryURI: text('The address of the source repository.', { name: 'sourceRepositoryUri' }),
  SourceRepositoryDigest: text('The exact version of the source.'),
  SourceRepositoryRef: text('The branch or tag of the source.'),
  SourceRepositoryIdentifier: text('The ID of the source repository, which stays when it is renamed.'),
  SourceRepositoryOwnerURI: text('The address of the owner of the source repository.', {
    name: 'sourceRepositoryOwnerUri',
  }),
  SourceRepositoryOwnerIdentifier: text('The ID of that owner.'),
  BuildConfigURI: text('The build instructions that everything began with.', { name: 'buildConfigUri' }),
  BuildConfigDigest: text('The exact version of those.'),
  BuildTrigger: text('What set the build off.'),
  RunInvocationURI: text('The address of the run of the build.', { name: 'runInvocationUri' }),
  SourceRepositoryVisibilityAtSigning: text('Who could see the source when it was signed.'),
};

const ImageSignerType = record<Signer>(
  'ImageSigner',
  'Who signed an image, as the certificate says it; null where it does not.',
  signer,
);

const ImageSignatureType = record<Signature>(
  'ImageSignature',
  'A signature of an image, as the Engine verified it.',
  {
    [of]: 'SignatureIdentity',
    Name: text('What kind of signature it is, for people.'),
    SignatureType: word(SignatureKind, 'How it is written.', { name: 'type' }),
    KnownSigner: word(KnownSigner, 'The signer, where the Engine knows it by itself.'),
    Signer: object(ImageSignerType, 'Who signed, as the certificate says it.'),
    Timestamps: objects(SignatureTimestampType, 'When it was signed.'),
    DockerReference: text('The name of the image that was signed; in older signatures only.'),
    Error: text('Why it could not be verified; all else is empty then.'),
    Warnings: texts('What was odd in verifying it, though it was verified.'),
  },
);

const PulledFrom = record<NonNullable<ImageIdentity['Pull']>[number]>(
  'ImagePullOrigin',
  'Where an image was pulled from, or pushed to.',
  { [of]: 'PullIdentity', Repository: text('The repository, in full.') },
);

const BuiltBy = record<NonNullable<ImageIdentity['Build']>[number]>(
  'ImageBuildOrigin',
  'A build that made an image.',
  {
    [of]: 'BuildIdentity',
    Ref: text('What the builder calls the build in its history.', { name: 'buildRef' }),
    CreatedAt: time('When it ran.'),
  },
);

export const ImageIdentityType = record<ImageIdentity>(
  'ImageIdentity',
  'Where an image is from, as far as the Engine has verified it: no tag or label can change that.',
  {
    [of]: 'Identity',
    Signature: objects(ImageSignatureType, 'Its signatures.', { name: 'signatures' }),
    Pull: objects(PulledFrom, 'Where it was pulled from or pushed to; empty for neither.', { name: 'pulls' }),
    Build: objects(BuiltBy, 'The builds on this Engine that made it; empty for none.', { name: 'builds' }),
  },
);
