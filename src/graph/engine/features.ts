/** What came with which version of the API, by a name that clients can ask for. */
import { type GraphQLSchema, isInputObjectType, isInterfaceType, isObjectType } from 'graphql';
import { compareApi } from '../../engine/version.ts';
import { builder } from '../builder.ts';
import { type ApiRange, apiRangeOf, lacks, rangeSentences } from '../kit/api-versions.ts';

/** Features that are more than a field: how something is done, or whether it can be done at all. */
const features = {
  STOP_SIGNAL: ['1.42', 'Another signal than its own can be given to stop or restart a container.'],
  VOLUME_PRUNE_SPARES_NAMED: ['1.42', 'Named volumes are spared by `volumesPrune` unless `all` is set.'],
  DISK_USAGE_BY_KIND: ['1.42', 'Disk usage of one kind is measured without walking over the others.'],
  CLUSTER_VOLUMES: ['1.42', 'Volumes of a swarm, by CSI plugins.'],
  STREAMS_SAY_THEIR_FORMAT: ['1.42', 'Logs say by themselves whether they are of a terminal.'],
  ANNOTATIONS: ['1.43', 'Containers can be given metadata for the runtime.'],
  SEVERAL_NETWORKS_AT_ONCE: [
    '1.44',
    'A container is made with all its networks in one step; before, the others are connected after it was made.',
  ],
  HEALTH_START_INTERVAL: ['1.44', 'Health checks can come more often while a container starts.'],
  VOLUME_SUBPATHS: ['1.45', 'A directory inside a volume can be mounted.'],
  IMAGE_CREATE_EVENTS: ['1.46', 'The making of an image is an event of its own.'],
  IMAGE_MANIFESTS: ['1.48', 'The platforms of a multi-platform image are told.'],
  IMAGE_MOUNTS: ['1.48', 'Images can be mounted into containers.'],
  PLATFORM_ARCHIVES: ['1.48', 'Single platforms of an image can be saved and loaded.'],
  GATEWAY_PRIORITY: ['1.48', 'Which network has the default route can be chosen.'],
  NETWORKS_WITHOUT_IPV4: ['1.48', 'Networks can do without IPv4.'],
  IMAGE_USE_COUNTS: [
    '1.51',
    'The list of images says how many containers use each: no list of containers is needed.',
  ],
  HEALTH_IN_LISTS: [
    '1.52',
    'The list of containers has the failures of health checks: no inspect is needed.',
  ],
  NETWORK_ADDRESS_COUNTS: ['1.52', 'Networks tell how many of their addresses are taken.'],
  IMAGE_IDENTITY: ['1.53', 'Images tell who signed, pulled and built them.'],
  IMAGE_ATTESTATIONS: ['1.55', 'The attestations of images can be read.'],
} as const satisfies Readonly<Record<string, readonly [since: string, description: string]>>;

type FeatureName = keyof typeof features;
const names = Object.keys(features) as readonly FeatureName[];

export const EngineFeature = builder.enumType('EngineFeature', {
  description: 'Something that not every version of the Engine API has.',
  // `fromEntries` forgets the names of what it is given.
  values: Object.fromEntries(
    names.map((name) => {
      const [since, description] = features[name];
      return [name, { description: `${description} ${rangeSentences({ since })}` }];
    }),
  ) as Record<FeatureName, { readonly description: string }>,
});

export const featuresOf = (api: string): readonly FeatureName[] =>
  names.filter((name) => compareApi(api, features[name][0]) >= 0);

/** A coordinate of the schema that means nothing in the API that is spoken. */
interface Unavailable extends ApiRange {
  readonly coordinate: string;
}

export const UnavailableType = builder.objectRef<Unavailable>('UnavailableInApi').implement({
  description: 'A field or an argument that the API spoken with an Engine does not have.',
  fields: (t) => ({
    coordinate: t.exposeString('coordinate', {
      nullable: false,
      description: 'What it is, such as `Image.manifests` or `ContainerCreateInput.annotations`.',
    }),
    needs: t.string({
      nullable: true,
      description: 'The first version of the API that has it.',
      resolve: ({ since }) => since ?? null,
    }),
    goneWith: t.string({
      nullable: true,
      description: 'The first version of the API that has it no more; null if it is still there.',
      resolve: ({ gone }) => gone ?? null,
    }),
  }),
});

/** All coordinates that are not in every version. */
function* ranges(schema: GraphQLSchema): Generator<Unavailable> {
  for (const type of Object.values(schema.getTypeMap())) {
    if (isInputObjectType(type)) {
      for (const field of Object.values(type.getFields())) {
        const range = apiRangeOf(field);
        if (range) yield { ...range, coordinate: `${type.name}.${field.name}` };
      }
    }
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const coordinate = `${type.name}.${field.name}`;
      const range = apiRangeOf(field);
      if (range) yield { ...range, coordinate };
      for (const argument of field.args) {
        const its = apiRangeOf(argument);
        if (its) yield { ...its, coordinate: `${coordinate}(${argument.name}:)` };
      }
    }
  }
}

/** By the order of the schema. */
export const unavailableIn = (schema: GraphQLSchema, api: string): readonly Unavailable[] =>
  [...ranges(schema)].filter((range) => lacks(range, api));
