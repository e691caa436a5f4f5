/**
 * GraphQL Code Generator: from the contract and the worked examples to typed documents, which tests and clients use.
 * `npm run schema` prints the contract first; `npm run check` fails when either is stale.
 */
import type { CodegenConfig } from '@graphql-codegen/cli';

const config: CodegenConfig = {
  schema: './schema/schema.graphql',
  importExtension: '.js',
  documents: './schema/operations/*.graphql',
  generates: {
    './test/generated/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        useTypeImports: true,
        enumsAsTypes: true,
        scalars: {
          Long: { input: 'number | string', output: 'number | string' },
          Timestamp: { input: 'string | number', output: 'string' },
          Duration: { input: 'string | number', output: 'string' },
          ByteSize: { input: 'string | number', output: 'number' },
        },
      },
    },
  },
};

export default config;
