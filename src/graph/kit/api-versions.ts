/**
 * Options of fields: `since` and `gone`, the versions of the Engine's API between which it has what a field shows or takes.
 * Said once, they become a sentence of the description and, where the field is selected and has nothing to show, a warning.
 */
import SchemaBuilder, {
  BasePlugin,
  type PothosInputFieldConfig,
  type PothosOutputFieldConfig,
  type SchemaTypes,
} from '@pothos/core';
import {
  defaultFieldResolver,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getNamedType,
  isNonNullType,
  isObjectType,
  type ResponsePath,
} from 'graphql';
import { compareApi } from '../../engine/version.ts';
import type { Warnings } from '../../warnings.ts';

/** Between which versions of the API something is there. */
export interface ApiRange {
  /** The first version that has it. */
  readonly since?: string | undefined;
  /** The first version that has it no more. */
  readonly gone?: string | undefined;
}

/** The same for a field that is shown. */
export interface ShownRange extends ApiRange {
  /**
   * The Engine is asked for it in a way of its own, which other versions do not understand: those are not asked at all.
   * Without it the field shows what there is in any version, as daemons often send more than they document.
   */
  readonly asks?: boolean | undefined;
}

const pluginName = 'apiVersions';

declare global {
  // Where Pothos takes the types of options from: its plugins cannot add them in another way.
  export namespace PothosSchemaTypes {
    interface Plugins<Types extends SchemaTypes> {
      apiVersions: ApiVersions<Types>;
    }
    interface FieldOptions extends ShownRange {}
    interface InputFieldOptions extends ApiRange {}
  }
}

/** The sentences about a range, for a description. */
export const rangeSentences = ({ since, gone }: ApiRange): string =>
  [since && `Since API ${since}.`, gone && `Below API ${gone} only.`].filter(Boolean).join(' ');

const described = (description: string | undefined, range: ApiRange): string | undefined => {
  const said = rangeSentences(range);
  if (said === '' || description?.endsWith(said)) return description;
  return description ? `${description} ${said}` : said;
};

const rangeOf = ({ since, gone, asks }: ShownRange): ShownRange => ({ since, gone, asks });

/** What a field said by its options: the one place that trusts an extension for its shape. */
export const apiRangeOf = (field: {
  readonly extensions: Readonly<Record<string, unknown>>;
}): ShownRange | undefined => field.extensions['apiRange'] as ShownRange | undefined;

const isRange = ({ since, gone }: ApiRange): boolean => since !== undefined || gone !== undefined;

/** What is needed of an Engine to know which version is spoken. */
interface Speaking {
  readonly name: string;
  readonly greeted: () => { readonly api: string } | undefined;
  readonly apiVersion: () => Promise<string>;
}
interface SpeakingContext {
  readonly engineNames: readonly string[];
  readonly scope: () => Speaking;
  readonly warnings: Warnings;
}

/** Objects of the daemon's own, which do not say where they are from, where there is more than one Engine. */
const origins = new WeakMap<object, Speaking>();

function engineOf(parent: unknown, context: SpeakingContext): Speaking | undefined {
  if (context.engineNames.length === 1) return context.scope();
  if (typeof parent !== 'object' || parent === null) return undefined;
  // Whatever has a scope is a noun's model, and its scope is that of an Engine.
  return 'scope' in parent ? (parent.scope as Speaking) : origins.get(parent);
}

function remember(value: unknown, engine: Speaking): void {
  if (Array.isArray(value)) for (const item of value) remember(item, engine);
  else if (typeof value === 'object' && value !== null && !('scope' in value)) origins.set(value, engine);
}

const pathOf = (path: ResponsePath | undefined): (string | number)[] =>
  path ? [...pathOf(path.prev), path.key] : [];

/** Whether a version of the API does not have it, or not any more. */
export const lacks = ({ since, gone }: ApiRange, api: string): boolean =>
  (since !== undefined && compareApi(api, since) < 0) || (gone !== undefined && compareApi(api, gone) >= 0);

const isNothing = (value: unknown): boolean =>
  value === null || value === undefined || (Array.isArray(value) && value.length === 0);

type Resolve = GraphQLFieldResolver<unknown, unknown>;

/** The builder has made sure that every context is one. */
const asSpeaking = (context: unknown): SpeakingContext => context as SpeakingContext;

function warn(
  range: ApiRange,
  engine: Speaking,
  api: string,
  context: SpeakingContext,
  info: GraphQLResolveInfo,
) {
  const isOld = range.since !== undefined && compareApi(api, range.since) < 0;
  context.warnings.add({
    coordinate: `${info.parentType.name}.${info.fieldName}`,
    path: pathOf(info.path),
    ...(isOld ? { needs: range.since } : { goneWith: range.gone ?? '' }),
    has: api,
    engine: engine.name,
  });
}

/** The resolver of a field that not every version has. */
function watched(resolve: Resolve, range: ShownRange, isCertain: boolean): Resolve {
  const told: Resolve = (parent, args, given, info) => {
    const context = asSpeaking(given);
    const note = (value: unknown): unknown => {
      const engine = isNothing(value) ? engineOf(parent, context) : undefined;
      const api = engine?.greeted()?.api;
      if (engine && api !== undefined && lacks(range, api)) warn(range, engine, api, context, info);
      return value;
    };
    const value: unknown = resolve(parent, args, given, info);
    return value instanceof Promise ? value.then(note) : note(value);
  };
  if (range.asks !== true) return told;
  return async (parent, args, given, info) => {
    const context = asSpeaking(given);
    const engine = engineOf(parent, context);
    const api = await engine?.apiVersion();
    if (!engine || api === undefined || !lacks(range, api)) return resolve(parent, args, given, info);
    warn(range, engine, api, context, info);
    return isCertain ? [] : null;
  };
}

/** The resolver of a field that leads to others that not every version has. */
const remembering =
  (resolve: Resolve): Resolve =>
  (parent, args, given, info) => {
    const value: unknown = resolve(parent, args, given, info);
    const engine = asSpeaking(given).engineNames.length > 1 ? engineOf(parent, asSpeaking(given)) : undefined;
    if (!engine) return value;
    if (!(value instanceof Promise)) {
      remember(value, engine);
      return value;
    }
    return value.then((known: unknown) => {
      remember(known, engine);
      return known;
    });
  };

const isNode = (type: GraphQLObjectType): boolean => type.getInterfaces().some(({ name }) => name === 'Node');

const targetOf = (field: GraphQLField<unknown, unknown>): GraphQLObjectType | undefined => {
  const type = getNamedType(field.type);
  return isObjectType(type) && !isNode(type) ? type : undefined;
};

/** Types that have such fields, and those that lead to them without a noun between: nouns know their Engine. */
function leading(types: readonly GraphQLObjectType[]): ReadonlySet<GraphQLObjectType> {
  const found = new Set<GraphQLObjectType>();
  for (let size = -1; size !== found.size; ) {
    size = found.size;
    for (const type of types) {
      const leads = Object.values(type.getFields()).some((field) => {
        const target = targetOf(field);
        return apiRangeOf(field) !== undefined || (target && found.has(target));
      });
      if (leads) found.add(type);
    }
  }
  return found;
}

class ApiVersions<Types extends SchemaTypes> extends BasePlugin<Types> {
  override onOutputFieldConfig(field: PothosOutputFieldConfig<Types>): PothosOutputFieldConfig<Types> {
    const range = rangeOf(field.pothosOptions);
    if (!isRange(range)) return field;
    return {
      ...field,
      description: described(field.description ?? undefined, range),
      extensions: { ...field.extensions, apiRange: range },
    };
  }

  override onInputFieldConfig(field: PothosInputFieldConfig<Types>): PothosInputFieldConfig<Types> {
    const range = rangeOf(field.pothosOptions);
    if (!isRange(range)) return field;
    return {
      ...field,
      description: described(field.description ?? undefined, range),
      extensions: { ...field.extensions, apiRange: range },
    };
  }

  override afterBuild(schema: GraphQLSchema): GraphQLSchema {
    const types = Object.values(schema.getTypeMap()).filter(isObjectType);
    const leads = leading(types);
    for (const type of types) {
      for (const field of Object.values(type.getFields())) {
        const range = apiRangeOf(field);
        const target = targetOf(field);
        // The only fields of the kind that are never null are lists.
        const isCertain = isNonNullType(field.type);
        if (range) field.resolve = watched(field.resolve ?? defaultFieldResolver, range, isCertain);
        if (target && leads.has(target)) field.resolve = remembering(field.resolve ?? defaultFieldResolver);
      }
    }
    return schema;
  }
}

SchemaBuilder.registerPlugin(pluginName, ApiVersions);

export { pluginName as apiVersions };
