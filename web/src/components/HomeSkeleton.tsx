/** The outline of a home page while it is being made. */

import "./HomeSkeleton.css";

const ROWS = [0, 1, 2];
const TILES = [0, 1, 2, 3, 4, 5, 6, 7, 8];

export function HomeSkeleton() {
  return (
    <div className="ghost" role="status" aria-label="Loading your page">
      <div className="ghost__hero skeleton" />
      {ROWS.map((row) => (
        <div key={row} className="ghost__row">
          <div className="ghost__label skeleton" />
          <div className="ghost__tiles">
            {TILES.map((tile) => (
              <div key={tile} className="ghost__tile skeleton" />
            ))}
          </div>
        </div>
      ))}
    </div>
  );
}
