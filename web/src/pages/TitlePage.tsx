/** A title's details as a page of its own, for an address opened directly. */

import { Details } from "../components/Details";
import { TopBar } from "../components/TopBar";
import type { Luggage } from "../router/history";
import { useViewing } from "../state/viewing";
import "./TitlePage.css";

interface Props {
  readonly title: string;
  readonly season: number | undefined;
  readonly luggage: Luggage;
}

export function TitlePage({ title, season, luggage }: Props) {
  const viewing = useViewing();
  return (
    <>
      <TopBar profile={viewing?.profile ?? null} name={null} />
      <main className="titlepage">
        <Details key={title} title={title} season={season} luggage={luggage} />
      </main>
    </>
  );
}
