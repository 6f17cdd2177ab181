/** A title's picture; where it cannot be had, its name on a plain ground. */

import { useState } from "react";
import type { Artwork } from "../api/types";
import "./Poster.css";

interface Props {
  readonly artwork: Artwork;
  readonly name: string;
  readonly eager?: boolean;
}

export function Poster({ artwork, name, eager = false }: Props) {
  const [broken, setBroken] = useState<string | null>(null);
  if (broken === artwork.url) {
    return (
      <span className="poster poster--broken" aria-hidden="true">
        {name}
      </span>
    );
  }
  return (
    <img
      className="poster"
      src={artwork.url}
      alt=""
      width="200"
      height="300"
      loading={eager ? "eager" : "lazy"}
      decoding="async"
      draggable={false}
      onError={() => setBroken(artwork.url)}
    />
  );
}
