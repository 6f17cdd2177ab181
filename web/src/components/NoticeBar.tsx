/** Shows the latest notice for a few seconds; longer while it is pointed at. */

import { useEffect, useState } from "react";
import { notices } from "../state/notices";
import { useStore } from "../state/store";
import "./NoticeBar.css";

const SHOWN_MS = 6_000;

export function NoticeBar() {
  const notice = useStore(notices);
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (notice === null || held) return undefined;
    const timer = setTimeout(() => notices.set(null), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [notice, held]);
  return (
    <div
      className="notices"
      role="status"
      aria-live="polite"
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
    >
      {notice !== null && (
        <p className="notice" key={notice.text}>
          <span>{notice.text}</span>
          {notice.undo !== undefined && (
            <button
              type="button"
              className="notice__undo"
              onClick={() => {
                notice.undo?.();
                notices.set(null);
              }}
            >
              Undo
            </button>
          )}
        </p>
      )}
    </div>
  );
}
