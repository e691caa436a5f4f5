/** Loaded before a server: tells its parent, when asked, what the process has used. Plain JavaScript, as the server is. */
const facts = {
  /** Milliseconds of processor time so far, user and system. */
  cpuMs: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  },
  /** Memory in use after everything that can be forgotten is. */
  rssKiB: () => {
    globalThis.gc?.();
    globalThis.gc?.();
    return process.memoryUsage.rss() / 1024;
  },
};

process.on('message', ({ what }) => {
  if (what in facts) process.send?.({ answer: facts[what]() });
});
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
