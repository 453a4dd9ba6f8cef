/**
 * A person who knows the page only by what a screen reader says: roles and names. Counts clicks, and can do without a pointer: from control
 * to control by Tab, with the focus in sight.
 */
import { expect, type Locator, type Page } from '@playwright/test';

export type Role = 'button' | 'link' | 'textbox' | 'checkbox' | 'combobox';

/** More stops than any view has before its main control. */
const mostStops = 40;

export class Hands {
  clicks = 0;

  constructor(private readonly page: Page) {}

  /** What has this role and is called so. */
  the(role: Role, name: string | RegExp): Locator {
    return this.page.getByRole(role, { name });
  }

  async click(role: Role, name: string | RegExp): Promise<void> {
    this.clicks += 1;
    await this.the(role, name).click();
  }

  /** The label of a control that is hidden from sight (a file input): what somebody with a pointer clicks. */
  async clickLabel(name: string): Promise<void> {
    this.clicks += 1;
    await this.page.getByText(name, { exact: true }).click();
  }

  /** Presses Tab until the control has the focus, and says when the page does not lead there. */
  async tabTo(role: Role, name: string | RegExp): Promise<void> {
    const control = this.the(role, name);
    await expect(control).toBeAttached();
    for (let stops = 0; stops < mostStops; stops++) {
      await this.page.keyboard.press('Tab');
      if (await control.evaluate((element) => element.matches(':focus-visible'))) return;
    }
    throw new Error(`${mostStops} times Tab did not lead to ${role} ${String(name)}`);
  }

  async press(role: Role, name: string | RegExp, key = 'Enter'): Promise<void> {
    await this.tabTo(role, name);
    await this.page.keyboard.press(key);
  }
}

/** As in browsers whose pickers hand out no handles: the page's file inputs open the browser's own chooser, which a test can answer. */
export const plainPickers = (page: Page): Promise<unknown> =>
  page.addInitScript(() => {
    for (const name of ['showOpenFilePicker', 'showDirectoryPicker', 'showSaveFilePicker'])
      Reflect.deleteProperty(globalThis, name);
  });
