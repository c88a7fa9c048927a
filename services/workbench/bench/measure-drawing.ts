declare global {
  interface Window {
    /** Milliseconds from each answering key until the next spectrum was on the screen. */
    drawingTimes: number[];
  }
}

/** Run in a page before its own scripts: measures from the moment of a key's event until the frame with the next spectrum is painted. */
export function measureDrawing(): void {
  window.drawingTimes = [];
  let pressed: number | undefined;
  window.addEventListener('keydown', ({ timeStamp }) => (pressed = timeStamp), { capture: true });
  new MutationObserver((changes) => {
    const isAroundHalpha = changes.some(
      ({ target }) => target instanceof Element && target.closest('[data-testid=halpha]') !== null,
    );
    if (!isAroundHalpha || pressed === undefined) return;
    const start = pressed;
    pressed = undefined;
    // The frame is painted after its callbacks; a message that they send arrives after that.
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => window.drawingTimes.push(performance.now() - start);
      port2.postMessage(undefined);
    });
  }).observe(document, { subtree: true, attributes: true, attributeFilter: ['data-drawn'] });
}
