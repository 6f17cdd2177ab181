/** Moving the focus between tiles with the arrow keys, along a shelf and across shelves. */

const TILE = "[data-tile]";
const SHELF = "[data-shelf]";

function tiles(shelf: Element): HTMLElement[] {
  return [...shelf.querySelectorAll<HTMLElement>(TILE)];
}

function middle(element: Element): number {
  const { left, width } = element.getBoundingClientRect();
  return left + width / 2;
}

function nearest(candidates: readonly HTMLElement[], x: number): HTMLElement | undefined {
  return candidates.toSorted((a, b) => Math.abs(middle(a) - x) - Math.abs(middle(b) - x))[0];
}

function across(shelf: Element, tile: HTMLElement, step: number): HTMLElement | undefined {
  const shelves = [...document.querySelectorAll(SHELF)];
  const target = shelves[shelves.indexOf(shelf) + step];
  return target === undefined ? undefined : nearest(tiles(target), middle(tile));
}

/** The tile that `key` leads to from `tile`, if it is an arrow and there is one. */
function towards(key: string, shelf: Element, tile: HTMLElement): HTMLElement | undefined {
  const all = tiles(shelf);
  const place = all.indexOf(tile);
  switch (key) {
    case "ArrowRight":
      return all[place + 1];
    case "ArrowLeft":
      return all[place - 1];
    case "Home":
      return all[0];
    case "End":
      return all.at(-1);
    case "ArrowDown":
      return across(shelf, tile, 1);
    case "ArrowUp":
      return across(shelf, tile, -1);
    default:
      return undefined;
  }
}

/** Move the focus for an arrow key pressed on a tile; true if it was moved. */
export function moveFocus(key: string, from: Element): boolean {
  const tile = from.closest<HTMLElement>("li")?.querySelector<HTMLElement>(TILE);
  const shelf = from.closest(SHELF);
  if (tile === null || tile === undefined || shelf === null) return false;
  const target = towards(key, shelf, tile);
  if (target === undefined) return false;
  target.focus({ preventScroll: true });
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  target.scrollIntoView({
    behavior: calm ? "auto" : "smooth",
    block: "nearest",
    inline: "nearest",
  });
  return true;
}
