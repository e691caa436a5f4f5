/** What a new secret or config is made of. */
import { builder } from '../builder.ts';
import { base64 } from '../container/mutations/exec-input.ts';
import { KeyValueInput, mapOf } from '../kit/key-value.ts';
import { mirrors } from '../kit/wire.ts';
import { engineInput, type InputFields, labelsInput } from '../mutation/fields.ts';
import { type Place, refuse } from '../mutation/input-error.ts';

const ContentTemplatingInput = builder.inputType('ContentTemplatingInput', {
  ...mirrors('Driver'),
  description:
    'What fills in placeholders such as `{{ .Service.Name }}` for each container that gets the content.',
  fields: (t) => ({
    name: t.string({
      required: true,
      description: 'The template engine: `golang`. Engines take others too, and then their tasks fail.',
    }),
    options: t.field({ type: [KeyValueInput], description: 'Its options; `golang` has none.' }),
  }),
});

/** The fields of both inputs. */
export const newFileInputs = (t: InputFields, word: 'secret' | 'config', most: string) => ({
  name: t.string({
    required: true,
    description: `The name of the ${word}: 1 to 64 letters, digits, "_", "." and "-", with a letter or digit at both ends.`,
  }),
  data: t.string({
    description: `What shall be in it, as text. Less than ${most} bytes, and more than none.`,
  }),
  dataBase64: t.string({ description: 'The same as any bytes, in base64, in place of `data`.' }),
  labels: labelsInput(t),
  templating: t.field({
    type: ContentTemplatingInput,
    description: 'Fill in placeholders; if left out, the content is given as it is.',
  }),
  engine: engineInput(t),
});

interface NewFileInput {
  readonly name: string;
  readonly data?: string | null | undefined;
  readonly dataBase64?: string | null | undefined;
  readonly templating?: typeof ContentTemplatingInput.$inferInput | null | undefined;
}

const at = (field: string): Place => ({ api: '', path: ['input', field] });

const namePattern = /^[a-zA-Z0-9](?:[a-zA-Z0-9_.-]{0,62}[a-zA-Z0-9])?$/;

/** @throws InputError for what the Engine would refuse as a name */
export function checkFileName({ name }: NewFileInput): void {
  if (namePattern.test(name)) return;
  refuse(
    at('name'),
    `cannot be ${JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}…` : name)}: it has 1 to 64 letters, digits, "_", "." and "-", with a letter or digit at both ends.`,
  );
}

/**
 * The content in base64, as the Engine takes it; undefined where none was given.
 *
 * @throws InputError for both at once, for what is no base64, and for text or bytes that are none
 */
export function contentOf({ data, dataBase64 }: NewFileInput): string | undefined {
  const hasText = typeof data === 'string';
  if (typeof dataBase64 === 'string') {
    if (hasText) refuse(at('dataBase64'), 'cannot be given with `data`: leave one of them out.');
    if (!base64.test(dataBase64)) {
      refuse(at('dataBase64'), 'is no base64: give the letters of RFC 4648, without line breaks.');
    }
    if (dataBase64 === '')
      refuse(at('dataBase64'), 'is empty: the Engine keeps nothing that has no content.');
    // The Engine wants the padding that others leave out.
    return Buffer.from(dataBase64, 'base64').toString('base64');
  }
  if (!hasText) return undefined;
  if (data === '') refuse(at('data'), 'is empty: the Engine keeps nothing that has no content.');
  if (/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/.test(data)) {
    refuse(at('data'), 'has half a character (a lone surrogate): give it as `dataBase64`.');
  }
  return Buffer.from(data).toString('base64');
}

export const templatingBody = ({ templating }: NewFileInput) =>
  templating ? { Name: templating.name, Options: mapOf(templating.options) } : undefined;
