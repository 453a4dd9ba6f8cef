/**
 * When a page goes and comes back. `pagehide`, never `unload`, which browsers no longer fire (pitfalls 3.7, 3.8). A page that comes back out
 * of the back/forward cache has lost its sockets and given up its locks. Leaves out visibility: a hidden tab goes on working.
 */
export function watchPageLife(handlers: { leaving(): void; returned(): void }): void {
  addEventListener('pagehide', () => {
    handlers.leaving();
  });
  addEventListener('pageshow', (event) => {
    if (event.persisted) handlers.returned();
  });
}
