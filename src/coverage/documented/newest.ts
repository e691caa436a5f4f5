/** The newest API that is documented here. Written by test/coverage/documented.ts; see `Documented` in ../names.ts for how to read it. */
export const newest = '1.56';
