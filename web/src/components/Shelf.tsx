/** Tiles in a line that scrolls sideways: by touch, by wheel, by its arrows, by the keyboard. */

import { type ReactNode, useCallback, useEffect, useRef, useState } from "react";
import { Icon } from "./Icon";
import { moveFocus } from "./arrows";
import "./Shelf.css";

interface Props {
  readonly label: string;
  /** Called with the first column in view when a scroll has come to rest. */
  readonly onScrolled?: (column: number) => void;
  readonly children: ReactNode;
}

const REST_MS = 250;
const EDGE_PX = 8;

export function Shelf({ label, onScrolled, children }: Props) {
  const list = useRef<HTMLUListElement>(null);
  const resting = useRef<ReturnType<typeof setTimeout> | null>(null);
  const [ends, setEnds] = useState({ left: true, right: false });

  const measure = useCallback(() => {
    const element = list.current;
    if (element === null) return;
    const left = element.scrollLeft <= EDGE_PX;
    const right = element.scrollLeft + element.clientWidth >= element.scrollWidth - EDGE_PX;
    setEnds((old) => (old.left === left && old.right === right ? old : { left, right }));
  }, []);

  useEffect(() => {
    const element = list.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => {
      observer.disconnect();
      if (resting.current !== null) clearTimeout(resting.current);
    };
  }, [measure]);

  const scrolled = (): void => {
    measure();
    if (resting.current !== null) clearTimeout(resting.current);
    resting.current = setTimeout(() => {
      const element = list.current;
      const width = element?.firstElementChild?.getBoundingClientRect().width ?? 0;
      if (element !== null && width > 0) onScrolled?.(Math.round(element.scrollLeft / width));
    }, REST_MS);
  };

  const turn = (direction: -1 | 1): void => {
    const element = list.current;
    if (element === null) return;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    element.scrollBy({
      left: direction * element.clientWidth * 0.85,
      behavior: calm ? "auto" : "smooth",
    });
  };

  return (
    <div className="shelf">
      <button
        type="button"
        className="shelf__arrow shelf__arrow--left"
        tabIndex={-1}
        hidden={ends.left}
        aria-label={`${label}: back`}
        onClick={() => turn(-1)}
      >
        <Icon name="left" />
      </button>
      <ul
        ref={list}
        className="shelf__list"
        data-shelf=""
        aria-label={label}
        onScroll={scrolled}
        onKeyDown={(event) => {
          if (moveFocus(event.key, event.target as Element)) event.preventDefault();
        }}
      >
        {children}
      </ul>
      <button
        type="button"
        className="shelf__arrow shelf__arrow--right"
        tabIndex={-1}
        hidden={ends.right}
        aria-label={`${label}: further`}
        onClick={() => turn(1)}
      >
        <Icon name="right" />
      </button>
    </div>
  );
}
