/** How placeholders in a secret or a config are filled in. */
import type { SwarmConfig } from '../../engine/types.ts';
import { map, record, text } from '../kit/record.ts';
import { of } from '../kit/wire.ts';

type Templating = NonNullable<NonNullable<SwarmConfig['Spec']>['Templating']>;

export const ContentTemplating = record<Templating>(
  'ContentTemplating',
  'What fills in placeholders such as `{{ .Service.Name }}` for each container that gets the content.',
  {
    [of]: 'Driver',
    Name: text("The template engine: `golang`, the only one there is, for Go's text/template."),
    Options: map('Its options; `golang` has none.'),
  },
);
