/** GraphiQL as a person uses it: opens the page, picks a tab, runs it, reads the answer. */
import type { BrowserContext, Page } from 'playwright-core';

export interface OpenPage {
  readonly page: Page;
  /** What the browser complained of: violations of the policy, missing files, errors of scripts. */
  readonly complaints: readonly string[];
  /** Addresses of the WebSockets that were opened. */
  readonly webSockets: readonly string[];
  /** Names of the tabs, in order. */
  readonly tabs: () => Promise<readonly string[]>;
  /** Goes to a tab by the name of its operation. */
  readonly choose: (tab: string) => Promise<void>;
  readonly run: () => Promise<void>;
  /** Resolves when the answer contains the text, with all of it; white space is not kept. */
  readonly answerWith: (text: string) => Promise<string>;
  /** Fills the variables pane of the tab. */
  readonly setVariables: (variables: Readonly<Record<string, unknown>>) => Promise<void>;
  /** Fills the headers pane of the tab. */
  readonly setHeaders: (headers: Readonly<Record<string, string>>) => Promise<void>;
}

const response = '.graphiql-response';

/** @param url of the gateway, the root or the endpoint */
export async function openGraphiQL(context: BrowserContext, url: string): Promise<OpenPage> {
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const complaints: string[] = [];
  const webSockets: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('websocket', (socket) => webSockets.push(socket.url()));
  const fill = async (pane: 'Variables' | 'Headers', value: object): Promise<void> => {
    await page.getByRole('button', { name: pane }).click();
    await page.locator('.graphiql-editor-tool .graphiql-editor:not(.hidden) .view-lines').click();
    await page.keyboard.press('Control+A');
    await page.keyboard.insertText(JSON.stringify(value));
  };
  await page.goto(url);
  await page.waitForSelector('.graphiql-query-editor .view-line');
  return {
    page,
    complaints,
    webSockets,
    tabs: () => page.locator('.graphiql-tab-button').allInnerTexts(),
    choose: (tab) => page.locator('.graphiql-tab-button', { hasText: tab }).click(),
    run: () => page.click('.graphiql-execute-button'),
    answerWith: async (text) => {
      const seen = async (): Promise<string> =>
        ((await page.locator(response).textContent()) ?? '').replace(/\s+/g, '');
      // The editor draws spaces as characters of its own, so texts are compared without them.
      await page.waitForFunction(
        ([selector, wanted]) =>
          document.querySelector(selector)?.textContent?.replace(/\s+/g, '').includes(wanted),
        [response, text.replace(/\s+/g, '')] as const,
      );
      return seen();
    },
    setVariables: (variables) => fill('Variables', variables),
    setHeaders: (headers) => fill('Headers', headers),
  };
}
