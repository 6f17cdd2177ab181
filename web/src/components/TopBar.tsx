/** The line at the top: the house's name, and who is watching. */

import { useEffect, useState } from "react";
import { PICKER } from "../router/route";
import { Avatar } from "./Avatar";
import { Link } from "./Link";
import { Wordmark } from "./Wordmark";
import "./TopBar.css";

interface Props {
  readonly profile: string | null;
  readonly name: string | null;
}

const SOLID_FROM_PX = 24;

export function TopBar({ profile, name }: Props) {
  const [scrolled, setScrolled] = useState(false);
  useEffect(() => {
    const look = (): void => setScrolled(window.scrollY > SOLID_FROM_PX);
    look();
    window.addEventListener("scroll", look, { passive: true });
    return () => window.removeEventListener("scroll", look);
  }, []);
  return (
    <header className={scrolled ? "topbar topbar--solid" : "topbar"}>
      <Link
        className="topbar__home"
        to={profile === null ? PICKER : { page: "browse", profile }}
        aria-label="Matinee home"
      >
        <Wordmark />
      </Link>
      {profile !== null && (
        <Link className="topbar__who" to={PICKER} aria-label="Switch profile">
          <span className="topbar__name">{name ?? ""}</span>
          <Avatar id={profile} />
        </Link>
      )}
    </header>
  );
}
