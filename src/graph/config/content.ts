/** What is in a config. */
import type { FieldBuilder } from '../kit/record.ts';
import { wire } from '../kit/wire.ts';
import type { ConfigModel } from './model.ts';

const base64Of = ({ data }: ConfigModel): string => data.Spec?.Data ?? '';

const bytesOf = (config: ConfigModel): Buffer => Buffer.from(base64Of(config), 'base64');

/** Null for bytes that are no UTF-8; a byte order mark is kept as one. */
function textOf(bytes: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

export const contentFields = (t: FieldBuilder<ConfigModel>) => ({
  data: t.string({
    ...wire('ConfigSpec.Data'),
    nullable: true,
    description: 'What is in it, as text; null where that is no UTF-8: then take `dataBase64`.',
    resolve: (config) => textOf(bytesOf(config)),
  }),
  dataBase64: t.string({
    ...wire('ConfigSpec.Data'),
    nullable: false,
    description: 'What is in it, byte for byte, in base64.',
    resolve: base64Of,
  }),
  size: t.field({
    type: 'Long',
    nullable: false,
    description: 'How many bytes are in it.',
    resolve: (config) => bytesOf(config).length,
  }),
});
