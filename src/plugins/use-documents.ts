/** Turns query texts into documents: within limits, before anything else is done with them, and remembered. */
import { Buffer } from 'node:buffer';
import { type DocumentNode, GraphQLError, Lexer, parse, Source, TokenKind, validate } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { ErrorCode } from '../errors.ts';
import { depthOf } from './depth.ts';

export interface DocumentLimits {
  readonly maxQueryBytes: number;
  readonly maxTokens: number;
  readonly maxDepth: number;
}

/** Validation errors reported at most; the rest is more of the same. */
const maxErrors = 5;
const mostDocuments = 200;
/** Bytes of query text remembered at most. A document takes some fifty times the memory of its text. */
const mostBytes = 512 * 1024;

function limitError(code: ErrorCode, what: string, limit: number, value: number): GraphQLError {
  return new GraphQLError(`The query has ${value} ${what}; this gateway accepts ${limit}.`, {
    extensions: { code, limit, value, http: { status: 400 } },
  });
}

function countTokens(text: string): number {
  const lexer = new Lexer(new Source(text));
  let count = 0;
  try {
    while (lexer.advance().kind !== TokenKind.EOF) count += 1;
  } catch {
    // Not a token: what came before it counts.
  }
  return count;
}

/** @throws GraphQLError for a syntax error, `LIMIT_TOKENS` or `LIMIT_DEPTH` */
function parseWithin(text: string, { maxTokens, maxDepth }: DocumentLimits): DocumentNode {
  let document: DocumentNode;
  try {
    document = parse(text, { maxTokens });
  } catch (error) {
    const tokens = countTokens(text);
    if (tokens > maxTokens) throw limitError('LIMIT_TOKENS', 'tokens', maxTokens, tokens);
    throw error;
  }
  const depth = depthOf(document);
  if (depth > maxDepth) throw limitError('LIMIT_DEPTH', 'levels of fields', maxDepth, depth);
  return document;
}

/** The most recently used documents, bounded by number and by the bytes of their texts. */
function createDocumentCache() {
  const byText = new Map<string, { readonly document: DocumentNode; readonly bytes: number }>();
  let total = 0;
  return {
    get: (text: string): DocumentNode | undefined => {
      const entry = byText.get(text);
      if (!entry) return undefined;
      byText.delete(text);
      byText.set(text, entry);
      return entry.document;
    },
    set: (text: string, document: DocumentNode, bytes: number): void => {
      byText.set(text, { document, bytes });
      total += bytes;
      for (const [oldest, entry] of byText) {
        if (byText.size <= mostDocuments && total <= mostBytes) break;
        byText.delete(oldest);
        total -= entry.bytes;
      }
    },
  };
}

/** A syntax error with the code it has on every transport. */
const withCode = (error: GraphQLError): GraphQLError =>
  new GraphQLError(error.message, {
    source: error.source ?? null,
    positions: error.positions ?? null,
    extensions: { ...error.extensions, code: 'GRAPHQL_PARSE_FAILED' satisfies ErrorCode },
  });

/**
 * Parses and validates, on every transport alike. Only documents that passed are remembered: an error object would be
 * shared between requests and transports, each of which marks it in its own way.
 */
export function useDocuments(limits: DocumentLimits): Plugin {
  const cache = createDocumentCache();
  const valid = new WeakSet<DocumentNode>();
  return {
    onParse({ params, setParsedDocument, setParseFn }) {
      const text = typeof params.source === 'string' ? params.source : params.source.body;
      const bytes = Buffer.byteLength(text);
      const { maxQueryBytes } = limits;
      if (bytes > maxQueryBytes) throw limitError('LIMIT_QUERY_BYTES', 'bytes', maxQueryBytes, bytes);
      const known = cache.get(text);
      if (known) {
        setParsedDocument(known);
        return;
      }
      try {
        const document = parseWithin(text, limits);
        cache.set(text, document, bytes);
        setParsedDocument(document);
      } catch (error) {
        if (!(error instanceof GraphQLError) || error.extensions['code'] !== undefined) throw error;
        setParseFn(() => {
          throw withCode(error);
        });
      }
    },
    onValidate({ params, setResult, setValidationFn }) {
      const { documentAST } = params;
      if (valid.has(documentAST)) {
        setResult([]);
        return;
      }
      setValidationFn((schema, document, rules) => validate(schema, document, rules, { maxErrors }));
      return ({ valid: passed }) => {
        if (passed) valid.add(documentAST);
      };
    },
  };
}
