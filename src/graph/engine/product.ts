/** Who speaks Docker's API at the other end. */
import { builder } from '../builder.ts';

export const EngineProduct = builder.enumType('EngineProduct', {
  description: 'Which program answers.',
  values: {
    DOCKER: { description: 'A Docker Engine.' },
    PODMAN: {
      description:
        "Podman behind Docker's API: no swarm and no BuildKit, and details differ. What it does not have is refused as " +
        'what an API is too old for.',
    },
  } as const,
});
