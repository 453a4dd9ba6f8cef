/**
 * The second click of a double click presses nothing but what the first one did: what came in its place meanwhile (Resume where Stop was, a
 * dialog over the list) nobody has read yet. Of the page as a whole, since anything may come anywhere. PROTOCOL.md UI180.
 */

interface Pressed {
  readonly control: Element;
  /** A control whose work is done may stand there with another. */
  readonly says: string | null;
}

function pressedBy({ target }: Event): Pressed | null {
  const control = target instanceof Element ? target.closest('button, a') : null;
  return control && { control, says: control.textContent };
}

/** Once a page. */
export function heedDoubleClicks(): void {
  let first: Pressed | null = null;
  const look = (event: MouseEvent): void => {
    const pressed = pressedBy(event);
    if (event.detail < 2) first = pressed;
    else if (pressed && (pressed.control !== first?.control || pressed.says !== first.says)) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  };
  // At the window and capturing: before React, which listens at the document.
  addEventListener('click', look, { capture: true });
}
